"""From nothing to a chart and back, the way a person does it: by the dialogs, in a real browser."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
import re
from typing import Any

from playwright.async_api import Page, expect
import pytest

from .common import PATH, SHOWN, UK, Demo, Enter, card_of, go, price_at, run_demo
from .test_automations import CALL
from .test_card import DRAWN, ENTITY

COMMAND = """message =>
  document.querySelector("home-assistant").hass.callWS(message).catch(error => error)"""
OURS = """() => {
  const { hass } = document.querySelector("home-assistant");
  const own = Object.values(hass.entities).filter(e => e.platform === "octopus_agile");
  return own.map(e => e.entity_id);
}"""


async def submit(page: Page) -> None:
    """Go on from a form, be it the last or not."""
    await page.get_by_role("button", name=re.compile("^(Next|Submit)$")).click()


async def add_the_integration(page: Page) -> None:
    """Go through the set-up from the page of integrations on."""
    await page.get_by_role("button", name="Add integration").click()
    await page.get_by_placeholder("Search for a brand name").fill("octopus")
    await page.get_by_text("Octopus Agile").last.click()
    form = page.locator("step-flow-form")
    postcode = form.locator("input").first
    await postcode.fill("the palace")
    await submit(page)
    await expect(form).to_contain_text("That doesn't look like a British postcode.")
    await expect(postcode).to_have_value("the palace")
    await postcode.fill("SW1A 1AA")
    await submit(page)
    await expect(page.get_by_text("How long does a charge take?")).to_be_visible()
    await expect(form).to_contain_text("London")
    await form.get_by_text("More options").click()
    await form.locator("ha-form-expandable input").first.fill("28")
    await submit(page)
    await assert_the_end_says_what_it_comes_to(page)
    finish = page.get_by_role("button", name="Skip and finish")
    await finish.click()
    await expect(finish).to_have_count(0)


async def assert_the_end_says_what_it_comes_to(page: Page) -> None:
    """Look for the price now, the cheapest time, and the way to the ready dashboard and to a car."""
    end = page.locator("step-flow-create-entry")
    await expect(end).to_contain_text(re.compile(r"Cheapest 4 hours: \d\d:\d\d .*to \d\d:\d\d .*p\."))
    await expect(end).to_contain_text("Add charge plan")
    link = end.get_by_role("link", name="Dashboards")
    assert await link.get_attribute("href") == "/octopus-agile"


async def add_the_card(page: Page) -> None:
    """Add the card to the dashboard that is being edited: two clicks, and it is there."""
    await page.locator("ha-button", has_text="Add card").first.click()
    await page.get_by_text("By card", exact=True).click()
    await page.locator("hui-card-picker ha-input-search input").fill("octopus")
    name = page.get_by_text("Octopus Agile", exact=True)
    await page.locator("hui-card-picker .card", has=name).last.click()
    await page.locator("hui-dialog-edit-card").get_by_role("button", name="Save").click()


async def assert_the_chart_shows_the_prices(page: Page) -> None:
    card = await card_of(page)
    drawn: list[dict[str, Any]] = await card.evaluate(DRAWN)
    rates = (await page.evaluate(ENTITY, "current_price"))["attributes"]["rates"]
    assert [bar["price"] for bar in drawn] == pytest.approx([rate["price"] * 100 for rate in rates])
    starts = [datetime.fromisoformat(rate["start"]).astimezone(UK) for rate in rates]
    assert [bar["price"] for bar in drawn] == pytest.approx([price_at(at) for at in starts])
    assert len(drawn) > 48


async def delete_the_integration(page: Page) -> None:
    row = page.locator("ha-config-entry-row")
    await row.locator("ha-dropdown").first.click()
    await row.locator("ha-dropdown-item", has_text="Delete").click()
    await page.get_by_role("button", name="Delete").last.click()
    await expect(row).to_have_count(0)


def stored(demo: Demo) -> list[str]:
    """Return the names of the files that Home Assistant keeps for us."""
    return [file.name for file in (demo.config / ".storage").glob("octopus_agile.*")]


async def assert_nothing_is_left(page: Page, demo: Demo) -> None:
    """Look for entities, devices, what was stored, what pages load, and repairs."""
    assert await page.evaluate(OURS) == []
    await asyncio.sleep(0.5)
    assert await page.evaluate("customElements.get('octopus-agile-card') === undefined")
    assert await page.evaluate("(window.customCards ?? []).length") == 0
    assert stored(demo) == []
    devices = await page.evaluate(
        "Object.values(document.querySelector('home-assistant').hass.devices)"
        ".filter(device => device.manufacturer === 'Octopus Energy').length"
    )
    assert devices == 0
    issues = await page.evaluate(COMMAND, {"type": "repairs/list_issues"})
    assert [issue for issue in issues["issues"] if issue["domain"] == "octopus_agile"] == []


async def assert_actions_say_what_is_wrong(page: Page, entry_id: str) -> None:
    """They stay, as those of all integrations do until a restart."""
    refused = await page.evaluate(
        COMMAND,
        {
            "type": "call_service",
            "domain": "octopus_agile",
            "service": "get_prices",
            "service_data": {"config_entry_id": entry_id},
            "return_response": True,
        },
    )
    assert refused["code"] == "service_validation_error", refused


async def test_from_the_postcode_to_the_chart_and_back(tmp_path: Path, enter: Enter) -> None:
    # A block fits before the gap in the prices.
    noon = SHOWN.replace(hour=12, minute=0)
    prices = price_at, noon - timedelta(days=3)
    with run_demo(tmp_path, "--published", "--empty", prices=prices, at=noon) as demo:
        page = await (await enter(demo)).open("config/integrations/dashboard")
        await add_the_integration(page)

        # The chart is there without the page being loaded anew.
        await go(page, f"{demo.url}/{PATH}/none?edit=1")
        await add_the_card(page)
        await assert_the_chart_shows_the_prices(page)

        await go(page, f"{demo.url}/config/integrations/integration/octopus_agile")
        await expect(page.locator("ha-config-entry-row")).to_contain_text("Octopus Agile London")
        assert stored(demo) != []
        (entry,) = await page.evaluate(
            CALL, ["GET", "config/config_entries/entry?domain=octopus_agile", None]
        )
        await delete_the_integration(page)

        await go(page, f"{demo.url}/{PATH}/none")
        await page.wait_for_function("document.querySelector('home-assistant')?.hass?.states")
        await assert_nothing_is_left(page, demo)
        await assert_actions_say_what_is_wrong(page, entry["entry_id"])
