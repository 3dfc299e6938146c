"""The cheapest times for a charge that may pause, with no run shorter than the shortest allowed.

The search is exact, by dynamic programming. Some best solution has, for every session, one end at the
edge of a slot and the other at an edge too or one shortest run away; only a single session has a loose
end, and takes the rest of the need. (The cost is a piecewise linear function of the starts and ends, so
a best solution lies at a corner, where an edge or the shortest run fixes all of them but one.) So it is
enough to sweep from edge to edge, forwards and backwards, and to join the two halves at the loose end.

On equal cost the fewest runs win, then the ones that are earliest on average.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from math import inf
from typing import NamedTuple

from .blocks import Session, cheapest_block
from .rates import MICROSECONDS_AN_HOUR, Rates, Stretch, from_microseconds

_MICROSECOND = timedelta(microseconds=1)
_HALF_HOUR = timedelta(minutes=30)

# A worth ranks solutions, lowest first: cost, number of runs and earliness in one whole number.
_ONE_RUN = 1 << 112
_COST_SHIFT = 128

# The lowest worth for each amount of time used.
type _Best = dict[int, int]
# The start and end of each session.
type _Spans = list[tuple[int, int]]


class _Point(NamedTuple):
    """A time at which a session may start or end.

    The time between two points of a stretch has the difference between their `worth` as its worth.
    """

    at: int
    worth: int
    is_edge: bool
    stretch: int


class _Reached(NamedTuple):
    """The best uses of the time before a point.

    In `closed` every session has ended. In `running` the last one may end here or go on.
    """

    point: _Point
    closed: _Best
    running: _Best


class Mode(StrEnum):
    """How a need may be met: in one contiguous block, or in the cheapest slots with pauses."""

    BLOCK = "block"
    SLOTS = "slots"


def cheapest_sessions(
    rates: Rates,
    duration: timedelta,
    start: datetime,
    end: datetime,
    *,
    mode: Mode,
    shortest_run: timedelta,
) -> tuple[Session, ...]:
    """Return the cheapest sessions in a mode, as `cheapest_slots` does; none if none fit."""
    if mode is Mode.SLOTS:
        return cheapest_slots(rates, duration, start, end, shortest_run=shortest_run) or ()
    block = cheapest_block(rates, duration, start, end)
    return () if block is None else (block,)


def cheapest_slots(
    rates: Rates,
    duration: timedelta,
    start: datetime,
    end: datetime,
    *,
    shortest_run: timedelta = timedelta(0),
    start_cost: Decimal = Decimal(0),
) -> tuple[Session, ...] | None:
    """Return the cheapest sessions totalling `duration` within `[start, end)`, in chronological order.

    No session is shorter than `shortest_run`, unless the whole need is. Every session after the first
    costs `start_cost` more, in GBP per kW the charger draws. None if no such sessions fit into the
    known prices. Raises ValueError for a duration that is not above zero, or a shortest run that
    is not a multiple of 30 minutes.
    """
    if duration <= timedelta(0):
        raise ValueError("a charge needs a duration above zero")
    if shortest_run < timedelta(0) or shortest_run % _HALF_HOUR:
        raise ValueError("the shortest run must be a multiple of 30 minutes")
    if duration < 2 * shortest_run:
        # Too short for two sessions.
        block = cheapest_block(rates, duration, start, end)
        return None if block is None else (block,)
    window = rates.between(start, end)
    need, shortest = duration // _MICROSECOND, shortest_run // _MICROSECOND
    a_start = int(start_cost * window.scale * MICROSECONDS_AN_HOUR)
    search = _Search(need, shortest, (a_start << _COST_SHIFT) + _ONE_RUN)
    spans = search.best(_points(window.stretches, shortest))
    if spans is None:
        return None
    times = [(from_microseconds(first), from_microseconds(last)) for first, last in spans]
    return tuple(Session(first, last, rates.mean(first, last)) for first, last in times)


def _points(stretches: tuple[Stretch, ...], shortest: int) -> list[_Point]:
    """Return the edges of slots, and the times one shortest run before and after each."""
    points = []
    for number, stretch in enumerate(stretches):
        edges = set(stretch.edges)
        times = {edge + shift for edge in edges for shift in (-shortest, 0, shortest)}
        first, last = stretch.edges[0], stretch.edges[-1]
        cost, slot, before = 0, -1, first
        for at in sorted(time for time in times if first <= time <= last):
            cost += stretch.prices[slot] * (at - before)
            # The square makes earlier time worth less: it is twice the integral of time.
            points.append(_Point(at, (cost << _COST_SHIFT) + at * at, at in edges, number))
            slot, before = slot + (at in edges), at
    return points


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for sessions totalling `need`, none shorter than `shortest`, each for `a_run` extra."""

    need: int
    shortest: int
    a_run: int

    def best(self, points: list[_Point]) -> _Spans | None:
        """Return the best sessions, None if there are none."""
        if not points:
            return None
        mirrored = [_Point(-at, -worth, edge, number) for at, worth, edge, number in reversed(points)]
        forwards, backwards = self._sweep(points), self._sweep(mirrored)
        # Seen from the other side, a loose start is a loose end.
        late_worth, late = self._joined(backwards, forwards)
        worth, spans = min(self._joined(forwards, backwards), (late_worth, _mirrored(late)))
        return None if worth == inf else spans

    def _sweep(self, points: list[_Point]) -> list[_Reached]:
        """Return the best uses of the time before each point, with no loose end."""
        swept: list[_Reached] = []
        closed: _Best = {0: 0}
        for point in points:
            if swept and (last := swept[-1]).point.stretch == point.stretch:
                length, worth = point.at - last.point.at, point.worth - last.point.worth
                running = self._longer(last.running, length, worth)
            else:
                running, by_time = {}, dict[int, _Reached]()
            closed = dict(closed)
            by_time[point.at] = _Reached(point, closed, running)
            swept.append(by_time[point.at])
            if start := by_time.get(point.at - self.shortest):
                worth = point.worth - start.point.worth + self.a_run
                begun = self._longer(start.closed, self.shortest, worth)
                if start.point.is_edge:
                    _improve(running, begun)
                if not (start.point.is_edge and point.is_edge):
                    _improve(closed, begun)
            if point.is_edge:
                _improve(closed, running)
        return swept

    def _longer(self, best: _Best, length: int, worth: int) -> _Best:
        """Return the uses extended by some time, without any that would exceed the need."""
        most = self.need - length
        return {used + length: value + worth for used, value in best.items() if used <= most}

    def _joined(self, before: list[_Reached], after: list[_Reached]) -> tuple[float, _Spans]:
        """Return the worth and sessions of the best solution, with or without a loose end.

        `after` is swept the other way. If there is no solution, the worth is infinite.
        """
        best: float = before[-1].closed.get(self.need, inf)
        found: tuple[int, int, int] | None = None
        for number, (here, there) in enumerate(pairwise(before)):
            later = after[-2 - number].closed
            for length in self._parts(here, there, later):
                left, worth = self.need - length, _worth(here.point, there.point, length)
                least = best - worth
                for time, value in here.running.items():
                    rest = later.get(left - time)
                    if rest is not None and value + rest < least:
                        least = value + rest
                        best, found = least + worth, (number, time, length)
        if best == inf:
            return inf, []
        if found is None:
            return best, self._spans(before, len(before) - 1, self.need)
        index, used, part = found
        begin, earlier = self._start(before, index, used, before[index].running[used])
        loose = before[begin].point.at, before[index].point.at + part
        rests = self._spans(after, len(after) - 2 - index, self.need - used - part)
        return best, [*self._spans(before, begin, earlier), loose, *_mirrored(rests)]

    def _parts(self, here: _Reached, there: _Reached, later: _Best) -> set[int]:
        """Return the lengths of time between two points that could complete the need."""
        if here.point.stretch != there.point.stretch:
            return set()
        # Most times used differ by whole slots, so this set is small.
        length = there.point.at - here.point.at
        used = {time % length for time in here.running}
        left = {(self.need - time) % length for time in later}
        parts = {(more - less) % length for more in left for less in used}
        # An end at an edge isn't loose.
        return parts - {0} if here.point.is_edge else parts

    def _spans(self, swept: list[_Reached], index: int, used: int) -> _Spans:
        """Return the sessions of the best use of some time before a point."""
        spans = []
        while used:
            worth = swept[index].closed[used]
            while swept[index - 1].closed.get(used) == worth:
                index -= 1
            end = swept[index].point.at
            index, used = self._start(swept, index, used, worth)
            spans.append((swept[index].point.at, end))
        return spans[::-1]

    def _start(self, swept: list[_Reached], index: int, used: int, worth: int) -> tuple[int, int]:
        """Return the point where the last session up to a point starts, and the time used by then."""
        end = swept[index].point
        return next(
            (number, rest)
            for number, (start, closed, _) in enumerate(swept[: index + 1])
            if start.stretch == end.stretch
            and end.at - start.at >= self.shortest
            and (rest := used - end.at + start.at) in closed
            and closed[rest] + end.worth - start.worth + self.a_run == worth
        )


def _worth(here: _Point, there: _Point, length: int) -> int:
    """Return the worth of some time from one point towards the next."""
    price = (there.worth - here.worth >> _COST_SHIFT) // (there.at - here.at)
    end = here.at + length
    return (price * length << _COST_SHIFT) + abs(end * end - here.at * here.at)


def _improve(best: _Best, others: _Best) -> None:
    """Add the uses that are new or better."""
    for used, worth in others.items():
        if used not in best or worth < best[used]:
            best[used] = worth


def _mirrored(spans: _Spans) -> _Spans:
    return [(-end, -start) for start, end in reversed(spans)]
