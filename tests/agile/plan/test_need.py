"""A need may not fit, change while the car charges, or be unknown."""

from datetime import time

import pytest

from custom_components.octopus_agile.agile.plan import Reason, Status
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.windows import repeating_window
from tests.octopus import UK

from .charge import FOR_DAYS, PRICING_DAY, TO_TOMORROW, TODAY, Charge, live, november, spelled


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
        assert Charge(need=None).settings.fits_its_window()
        assert Charge(10, window=repeating_window(time(21), time(7), UK)).settings.fits_its_window()
        assert not Charge(10.5, window=repeating_window(time(21), time(7), UK)).settings.fits_its_window()
        assert Charge(24, window=PRICING_DAY).settings.fits_its_window()


class TestALiveNeed:
    """The need comes from the car: it is what is left at a moment, not what a window should bring."""

    def test_only_what_has_run_since_it_was_measured_counts(self) -> None:
        charge = Charge(need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        # After an hour the car still wants an hour and a half.
        plan = charge.at("24 03:00", need=live(1.5, "24 03:00"))
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:30"])
        plan = charge.at("24 03:15")
        assert spelled(plan.sessions) == ["24 02:00-04:30"]

    def test_a_full_car_is_finished(self) -> None:
        charge = Charge(need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 03:30", need=live(0, "24 03:30"))
        assert (plan.status, spelled(plan.sessions)) == (Status.FINISHED, ["24 02:00-03:30"])

    @pytest.mark.parametrize("rates", [TO_TOMORROW, FOR_DAYS], ids=["next unknown", "next known"])
    def test_met_once_it_stays_met_for_the_window_even_if_the_car_wavers(self, rates: Rates) -> None:
        charge = Charge(rates=rates, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 03:30", need=live(0, "24 03:30"))
        for minute in range(31, 59, 3):
            plan = charge.at(f"24 03:{minute}", need=live(0.1, f"24 03:{minute}"))
            assert plan.running(november(f"24 03:{minute}")) is None
            assert all(s.start >= november("25 00:00") for s in plan.ahead)

    def test_what_the_car_wants_after_that_is_planned_in_the_next_window(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 03:30", need=live(0, "24 03:30"))
        plan = charge.at("24 12:00", need=live(1, "24 12:00"))
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["25 02:00-03:00"])

    def test_a_car_that_comes_home_full_needs_nothing(self) -> None:
        plan = Charge(rates=FOR_DAYS, need=live(0, "23 16:00")).at("23 17:00")
        assert (plan.status, plan.sessions) == (Status.FINISHED, ())

    def test_one_that_comes_home_full_and_is_used_needs_something(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(0, "23 16:00"))
        charge.at("23 17:00")
        plan = charge.at("23 21:00", need=live(1, "23 21:00"))
        assert spelled(plan.sessions) == ["24 02:00-03:00"]


class TestANeedThatIsUnknown:
    def test_nothing_is_planned(self) -> None:
        plan = Charge(need=None).at("23 17:00")
        assert (plan.status, plan.reason, plan.sessions) == (Status.IMPOSSIBLE, Reason.NEED_UNKNOWN, ())

    def test_what_runs_goes_on_as_it_was_planned(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 02:30", need=None)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:00"])

    def test_what_begins_just_then_begins(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        plan = charge.at("24 02:00", need=None)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:00"])

    def test_afterwards_nobody_knows(self) -> None:
        charge = Charge(2)
        charge.at("23 17:00")
        charge.at("24 02:00", need=None)
        plan = charge.at("24 04:00")
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.NEED_UNKNOWN)
        assert spelled(plan.sessions) == ["24 02:00-04:00"]
