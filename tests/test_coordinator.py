"""What a tick leaves alone: states that stay, plans that stand, and what is kept from one to the next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile import planning
from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.plan import Plan, Settings, Status
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.windows import Window, repeating_window
from custom_components.octopus_agile.kept import Kept
from custom_components.octopus_agile.sensor import PRICES
from custom_components.octopus_agile.view import Views

from .charge_plans import CAR, FROM_BATTERY, subentry
from .common import Clock, attribute, set_up, state
from .octopus import AGILE, UK, FakeOctopus, day_of, uk

MINUTE = timedelta(minutes=1)
NIGHT = {"02:00": "5.0", "02:30": "5.0", "03:00": "6.0", "03:30": "7.0"}


def with_car(entry: MockConfigEntry, **data: Any) -> MockConfigEntry:
    """Return the entry with a charge plan, and its own charge at night too."""
    return MockConfigEntry(
        domain=entry.domain,
        title=entry.title,
        entry_id=entry.entry_id,
        unique_id=entry.unique_id,
        data=entry.data,
        options={**entry.options, "earliest_start": "23:00:00", "ready_by": "07:00:00"},
        subentries_data=[subentry(CAR, **data).as_dict()],
    )


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
    """The states of plans, numbers and calendar are written when they have changed, and only then."""

    async def test_at_a_boundary_like_any_other_only_prices_are_told(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        await set_up(home, with_car(entry))
        await clock.to("2026-11-23 19:00")
        now = uk("2026-11-23 19:30")
        await clock.to("2026-11-23 19:30")
        assert told(home, now) == {
            *(f"sensor.octopus_agile_london_{sensor.key}" for sensor in PRICES),
            "event.octopus_agile_london_prices",
            "binary_sensor.octopus_agile_london_negative_price",
        }

    async def test_at_the_start_of_a_session_only_what_changes_is_told(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:30")
        await set_up(home, with_car(entry))
        await clock.to("2026-11-24 01:30")
        await clock.to("2026-11-24 02:00")
        ours = {entity for entity in told(home, uk("2026-11-24 02:00")) if CAR[-3:] in entity}
        assert ours == {"sensor.charge_the_car_status", "binary_sensor.charge_the_car_charge_now"}
        assert ours <= changed(home, uk("2026-11-24 02:00"))

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
        await home.config.async_set_time_zone("Europe/Paris")
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


class TestWhatIsPlanned:
    """The cheapest is searched for only where it may be another than before."""

    async def searches(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, **data: Any
    ) -> list[str]:
        """Return at which boundaries of an evening the car's charge was planned anew."""
        found = []

        def replan(settings: Settings, rates: Rates, now: datetime, *rest: Any) -> Plan:
            if settings.window.opens.hour == 18:
                found.append(f"{now.astimezone(UK):%H:%M}")
            return real(settings, rates, now, *rest)

        real: Callable[..., Plan] = planning.replan  # type: ignore[attr-defined]
        await clock.to("2026-11-23 16:30")
        home.states.async_set("sensor.battery", "50")
        await set_up(home, with_car(entry, **data))
        with patch.object(planning, "replan", replan):
            for text in ("17:00", "17:30", "18:00", "18:30", "19:00"):
                await clock.to(f"2026-11-23 {text}")
        assert state(home, "sensor.plan_status") == "planned"
        return found

    async def test_a_window_that_opens_changes_nothing(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        assert await self.searches(home, clock, entry) == []

    async def test_a_live_need_is_counted_anew_when_its_window_opens(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        assert await self.searches(home, clock, entry, **FROM_BATTERY) == ["18:00"]

    @pytest.mark.parametrize(("ended", "planned_anew"), [("16 18:00", True), ("16 18:01", False)])
    def test_a_session_is_forgotten_when_a_window_opens_a_week_later(
        self, ended: str, *, planned_anew: bool
    ) -> None:
        end = uk(f"2026-11-{ended}")
        window = Window(uk("2026-11-23 18:00"), uk("2026-11-24 07:00"))
        past = (Session(end - 60 * MINUTE, end, None),)
        ahead = (Session(uk("2026-11-24 02:00"), uk("2026-11-24 04:00"), None),)
        plan = Plan(status=Status.PLANNED, window=window, past=past, ahead=ahead)
        settings = Settings(duration=120 * MINUTE, window=repeating_window(None, None, UK))
        until = planning._stays_until(plan, settings, uk("2026-11-23 17:30"))
        assert until == (window.start if planned_anew else ahead[0].start)


class TestWhatIsKept:
    """What is kept is what would be made now."""

    def test_a_value_is_made_again_only_from_other_sources(self) -> None:
        kept: Kept[list[int]] = Kept()
        first = kept.get((1, "a"), lambda: [1])
        assert kept.get((1, "a"), lambda: [2]) is first
        assert kept.get((1, "b"), lambda: [3]) == [3]
        assert kept.get((1, "a"), lambda: [4]) == [4]

    @pytest.mark.parametrize("seed", range(20))
    def test_a_view_is_the_one_of_its_instant_also_when_the_clock_is_set_back(self, seed: int) -> None:
        chance = Random(seed)
        views, rates, start = Views(), Rates(), uk("2026-11-23 12:00")
        settings = Settings(duration=60 * MINUTE, window=repeating_window(None, None, UK))
        edges = iter(sorted(chance.sample(range(200), 12)))
        all_sessions = [
            Session(start + begin * MINUTE, start + next(edges) * MINUTE, None) for begin in edges
        ]
        window = Window(start, start + 200 * MINUTE)
        plans = [
            Plan(
                status=Status.PLANNED,
                window=window,
                past=tuple(all_sessions[:first]),
                begun=tuple(all_sessions[first:second]),
                ahead=tuple(all_sessions[second:]),
            )
            for first, second in ((2, 4), (0, 3), (3, 6))
        ]
        plan, minute = plans[0], 0
        for _ in range(300):
            plan = chance.choice([plan, plan, plan, *plans])
            minute = chance.choice([minute, minute + 1, minute + 5, minute - 20]) % 210
            now = start + minute * MINUTE
            seen = views.of("car", plan, settings, rates, now)
            assert seen == Views().of("car", plan, settings, rates, now)
            assert seen.session == plan.current_or_next(now)
            assert seen.running == plan.running(now)
            assert seen.last_end == plan.last_end(now)
