"""Modelled prices, the same in every run."""

from datetime import UTC, datetime, timedelta
from functools import cache

from custom_components.octopus_agile.agile.rates import Rate, Rates
from demo.prices import modelled

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@cache
def rates(days: float, start: datetime = START) -> Rates:
    """Return so many days of prices."""
    return fresh_rates(days, start)


def fresh_rates(days: float, start: datetime = START) -> Rates:
    """Return the same, with nothing computed from them yet."""
    return Rates(
        Rate(slot.start, slot.start + timedelta(minutes=30), slot.inc_vat.scaleb(-2))
        for slot in modelled("C", start, start + days * DAY)
    )
