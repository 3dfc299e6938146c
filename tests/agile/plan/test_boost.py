"""A boost charges at once until the need is met; then the plan is back."""

from dataclasses import replace
from datetime import time

from custom_components.octopus_agile.agile.need import LiveNeed
from custom_components.octopus_agile.agile.plan import Plan, Status
from custom_components.octopus_agile.agile.windows import repeating_window
from tests.agile.series import HOUR, MINUTE
from tests.octopus import UK

from .charge import FOR_DAYS, Charge, november, prices, spelled


def test_it_charges_at_once_until_the_need_is_met() -> None:
    charge = Charge()
    charge.at("23 17:00")
    plan = charge.at("23 18:00", boost=True)
    assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["23 18:00-20:00"])
    plan = charge.at("23 20:00")
    assert (plan.status, plan.boosted) == (Status.FINISHED, False)


def test_pressed_again_the_plan_is_back() -> None:
    charge = Charge()
    charge.at("23 17:00")
    charge.at("23 18:00", boost=True)
    plan = charge.at("23 18:30", boost=False)
    assert (plan.status, plan.running(november("23 18:30"))) == (Status.PLANNED, None)
    assert spelled(plan.sessions) == ["23 18:00-18:30", "24 02:00-03:30"]


def test_pressed_again_when_it_is_over_changes_nothing() -> None:
    charge = Charge()
    charge.at("23 17:00")
    charge.at("23 18:00", boost=True)
    plan = charge.at("23 20:30", boost=False)
    assert (plan.status, plan.boosted) == (Status.FINISHED, False)
    assert spelled(plan.sessions) == ["23 18:00-20:00"]


def test_a_session_that_runs_goes_on_beyond_its_window() -> None:
    charge = Charge(4)
    charge.at("23 17:00")
    charge.at("24 02:00")
    plan = charge.at("24 03:00", boost=True, hours=8)
    assert spelled(plan.sessions) == ["24 00:00-08:00"]


def test_it_works_while_the_plan_is_off() -> None:
    charge = Charge(enabled=False)
    assert charge.at("23 17:00").status is Status.OFF
    assert charge.at("23 18:00", boost=True).status is Status.CHARGING
    assert charge.at("23 18:10", boost=False).status is Status.OFF


def test_an_unknown_price_does_not_stop_it() -> None:
    plan = Charge(rates=prices("22 23:00", "23 17:00")).at("23 18:00", boost=True)
    assert (plan.status, plan.mean_price) == (Status.CHARGING, None)


def test_beyond_the_end_of_its_window_the_plan_is_back_when_its_need_is_met() -> None:
    charge = Charge(rates=FOR_DAYS)
    charge.at("24 05:00", boost=True)
    assert spelled(charge.at("24 06:00").sessions) == ["24 05:00-07:00"]
    plan = charge.at("24 07:00")
    assert (plan.status, plan.boosted) == (Status.PLANNED, False)
    assert spelled(plan.sessions) == ["25 02:00-04:00"]


def test_of_a_plan_that_is_off_nothing_is_planned_after_it() -> None:
    charge = Charge(rates=FOR_DAYS, enabled=False)
    charge.at("23 18:00", boost=True)
    plan = charge.at("23 20:00")
    assert (plan.status, plan.ahead) == (Status.OFF, ())


def test_before_the_window_it_ends_when_it_was_to_end() -> None:
    charge = Charge(rates=FOR_DAYS, window=repeating_window(time(18), time(6), UK))
    for clock in ("10:00", "11:00", "11:50"):
        assert spelled(charge.at(f"23 {clock}", boost=True).sessions) == ["23 10:00-12:00"]
    # It counts for the night.
    assert spelled(charge.at("23 12:00").sessions) == ["25 02:00-04:00"]


def test_while_the_plug_is_out_it_ends_when_it_was_to_end() -> None:
    charge = Charge()
    charge.at("23 17:00")
    charge.at("23 18:00", boost=True)
    out = november("23 18:30")
    assert spelled(charge.at("23 19:00", idle_since=out).sessions) == ["23 18:00-20:00"]
    plan = charge.at("23 20:00", idle_since=out)
    assert (plan.status, plan.boosted) == (Status.PLANNED, False)
    assert spelled(plan.ahead) == ["24 02:00-03:30"]


class TestALevelThatDoesNotRise:
    def boost(self) -> tuple[Charge, Plan]:
        """Boost at 18:00, with a level that must change after twenty minutes and doesn't."""
        twenty = 20 * MINUTE
        need = LiveNeed(2 * HOUR, november("23 16:00"), noticeable=twenty)
        charge = Charge(rates=FOR_DAYS, need=need)
        charge.at("23 17:00")
        charge.at("23 18:00", boost=True)
        return charge, self.heard(charge, "23 18:20")

    def heard(self, charge: Charge, at: str) -> Plan:
        """Repeat the level."""
        assert isinstance(charge.settings.need, LiveNeed)
        return charge.at(at, need=replace(charge.settings.need, heard_at=november(at)))

    def test_it_ends_when_it_was_to_end(self) -> None:
        charge, plan = self.boost()
        assert (plan.status, spelled(plan.sessions)) == (Status.STALLED, ["23 18:00-20:00"])
        assert self.heard(charge, "23 19:59").boosted
        plan = self.heard(charge, "23 20:00")
        assert (plan.boosted, plan.running(november("23 20:00"))) == (False, None)
        # The plan tries once more.
        assert (plan.status, spelled(plan.ahead)) == (Status.STALLED, ["24 02:00-04:00"])

    def test_pressed_after_that_it_is_tried_anew(self) -> None:
        charge, _ = self.boost()
        self.heard(charge, "23 20:00")
        charge.at("23 20:05", boost=False)
        plan = charge.at("23 21:00", boost=True)
        assert (plan.status, spelled(plan.begun[-1:])) == (Status.CHARGING, ["23 21:00-23:00"])
        assert self.heard(charge, "23 21:20").stalled_at == november("23 21:20")
