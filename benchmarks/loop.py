"""How long the event loop is held: at half-hour boundaries, and when prices come."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
import gc
from statistics import median
from time import thread_time
from typing import Any
from unittest.mock import patch

from .home import HandClock, Home, entry, home, modelled_price
from .results import Section, shown, table
from .timing import MILLISECONDS

_HALF_HOUR = timedelta(minutes=30)
# A day that the clock by hand shows: far enough ahead for no timer to fire by itself.
DAY = "2036-11-24"
# Milliseconds that a boundary may hold the loop, by how many plans there are.
_TICK_BUDGETS = {1: 5, 10: 25}
# p/kWh that every other hour costs more.
_DEARER = 3


class Holds:
    """How long each callback held the event loop, in seconds."""

    def __init__(self) -> None:
        """Start without any."""
        self.times: list[float] = []
        self.is_over = False

    @property
    def longest(self) -> float:
        """The longest hold."""
        return max(self.times, default=0.0)

    @property
    def total(self) -> float:
        """All holds together."""
        return sum(self.times)


@contextmanager
def watched() -> Iterator[Holds]:
    """Time every callback of the event loop: tasks, timers, and all that they call without waiting."""
    holds = Holds()
    run: Any = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        started = thread_time()
        run(handle)
        # The one in which the watching ends is the benchmark's own.
        if not holds.is_over:
            holds.times.append(thread_time() - started)

    gc.collect()
    gc.disable()
    try:
        with patch.object(asyncio.Handle, "_run", timed):
            yield holds
    finally:
        holds.is_over = True
        gc.enable()


def jagged_price(start: datetime) -> str:
    """Return a price in p/kWh that goes up and down by the hour, so that slots are worth a pause."""
    return str(float(modelled_price(start)) + start.hour % 2 * _DEARER)


def pass_boundary(house: Home) -> None:
    """Let all our timers find that their time has come: they look at the clock, and are set again."""
    for made in house.hass.config_entries.async_entries("octopus_agile"):
        for timer in (made.runtime_data.prices._timer, made.runtime_data._timer):
            timer.stop()
            house.hass.loop.call_soon(timer._action)


async def boundaries(house: Home, clock: HandClock, count: int) -> list[Holds]:
    """Pass so many half-hour boundaries, and return how each held the loop."""
    found = []
    for _ in range(count):
        clock.now += _HALF_HOUR
        with watched() as holds:
            pass_boundary(house)
            await house.settle()
        found.append(holds)
    return found


async def publication(house: Home) -> Holds:
    """Let all entries ask for prices that have just come, and return how that held the loop."""
    entries = house.hass.config_entries.async_entries("octopus_agile")
    with watched() as holds:
        for made in entries:
            await made.runtime_data.prices.async_refresh()
        await house.settle()
    return holds


async def _measured(plans: int, entries: int, days: int) -> list[float]:
    """Return milliseconds: boundary median, longest, all callbacks of the worst; publication."""
    clock = HandClock(f"{DAY} 12:00")
    with clock.running():
        async with home() as house:
            house.octopus.prices = jagged_price
            for number in range(entries):
                # The entry's own charge is a plan too.
                await house.set_up(entry(number, plans // entries - 1))
            # From noon on: the first boundaries warm everything up.
            await boundaries(house, clock, 8)
            published: list[float] = []
            ticks: list[Holds] = []
            for _ in range(days):
                clock.now += timedelta(minutes=10)
                published.append((await publication(house)).longest)
                clock.now -= timedelta(minutes=10)
                ticks += await boundaries(house, clock, 48)
    longest = [holds.longest for holds in ticks]
    figures = [median(longest), max(longest), max(holds.total for holds in ticks), max(published)]
    return [each * MILLISECONDS for each in figures]


def measure(*, quick: bool) -> Section:
    """Measure the holds with 1, 10 and 100 plans."""
    days = 1 if quick else 2
    section = Section(
        "How long the event loop is held",
        f"A real Home Assistant, all half-hour boundaries of {days} "
        f"{'day' if days == 1 else 'days'} and each day's publication at 16:10, after 8 boundaries to "
        "warm up, without garbage collection. Every callback of the loop is timed, with everything that "
        "listens to the states it writes. A plan is an entry's own charge or a charge plan: half of "
        "these in blocks, half in slots. Prices go up and down by the hour, so that slots pause.",
    )
    rows = []
    for plans, entries in ((1, 1), (10, 1), (100, 1), (100, 20)):
        typical, longest, total, published = asyncio.run(_measured(plans, entries, days))
        cells = [shown(each) for each in (typical, longest, total, published)]
        name = f"{plans} plan{'s' * (plans > 1)}, {entries} entr{'y' if entries == 1 else 'ies'}"
        rows.append([name, *cells])
        section.add(
            f"Boundary with {name}",
            longest,
            "ms",
            _TICK_BUDGETS.get(plans),
            "longest single hold of all boundaries",
        )
    heads = ["", "boundary: median", "longest", "all callbacks of the worst", "publication: longest"]
    section.tables.append(table([*heads[:1], *(f"{head} (ms)" for head in heads[1:])], rows))
    return section
