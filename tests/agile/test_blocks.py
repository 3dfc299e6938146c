"""The cheapest block is the one that trying every minute finds."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.blocks import Session, cheapest_block
from custom_components.octopus_agile.agile.rates import Rate, Rates

from .series import CLOCK_CHANGES, HALF_HOUR, HOUR, MINUTE, NOTHING, genuine, local, modelled, pence, utc

START = utc("2026-11-23 00:00")
# All prices in these tests are whole numbers of this unit.
UNIT = Decimal("0.000001")


def by_brute_force(rates: Rates, duration: timedelta, start: datetime, end: datetime) -> Session | None:
    """Try every minute. Slots, duration and window must consist of whole minutes."""
    minutes, length = (end - start) // MINUTE, duration // MINUTE
    prices: list[int | None] = [None] * max(0, minutes)
    for rate in rates:
        price = int(rate.price / UNIT)
        first, last = (rate.start - start) // MINUTE, (rate.end - start) // MINUTE
        for minute in range(max(0, first), min(minutes, last)):
            prices[minute] = price
    cost = [0, *accumulate(price or 0 for price in prices)]
    unknown = [0, *accumulate(price is None for price in prices)]
    blocks = [
        (cost[first + length] - cost[first], first)
        for first in range(minutes - length + 1)
        if unknown[first + length] == unknown[first]
    ]
    if not blocks:
        return None
    least, first = min(blocks)
    mean = Decimal(least) / (length * int(1 / UNIT))
    return Session(start + first * MINUTE, start + (first + length) * MINUTE, mean)


@st.composite
def rough_series(draw: st.DrawFn) -> Rates:
    """Slots of half an hour and of any other length, with gaps, ties and prices below zero."""
    at = START + draw(st.integers(-45, 45)) * MINUTE
    rates = []
    slots = st.tuples(
        st.sampled_from([0, 0, 0, 0, 1, 30]),
        st.one_of(st.just(30), st.integers(1, 90)),
        st.one_of(st.integers(-2, 2).map(lambda pence: pence * 10_000), st.integers(-200_000, 999_900)),
    )
    for gap, length, price in draw(st.lists(slots, max_size=16)):
        start = at + gap * MINUTE
        at = start + length * MINUTE
        rates.append(Rate(start, at, price * UNIT))
    return Rates(rates)


@given(rough_series(), st.integers(1, 300), st.integers(-60, 400), st.integers(0, 600))
@settings(max_examples=400, deadline=None)
def test_any_block_is_the_one_that_trying_every_minute_finds(
    rates: Rates, minutes: int, opens: int, length: int
) -> None:
    duration, start = minutes * MINUTE, START + opens * MINUTE
    end = start + length * MINUTE
    assert cheapest_block(rates, duration, start, end) == by_brute_force(rates, duration, start, end)


def cases(days: list[date], seed: int) -> Iterator[tuple[timedelta, datetime, datetime]]:
    """A need and a window on each of the days, UK time."""
    chance = random.Random(seed)
    for day in days:
        next_day = day + timedelta(days=1)
        start, end = chance.choice(
            [
                (local(day, "00:00"), local(next_day, "00:00")),
                (local(day, "23:00"), local(next_day, "23:00")),
                (local(day, "20:30"), local(next_day, "07:30")),
                (local(day, "00:30"), local(day, "04:30")),
                (local(day, "16:07"), local(next_day, "16:07")),
                (local(day, "00:00"), local(day, "00:00") + chance.randrange(60, 2000) * MINUTE),
            ]
        )
        minutes = chance.choice([30, 45, 60, 75, 100, 135, 240, 400, chance.randrange(1, 400)])
        yield minutes * MINUTE, start, end


def assert_all_are_cheapest(rates: Rates, days: list[date], seed: int) -> None:
    found = 0
    for duration, start, end in cases(days, seed):
        expected = by_brute_force(rates.overlapping(start, end), duration, start, end)
        assert cheapest_block(rates, duration, start, end) == expected, (duration, start, end)
        found += expected is not None
    assert found > len(days) * 0.8


def test_blocks_of_a_thousand_genuine_days_are_the_ones_that_trying_every_minute_finds(
    octopus_data: Path,
) -> None:
    chance = random.Random(20)
    days = [date(2018, 2, 20) + timedelta(days=chance.randrange(1278)) for _ in range(860)]
    eves = [day - timedelta(days=1) for day in CLOCK_CHANGES]
    assert_all_are_cheapest(genuine(octopus_data), [*days, *CLOCK_CHANGES * 10, *eves * 10], seed=21)


def test_blocks_of_modelled_days_are_the_ones_that_trying_every_minute_finds() -> None:
    rates = modelled(utc("2026-03-01 00:00"), days=260, seed=22)
    days = [date(2026, 3, 2) + timedelta(days=day) for day in range(255)]
    changes = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)]
    assert_all_are_cheapest(rates, [*days, *changes * 10], seed=23)


def block(rates: Rates, minutes: int, window: tuple[str, str] = ("00:00", "23:59")) -> str | None:
    """Return a block of a day as a text that can be read: times, and the mean in pence."""
    start, end = (utc(f"2026-11-23 {clock}") for clock in window)
    found = cheapest_block(rates, minutes * MINUTE, start, end)
    if found is None:
        return None
    assert found.duration == minutes * MINUTE
    assert found.mean_price is not None
    return f"{found.start:%H:%M}-{found.end:%H:%M} {(found.mean_price * 100).normalize():f}"


class TestABlock:
    def test_it_may_end_on_the_edge_of_a_slot_and_start_within_one(self) -> None:
        assert block(pence("2026-11-23 00:00", "30", "19", "10", "40"), 45) == "00:45-01:30 13"

    def test_it_may_start_on_the_edge_of_a_slot_and_end_within_one(self) -> None:
        assert block(pence("2026-11-23 00:00", "30", "10", "22", "40"), 45) == "00:30-01:15 14"

    def test_it_may_lie_within_one_slot(self) -> None:
        assert block(pence("2026-11-23 00:00", "30", "10", "20"), 10) == "00:30-00:40 10"

    def test_of_equals_the_earliest_wins(self) -> None:
        assert block(pence("2026-11-23 00:00", "9", "5", "5", "9", "5", "5"), 60) == "00:30-01:30 5"

    def test_of_equals_on_a_plateau_the_earliest_minute_wins(self) -> None:
        assert block(pence("2026-11-23 00:00", "5", "5", "5"), 31) == "00:00-00:31 5"

    def test_of_equals_on_both_sides_of_a_gap_the_earliest_wins(self) -> None:
        assert block(pence("2026-11-23 00:00", "5", None, "5"), 30) == "00:00-00:30 5"

    def test_it_never_bridges_a_gap(self) -> None:
        rates = pence("2026-11-23 00:00", "1", None, "1", "50", "50")
        assert block(rates, 60) == "01:00-02:00 25.5"

    def test_there_is_none_if_no_time_without_a_gap_is_long_enough(self) -> None:
        assert block(pence("2026-11-23 00:00", "1", "1", None, "1", "1"), 61) is None

    def test_there_is_none_without_prices(self) -> None:
        assert block(Rates(), 30) is None

    def test_it_stays_within_its_window(self) -> None:
        rates = pence("2026-11-23 00:00", "1", "9", "8", "3", "1")
        assert block(rates, 60, ("00:20", "01:50")) == "00:50-01:50 6.5"

    def test_it_may_fill_its_window(self) -> None:
        assert block(pence("2026-11-23 00:00", "1", "3"), 60, ("00:00", "01:00")) == "00:00-01:00 2"

    def test_there_is_none_longer_than_its_window(self) -> None:
        assert block(pence("2026-11-23 00:00", "1", "3"), 60, ("00:00", "00:59")) is None

    def test_there_is_none_in_a_window_that_ends_before_it_starts(self) -> None:
        assert block(pence("2026-11-23 00:00", "1", "3"), 10, ("01:00", "00:00")) is None

    def test_it_seeks_the_lowest_prices_below_zero(self) -> None:
        assert (
            block(pence("2026-11-23 00:00", "0", "-1.5", "-19.94", "99.99"), 60) == "00:30-01:30 -10.72"
        )

    def test_a_difference_in_the_fifteenth_decimal_decides(self) -> None:
        rates = pence("2026-11-23 00:00", "5.000000000000001", "9", "5.000000000000000")
        assert block(rates, 30) == "01:00-01:30 5"

    def test_it_is_exact_to_the_second(self) -> None:
        rates = pence("2026-11-23 00:00", "30", "10", "20")
        found = cheapest_block(rates, timedelta(minutes=30, seconds=20), START, START + HOUR + HALF_HOUR)
        assert found is not None
        assert (found.start, found.end) == (START + HALF_HOUR, START + HOUR + timedelta(seconds=20))

    def test_it_may_start_between_minutes_where_its_window_does(self) -> None:
        start = START + timedelta(seconds=1, microseconds=7)
        found = cheapest_block(pence("2026-11-23 00:00", "1", "2"), HALF_HOUR, start, START + HOUR)
        assert found is not None
        assert found.start == start

    @pytest.mark.parametrize("duration", [NOTHING, -MINUTE])
    def test_it_needs_a_duration(self, duration: timedelta) -> None:
        with pytest.raises(ValueError, match="above zero"):
            cheapest_block(pence("2026-11-23 00:00", "1"), duration, START, START + HOUR)

    def test_577_equal_half_hours_are_no_trouble(self) -> None:
        rates = pence("2026-11-23 00:00", *["34.9965"] * 577)
        found = cheapest_block(rates, 5 * HOUR, START + MINUTE, START + 288 * HOUR)
        assert found is not None
        assert (found.start, found.mean_price) == (START + MINUTE, Decimal("0.349965"))
