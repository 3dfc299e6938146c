"""A plan follows the prices until it begins, and then it holds."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.models import Rate, Rates
from custom_components.octopus_agile.agile.planner import Session
from custom_components.octopus_agile.agile.plans import (
    HISTORY,
    Mode,
    Plan,
    Reason,
    Settings,
    Status,
    next_minute,
    replan,
    saving,
)
from custom_components.octopus_agile.agile.publication import due_until
from custom_components.octopus_agile.agile.windows import RepeatingWindow, Window, repeating_window
from tests.octopus import UK, uk

from .series import HALF_HOUR, HOUR, MINUTE, NOTHING, modelled

SECOND = timedelta(seconds=1)
# All days here are days in November, when UK time is UTC.
NIGHT = repeating_window(time(0), time(6), UK)
PRICING_DAY = repeating_window(None, None, UK)


def november(text: str) -> datetime:
    """Return a time in November 2026, like "24 02:30"."""
    return uk(f"2026-11-{text}")


def prices(start: str, end: str, pence: dict[str, float] | None = None) -> Rates:
    """Return half-hours at 20p, but for those at given times of day, or at given days and times."""
    rates = []
    at = november(start)
    while at < november(end):
        price = (pence or {}).get(f"{at:%d %H:%M}", (pence or {}).get(f"{at:%H:%M}", 20))
        rates.append(Rate(at, at + HALF_HOUR, Decimal(str(price)) / 100))
        at += HALF_HOUR
    return Rates(rates)


CHEAP_AT_2 = {"02:00": 5.0, "02:30": 5.0, "03:00": 6.0, "03:30": 6.0}
TODAY = prices("22 23:00", "23 23:00", CHEAP_AT_2)
TO_TOMORROW = prices("22 23:00", "24 23:00", CHEAP_AT_2)
FOR_DAYS = prices("22 23:00", "30 23:00", CHEAP_AT_2)


def spelled(sessions: tuple[Session, ...]) -> list[str]:
    """Return sessions as texts like "24 02:00-04:00"."""
    return [f"{session.start:%d %H:%M}-{session.end:%H:%M}" for session in sessions]


class Charge:
    """A plan that lives on from one moment to the next."""

    def __init__(self, hours: float = 2, rates: Rates = TO_TOMORROW, **settings: Any) -> None:
        self.rates = rates
        self.settings = Settings(**{"duration": hours * HOUR, "window": NIGHT, **settings})
        self.plan: Plan | None = None
        self.taken: tuple[Session, ...] = ()

    def at(
        self, text: str, hours: float | None = None, rates: Rates | None = None, **settings: Any
    ) -> Plan:
        """Move to a time in November; a need, prices or settings may be new then."""
        self.rates = rates or self.rates
        self.settings = replace(self.settings, **settings)
        if hours is not None:
            self.settings = replace(self.settings, duration=hours * HOUR)
        self.plan = replan(self.settings, self.rates, november(text), self.plan, self.taken)
        return self.plan

    def restart(self) -> None:
        """Lose what a store doesn't keep: all but what has begun."""
        assert self.plan is not None
        self.plan = replace(self.plan, status=Status.WAITING_FOR_PRICES, ahead=(), reason=None)


