"""A plan that has to be ready by certain days is asked for them, and for a minimum."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import WEEKDAYS
from tests.charge_plans import CAR, add_plan, plan
from tests.common import Scene

from .common import BATTERY, NIGHT, NIGHTLY, Flow, adding, changing, to_window

BY_DAY = {**NIGHT, "deadline": "by_day"}


@pytest.fixture(autouse=True)
async def _set_up(scene: Scene) -> None:
    await scene.clock.to("2026-11-23 16:10")
    await scene.set_up()


def stored(entry: MockConfigEntry) -> dict[str, Any]:
    """Return what is stored of the only plan."""
    [subentry] = entry.subentries.values()
    return dict(subentry.data)


async def test_days_and_a_level_are_asked_for(home: HomeAssistant, entry: MockConfigEntry) -> None:
    home.states.async_set("sensor.battery", "60")
    flow = await adding(home, entry, "state_of_charge")
    await flow.answer(name=CAR, **BATTERY)
    await flow.answer(**BY_DAY, days=["mon", "tue", "wed"])
    assert flow.form["step_id"] == "deadline"
    assert list(flow.fields) == ["days", "minimum"]
    await flow.answer(days=["fri"], minimum=40)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    found = stored(entry)
    assert (found["deadline"], found["days"], found["minimum"]) == ("by_day", ["fri"], 40)
    assert found["available_days"] == ["mon", "tue", "wed"]


async def test_all_days_may_be_used_and_no_minimum_is_needed(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    flow = await to_window(home, entry)
    await flow.answer(**BY_DAY, mode="slots")
    await flow.answer(days=["fri", "sun"])
    assert flow.form["step_id"] == "pauses"
    await flow.answer(shortest_run=30, start_cost=0)
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    assert (stored(entry)["days"], stored(entry)["available_days"]) == (["fri", "sun"], WEEKDAYS)
    assert "minimum" not in stored(entry)


async def test_a_plan_without_a_ready_by_time_has_no_such_days(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    flow = await to_window(home, entry)
    await flow.answer(earliest_start="18:00:00", deadline="by_day")
    assert flow.form["errors"] == {"ready_by": "ready_by_missing"}


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"days": []}, {"days": "no_day"}),
        ({"days": ["fri"], "minimum": float("nan")}, {"minimum": "not_a_number"}),
        ({"days": ["fri"], "minimum": float("inf")}, {"minimum": "not_a_number"}),
        ({"days": ["fri"], "minimum": 101}, {"minimum": "out_of_range"}),
        # On Saturday nothing has begun since Friday, and nothing may.
        ({"days": ["fri", "sat"]}, {"days": "days_too_short"}),
    ],
)
async def test_what_cannot_be_is_said(
    home: HomeAssistant, entry: MockConfigEntry, answers: dict[str, Any], errors: dict[str, str]
) -> None:
    flow = await to_window(home, entry)
    await flow.answer(**BY_DAY, days=["mon", "tue"])
    await flow.answer(**answers)
    assert (flow.form["step_id"], flow.form["errors"]) == ("deadline", errors)
    await flow.answer(days=["fri"])
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY


class TestChanging:
    @pytest.fixture
    async def flow(self, home: HomeAssistant, entry: MockConfigEntry) -> Flow:
        plan_id = await add_plan(
            home, entry, deadline="by_day", days=["fri"], available_days=["wed", "thu"], minimum=1.5
        )
        flow = await changing(home, entry, plan_id, "energy")
        await flow.answer(name=CAR, energy=14, power=7)
        return flow

    async def test_it_is_shown_as_it_is(self, entry: MockConfigEntry, flow: Flow) -> None:
        assert flow.suggested["deadline"] == "by_day"
        assert flow.suggested["days"] == ["wed", "thu"]
        await flow.answer(**BY_DAY, days=["wed", "thu"])
        assert flow.suggested == {"days": ["fri"], "minimum": 1.5}
        await flow.answer(**flow.suggested)
        assert stored(entry)["minimum"] == 1.5

    async def test_each_day_again(self, home: HomeAssistant, entry: MockConfigEntry, flow: Flow) -> None:
        await flow.answer(**NIGHTLY)
        assert flow.form["reason"] == "reconfigure_successful"
        assert not stored(entry).keys() & {"deadline", "available_days", "minimum"}
        assert plan(home, "sensor.status") == "planned"
