"""A charge plan is added, changed and removed as a person does it."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import SUBENTRY_PLAN, WEEKDAYS
from tests.charge_plans import CAR, add_plan, device, plan, sessions
from tests.common import Clock, set_up
from tests.octopus import FakeOctopus, day_of

from .common import BATTERY, NIGHT, NIGHTLY, OPEN, adding, changing, to_window

PAUSES = {"shortest_run": 30, "start_cost": 0}


@pytest.fixture(autouse=True)
async def _is_set_up(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    octopus.prices = day_of({"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"})
    await clock.to("2026-11-23 16:10")
    await set_up(home, entry)


@pytest.mark.parametrize(
    ("need", "answers", "added", "expected"),
    [
        ("duration", {"duration": 2}, {}, "24 02:00-04:00"),
        ("duration", {"duration": 1.5, "energy": 3}, {}, "24 02:00-03:30"),
        ("energy", {"energy": 10.5, "power": 7}, {}, "24 02:00-03:30"),
        ("state_of_charge", BATTERY, {"efficiency": 90}, "24 02:00-04:00"),
        (
            "state_of_charge",
            {**BATTERY, "efficiency": 90, "target_entity": "number.target"},
            {},
            "24 02:00-03:00",
        ),
    ],
    ids=["time", "time and energy", "energy", "battery", "battery with a target"],
)
async def test_a_plan_is_added_in_two_pages_for_each_kind_of_need(
    home: HomeAssistant,
    entry: MockConfigEntry,
    need: str,
    answers: dict[str, Any],
    added: dict[str, Any],
    expected: str,
) -> None:
    # 70 kWh and 90%: 18% are 14 kWh from the socket, two hours at 7 kW.
    home.states.async_set("sensor.battery", "62")
    home.states.async_set("number.target", "71")
    flow = await adding(home, entry, need)
    assert flow.form["step_id"] == need
    await flow.answer(name=f" {CAR} ", **answers)
    assert flow.form["step_id"] == "window"
    await flow.answer(**NIGHT)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY

    (plan,) = entry.subentries.values()
    assert plan.title == CAR
    # What wasn't asked for is stored as it was shown.
    assert {"need": need, **answers, **NIGHT}.items() <= plan.data.items()
    assert sessions(home) == [expected]


async def test_the_kinds_of_need_are_offered_first(home: HomeAssistant, entry: MockConfigEntry) -> None:
    form = await home.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_PLAN), context={"source": SOURCE_USER}
    )
    assert (form["type"], form["step_id"]) == (FlowResultType.MENU, "user")
    assert form["menu_options"] == ["state_of_charge", "duration", "energy"]


async def test_what_does_nothing_for_a_need_is_not_asked(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    flow = await adding(home, entry, "duration")
    assert set(flow.fields) == {"name", "duration", "energy"}
    flow = await adding(home, entry, "energy")
    assert set(flow.fields) == {"name", "energy", "power"}
    flow = await to_window(home, entry)
    assert not set(flow.fields) & {"shortest_run", "start_cost", "energy_sensor"}


async def test_pauses_are_asked_for_where_there_may_be_any(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    flow = await to_window(home, entry)
    await flow.answer(**NIGHTLY | {"mode": "slots"})
    assert flow.form["step_id"] == "pauses"
    await flow.answer(shortest_run=45, start_cost=0)
    assert flow.form["errors"] == {"shortest_run": "shortest_run_in_half_hours"}
    assert flow.suggested == {"shortest_run": 45, "start_cost": 0}
    await flow.answer(shortest_run=60, start_cost=5)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    (added,) = entry.subentries.values()
    assert added.data == {
        "need": "energy",
        "energy": 14,
        "power": 7,
        **NIGHTLY,
        "mode": "slots",
        "shortest_run": 60,
        "start_cost": 5,
    }


async def test_a_cost_of_starts_is_asked_for_only_where_it_can_be_compared(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Without an energy nothing is known of what a run costs."""
    for energy, fields in (({}, {"shortest_run"}), ({"energy": 3}, {"shortest_run", "start_cost"})):
        flow = await adding(home, entry, "duration")
        await flow.answer(name=CAR, duration=2, **energy)
        await flow.answer(**NIGHTLY | {"mode": "slots"})
        assert set(flow.fields) == fields


