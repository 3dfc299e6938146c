"""A charge plan is added, changed and removed as a person does it."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import SUBENTRY_PLAN, WEEKDAYS
from tests.charge_plans import CAR, NIGHT, add_plan, device, plan, sessions
from tests.common import Clock, set_up
from tests.octopus import FakeOctopus, day_of

ANY_TIME = {"days": WEEKDAYS, "mode": "block", "shortest_run": 30, "start_cost": 0}
NIGHTLY = {**ANY_TIME, "earliest_start": "18:00:00", "ready_by": "07:00:00"}
BATTERY = {
    "state_of_charge": "sensor.battery",
    "target": 80,
    "capacity": 70,
    "power": 7,
    "efficiency": 90,
}


@pytest.fixture(autouse=True)
async def _is_set_up(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    octopus.prices = day_of({"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"})
    await clock.to("2026-11-23 16:10")
    await set_up(home, entry)


class Flow:
    """Answers the forms of a flow one by one."""

    def __init__(self, hass: HomeAssistant, form: SubentryFlowResult) -> None:
        """Start from the first form."""
        self._hass = hass
        self.form = form

    async def answer(self, **answers: Any) -> None:
        """Fill in a form and go on."""
        self.form = await self._hass.config_entries.subentries.async_configure(
            self.form["flow_id"], answers
        )
        await self._hass.async_block_till_done(wait_background_tasks=True)

    @property
    def suggested(self) -> dict[str, Any]:
        """What the form suggests as answers."""
        schema = self.form["data_schema"]
        assert schema is not None
        return {
            str(field): field.description["suggested_value"]
            for field in schema.schema
            if field.description and "suggested_value" in field.description
        }


async def adding(hass: HomeAssistant, entry: MockConfigEntry) -> Flow:
    """Begin to add a plan."""
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_PLAN), context={"source": SOURCE_USER}
    )
    return Flow(hass, form)


async def changing(hass: HomeAssistant, entry: MockConfigEntry, plan_id: str) -> Flow:
    """Begin to change a plan."""
    return Flow(hass, await entry.start_subentry_reconfigure_flow(hass, plan_id))


@pytest.mark.parametrize(
    ("need", "answers", "expected"),
    [
        ("duration", {"duration": 2}, "24 02:00-04:00"),
        ("duration", {"duration": 1.5, "energy": 3}, "24 02:00-03:30"),
        ("energy", {"energy": 10.5, "power": 7}, "24 02:00-03:30"),
        ("state_of_charge", BATTERY, "24 02:00-04:00"),
        ("state_of_charge", {**BATTERY, "target_entity": "number.target"}, "24 02:00-03:00"),
    ],
    ids=["time", "time and energy", "energy", "battery", "battery with a target"],
)
async def test_a_plan_is_added_for_each_kind_of_need(
    home: HomeAssistant,
    entry: MockConfigEntry,
    need: str,
    answers: dict[str, Any],
    expected: str,
) -> None:
    # 70 kWh and 90%: 18% are 14 kWh from the socket, two hours at 7 kW.
    home.states.async_set("sensor.battery", "62")
    home.states.async_set("number.target", "71")
    flow = await adding(home, entry)
    assert (flow.form["type"], flow.form["step_id"]) == (FlowResultType.FORM, "user")
    await flow.answer(name=f" {CAR} ", need=need)
    assert flow.form["step_id"] == need
    await flow.answer(**answers)
    assert flow.form["step_id"] == "window"
    await flow.answer(**NIGHTLY)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY

    (added,) = entry.subentries.values()
    assert added.title == CAR
    assert added.data == {"need": need, **answers, **NIGHTLY}
    assert sessions(home) == [expected]


async def test_without_a_name_it_asks_again(home: HomeAssistant, entry: MockConfigEntry) -> None:
    flow = await adding(home, entry)
    await flow.answer(name="  ", need="energy")
    assert (flow.form["step_id"], flow.form["errors"]) == ("user", {"name": "name_missing"})
    assert flow.suggested["need"] == "energy"
    await flow.answer(name=CAR, need="energy")
    assert flow.form["step_id"] == "energy"


@pytest.mark.parametrize(
    ("need", "answers", "wrong", "errors"),
    [
        ("duration", {"duration": 2}, {"days": []}, {"days": "no_day"}),
        (
            "duration",
            {"duration": 2},
            {"shortest_run": 45},
            {"shortest_run": "shortest_run_in_half_hours"},
        ),
        (
            "duration",
            {"duration": 2},
            {"mode": "slots", "start_cost": 5},
            {"start_cost": "start_cost_needs_energy"},
        ),
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
    ids=["no day", "no half hours", "start cost", "short over midnight", "short in the night"],
)
async def test_what_cannot_be_is_said_and_can_be_put_right(
    home: HomeAssistant,
    entry: MockConfigEntry,
    need: str,
    answers: dict[str, Any],
    wrong: dict[str, Any],
    errors: dict[str, str],
) -> None:
    flow = await adding(home, entry)
    await flow.answer(name=CAR, need=need)
    await flow.answer(**answers)
    await flow.answer(**{**NIGHTLY, **wrong})
    assert (flow.form["step_id"], flow.form["errors"]) == ("window", errors)
    assert flow.suggested == {**NIGHTLY, **wrong}
    await flow.answer(**NIGHTLY)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    assert plan(home, "sensor.status") == "planned"


@pytest.mark.parametrize("wrong", ["nan", "NaN", float("nan")], ids=["nan", "NaN", "a number"])
@pytest.mark.parametrize(
    ("need", "answers"),
    [
        ("duration", {"duration": 2, "energy": 3}),
        ("energy", {"energy": 7, "power": 7}),
        ("state_of_charge", BATTERY),
    ],
    ids=["duration", "energy", "battery"],
)
async def test_what_is_no_number_is_refused_on_its_field(
    home: HomeAssistant, entry: MockConfigEntry, need: str, answers: dict[str, Any], wrong: object
) -> None:
    flow = await adding(home, entry)
    await flow.answer(name=CAR, need=need)
    for field in (field for field, value in answers.items() if not isinstance(value, str)):
        await flow.answer(**{**answers, field: wrong})
        assert (flow.form["step_id"], flow.form["errors"]) == (need, {field: "not_a_number"})
    await flow.answer(**answers)
    for field in ("shortest_run", "start_cost", "price_limit"):
        await flow.answer(**{**NIGHTLY, field: wrong})
        assert (flow.form["step_id"], flow.form["errors"]) == ("window", {field: "not_a_number"})
    assert entry.subentries == {}
    await flow.answer(**NIGHTLY)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("answers", "window"),
    [
        ({"energy": 14, "power": 7}, {"mode": "slots", "start_cost": 5}),
        ({"energy": 14, "power": 7}, {"earliest_start": "01:00:00", "ready_by": "03:00:00"}),
        # A day of 24 hours holds a charge of 24 hours.
        ({"energy": 168, "power": 7}, {}),
    ],
    ids=["start cost with an energy", "exactly as long as its window", "all day"],
)
async def test_what_just_fits_is_accepted(
    home: HomeAssistant, entry: MockConfigEntry, answers: dict[str, Any], window: dict[str, Any]
) -> None:
    flow = await adding(home, entry)
    await flow.answer(name=CAR, need="energy")
    await flow.answer(**answers)
    await flow.answer(**{**ANY_TIME, **window})
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


async def test_a_battery_plan_need_not_fit_its_window(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """What a battery lacks is another matter every day."""
    home.states.async_set("sensor.battery", "0")
    flow = await adding(home, entry)
    await flow.answer(name=CAR, need="state_of_charge")
    await flow.answer(**BATTERY)
    await flow.answer(**{**NIGHTLY, "earliest_start": "03:00:00"})
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


async def test_a_plan_is_changed_with_what_it_says_now_suggested(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    plan_id = await add_plan(home, entry, price_limit=15.0)
    flow = await changing(home, entry, plan_id)
    assert flow.form["step_id"] == "reconfigure"
    assert flow.suggested == {"name": CAR, "need": "energy"}
    await flow.answer(name="The other car", need="energy")
    assert flow.suggested == {"energy": 14, "power": 7}
    await flow.answer(energy=7, power=7)
    assert flow.suggested == {**NIGHTLY, "price_limit": 15.0}
    # Left out, a limit is taken away.
    await flow.answer(**NIGHTLY)
    assert (flow.form["type"], flow.form["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")

    changed = entry.subentries[plan_id]
    assert changed.title == "The other car"
    assert changed.data == {**NIGHT, "energy": 7}
    found = device(home, plan_id)
    assert found is not None
    assert found.name == "The other car"
    # Entities keep their ids, so that automations go on.
    assert sessions(home) == ["24 02:00-03:00"]


async def test_the_kind_of_need_can_change(home: HomeAssistant, entry: MockConfigEntry) -> None:
    home.states.async_set("sensor.battery", "71")
    plan_id = await add_plan(home, entry)
    flow = await changing(home, entry, plan_id)
    await flow.answer(name=CAR, need="state_of_charge")
    assert flow.suggested == {"power": 7}
    await flow.answer(**BATTERY)
    await flow.answer(**NIGHTLY)
    assert entry.subentries[plan_id].data == {"need": "state_of_charge", **BATTERY, **NIGHTLY}
    assert sessions(home) == ["24 02:00-03:00"]

    flow = await changing(home, entry, plan_id)
    await flow.answer(name=CAR, need="duration")
    assert flow.suggested == {}
    await flow.answer(duration=1)
    await flow.answer(**NIGHTLY)
    assert entry.subentries[plan_id].data == {"need": "duration", "duration": 1, **NIGHTLY}


async def test_errors_while_changing_keep_what_was_typed(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    flow = await changing(home, entry, await add_plan(home, entry))
    await flow.answer(name="", need="duration")
    assert flow.form["errors"] == {"name": "name_missing"}
    assert flow.suggested == {"name": "", "need": "duration"}


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
