"""A plan for export runs when export pays most: its entities, calendar, ledger and forms."""

from datetime import timedelta
from typing import Any

from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.charge_plans import add_plan, plan, turn
from tests.common import Scene, repairs, restart
from tests.flows.common import changing, to_window
from tests.octopus import OUTGOING, day_of, uk

from .common import entry_of, in_the_afternoon, set_up_with

DEAR_AT_17 = {"17:00": "30.0", "17:30": "30.0", "18:00": "30.0", "18:30": "26.0", "02:00": "1.0"}
TIMES = {"earliest_start": "15:00:00", "ready_by": "22:00:00"}
EVENING: dict[str, Any] = {"energy": 6, "power": 3, **TIMES}
BATTERY = "switch.battery_export"


@pytest.fixture
async def key(scene: Scene) -> str:
    """A plan that exports 6 kWh in two hours of the evening, at 29p."""
    entry = await in_the_afternoon(scene, BATTERY, DEAR_AT_17)
    return await add_plan(scene.home, entry, **EVENING, direction="export")


async def test_its_entities_say_what_it_earns(scene: Scene, key: str) -> None:
    home = scene.home
    assert plan(home, "sensor.status") == "planned"
    assert (plan(home, "sensor.start"), plan(home, "sensor.end")) == ("23 17:00", "23 19:00")
    assert plan(home, "sensor.price") == "0.29"
    assert plan(home, "sensor.estimated_earnings") == "1.74"
    # At once, from 15:00 to 17:00, it would earn 6 x 20p.
    assert plan(home, "sensor.saving") == "0.54"
    state = home.states.get("sensor.charge_the_car_estimated_earnings")
    assert state is not None
    assert state.attributes["friendly_name"] == "Charge the car Estimated earnings"


async def test_it_runs_is_remembered_and_is_in_the_calendar(scene: Scene, key: str) -> None:
    home = scene.home
    await scene.clock.walk("2026-11-23 17:01")
    assert plan(home, "binary_sensor.charge_now") == "on"
    await restart(home, entry_of(scene))
    await scene.clock.walk("2026-11-23 19:01")
    assert plan(home, "binary_sensor.charge_now") == "off"
    assert plan(home, "sensor.saved") == "0.54"
    (done,) = entry_of(scene).runtime_data.plans[1].history.done
    assert (float(done.paid), float(done.at_once), float(done.saving)) == (1.74, 1.2, 0.54)
    events = await home.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": "calendar.octopus_agile_london_charging",
            "start_date_time": "2026-11-23 16:00:00",
            "end_date_time": "2026-11-23 20:00:00",
        },
        blocking=True,
        return_response=True,
    )
    assert events is not None
    found: Any = events["calendar.octopus_agile_london_charging"]
    assert [each["summary"] for each in found["events"]][-1:] == [
        "Charge the car, 2 h at 29.00p/kWh, £1.74"
    ]


async def test_the_switch_and_the_boost_work_as_on_others(scene: Scene, key: str) -> None:
    await turn(scene.home, on=False)
    assert plan(scene.home, "sensor.status") == "off"
    await turn(scene.home, on=True)
    await scene.home.services.async_call(
        "button", "press", {"entity_id": "button.charge_the_car_boost"}, blocking=True
    )
    assert plan(scene.home, "binary_sensor.charge_now") == "on"
    assert plan(scene.home, "sensor.price") == "0.2"


async def test_slots_down_to_a_floor(scene: Scene, key: str) -> None:
    await add_plan(
        scene.home, entry_of(scene), "Sell", **EVENING, direction="export", mode="slots", price_limit=28
    )
    assert plan(scene.home, "sensor.price", "Sell") == "0.3"
    assert (plan(scene.home, "sensor.start", "Sell"), plan(scene.home, "sensor.end", "Sell")) == (
        "23 17:00",
        "23 18:30",
    )


async def test_new_prices_move_it_and_imports_stay(scene: Scene, key: str) -> None:
    await add_plan(scene.home, entry_of(scene), "Buy")
    before = plan(scene.home, "sensor.start", "Buy")
    scene.octopus.outgoing = day_of({"20:00": "90.0", "20:30": "90.0"})
    await scene.clock.walk("2026-11-23 16:12")
    assert plan(scene.home, "sensor.start") == "23 19:00"
    assert plan(scene.home, "sensor.start", "Buy") == before


