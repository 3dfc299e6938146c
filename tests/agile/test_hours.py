"""Half hours become hours of UTC, and only whole ones."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, strategies as st

from custom_components.octopus_agile.agile.hours import whole_hours
from custom_components.octopus_agile.agile.rates import Rates

from .series import HALF_HOUR, HOUR, pence, spelled, utc

PRICES = st.one_of(st.none(), st.integers(-2000, 10000).map(lambda each: str(each / 100)))


@given(st.lists(PRICES, max_size=30), st.sampled_from(["00:00", "00:30"]))
def test_each_hour_is_its_two_halves(prices: list[str | None], clock: str) -> None:
    start = utc(f"2026-11-23 {clock}")
    rates = pence(f"2026-11-23 {clock}", *prices)
    found = {hour.start: (hour.mean, hour.lowest, hour.highest) for hour in whole_hours(rates)}
    wanted = {}
    for index, (first, second) in enumerate(pairwise(prices)):
        at = start + HALF_HOUR * index
        if at.minute == 0 and first is not None and second is not None:
            one, two = Decimal(first) / 100, Decimal(second) / 100
            wanted[at] = ((one + two) / 2, min(one, two), max(one, two))
    assert found == wanted
    assert list(found) == sorted(found)


def test_a_long_price_has_many_hours_and_parts_of_them_none() -> None:
    rates = pence("2026-11-23 10:20", "12.5", length=HOUR * 3)
    hours = list(whole_hours(rates))
    assert [f"{hour.start:%H:%M}" for hour in hours] == ["11:00", "12:00"]
    assert {(hour.mean, hour.lowest, hour.highest) for hour in hours} == {(Decimal("0.125"),) * 3}


def test_an_hour_of_unequal_parts_is_weighed_by_time() -> None:
    short, long = (timedelta(minutes=minutes) for minutes in (15, 45))
    rates = pence("2026-11-23 10:00", "10", length=short).merge(
        pence("2026-11-23 10:15", "30", length=long)
    )
    (hour,) = whole_hours(rates)
    assert (hour.mean, hour.lowest, hour.highest) == (Decimal("0.25"), Decimal("0.1"), Decimal("0.3"))


def test_the_days_of_both_clock_changes_have_all_their_hours() -> None:
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        start = utc(f"{day} 00:00") - HOUR * (hours == 25)
        rates = pence(f"{start:%Y-%m-%d %H:%M}", *["10"] * hours * 2)
        assert len(spelled(rates)) == hours * 2
        assert [hour.start for hour in whole_hours(rates)] == [start + HOUR * n for n in range(hours)]


def test_nothing_is_no_hour() -> None:
    assert list(whole_hours(Rates())) == []
