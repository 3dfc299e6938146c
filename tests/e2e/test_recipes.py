"""The recipes of the documentation in a real Home Assistant, and the pictures that show them."""

import re
from typing import Any

from homeassistant.util.yaml import parse_yaml
from playwright.async_api import Page, expect
import pytest

from .common import REPOSITORY, House, Shoot, dialog, go
from .showcase import API
from .test_dashboard import ERRORS

RECIPES, VOICE = (
    (REPOSITORY / "docs" / name).read_text(encoding="utf-8") for name in ("recipes.md", "voice.md")
)

# The dialog is part of what most homes have, and too much for the demo: so its questions are handed to
# the conversation that is there, and answered by it.
ASSIST = """() => {
  const { connection } = document.querySelector("home-assistant").hass;
  const pipeline = { id: "own", name: "Home Assistant", language: "en", conversation_language: "en",
    conversation_engine: "conversation.home_assistant" };
  const known = {
    "assist_pipeline/pipeline/list": { pipelines: [pipeline], preferred_pipeline: pipeline.id },
    "assist_pipeline/pipeline/get": pipeline,
  };
  const send = connection.sendMessagePromise.bind(connection);
  const subscribe = connection.subscribeMessage.bind(connection);
  connection.sendMessagePromise = async message => known[message.type] ?? send(message);
  connection.subscribeMessage = async (told, message, options) => {
    if (message.type !== "assist_pipeline/run") return subscribe(told, message, options);
    const intent_output = await send({ type: "conversation/process", text: message.input.text });
    setTimeout(() => told({ type: "intent-end", data: { intent_output } }));
    return () => undefined;
  };
}"""

# A meter of what returns to the grid.
RETURN = "sensor.grid_return"
METER = {
    "attributes": {
        "device_class": "energy",
        "friendly_name": "Grid return",
        "state_class": "total_increasing",
        "unit_of_measurement": "kWh",
    }
}
# The state of an entity once it has one.
STATE = """id => {
  const state = document.querySelector("home-assistant").hass.states[id]?.state;
  return ["unknown", "unavailable", undefined].includes(state) ? "" : state;
}"""

# What is said to a question, nothing as long as it isn't understood.
ANSWER = """async text => {
  const { callWS } = document.querySelector("home-assistant").hass;
  const { response } = await callWS({ type: "conversation/process", text });
  return response.response_type === "error" ? "" : response.speech.plain.speech;
}"""


def recipe(heading: str, page: str = RECIPES) -> dict[str, Any]:
    """Return the YAML under a heading of a page."""
    section = page.partition(f"## {heading}")[2].partition("\n## ")[0]
    found = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert found is not None
    value = parse_yaml(found[1])
    assert isinstance(value, dict)
    return value


async def command(page: Page, **message: Any) -> Any:
    """Return what Home Assistant answers."""
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    return await page.evaluate(
        "message => document.querySelector('home-assistant').hass.callWS(message)", message
    )


async def save(page: Page, url_path: str, config: dict[str, Any]) -> None:
    """Make a dashboard."""
    dashboard = {"url_path": url_path, "title": url_path, "show_in_sidebar": False}
    await command(page, type="lovelace/dashboards/create", mode="storage", **dashboard)
    await command(page, type="lovelace/config/save", url_path=url_path, config=config)


async def test_a_row_of_tiles(showcase: House, shoot: Shoot) -> None:
    page = await showcase.open()
    row = {**recipe("A row of tiles"), "grid_options": {"columns": 24}}
    sections = [{"type": "grid", "column_span": 2, "cards": [row]}]
    await save(page, "tile-row", {"views": [{"type": "sections", "sections": sections}]})
    await page.goto(f"{showcase.url}/tile-row")
    await expect(page.locator("hui-tile-card")).to_have_count(4)
    for name in ("Now", "Next", "Charge at", "For"):
        await expect(page.locator("hui-tile-card", has_text=name)).to_be_visible()
    assert await page.evaluate(ERRORS) == []
    await shoot(page.locator("hui-grid-card"), "recipe-tiles")


async def test_the_dashboard_by_hand(showcase: House) -> None:
    page = await showcase.open()
    await save(page, "by-hand", recipe("The ready dashboard"))
    await page.goto(f"{showcase.url}/by-hand")
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()
    await expect(page.locator("hui-markdown-card").first).to_contain_text("Our prices")


