"""Charge plans in Home Assistant: what they show, how they share, what moves them."""

from datetime import datetime, time, timedelta
from typing import Any

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .charge_plans import CAR, FROM_BATTERY, add_plan, details, device, plan, sessions, times
from .conftest import Clock, set_up
from .octopus import FakeOctopus, day_of, twenty_pence, uk

CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"}
CALENDAR = "calendar.octopus_agile_london_charging"
EVENTS = "event.octopus_agile_london_prices"
# All day long, so that there is only one window to think of.
NONE: dict[str, Any] = {"earliest_start": None, "ready_by": None}


class News:
    """What the event entity tells, one by one."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen."""
        self._news: list[dict[str, Any]] = []
        self._last: tuple[str, dict[str, Any]] | None = None

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            new = event.data["new_state"]
            # After a reload the entity shows the last news again.
            if new is None or new.state in ("unavailable", "unknown"):
                return
            told = new.state, dict(new.attributes)
            if told != self._last:
                self._news.append(told[1])
                self._last = told

        async_track_state_change_event(hass, EVENTS, changed)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return what was told of a kind since the last time."""
        found = [each for each in self._news if each["event_type"] == kind]
        self._news.clear()
        return found

    def moves(self, title: str = CAR) -> list[tuple[list[str], list[str], str]]:
        """Return how a plan was moved since the last time: from when, to when, why."""
        return [
            (times(each["old_sessions"]), times(each["new_sessions"]), each["reason"])
            for each in self.of("plan_changed")
            if each["plan"] == title
        ]


@pytest.fixture
async def news(home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry) -> News:
    """An entry after the prices of tomorrow were published, and what it tells."""
    octopus.prices = day_of(CHEAP_AT_2)
    await clock.to("2026-11-23 16:10")
    await set_up(home, entry)
    return News(home)


class TestEntities:
    async def test_a_plan_has_a_device_of_its_own(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        plan_id = await add_plan(home, entry)
        found = device(home, plan_id)
        assert found is not None
        assert (found.name, found.model) == (CAR, "Charge plan")
        registry = er.async_get(home)
        assert {
            each.entity_id: each.config_subentry_id
            for each in er.async_entries_for_device(registry, found.id)
        } == {
            f"{entity}": plan_id
            for entity in (
                "binary_sensor.charge_the_car_charge_now",
                "sensor.charge_the_car_end",
                "sensor.charge_the_car_energy",
                "sensor.charge_the_car_estimated_cost",
                "sensor.charge_the_car_price",
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

    async def test_the_saving_is_unknown_where_the_prices_then_are_not_known(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        news: News,
        entry: MockConfigEntry,
    ) -> None:
        await clock.to("2026-11-24 05:00")
        octopus.prices = lambda start: None if start < uk("2026-11-25 02:00") else "5.0"
        await clock.to("2026-11-24 16:10")
        await add_plan(home, entry, earliest_start="01:00:00")
        assert sessions(home) == ["25 02:00-04:00"]
        assert plan(home, "sensor.saving") == "unknown"

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

    async def test_a_session_that_runs_ends_at_once(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await clock.to("2026-11-24 02:00")
        await clock.to("2026-11-24 02:45")
        await turn(home, on=False)
        assert plan(home, "binary_sensor.charge_now") == "off"
        assert sessions(home) == ["24 02:00-02:45"]
        # On again, what has run counts.
        await clock.to("2026-11-24 03:00")
        await turn(home, on=True)
        assert plan(home, "binary_sensor.charge_now") == "on"
        assert sessions(home) == ["24 02:00-02:45", "24 03:00-04:15"]

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


async def turn(hass: HomeAssistant, *, on: bool) -> None:
    """Switch the plan on or off."""
    await hass.services.async_call(
        "switch",
        "turn_on" if on else "turn_off",
        {"entity_id": "switch.charge_the_car_enabled"},
        blocking=True,
    )


class TestSharedCharger:
    async def test_the_earlier_deadline_goes_first_and_none_overlap(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "Late", charger="garage", ready_by="08:00:00")
        await add_plan(home, entry, "Early", charger="garage", ready_by="07:00:00")
        await add_plan(home, entry, "Elsewhere", charger="drive", ready_by="08:00:00")
        assert sessions(home, "Early") == ["24 02:00-04:00"]
        assert sessions(home, "Elsewhere") == ["24 02:00-04:00"]
        (late,) = sessions(home, "Late")
        # No cheap time is left beside it: the earliest of all equals.
        assert late == "23 18:00-20:00"

    async def test_what_runs_goes_on(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "Late", charger="garage", ready_by="08:00:00")
        await clock.to("2026-11-24 02:00")
        await clock.to("2026-11-24 02:30")
        await add_plan(home, entry, "Early", charger="garage", ready_by="07:00:00")
        assert sessions(home, "Late") == ["24 02:00-04:00"]
        assert sessions(home, "Early") == ["24 04:00-06:00"]

    async def test_they_take_turns_through_the_night(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "One", charger="garage", mode="slots", energy=7)
        await add_plan(home, entry, "Two", charger="garage", mode="slots", energy=10.5)
        await clock.to("2026-11-23 18:00")
        minutes = {"One": 0, "Two": 0}

        def look() -> None:
            on = [title for title in minutes if plan(home, "binary_sensor.charge_now", title) == "on"]
            assert len(on) <= 1
            for title in on:
                minutes[title] += 1

        await clock.walk("2026-11-24 07:00", look)
        assert minutes == {"One": 60, "Two": 90}

    async def test_without_room_for_both_the_later_is_impossible_and_says_why(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        window = {"earliest_start": "02:00:00", "ready_by": "05:00:00", "charger": "garage"}
        await add_plan(home, entry, "Late", **{**window, "ready_by": "05:30:00"})
        await add_plan(home, entry, "Early", **window)
        assert plan(home, "sensor.status", "Early") == "planned"
        assert plan(home, "sensor.status", "Late") == "impossible"
        assert details(home, "sensor.status", "reason", "Late") == "charger_taken"


class TestWhenItRuns:
    async def test_only_on_its_days(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        # The 23rd is a Monday.
        await add_plan(home, entry, days=["wed"])
        assert plan(home, "sensor.status") == "waiting_for_prices"
        await clock.to("2026-11-24 16:10")
        # Its evening is not known before the prices of the 25th end, at 23:00.
        assert plan(home, "sensor.status") == "provisional"
        await clock.to("2026-11-25 16:10")
        assert sessions(home) == ["26 02:00-04:00"]

    async def test_not_above_its_price_limit(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, mode="slots", energy=10.5, price_limit=5)
        assert sessions(home) == ["24 02:00-03:30"]
        await add_plan(home, entry, "More", mode="slots", energy=14, price_limit=5)
        assert plan(home, "sensor.status", "More") == "impossible"
        assert details(home, "sensor.status", "reason", "More") == "price_limit"

    async def test_a_start_must_be_worth_its_cost(
        self, home: HomeAssistant, octopus: FakeOctopus, news: News, entry: MockConfigEntry
    ) -> None:
        # At 7 kW the half hour at 6p instead of 4p costs 7p.
        await add_plan(home, entry, mode="slots", energy=3.5)
        assert sessions(home) == ["24 02:30-03:00"]

    async def test_what_is_missing_makes_it_provisional_until_it_is_past(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        published = day_of(CHEAP_AT_2)
        octopus.prices = lambda start: None if start == uk("2026-11-23 19:00") else published(start)
        await set_up(home, entry)
        await add_plan(home, entry, earliest_start="18:00:00", ready_by="07:00:00")
        await clock.walk("2026-11-23 19:29")
        assert plan(home, "sensor.status") == "provisional"
        await clock.to("2026-11-23 19:30")
        assert plan(home, "sensor.status") == "planned"

    async def test_a_need_that_fits_no_longer_is_told_of_with_the_next_answer(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        published = day_of(CHEAP_AT_2)
        octopus.prices = lambda start: None if start >= uk("2026-11-23 23:00") else published(start)
        await set_up(home, entry)
        await add_plan(home, entry, earliest_start="23:00:00", ready_by="05:10:00")
        await clock.walk("2026-11-24 03:10")
        assert plan(home, "sensor.status") == "waiting_for_prices"
        asked = len(octopus.requests)
        while len(octopus.requests) == asked:
            await clock.walk(f"{dt_util.now() + timedelta(minutes=1):%Y-%m-%d %H:%M}")
        assert plan(home, "sensor.status") == "impossible"

    async def test_before_the_prices_are_published_it_is_provisional(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(CHEAP_AT_2)
        await set_up(home, entry)
        await add_plan(home, entry)
        assert plan(home, "sensor.status") == "provisional"
        assert sessions(home) == ["23 18:00-20:00"]
        await clock.to("2026-11-23 16:10")
        assert plan(home, "sensor.status") == "planned"
        assert sessions(home) == ["24 02:00-04:00"]


class TestImpossible:
    async def test_too_late_says_so_and_recovers_in_the_next_window(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-24 06:00")
        await add_plan(home, entry, ready_by="07:10:00")
        assert plan(home, "sensor.status") == "impossible"
        assert details(home, "sensor.status", "reason") == "too_late"
        assert plan(home, "sensor.start") == "unknown"
        # At once when the window closes, not with the next half hour.
        await clock.walk("2026-11-24 07:10")
        assert plan(home, "sensor.status") == "provisional"
        assert details(home, "sensor.status", "reason") is None

    async def test_a_battery_that_cannot_be_heard_says_so_and_recovers(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, **FROM_BATTERY)
        for unheard in ("unavailable", "unknown", "full", "nan", "inf"):
            home.states.async_set("sensor.battery", unheard)
            await home.async_block_till_done()
            assert plan(home, "sensor.status") == "impossible"
            assert details(home, "sensor.status", "reason") == "need_unknown"
        home.states.async_set("sensor.battery", "60")
        await home.async_block_till_done()
        assert plan(home, "sensor.status") == "planned"
        assert sessions(home) == ["24 02:00-04:00"]

    async def test_a_target_that_cannot_be_heard_says_so_and_recovers(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "60")
        await add_plan(home, entry, **FROM_BATTERY, target_entity="number.target")
        assert details(home, "sensor.status", "reason") == "need_unknown"
        home.states.async_set("number.target", "70")
        await home.async_block_till_done()
        assert sessions(home) == ["24 02:00-03:00"]

    async def test_a_battery_that_lacks_more_than_fits_recovers_when_it_lacks_less(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "0")
        await add_plan(home, entry, **{**FROM_BATTERY, "power": 4})
        assert details(home, "sensor.status", "reason") == "window_too_short"
        home.states.async_set("sensor.battery", "70")
        await home.async_block_till_done()
        assert plan(home, "sensor.status") == "planned"

    async def test_a_limit_that_the_next_prices_meet(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:10")
        await set_up(home, entry)
        await add_plan(home, entry, price_limit=10, **NONE)
        assert details(home, "sensor.status", "reason") == "price_limit"
        octopus.prices = day_of(CHEAP_AT_2)
        await clock.to("2026-11-24 16:10")
        await clock.to("2026-11-24 23:00")
        assert sessions(home) == ["25 02:00-04:00"]


class TestPlanChanged:
    async def test_because_of_prices(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(CHEAP_AT_2)
        await set_up(home, entry)
        await add_plan(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        assert news.moves() == [(["23 18:00-20:00"], ["24 02:00-04:00"], "prices")]

    async def test_because_of_the_need(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "60")
        await add_plan(home, entry, **FROM_BATTERY)
        home.states.async_set("sensor.battery", "70")
        await home.async_block_till_done()
        assert news.moves() == [(["24 02:00-04:00"], ["24 02:00-03:00"], "need")]

    async def test_because_of_the_need_of_the_main_charge(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await home.services.async_call(
            "number",
            "set_value",
            {"entity_id": "number.octopus_agile_london_charge_duration", "value": 2},
            blocking=True,
        )
        await home.async_block_till_done()
        (move,) = news.moves("")
        assert move[2] == "need"

    async def test_because_of_settings(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await turn(home, on=False)
        assert news.moves() == [(["24 02:00-04:00"], [], "settings")]

    async def test_because_the_plan_was_changed_in_its_form(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        plan_id = await add_plan(home, entry)
        changed = {**entry.subentries[plan_id].data}
        for change, expected in (
            ({"energy": 7}, (["24 02:00-04:00"], ["24 02:00-03:00"], "need")),
            ({"energy": 7, "ready_by": "02:45:00"}, (["24 02:00-03:00"], ["24 01:45-02:45"], "settings")),
        ):
            home.config_entries.async_update_subentry(
                entry, entry.subentries[plan_id], data={**changed, **change}
            )
            await home.async_block_till_done(wait_background_tasks=True)
            assert news.moves() == [expected]

    async def test_because_another_plan_takes_the_charger(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, charger="garage")
        await add_plan(home, entry, "First", charger="garage", ready_by="06:00:00")
        assert news.moves() == [(["24 02:00-04:00"], ["23 18:00-20:00"], "charger")]

    async def test_nothing_is_told_when_time_passes_or_the_entry_is_reloaded(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await add_plan(home, entry, "Slots", mode="slots", energy=10.5)
        await clock.to("2026-11-24 02:00")
        for at in ("2026-11-24 02:40", "2026-11-24 03:10", "2026-11-24 05:00"):
            await clock.walk(at)
            await home.config_entries.async_reload(entry.entry_id)
            await home.async_block_till_done(wait_background_tasks=True)
        await clock.walk("2026-11-24 07:30")
        assert news.moves() == []
        assert news.moves("Slots") == []


class TestNews:
    async def test_prices_are_published(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        (published,) = news.of("published")
        assert published["until"] == "2026-11-24T23:00:00+00:00"
        assert published["slots"] == 48

    async def test_negative_prices_are_announced_with_their_slots(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"03:00": "-1.5", "03:30": "-0.01", "12:00": "-2"})
        await set_up(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        (announced,) = news.of("negative_announced")
        assert announced["hours"] == 1.5
        assert announced["slots"] == [
            {"start": f"2026-11-24T{start}:00+00:00", "end": f"2026-11-24T{end}:00+00:00", "price": price}
            for start, end, price in (
                ("03:00", "03:30", -0.015),
                ("03:30", "04:00", -0.0001),
                ("12:00", "12:30", -0.02),
            )
        ]

    async def test_nothing_below_zero_is_not_announced(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"03:00": "0"})
        await set_up(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        assert news.of("negative_announced") == []


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
            "Charge the car, 2 h at 5.0p/kWh, £0.70",
            "Dishwasher, 1 h 15 min at 4.6p/kWh",
            "Kettle, 6 min at 4.0p/kWh, £0.01",
        ]
        (car,) = (
            event for event in await self.events(home, start, end) if event["summary"].startswith(CAR)
        )
        assert car["description"] == "2 h at 5.0p/kWh\n14.0 kWh\n£0.70"
        assert (car["start"], car["end"]) == ("2026-11-24T02:00:00+00:00", "2026-11-24T04:00:00+00:00")

    async def test_being_paid_is_a_cost_below_zero(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(dict.fromkeys(CHEAP_AT_2, "-3.5"))
        await clock.to("2026-11-23 16:10")
        await set_up(home, entry)
        await add_plan(home, entry)
        assert "Charge the car, 2 h at -3.5p/kWh, -£0.49" in await self.titles(
            home, "2026-11-24 00:00", "2026-11-24 23:00"
        )

    async def test_a_price_that_is_not_known_is_left_out(
        self,
        home: HomeAssistant,
        clock: Clock,
        news: News,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        plan_id = await add_plan(home, entry)
        await clock.to("2026-11-24 02:00")
        await clock.to("2026-11-24 04:00")
        await home.config_entries.async_unload(entry.entry_id)
        (session,) = hass_storage[f"octopus_agile.{entry.entry_id}"]["data"]["plans"][plan_id]["past"]
        session[2:] = None, None
        await home.config_entries.async_setup(entry.entry_id)
        titles = await self.titles(home, "2026-11-24 02:00", "2026-11-24 17:00")
        assert "Charge the car, 2 h" in titles

    async def test_it_keeps_a_week(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        for day in range(24, 31):
            await clock.walk(f"2026-11-{day} 02:01")
            await clock.walk(f"2026-11-{day} 16:10")
        await home.config_entries.async_reload(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        titles = await self.titles(home, "2026-11-20 00:00", "2026-12-05 00:00")
        # Of the past seven days, and the next.
        assert sum(title.startswith(CAR) for title in titles) == 8

    async def test_it_is_on_while_a_session_runs_and_else_shows_the_next(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        for at, expected in (
            ("2026-11-23 16:11", ("on", "Cheapest block, 4 h at 20.0p/kWh, £5.60")),
            ("2026-11-23 20:11", ("off", "Cheapest block, 4 h at 12.5p/kWh, £3.50")),
            ("2026-11-24 00:00", ("on", "Cheapest block, 4 h at 12.5p/kWh, £3.50")),
            ("2026-11-24 04:00", ("off", "Charge the car, 2 h at 20.0p/kWh, £2.80")),
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