async def test_without_a_name_it_asks_again(home: HomeAssistant, entry: MockConfigEntry) -> None:
    flow = await adding(home, entry, "energy")
    await flow.answer(name="  ", energy=12, power=7)
    assert (flow.form["step_id"], flow.form["errors"]) == ("energy", {"name": "name_missing"})
    assert flow.suggested["energy"] == 12
    await flow.answer(name=CAR, energy=12, power=7)
    assert flow.form["step_id"] == "window"


@pytest.mark.parametrize(
    ("need", "answers", "wrong", "errors"),
    [
        ("duration", {"duration": 2}, {"days": []}, {"more": "no_day"}),
        (
            "duration",
            {"duration": 2},
            {"earliest_start": "23:00:00", "ready_by": "00:59:00"},
            {"ready_by": "window_too_short"},
        ),
        (
            "energy",
            {"energy": 14, "power": 7},
            {"earliest_start": "01:01:00", "ready_by": "03:00:00"},
            {"ready_by": "window_too_short"},
        ),
    ],
    ids=["no day", "short over midnight", "short in the night"],
)
async def test_what_cannot_be_is_said_and_can_be_put_right(
    home: HomeAssistant,
    entry: MockConfigEntry,
    need: str,
    answers: dict[str, Any],
    wrong: dict[str, Any],
    errors: dict[str, str],
) -> None:
    flow = await adding(home, entry, need)
    await flow.answer(name=CAR, **answers)
    await flow.answer(**{**NIGHTLY, **wrong})
    assert (flow.form["step_id"], flow.form["errors"]) == ("window", errors)
    assert flow.suggested == {**NIGHTLY, "deadline": "each_window", **wrong}
    schema = flow.form["data_schema"]
    assert schema is not None
    # An error in the section is shown above it, and opens it.
    assert schema.schema["more"].options == {"collapsed": "more" not in errors}
    await flow.answer(**NIGHTLY)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    assert plan(home, "sensor.status") == "planned"


NUMBERS: dict[str, dict[str, Any]] = {
    "duration": {"duration": 2, "energy": 3},
    "energy": {"energy": 7, "power": 7},
    "state_of_charge": {**BATTERY, "efficiency": 90},
}


