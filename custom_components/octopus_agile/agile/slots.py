"""The cheapest set of minutes where a charge may pause, with no run shorter than it is allowed to be.

Found exactly, by dynamic programming. In some best solution every start and end of a run lies on the
edge of a slot, or one shortest run away from one; only a single start or end is left, which takes up
the rest of the need. (The total cost is a piecewise linear function of the starts and ends that bends
only there, under limits of which all but one concern two neighbours alone: at a corner of what is
allowed all but one are tied to such an edge.) So it is enough to go from edge to edge, forward and
backward, and to join the two halves in the middle of each slot.

Of equal costs the fewest runs win, of these the ones that lie earliest on average.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import gcd

from .blocks import Session
from .rates import Rates, from_microseconds, to_microseconds

_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_AN_HOUR = 3_600_000_000

# A value ranks solutions: cost above number of runs above earliness, in one whole number.
_EARLINESS_BITS = 80
_COST_SHIFT = _EARLINESS_BITS + 16
_ONE_RUN = 1 << _EARLINESS_BITS

# With a need of more units of time than that, bounds pay: shares of what can be at stake.
_MANY = 48
_LOOSER = (1024, 128, 16)

# The runs of a partial solution as a linked list: ((start, end), the runs before).
type _Runs = tuple[tuple[int, int], _Runs] | None
# A partial solution: its value, the start of a run that goes on if one does, the runs before.
type _Solution = tuple[int, int | None, _Runs]
# The best ones by the time they use.
type _Best = dict[int, _Solution]
# A whole solution: its value, what lies before a part of a slot, that part, what lies after.
type _Joint = tuple[int, _Solution, tuple[tuple[int, int], _Solution] | None]


@dataclass(frozen=True, slots=True)
class _Cell:
    """Time between two neighbouring edges. `price` is None in a gap."""

    start: int
    end: int
    price: int | None

    def value(self, start: int, end: int) -> int:
        """Return what using `[start, end)` of it is worth: less is better."""
        assert self.price is not None
        # Twice the integral of time over it; times before zero are mirrored ones.
        earliness = abs(end * end - start * start)
        return (self.price * (end - start) << _COST_SHIFT) + earliness


def cheapest_slots(
    rates: Rates,
    duration: timedelta,
    start: datetime,
    end: datetime,
    *,
    shortest_run: timedelta = timedelta(0),
    start_cost: Decimal = Decimal(0),
) -> tuple[Session, ...] | None:
    """Return the cheapest sessions of `duration` in all within `[start, end)`, in order of time.

    No session is shorter than `shortest_run`, unless the whole need is. Every session after the first
    costs `start_cost` more, in GBP for each kW the charger draws. None where the known prices don't
    hold such sessions. Raises ValueError for a duration that is not above zero.
    """
    if duration <= timedelta(0):
        raise ValueError("a charge needs a duration above zero")
    need, shortest = duration // _MICROSECOND, min(shortest_run, duration) // _MICROSECOND
    window = rates.between(start, end)
    # In the largest unit that divides all times, the numbers stay small and the arithmetic quick.
    origin = to_microseconds(start)
    edges = [edge - origin for run in window.stretches for edge in run.edges]
    unit = gcd(need, shortest, *edges)
    need, shortest = need // unit, shortest // unit
    cells = _cells(window, origin, unit, shortest)
    a_start = int(start_cost * window.scale * _MICROSECONDS_AN_HOUR)
    a_run = (a_start << _COST_SHIFT) + _ONE_RUN

    found = _cheapest(cells, need, shortest, a_run)
    if found is None:
        return None
    sessions = []
    for first, last in _merged(found):
        begin = from_microseconds(first * unit + origin)
        finish = from_microseconds(last * unit + origin)
        sessions.append(Session(begin, finish, rates.mean(begin, finish)))
    return tuple(sessions)


def _cells(window: Rates, origin: int, unit: int, shortest: int) -> list[_Cell]:
    """Cut the window at the edges of slots and at one shortest run before and after each."""
    cells: list[_Cell] = []
    for run in window.stretches:
        edges = [(edge - origin) // unit for edge in run.edges]
        if cells and cells[-1].end < edges[0]:
            cells.append(_Cell(cells[-1].end, edges[0], None))
        cuts = {edge + shift for edge in edges for shift in (-shortest, 0, shortest)}
        inside = sorted(cut for cut in cuts if edges[0] <= cut <= edges[-1])
        slot = 0
        for first, last in pairwise(inside):
            while edges[slot + 1] <= first:
                slot += 1
            # A price for a unit of time, so that costs are exact whatever the unit is.
            cells.append(_Cell(first, last, run.prices[slot] * unit))
    return cells


def _cheapest(cells: list[_Cell], need: int, shortest: int, a_run: int) -> list[tuple[int, int]] | None:
    """Return the runs of the best solution, None where there is none.

    Where times are no multiples of each other there are many partial solutions. Most of them can't be
    part of a good one: they are left out by a bound, which is loosened until what is found keeps to
    it. Then nothing that was left out can be better.
    """
    best: _Joint | None = None
    if need > _MANY:
        for bound in _bounds(cells, need, shortest, a_run):
            best = _join(cells, need, shortest, a_run, bound)
            if best is not None and best[0] <= bound.most:
                return _runs(best)
    best = _join(cells, need, shortest, a_run, None)
    return None if best is None else _runs(best)


@dataclass(frozen=True, slots=True)
class _Bound:
    """What partial solutions may be worth at most, given what must follow at least.

    Every unit of time used is taken for `wage` off its price, whether the need is met or not. Without
    the need, the least that can come after an edge doesn't depend on the time used before it: it is
    `closed` there, or `going` if a run may go on. `most` is what a whole solution may be worth.
    """

    wage: int
    most: int
    need: int
    closed: list[int]
    going: list[int]

    def cut(self, found: _Best, after: int) -> _Best:
        """Return the partial solutions that can be part of one within the bound."""
        limit = self.most - self.wage * self.need - after
        wage = self.wage
        return {used: each for used, each in found.items() if each[0] - wage * used <= limit}


def _bounds(cells: list[_Cell], need: int, shortest: int, a_run: int) -> Iterator[_Bound]:
    """Give bounds, each looser than the one before."""
    prices = sorted({cell.price for cell in cells if cell.price is not None})
    if not prices:
        return
    # The more time is used for a wage, the higher it is; the best one is at the top of a hill.
    low, high = 0, len(prices) - 1
    while low < high:
        middle = (low + high) // 2
        left, right = (
            prices[at] * need + (_relaxed(cells, prices[at], shortest, a_run)[0][0] >> _COST_SHIFT)
            for at in (middle, middle + 1)
        )
        low, high = (middle + 1, high) if left < right else (low, middle)
    wage = prices[low]
    closed, going = _relaxed(cells, wage, shortest, a_run)
    least = ((wage * need) << _COST_SHIFT) + closed[0]
    spread = (prices[-1] - prices[0]) * need
    for share in _LOOSER:
        slack = ((spread // share) << _COST_SHIFT) + _ONE_RUN - 1
        yield _Bound(wage << _COST_SHIFT, least + slack, need, closed, going)


def _relaxed(cells: list[_Cell], wage: int, shortest: int, a_run: int) -> tuple[list[int], list[int]]:
    """Return the least that what follows each edge is worth, if a wage takes the place of the need.

    First where no run goes on over the edge, second where one may. Earliness is left out: it can only
    make things dearer, and less than a run more does.
    """
    closed, going = 0, 0
    # What a run is worth that is long enough to begin here, with all that follows.
    ready = None if shortest else a_run
    all_closed, all_going = [0], [0]
    # As in _sweep, but backward, and without the time used.
    sums = {cells[-1].end: (0, 0)}
    total = 0
    for cell in reversed(cells):
        at = cell.start
        if cell.price is None:
            sums, going = {}, closed
            ready = None if shortest else closed + a_run
        else:
            worth = ((cell.price - wage) * (cell.end - at)) << _COST_SHIFT
            total += worth
            going += worth
            ready = None if ready is None else ready + worth
            if shortest and (before := sums.get(at + shortest)):
                began = before[1] + total - before[0] + a_run
                ready = began if ready is None or began < ready else ready
            if ready is not None and ready < closed:
                closed = ready
            if not shortest:
                assert ready is not None
                ready = min(ready, closed + a_run)
            going = min(going, closed)
        sums[at] = (total, closed)
        all_closed.append(closed)
        all_going.append(going)
    return all_closed[::-1], all_going[::-1]


def _sweep(
    cells: list[_Cell], need: int, shortest: int, a_run: int, bound: _Bound | None
) -> tuple[list[_Best], list[_Best]]:
    """Return, for each edge between cells, the best solutions that lie before it.

    The first list holds those that don't use the time right before and after the edge in one run; the
    second those whose last run may go on after the edge, being long enough to end at it too.
    """
    closed: _Best = {0: (0, None, None)}
    going: _Best = {}
    all_closed, all_going = [], []
    # Value sums up to each edge of the piece of known prices we are in, and its solutions, by time.
    sums: dict[int, tuple[int, _Best]] = {}
    total = 0
    at = cells[0].start if cells else 0
    for index, cell in enumerate([None, *cells]):
        if cell is not None:
            at = cell.end
            if cell.price is None:
                going, sums = {}, {}
            else:
                worth, length = cell.value(cell.start, at), at - cell.start
                total += worth
                going = _longer(going, length, worth, need)
        if shortest and (before := sums.get(at - shortest)):
            _open(going, before[1], (at - shortest, at), total - before[0] + a_run, need)
        closed = dict(closed)
        _close(closed, going, at)
        if not shortest:
            going = dict(going)
            _open(going, closed, (at, at), a_run, need)
        if bound is not None:
            closed, going = bound.cut(closed, bound.closed[index]), bound.cut(going, bound.going[index])
        sums[at] = (total, closed)
        all_closed.append(closed)
        all_going.append(going)
    return all_closed, all_going


def _longer(going: _Best, length: int, worth: int, need: int) -> _Best:
    """Return solutions whose last run goes on, with that run longer, where the need allows it."""
    return {
        used + length: (value + worth, begin, runs)
        for used, (value, begin, runs) in going.items()
        if used + length <= need
    }


def _close(closed: _Best, going: _Best, at: int) -> None:
    """Add to the solutions that have ended those whose last run ends here."""
    for used, solution in going.items():
        if used not in closed or solution[0] < closed[used][0]:
            closed[used] = (solution[0], None, _as_closed(solution, at))


def _open(going: _Best, closed: _Best, run: tuple[int, int], worth: int, need: int) -> None:
    """Add to the runs that go on those that began at the start of `run` and have reached its end."""
    begin, end = run
    for used, (value, _, runs) in closed.items():
        after = used + end - begin
        if after <= need and (after not in going or value + worth < going[after][0]):
            going[after] = (value + worth, begin, runs)


def _join(
    cells: list[_Cell], need: int, shortest: int, a_run: int, bound: _Bound | None
) -> _Joint | None:
    """Return the best solution within a bound, None where there is none."""
    closed, going = _sweep(cells, need, shortest, a_run, bound)
    mirrored = [_Cell(-cell.end, -cell.start, cell.price) for cell in reversed(cells)]
    if bound is not None:
        wage = bound.wage >> _COST_SHIFT
        before = _relaxed(mirrored, wage, shortest, a_run)
        bound = replace(bound, closed=before[0], going=before[1])
    later_closed, later_going = (found[::-1] for found in _sweep(mirrored, need, shortest, a_run, bound))

    whole = closed[-1].get(need)
    best: _Joint | None = None if whole is None else (whole[0], whole, None)
    for index, cell in enumerate(cells):
        if cell.price is not None:
            # A run that goes on into the cell and ends in it, or starts in it and goes on.
            for joint in (
                *_joints(cell, going[index], later_closed[index + 1], need, at_start=True),
                *_joints(cell, closed[index], later_going[index + 1], need, at_start=False),
            ):
                if best is None or joint[0] < best[0]:
                    best = joint
    return best


def _runs(best: _Joint) -> list[tuple[int, int]]:
    """Return the runs of a whole solution, in order."""
    _, left, joined = best
    if joined is None:
        return _listed(left[2])
    part, right = joined
    return [
        *_listed(_as_closed(left, part[0])),
        part,
        *_mirrored(_listed(_as_closed(right, -part[1]))),
    ]


def _joints(cell: _Cell, left: _Best, right: _Best, need: int, *, at_start: bool) -> Iterator[_Joint]:
    """Give what meets the need with a part of a cell between solutions before and after the cell."""
    keys = sorted(right)
    for used, early in left.items():
        rest = need - used
        first = bisect_left(keys, rest - (cell.end - cell.start))
        for key in keys[first : bisect_left(keys, rest)]:
            length = rest - key
            begin = cell.start if at_start else cell.end - length
            part = begin, begin + length
            worth = early[0] + right[key][0] + cell.value(*part)
            yield worth, early, (part, right[key])


def _as_closed(solution: _Solution, at: int) -> _Runs:
    """Return the runs of a solution, with one that goes on cut at `at`."""
    _, begin, runs = solution
    return runs if begin is None else ((begin, at), runs)


def _listed(runs: _Runs) -> list[tuple[int, int]]:
    """Return linked runs as a list, the first first."""
    listed = []
    while runs is not None:
        listed.append(runs[0])
        runs = runs[1]
    return listed[::-1]


def _mirrored(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(-end, -start) for start, end in reversed(runs)]


def _merged(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return runs with those that touch made one, and those without length left out."""
    merged: list[tuple[int, int]] = []
    for start, end in runs:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        elif start < end:
            merged.append((start, end))
    return merged
