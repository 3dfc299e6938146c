"""The calendar holds the sessions of all plans."""

from dataclasses import fields
from datetime import time
from typing import Any

from homeassistant.components.calendar import CalendarEvent
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.common import Clock, Scene, set_up
from tests.octopus import FakeOctopus, day_of, twenty_pence, uk

from .charge_plans import CAR, add_plan
from .charges.news import CHEAP_AT_2, News

HAS_STATUS = "status" in {field.name for field in fields(CalendarEvent)}
CALENDAR = "calendar.octopus_agile_london_charging"


class TestCalendar:
    async def events(self, hass: HomeAssistant, start: str, end: str) -> list[dict[str, Any]]:
        """Return what the calendar holds between two UK times."""
        found = await hass.services.async_call(
            "calendar",
            "get_events",
            {"entity_id": CALENDAR, "start_date_time": uk(start), "end_date_time": uk(end)},
            blocking=True,
            return_response=True,
        )
        assert found is not None
        calendar: Any = found[CALENDAR]
        events: list[dict[str, Any]] = calendar["events"]
        return events

    async def titles(self, hass: HomeAssistant, start: str, end: str) -> list[str]:
        """Return the titles of what it holds."""
        return [event["summary"] for event in await self.events(hass, start, end)]

    async def test_sessions_are_titled_as_people_read_them(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await add_plan(home, entry, "Dishwasher", need="duration", duration=1.25, energy=None)
        await add_plan(home, entry, "Kettle", need="duration", duration=0.1, energy=0.3)
        start, end = "2026-11-24 00:00", "2026-11-25 00:00"
        assert sorted(await self.titles(home, start, end)) == [
            "Charge the car, 2 h at 5.00p/kWh, £0.70",
            "Dishwasher, 1 h 15 min at 4.60p/kWh",
            "Kettle, 6 min at 4.00p/kWh, £0.01",
        ]
        (car,) = (
            event for event in await self.events(home, start, end) if event["summary"].startswith(CAR)
        )
        assert car["description"] == "2 h at 5.00p/kWh\n14.0 kWh\n£0.70"
        assert (car["start"], car["end"]) == ("2026-11-24T02:00:00+00:00", "2026-11-24T04:00:00+00:00")

    async def test_being_paid_is_a_cost_below_zero(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(dict.fromkeys(CHEAP_AT_2, "-3.5"))
        await clock.to("2026-11-23 16:10")
        await set_up(home, entry)
        await add_plan(home, entry)
        assert "Charge the car, 2 h at -3.50p/kWh, -\N{WORD JOINER}£0.49" in await self.titles(
            home, "2026-11-24 00:00", "2026-11-24 23:00"
        )

    async def test_a_price_that_is_not_known_is_left_out(
        self, scene: Scene, news: News, hass_storage: dict[str, Any]
    ) -> None:
        plan_id = await add_plan(scene.home, scene.entry)
        await scene.clock.to("2026-11-24 02:00")
        await scene.clock.to("2026-11-24 04:00")
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        stored = hass_storage[f"octopus_agile.{scene.entry.entry_id}.{plan_id}.history"]["data"]
        (session,) = stored["done"]
        session |= dict.fromkeys(("energy", "paid", "at_once", "mean_price"))
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        titles = await self.titles(scene.home, "2026-11-24 02:00", "2026-11-24 17:00")
        assert "Charge the car, 2 h" in titles

    async def test_it_keeps_all_that_was_done_and_shows_none_twice(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        for day in range(24, 31):
            await clock.walk(f"2026-11-{day} 02:01")
            await clock.to(f"2026-11-{day} 04:00")
            await clock.walk(f"2026-11-{day} 16:10")
        for day in range(1, 5):
            await clock.to(f"2026-12-0{day} 02:00")
            await clock.to(f"2026-12-0{day} 04:00")
            await clock.walk(f"2026-12-0{day} 16:10")
        await home.config_entries.async_reload(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        events = await self.events(home, "2026-11-20 00:00", "2026-12-10 00:00")
        found = [event["start"] for event in events if event["summary"].startswith(CAR)]
        # Eleven nights that were, and the next.
        assert len(found) == len(set(found)) == 12

    @pytest.mark.skipif(not HAS_STATUS, reason="this Home Assistant has no status of events")
    async def test_what_may_still_move_is_tentative(self, scene: Scene) -> None:
        # In the afternoon only the prices up to 23:00 are known.
        await scene.set_up()
        await add_plan(scene.home, scene.entry)
        found = {
            (event["summary"].split(",")[0], event["start"][11:16]): event["status"]
            for event in await self.events(scene.home, "2026-11-23 12:00", "2026-11-24 23:00")
        }
        assert found == {("Cheapest block", "12:00"): "confirmed", (CAR, "18:00"): "tentative"}
        await scene.clock.walk("2026-11-23 16:10")
        events = await self.events(scene.home, "2026-11-23 12:00", "2026-11-24 23:00")
        assert {event["status"] for event in events} == {"confirmed"}

    async def test_it_is_on_while_a_session_runs_and_else_shows_the_next(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        for at, expected in (
            ("2026-11-23 16:11", ("on", "Cheapest block, 4 h at 20.00p/kWh, £5.60")),
            ("2026-11-23 20:11", ("off", "Cheapest block, 4 h at 12.50p/kWh, £3.50")),
            ("2026-11-24 00:00", ("on", "Cheapest block, 4 h at 12.50p/kWh, £3.50")),
            ("2026-11-24 04:00", ("off", "Charge the car, 2 h at 20.00p/kWh, £2.80")),
        ):
            await clock.walk(at)
            state = home.states.get(CALENDAR)
            assert state is not None
            assert (state.state, state.attributes["message"]) == expected

    async def test_without_a_session_it_is_empty(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 22:00")
        octopus.publishes_at = time(23)
        octopus.prices = twenty_pence
        await set_up(home, entry)
        state = home.states.get(CALENDAR)
        assert state is not None
        assert state.state == "off"
        assert "message" not in state.attributes
