"""The cheapest time to use electricity, found exactly.

The arithmetic uses whole microseconds and whole fractions of a penny, so equal costs compare equal
and rounding never decides between two blocks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .rates import MICROSECONDS_AN_HOUR, Rates, Stretch, from_microseconds, to_microseconds

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Session:
    """An unbroken period of use: `[start, end)` in UTC.

    `mean_price` is the time-weighted mean price in GBP/kWh, None if any of it is unknown or no longer
    kept. `power` is the power drawn in kW, None if not given.
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
        """The energy it draws from the grid in kWh."""
        if self.power is None:
            return None
        return self.power * (self.duration // _MICROSECOND) / MICROSECONDS_AN_HOUR

    @property
    def cost(self) -> Decimal | None:
        """The cost of that energy in GBP."""
        if self.energy is None or self.mean_price is None:
            return None
        return self.energy * self.mean_price


def mean_price(sessions: Iterable[Session]) -> Decimal | None:
    """Return the time-weighted mean price in GBP/kWh; None if any is unknown or there are no sessions."""
    cost, length = Decimal(0), 0
    for session in sessions:
        if session.mean_price is None:
            return None
        microseconds = session.duration // _MICROSECOND
        cost += session.mean_price * microseconds
        length += microseconds
    return cost / length if length else None


def distance(old: Sequence[Session], new: Sequence[Session]) -> timedelta:
    """Return how far a plan's sessions have moved.

    With the same number of sessions, this is the largest shift of any start or end; otherwise, how much
    time was added or removed. Between some sessions and none, it is `timedelta.max`.
    """
    if bool(old) != bool(new):
        return timedelta.max
    if len(old) == len(new):
        pairs = zip(old, new, strict=True)
        edges = ((was.start - now.start, was.end - now.end) for was, now in pairs)
        return max((abs(edge) for pair in edges for edge in pair), default=timedelta(0))
    return max(length_of(old), length_of(new)) - _common(old, new)


def lost(old: Sequence[Session], new: Sequence[Session]) -> timedelta:
    """Return how much time of old sessions is in no new one."""
    return length_of(old) - _common(old, new)


def _common(old: Sequence[Session], new: Sequence[Session]) -> timedelta:
    return sum(
        (max(min(a.end, b.end) - max(a.start, b.start), timedelta(0)) for a in old for b in new),
        timedelta(0),
    )


def length_of(sessions: Iterable[Session]) -> timedelta:
    """Return the total duration of sessions."""
    return sum((session.duration for session in sessions), timedelta(0))


def cheapest_block(rates: Rates, duration: timedelta, start: datetime, end: datetime) -> Session | None:
    """Return the contiguous block of `duration` within `[start, end)` with the least mean price.

    The earliest wins a tie. Returns None if no stretch of known prices is long enough. Runs in time
    proportional to the number of slots. Raises ValueError for a duration that is not above zero.

    The cost of a block is a piecewise linear function of its start, with a bend only where the block's
    start or end meets the edge of a slot. A minimum is always at a bend or at either end of the range,
    so only those are checked.
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
    # The edges after the block's start and end; at the end of the stretch, the last.
    head = bisect_right(edges, first)
    tail = min(bisect_right(edges, first + length), len(prices))
    bends = max(bisect_left(edges, last) - head, 0) + max(bisect_left(edges, last + length) - tail, 0)
    to_head, to_tail = edges[head], edges[tail] - length
    price_head, price_tail = prices[head - 1], prices[tail - 1]
    cost = best_cost = stretch.cost(first, first + length)
    at = best_at = first
    # Planning a block spends all its time in this loop, so it has as few steps as possible. Where both
    # ends meet an edge at once, the second bend is at the same place as the first.
    for _ in range(bends):
        if to_head < to_tail:
            cost += (to_head - at) * (price_tail - price_head)
            at, price_head = to_head, prices[head]
            head += 1
            to_head = edges[head]
        else:
            cost += (to_tail - at) * (price_tail - price_head)
            at, price_tail = to_tail, prices[tail]
            tail += 1
            to_tail = edges[tail] - length
        if cost < best_cost:
            best_cost, best_at = cost, at
    cost += (last - at) * (price_tail - price_head)
    return (cost, last) if cost < best_cost else (best_cost, best_at)
