"""A charge plan shows when it runs and what it costs, and can be switched off."""

from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.charge_plans import CAR, FROM_BATTERY, add_plan, details, device, plan, sessions, turn
from tests.common import Clock, Scene, set_up
from tests.octopus import FakeOctopus, day_of, uk

from .news import News


class TestEntities:
    async def test_a_plan_has_a_device_of_its_own(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        plan_id = await add_plan(home, entry)
        found = device(home, plan_id)
        assert found is not None
        assert found.name == CAR
        registry = er.async_get(home)
        assert {
            each.entity_id: each.config_subentry_id
            for each in er.async_entries_for_device(registry, found.id)
        } == {
            f"{entity}": plan_id
            for entity in (
                "binary_sensor.charge_the_car_charge_now",
                "button.charge_the_car_boost",
                "event.charge_the_car_plan",
                "sensor.charge_the_car_end",
                "sensor.charge_the_car_energy",
                "sensor.charge_the_car_estimated_cost",
                "sensor.charge_the_car_price",
                "sensor.charge_the_car_saved",
                "sensor.charge_the_car_saving",
                "sensor.charge_the_car_start",
                "sensor.charge_the_car_status",
                "switch.charge_the_car_enabled",
            )
        }

    async def test_they_show_the_plan(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        assert plan(home, "sensor.status") == "planned"
        assert plan(home, "sensor.start") == "24 02:00"
        assert plan(home, "sensor.end") == "24 04:00"
        assert float(plan(home, "sensor.price")) == 0.05
        assert float(plan(home, "sensor.energy")) == 14
        assert float(plan(home, "sensor.estimated_cost")) == 0.7
        # At 18:00, when it could have begun, it costs 20p.
        assert float(plan(home, "sensor.saving")) == 2.1
        assert plan(home, "binary_sensor.charge_now") == "off"

        await clock.to("2026-11-24 02:00")
        assert plan(home, "sensor.status") == "charging"
        assert plan(home, "binary_sensor.charge_now") == "on"
        await clock.to("2026-11-24 04:00")
        # The plan is of the next window now, the first hours of which are known.
        assert plan(home, "sensor.status") == "provisional"
        assert plan(home, "binary_sensor.charge_now") == "off"
        assert plan(home, "sensor.start") == "24 18:00"
        ended = details(home, "binary_sensor.charge_now", "last_session_end")
        assert datetime.fromisoformat(ended) == uk("2026-11-24 04:00")

    async def test_a_need_in_hours_has_no_money(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, need="duration", duration=2, energy=None, power=None)
        assert plan(home, "sensor.energy") == "unknown"
        assert plan(home, "sensor.estimated_cost") == "unknown"
        assert plan(home, "sensor.saving") == "unknown"

    async def test_the_energy_of_a_battery_is_what_it_draws(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "70")
        await add_plan(home, entry, **FROM_BATTERY)
        assert sessions(home) == ["24 02:00-03:00"]
        assert float(plan(home, "sensor.energy")) == 7

    async def test_the_energy_of_a_battery_is_unknown_while_nothing_can_be_planned(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, **FROM_BATTERY)
        assert details(home, "sensor.status", "reason") == "need_unknown"
        assert plan(home, "sensor.energy") == "unknown"
        home.states.async_set("sensor.battery", "80")
        await home.async_block_till_done()
        # Full: it takes nothing.
        assert plan(home, "sensor.status") == "finished"
        assert float(plan(home, "sensor.energy")) == 0
        # What it says now is no level: the last one stands.
        home.states.async_set("sensor.battery", "-80")
        await home.async_block_till_done()
        assert plan(home, "sensor.status") == "finished"

    async def test_of_a_charge_that_was_stopped_only_what_it_took_counts(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await clock.to("2026-11-24 02:00")
        await clock.to("2026-11-24 03:00")
        await turn(home, on=False)
        await home.async_block_till_done()
        assert sessions(home) == ["24 02:00-03:00"]
        assert float(plan(home, "sensor.energy")) == 7
        # 3.5 kWh at 5p and as many at 4p.
        assert float(plan(home, "sensor.estimated_cost")) == 0.315

    async def test_the_saving_is_unknown_where_the_prices_then_are_not_known(
        self, scene: Scene, news: News
    ) -> None:
        await scene.clock.to("2026-11-24 05:00")
        scene.octopus.prices = lambda start: None if start < uk("2026-11-25 02:00") else "5.0"
        await scene.clock.to("2026-11-24 16:10")
        await add_plan(scene.home, scene.entry, earliest_start="01:00:00")
        assert sessions(scene.home) == ["25 02:00-04:00"]
        assert plan(scene.home, "sensor.saving") == "unknown"

    async def test_slots_are_all_named(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"01:00": "5.0", "03:00": "6.0", "05:00": "7.0"})
        await clock.to("2026-11-23 16:10")
        await set_up(home, entry)
        await add_plan(home, entry, mode="slots", energy=10.5)
        assert sessions(home) == ["24 01:00-01:30", "24 03:00-03:30", "24 05:00-05:30"]
        assert float(plan(home, "sensor.price")) == 0.06
        assert plan(home, "sensor.end") == "24 05:30"
        # The start is that of the next run.
        await clock.to("2026-11-24 01:00")
        await clock.to("2026-11-24 01:30")
        assert plan(home, "sensor.start") == "24 03:00"


class TestSwitch:
    async def test_off_nothing_is_planned(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        assert plan(home, "switch.enabled") == "on"
        await turn(home, on=False)
        assert plan(home, "switch.enabled") == "off"
        assert plan(home, "sensor.status") == "off"
        assert plan(home, "sensor.start") == "unknown"
        await turn(home, on=True)
        assert plan(home, "sensor.status") == "planned"
        assert sessions(home) == ["24 02:00-04:00"]

    async def test_a_session_that_runs_ends_at_once(self, scene: Scene, news: News) -> None:
        await add_plan(scene.home, scene.entry)
        await scene.clock.to("2026-11-24 02:00")
        await scene.clock.to("2026-11-24 02:45")
        await turn(scene.home, on=False)
        assert plan(scene.home, "binary_sensor.charge_now") == "off"
        assert sessions(scene.home) == ["24 02:00-02:45"]
        # On again, what has run counts.
        await scene.clock.to("2026-11-24 03:00")
        await turn(scene.home, on=True)
        assert plan(scene.home, "binary_sensor.charge_now") == "on"
        assert sessions(scene.home) == ["24 02:00-02:45", "24 03:00-04:15"]

    async def test_it_stays_off_over_a_restart(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await turn(home, on=False)
        await home.config_entries.async_reload(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert plan(home, "switch.enabled") == "off"
        await clock.to("2026-11-24 02:00")
        assert plan(home, "binary_sensor.charge_now") == "off"

    async def test_a_plan_that_is_deleted_is_forgotten(
        self, scene: Scene, news: News, hass_storage: dict[str, Any]
    ) -> None:
        plan_id = await add_plan(scene.home, scene.entry)
        await turn(scene.home, on=False)
        stored = f"octopus_agile.{scene.entry.entry_id}.{plan_id}"
        assert hass_storage[stored]["data"]["enabled"] is False
        scene.home.config_entries.async_remove_subentry(scene.entry, plan_id)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert stored not in hass_storage