async def test_without_the_tariff_it_stands_still_and_says_so(scene: Scene, key: str) -> None:
    entry = entry_of(scene)
    options = {name: value for name, value in entry.options.items() if name != "export_product"}
    scene.home.config_entries.async_update_entry(entry, options=options)
    await scene.home.async_block_till_done(wait_background_tasks=True)
    assert plan(scene.home, "sensor.status") == "unavailable"
    assert repairs(scene.home) == ["plan_unusable"]
    await scene.clock.walk("2026-11-23 17:05")
    assert plan(scene.home, "binary_sensor.charge_now") == "unavailable"


async def test_no_direction_is_made_up(scene: Scene, key: str) -> None:
    await add_plan(scene.home, entry_of(scene), "Sideways", direction="sideways")
    assert plan(scene.home, "sensor.status", "Sideways") == "unavailable"
    assert repairs(scene.home) == ["plan_unusable"]


class TestForms:
    async def test_a_plan_is_made_for_export(self, scene: Scene, key: str) -> None:
        flow = await to_window(scene.home, entry_of(scene), "Sell")
        await flow.answer(**TIMES, direction="export")
        assert flow.form["type"] is FlowResultType.CREATE_ENTRY
        placeholders = flow.form["description_placeholders"] or {}
        assert placeholders["answer"] == (
            "Export pays 20.00p now. Best 2 hours for export: 17:00 to 19:00 today, 29.00p."
        )
        assert plan(scene.home, "sensor.start", "Sell") == "23 17:00"

    async def test_it_may_be_in_slots(self, scene: Scene, key: str) -> None:
        scene.octopus.outgoing = day_of({"17:00": "30.0", "20:00": "30.0", "20:30": "30.0"})
        await scene.clock.walk("2026-11-23 16:12")
        flow = await changing(scene.home, entry_of(scene), key, "energy")
        await flow.answer(name="Sell", energy=4.5, power=3)
        assert flow.suggested["direction"] == "export"
        await flow.answer(**TIMES, direction="export", mode="slots")
        await flow.answer(shortest_run=30, start_cost=0)
        placeholders = flow.form["description_placeholders"] or {}
        assert placeholders["answer"] == (
            "Export pays 20.00p now. Best 1 h 30 min for export, in 2 sessions: "
            "17:00 to 21:00 today, 30.00p."
        )

    async def test_a_home_without_an_export_tariff_is_not_asked(self, scene: Scene) -> None:
        await scene.set_up()
        flow = await to_window(scene.home, entry_of(scene), "Sell")
        assert "days" in flow.fields
        assert "direction" not in flow.fields

    async def test_a_plan_left_behind_keeps_its_direction_until_it_is_changed(
        self, scene: Scene, key: str
    ) -> None:
        entry = entry_of(scene)
        options = {name: value for name, value in entry.options.items() if name != "export_product"}
        scene.home.config_entries.async_update_entry(entry, options=options)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        flow = await changing(scene.home, entry, key, "energy")
        await flow.answer(name="Sell", energy=6, power=3)
        await flow.answer(direction="export")
        assert flow.form["errors"] == {"more": "no_export_tariff"}
        await flow.answer(direction="import")
        # At any time of day, so at once: import costs the same all day.
        assert plan(scene.home, "sensor.status") == "charging"
        assert repairs(scene.home) == []


def test_two_hours_at_three_kilowatts_are_six(scene: Scene) -> None:
    assert uk("2026-11-23 19:00") - uk("2026-11-23 17:00") == timedelta(hours=6 / 3)


async def test_an_export_does_not_wait_for_days(scene: Scene) -> None:
    await scene.clock.to("2026-11-23 16:10")
    scene = await set_up_with(scene, OUTGOING)
    flow = await to_window(scene.home, entry_of(scene))
    await flow.answer(**TIMES, direction="export", deadline="by_day")
    assert flow.form["errors"] == {"deadline": "deadline_of_export"}
    await flow.answer(**TIMES, direction="export", deadline="each_window")
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    await add_plan(scene.home, entry_of(scene), "Waits", **EVENING, direction="export", deadline="by_day")
    assert plan(scene.home, "sensor.status", "Waits") == "unavailable"
