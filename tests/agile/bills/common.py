"""Meters and tariffs that are made for bills, and short words for them."""

from datetime import datetime, timedelta
from decimal import Decimal

from custom_components.octopus_agile.agile.bills import Pricing
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.usage import Usage
from tests.agile.series import HOUR, utc

# Prices by chance count in this unit of GBP.
UNIT = Decimal("1E-6")


def meter(start: str, *energies: str | float | None) -> Usage:
    """Return what a meter counts in hours that follow each other from a UTC time on, in kWh."""
    return Usage.of(rows(start, *energies))


def rows(start: str, *energies: str | float | None) -> list[tuple[datetime, Decimal | float | None]]:
    """Return hourly rows, in kWh as texts or floats; None is an hour without a value."""
    return [
        (utc(start) + number * HOUR, Decimal(kwh) if isinstance(kwh, str) else kwh)
        for number, kwh in enumerate(energies)
    ]


def row(start: datetime, end: datetime, price: str) -> Rate:
    return Rate(start, end, Decimal(price))


def flat(price: str, charge: str = "0.5", start: str = "2015-01-01", end: str = "2035-01-01") -> Pricing:
    """Return a tariff with one price and one standing charge, in GBP."""
    whole = utc(start), utc(end)
    return Pricing(Rates([row(*whole, price)]), Rates([row(*whole, charge)]))


def every_hour(start: datetime, end: datetime, kwh: float = 1) -> Usage:
    """Return what a meter counts that shows the same each hour."""
    return Usage.of((start + number * HOUR, kwh) for number in range((end - start) // timedelta(hours=1)))
