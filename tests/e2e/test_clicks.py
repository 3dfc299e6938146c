"""How many presses it takes from installed to a chart, and to a charger that is switched."""

from datetime import datetime, timedelta
from pathlib import Path
import re

from playwright.async_api import ElementHandle, Locator, Page, expect

from custom_components.octopus_agile.card import PANEL

from .common import SHOWN, Enter, run_demo
from .test_card import ENTITY

CHARGER = "input_boolean.car_charger"
# How the set-up's last page leads on.
LINK = f'"/{PANEL}"'

# The part of an open form that asks for a field.
FIELD = """name => {
  const find = root => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "ha-selector" && element.name === name) return element;
      const within = element.shadowRoot && find(element.shadowRoot);
      if (within) return within;
    }
  };
  return find(document);
}"""


class Person:
    """Somebody at a page: what is pressed is counted, what is typed isn't."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    async def press(self, what: Locator | ElementHandle) -> None:
        """Click once."""
        self.presses += 1
        await what.click()

    async def field(self, name: str) -> ElementHandle:
        """Return what asks for a field."""
        element = (await self.page.wait_for_function(FIELD, arg=name)).as_element()
        assert element is not None
        return element

    async def submit(self) -> None:
        """Go on from a form."""
        await self.press(self.page.get_by_role("button", name=re.compile("^(Next|Submit)$")))

    async def begin_the_set_up(self) -> None:
        """From the page of integrations to the form that asks how long a charge takes."""
        await self.press(self.page.get_by_role("button", name="Add integration"))
        await self.page.get_by_placeholder("Search for a brand name").fill("octopus")
        await self.press(self.page.get_by_text("Octopus Agile").last)
        postcode = self.page.locator("step-flow-form input").first
        await postcode.fill("SW1A 1AA")
        await self.submit()
        await self.field("charge_duration")


async def test_nine_presses_to_a_chart_on_a_dashboard(tmp_path: Path, enter: Enter) -> None:
    with run_demo(tmp_path, "--empty", at=SHOWN) as demo:
        page = await (await enter(demo)).open("config/integrations/dashboard")
        person = Person(page)
        await person.begin_the_set_up()
        await person.submit()
        await person.press(page.locator(f"step-flow-create-entry a[href={LINK}]"))
        await person.press(page.get_by_role("button", name="Add dashboard"))
        await person.press(page.locator("dashboard-card", has_text="Octopus Agile"))
        details = page.locator("dialog-lovelace-dashboard-detail")
        title = details.locator("input").first
        await expect(title).to_be_visible()
        if not await title.input_value():
            await title.fill("Electricity")
        await person.press(details.get_by_role("button", name="Create"))
        await person.press(page.locator("ha-config-lovelace-dashboards").get_by_text("Electricity").first)
        await expect(page.locator("octopus-agile-card canvas")).to_be_visible()
        assert person.presses <= 9


async def test_ten_presses_to_a_charger_that_is_switched(tmp_path: Path, enter: Enter) -> None:
    with run_demo(tmp_path, "--empty", at=SHOWN) as demo:
        page = await (await enter(demo)).open("config/integrations/dashboard")
        person = Person(page)
        await person.begin_the_set_up()
        await person.press(page.locator("step-flow-form ha-expansion-panel").first)
        await person.press(await person.field("charger"))
        await person.press(page.locator("ha-combo-box-item", has_text="Car charger").first)
        await person.submit()
        await person.press(page.get_by_role("button", name="Skip and finish"))
        await expect(page.locator("step-flow-create-entry")).to_have_count(0)
        assert person.presses <= 10

        # Nothing else is to be done: in the cheapest block it is on, and after it off.
        edges = [
            (await page.evaluate(ENTITY, f"cheapest_block_{edge}"))["state"] for edge in ("start", "end")
        ]
        for edge, state in zip(edges, ("on", "off"), strict=True):
            demo.set_clock(datetime.fromisoformat(edge) + timedelta(seconds=5))
            await page.wait_for_function(
                f"document.querySelector('home-assistant').hass.states['{CHARGER}'].state === '{state}'"
            )
