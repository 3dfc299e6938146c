"""What a user sees at a boundary, when a clock leaps, and of a plan that can't be used."""

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.agile.plan import Plan, Settings
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.replan import replan
from custom_components.octopus_agile.agile.windows import RepeatingWindow
from custom_components.octopus_agile.charges import charge_plan
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.sensor import PRICES, STANDING_CHARGE

from .charge_plans import CAR, FROM_BATTERY, NIGHT as CAR_NIGHT, plan, sessions, subentry
from .charges.news import News
from .common import Clock, Scene, attribute, once_more, run_timers, set_up, state
from .octopus import AGILE, FakeOctopus, day_of, uk

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NIGHT = {"02:00": "5.0", "02:30": "5.0", "03:00": "6.0", "03:30": "7.0"}


def with_car(entry: MockConfigEntry, **data: Any) -> MockConfigEntry:
    """Return the entry with a charge plan, and its own charge at night too."""
    night = {"earliest_start": "23:00:00", "ready_by": "07:00:00"}
    car = subentry(CAR, **data).as_dict()
    return once_more(entry, options={**entry.options, **night}, subentries_data=[car])


def told(hass: HomeAssistant, since: datetime) -> set[str]:
    """Return the entities that have said anything since an instant."""
    return {state.entity_id for state in hass.states.async_all() if state.last_reported >= since}


def changed(hass: HomeAssistant, since: datetime) -> set[str]:
    return {state.entity_id for state in hass.states.async_all() if state.last_updated >= since}


@pytest.fixture(autouse=True)
def prices(octopus: FakeOctopus) -> None:
    octopus.publishing = {AGILE}
    octopus.prices = day_of(NIGHT)


