"""The ready dashboard: offered where dashboards are made, complete, and without a broken card."""

from playwright.async_api import expect
import pytest

from .common import HIDE_SIDEBAR, House, Shoot, dialog, go

ERRORS = """() => {
  const found = [];
  const walk = root => {
    for (const element of root.querySelectorAll("*")) {
      if (/^hui-(error|warning|.*-error)/i.test(element.tagName)) found.push(element.tagName);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""


async def test_it_is_made_in_the_dialog_for_new_dashboards(showcase: House, shoot: Shoot) -> None:
    page = await showcase.open("config/lovelace/dashboards", height=800)
    await page.get_by_role("button", name="Add dashboard").click()
    offered = page.locator("dashboard-card", has_text="Octopus Agile")
    await expect(offered).to_contain_text("All of Agile")
    await shoot(dialog(page), "dashboard-add")
    await offered.click()
    details = page.locator("dialog-lovelace-dashboard-detail")
    await details.locator("input").first.fill("My Agile")
    await details.get_by_role("button", name="Create").click()
    await expect(page.get_by_text("My Agile").first).to_be_visible()
    await go(page, f"{showcase.url}/my-agile")
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "width", "height", "dark"),
    [
        ("dashboard", 1280, 1490, False),
        ("dashboard-dark", 1280, 1490, True),
        ("dashboard-phone", 390, 1500, False),
    ],
)
async def test_every_card_of_it_is_sound(
    showcase: House, shoot: Shoot, name: str, width: int, height: int, dark: bool
) -> None:
    page = await showcase.open("agile-octopus", width=width, height=4000, dark=dark, script=HIDE_SIDEBAR)
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()
    headings = ("Prices", "Charge", "Charge the car", "Dishwasher", "Planned charges", "News")
    for heading in (*headings, "Prices of the last 30 days"):
        await expect(page.locator("hui-heading-card", has_text=heading).first).to_be_visible()
    await expect(page.locator("hui-calendar-card")).to_contain_text("Cheapest block")
    await expect(page.locator("hui-logbook-card").get_by_text("Published")).to_be_visible()
    await expect(page.get_by_text("Price (mean)")).to_be_visible()
    await expect(page.get_by_text("These prices are modelled")).to_be_visible()
    assert await page.evaluate(ERRORS) == []
    await page.set_viewport_size({"width": width, "height": height})
    await shoot(page, name)
