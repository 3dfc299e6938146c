"""What waiting is worth: how much to charge in known prices, and how much on the days ahead.

A need can be met on the days before its deadline, and each of them may cost what any of the last four
weeks' days did, whatever the others cost. So V(need, days) = mean over the first day's scenarios of the
least, over x, of (the cheapest x hours of that day + V(need - x, the days after)). A charge that may
pause has convex costs, so all of V is one ascending list: what each step more costs. It is the mean, step
by step, of each scenario's sorted prices merged with the list of the days after. Known prices compete
with that list, and win where they aren't dearer. A block goes to one day, so there V is one number for
each need: the mean of the cheaper of that day's block and waiting on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from itertools import chain, repeat
from math import gcd, inf, isfinite
from typing import Protocol

from .blocks import cheapest_block
from .rates import Rates
from .scenarios import Past, days_ahead
from .slots import Mode
from .windows import Window

# What is left before the deadline must be longer by this than what waits for it.
SPARE = timedelta(hours=2)

_NOTHING = timedelta(0)
_HOUR = timedelta(hours=1)
# The time ahead counts in whole steps of this length: shorter than anything a forecast can tell.
_STEP = timedelta(minutes=5)
# GBP/kWh. Waiting must be cheaper by this, or rounding would decide between equal prices.
_LEAST_GAIN = 1e-9
# Four weeks can't make anybody surer: of the days that were all but certain, one in fourteen didn't come.
_SUREST = 0.95
_SHOWN = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Choice:
    """How a need is divided: `now` is to be charged in known prices, `later` on the days ahead.

    `expected_price` is what `later` is expected to cost in GBP/kWh, None if nothing is left for later or
    nothing can be expected. `expected_saving` is what is saved by that, in GBP for each kWh of the whole
    need, against charging in known prices as much of it as fits. `odds` is how likely a day comes on
    which what waits (all of it, if nothing does) costs less than in known prices, 0 to 0.95. Both are
    None where there is nothing to compare. `refused` of what waits could have been charged in known
    prices, for `refused_price` in GBP/kWh.
    """

    now: timedelta
    later: timedelta
    expected_price: Decimal | None = None
    expected_saving: Decimal | None = None
    odds: float | None = None
    refused: timedelta = _NOTHING
    refused_price: Decimal | None = None


class Outlook:
    """What charging on the days ahead may cost, in windows of which the last one ends at the deadline.

    Of one `Past` for each series of rates make an outlook for each plan, and ask it with each new need.
    """

    def __init__(self, past: Past, windows: Iterable[Window], price_limit: Decimal | None = None) -> None:
        """Take windows (UTC, in order, none overlapping). Prices above the limit count as the limit."""
        self.past = past
        self.days = days_ahead(windows, past.known_until)
        self.room = sum((day.length for day in self.days), _NOTHING)
        self._limit = inf if price_limit is None else float(price_limit)
        found = [each for day in self.days if (each := past.scenarios(day)) is not None]
        # Whether enough is known of the past to expect anything.
        self.is_known = len(found) == len(self.days)
        self._scenarios = found if self.is_known else []

    def least(self, need: timedelta, mode: Mode = Mode.SLOTS) -> timedelta:
        """Return how much must be charged in known prices, whatever they are, to keep the deadline.

        What waits must fit into the time after them, with two hours to spare. A block waits as a whole,
        and only for a window that holds it.
        """
        waiting = max(self.room - SPARE, _NOTHING) if self.is_known else _NOTHING
        if mode is Mode.SLOTS:
            return max(need - waiting, _NOTHING)
        windows = (span.window for day in self.days for span in day.spans)
        longest = max((each.end - each.start for each in windows), default=_NOTHING)
        return _NOTHING if need <= min(waiting, longest) else need

    def choose(
        self,
        need: timedelta,
        usable: Rates,
        *,
        mode: Mode = Mode.SLOTS,
        least: timedelta = _NOTHING,
        shortest_run: timedelta = _NOTHING,
        start_cost: Decimal = Decimal(0),
    ) -> Choice:
        """Divide a need between the days ahead and the known prices that it may use, from now on.

        At least `least` is charged now, and no more than fits. In slots, neither part is shorter than
        `shortest_run` unless the whole need is. A need in two parts costs `start_cost` more (GBP per kW).
        A block that can't wait, and doesn't fit into known prices either, is divided like slots: a
        deadline is worth more than one go. Raises ValueError for a need that is not above zero.
        """
        if need <= _NOTHING:
            raise ValueError("nothing to divide")
        costs: _Costs = _Blocks(self, usable)
        if mode is Mode.SLOTS or (costs.now(need) == inf and self.least(need, mode)):
            mode, costs = Mode.SLOTS, _Slots(self, usable, min(shortest_run, need))
        must = min(max(least, self.least(need, mode)), need)
        feasible = [
            each
            for each in {_NOTHING, must, need, *costs.amounts(need)}
            if _NOTHING <= each <= need and costs.now(each) < inf
        ]
        most = max(feasible)
        allowed = [each for each in feasible if each >= min(must, most)]

        def rank(amount: timedelta) -> tuple[bool, float, timedelta]:
            is_short = any(_NOTHING < part < costs.shortest for part in (amount, need - amount))
            extra = float(start_cost) if _NOTHING < amount < need else 0
            cost = costs.now(amount) + costs.later(need - amount) + extra
            return is_short, round(cost, 9), -amount

        return self._choice(costs, need, min(allowed, key=rank), most)

    def _choice(self, costs: _Costs, need: timedelta, now: timedelta, most: timedelta) -> Choice:
        """Return a choice with what is expected of it; `most` is the most that could be charged now."""
        later = need - now
        ahead = costs.later(later)
        saving = costs.now(most) + costs.later(need - most) - costs.now(now) - ahead
        waiting, besides = (later, now) if later else (need, _NOTHING)
        chances = [costs.chance(day, waiting, besides) for day in range(len(self._scenarios))]
        none_comes = 1.0
        for chance in chances:
            none_comes *= 1 - chance
        has_rival = most > besides and self.is_known
        refused = most - now
        dearer = costs.now(most) - costs.now(now)
        return Choice(
            now,
            later,
            _shown(ahead / (later / _HOUR)) if later else None,
            _shown(saving / (need / _HOUR)) if most else None,
            min(1 - none_comes, _SUREST) if has_rival else None,
            refused,
            _shown(dearer / (refused / _HOUR)) if refused else None,
        )

    @cached_property
    def step(self) -> timedelta:
        """The step in which the time ahead counts: 30 minutes, unless the windows need a finer one."""
        pieces = [length // _STEP for each in self._scenarios for length in each.lengths]
        return _STEP * (gcd(*pieces) or 1)

    @cached_property
    def curves(self) -> list[list[list[float]]]:
        """The price of each step in GBP/kWh, the cheapest first, of each day ahead's scenarios."""
        days = []
        for each in self._scenarios:
            counts = [length // self.step for length in each.lengths]
            days.append([self._ascending(curve, counts, each.shift) for curve in each.curves])
        return days

    @cached_property
    def marginals(self) -> list[float]:
        """What each step more is expected to cost on the days ahead in GBP/kWh, the cheapest first."""
        ahead: list[float] = []
        for curves in reversed(self.curves):
            merged = [sorted([*curve, *ahead]) for curve in curves]
            ahead = [sum(each) / len(merged) for each in zip(*merged, strict=True)]
        return ahead

    def _ascending(self, curve: list[float], counts: list[int], shift: float) -> list[float]:
        """Return shifted prices, each as often as it has steps, the cheapest first."""
        shifted = [price + shift for price in curve]
        if self._limit < inf:
            shifted = [min(price, self._limit) for price in shifted]
        # An ordinary window has whole slots.
        if set(counts) != {1}:
            shifted = list(chain(*map(repeat, shifted, counts, strict=True)))
        return sorted(shifted)

    def blocks(self, need: timedelta) -> list[list[float]]:
        """Return the mean price in GBP/kWh of the cheapest block, of each day ahead's scenarios."""
        return [
            [
                # Where none fits, no limit makes it fit.
                price if price == inf else min(price + each.shift, self._limit)
                for price in self.past.blocks(day, each.dates, need)
            ]
            for each, day in zip(self._scenarios, self.days, strict=False)
        ]


class _Costs(Protocol):
    """What a need costs in GBP per kW, now and on the days ahead; infinite if it doesn't fit."""

    shortest: timedelta

    def now(self, need: timedelta) -> float: ...

    def later(self, need: timedelta) -> float: ...

    def amounts(self, need: timedelta) -> Iterable[timedelta]:
        """Return what may be best to charge now, beside all and nothing."""

    def chance(self, day: int, need: timedelta, besides: timedelta) -> float:
        """Return how likely a day is cheaper than what known prices have left beside an amount."""


class _Slots:
    """A need that may pause."""

    def __init__(self, outlook: Outlook, usable: Rates, shortest: timedelta) -> None:
        self.shortest = shortest
        self._outlook = outlook
        self._known = sorted((float(rate.price), rate.end - rate.start) for rate in usable)

    def now(self, need: timedelta) -> float:
        return _cost(self._known, need)

    def later(self, need: timedelta) -> float:
        return self._stepped(self._outlook.marginals, need)

    def amounts(self, need: timedelta) -> Iterable[timedelta]:
        known = [(price, False, length) for price, length in self._known]
        step = self._outlook.step
        ahead = [(price + _LEAST_GAIN, True, step) for price in self._outlook.marginals]
        cheapest, rest = _NOTHING, need
        for _, is_ahead, length in sorted(known + ahead):
            part = min(length, rest)
            rest -= part
            cheapest += _NOTHING if is_ahead else part
        return cheapest, self._room, self.shortest, need - self.shortest

    def chance(self, day: int, need: timedelta, besides: timedelta) -> float:
        curves = self._outlook.curves[day]
        part = min(need, self._room - besides, len(curves[0]) * self._outlook.step)
        here = self.now(besides + part) - self.now(besides) - _LEAST_GAIN
        costs = [self._stepped(curve, part) for curve in curves]
        return sum(cost < here for cost in costs) / len(costs)

    def _stepped(self, prices: list[float], need: timedelta) -> float:
        """Return what a need costs by the price of each step, the cheapest first."""
        steps, rest = divmod(need, self._outlook.step)
        if steps > len(prices) or (steps == len(prices) and rest):
            return inf
        begun = prices[steps] * (rest / _HOUR) if rest else 0
        return sum(prices[:steps]) * (self._outlook.step / _HOUR) + begun

    @property
    def _room(self) -> timedelta:
        return sum((length for _, length in self._known), _NOTHING)


class _Blocks:
    """A need in one go."""

    shortest = _NOTHING

    def __init__(self, outlook: Outlook, usable: Rates) -> None:
        self._outlook = outlook
        self._usable = usable
        self._spans = usable.spans

    def now(self, need: timedelta) -> float:
        if not need:
            return 0
        block = (
            cheapest_block(self._usable, need, self._spans[0][0], self._spans[-1][1])
            if self._spans
            else None
        )
        if block is None or block.mean_price is None:
            return inf
        return float(block.mean_price) * (need / _HOUR)

    def later(self, need: timedelta) -> float:
        if not need:
            return 0
        ahead = inf
        for prices in reversed(self._outlook.blocks(need)):
            ahead = sum(min(price, ahead) for price in prices) / len(prices)
        return ahead * (need / _HOUR)

    def amounts(self, need: timedelta) -> Iterable[timedelta]:
        return ()

    def chance(self, day: int, need: timedelta, besides: timedelta) -> float:
        here = self.now(need) / (need / _HOUR) - _LEAST_GAIN
        prices = self._outlook.blocks(need)[day]
        return sum(price < here for price in prices) / len(prices)


def _cost(cheapest: list[tuple[float, timedelta]], need: timedelta) -> float:
    """Return what a need costs in GBP per kW, with (GBP/kWh, time) from the cheapest on; or infinity."""
    cost = 0.0
    for price, length in cheapest:
        part = min(length, need)
        if not part:
            break
        cost += price * (part / _HOUR)
        need -= part
    return inf if need else cost


def _shown(number: float) -> Decimal | None:
    """Return GBP/kWh to the ten-thousandth of a penny, None if there is no telling."""
    return Decimal(number).quantize(_SHOWN) if isfinite(number) else None
