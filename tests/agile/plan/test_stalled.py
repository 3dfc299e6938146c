"""A level that must have risen and hasn't; a car that takes no more; power that can't flow."""

from dataclasses import replace
from decimal import Decimal

from custom_components.octopus_agile.agile.need import LiveNeed
from custom_components.octopus_agile.agile.plan import Plan, Reason, Status, saving
from custom_components.octopus_agile.agile.replan import left_to_charge
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, NOTHING

from .charge import FOR_DAYS, Charge, november, prices, spelled

TWENTY = 20 * MINUTE


def stuck(hours: float, changed: str, heard: str, **changes: object) -> LiveNeed:
    """Return a need whose level must change after twenty minutes."""
    need = LiveNeed(hours * HOUR, november(changed), heard_at=november(heard))
    return replace(need, noticeable=TWENTY, **changes)  # type: ignore[arg-type]


class TestALevelThatDoesNotRise:
    def stalled(self) -> tuple[Charge, Plan]:
        charge = Charge(rates=FOR_DAYS, need=stuck(2, "23 16:00", "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00", need=stuck(2, "23 16:00", "24 01:59"))
        assert charge.at("24 02:19", need=stuck(2, "23 16:00", "24 02:19")).stalled_at is None
        return charge, charge.at("24 02:20", need=stuck(2, "23 16:00", "24 02:20"))

    def test_is_stalled_and_runs_on_to_the_session_s_planned_end(self) -> None:
        charge, plan = self.stalled()
        assert (plan.status, plan.stalled_at) == (Status.STALLED, november("24 02:20"))
        assert spelled(plan.sessions) == ["24 02:00-04:00"]
        assert charge.at("24 03:59").running(november("24 03:59")) is not None

    def test_is_tried_once_more_at_the_cheapest_time_left(self) -> None:
        charge, _ = self.stalled()
        plan = charge.at("24 04:00")
        assert (plan.status, spelled(plan.sessions)) == (
            Status.STALLED,
            ["24 02:00-04:00", "24 04:00-06:00"],
        )
        plan = charge.at("24 04:20", need=stuck(2, "23 16:00", "24 04:20"))
        assert (plan.status, plan.running(november("24 04:20"))) == (Status.STALLED, None)
        plan = charge.at("24 05:00")
        assert spelled(plan.sessions) == ["24 02:00-04:00", "24 04:00-04:20"]

    def test_when_the_level_changes_the_plan_goes_on_from_it(self) -> None:
        charge, _ = self.stalled()
        charge.at("24 04:00")
        charge.at("24 04:20", need=stuck(2, "23 16:00", "24 04:20"))
        plan = charge.at("24 04:30", need=stuck(1.25, "24 04:30", "24 04:30"))
        assert (plan.status, plan.stalled_at) == (Status.CHARGING, None)
        assert spelled(plan.ahead + plan.begun[-1:]) == ["24 04:30-05:45"]

    def test_an_old_level_may_be_repeated_for_a_while(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=stuck(25 / 60, "23 16:00", "23 16:00", repeats=HALF_HOUR))
        charge.at("23 17:00")
        for clock, is_stalled in (("02:25", False), ("02:45", False), ("02:50", True)):
            charge.at("24 02:00" if clock == "02:25" else f"24 {clock}")
            said = stuck(25 / 60, "23 16:00", f"24 {clock}", repeats=HALF_HOUR)
            assert (charge.at(f"24 {clock}", need=said).stalled_at is not None) is is_stalled

    def test_a_change_in_the_same_moment_that_counts_later_is_one(self) -> None:
        charge, _ = self.stalled()
        plan = charge.at("24 02:25", need=stuck(1.25, "24 02:20", "24 02:20"))
        assert (plan.status, plan.stalled_at) == (Status.CHARGING, None)

    def test_in_the_next_window_it_is_tried_anew_with_all_that_is_missing(self) -> None:
        charge, _ = self.stalled()
        charge.at("24 04:00")
        charge.at("24 04:20", need=stuck(2, "23 16:00", "24 04:20"))
        plan = charge.at("24 06:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["25 02:00-04:00"])
        charge.at("25 02:00")
        plan = charge.at("25 02:30", need=stuck(2, "23 16:00", "25 02:30"))
        assert plan.stalled_at == november("25 02:30")

    def test_a_sensor_that_is_not_heard_is_believed_no_less_than_the_clock(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=stuck(2, "23 16:00", "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        assert charge.at("24 04:00").status is Status.FINISHED

    def test_a_report_that_comes_late_still_says_it(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=stuck(2, "23 16:00", "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 04:00")
        plan = charge.at("24 04:10", need=stuck(2, "23 16:00", "24 04:10"))
        assert (plan.status, spelled(plan.sessions)) == (
            Status.STALLED,
            ["24 02:00-04:00", "24 04:10-06:00"],
        )

    def test_near_the_target_after_a_rise_it_is_the_car_s_own_limit(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=stuck(2, "23 16:00", "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        near = stuck(1, "24 03:00", "24 03:20", rose_at=november("24 03:00"), is_near=True)
        plan = charge.at("24 03:20", need=near)
        assert (plan.status, plan.reason) == (Status.FINISHED, Reason.LIMIT_OF_THE_CAR)
        assert spelled(plan.sessions) == ["24 02:00-03:20"]

    def test_without_a_rise_in_the_session_it_is_not(self) -> None:
        charge = Charge(rates=FOR_DAYS, need=stuck(2, "23 16:00", "23 16:00"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        before = stuck(1, "23 16:00", "24 02:20", rose_at=november("23 16:00"), is_near=True)
        assert charge.at("24 02:20", need=before).status is Status.STALLED

    def test_of_a_battery_with_a_meter_the_meter_says_how_much_is_left(self) -> None:
        charge, _ = self.stalled()
        metered = stuck(2, "23 16:00", "24 03:00", measured=2 * HOUR)
        assert charge.at("24 03:00", need=metered).status is Status.FINISHED


class TestNoPower:
    def test_time_in_which_nothing_flows_does_not_count(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 02:30", idle_since=november("24 02:30"))
        plan = charge.at("24 03:30", idle_since=None)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["24 02:00-05:00"])

    def test_meanwhile_the_rest_is_planned_as_if_it_came_back_now(self) -> None:
        cheap: dict[str, float] = {"02:00": 5, "02:30": 5, "03:00": 6, "03:30": 6, "05:30": 7}
        charge = Charge(rates=prices("22 23:00", "24 23:00", cheap))
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 02:30", idle_since=november("24 02:00"))
        assert spelled(plan.sessions) == ["24 02:00-04:00", "24 05:30-06:00"]

    def test_what_no_longer_fits_is_said(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        charge.at("24 02:00", idle_since=november("23 12:00"))
        plan = charge.at("24 05:00", idle_since=november("23 12:00"))
        assert (plan.shortfall, plan.reason) == (HOUR, Reason.TOO_LATE)
        plan = charge.at("24 05:30", idle_since=None)
        assert plan.shortfall == 1.5 * HOUR

    def test_whoever_plugs_in_late_gets_what_is_best_by_then(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        charge.at("24 02:00", idle_since=november("23 12:00"))
        # The plug goes in just before the time that is cheapest by now, and the charger is still off.
        cheaper = prices("22 23:00", "24 23:00", {"04:00": 1, "04:30": 1, "05:00": 1, "05:30": 1})
        before = charge.plan
        plan = charge.at("24 02:30", rates=cheaper, just_plugged_in=True)
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["24 04:00-06:00"])
        assert charge.at("24 02:40").status is Status.PLANNED
        charge.plan = before
        plan = charge.at("24 02:31", rates=prices("22 23:00", "24 23:00", {"02:30": 1}))
        assert spelled(plan.begun) == ["24 02:00-04:31"]

    def test_a_charger_that_takes_a_minute_to_react_loses_nothing(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        charge.at("24 02:00", idle_since=november("23 12:00"))
        charge.at("24 02:01", idle_since=None)
        assert spelled(charge.at("24 03:00").sessions) == ["24 02:00-04:00"]

    def test_whoever_comes_late_to_a_session_that_is_over_gets_the_rest(self) -> None:
        charge = Charge()
        charge.at("23 17:00")
        charge.at("24 02:00", idle_since=november("24 02:00"))
        for time in ("24 03:00", "24 04:00", "24 05:00"):
            charge.at(time)
        plan = charge.at("24 05:10", idle_since=None)
        assert plan.shortfall == HOUR + 10 * MINUTE


class TestWhatIsSaved:
    def test_it_is_against_starting_when_the_plan_first_could(self) -> None:
        charge = Charge()
        plan = charge.at("24 01:30")
        assert plan.since == november("24 01:30")
        # Half an hour at 20p, then at 5p, 5p and 6p, against 5p, 5p, 6p and 6p.
        assert saving(plan, charge.rates) == (Decimal(36) - Decimal(22)) / 400

    def test_at_the_best_time_left_it_is_nothing(self) -> None:
        charge = Charge()
        plan = charge.at("24 02:00")
        assert saving(plan, charge.rates) == 0

    def test_what_is_needed_again_is_counted_by_itself(self) -> None:
        charge = Charge(need=LiveNeed(HALF_HOUR, november("23 16:00")))
        charge.at("23 17:00")
        charge.at("24 02:00")
        charge.at("24 02:30")
        plan = charge.at("24 02:45", need=LiveNeed(HALF_HOUR, november("24 02:45")))
        assert plan.since == november("24 02:45")
        assert saving(plan, charge.rates) == 0

    def test_nothing_to_charge_is_off(self) -> None:
        plan = Charge(0).at("23 17:00")
        assert (plan.status, plan.reason) == (Status.OFF, Reason.NOTHING_TO_CHARGE)


class TestWithAPriceLimit:
    def test_a_block_is_not_stretched_into_dearer_time(self) -> None:
        charge = Charge(2, price_limit=Decimal("0.06"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 03:00", hours=3)
        assert (plan.status, plan.reason) == (Status.CHARGING, Reason.PRICE_LIMIT)
        assert (spelled(plan.sessions), plan.shortfall) == (["24 02:00-04:00"], HOUR)


def test_after_a_short_session_the_other_try_waits_a_while() -> None:
    charge = Charge(need=stuck(0.5, "23 16:00", "23 16:00"))
    charge.at("23 17:00")
    charge.at("24 02:00")
    charge.at("24 02:20", need=stuck(0.5, "23 16:00", "24 02:20"))
    plan = charge.at("24 02:30")
    assert spelled(plan.sessions) == ["24 02:00-02:30", "24 03:20-03:50"]


def test_nothing_is_known_to_be_left_of_a_need_that_is_unknown() -> None:
    charge = Charge(need=None)
    plan = charge.at("23 17:00")
    assert left_to_charge(charge.settings, plan, november("23 17:00")) == NOTHING


def test_in_the_last_seconds_of_a_window_nothing_fits() -> None:
    plan = Charge().at("24 05:59:30")
    assert (plan.status, plan.reason, plan.shortfall) == (Status.IMPOSSIBLE, Reason.TOO_LATE, 2 * HOUR)
