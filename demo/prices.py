"""Prices for the demo: a model of how Agile prices are made, or real ones replayed from a file.

Octopus has published the rule, and others have checked it, with the k and P below, against nearly
30,000 published slots: pence per kWh without VAT = min(k x W + P, cap). W is the price of the day-ahead
auction in p/kWh, k differs by region, P is added from 16:00 to 19:00 UK local time. W can't be shipped,
so it is modelled: the shape of a day, the season, the sun, and the wind, which on strong days pushes
nights and sunny afternoons below zero. One to three slots in a hundred are negative in life, and here.

Whatever looks random is drawn from the date, so every run of the demo shows the same prices.
"""

from collections.abc import Callable
import csv
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from math import cos, exp, pi
from pathlib import Path
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
SLOT = timedelta(minutes=30)
WEEK = timedelta(weeks=1)

# Per region: k, and P in p/kWh.
FACTORS = {
    "A": ("2.1", 13),
    "B": ("2.0", 14),
    "C": ("2.0", 12),
    "D": ("2.2", 13),
    "E": ("2.1", 11),
    "F": ("2.1", 12),
    "G": ("2.1", 12),
    "H": ("2.1", 12),
    "J": ("2.2", 12),
    "K": ("2.2", 12),
    "L": ("2.3", 11),
    "M": ("2.0", 13),
    "N": ("2.1", 13),
    "P": ("2.4", 12),
}
PEAK = (time(16), time(19))
# p/kWh without VAT; 100p with VAT of 5%.
CAP = Decimal("95.23")
# Of the UK local days from the first to the last of them, no VAT is due.
VAT_FREE = (date(2026, 10, 1), date(2027, 3, 31))

# The share of the wholesale price that the model's export pays.
_PAID = Decimal("0.95")

_HUNDREDTH, _TEN_THOUSANDTH = Decimal("0.01"), Decimal("0.0001")


class Slot(NamedTuple):
    """Half an hour from `start` (UTC), in p/kWh without and with VAT."""

    start: datetime
    exc_vat: Decimal
    inc_vat: Decimal


# Region, start, end, cap in p/kWh without VAT -> the slots that overlap [start, end), oldest first.
type Prices = Callable[[str, datetime, datetime, Decimal], list[Slot]]


def vat(instant: datetime) -> Decimal:
    """Return the rate of VAT on a home's electricity in Great Britain."""
    free = VAT_FREE[0] <= instant.astimezone(UK).date() <= VAT_FREE[1]
    return Decimal(0) if free else Decimal("0.05")


