"""Prices as a time series in UTC."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import override

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_AN_HOUR = 3_600_000_000


def to_microseconds(instant: datetime) -> int:
    """Return an aware datetime as whole microseconds since 1970, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Return a count of microseconds since 1970 as a UTC datetime."""
    return _EPOCH + timedelta(microseconds=count)


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of the slot `[start, end)` in GBP/kWh, VAT included as published.

    `start` and `end` are aware datetimes in UTC.
    """

    start: datetime
    end: datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class Stretch:
    """A gap-free series of slots, as integers for exact and fast arithmetic.

    `edges` are the starts of the slots and the end of the last one, in microseconds since 1970.
    `prices` has one item fewer, in units of `1 / Rates.scale` GBP/kWh.
    """

    edges: list[int]
    prices: list[int]

    def cost(self, start: int, end: int) -> int:
        """Return the sum of price times time over `[start, end)`, which must lie within the stretch."""
        cost = 0
        index = bisect_right(self.edges, start) - 1
        while start < end:
            until = min(self.edges[index + 1], end)
            cost += self.prices[index] * (until - start)
            start = until
            index += 1
        return cost


class Rates:
    """Immutable rates in chronological order. They never overlap; there may be gaps.

    A gap is time with no known price; nothing here fills it.
    """

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        """Store rates in chronological order. Raise ValueError if one has no length or two overlap."""
        self._rates = tuple(rates)
        self._starts = [rate.start for rate in self._rates]
        for rate in self._rates:
            if rate.start >= rate.end:
                raise ValueError(f"the slot at {rate.start.isoformat()} has no length")
        for before, after in pairwise(self._rates):
            if after.start < before.end:
                raise ValueError(f"the slot at {after.start.isoformat()} starts before the last one ends")

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self._rates)

    def __iter__(self) -> Iterator[Rate]:
        """Iterate over the slots in chronological order."""
        return iter(self._rates)

    @override
    def __eq__(self, other: object) -> bool:
        """Tell whether the other series has the same slots at the same prices."""
        return isinstance(other, Rates) and self._rates == other._rates

    __hash__ = None  # type: ignore[assignment]

    @override
    def __repr__(self) -> str:
        """Return the number of slots and their range, for logs and failing tests."""
        if not self._rates:
            return "<Rates: none>"
        return f"<Rates: {len(self)} from {self._rates[0].start} to {self._rates[-1].end}>"

    @property
    def end(self) -> datetime | None:
        """The end of the last slot, None if there are no slots."""
        return self._rates[-1].end if self._rates else None

    def at(self, instant: datetime) -> Rate | None:
        """Return the rate at an instant, None if it isn't known. O(log n)."""
        index = bisect_right(self._starts, instant) - 1
        if index >= 0 and instant < self._rates[index].end:
            return self._rates[index]
        return None

    def overlapping(self, start: datetime, end: datetime | None = None) -> Rates:
        """Return the slots that overlap `[start, end)`, uncut; without an end, all from `start` on."""
        first = self._first_after(start)
        last = len(self) if end is None else bisect_left(self._starts, end)
        if end is not None and end <= start:
            last = first
        part = Rates()
        # A part of a valid series is valid: skip the checks.
        part._rates, part._starts = self._rates[first:last], self._starts[first:last]
        return part

    def _first_after(self, instant: datetime) -> int:
        """Return the index of the first slot that ends after an instant."""
        index = bisect_right(self._starts, instant)
        return index - 1 if index and self._rates[index - 1].end > instant else index

    def between(self, start: datetime, end: datetime) -> Rates:
        """Return the rates in `[start, end)`, cutting the slots at either end to fit."""
        return Rates(
            Rate(max(rate.start, start), min(rate.end, end), rate.price)
            for rate in self.overlapping(start, end)
        )

    def at_most(self, limit: Decimal) -> Rates:
        """Return the slots that cost at most `limit` GBP/kWh; more expensive ones become gaps."""
        return Rates(rate for rate in self._rates if rate.price <= limit)

    def in_slots(self, end: datetime, length: timedelta) -> Rates:
        """Return the series up to `end`, with rates that last longer split at each full `length`."""
        slots: list[Rate] = []
        for rate in self._rates:
            start, until = rate.start, min(rate.end, end)
            while start < until:
                edge = start + length - (start - _EPOCH) % length
                slots.append(Rate(start, min(edge, until), rate.price))
                start = edge
        return Rates(slots)

    def without(self, start: datetime, end: datetime) -> Rates:
        """Return the series with a gap over `[start, end)`."""
        kept: list[Rate] = []
        for rate in self._rates:
            if rate.start < start:
                kept.append(Rate(rate.start, min(rate.end, start), rate.price))
            if end < rate.end:
                kept.append(Rate(max(rate.start, end), rate.end, rate.price))
        return Rates(kept)

    def merge(self, newer: Rates) -> Rates:
        """Return both series as one; where they overlap, `newer` wins."""
        if not newer:
            return self
        first = self._first_after(newer._starts[0])
        last = bisect_left(self._starts, newer._rates[-1].end)
        kept: list[Rate] = []
        for rate in self._rates[first:last]:
            start = rate.start
            for above in newer.overlapping(rate.start, rate.end):
                if start < above.start:
                    kept.append(Rate(start, above.start, rate.price))
                start = above.end
            if start < rate.end:
                kept.append(Rate(start, rate.end, rate.price))
        both = sorted([*kept, *newer], key=lambda rate: rate.start)
        return Rates([*self._rates[:first], *both, *self._rates[last:]])

    def known_until(self, instant: datetime) -> datetime:
        """Return the start of the first gap from an instant on; the instant itself if it is in one."""
        until = instant
        for rate in self.overlapping(instant):
            if rate.start > until:
                break
            until = rate.end
        return until

    def mean(self, start: datetime, end: datetime) -> Decimal | None:
        """Return the mean price over `[start, end)` in GBP/kWh; None if any of it is unknown."""
        first, last = to_microseconds(start), to_microseconds(end)
        for stretch in self.stretches:
            if stretch.edges[0] <= first < last <= stretch.edges[-1]:
                return Decimal(stretch.cost(first, last)) / (self.scale * (last - first))
        return None

    @property
    def spans(self) -> list[tuple[datetime, datetime]]:
        """The start and end of each stretch."""
        edges = ((stretch.edges[0], stretch.edges[-1]) for stretch in self.stretches)
        return [(from_microseconds(start), from_microseconds(end)) for start, end in edges]

    @property
    def average(self) -> Decimal | None:
        """The mean price in GBP/kWh, weighted by the length of each slot; None if there are no slots."""
        cost = sum(each.cost(each.edges[0], each.edges[-1]) for each in self.stretches)
        length = sum(each.edges[-1] - each.edges[0] for each in self.stretches)
        return Decimal(cost) / (self.scale * length) if length else None

    @property
    def lowest(self) -> Rate | None:
        """The cheapest slot; the earliest wins a tie."""
        return min(self._rates, key=lambda rate: rate.price, default=None)

    @property
    def highest(self) -> Rate | None:
        """The most expensive slot; the earliest wins a tie."""
        return max(self._rates, key=lambda rate: rate.price, default=None)

    @cached_property
    def negated(self) -> Rates:
        """The series with what is paid as a price below zero, and the other way round."""
        return Rates(Rate(rate.start, rate.end, -rate.price or Decimal(0)) for rate in self._rates)

    @cached_property
    def scale(self) -> int:
        """The power of ten that makes every price a whole number."""
        exponents = [rate.price.as_tuple().exponent for rate in self._rates]
        return int(10 ** max([0, *(-exponent for exponent in exponents if isinstance(exponent, int))]))

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The series split at its gaps, each part as integers."""
        stretches: list[Stretch] = []
        for rate in self._rates:
            start = to_microseconds(rate.start)
            if not stretches or stretches[-1].edges[-1] != start:
                stretches.append(Stretch([start], []))
            stretches[-1].edges.append(to_microseconds(rate.end))
            stretches[-1].prices.append(int(rate.price * self.scale))
        return tuple(stretches)
