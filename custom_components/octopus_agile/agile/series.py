"""Rates as they are kept on disk: series of slots of one length, which take less than each by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .rates import Rate, Rates


@dataclass(frozen=True, slots=True)
class Series:
    """Prices in GBP/kWh of slots of one length, each beginning where the last one ends."""

    start: datetime
    length: timedelta
    prices: tuple[Decimal, ...]


def series_of(rates: Iterable[Rate]) -> tuple[Series, ...]:
    """Return rates, which are in chronological order, as series."""
    series: list[tuple[datetime, timedelta, list[Decimal]]] = []
    end = None
    for rate in rates:
        length = rate.end - rate.start
        if rate.start != end or length != series[-1][1]:
            series.append((rate.start, length, []))
        series[-1][2].append(rate.price)
        end = rate.end
    return tuple(Series(start, length, tuple(prices)) for start, length, prices in series)


def rates_of(series: Iterable[Series]) -> Rates:
    """Return the rates of series. Raise ValueError if one has no length or two overlap."""
    return Rates(
        Rate(each.start + each.length * index, each.start + each.length * (index + 1), price)
        for each in series
        for index, price in enumerate(each.prices)
    )
