"""The automation editor in a real browser: our triggers and conditions, and an automation that runs."""

from contextlib import suppress
from datetime import timedelta
import re

from playwright.async_api import Error, Locator, Page, expect
import pytest

from .common import SHOWN, House

DEVICE = "Octopus Agile London"
TRIGGERS = {
    "Octopus Agile charge started": "Triggers when a charge starts at its cheapest time",
    "Octopus Agile charge ended": "Triggers when a charge at its cheapest time ends",
    "Octopus Agile prices published": "Triggers when the prices of another day are published",
    "Octopus Agile negative prices announced": "Triggers when newly published prices include some below",
    "Octopus Agile charge stalled": "Triggers when a charge is running but the battery's level doesn't",
    "Octopus Agile price crossed threshold": "Triggers when the current price crosses a threshold",
}
CONDITIONS = {
    "Octopus Agile charge is running": "Tests if a charge is running at its cheapest time",
    "Octopus Agile price is below a limit": "Tests if the current price is below a limit",
}
CALL = """async ([method, path, data]) =>
  document.querySelector("home-assistant").hass.callApi(method, path, data)"""
ENTITY = """key => Object.values(document.querySelector("home-assistant").hass.entities)
  .find(e => e.platform === "octopus_agile" && e.translation_key === key)?.entity_id"""
STATE = """id => document.querySelector("home-assistant").hass.states[id].state"""
REMOVE_PLANS = """async entry_id => {
  const { callWS } = document.querySelector("home-assistant").hass;
  for (const { subentry_id } of await callWS({ type: "config_entries/subentries/list", entry_id }))
    await callWS({ type: "config_entries/subentries/delete", entry_id, subentry_id });
}"""
CHARGER = "input_boolean.car_charger"


async def find_device(page: Page, button: str) -> Locator:
    """Search for our device where a trigger or condition is added, and return it."""
    await page.get_by_text(button).first.click()
    dialog = page.locator("ha-dialog")
    await dialog.get_by_role("textbox").first.fill("octopus")
    # Only devices: every entity that is found names its device too.
    await dialog.get_by_role("button", name="Devices", exact=True).click()
    device = dialog.get_by_text(DEVICE, exact=True)
    await expect(device).to_have_count(1)
    return device


async def open_device(page: Page, button: str, name: str) -> Locator:
    """Open our device where a trigger or condition is added, and return what has a name there."""
    # The first is the choice itself, the second a description that shows when it is pointed at.
    named = page.locator("ha-dialog").get_by_text(name).first
    for _ in range(2):
        with suppress(Error, AssertionError):
            await (await find_device(page, button)).click()
            await expect(named).to_be_visible(timeout=10_000)
            return named
        # On a busy machine the dialog may still move what it has found while that is clicked.
        await page.reload()
    await (await find_device(page, button)).click()
    await expect(named).to_be_visible()
    return named


async def choose(page: Page, button: str, name: str) -> None:
    """Add a trigger or condition of our device by its name."""
    await (await open_device(page, button, name)).click()


@pytest.mark.parametrize(
    ("kind", "texts"), [("trigger", TRIGGERS), ("condition", CONDITIONS)], ids=["triggers", "conditions"]
)
async def test_each_appears_with_name_description_and_icon(
    house: House, kind: str, texts: dict[str, str]
) -> None:
    page = await house.open("config/automation/edit/new")
    for name, description in texts.items():
        await choose(page, f"Add {kind}", name)
        await expect(page.get_by_text(description).first).to_be_visible()
        row = page.locator(f"ha-automation-{kind}-row").last
        path = row.locator(f"ha-{kind}-icon svg path").first
        await path.wait_for(state="attached")
        assert await path.get_attribute("d")


@pytest.mark.parametrize("button", ["Add trigger", "Add condition"])
async def test_they_are_found_by_what_people_type(house: House, button: str) -> None:
    page = await house.open("config/automation/edit/new")
    await page.get_by_text(button).first.click()
    # Ours, and not the entities and devices that are found as well.
    name = re.compile(r"^\s*Octopus Agile (charge|price|negative)")
    for word in ("octopus", "cheap", "agile", "charge", "price"):
        await page.locator("ha-dialog").get_by_role("textbox").first.fill(word)
        await expect(page.locator("ha-dialog").get_by_text(name).first).to_be_visible()


async def test_an_automation_made_with_one_runs(house: House) -> None:
    # A plan of half an hour that has no choice of when to start.
    starts, ready = SHOWN.replace(hour=18, minute=10), SHOWN.replace(hour=18, minute=40)
    page = await house.open("config/automation/edit/new")
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    (entry,) = await page.evaluate(
        CALL, ["GET", "config/config_entries/entry?domain=octopus_agile", None]
    )
    await add_plan(page, entry["entry_id"], f"{starts:%H:%M}:00", f"{ready:%H:%M}:00")
    await page.wait_for_function(f"() => ({ENTITY})('charge_now')")
    automation = {
        "alias": "Charge",
        "triggers": [
            {
                "trigger": "octopus_agile.block_started",
                "target": {"entity_id": await page.evaluate(ENTITY, "charge_now")},
            }
        ],
        "actions": [{"action": "input_boolean.turn_on", "target": {"entity_id": CHARGER}}],
    }
    await page.evaluate(CALL, ["POST", "config/automation/config/e2e", automation])
    try:
        house.demo.set_clock(starts - timedelta(seconds=2))
        await page.clock.fast_forward(starts.timestamp() * 1000 - await page.evaluate("Date.now()"))
        assert await page.evaluate(STATE, CHARGER) == "off"
        await page.wait_for_function(f"() => ({STATE})('{CHARGER}') === 'on'", timeout=20_000)
        assert house.demo.now is not None
        assert timedelta(0) <= house.demo.now - starts < timedelta(seconds=10)
    finally:
        await page.evaluate(CALL, ["DELETE", "config/automation/config/e2e", None])
        await page.evaluate(REMOVE_PLANS, entry["entry_id"])


async def add_plan(page: Page, entry_id: str, earliest_start: str, ready_by: str) -> None:
    """Add a charge plan as its forms do."""
    path = "config/config_entries/subentries/flow"
    flow = await page.evaluate(CALL, ["POST", path, {"handler": [entry_id, "charge_plan"]}])
    for answers in (
        {"next_step_id": "duration"},
        {"name": "Soon", "duration": 0.5},
        {"earliest_start": earliest_start, "ready_by": ready_by},
    ):
        done = await page.evaluate(CALL, ["POST", f"{path}/{flow['flow_id']}", answers])
    assert done["type"] == "create_entry", done