async def test_the_energy_dashboard_bills_at_the_current_price(showcase: House, shoot: Shoot) -> None:
    page = await showcase.open("config/energy", height=1200)
    problems = (await command(page, type="energy/validate"))["energy_sources"]
    # The meter of the demo is too young for statistics, which is no fault of the price's.
    assert {issue["type"] for issues in problems for issue in issues} <= {"statistics_not_defined"}
    await page.get_by_role("button", name="Edit").first.click()
    way = page.get_by_role("radio", name="Use an entity with current price", checked=True)
    await expect(way).to_be_visible()
    await expect(page.get_by_text("Current price", exact=True)).to_be_visible()
    await shoot(dialog(page), "recipe-energy")


async def test_the_energy_dashboard_pays_what_export_pays(house: House) -> None:
    page = await house.open(height=1200)
    await command(page, type="auth/current_user")
    (entry,) = await page.evaluate(API, ["GET", "config/config_entries/entry?domain=octopus_agile", None])
    before = await command(page, type="energy/get_prefs")
    # As the recipe says it: the meter of what returns, and the sensor of the export tariff.
    await choose_export(page, entry["entry_id"], "AGILE-OUTGOING-19-05-13")
    price = await page.wait_for_function(STATE, arg="sensor.octopus_agile_london_export_price")
    await page.evaluate(API, ["POST", f"states/{RETURN}", {**METER, "state": "100"}])
    (grid,) = before["energy_sources"]
    grid |= {
        "stat_energy_to": RETURN,
        "entity_energy_price_export": "sensor.octopus_agile_london_export_price",
    }
    try:
        await command(page, type="energy/save_prefs", energy_sources=[grid])
        await page.wait_for_function(STATE, arg=f"{RETURN}_compensation")
        await page.evaluate(API, ["POST", f"states/{RETURN}", {**METER, "state": "104"}])
        paid = await page.wait_for_function(f"id => Number(({STATE})(id))", arg=f"{RETURN}_compensation")
        assert await paid.json_value() == pytest.approx(4 * float(await price.json_value()))
        problems = (await command(page, type="energy/validate"))["energy_sources"]
        # The meters of the demo are too young for statistics.
        assert {issue["type"] for issues in problems for issue in issues} <= {"statistics_not_defined"}
        await go(page, f"{house.url}/config/energy")
        await page.get_by_role("button", name="Edit").first.click(timeout=90_000)
        way = page.get_by_role("radio", name="Use an entity with current rate", checked=True)
        await expect(way).to_be_visible()
        await expect(page.get_by_text("Export price", exact=True)).to_be_visible()
    finally:
        await command(page, type="energy/save_prefs", energy_sources=before["energy_sources"])
        await choose_export(page, entry["entry_id"], None)


async def choose_export(page: Page, entry_id: str, code: str | None) -> None:
    """Choose an export tariff in the options, or none, and leave the rest as it is."""
    path = "config/config_entries/options/flow"
    flow = await page.evaluate(API, ["POST", path, {"handler": entry_id}])
    answer: dict[str, Any] = {"change_export": True}
    for field in flow["data_schema"]:
        for each in field.get("schema", [field]):
            value = (each.get("description") or {}).get("suggested_value")
            within = answer.setdefault(field["name"], {}) if "schema" in field else answer
            within |= {} if value is None else {each["name"]: value}
    answer["more"] = answer.get("more") or {}
    for given in (answer, {} if code is None else {"export_product": code}):
        flow = await page.evaluate(API, ["POST", f"{path}/{flow['flow_id']}", given])
    assert flow["type"] == "create_entry", flow


async def test_a_question_is_answered(showcase: House, shoot: Shoot) -> None:
    page = await showcase.open(height=620)
    [entry] = await command(page, type="config_entries/get", domain="octopus_agile")
    sentences = recipe("With sentences", VOICE.replace("CONFIG_ENTRY_ID", entry["entry_id"]))
    token = await page.evaluate("document.querySelector('home-assistant').hass.auth.data.access_token")
    response = await page.request.post(
        f"{showcase.url}/api/config/automation/config/voice",
        data=sentences,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert response.ok
    # The automation is there a moment before its sentence is.
    heard = await page.wait_for_function(ANSWER, arg="When is electricity cheapest?")
    speech = await heard.json_value()
    assert re.fullmatch(r"From \d\d:\d\d to \d\d:\d\d,\s+at -?[\d.]+ pence\.", speech.strip())
    await page.evaluate(ASSIST)
    await page.get_by_role("button", name=re.compile("^Assist")).click()
    await page.locator("ha-assist-chat input").fill("When is electricity cheapest?")
    await page.get_by_role("button", name="Send text").click()
    await expect(page.locator("ha-assist-chat").get_by_text("pence")).to_be_visible()
    await shoot(dialog(page), "recipe-voice")
