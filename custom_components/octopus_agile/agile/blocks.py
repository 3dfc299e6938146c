"""The cheapest time to use electricity, found exactly.

Everything is counted in whole microseconds and whole fractions of a penny, so that equal costs are
equal and no rounding ever decides between two blocks.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .rates import Rates, Stretch, from_microseconds, to_microseconds

_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_AN_HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Session:
    """Time of use without a break: `[start, end)` in UTC.

    `mean_price` is the mean over it in GBP/kWh by time, None where part of it is not known (any
    more); `power` is what is drawn in kW, None where nobody said.
    """

    start: datetime
    end: datetime
    mean_price: Decimal | None
    power: Decimal | None = None

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    @property
    def energy(self) -> Decimal | None:
        """What it draws from the grid in kWh."""
        if self.power is None:
            return None
        return self.power * (self.duration // _MICROSECOND) / _MICROSECONDS_AN_HOUR

    @property
    def cost(self) -> Decimal | None:
        """What that costs in GBP."""
        if self.energy is None or self.mean_price is None:
            return None
        return self.energy * self.mean_price


def mean_price(sessions: Iterable[Session]) -> Decimal | None:
    """Return the mean price of sessions in GBP/kWh by time; None if any is unknown or there are none."""
    cost, length = Decimal(0), 0
    for session in sessions:
        if session.mean_price is None:
            return None
        microseconds = session.duration // _MICROSECOND
        cost += session.mean_price * microseconds
        length += microseconds
    return cost / length if length else None


def cheapest_block(rates: Rates, duration: timedelta, start: datetime, end: datetime) -> Session | None:
    """Return the contiguous block of `duration` within `[start, end)` with the least mean price.

    Of equals the earliest wins. None where no stretch of known prices holds the duration. Takes time in
    proportion to the number of slots. Raises ValueError for a duration that is not above zero.

    The cost of a block is a piecewise linear function of its start that bends only where the block's
    start or its end meets the edge of a slot. So it is enough to walk from bend to bend, and the
    earliest minimum is always found at one.
    """
    length = duration // _MICROSECOND
    if length <= 0:
        raise ValueError("a block needs a duration above zero")
    window = to_microseconds(start), to_microseconds(end)
    best: tuple[int, int] | None = None
    for stretch in rates.stretches:
        first = max(stretch.edges[0], window[0])
        last = min(stretch.edges[-1], window[1]) - length
        if first <= last:
            found = _cheapest_start(stretch, length, first, last)
            if best is None or found[0] < best[0]:
                best = found
    if best is None:
        return None
    cost, at = best
    return Session(
        from_microseconds(at), from_microseconds(at + length), Decimal(cost) / (rates.scale * length)
    )


def _cheapest_start(stretch: Stretch, length: int, first: int, last: int) -> tuple[int, int]:
    """Return (cost, start) of the cheapest block that starts in `[first, last]` within one stretch."""
    edges, prices = stretch.edges, stretch.prices
    # The slots that hold the block's first and last moment. At an edge the next slot counts, but
    # for the end of the stretch, which has none.
    head = bisect_right(edges, first) - 1
    tail = min(bisect_right(edges, first + length), len(prices)) - 1
    to_head, to_tail = edges[head + 1], edges[tail + 1] - length
    cost = best_cost = stretch.cost(first, first + length)
    at = best_at = first
    # No call and no sum more than it takes: all the time of planning a block goes here.
    while to_head < last or to_tail < last:
        until = to_head if to_head < to_tail else to_tail  # noqa: FURB136
        cost += (until - at) * (prices[tail] - prices[head])
        at = until
        if at == to_head:
            head += 1
            to_head = edges[head + 1]
        if at == to_tail:
            tail += 1
            to_tail = edges[tail + 1] - length
        if cost < best_cost:
            best_cost, best_at = cost, at
    cost += (last - at) * (prices[tail] - prices[head])
    return (cost, last) if cost < best_cost else (best_cost, best_at)
