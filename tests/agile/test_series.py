"""Rates as they are kept on disk."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given, strategies as st

from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.series import rates_of, series_of

from .series import HALF_HOUR, pence, utc


@given(
    st.lists(st.tuples(st.sampled_from([0, 0, 0, 30, 90]), st.sampled_from([30, 30, 30, 60, 330]))),
    st.lists(st.integers(-2000, 10000), min_size=1),
)
def test_what_is_kept_is_what_was_given(slots: list[tuple[int, int]], some: list[int]) -> None:
    rates, at = [], utc("2026-11-23 12:00")
    for index, (gap, length) in enumerate(slots):
        start = at + timedelta(minutes=gap)
        at = start + timedelta(minutes=length)
        rates.append(Rate(start, at, Decimal(some[index % len(some)]) / 10000))
    assert rates_of(series_of(rates)) == Rates(rates)


def test_a_month_of_half_hours_is_one_series() -> None:
    (series,) = series_of(pence("2026-10-01 00:00", *["10"] * 1488))
    assert (series.length, rates_of([series]).end) == (HALF_HOUR, utc("2026-11-01 00:00"))
