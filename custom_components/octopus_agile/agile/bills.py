"""What the hours of a meter would have cost on a tariff.

A meter's hour knows nothing of its halves, so its energy is taken as spread evenly over it: where the
price changes within the hour, each price counts for its share of the time. Against a bill by half-hours
that is 0.15% of a month on Agile, as a mean, and nothing on tariffs that change on the hour.

What isn't known is left out and counted, never guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from .publication import UK
from .rates import MICROSECONDS_AN_HOUR, Rates, from_microseconds
from .usage import PARTS_OF_A_KWH, Usage, hours

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a tariff asks for: `rates` in GBP/kWh, `standing_charges` in GBP a day, both with VAT."""

    rates: Rates
    standing_charges: Rates


@dataclass(frozen=True, slots=True)
class Bill:
    """What the time `[start, end)`, in UTC, costs.

    `energy` is in kWh, `energy_cost` and `standing_charge` in GBP. They hold only what is known:
    `hours` counts the hours of the time, `hours_unread` those without a reading, `hours_unpriced` those
    with a reading but without a price, and `days_missing` the local days without a standing charge.
    """

    start: datetime
    end: datetime
    energy: Decimal
    energy_cost: Decimal
    standing_charge: Decimal
    hours: int
    hours_unread: int
    hours_unpriced: int
    days_missing: int

    @property
    def total(self) -> Decimal:
        """Energy and standing charge in GBP."""
        return self.energy_cost + self.standing_charge

    @property
    def mean_price(self) -> Decimal | None:
        """The mean price of the energy in GBP/kWh, without the standing charge; None without energy."""
        return self.energy_cost / self.energy if self.energy else None

    @property
    def hours_missing(self) -> int:
        """How many hours are left out."""
        return self.hours_unread + self.hours_unpriced

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left out."""
        return not self.hours_missing and not self.days_missing

    @property
    def month(self) -> date:
        """The first day of the local month in which it starts."""
        return self.start.astimezone(UK).date().replace(day=1)

    @property
    def is_whole_month(self) -> bool:
        """Whether it is of a whole local month."""
        return self.start == _midnight(self.month) and self.end == _midnight(_next_month(self.month))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same hours and days on two tariffs."""

    here: Bill
    there: Bill

    @property
    def saving(self) -> Decimal:
        """What being here rather than there has saved, in GBP; negative if there is cheaper."""
        return self.there.total - self.here.total


def bills(usage: Usage, pricing: Pricing, start: datetime, end: datetime) -> Iterator[Bill]:
    """Give the bill of each local month, or part of one, in `[start, end)`: all that is known of it.

    An hour belongs to the month in which it starts. The standing charge of a day that isn't wholly in
    the time counts by its share. Each bill is worked out as it is asked for.
    """
    for first, last in months(start, end):
        [bill] = _bills(usage, [pricing], first, last)
        yield bill


def compared(
    usage: Usage, here: Pricing, there: Pricing, start: datetime, end: datetime
) -> Iterator[Comparison]:
    """Give the comparison of each month as `bills` does, over what is known of both tariffs."""
    for first, last in months(start, end):
        yield Comparison(*_bills(usage, [here, there], first, last))


def in_total(parts: Iterable[Bill]) -> Bill:
    """Return the bill of all the time of several. Raises ValueError if there are none."""
    given = list(parts)
    if not given:
        raise ValueError("there is no bill of no time")
    return Bill(
        min(bill.start for bill in given),
        max(bill.end for bill in given),
        sum((bill.energy for bill in given), _ZERO),
        sum((bill.energy_cost for bill in given), _ZERO),
        sum((bill.standing_charge for bill in given), _ZERO),
        sum(bill.hours for bill in given),
        sum(bill.hours_unread for bill in given),
        sum(bill.hours_unpriced for bill in given),
        sum(bill.days_missing for bill in given),
    )


def all_compared(parts: Iterable[Comparison]) -> Comparison:
    """Return the comparison of all the time of several. Raises ValueError if there are none."""
    given = list(parts)
    return Comparison(in_total(part.here for part in given), in_total(part.there for part in given))


