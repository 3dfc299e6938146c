"""The entities that forms offer, and those that they refuse."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.charge_plans import CAR, add_plan, plan
from tests.common import Clock, Scene, set_up
from tests.config_flow.forms import CHARGE, more, suggested, to_charge
from tests.flows.common import BATTERY, NIGHTLY, adding, changing, to_window
from tests.octopus import FakeOctopus

ENTITIES = {
    "charger": "switch.wallbox",
    "plugged_in": "binary_sensor.plug",
    "energy_sensor": "sensor.delivered",
}
OURS = {
    "charger": "switch.charge_the_car_enabled",
    "plugged_in": "binary_sensor.charge_the_car_charge_now",
    "energy_sensor": "sensor.charge_the_car_energy",
}
OF_MAIN = ["charger", "plugged_in"]


@pytest.fixture(autouse=True)
async def _home(home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry) -> None:
    await set_up(home, entry)
    for entity_id in ENTITIES.values():
        home.states.async_set(entity_id, "off")


async def options_of(client: Any, entry: MockConfigEntry, **answers: Any) -> Any:
    """Open the options as a browser does, and submit answers, if there are any."""
    url = "/api/config/config_entries/options/flow"
    form = await (await client.post(url, json={"handler": entry.entry_id})).json()
    if not answers:
        return form
    return await (await client.post(f"{url}/{form['flow_id']}", json=answers)).json()


async def test_the_options_offer_all_switches_and_plugs_but_ours(
    home: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await async_setup_component(home, "config", {})
    await add_plan(home, entry)
    form = await options_of(await hass_client(), entry)
    [section] = [each for each in form["data_schema"] if each["name"] == "more"]
    assert (section["type"], section["expanded"]) == ("expandable", False)
    fields = {each["name"]: each["selector"]["entity"] for each in section["schema"][2:]}
    assert {name: each["filter"] for name, each in fields.items()} == {
        "charger": [{"domain": ["switch", "input_boolean"]}],
        "plugged_in": [{"domain": ["binary_sensor", "input_boolean"]}],
    }
    assert set(fields["charger"]["exclude_entities"]) >= {OURS["charger"]}
    assert set(fields["plugged_in"]["exclude_entities"]) >= {
        OURS["plugged_in"],
        "binary_sensor.octopus_agile_london_cheapest_block",
    }


async def test_an_error_in_the_section_is_shown_above_it_and_opens_it(
    home: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await async_setup_component(home, "config", {})
    await add_plan(home, entry)
    answers: dict[str, Any] = {"charge_duration": 2, "more": {"charger": OURS["charger"]}}
    form = await options_of(await hass_client(), entry, **answers)
    assert form["errors"] == {"more": "entity_ours"}
    [section] = [each for each in form["data_schema"] if each["name"] == "more"]
    assert section["expanded"]
    [field] = [each for each in section["schema"] if each["name"] == "charger"]
    assert field["description"] == {"suggested_value": OURS["charger"]}


async def test_what_is_no_text_is_refused(
    home: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await async_setup_component(home, "config", {})
    answers: dict[str, Any] = {"charge_duration": 2, "more": {"charger": 5}}
    assert (await options_of(await hass_client(), entry, **answers))["errors"]
    assert entry.options == {"charge_duration": 4.0, "charge_energy": 28.0}


@pytest.mark.parametrize("field", OF_MAIN)
async def test_the_options_take_no_entity_of_ours(
    home: HomeAssistant, entry: MockConfigEntry, field: str
) -> None:
    await add_plan(home, entry)
    flow = await home.config_entries.options.async_init(entry.entry_id)
    flow = await home.config_entries.options.async_configure(
        flow["flow_id"], {**CHARGE, "more": {field: OURS[field]}}
    )
    assert flow["errors"] == {"more": "entity_ours"}
    chosen = {field: ENTITIES[field]}
    flow = await home.config_entries.options.async_configure(flow["flow_id"], {**CHARGE, "more": chosen})
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {**CHARGE, **chosen}
    flow = await home.config_entries.options.async_init(entry.entry_id)
    assert suggested(flow, "more") == chosen


async def test_a_set_up_takes_them_too(
    home: HomeAssistant, entry: MockConfigEntry, octopus: FakeOctopus
) -> None:
    await home.config_entries.async_remove(entry.entry_id)
    chosen = {field: ENTITIES[field] for field in OF_MAIN}
    flow = await to_charge(home)
    assert more(flow).options == {"collapsed": True}
    flow = await home.config_entries.flow.async_configure(flow["flow_id"], {**CHARGE, "more": chosen})
    assert flow["result"].options == {**CHARGE, **chosen}


async def test_a_plan_is_offered_all_but_ours(home: HomeAssistant, entry: MockConfigEntry) -> None:
    await add_plan(home, entry)
    flow = await to_window(home, entry)
    fields = flow.fields | (await adding(home, entry, "state_of_charge")).fields
    for field, entity_id in OURS.items():
        assert entity_id in fields[field].config["exclude_entities"]
    assert fields["energy_sensor"].config["filter"] == [
        {"domain": ["sensor"], "device_class": ["energy"]}
    ]


@pytest.mark.parametrize("field", ENTITIES)
async def test_a_plan_takes_no_entity_of_ours(
    home: HomeAssistant, entry: MockConfigEntry, field: str
) -> None:
    home.states.async_set("sensor.battery", "62")
    await add_plan(home, entry)
    flow = await adding(home, entry, "state_of_charge")
    # The meter belongs to the battery, the others to the second page.
    battery: dict[str, Any] = {"name": "Other", **BATTERY}
    step, answers = "state_of_charge", battery
    if field != "energy_sensor":
        await flow.answer(**battery)
        step, answers = "window", NIGHTLY
    for wrong, error in (
        (OURS[field], "entity_ours"),
        ("light.drive", "entity_unsuitable"),
        ("", "entity_unsuitable"),
        (ENTITIES[field].replace(".", ".no_"), "entity_unknown"),
    ):
        await flow.answer(**answers, **{field: wrong})
        where = field if field == "charger" else "more"
        assert (flow.form["step_id"], flow.form["errors"]) == (step, {where: error})
        assert flow.suggested[field] == wrong
    await flow.answer(**answers, **{field: ENTITIES[field]})
    if field == "energy_sensor":
        await flow.answer(**NIGHTLY)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    assert list(entry.subentries.values())[-1].data[field] == ENTITIES[field]


async def test_one_whose_integration_is_not_there_yet_is_taken(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    known = er.async_get(home).async_get_or_create("switch", "other", "1", suggested_object_id="late")
    flow = await to_window(home, entry)
    await flow.answer(**NIGHTLY, charger=known.entity_id)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


async def test_a_plan_is_changed_with_its_entities_suggested(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    chosen = {field: ENTITIES[field] for field in OF_MAIN}
    flow = await changing(home, entry, await add_plan(home, entry, **ENTITIES), "energy")
    await flow.answer(name=CAR, energy=14, power=7)
    assert flow.suggested == {**NIGHTLY, **chosen}
    await flow.answer(**NIGHTLY)
    (changed,) = entry.subentries.values()
    assert changed.data == {"need": "energy", "energy": 14, "power": 7, **NIGHTLY}


async def test_the_main_charge_takes_part_in_sharing_a_charger(scene: Scene) -> None:
    """It waits until the plan on the same charger is done."""
    home, entry = scene.home, scene.entry
    await add_plan(home, entry, ready_by="18:00:00", earliest_start="12:00:00", charger="switch.wallbox")
    shared = {"charge_duration": 2.0, "ready_by": "20:00:00", "charger": "switch.wallbox"}
    home.config_entries.async_update_entry(entry, options=shared)
    await home.async_block_till_done()
    block = home.states.get("sensor.octopus_agile_london_cheapest_block_start")
    assert block is not None
    assert block.state == "2026-11-23T14:00:00+00:00"


async def test_a_battery_can_be_any_sensor_in_percent_or_a_number(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Many cars' sensors have no device class."""
    fields = (await adding(home, entry, "state_of_charge")).fields
    assert fields["state_of_charge"].config["filter"] == [
        {"domain": ["sensor"], "device_class": ["battery"]},
        {"domain": ["sensor"], "unit_of_measurement": ["%"]},
        {"domain": ["number", "input_number"]},
    ]


