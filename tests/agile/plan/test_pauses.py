"""A plan with pauses takes the cheapest slots, and moves those that have not begun."""

from decimal import Decimal
from typing import Any

import pytest

from custom_components.octopus_agile.agile.plan import Status
from custom_components.octopus_agile.agile.slots import Mode
from tests.agile.series import HOUR

from .charge import Charge, prices, spelled


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
        assert spelled(charge.at("24 01:10", need=None).sessions) == [
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