class TestWhatIsWritten:
    """The states of plans and of the calendar are written when something concerns them."""

    async def test_at_a_boundary_like_any_other_only_prices_are_told(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        await set_up(home, with_car(entry))
        await clock.to("2026-11-23 19:00")
        now = uk("2026-11-23 19:30")
        await clock.to("2026-11-23 19:30")
        enabled = [each for each in (*PRICES, STANDING_CHARGE) if each.entity_registry_enabled_default]
        assert told(home, now) == {
            *(f"sensor.octopus_agile_london_{sensor.key}" for sensor in enabled),
            "event.octopus_agile_london_prices",
            "binary_sensor.octopus_agile_london_negative_price",
        }

    async def test_at_the_start_of_a_session_only_what_it_is_about_changes(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        await set_up(home, with_car(entry))
        await clock.to("2026-11-24 01:30")
        await clock.to("2026-11-24 02:00")
        ours = {entity for entity in changed(home, uk("2026-11-24 02:00")) if CAR[-3:] in entity}
        assert ours == {"sensor.charge_the_car_status", "binary_sensor.charge_the_car_charge_now"}

    async def test_the_calendar_is_told_of_a_session_that_is_not_the_next(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        entry = with_car(entry, earliest_start="03:00:00")
        await set_up(home, entry)
        before = home.states.get("calendar.octopus_agile_london_charging")
        assert before is not None
        assert before.attributes["start_time"] == "2026-11-24 00:00:00"
        await clock.to("2026-11-23 16:40")
        await home.services.async_call(
            "switch", "turn_off", {"entity_id": "switch.charge_the_car_enabled"}, blocking=True
        )
        now = dt_util.utcnow()
        assert "calendar.octopus_agile_london_charging" in told(home, now)
        assert "calendar.octopus_agile_london_charging" not in changed(home, now)

    async def test_texts_follow_the_zone_of_the_house(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        await set_up(home, with_car(entry))
        await clock.to("2026-11-23 17:00")
        await home.config.async_update(time_zone="Europe/Paris")
        await clock.to("2026-11-23 17:30")
        rates = attribute(home, "sensor.current_price", "rates")
        assert rates[0]["start"] == "2026-11-23T00:00:00+01:00"
        assert attribute(home, "sensor.lowest_price", "start") == "2026-11-24T03:00:00+01:00"
        assert attribute(home, "calendar.charging", "start_time") == "2026-11-24 01:00:00"
        start = home.states.get("sensor.charge_the_car_start")
        assert start is not None
        assert start.attributes["sessions"][0]["start"] == "2026-11-24T03:00:00+01:00"

    async def test_the_prices_of_yesterday_go_at_midnight(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        await set_up(home, entry)
        await clock.to("2026-11-23 23:30")
        before = attribute(home, "sensor.current_price", "rates")
        assert before[0]["start"] == "2026-11-23T00:00:00+00:00"
        await clock.to("2026-11-24 00:00")
        after = attribute(home, "sensor.current_price", "rates")
        assert after[0]["start"] == "2026-11-24T00:00:00+00:00"
        assert after == before[48:]


async def set_back(home: HomeAssistant, freezer: FrozenDateTimeFactory, hours: int) -> None:
    """Set the clock back, and let the minute pass in which it is looked at."""
    before = dt_util.utcnow()
    freezer.move_to(before - hours * HOUR)
    run_timers(home, before + MINUTE)
    await home.async_block_till_done(wait_background_tasks=True)


class TestALeapOfTheClock:
    """A session is a time that passes, whatever a clock shows."""

    @pytest.mark.parametrize(
        ("opens", "ends"),
        [("18:00:00", "24 01:00"), ("01:00:00", "24 01:00")],
        ids=["in its window", "back to before its window"],
    )
    @pytest.mark.parametrize("need", ["fixed", "live"])
    async def test_set_back_in_a_session_it_runs_on_for_what_remained(
        self, scene: Scene, freezer: FrozenDateTimeFactory, opens: str, ends: str, need: str
    ) -> None:
        await scene.clock.to("2026-11-23 16:30")
        scene.home.states.async_set("sensor.battery", "60")
        data = FROM_BATTERY if need == "live" else {}
        await set_up(scene.home, with_car(scene.entry, **data, earliest_start=opens))
        assert sessions(scene.home) == ["24 02:00-04:00"]
        await scene.clock.to("2026-11-24 02:00")
        scene.home.states.async_set("sensor.battery", "60", force_update=True)
        await scene.clock.to("2026-11-24 03:00")
        await set_back(scene.home, freezer, 3)
        for at in ("00:01", "00:30", "00:59"):
            await scene.clock.to(f"2026-11-24 {at}")
            assert plan(scene.home, "sensor.status") == "charging"
            assert plan(scene.home, "binary_sensor.charge_now") == "on"
            assert plan(scene.home, "sensor.end") == ends
        await scene.clock.to(f"2026-11-{ends}")
        assert plan(scene.home, "binary_sensor.charge_now") == "off"
        assert plan(scene.home, "sensor.status") != "charging"

    async def test_set_back_to_before_its_window_it_is_not_charged_twice(
        self, scene: Scene, freezer: FrozenDateTimeFactory
    ) -> None:
        await scene.clock.to("2026-11-23 16:30")
        await set_up(scene.home, with_car(scene.entry, earliest_start="01:00:00"))
        await scene.clock.to("2026-11-24 02:00")
        await scene.clock.to("2026-11-24 03:00")
        await set_back(scene.home, freezer, 3)
        for at in ("01:00", "01:30", "02:00", "03:00", "05:00", "06:30"):
            await scene.clock.to(f"2026-11-24 {at}")
            assert plan(scene.home, "binary_sensor.charge_now") == "off"

    async def test_set_right_at_last_plans_are_right_within_a_minute(
        self, scene: Scene, freezer: FrozenDateTimeFactory
    ) -> None:
        """A clock without a battery, that shows 03:01 at boot and then the right time."""
        await scene.clock.to("2026-11-24 03:01")
        await set_up(scene.home, with_car(scene.entry, earliest_start="17:00:00", ready_by="19:30:00"))
        assert plan(scene.home, "binary_sensor.charge_now") == "off"
        counted = scene.home.loop.time()
        freezer.move_to(uk("2026-11-24 17:30"))
        with patch.object(scene.home.loop, "time", return_value=counted + 60):
            run_timers(scene.home, uk("2026-11-24 03:02"))
            await scene.home.async_block_till_done(wait_background_tasks=True)
        assert state(scene.home, "sensor.current_price") == "0.2"
        assert plan(scene.home, "binary_sensor.charge_now") == "on"
        assert plan(scene.home, "sensor.status") == "charging"

    async def test_what_moves_then_has_moved_for_that_reason(
        self, scene: Scene, freezer: FrozenDateTimeFactory
    ) -> None:
        await scene.clock.to("2026-11-24 01:00")
        await set_up(scene.home, both(scene.entry))
        counted, news = scene.home.loop.time(), News(scene.home)
        freezer.move_to(uk("2026-11-24 04:30"))
        # Somebody is quicker than the timer.
        with patch.object(scene.home.loop, "time", return_value=counted + 1):
            good = {"entity_id": "switch.good_enabled"}
            await scene.home.services.async_call("switch", "turn_off", good, blocking=True)
            await scene.home.async_block_till_done(wait_background_tasks=True)
        assert news.moves() == [(["24 02:00-04:00"], ["24 04:30-06:30"], "time")]


def both(entry: MockConfigEntry, **car: Any) -> MockConfigEntry:
    """Return the entry with a charge plan and a second one, which is as it should be."""
    plans = [subentry("Good"), subentry(CAR, **car)]
    return once_more(entry, subentries_data=[each.as_dict() for each in plans])


UNUSABLE: dict[str, dict[str, Any]] = {
    "a need that is missing": {"need": None},
    "a need of no kind": {"need": "banana"},
    "a mode that is missing": {"mode": None},
    "an energy that is missing": {"energy": None},
    "no number": {"energy": float("nan")},
    "too large a number": {"power": 1e300},
    "too small a number": {"power": 1e-300},
    "below zero": {"energy": -1},
    "a text for a number": {"energy": "much"},
    "an infinite limit": {"price_limit": float("inf")},
    "no time of day": {"ready_by": "25:61"},
    "a number for a time": {"ready_by": 7},
    "no day of the week": {"days": ["someday"]},
    "a number for days": {"days": 5},
    "a number for a charger": {"charger": 5},
    "a number for a battery": {**FROM_BATTERY, "state_of_charge": 5},
    "a list for a target": {**FROM_BATTERY, "target_entity": ["number.target"]},
    "a run that isn't of half hours": {"mode": "slots", "shortest_run": 20},
}


class TestAPlanThatCannotBeUsed:
    """One bad value harms one plan."""

    async def test_a_clock_that_is_set_back_changes_nothing_of_that(self, scene: Scene) -> None:
        home = scene.home
        await scene.clock.to("2026-11-24 01:50")
        await set_up(home, both(scene.entry, energy="nan"))
        await scene.clock.to("2026-11-23 16:30")
        good = {"entity_id": "switch.good_enabled"}
        await home.services.async_call("switch", "turn_off", good, blocking=True)
        assert plan(home, "sensor.status", "Good") == "off"
        assert plan(home, "sensor.status") == "unavailable"

    @pytest.mark.parametrize("data", UNUSABLE.values(), ids=UNUSABLE)
    async def test_it_is_unavailable_and_said_and_the_others_go_on(
        self,
        home: HomeAssistant,
        clock: Clock,
        entry: MockConfigEntry,
        caplog: pytest.LogCaptureFixture,
        data: dict[str, Any],
    ) -> None:
        await clock.to("2026-11-23 16:30")
        entry = both(entry, **data)
        await set_up(home, entry)
        key = next(each.subentry_id for each in entry.subentries.values() if each.title == CAR)
        issue_id = f"plan_unusable_{key}_{entry.entry_id}"
        issue = ir.async_get(home).async_get_issue(DOMAIN, issue_id)
        assert issue is not None
        assert issue.translation_placeholders == {"title": entry.title, "plan": CAR}
        for entity in ("sensor.status", "sensor.start", "binary_sensor.charge_now", "switch.enabled"):
            assert plan(home, entity) == "unavailable"
        await clock.to("2026-11-24 02:00")
        assert state(home, "sensor.current_price") == "0.05"
        assert plan(home, "binary_sensor.charge_now", "Good") == "on"
        await clock.to("2026-11-24 16:10")
        assert caplog.text.count(f"{CAR} can't be used") == 1

        home.config_entries.async_update_subentry(entry, entry.subentries[key], data=CAR_NIGHT)
        await home.async_block_till_done(wait_background_tasks=True)
        assert ir.async_get(home).async_get_issue(DOMAIN, issue_id) is None
        assert plan(home, "sensor.status") == "planned"
        assert sessions(home) == ["25 02:00-04:00"]

    async def test_the_charge_of_the_entry_itself_too(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        entry = both(entry)
        entry.add_to_hass(home)
        home.config_entries.async_update_entry(entry, options={})
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert state(home, "sensor.plan_status") == "unavailable"
        assert state(home, "sensor.current_price") == "0.2"
        assert plan(home, "sensor.status") == "planned"
        issue = ir.async_get(home).async_get_issue(DOMAIN, f"plan_unusable_main_{entry.entry_id}")
        assert issue is not None
        assert issue.translation_placeholders == {"title": entry.title, "plan": entry.title}
        home.config_entries.async_update_entry(entry, options={"charge_duration": 2})
        await home.async_block_till_done(wait_background_tasks=True)
        # All that is left of the pricing day costs the same.
        assert state(home, "sensor.plan_status") == "charging"

    async def test_a_fault_of_ours_in_one_plan_stops_no_other(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        def faulty(settings: Settings, rates: Rates, now: datetime, *rest: Any) -> Plan:
            if isinstance(settings.window, RepeatingWindow) and settings.window.opens.hour == 17:
                raise RuntimeError("a fault")
            return replan(settings, rates, now, *rest)

        await clock.to("2026-11-23 16:30")
        with patch.object(charge_plan, "replan", faulty):
            entry = both(entry, earliest_start="17:00:00")
            await set_up(home, entry)
            assert plan(home, "sensor.status") == "unavailable"
            await clock.to("2026-11-24 02:00")
            assert plan(home, "binary_sensor.charge_now", "Good") == "on"
            assert plan(home, "sensor.status") == "unavailable"
        await clock.to("2026-11-24 16:10")
        assert plan(home, "sensor.status") == "planned"


async def test_times_of_day_follow_the_zone_of_the_house(
    home: HomeAssistant, clock: Clock, entry: MockConfigEntry
) -> None:
    await clock.to("2026-11-23 16:30")
    await set_up(home, with_car(entry, earliest_start="03:00:00"))
    assert sessions(home) == ["24 03:00-05:00"]
    await home.config.async_update(time_zone="Europe/Paris")
    await home.async_block_till_done()
    assert sessions(home) == ["24 03:00-05:00"]
    start = home.states.get("sensor.charge_the_car_start")
    assert start is not None
    assert start.state == "2026-11-24T02:00:00+00:00"


async def test_an_update_of_a_plan_by_hand_asks_for_prices(scene: Scene) -> None:
    assert await async_setup_component(scene.home, "homeassistant", {})
    await scene.set_up()
    await scene.clock.to("2026-11-23 12:10")
    block = {"entity_id": "binary_sensor.octopus_agile_london_cheapest_block"}
    await scene.home.services.async_call("homeassistant", "update_entity", block, blocking=True)
    await scene.home.async_block_till_done(wait_background_tasks=True)
    assert len(scene.octopus.requests) == 2
