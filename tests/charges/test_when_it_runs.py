"""A charge plan runs when its settings and its charger allow it, or says why it can't."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.charge_plans import FROM_BATTERY, add_plan, details, plan, sessions
from tests.common import Clock, Scene, set_up
from tests.octopus import FakeOctopus, day_of, uk

from .news import CHEAP_AT_2, News

# All day long, so that there is only one window to think of.
NONE: dict[str, Any] = {"earliest_start": None, "ready_by": None}


class TestSharedCharger:
    async def test_the_earlier_deadline_goes_first_and_none_overlap(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "Late", charger="switch.garage", ready_by="08:00:00")
        await add_plan(home, entry, "Early", charger=" switch.garage ", ready_by="07:00:00")
        await add_plan(home, entry, "Elsewhere", charger="switch.drive", ready_by="08:00:00")
        assert sessions(home, "Early") == ["24 02:00-04:00"]
        assert sessions(home, "Elsewhere") == ["24 02:00-04:00"]
        (late,) = sessions(home, "Late")
        # No cheap time is left beside it: the earliest of all equals.
        assert late == "23 18:00-20:00"

    async def test_what_runs_goes_on(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "Late", charger="switch.garage", ready_by="08:00:00")
        await clock.to("2026-11-24 02:00")
        await clock.to("2026-11-24 02:30")
        await add_plan(home, entry, "Early", charger="switch.garage", ready_by="07:00:00")
        assert sessions(home, "Late") == ["24 02:00-04:00"]
        assert sessions(home, "Early") == ["24 04:00-06:00"]

    async def test_two_that_run_when_they_are_told_to_share_it_do_so_at_once(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        late = await add_plan(home, entry, "Late", ready_by="08:00:00")
        early = await add_plan(home, entry, "Early", ready_by="07:00:00")
        await clock.to("2026-11-24 02:00")
        await clock.to("2026-11-24 02:30")
        for plan_id in (late, early):
            shared = {**entry.subentries[plan_id].data, "charger": "switch.garage"}
            home.config_entries.async_update_subentry(entry, entry.subentries[plan_id], data=shared)
            await home.async_block_till_done(wait_background_tasks=True)
        assert sessions(home, "Early") == ["24 02:00-04:00"]
        # What it has had counts.
        assert sessions(home, "Late") == ["24 02:00-02:30", "24 04:00-05:30"]

    async def test_they_take_turns_through_the_night(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "One", charger="switch.garage", mode="slots", energy=7)
        await add_plan(home, entry, "Two", charger="switch.garage", mode="slots", energy=10.5)
        await clock.to("2026-11-23 18:00")
        minutes = {"One": 0, "Two": 0}

        def look() -> None:
            on = [title for title in minutes if plan(home, "binary_sensor.charge_now", title) == "on"]
            assert len(on) <= 1
            for title in on:
                minutes[title] += 1

        await clock.walk("2026-11-24 07:00", look)
        assert minutes == {"One": 60, "Two": 90}

    async def test_without_room_for_both_the_later_gets_what_is_left_and_says_why(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        window = {"earliest_start": "02:00:00", "ready_by": "05:00:00", "charger": "switch.garage"}
        await add_plan(home, entry, "Late", **{**window, "ready_by": "05:30:00"})
        await add_plan(home, entry, "Early", **window)
        assert plan(home, "sensor.status", "Early") == "planned"
        assert plan(home, "sensor.status", "Late") == "planned"
        assert sessions(home, "Late") == ["24 04:00-05:30"]
        assert details(home, "sensor.status", "reason", "Late") == "charger_taken"
        assert details(home, "sensor.status", "shortfall", "Late") == 30


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
        assert sessions(home, "More") == ["24 02:00-03:30"]
        assert details(home, "sensor.status", "reason", "More") == "price_limit"
        assert details(home, "sensor.status", "shortfall", "More") == 30
        await add_plan(home, entry, "None", mode="slots", energy=14, price_limit=3)
        assert plan(home, "sensor.status", "None") == "impossible"
        assert details(home, "sensor.status", "reason", "None") == "price_limit"

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

    async def test_late_prices_leave_what_still_fits(self, scene: Scene) -> None:
        published = day_of(CHEAP_AT_2)
        scene.octopus.prices = lambda start: None if start >= uk("2026-11-23 23:00") else published(start)
        await scene.set_up()
        await add_plan(scene.home, scene.entry, earliest_start="23:00:00", ready_by="05:10:00")
        news = News(scene.home)
        await scene.clock.walk("2026-11-24 03:40")
        assert plan(scene.home, "sensor.status") == "waiting_for_prices"
        assert news.of("charge_incomplete") == []
        scene.octopus.prices = published
        asked = len(scene.octopus.requests)
        while len(scene.octopus.requests) == asked:
            await scene.clock.walk(f"{dt_util.now() + timedelta(minutes=1):%Y-%m-%d %H:%M}")
        assert plan(scene.home, "sensor.status") == "charging"
        assert details(scene.home, "sensor.status", "reason") == "too_late"
        (told,) = news.of("charge_incomplete")
        assert told["shortfall"] == details(scene.home, "sensor.status", "shortfall") > 30
        assert told["ready_by"] == "2026-11-24T05:10:00+00:00"

    async def test_before_the_prices_are_published_it_is_provisional(self, scene: Scene) -> None:
        scene.octopus.prices = day_of(CHEAP_AT_2)
        await scene.set_up()
        await add_plan(scene.home, scene.entry)
        assert plan(scene.home, "sensor.status") == "provisional"
        assert sessions(scene.home) == ["23 18:00-20:00"]
        await scene.clock.to("2026-11-23 16:10")
        assert plan(scene.home, "sensor.status") == "planned"
        assert sessions(scene.home) == ["24 02:00-04:00"]


class TestImpossible:
    async def test_too_late_says_so_and_recovers_in_the_next_window(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-24 06:00")
        await add_plan(home, entry, ready_by="07:10:00")
        assert plan(home, "sensor.status") == "charging"
        assert details(home, "sensor.status", "reason") == "too_late"
        assert details(home, "sensor.status", "shortfall") == 50
        assert sessions(home) == ["24 06:00-07:10"]
        # At once when the window closes, not with the next half hour.
        await clock.walk("2026-11-24 07:10")
        assert plan(home, "sensor.status") == "provisional"
        assert details(home, "sensor.status", "reason") is None

    async def test_a_battery_that_cannot_be_heard_says_so_and_recovers(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, **FROM_BATTERY)
        for unheard in (
            "unavailable",
            "unknown",
            "full",
            "nan",
            "inf",
            "-inf",
            "1e300",
            "-5",
            "150",
            "100.1",
        ):
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
