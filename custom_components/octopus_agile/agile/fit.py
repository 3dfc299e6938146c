"""What fits of a charge between two instants: all of it, or as much as possible."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from .blocks import Session, cheapest_block
from .plan import Settings
from .rates import Rates
from .slots import Mode, cheapest_slots
from .windows import Window

_NOTHING = timedelta(0)
_HALF_HOUR = timedelta(minutes=30)


def fitting(
    settings: Settings, rates: Rates, taken: Iterable[Session], duration: timedelta, window: Window
) -> tuple[tuple[Session, ...], timedelta]:
    """Return the cheapest sessions in a window for a duration, and how much of it doesn't fit.

    A block that fits nowhere is split. What may still fit once more prices are known waits for them.
    `taken` are the sessions in which another plan uses the charger.
    """
    start, end = window.start, window.end
    if start >= end:
        return (), duration
    usable = rates.between(start, end)
    if settings.price_limit is not None:
        usable = usable.at_most(settings.price_limit)
    for session in taken:
        usable = usable.without(session.start, session.end)
    in_slots = settings.mode is Mode.SLOTS
    block = None if in_slots else cheapest_block(usable, duration, start, end)
    if block is not None:
        return (replace(block, power=settings.power),), _NOTHING
    lengths = [last - first for first, last in usable.spans]
    shortest = settings.shortest_run if in_slots else _HALF_HOUR
    fits = most_that_fits(lengths, duration, shortest)
    later = unknown(rates, start, end)
    if later and not (in_slots and fits == duration):
        fits = most_that_fits(lengths, max(duration - later, _NOTHING), shortest)
    if fits <= _NOTHING:
        return (), _NOTHING if later else duration
    cost = settings.start_cost
    found = cheapest_slots(usable, fits, start, end, shortest_run=shortest, start_cost=cost)
    assert found is not None
    sessions = tuple(replace(session, power=settings.power) for session in found)
    return sessions, _NOTHING if later else duration - fits


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