def slot_starts(start: datetime, end: datetime) -> list[datetime]:
    """Return the starts (UTC) of all half-hours that overlap `[start, end)`."""
    first = start.astimezone(UTC)
    first = first.replace(minute=first.minute // 30 * 30, second=0, microsecond=0)
    count = -((first - end.astimezone(UTC)) // SLOT)
    return [first + SLOT * n for n in range(count)]


def modelled(region: str, start: datetime, end: datetime, cap: Decimal = CAP) -> list[Slot]:
    """Return modelled prices of a region (`A` to `P`)."""
    return [_slot(region, at, cap) for at in slot_starts(start, end)]


@lru_cache(maxsize=200_000)
def _slot(region: str, at: datetime, cap: Decimal) -> Slot:
    k, peak = FACTORS[region]
    price = Decimal(k) * wholesale(at)
    if PEAK[0] <= at.astimezone(UK).time() < PEAK[1]:
        price += peak
    exc_vat = min(price, cap).quantize(_HUNDREDTH, ROUND_HALF_EVEN)
    return Slot(at, exc_vat, (exc_vat * (1 + vat(at))).quantize(_TEN_THOUSANDTH))


def outgoing(region: str, slot: Slot) -> Slot:
    """Return what export pays when import costs a slot's price: a model, not Octopus's own rule.

    Most of the wholesale price that is behind the import's; without VAT, and never below 0.
    """
    k, peak = FACTORS[region]
    in_peak = PEAK[0] <= slot.start.astimezone(UK).time() < PEAK[1]
    added = Decimal(peak if in_peak else 0)
    paid = (slot.exc_vat - added) / Decimal(k) * _PAID + added / 2
    price = max(paid, Decimal(0)).quantize(_HUNDREDTH, ROUND_HALF_EVEN)
    return Slot(slot.start, price, price)


@lru_cache(maxsize=50_000)
def wholesale(at: datetime) -> Decimal:
    """Return the modelled day-ahead price of a half-hour in p/kWh, with three decimals (0.01 GBP/MWh)."""
    local = at.astimezone(UK)
    hour = local.hour + local.minute / 60
    # 1 in the middle of January, -1 in that of July.
    winter = cos(2 * pi * (local.timetuple().tm_yday - 15) / 365.25)
    weekend = local.weekday() >= 5
    night = _hump(hour, 3.5, 3.2)

    price = 10.2 + 0.9 * winter
    price += _hump(hour, 8, 1.6) * (0.8 if weekend else 2.4)
    price += _hump(hour, 18.2 + (0 if winter > 0 else 0.8), 2.1) * (3.2 + 1.3 * winter)
    price -= night * 2.8
    if weekend:
        price -= 0.8

    wind, calm = _wind(at)
    price -= wind * (0.55 + 0.6 * night) * 12.5
    # Calm winter evenings are when the dear power stations are needed.
    price += calm * (2.2 + _hump(hour, 18, 1.8) * (5 + 4 * winter))
    # In spring the sun meets a demand that is still low, most of all at weekends.
    spring = max(0.0, cos(2 * pi * (local.timetuple().tm_yday - 140) / 365.25))
    sun = _draw(local.date(), "sun") * (0.3 + spring) * (10.0 if weekend else 6.6)
    price -= sun * _hump(hour, 13.2, 2.3)

    price += (Random(at.isoformat()).random() - 0.5) * 0.7
    return Decimal(f"{price:.3f}")


def _hump(hour: float, centre: float, width: float) -> float:
    """Return 1 at the centre, falling off over `width` hours to both sides, around midnight too."""
    distance = abs(hour - centre)
    distance = min(distance, 24 - distance)
    return exp(-((distance / width) ** 2))


def _draw(day: date, what: str) -> float:
    """Return a number in [0, 1) that belongs to a day."""
    return Random(f"{day.isoformat()} {what}").random()


def _wind(at: datetime) -> tuple[float, float]:
    """Return how much windier and how much calmer than usual it is: both 0 to about 1, one of them 0.

    Weather lasts, so a day has something of its neighbours; it changes by the hour, not at midnight.
    """
    day, hours = at.date(), at.hour + at.minute / 60
    level = _weather(day) + (_weather(day + timedelta(days=1)) - _weather(day)) * hours / 24
    return max(0.0, level - 0.5) * 2, max(0.0, 0.5 - level) * 2


@lru_cache(maxsize=5_000)
def _weather(day: date) -> float:
    drawn = [_draw(day + timedelta(days=n), "wind") for n in (-1, 0, 1)]
    return 0.2 * drawn[0] + 0.6 * drawn[1] + 0.2 * drawn[2]


def recorded(path: Path) -> dict[datetime, Decimal]:
    """Return the prices in p/kWh with VAT that a CSV file holds, by their starts (UTC).

    Needed are the columns `valid_from`, UTC unless it has an offset, and `value_inc_vat`, among others
    and in any order, as the rows are. Of a `payment_method` other than DIRECT_DEBIT, rows are left out.
    Raises ValueError for a file that won't do, or that has two prices for one half hour.
    """
    known: dict[datetime, Decimal] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            try:
                at, price = _row(row)
            except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
                raise ValueError(
                    f"{path}: this row isn't a valid_from and value_inc_vat: {row}"
                ) from error
            if (row.get("payment_method") or "DIRECT_DEBIT") != "DIRECT_DEBIT":
                continue
            if known.setdefault(at, price) != price:
                raise ValueError(f"{path}: there are two prices for {at.isoformat()}")
    return known


def _row(row: dict[str, str]) -> tuple[datetime, Decimal]:
    at = datetime.fromisoformat(row["valid_from"].strip())
    at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    price = Decimal(row["value_inc_vat"].strip())
    if not price.is_finite() or (at - datetime(1970, 1, 1, tzinfo=UTC)) % SLOT:
        raise ValueError("not a number, or not the start of a half hour")
    return at, price


def replayed(path: Path) -> Prices:
    """Return real prices from a CSV file, see `recorded`.

    Where the file doesn't reach, its prices are moved there by whole weeks, as few as will do; a file
    of more than a year by multiples of 52, so that the season fits too. Moved is the UK local time:
    weekday and time of day stay. When the clocks go forward the missing hour's prices are left out,
    when they go back the repeated hour has the same prices twice. Prices with VAT stay as they are in
    the file; those without follow from the rate that holds at the time they are moved to. Gaps stay
    gaps. Region and cap make no difference. Raises ValueError for a file that won't do.
    """
    known = recorded(path)
    if not known or max(known) + SLOT - min(known) < WEEK:
        raise ValueError(f"{path}: the file must cover at least a week")
    first, end = (at.astimezone(UK).replace(tzinfo=None) for at in (min(known), max(known) + SLOT))
    step = WEEK * min(52, (end - first) // WEEK)

    def moved(at: datetime) -> datetime:
        """Return the instant of the file that stands for another one."""
        local = at.astimezone(UK).replace(tzinfo=None)
        if local >= end:
            local -= step * ((local - end) // step + 1)
        elif local < first:
            local += step * -((local - first) // step)
        return local.replace(tzinfo=UK).astimezone(UTC)

    def prices(region: str, start: datetime, until: datetime, cap: Decimal = CAP) -> list[Slot]:
        found = ((at, known.get(at, known.get(moved(at)))) for at in slot_starts(start, until))
        return [
            Slot(at, (price / (1 + vat(at))).quantize(_TEN_THOUSANDTH), price)
            for at, price in found
            if price is not None
        ]

    return prices