@pytest.mark.parametrize("domain", ["sensor", "number", "input_number"])
async def test_a_battery_without_a_device_class_is_taken(
    home: HomeAssistant, entry: MockConfigEntry, domain: str
) -> None:
    home.states.async_set(f"{domain}.level", "62", {"unit_of_measurement": "%"})
    flow = await adding(home, entry, "state_of_charge")
    await flow.answer(name=CAR, **BATTERY | {"state_of_charge": f"{domain}.level"})
    await flow.answer(**NIGHTLY)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    assert plan(home, "sensor.energy") == "14.0"


@pytest.mark.parametrize("field", ["state_of_charge", "target_entity"])
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("number.octopus_agile_london_charge_duration", "entity_ours"),
        ("switch.wallbox", "entity_unsuitable"),
    ],
)
async def test_a_battery_that_can_be_none_is_refused(
    home: HomeAssistant, entry: MockConfigEntry, field: str, wrong: str, error: str
) -> None:
    home.states.async_set("sensor.battery", "62")
    flow = await adding(home, entry, "state_of_charge")
    ours = "number.octopus_agile_london_charge_duration"
    assert ours in flow.fields[field].config["exclude_entities"]
    answers = {"name": CAR, **BATTERY, field: wrong}
    await flow.answer(**answers)
    where = "more" if field == "target_entity" else field
    assert (flow.form["step_id"], flow.form["errors"]) == ("state_of_charge", {where: error})
    assert flow.suggested == {**answers, "efficiency": 90}