class TestBeforeItBegins:
    def test_it_is_planned_for_the_cheapest_time_of_its_window(self) -> None:
        plan = Charge().at("23 17:00")
        assert (plan.status, plan.reason) == (Status.PLANNED, None)
        assert spelled(plan.sessions) == spelled(plan.ahead) == ["24 02:00-04:00"]
        assert (plan.window.start, plan.window.end) == (november("24 00:00"), november("24 06:00"))
        assert plan.mean_price == Decimal("0.055")

    def test_new_prices_move_it(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        cheaper = prices("24 04:00", "24 06:00", {"04:30": -10, "05:00": -10})
        assert spelled(charge.at("24 01:59", rates=TO_TOMORROW.merge(cheaper)).sessions) == [
            "24 03:30-05:30"
        ]

    def test_a_new_need_moves_it(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        assert spelled(charge.at("23 18:00", hours=3).sessions) == ["24 01:00-04:00"]
        assert spelled(charge.at("23 19:00", hours=0.5).sessions) == ["24 02:00-02:30"]

    def test_only_time_from_now_on_counts(self) -> None:
        assert spelled(Charge(1).at("24 02:45").sessions) == ["24 02:45-03:45"]

    def test_what_starts_between_minutes_starts_at_the_next_whole_one(self) -> None:
        plan = replan(Charge(1).settings, TO_TOMORROW, november("24 04:10") + SECOND, None)
        assert spelled(plan.sessions) == ["24 04:11-05:11"]
        assert plan.status is Status.PLANNED

    def test_what_is_cheapest_now_begins_now(self) -> None:
        plan = Charge(1).at("24 04:10")
        assert plan.status is Status.CHARGING
        assert spelled(plan.begun) == ["24 04:10-05:10"]

    def test_it_is_provisional_while_part_of_its_window_is_unpublished(self) -> None:
        charge = Charge(rates=prices("22 23:00", "24 03:00", CHEAP_AT_2))
        plan = charge.at("23 17:00")
        assert plan.status is Status.PROVISIONAL
        assert spelled(plan.sessions) == ["24 01:00-03:00"]
        plan = charge.at("23 17:10", rates=TO_TOMORROW)
        assert plan.status is Status.PLANNED
        assert spelled(plan.sessions) == ["24 02:00-04:00"]

    def test_it_is_provisional_while_its_window_has_a_gap(self) -> None:
        gappy = TO_TOMORROW.without(november("24 05:00"), november("24 05:30"))
        assert Charge(rates=gappy).at("23 17:00").status is Status.PROVISIONAL

    def test_it_waits_for_prices_while_none_of_its_window_are_known(self) -> None:
        plan = Charge(rates=TODAY).at("23 15:00")
        assert (plan.status, plan.sessions) == (Status.WAITING_FOR_PRICES, ())

    def test_it_waits_for_prices_while_those_known_are_too_few(self) -> None:
        plan = Charge(rates=prices("22 23:00", "24 01:30")).at("23 17:00")
        assert (plan.status, plan.sessions) == (Status.WAITING_FOR_PRICES, ())

    def test_without_any_price_it_waits(self) -> None:
        assert Charge(rates=Rates()).at("24 01:00").status is Status.WAITING_FOR_PRICES

    def test_it_does_not_run(self) -> None:
        plan = Charge().at("23 17:00")
        assert plan.running(november("24 03:00")) is None


class TestOnceItHasBegun:
    def begun(self, hours: float = 2) -> Charge:
        charge = Charge(hours)
        charge.at("23 17:00")
        plan = charge.at("24 02:00")
        assert plan.status is Status.CHARGING
        assert spelled(plan.begun) == ["24 02:00-04:00"]
        return charge

    def test_it_runs_until_it_ends(self) -> None:
        plan = self.begun().at("24 03:59")
        assert plan.status is Status.CHARGING
        assert plan.running(november("24 03:59")) == plan.begun[0]
        assert plan.running(november("24 04:00")) is None

    def test_new_prices_do_not_move_it(self) -> None:
        charge = self.begun()
        other = TO_TOMORROW.merge(
            prices("24 02:30", "24 06:00", {"02:30": 99, "03:00": 99, "05:00": -5, "05:30": -5})
        )
        plan = charge.at("24 02:31", rates=other)
        assert spelled(plan.sessions) == ["24 02:00-04:00"]
        assert plan.mean_price == Decimal("0.5575")
        assert (plan.status, charge.at("24 03:59:59").status) == (Status.CHARGING, Status.CHARGING)

    def test_a_grown_need_makes_it_longer_and_leaves_its_start(self) -> None:
        assert spelled(self.begun().at("24 03:00", hours=3.5).sessions) == ["24 02:00-05:30"]

    def test_it_grows_no_further_than_its_window(self) -> None:
        charge = self.begun()
        assert spelled(charge.at("24 03:00", hours=6).sessions) == ["24 02:00-06:00"]
        assert charge.at("24 06:00").window.start == november("25 00:00")

    def test_a_shrunk_need_makes_it_shorter_and_leaves_its_start(self) -> None:
        plan = self.begun().at("24 02:30", hours=1)
        assert spelled(plan.sessions) == ["24 02:00-03:00"]
        assert plan.status is Status.CHARGING

    @pytest.mark.parametrize("hours", [0.5, 1])
    def test_a_need_that_shrinks_to_what_is_done_stops_it(self, hours: float) -> None:
        plan = self.begun().at("24 03:00", hours=hours)
        assert plan.status is Status.FINISHED
        assert spelled(plan.sessions) == ["24 02:00-03:00"]
        assert plan.mean_price == Decimal("0.05")

    def test_it_may_shrink_and_grow_again(self) -> None:
        charge = self.begun()
        assert spelled(charge.at("24 02:10", hours=0.5).sessions) == ["24 02:00-02:30"]
        assert spelled(charge.at("24 02:20", hours=2.5).sessions) == ["24 02:00-04:30"]

    def test_a_moved_window_does_not_move_it(self) -> None:
        plan = self.begun().at("24 02:10", window=repeating_window(time(10), time(14), UK))
        assert spelled(plan.sessions) == ["24 02:00-04:00"]

    def test_its_price_is_kept_when_the_prices_are_lost(self) -> None:
        charge = self.begun()
        charge.rates = Rates()
        plan = charge.at("24 02:10")
        assert plan.status is Status.CHARGING
        assert (spelled(plan.sessions), plan.mean_price) == (["24 02:00-04:00"], Decimal("0.055"))

    def test_it_outlives_a_restart(self) -> None:
        charge = self.begun()
        charge.restart()
        plan = charge.at("24 03:30")
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:00"])

    def test_what_had_only_been_planned_is_planned_anew_after_a_restart(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        charge.restart()
        assert spelled(charge.at("24 02:30").sessions) == ["24 02:30-04:30"]

    def test_it_begins_even_if_the_clock_looks_a_little_late(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        plan = charge.at("24 02:00:03")
        assert (plan.status, spelled(plan.begun)) == (Status.CHARGING, ["24 02:00-04:00"])

    def test_a_session_that_is_due_at_the_moment_its_need_goes_never_was(self) -> None:
        charge = self.begun(2)
        charge.at("24 04:00")
        assert spelled(charge.at("24 04:00:30", hours=3).ahead) == ["24 04:01-05:01"]
        plan = charge.at("24 04:01", hours=2)
        assert (plan.status, spelled(plan.sessions)) == (Status.FINISHED, ["24 02:00-04:00"])


class TestOnceItsNeedIsMet:
    def finished(self, rates: Rates = TO_TOMORROW) -> Charge:
        charge = Charge(2, rates)
        for moment in ("23 17:00", "24 02:00", "24 04:00"):
            charge.at(moment)
        return charge

    def test_it_is_finished_until_prices_for_the_next_window_are_known(self) -> None:
        charge = self.finished()
        plan = charge.at("24 04:00")
        assert plan.status is Status.FINISHED
        assert spelled(plan.sessions) == ["24 02:00-04:00"]
        plan = charge.at("24 16:10", rates=FOR_DAYS)
        assert plan.status is Status.PLANNED
        assert spelled(plan.sessions) == ["25 02:00-04:00"]
        assert spelled(plan.past) == ["24 02:00-04:00"]

    def test_it_plans_the_next_window_at_once_if_that_is_known(self) -> None:
        plan = self.finished(FOR_DAYS).at("24 04:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["25 02:00-04:00"])

    @pytest.mark.parametrize("rates", [TO_TOMORROW, FOR_DAYS], ids=["next unknown", "next known"])
    @pytest.mark.parametrize("restarts", [False, True])
    def test_no_second_session_is_made_for_it(self, rates: Rates, restarts: bool) -> None:
        charge = self.finished(rates)
        for minute in range(0, 120, 7):
            if restarts:
                charge.restart()
            plan = charge.at(f"24 {4 + minute // 60:02}:{minute % 60:02}")
            assert all(
                session.start < november("24 04:00") or session.start >= november("25 00:00")
                for session in plan.sessions
            )
            assert spelled(plan.past + plan.begun) == ["24 02:00-04:00"]

    @pytest.mark.parametrize("rates", [TO_TOMORROW, FOR_DAYS], ids=["next unknown", "next known"])
    def test_a_grown_need_is_met_by_another_session_in_the_same_window(self, rates: Rates) -> None:
        charge = self.finished(rates)
        plan = charge.at("24 04:30", hours=3)
        assert plan.status is Status.CHARGING
        assert spelled(plan.sessions) == ["24 02:00-04:00", "24 04:30-05:30"]
        assert plan.mean_price == Decimal("0.31") / 3
        assert charge.at("24 05:30").running(november("24 05:30")) is None

    def test_a_grown_need_that_no_longer_fits_is_impossible(self) -> None:
        plan = self.finished().at("24 05:30", hours=3)
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.TOO_LATE)
        assert spelled(plan.sessions) == ["24 02:00-04:00"]

    def test_sessions_are_remembered_for_a_week(self) -> None:
        charge = Charge(2, prices("22 23:00", "30 23:00", CHEAP_AT_2), window=NIGHT)
        for day in range(23, 31):
            for clock in ("01:00", "02:00", "04:00", "12:00"):
                plan = charge.at(f"{day} {clock}")
        assert timedelta(days=7) == HISTORY
        assert spelled(plan.past + plan.begun) == [f"{day} 02:00-04:00" for day in range(24, 31)]

    def test_each_night_of_a_week_gets_one_session(self) -> None:
        charge = Charge(2, FOR_DAYS, window=PRICING_DAY)
        seen = set()
        moment = november("23 00:00")
        while moment < november("29 00:00"):
            plan = charge.at(f"{moment:%d %H:%M}")
            seen |= set(spelled(plan.begun))
            moment += 10 * MINUTE
        assert sorted(seen) == [f"{day} 02:00-04:00" for day in range(23, 29)]


class TestAMissedSession:
    def test_it_never_was_and_the_rest_of_the_window_is_used(self) -> None:
        charge = Charge(1)
        charge.at("23 17:00")
        plan = charge.at("24 04:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 04:00-05:00"])
        assert plan.past == ()

    def test_without_enough_time_left_it_is_impossible(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        plan = charge.at("24 05:00")
        assert (plan.status, plan.reason, plan.sessions) == (Status.IMPOSSIBLE, Reason.TOO_LATE, ())

    def test_after_its_window_the_next_is_planned(self) -> None:
        charge = Charge(2, FOR_DAYS)
        charge.at("23 17:00")
        plan = charge.at("24 07:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["25 02:00-04:00"])


class TestANeedThatDoesNotFit:
    def test_with_a_deadline_it_is_impossible_and_says_so_until_the_window_closes(self) -> None:
        charge = Charge(2, FOR_DAYS)
        plan = charge.at("24 04:01")
        assert (plan.status, plan.reason, plan.sessions) == (Status.IMPOSSIBLE, Reason.TOO_LATE, ())
        assert charge.at("24 05:59").status is Status.IMPOSSIBLE
        plan = charge.at("24 06:00")
        assert (plan.status, plan.reason, spelled(plan.sessions)) == (
            Status.PLANNED,
            None,
            ["25 02:00-04:00"],
        )

    def test_it_fits_to_the_last_minute(self) -> None:
        assert spelled(Charge(2).at("24 04:00").sessions) == ["24 04:00-06:00"]

    def test_a_window_shorter_than_the_need_is_another_reason(self) -> None:
        plan = Charge(6.5).at("23 17:00")
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.WINDOW_TOO_SHORT)
        assert Charge(6.5).at("24 03:00").reason is Reason.WINDOW_TOO_SHORT

    def test_without_a_deadline_it_takes_the_next_pricing_day(self) -> None:
        charge = Charge(2, window=PRICING_DAY)
        plan = charge.at("23 21:30")
        assert plan.status is Status.PLANNED
        assert spelled(plan.sessions) == ["24 02:00-04:00"]
        assert plan.window.start == november("23 23:00")

    def test_and_waits_for_its_prices_if_need_be(self) -> None:
        plan = Charge(2, TODAY, window=PRICING_DAY).at("23 21:30")
        assert (plan.status, plan.reason) == (Status.WAITING_FOR_PRICES, None)

    def test_a_need_longer_than_any_day_is_impossible_without_a_deadline_too(self) -> None:
        plan = Charge(24.5, FOR_DAYS, window=PRICING_DAY).at("23 21:30")
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.WINDOW_TOO_SHORT)

    def test_whether_a_need_ever_fits_its_window_can_be_told(self) -> None:
        assert Charge(6).settings.fits_its_window()
        assert not Charge(6.01).settings.fits_its_window()
        assert Charge(duration=None).settings.fits_its_window()
        assert Charge(10, window=repeating_window(time(21), time(7), UK)).settings.fits_its_window()
        assert not Charge(10.5, window=repeating_window(time(21), time(7), UK)).settings.fits_its_window()
        assert Charge(24, window=PRICING_DAY).settings.fits_its_window()


class TestALiveNeed:
    """The need comes from the car: it is what is left at a moment, not what a window should bring."""

    def test_only_what_has_run_since_it_was_measured_counts(self) -> None:
        charge = Charge(2, measured=november("23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        # After an hour the car still wants an hour and a half.
        plan = charge.at("24 03:00", hours=1.5, measured=november("24 03:00"))
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:30"])
        plan = charge.at("24 03:15")
        assert spelled(plan.sessions) == ["24 02:00-04:30"]

    def test_a_full_car_is_finished(self) -> None:
        charge = Charge(2, measured=november("23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 03:30", hours=0, measured=november("24 03:30"))
        assert (plan.status, spelled(plan.sessions)) == (Status.FINISHED, ["24 02:00-03:30"])

    @pytest.mark.parametrize("rates", [TO_TOMORROW, FOR_DAYS], ids=["next unknown", "next known"])
    def test_met_once_it_stays_met_for_the_window_even_if_the_car_wavers(self, rates: Rates) -> None:
        charge = Charge(2, rates, measured=november("23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 03:30", hours=0, measured=november("24 03:30"))
        for minute in range(31, 59, 3):
            plan = charge.at(f"24 03:{minute}", hours=0.1, measured=november(f"24 03:{minute}"))
            assert plan.running(november(f"24 03:{minute}")) is None
            assert all(s.start >= november("25 00:00") for s in plan.ahead)

    def test_what_the_car_wants_after_that_is_planned_in_the_next_window(self) -> None:
        charge = Charge(2, FOR_DAYS, measured=november("23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 03:30", hours=0, measured=november("24 03:30"))
        plan = charge.at("24 12:00", hours=1, measured=november("24 12:00"))
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["25 02:00-03:00"])

    def test_a_car_that_comes_home_full_needs_nothing(self) -> None:
        plan = Charge(0, FOR_DAYS, measured=november("23 16:00")).at("23 17:00")
        assert (plan.status, plan.sessions) == (Status.FINISHED, ())

    def test_one_that_comes_home_full_and_is_used_needs_something(self) -> None:
        charge = Charge(0, FOR_DAYS, measured=november("23 16:00"))
        charge.at("23 17:00")
        plan = charge.at("23 21:00", hours=1, measured=november("23 21:00"))
        assert spelled(plan.sessions) == ["24 02:00-03:00"]


class TestANeedThatIsUnknown:
    def test_nothing_is_planned(self) -> None:
        plan = Charge(duration=None).at("23 17:00")
        assert (plan.status, plan.reason, plan.sessions) == (Status.IMPOSSIBLE, Reason.NEED_UNKNOWN, ())

    def test_what_runs_goes_on_as_it_was_planned(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 02:30", duration=None)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:00"])

    def test_what_begins_just_then_begins(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        plan = charge.at("24 02:00", duration=None)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:00"])

    def test_afterwards_nobody_knows(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        charge.at("24 02:00", duration=None)
        plan = charge.at("24 04:00")
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.NEED_UNKNOWN)
        assert spelled(plan.sessions) == ["24 02:00-04:00"]


class TestSwitchedOff:
    def test_nothing_is_planned(self) -> None:
        plan = Charge(enabled=False).at("23 17:00")
        assert (plan.status, plan.sessions) == (Status.OFF, ())

    def test_what_runs_is_stopped_and_not_forgotten(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 02:45", enabled=False)
        assert (plan.status, spelled(plan.sessions)) == (Status.OFF, ["24 02:00-02:45"])

    def test_switched_on_again_the_rest_is_planned(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 02:45", enabled=False)
        plan = charge.at("24 02:50", enabled=True)
        assert spelled(plan.sessions) == ["24 02:00-02:45", "24 02:50-04:05"]


class TestAPriceLimit:
    def test_dearer_time_is_not_used(self) -> None:
        assert spelled(Charge(1, price_limit=Decimal("0.05")).at("23 17:00").sessions) == [
            "24 02:00-03:00"
        ]

    def test_if_too_little_time_is_that_cheap_it_is_impossible(self) -> None:
        plan = Charge(1.5, price_limit=Decimal("0.05")).at("23 17:00")
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.PRICE_LIMIT)

    def test_while_prices_are_missing_it_waits_for_cheaper_ones(self) -> None:
        charge = Charge(1, prices("22 23:00", "24 01:00"), price_limit=Decimal("0.05"))
        assert charge.at("23 17:00").status is Status.WAITING_FOR_PRICES


class TestASharedCharger:
    def test_time_that_another_plan_takes_is_not_used(self) -> None:
        charge = Charge(1)
        charge.taken = (Session(november("24 02:15"), november("24 03:15"), None),)
        assert spelled(charge.at("23 17:00").sessions) == ["24 03:15-04:15"]

    def test_if_it_takes_too_much_the_plan_is_impossible(self) -> None:
        charge = Charge(2)
        charge.taken = (Session(november("24 01:30"), november("24 04:30"), None),)
        plan = charge.at("23 17:00")
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.CHARGER_TAKEN)


class TestWithPauses:
    CHEAP_TWICE = {"01:00": 5.0, "01:30": 5.0, "04:00": 6.0, "04:30": 7.0}
    PRICES = prices("22 23:00", "24 23:00", CHEAP_TWICE)

    def charge(self, hours: float = 2, **settings: Any) -> Charge:
        return Charge(hours, self.PRICES, mode=Mode.SLOTS, **settings)

    def test_the_cheapest_slots_are_taken(self) -> None:
        plan = self.charge().at("23 17:00")
        assert plan.status is Status.PLANNED
        assert spelled(plan.sessions) == ["24 01:00-02:00", "24 04:00-05:00"]
        assert plan.duration == 2 * HOUR
        assert plan.mean_price == Decimal("0.0575")

    def test_it_may_take_a_start_cost_into_account(self) -> None:
        plan = self.charge(1.5, start_cost=Decimal("0.10")).at("23 17:00")
        assert spelled(plan.sessions) == ["24 00:30-02:00"]

    def test_it_may_have_a_shortest_run(self) -> None:
        plan = self.charge(1.5, shortest_run=HOUR).at("23 17:00")
        assert spelled(plan.sessions) == ["24 00:30-02:00"]

    def test_it_pauses_and_goes_on(self) -> None:
        charge = self.charge()
        charge.at("23 17:00")
        plan = charge.at("24 01:00")
        assert (plan.status, spelled(plan.begun), spelled(plan.ahead)) == (
            Status.CHARGING,
            ["24 01:00-02:00"],
            ["24 04:00-05:00"],
        )
        plan = charge.at("24 02:00")
        assert (plan.status, spelled(plan.ahead)) == (Status.PLANNED, ["24 04:00-05:00"])
        plan = charge.at("24 04:00")
        assert (plan.status, spelled(plan.begun)) == (
            Status.CHARGING,
            ["24 01:00-02:00", "24 04:00-05:00"],
        )
        assert charge.at("24 05:00").status is Status.FINISHED

    def test_new_prices_move_what_has_not_begun(self) -> None:
        charge = self.charge()
        charge.at("23 17:00")
        charge.at("24 01:00")
        newer = self.PRICES.merge(prices("24 05:00", "24 06:00", {"05:00": 1, "05:30": 1}))
        assert spelled(charge.at("24 01:20", rates=newer).sessions) == [
            "24 01:00-02:00",
            "24 05:00-06:00",
        ]

    def test_what_begins_at_once_may_pause_too(self) -> None:
        plan = self.charge().at("24 01:00")
        assert (plan.status, spelled(plan.sessions)) == (
            Status.CHARGING,
            ["24 01:00-02:00", "24 04:00-05:00"],
        )

    @pytest.mark.parametrize(
        ("at_2", "sessions"),
        [
            (10.0, ["24 01:00-02:30", "24 04:00-05:00"]),
            (50.0, ["24 01:00-02:00", "24 03:30-05:00"]),
        ],
        ids=["joins the one that runs", "joins the next"],
    )
    def test_a_grown_need_takes_the_cheapest_slots_left(self, at_2: float, sessions: list[str]) -> None:
        charge = self.charge()
        charge.at("24 01:00")
        newer = self.PRICES.merge(prices("24 02:00", "24 02:30", {"02:00": at_2}))
        assert spelled(charge.at("24 01:10", hours=2.5, rates=newer).sessions) == sessions

    def test_a_shrunk_need_ends_it_early(self) -> None:
        charge = self.charge()
        charge.at("24 01:00")
        assert spelled(charge.at("24 01:10", hours=0.5).sessions) == ["24 01:00-01:30"]

    def test_a_need_that_goes_unknown_leaves_what_was_planned(self) -> None:
        charge = self.charge()
        charge.at("24 01:00")
        assert spelled(charge.at("24 01:10", duration=None).sessions) == [
            "24 01:00-02:00",
            "24 04:00-05:00",
        ]

    def test_without_time_for_the_rest_it_runs_on_to_the_end_of_its_window(self) -> None:
        charge = self.charge()
        charge.at("24 04:00", hours=1)
        assert spelled(charge.at("24 04:30", hours=9).sessions) == ["24 04:00-06:00"]

    def test_but_not_above_its_price_limit(self) -> None:
        charge = self.charge(1, price_limit=Decimal("0.07"))
        charge.at("24 04:00")
        plan = charge.at("24 04:30", hours=9)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 04:00-05:00"])

    def test_a_missed_session_is_made_up_for(self) -> None:
        charge = self.charge(1)
        assert spelled(charge.at("24 00:30").sessions) == ["24 01:00-02:00"]
        assert spelled(charge.at("24 02:00").sessions) == ["24 04:00-05:00"]


class TestWhatAPlanTells:
    TWO = Plan(
        status=Status.PLANNED,
        window=NIGHT.current_or_next(november("24 00:00")),
        begun=(Session(november("24 01:00"), november("24 02:00"), Decimal("0.10"), Decimal(7)),),
        ahead=(Session(november("24 04:00"), november("24 04:30"), Decimal("0.40"), Decimal(7)),),
    )
    NONE = replace(TWO, begun=(), ahead=())

    @pytest.mark.parametrize(
        ("now", "change"),
        [
            ("24 00:00", "24 01:00"),
            ("24 01:00", "24 02:00"),
            ("24 01:59", "24 02:00"),
            ("24 02:00", "24 04:00"),
            ("24 04:00", "24 04:30"),
        ],
    )
    def test_the_next_change_is_the_next_start_or_end(self, now: str, change: str) -> None:
        assert self.TWO.next_change(november(now)) == november(change)

    def test_after_the_last_there_is_none(self) -> None:
        assert self.TWO.next_change(november("24 04:30")) is None
        assert self.NONE.next_change(november("24 00:00")) is None

    def test_the_current_session_is_the_one_that_runs_or_comes_next_or_was_the_last(self) -> None:
        first, second = self.TWO.sessions
        moments = ("24 00:00", "24 01:30", "24 02:00", "24 04:15", "24 05:00")
        assert [self.TWO.current_or_next(november(now)) for now in moments] == [
            first,
            first,
            second,
            second,
            second,
        ]
        assert self.NONE.current_or_next(november("24 00:00")) is None

    def test_it_ends_with_its_last_session(self) -> None:
        assert self.TWO.end == november("24 04:30")
        assert self.NONE.end is None

    @pytest.mark.parametrize(
        ("now", "ended"),
        [
            ("24 00:30", "23 03:00"),
            ("24 01:30", "23 03:00"),
            ("24 02:00", "24 02:00"),
            ("24 05:00", "24 02:00"),
        ],
    )
    def test_the_last_end_is_of_what_is_over_in_this_window_or_an_earlier_one(
        self, now: str, ended: str
    ) -> None:
        plan = replace(self.TWO, past=(Session(november("23 02:00"), november("23 03:00"), None),))
        assert plan.last_end(november(now)) == november(ended)
        assert self.NONE.last_end(november(now)) is None

    def test_its_mean_price_is_by_time(self) -> None:
        assert self.TWO.mean_price == Decimal("0.20")
        assert self.NONE.mean_price is None
        unknown = replace(self.TWO, begun=(Session(november("24 01:00"), november("24 02:00"), None),))
        assert unknown.mean_price is None

    def test_a_session_tells_its_energy_and_cost(self) -> None:
        session = self.TWO.ahead[0]
        assert (session.energy, session.cost) == (Decimal("3.5"), Decimal("1.40"))
        assert replace(session, mean_price=None).cost is None
        assert replace(session, power=None).energy is None
        assert replace(session, power=None).cost is None

    def test_its_sessions_draw_the_power_that_was_given(self) -> None:
        charge = Charge(2, power=Decimal("7.4"))
        assert charge.at("23 17:00").ahead[0].power == Decimal("7.4")
        charge.at("24 02:00")
        assert charge.at("24 02:10", power=Decimal("3.6")).begun[0].power == Decimal("3.6")

    def test_it_saves_the_difference_to_starting_with_its_window(self) -> None:
        plan = Charge().at("23 17:00")
        assert saving(plan, TO_TOMORROW) == Decimal("0.145")

    def test_it_saves_nothing_that_can_be_told_without_prices_or_sessions(self) -> None:
        plan = Charge().at("23 17:00")
        assert saving(plan, TODAY) is None
        assert saving(self.NONE, TO_TOMORROW) is None

    def test_a_whole_minute_is_its_own_next_one(self) -> None:
        assert next_minute(november("24 02:00")) == november("24 02:00")
        assert next_minute(november("24 02:00") + SECOND / 1000) == november("24 02:01")
        assert next_minute(november("24 23:59:59")) == november("25 00:00")


WEEKS = modelled(uk("2026-10-20 23:00"), days=14, seed=7)
WINDOWS = [
    PRICING_DAY,
    repeating_window(time(21), time(7), UK),
    repeating_window(time(1), time(5, 30), UK),
    repeating_window(time(12, 15), None, UK),
]


@dataclass
class Witness:
    """Looks at every plan of a life, and remembers what has begun, by its start, as last seen."""

    begun: dict[datetime, Session] = field(default_factory=dict)
    at: datetime | None = None

    def see(self, plan: Plan, now: datetime) -> None:
        self.check_one(plan, now)
        done = {session.start: session for session in plan.past + plan.begun}
        for start, session in self.begun.items():
            # What has begun keeps its start, what has ended its end too.
            assert start in done or session.end <= now - HISTORY
            has_ended = self.at is not None and session.end <= self.at
            assert not has_ended or start not in done or done[start].end == session.end
        self.begun |= done
        self.at = now

    @staticmethod
    def check_one(plan: Plan, now: datetime) -> None:
        for before, after in pairwise(plan.past + plan.sessions):
            assert before.end <= after.start
        for session in plan.past + plan.begun:
            assert session.start <= now
        for session in plan.ahead:
            assert session.start > now
        for session in plan.sessions:
            assert plan.window.start <= session.start < session.end <= plan.window.end
            assert session.mean_price is not None
        assert (plan.running(now) is not None) == (plan.status is Status.CHARGING)


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[timedelta, timedelta | None, bool]]:
    """Steps of time, each perhaps with a new need at its end, and whether it is slept through.

    Who sleeps misses the starts and ends of sessions.
    """
    steps = st.tuples(
        st.one_of(
            st.just(HALF_HOUR),
            st.integers(1, 90).map(lambda minutes: minutes * MINUTE),
            st.integers(1, 40_000).map(lambda seconds: seconds * SECOND),
        ),
        st.none() | st.integers(1, 360).map(lambda minutes: minutes * MINUTE),
        st.booleans(),
    )
    return draw(st.lists(steps, min_size=20, max_size=100))


@given(lives(), st.sampled_from(WINDOWS), st.sampled_from(Mode))
@settings(max_examples=100, deadline=None)
def test_whatever_happens_no_window_runs_longer_than_asked_and_nothing_that_has_begun_moves(
    life: list[tuple[timedelta, timedelta | None, bool]], window: RepeatingWindow, mode: Mode
) -> None:
    now = uk("2026-10-23 15:00")
    asked = Settings(duration=2 * HOUR, window=window, mode=mode, shortest_run=20 * MINUTE)
    needs = [(now - 48 * HOUR, 2 * HOUR)]
    witness = Witness()
    plan: Plan | None = None
    for step, need, sleeps in life:
        until = now + step
        while now < until:
            change = None if plan is None or sleeps else plan.next_change(now)
            now = until if change is None else min(until, change)
            if now == until and need is not None:
                asked = replace(asked, duration=need)
                needs.append((now, need))
            known = WEEKS.between(uk("2026-10-20 23:00"), due_until(now))
            plan = replan(asked, known, now, plan)
            witness.see(plan, now)
    ran: dict[Window, timedelta] = {}
    for session in witness.begun.values():
        opened = window.current_or_next(session.start)
        ran[opened] = ran.get(opened, NOTHING) + min(session.end, now) - session.start
    for opened, time_run in ran.items():
        at_first = [need for at, need in needs if at <= opened.start][-1]
        later = [need for at, need in needs if opened.start < at < opened.end]
        assert time_run <= max(at_first, *later, NOTHING)