def months(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give the local months in `[start, end)`, the first and last cut to fit, in UTC."""
    month = start.astimezone(UK).date().replace(day=1)
    while (first := max(_midnight(month), start)) < end:
        month = _next_month(month)
        yield first, min(_midnight(month), end)


def year_until(usage: Usage, end: datetime) -> datetime | None:
    """Return when the year that ends at `end` starts, or as far back as the meter goes.

    That is the local midnight of the same date a year before, or the first one at which the meter was
    read, whichever is later. None if the meter has no whole day before `end`.
    """
    if usage.start is None:
        return None
    last = end.astimezone(UK).date()
    # There isn't a 29 February every year.
    year_ago = last.replace(year=last.year - 1, day=min(last.day, 28 if last.month == 2 else last.day))
    begun = usage.start.astimezone(UK)
    first_day = begun.date() if begun.time() == time(0) else begun.date() + _DAY
    start = _midnight(max(year_ago, first_day))
    return start if start < end else None


def _bills(usage: Usage, pricings: Sequence[Pricing], start: datetime, end: datetime) -> list[Bill]:
    """Return the bill of a time on each tariff, over the hours and days that are known of all."""
    numbers = hours(start, end)
    per_hour = [_hour_costs(pricing.rates, numbers) for pricing in pricings]
    energy = unread = unpriced = 0
    costs = [0] * len(pricings)
    for number, *at in zip(numbers, *(found for found, _ in per_hour), strict=True):
        used = usage.at(number)
        if used is None:
            unread += 1
        elif len(known := [cost for cost in at if cost is not None]) < len(pricings):
            unpriced += 1
        else:
            energy += used
            for index, cost in enumerate(known):
                costs[index] += used * cost
    charges, days_missing = _standing(pricings, start, end)
    kwh = Decimal(energy) / PARTS_OF_A_KWH
    return [
        Bill(
            start,
            end,
            kwh,
            Decimal(cost) / (PARTS_OF_A_KWH * MICROSECONDS_AN_HOUR * scale),
            charge,
            len(numbers),
            unread,
            unpriced,
            days_missing,
        )
        for cost, (_, scale), charge in zip(costs, per_hour, charges, strict=True)
    ]


def _hour_costs(rates: Rates, numbers: range) -> tuple[list[int | None], int]:
    """Return the sum of price times time of each hour, None if any of it is unknown, and the scale.

    The sum is in units of 1 / scale GBP/kWh times microseconds.
    """
    costs: list[int | None] = [None] * len(numbers)
    edges = (from_microseconds(at * MICROSECONDS_AN_HOUR) for at in (numbers.start, numbers.stop))
    part = rates.overlapping(*edges)
    for stretch in part.stretches:
        first = max(-(-stretch.edges[0] // MICROSECONDS_AN_HOUR), numbers.start)
        last = min(stretch.edges[-1] // MICROSECONDS_AN_HOUR, numbers.stop)
        for number in range(first, last):
            start = number * MICROSECONDS_AN_HOUR
            costs[number - numbers.start] = stretch.cost(start, start + MICROSECONDS_AN_HOUR)
    return costs, part.scale


def _standing(pricings: Sequence[Pricing], start: datetime, end: datetime) -> tuple[list[Decimal], int]:
    """Return the standing charge of a time on each tariff, and how many days one doesn't know."""
    charges, missing = [_ZERO] * len(pricings), 0
    parts = [pricing.standing_charges.overlapping(start, end) for pricing in pricings]
    day = start.astimezone(UK).date()
    while (opens := _midnight(day)) < end:
        day += _DAY
        closes = _midnight(day)
        first, last = max(opens, start), min(closes, end)
        means = [mean for part in parts if (mean := part.mean(first, last)) is not None]
        if len(means) < len(parts):
            missing += 1
            continue
        # A day of 23 or 25 hours costs what every day costs.
        share, whole = (last - first) // _MICROSECOND, (closes - opens) // _MICROSECOND
        charges = [charge + mean * share / whole for charge, mean in zip(charges, means, strict=True)]
    return charges, missing


def _midnight(day: date) -> datetime:
    """Return the start of a local day, in UTC."""
    return datetime.combine(day, time(0), UK).astimezone(UTC)


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
