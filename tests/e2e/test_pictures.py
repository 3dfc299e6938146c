"""The dialogs that people meet, opened the way the guide says: what it names is there, and pictured."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from .common import HIDE_SIDEBAR, SHOWN, Enter, House, Shoot, card_of, dialog, run_demo
from .test_automations import DEVICE, open_device
from .test_setup import submit

INTEGRATIONS = "config/integrations/dashboard"


async def titled(page: Page, title: str) -> Locator:
    """Return the dialog of this title once it is there."""
    await expect(
        page.get_by_role("heading", name=title).or_(page.get_by_text(title)).last
    ).to_be_visible()
    return dialog(page)


async def close(page: Page) -> None:
    await page.locator("dialog-data-entry-flow").get_by_role("button", name="Close").click()
    await expect(page.locator("step-flow-form")).to_have_count(0)


async def test_the_set_up_step_by_step(tmp_path: Path, enter: Enter, shoot: Shoot) -> None:
    with run_demo(tmp_path, "--empty", "--plain-names", at=SHOWN) as demo:
        page = await (await enter(demo)).open(INTEGRATIONS, height=620)
        for postcode in ("", "SW1A 1AA"):
            await page.get_by_role("button", name="Add integration").click()
            await page.get_by_placeholder("Search for a brand name").fill("octopus")
            await expect(page.get_by_text("Octopus Agile")).to_be_visible()
            if not postcode:
                await shoot(dialog(page), "setup-1-search")
            await page.get_by_text("Octopus Agile").click()
            await page.locator("step-flow-form input").first.fill(postcode)
            if postcode:
                await shoot(await titled(page, "Where is your meter?"), "setup-2-postcode")
            await submit(page)
            if not postcode:
                await shoot(await titled(page, "Which region are you in?"), "setup-3-region")
                await close(page)
        await from_the_charge_on(page, shoot)


async def from_the_charge_on(page: Page, shoot: Shoot) -> None:
    """Go through the rest of the set-up, and choose the version of Agile on the way."""
    await page.set_viewport_size({"width": 1280, "height": 900})
    charge = await titled(page, "How long does a charge take?")
    # As Octopus names it, not as the demo does.
    await expect(page.get_by_text("Agile Octopus October 2024 v1 (AGILE")).to_be_visible()
    await page.get_by_text("More options").click()
    await page.locator("ha-form-expandable input").first.fill("28")
    await shoot(charge, "setup-5-charge")
    await page.locator("step-flow-form ha-switch").click()
    await submit(page)
    await shoot(await titled(page, "Which version of Agile are you on?"), "setup-4-product")
    await submit(page)
    await titled(page, "How long does a charge take?")
    await submit(page)
    finish = page.get_by_role("button", name="Skip and finish")
    await expect(finish).to_be_visible()
    await shoot(dialog(page), "setup-6-finish")
    await finish.click()


async def integration(showcase: House) -> Page:
    """Open the page of the integration."""
    page = await showcase.open(INTEGRATIONS, height=860, script=HIDE_SIDEBAR)
    await page.locator("ha-integration-card").get_by_text("Octopus Agile").first.click()
    await expect(page.locator("ha-config-sub-entry-row")).to_have_count(2)
    return page


async def test_changing_it_later(showcase: House, shoot: Shoot) -> None:
    page = await integration(showcase)
    await shoot(page, "integration")
    row = page.locator("ha-config-entry-row")
    # Its charge plans have such buttons too until their texts are there.
    await row.get_by_role("button", name="Configure").first.click()
    await shoot(await titled(page, "Charge settings"), "configure")
    await close(page)
    await row.locator("ha-dropdown").first.click()
    await row.locator("ha-dropdown-item", has_text="Reconfigure").first.click()
    await shoot(await titled(page, "Region and version"), "reconfigure")
    await submit(page)
    await titled(page, "Which version of Agile are you on?")
    await close(page)


async def test_adding_a_charge_plan(showcase: House, shoot: Shoot) -> None:
    page = await integration(showcase)
    await page.get_by_role("button", name="Add charge plan").click()
    await shoot(await titled(page, "How much charge do you need?"), "plan-1-how-much")
    await page.get_by_text("A fixed length of time").click()
    form = page.locator("step-flow-form")
    await form.get_by_role("textbox").first.fill("Washing machine")
    await submit(page)
    await titled(page, "When?")
    await form.get_by_text("More options").click()
    await form.get_by_text("In the cheapest slots", exact=True).click()
    await submit(page)
    await shoot(await titled(page, "How may it pause?"), "plan-4-pauses")
    await close(page)


async def test_changing_a_charge_plan(showcase: House, shoot: Shoot) -> None:
    page = await integration(showcase)
    await page.set_viewport_size({"width": 1280, "height": 1600})
    plan = page.locator("ha-config-sub-entry-row", has_text="Charge the car")
    await plan.get_by_role("button", name="Change charge plan").click()
    await page.get_by_text("Fill a battery to a level").click()
    battery = await titled(page, "Fill a battery to a level")
    await expect(page.get_by_text("Car battery")).to_be_visible()
    await shoot(battery, "plan-2-battery")
    await submit(page)
    when = await titled(page, "When?")
    await page.locator("step-flow-form").get_by_text("More options").click()
    await shoot(when, "plan-3-when")
    await close(page)
    # Its menu removes it.
    await plan.locator("ha-dropdown").first.click()
    await expect(plan.locator("ha-dropdown-item", has_text="Delete").first).to_be_visible()


async def test_the_card_alone(showcase: House, shoot: Shoot) -> None:
    page = await showcase.open(width=820, height=760, script=HIDE_SIDEBAR)
    card = await card_of(page)
    box = await card.locator(".chart").bounding_box()
    assert box is not None
    # Where the chart has the small hours.
    await page.mouse.move(box["x"] + box["width"] * 0.36, box["y"] + box["height"] / 2)
    await page.mouse.move(box["x"] + box["width"] * 0.38, box["y"] + box["height"] / 2, steps=5)
    await expect(card.locator(".tip")).to_contain_text("Charge the car")
    await shoot(card, "card")


async def test_where_the_triggers_are(showcase: House, shoot: Shoot) -> None:
    page = await showcase.open(height=880, script=HIDE_SIDEBAR)
    # Home Assistant's own icons come from outside.
    empty = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    await page.route(
        "**/backup/**", lambda route: route.fulfill(content_type="image/svg+xml", body=empty)
    )
    await page.goto(f"{showcase.url}/config/automation/edit/new")
    await open_device(page, "Add trigger", "Octopus Agile price crossed threshold")
    chooser = page.locator("ha-dialog")
    await expect(chooser.get_by_text("By type")).to_be_visible()
    await chooser.get_by_text("Octopus Agile prices published").scroll_into_view_if_needed()
    await shoot(dialog(page), "automation-triggers")
    await chooser.get_by_text("Octopus Agile charge started").click()
    await expect(page.get_by_text(DEVICE).first).to_be_visible()
    await page.set_viewport_size({"width": 1280, "height": 720})
    await shoot(page.locator("ha-automation-sidebar"), "automation-block-started")
