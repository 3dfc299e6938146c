"""What an entry keeps in memory."""

import asyncio
import gc
import tracemalloc

from .home import HandClock, entry, home
from .loop import DAY, boundaries
from .results import Section


async def _kept(entries: int, plans: int) -> float:
    """Return kB that stay allocated after the set-up and a few boundaries."""
    clock = HandClock(f"{DAY} 16:10")
    with clock.running():
        async with home() as house:
            # What is there once, however many entries there are.
            await house.set_up(entry(99))
            await boundaries(house, clock, 2)
            gc.collect()
            tracemalloc.start()
            try:
                for number in range(entries):
                    await house.set_up(entry(number, plans // entries - 1))
                await boundaries(house, clock, 4)
                gc.collect()
                return tracemalloc.get_traced_memory()[0] / 1000
            finally:
                tracemalloc.stop()


def measure(*, quick: bool) -> Section:
    """Measure one entry, and twenty with a hundred plans."""
    section = Section(
        "Memory",
        "How much more Python has allocated (tracemalloc) once entries were set up and four boundaries "
        "had passed, in a Home Assistant that already had one entry: prices, plans, entities, and Home "
        "Assistant's own records of them.",
    )
    asyncio.run(_kept(1, 1))
    for entries, plans in ((1, 1), (1, 10), (20, 100)):
        name = f"{entries} entr{'y' if entries == 1 else 'ies'}, {plans} plan{'s' * (plans > 1)}"
        section.add(name, asyncio.run(_kept(entries, plans)), "kB")
    return section
