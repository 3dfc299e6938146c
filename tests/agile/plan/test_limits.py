"""A plan may be switched off, keep to a price limit, and share its charger."""

from decimal import Decimal
from typing import Any

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.plan import Reason, Status
from custom_components.octopus_agile.agile.slots import Mode
from tests.agile.series import HALF_HOUR, HOUR, NOTHING

from .charge import Charge, live, november, prices, spelled


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

    def test_if_too_little_time_is_that_cheap_it_takes_what_there_is(self) -> None:
        plan = Charge(1.5, price_limit=Decimal("0.05")).at("23 17:00")
        assert (plan.status, plan.reason) == (Status.PLANNED, Reason.PRICE_LIMIT)
        assert (spelled(plan.sessions), plan.shortfall) == (["24 02:00-03:00"], HALF_HOUR)

    def test_if_no_time_is_that_cheap_it_is_impossible(self) -> None:
        plan = Charge(1.5, price_limit=Decimal("0.04")).at("23 17:00")
        assert (plan.status, plan.reason) == (Status.IMPOSSIBLE, Reason.PRICE_LIMIT)
        assert (plan.sessions, plan.shortfall) == ((), 1.5 * HOUR)

    def test_when_what_fitted_has_run_it_is_finished_and_short(self) -> None:
        charge = Charge(1.5, price_limit=Decimal("0.05"))
        charge.at("23 17:00")
        charge.at("24 02:00")
        plan = charge.at("24 03:00")
        assert (plan.status, plan.reason) == (Status.FINISHED, Reason.PRICE_LIMIT)
        assert (spelled(plan.sessions), plan.shortfall) == (["24 02:00-03:00"], HALF_HOUR)

    def test_a_block_goes_on_in_as_short_a_run_as_it_takes(self) -> None:
        apart = prices("22 23:00", "24 23:00", {"02:00": 5, "05:00": 5})
        plan = Charge(0.75, apart, price_limit=Decimal("0.05")).at("23 17:00")
        assert plan.shortfall == NOTHING
        assert spelled(plan.sessions) == ["24 02:00-02:30", "24 05:00-05:15"]

    def test_a_battery_is_filled_in_runs_of_full_length(self) -> None:
        apart = prices("22 23:00", "24 23:00", {"02:00": 5, "05:00": 5})
        limit: dict[str, Any] = {
            "mode": Mode.SLOTS,
            "shortest_run": HALF_HOUR,
            "price_limit": Decimal("0.05"),
        }
        plan = Charge(rates=apart, need=live(0.75, "23 16:00"), **limit).at("23 17:00")
        assert (spelled(plan.sessions), plan.shortfall) == (
            ["24 02:00-02:30", "24 05:00-05:30"],
            NOTHING,
        )
        alone = prices("22 23:00", "24 23:00", {"02:00": 5})
        plan = Charge(rates=alone, need=live(0.75, "23 16:00"), **limit).at("23 17:00")
        assert plan.shortfall == HALF_HOUR / 2
        # A fixed need would get more than was asked for.
        assert Charge(0.75, apart, **limit).at("23 17:00").shortfall == HALF_HOUR / 2

    def test_while_prices_are_missing_it_waits_for_cheaper_ones(self) -> None:
        charge = Charge(1, prices("22 23:00", "24 01:00"), price_limit=Decimal("0.05"))
        assert charge.at("23 17:00").status is Status.WAITING_FOR_PRICES


class TestASharedCharger:
    def test_time_that_another_plan_takes_is_not_used(self) -> None:
        charge = Charge(1)
        charge.taken = (Session(november("24 02:15"), november("24 03:15"), None),)
        assert spelled(charge.at("23 17:00").sessions) == ["24 03:15-04:15"]

    def test_a_block_that_fits_nowhere_is_split(self) -> None:
        charge = Charge(2)
        charge.taken = (Session(november("24 01:30"), november("24 04:30"), None),)
        plan = charge.at("23 17:00")
        assert (plan.status, plan.reason, plan.shortfall) == (Status.PLANNED, None, NOTHING)
        assert spelled(plan.sessions) == ["24 00:00-01:30", "24 04:30-05:00"]

    def test_if_it_takes_too_much_the_plan_takes_the_rest(self) -> None:
        charge = Charge(2)
        charge.taken = (Session(november("24 00:30"), november("24 05:00"), None),)
        plan = charge.at("23 17:00")
        assert (plan.status, plan.reason) == (Status.PLANNED, Reason.CHARGER_TAKEN)
        assert spelled(plan.sessions) == ["24 00:00-00:30", "24 05:00-06:00"]
        assert plan.shortfall == HALF_HOUR
