"""Prices by the hour, as charts of years show them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .rates import Rates

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """The prices of an hour from `start` in GBP/kWh: their mean over time, the lowest, the highest."""

    start: datetime
    mean: Decimal
    lowest: Decimal
    highest: Decimal


def start_of_hour(instant: datetime) -> datetime:
    """Return the start of the hour of UTC that an instant is in."""
    return instant.replace(minute=0, second=0, microsecond=0)


def whole_hours(rates: Rates) -> Iterator[Hour]:
    """Give the hours of UTC of which every minute has a known price, in order.

    An hour of which only a half hour is known is left out: the other half may have been very different.
    """
    for first, last in rates.spans:
        start = start_of_hour(first)
        if start < first:
            start += HOUR
        while start + HOUR <= last:
            mean, within = rates.mean(start, start + HOUR), rates.overlapping(start, start + HOUR)
            assert mean is not None
            assert within.lowest is not None
            assert within.highest is not None
            yield Hour(start, mean, within.lowest.price, within.highest.price)
            start += HOUR
