"""Prices for tests of the core: short ones by hand, years of them by chance, and genuine ones."""

from collections.abc import Iterable
import csv
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
import random

from custom_components.octopus_agile.agile.rates import Rate, Rates
from tests.octopus import UK

HALF_HOUR = timedelta(minutes=30)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOTHING = timedelta(0)

# Every clock change that the genuine prices hold.
CLOCK_CHANGES = (
    date(2018, 3, 25),
    date(2018, 10, 28),
    date(2019, 3, 31),
    date(2019, 10, 27),
    date(2020, 3, 29),
    date(2020, 10, 25),
    date(2021, 3, 28),
)


def utc(text: str) -> datetime:
    """Return a UTC time, like "2026-11-23 16:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(day: date, clock: str) -> datetime:
    """Return a UK local time of day, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), UK).astimezone(UTC)


def pence(start: str, *prices: str | None, length: timedelta = HALF_HOUR) -> Rates:
    """Return slots that follow each other from a UTC time on, in p/kWh; None is a gap."""
    at = utc(start)
    rates = []
    for price in prices:
        if price is not None:
            rates.append(Rate(at, at + length, Decimal(price) / 100))
        at += length
    return Rates(rates)


def spelled(rates: Iterable[Rate]) -> list[str]:
    """Return slots of one day as texts that can be read in a failing test, like "16:00-16:30 12.5"."""
    return [f"{r.start:%H:%M}-{r.end:%H:%M} {(r.price * 100).normalize():f}" for r in rates]


def modelled(first: datetime, days: int, seed: int) -> Rates:
    """Return prices like Agile's: a walk by chance, dear at teatime, below zero on some nights.

    With four decimals, so that equal ones happen now and then.
    """
    chance = random.Random(seed)
    rates = []
    walk = 150_000
    at = first
    while at < first + timedelta(days=days):
        walk = max(-50_000, min(400_000, walk + chance.randrange(-30_000, 30_001, 1_050)))
        evening = 120_000 if 16 <= at.astimezone(UK).hour < 19 else 0
        rates.append(Rate(at, at + HALF_HOUR, Decimal(min(walk + evening, 349_965)).scaleb(-6)))
        at += HALF_HOUR
    return Rates(rates)


@cache
def genuine(folder: Path) -> Rates:
    """Return three and a half years of genuine half-hours."""
    rates = []
    with (folder / "agile-18-02-21_region-a_2018-02_2021-08.csv").open() as file:
        for row in csv.DictReader(file):
            start = datetime.fromisoformat(row["valid_from"])
            rates.append(Rate(start, start + HALF_HOUR, Decimal(row["value_inc_vat"]).scaleb(-2)))
    return Rates(rates)
