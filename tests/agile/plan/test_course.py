"""A plan follows the prices until it begins, and then it holds."""

from datetime import time
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.plan import Reason, Status
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.replan import replan
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.windows import repeating_window
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, SECOND
from tests.octopus import UK

from .charge import (
    CHEAP_AT_2,
    FOR_DAYS,
    NIGHT,
    PRICING_DAY,
    TO_TOMORROW,
    TODAY,
    Charge,
    november,
    prices,
    spelled,
)


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

    @pytest.mark.parametrize("mode", Mode)
    def test_it_grows_no_further_than_known_prices_and_has_the_rest_once_more_are(
        self, mode: Mode
    ) -> None:
        evening = repeating_window(time(20), time(6), UK)
        dear_first = prices("22 23:00", "23 23:00", {"20:00": 30, "20:30": 30})
        charge = Charge(2, dear_first, window=evening, mode=mode)
        assert spelled(charge.at("23 21:00").begun) == ["23 21:00-23:00"]
        plan = charge.at("23 22:58", hours=3)
        assert (spelled(plan.sessions), plan.shortfall) == (["23 21:00-23:00"], 0 * HOUR)
        plan = charge.at("23 23:00")
        assert (plan.status, plan.running(november("23 23:00"))) == (Status.WAITING_FOR_PRICES, None)
        plan = charge.at("23 23:40", rates=TO_TOMORROW)
        assert spelled(plan.sessions) == ["23 21:00-23:00", "24 02:00-03:00"]

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

    def test_of_a_grown_need_what_still_fits_is_charged(self) -> None:
        plan = self.finished().at("24 05:30", hours=3)
        assert (plan.status, plan.reason) == (Status.CHARGING, Reason.TOO_LATE)
        assert spelled(plan.sessions) == ["24 02:00-04:00", "24 05:30-06:00"]
        assert plan.shortfall == HALF_HOUR

    def test_sessions_are_remembered_for_a_week(self) -> None:
        charge = Charge(2, prices("22 23:00", "30 23:00", CHEAP_AT_2), window=NIGHT)
        for day in range(23, 31):
            for clock in ("01:00", "02:00", "04:00", "12:00"):
                plan = charge.at(f"{day} {clock}")
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

    def test_without_enough_time_left_it_charges_what_fits(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        plan = charge.at("24 05:00")
        assert (plan.status, plan.reason, plan.shortfall) == (Status.CHARGING, Reason.TOO_LATE, HOUR)
        assert spelled(plan.sessions) == ["24 05:00-06:00"]

    def test_after_its_window_the_next_is_planned(self) -> None:
        charge = Charge(2, FOR_DAYS)
        charge.at("23 17:00")
        plan = charge.at("24 07:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["25 02:00-04:00"])