@pytest.mark.parametrize("wrong", ["nan", float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("need", NUMBERS)
async def test_what_is_no_number_is_refused_on_its_field(
    home: HomeAssistant, entry: MockConfigEntry, need: str, wrong: object
) -> None:
    answers = {"name": CAR, **NUMBERS[need]}
    flow = await adding(home, entry, need)
    for field in (field for field, value in answers.items() if not isinstance(value, str)):
        await flow.answer(**{**answers, field: wrong})
        where = {"more": "invalid_efficiency"} if field == "efficiency" else {field: "not_a_number"}
        assert (flow.form["step_id"], flow.form["errors"]) == (need, where)
    await flow.answer(**answers)
    await flow.answer(**NIGHTLY, price_limit=wrong)
    assert flow.form["errors"] == {"more": "invalid_price_limit"}
    await flow.answer(**NIGHTLY | {"mode": "slots"})
    for field in ("shortest_run", "start_cost"):
        await flow.answer(**{**PAUSES, field: wrong})
        assert (flow.form["step_id"], flow.form["errors"]) == ("pauses", {field: "not_a_number"})
    assert entry.subentries == {}
    await flow.answer(**PAUSES)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


async def test_a_number_beyond_its_limits_is_refused_with_them(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    flow = await adding(home, entry, "state_of_charge")
    answers = {"name": CAR, **BATTERY}
    for field, value, least, most in (
        ("target", 100.5, "1", "100"),
        ("capacity", 0, "0.1", "300"),
        ("power", 1e9, "0.05", "50"),
    ):
        await flow.answer(**{**answers, field: value})
        assert flow.form["errors"] == {field: "out_of_range"}
        assert flow.form["description_placeholders"] == {"least": least, "most": most}
    await flow.answer(**answers, efficiency=0)
    assert flow.form["errors"] == {"more": "invalid_efficiency"}
    with pytest.raises(InvalidData, match="capacity"):
        await flow.answer(**{**answers, "capacity": "large"})


@pytest.mark.parametrize(
    ("answers", "window"),
    [
        ({"energy": 14, "power": 7}, {"earliest_start": "01:00:00", "ready_by": "03:00:00"}),
        # A day of 24 hours holds a charge of 24 hours.
        ({"energy": 168, "power": 7}, {}),
    ],
    ids=["exactly as long as its window", "all day"],
)
async def test_what_just_fits_is_accepted(
    home: HomeAssistant, entry: MockConfigEntry, answers: dict[str, Any], window: dict[str, Any]
) -> None:
    flow = await adding(home, entry, "energy")
    await flow.answer(name=CAR, **answers)
    await flow.answer(**{**OPEN, **window})
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


async def test_a_battery_plan_need_not_fit_its_window(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """What a battery lacks is another matter every day."""
    home.states.async_set("sensor.battery", "0")
    flow = await adding(home, entry, "state_of_charge")
    await flow.answer(name=CAR, **BATTERY)
    await flow.answer(**{**NIGHTLY, "earliest_start": "03:00:00"})
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


async def test_a_plan_is_changed_with_what_it_says_now_suggested(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    plan_id = await add_plan(home, entry, price_limit=15.0)
    form = await entry.start_subentry_reconfigure_flow(home, plan_id)
    assert (form["step_id"], form["description_placeholders"]) == ("reconfigure", {"plan": CAR})
    # What it does now comes first.
    assert form["menu_options"] == ["energy", "state_of_charge", "duration"]
    flow = await changing(home, entry, plan_id, "energy")
    assert flow.suggested == {"name": CAR, "energy": 14, "power": 7}
    await flow.answer(name="The other car", energy=7, power=7)
    assert flow.suggested == {**NIGHTLY, "price_limit": 15.0}
    # Left out, a limit is taken away.
    await flow.answer(**NIGHTLY)
    assert (flow.form["type"], flow.form["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")

    changed = entry.subentries[plan_id]
    assert changed.title == "The other car"
    assert changed.data == {"need": "energy", "energy": 7, "power": 7, **NIGHTLY}
    found = device(home, plan_id)
    assert found is not None
    assert found.name == "The other car"
    # Entities keep their ids, so that automations go on.
    assert sessions(home) == ["24 02:00-03:00"]


async def test_the_kind_of_need_can_change(home: HomeAssistant, entry: MockConfigEntry) -> None:
    home.states.async_set("sensor.battery", "71")
    plan_id = await add_plan(home, entry)
    flow = await changing(home, entry, plan_id, "state_of_charge")
    assert flow.suggested == {"name": CAR, "power": 7}
    await flow.answer(name=CAR, **BATTERY, efficiency=90)
    await flow.answer(**NIGHTLY)
    expected = {"need": "state_of_charge", **BATTERY, "efficiency": 90, **NIGHTLY}
    assert entry.subentries[plan_id].data == expected
    assert sessions(home) == ["24 02:00-03:00"]

    flow = await changing(home, entry, plan_id, "duration")
    assert flow.suggested == {"name": CAR}
    await flow.answer(name=CAR, duration=1)
    await flow.answer(**NIGHTLY)
    assert entry.subentries[plan_id].data == {"need": "duration", "duration": 1, **NIGHTLY}


async def test_a_plan_that_cannot_be_used_can_be_put_right(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    plan_id = await add_plan(home, entry, need="wishes", power="lots", days="never", mode=5)
    assert plan(home, "sensor.status") == "unavailable"
    flow = await changing(home, entry, plan_id, "energy")
    await flow.answer(name=CAR, energy=7, power=7)
    await flow.answer(**NIGHTLY)
    assert flow.form["reason"] == "reconfigure_successful"
    assert sessions(home) == ["24 02:00-03:00"]


async def test_days_are_one_compact_picker(home: HomeAssistant, entry: MockConfigEntry) -> None:
    days = (await to_window(home, entry)).fields["days"].config
    assert (days["options"], days["multiple"], days["mode"]) == (WEEKDAYS, True, "dropdown")


async def test_a_removed_plan_takes_its_device_and_entities_along(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    plan_id = await add_plan(home, entry)
    await add_plan(home, entry, "Dishwasher")
    entities = er.async_get(home)
    assert device(home, plan_id)
    assert any(each.config_subentry_id == plan_id for each in entities.entities.values())

    home.config_entries.async_remove_subentry(entry, plan_id)
    await home.async_block_till_done(wait_background_tasks=True)
    assert device(home, plan_id) is None
    assert not any(each.config_subentry_id == plan_id for each in entities.entities.values())
    assert home.states.get("sensor.charge_the_car_status") is None
    assert plan(home, "sensor.status", "Dishwasher") == "planned"
