"""A need may not fit, change while the car charges, or be unknown."""

from dataclasses import replace
from datetime import time, timedelta

from custom_components.octopus_agile.agile.need import LiveNeed
from custom_components.octopus_agile.agile.plan import Reason, Status
from custom_components.octopus_agile.agile.windows import repeating_window
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, NOTHING
from tests.octopus import UK

from .charge import FOR_DAYS, PRICING_DAY, TODAY, Charge, live, november, prices, spelled


class TestANeedThatDoesNotFit:
    def test_with_a_deadline_what_fits_is_charged_and_the_shortfall_said(self) -> None:
        charge = Charge(2, FOR_DAYS)
        plan = charge.at("24 04:01")
        assert (plan.status, plan.reason, plan.shortfall) == (Status.CHARGING, Reason.TOO_LATE, MINUTE)
        assert spelled(plan.sessions) == ["24 04:01-06:00"]
        assert charge.at("24 05:59").shortfall == MINUTE
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
        assert (plan.status, plan.reason) == (Status.PLANNED, Reason.WINDOW_TOO_SHORT)
        assert (spelled(plan.sessions), plan.shortfall) == (["24 00:00-06:00"], HALF_HOUR)
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

    def test_of_a_need_longer_than_any_day_what_fits_is_charged_without_a_deadline_too(self) -> None:
        plan = Charge(24.5, FOR_DAYS, window=PRICING_DAY).at("23 21:30")
        assert (plan.status, plan.reason) == (Status.CHARGING, Reason.WINDOW_TOO_SHORT)
        assert (spelled(plan.sessions), plan.shortfall) == (["23 21:30-23:00"], 23 * HOUR)

    def test_what_may_still_fit_waits_for_its_prices(self) -> None:
        plan = Charge(3, prices("22 23:00", "24 02:00")).at("23 17:00")
        assert (plan.status, plan.sessions, plan.shortfall) == (Status.WAITING_FOR_PRICES, (), NOTHING)

    def test_what_must_run_before_the_unknown_is_planned(self) -> None:
        plan = Charge(5, prices("22 23:00", "24 03:00", {"00:30": 5, "01:00": 5})).at("23 17:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.PROVISIONAL, ["24 00:00-02:00"])
        assert plan.shortfall == NOTHING

    def test_whether_a_need_ever_fits_its_window_can_be_told(self) -> None:
        assert Charge(6).settings.fits_its_window()
        assert not Charge(6.01).settings.fits_its_window()
        assert Charge(need=None).settings.fits_its_window()
        assert Charge(10, window=repeating_window(time(21), time(7), UK)).settings.fits_its_window()
        assert not Charge(10.5, window=repeating_window(time(21), time(7), UK)).settings.fits_its_window()
        assert Charge(24, window=PRICING_DAY).settings.fits_its_window()


LATE: dict[str, float] = dict.fromkeys(("04:00", "04:30", "05:00", "05:30"), 5)


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

    def test_a_few_seconds_less_are_enough(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        need = replace(live(0.5, "24 02:30"), changed_at=november("24 02:30") + MINUTE / 12)
        plan = charge.at("24 03:00", need=need)
        assert (plan.status, plan.running(november("24 03:00"))) == (Status.FINISHED, None)

    def test_a_full_car_is_finished(self) -> None:
        charge = Charge(need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 03:30", need=live(0, "24 03:30"))
        assert (plan.status, spelled(plan.sessions)) == (Status.FINISHED, ["24 02:00-03:30"])

    def test_what_the_car_wants_after_that_is_planned_in_the_same_window(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 03:00", need=live(0, "24 03:00"))
        plan = charge.at("24 04:15", need=live(1, "24 04:15"))
        assert (plan.status, plan.reason) == (Status.CHARGING, None)
        assert spelled(plan.sessions) == ["24 02:00-03:00", "24 04:15-05:15"]

    def test_what_was_delivered_in_an_earlier_window_still_counts(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 04:00")
        assert charge.at("24 12:00").status is Status.FINISHED

    def test_a_moment_that_is_left_is_not_planned_for_another_window(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        # Reports come between whole minutes, at which sessions end.
        charge.at("24 03:55", need=LiveNeed(5 * MINUTE, november("24 03:55") + timedelta(seconds=0.2)))
        plan = charge.at("24 04:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.FINISHED, ["24 02:00-04:00"])

    def test_a_meter_knows_better_than_the_clock(self) -> None:
        charge = Charge(need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        slow = replace(live(2, "23 16:00"), measured=HALF_HOUR)
        plan = charge.at("24 03:00", need=slow)
        assert spelled(plan.sessions) == ["24 02:00-04:30"]
        plan = charge.at("24 03:30", need=replace(slow, measured=2 * HOUR))
        assert (plan.status, spelled(plan.sessions)) == (Status.FINISHED, ["24 02:00-03:30"])

    def test_what_a_meter_lacks_at_the_end_is_charged_without_a_break(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        slow = replace(live(2, "23 16:00"), measured=1.9 * HOUR)
        plan = charge.at("24 04:00", need=slow)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-04:06"])
        # But not while nothing can flow.
        plan = charge.at("24 04:06", idle_since=november("24 04:05"))
        assert plan.running(november("24 04:06")) is None or len(plan.begun) == 2

    def test_some_time_is_kept_in_hand_where_that_costs_hardly_more(self) -> None:
        for before, starts in ((5.1, "24 03:45-05:45"), (6, "24 04:00-06:00")):
            late = prices("22 23:00", "24 23:00", {"03:30": before, **LATE})
            plan = Charge(rates=late, need=live(2, "23 16:00")).at("23 17:00")
            assert spelled(plan.sessions) == [starts]
        # A length of time is known exactly.
        late = prices("22 23:00", "24 23:00", {"03:30": 5.1, **LATE})
        assert spelled(Charge(2, late).at("23 17:00").sessions) == ["24 04:00-06:00"]

    def test_what_a_meter_still_lacks_at_the_end_is_nothing_for_the_next_night(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=live(2, "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 04:00", need=replace(live(2, "23 16:00"), measured=2 * HOUR - MINUTE))
        assert (plan.status, plan.ahead) == (Status.FINISHED, ())

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
