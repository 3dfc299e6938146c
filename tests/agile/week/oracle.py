"""The rule for waiting, tried out: every branch of what the days ahead may cost, and every division."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import inf

from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.windows import Window
from tests.agile.series import HALF_HOUR

# In winter, so that UK time is UTC.
FIRST = date(2026, 1, 5)

# What each half hour of a night from midnight on costs, in pence.
type Night = Sequence[int]
type Number = Fraction | float
# The least that so many slots of a night cost.
type Charge = Callable[[Sequence[Fraction], int], Number]


def midnight(n: int) -> datetime:
    """Return when night `n` begins."""
    return datetime.combine(FIRST + timedelta(days=n), time(0), UTC)


def rates_of(nights: Sequence[Night]) -> Rates:
    """Return the rates of nights that follow each other; in between, nothing is known."""
    return Rates(
        Rate(midnight(n) + HALF_HOUR * slot, midnight(n) + HALF_HOUR * (slot + 1), Decimal(price) / 100)
        for n, night in enumerate(nights)
        for slot, price in enumerate(night)
    )


def windows(nights: range, slots: int) -> list[Window]:
    """Return the windows of nights, each so many half-hours long."""
    return [Window(midnight(n), midnight(n) + HALF_HOUR * slots) for n in nights]


def scenarios(nights: Sequence[Night], ahead: int) -> list[list[Fraction]]:
    """Return what a night may cost, so many nights after the last that is known."""
    recent = nights[-28:]
    levels = [Fraction(sum(night), len(night)) for night in recent]
    shift = (levels[-1] - sum(levels, Fraction(0)) / len(levels)) * Fraction(6, 10) ** ahead
    return [[price + shift for price in night] for night in recent]


def in_slots(night: Sequence[Fraction], count: int) -> Number:
    """Return the least that any set of slots costs."""
    return min((sum(chosen, Fraction(0)) for chosen in combinations(night, count)), default=inf)


def in_a_block(night: Sequence[Fraction], count: int) -> Number:
    """Return the least that slots in a row cost; with none, nothing."""
    starts = range(len(night) - count + 1)
    return min((sum(night[start : start + count], Fraction(0)) for start in starts), default=inf)


def expected(ahead: Sequence[Sequence[Sequence[Fraction]]], need: int, charge: Charge) -> Number:
    """Return what a need of so many slots costs on the nights ahead, each a choice of scenarios.

    Night after night, when its prices are known, the best division is found by trying all.
    """
    if not need:
        return Fraction(0)
    if not ahead:
        return inf
    tonight, *later = ahead
    divisions = range(need + 1) if charge is in_slots else (0, need)
    rest = {now: expected(later, need - now, charge) for now in divisions}
    best = [min(charge(night, now) + rest[now] for now in divisions) for night in tonight]
    return sum(best, Fraction(0)) / len(best)
