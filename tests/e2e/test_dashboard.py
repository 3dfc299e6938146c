"""The ready dashboard: offered where dashboards are made, complete, and without a broken card."""

from playwright.async_api import expect
import pytest

from .conftest import House, Shoot

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


async def test_it_is_made_in_the_dialog_for_new_dashboards(showcase: House) -> None:
    page = await showcase.open("config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    offered = page.locator("dashboard-card", has_text="Octopus Agile")
    await expect(offered).to_contain_text("All of Agile")
    await offered.click()
    dialog = page.locator("dialog-lovelace-dashboard-detail")
    await dialog.locator("input").first.fill("My Agile")
    await dialog.get_by_role("button", name="Create").click()
    await expect(page.get_by_text("My Agile").first).to_be_visible()
    await page.goto(f"{showcase.url}/my-agile")
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "width", "height", "dark"),
    [
        ("dashboard", 1400, 1250, False),
        ("dashboard-dark", 1400, 1250, True),
        ("dashboard-phone", 390, 2600, False),
    ],
)
async def test_every_card_of_it_is_sound(
    showcase: House, shoot: Shoot, name: str, width: int, height: int, dark: bool
) -> None:
    page = await showcase.open("agile-octopus", width=width, height=height, dark=dark)
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()
    for heading in ("Prices", "Charge", "Planned charges", "Prices of the last 30 days", "News"):
        await expect(page.locator("hui-heading-card", has_text=heading).first).to_be_visible()
    await expect(page.locator("hui-calendar-card")).to_contain_text("Cheapest block")
    assert await page.evaluate(ERRORS) == []
    await shoot(page, name)
