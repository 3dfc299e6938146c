"""What fits of a charge between two instants: all of it, or as much as possible."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from .blocks import Session, cheapest_block, length_of, mean_price
from .need import LiveNeed
from .plan import Settings
from .rates import Rates
from .slots import Mode, cheapest_slots
from .windows import Window

_NOTHING = timedelta(0)
_MINUTE = timedelta(minutes=1)
_HALF_HOUR = timedelta(minutes=30)
_BLINK = timedelta(minutes=3)
# An eighth of the time that a battery needs is kept in hand if that costs at most 2% more.
_IN_HAND, _HARDLY = 8, Decimal("0.02")


def fitting(
    settings: Settings,
    rates: Rates,
    taken: Iterable[Session],
    duration: timedelta,
    window: Window,
    *,
    is_last: bool,
) -> tuple[tuple[Session, ...], timedelta]:
    """Return the cheapest sessions in a window for a duration, and how much of it doesn't fit.

    A block that fits nowhere is split, into runs of half an hour or more if as much fits into them. What
    may still fit once more prices are known waits for them. `taken` are the sessions in which another
    plan uses the charger. What a battery needs is never known exactly: some time is kept in hand before
    a deadline where that costs next to nothing, and a moment is worth no start beside the rest. `is_last`
    says that a window's end is its deadline, too.
    """
    taken = tuple(taken)
    found, missing = _fitting(settings, rates, taken, duration, window)
    if not isinstance(settings.need, LiveNeed):
        return found, missing
    in_time = replace(window, end=window.end - duration // (_IN_HAND * _MINUTE) * _MINUTE)
    if found and found[-1].end > in_time.end and is_last and settings.window.has_deadline:
        earlier, _ = _fitting(settings, rates, taken, duration, in_time)
        if length_of(earlier) >= length_of(found) and _costs_as_much(earlier, found):
            found = earlier
    if length_of(found) > _BLINK:
        found = tuple(each for each in found if each.duration > _BLINK)
    return found, missing


def _costs_as_much(one: tuple[Session, ...], other: tuple[Session, ...]) -> bool:
    """Tell whether sessions cost hardly more than others."""
    more, least = mean_price(one), mean_price(other)
    assert more is not None
    assert least is not None
    return more - least <= abs(least) * _HARDLY


def _fitting(
    settings: Settings, rates: Rates, taken: Iterable[Session], duration: timedelta, window: Window
) -> tuple[tuple[Session, ...], timedelta]:
    start, end = window.start, window.end
    if start >= end:
        return (), duration
    usable = usable_rates(settings, rates, taken, window)
    in_slots = settings.mode is Mode.SLOTS
    block = None if in_slots else cheapest_block(usable, duration, start, end)
    if block is not None:
        return (replace(block, power=settings.power),), _NOTHING
    lengths = [last - first for first, last in usable.spans]
    later = unknown(rates, start, end)
    wanted, shortest = duration, settings.shortest_run if in_slots else _HALF_HOUR
    if later and not (in_slots and most_that_fits(lengths, duration, shortest) == duration):
        wanted = max(duration - later, _NOTHING)
    fits = most_that_fits(lengths, wanted, shortest)
    if fits < wanted and not in_slots:
        # Long runs are nicer, but all of it is what was asked for.
        in_any = most_that_fits(lengths, wanted, _NOTHING)
        fits, shortest = (in_any, _NOTHING) if in_any > fits else (fits, shortest)
    elif fits < wanted and shortest and isinstance(settings.need, LiveNeed):
        # It stops when the battery is full, so whole runs do no harm.
        in_whole_runs = -(-wanted // shortest) * shortest
        if most_that_fits(lengths, in_whole_runs, shortest) == in_whole_runs:
            fits = in_whole_runs
    if fits <= _NOTHING:
        return (), _NOTHING if later else duration
    cost = settings.start_cost
    found = cheapest_slots(usable, fits, start, end, shortest_run=shortest, start_cost=cost)
    assert found is not None
    sessions = tuple(replace(session, power=settings.power) for session in found)
    return sessions, _NOTHING if later else max(duration - fits, _NOTHING)


def usable_rates(settings: Settings, rates: Rates, taken: Iterable[Session], window: Window) -> Rates:
    """Return the rates of a window that a charge may use: not above its limit, nor of time taken."""
    usable = rates.between(window.start, window.end)
    if settings.price_limit is not None:
        usable = usable.at_most(settings.price_limit)
    for session in taken:
        usable = usable.without(session.start, session.end)
    return usable


def unknown(rates: Rates, start: datetime, end: datetime) -> timedelta:
    """Return for how long in a period no price is known."""
    if start >= end:
        return _NOTHING
    known = rates.between(start, end).spans
    return end - start - sum((last - first for first, last in known), _NOTHING)


def most_that_fits(lengths: Iterable[timedelta], need: timedelta, shortest: timedelta) -> timedelta:
    """Return how much of a need fits into separate periods, in runs of at least `shortest`.

    A single run may be shorter: then it is all that fits.
    """
    longest_first = sorted(lengths, reverse=True)
    best = min(need, longest_first[0]) if longest_first else _NOTHING
    total = _NOTHING
    for number, length in enumerate(longest_first, 1):
        total += length
        fits = min(need, total)
        if length >= shortest and fits >= number * shortest:
            best = max(best, fits)
    return best
