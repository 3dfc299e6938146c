"""The cheapest slots of prices that can be looked through."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.blocks import cheapest_block
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.slots import cheapest_slots
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, NOTHING, modelled, pence, utc

from .common import START


@pytest.mark.parametrize(
    ("minutes", "shortest", "start_cost"),
    [(45, 60, 0), (120, 120, 0), (234, 120, 0), (234, 30, 9), (227, 0, 9)],
)
def test_in_one_run_it_is_the_cheapest_block(minutes: int, shortest: int, start_cost: int) -> None:
    """Whether there is no time for another start, or no money."""
    rates = modelled(utc("2026-03-01 00:00"), days=40, seed=31)
    for day in range(38):
        start = utc("2026-03-01 00:13") + day * 24 * HOUR
        end = start + 24 * HOUR
        found = cheapest_slots(
            rates,
            minutes * MINUTE,
            start,
            end,
            shortest_run=shortest * MINUTE,
            start_cost=Decimal(start_cost),
        )
        assert found == (cheapest_block(rates, minutes * MINUTE, start, end),)


def slots(rates: Rates, minutes: int, shortest: int = 0, start_cost: str = "0") -> list[str] | None:
    """Return sessions of a morning as texts that can be read."""
    found = cheapest_slots(
        rates,
        minutes * MINUTE,
        START,
        START + 12 * HOUR,
        shortest_run=shortest * MINUTE,
        start_cost=Decimal(start_cost),
    )
    return None if found is None else [f"{s.start:%H:%M}-{s.end:%H:%M}" for s in found]


class TestSlots:
    PRICES = pence("2026-11-23 00:00", "10", "5", "20", "6", "7", "30", "5")

    def test_the_cheapest_time_is_used(self) -> None:
        assert slots(self.PRICES, 90) == ["00:30-01:00", "01:30-02:00", "03:00-03:30"]

    def test_slots_that_follow_each_other_are_one_session(self) -> None:
        assert slots(self.PRICES, 120) == ["00:30-01:00", "01:30-02:30", "03:00-03:30"]

    def test_part_of_a_slot_is_used_where_the_need_is_no_multiple_of_it(self) -> None:
        assert slots(self.PRICES, 70) == ["00:30-01:00", "01:30-01:40", "03:00-03:30"]

    def test_of_equals_the_fewest_sessions_win(self) -> None:
        assert slots(pence("2026-11-23 00:00", "5", "9", "5", "5"), 60) == ["01:00-02:00"]

    def test_of_as_many_the_earliest_win(self) -> None:
        assert slots(pence("2026-11-23 00:00", "9", "5", "5", "9", "5", "5"), 60) == ["00:30-01:30"]
        assert slots(pence("2026-11-23 00:00", "9", "5", "9", "5", "9", "5"), 60) == [
            "00:30-01:00",
            "01:30-02:00",
        ]

    def test_none_is_shorter_than_the_shortest_run(self) -> None:
        assert slots(self.PRICES, 90, shortest=60) == ["00:30-02:00"]
        assert slots(self.PRICES, 65, shortest=30) == ["00:25-01:00", "03:00-03:30"]
        assert slots(self.PRICES, 75, shortest=30) == ["00:30-01:00", "01:30-02:15"]
        assert slots(self.PRICES, 100, shortest=30) == ["00:30-01:00", "01:30-02:10", "03:00-03:30"]

    def test_a_need_shorter_than_that_is_met_in_one_run(self) -> None:
        assert slots(self.PRICES, 20, shortest=30) == ["00:30-00:50"]
        assert slots(self.PRICES, 37, shortest=60) == ["00:23-01:00"]
        assert slots(self.PRICES, 100, shortest=120) == ["00:30-02:10"]

    def test_another_start_must_be_worth_its_cost(self) -> None:
        # Half an hour at 5p instead of 10p saves 2.5p for each kW.
        assert slots(pence("2026-11-23 00:00", "10", "5", "20", "5"), 60, start_cost="0.024") == [
            "00:30-01:00",
            "01:30-02:00",
        ]
        assert slots(pence("2026-11-23 00:00", "10", "5", "20", "5"), 60, start_cost="0.026") == [
            "00:00-01:00"
        ]

    def test_prices_at_other_times_do_not_change_what_a_start_costs(self) -> None:
        """However many digits they have."""
        around = pence("2026-11-23 12:00", "33.3333")
        for start_cost, expected in (
            ("0.024", ["00:30-01:00", "01:30-02:00"]),
            ("0.026", ["00:00-01:00"]),
        ):
            rates = pence("2026-11-23 00:00", "10", "5", "20", "5").merge(around)
            assert slots(rates, 60, start_cost=start_cost) == expected

    def test_no_session_bridges_a_gap(self) -> None:
        assert slots(pence("2026-11-23 00:00", "5", None, "5"), 60) == ["00:00-00:30", "01:00-01:30"]
        assert slots(pence("2026-11-23 00:00", "5", None, "5"), 60, shortest=60) is None
        assert slots(pence("2026-11-23 00:00", "5", None, "5", "5", None, "5"), 120, shortest=60) is None

    def test_there_are_none_if_the_known_prices_hold_too_little_time(self) -> None:
        assert slots(self.PRICES, 211) is None
        assert slots(self.PRICES, 210) == ["00:00-03:30"]

    def test_there_are_none_without_prices(self) -> None:
        assert slots(Rates(), 30) is None
        assert slots(Rates(), 100, shortest=30) is None

    @pytest.mark.parametrize("duration", [NOTHING, -MINUTE])
    def test_a_duration_is_needed(self, duration: timedelta) -> None:
        with pytest.raises(ValueError, match="above zero"):
            cheapest_slots(self.PRICES, duration, START, START + HOUR)

    @pytest.mark.parametrize("minutes", [-30, 0.5, 20, 37, 45])
    def test_the_shortest_run_is_a_multiple_of_half_an_hour(self, minutes: float) -> None:
        with pytest.raises(ValueError, match="multiple of 30 minutes"):
            cheapest_slots(self.PRICES, HOUR, START, START + HOUR, shortest_run=minutes * MINUTE)

    @pytest.mark.parametrize("shortest", [0, 30, 60])
    def test_of_many_equal_prices_the_first_are_taken(self, shortest: int) -> None:
        """As when all are at the cap."""
        rates = pence("2026-11-23 00:00", *["99.99"] * 577)
        start = START + 13 * MINUTE
        found = cheapest_slots(
            rates, 227 * MINUTE, start, START + 288 * HOUR, shortest_run=shortest * MINUTE
        )
        assert found is not None
        assert [(session.start, session.end) for session in found] == [(start, start + 227 * MINUTE)]

    def test_the_window_may_start_and_end_within_slots(self) -> None:
        start, end = START + 40 * MINUTE, START + 100 * MINUTE
        found = cheapest_slots(self.PRICES, HALF_HOUR, start, end)
        assert found is not None
        assert [(session.start, session.end) for session in found] == [
            (start, START + HOUR),
            (START + 90 * MINUTE, end),
        ]

    @pytest.mark.parametrize("shortest", [0, 30, 60])
    @pytest.mark.parametrize("start", [START, START + timedelta(seconds=1, microseconds=3)])
    def test_two_days_by_the_microsecond_take_no_long_time(self, start: datetime, shortest: int) -> None:
        rates = modelled(START, days=2, seed=5)
        found = cheapest_slots(
            rates,
            5 * HOUR + timedelta(seconds=7),
            start,
            start + 47 * HOUR,
            shortest_run=shortest * MINUTE,
        )
        assert found is not None
        assert sum((session.duration for session in found), NOTHING) == 5 * HOUR + timedelta(seconds=7)
