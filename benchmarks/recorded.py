"""What a real recorder writes of the main device in a day."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory

from homeassistant.components.recorder import CONF_DB_URL
from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.core import HomeAssistant
from homeassistant.helpers import recorder as recorder_helper
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component

from tests.common import Clock

from .home import Home, entry, frozen, home
from .results import Section

BUDGET = 60
_DAYS = ("2026-11-23 12:00", "2026-11-24 12:00", "2026-11-25 12:00")
STATES = ("states", "state_attributes", "states_meta")
STATISTICS = ("statistics", "statistics_short_term", "statistics_meta")
EVENTS = ("events", "event_data", "event_types")


@dataclass(slots=True)
class Recorded:
    """What a day has added to the database: bytes by table with its indexes, and rows of states."""

    size: dict[str, int]
    rows: int
    # How often the text `rates` stands in the attributes, and the longest attributes as stored.
    rates: int
    longest: int
    requests: int

    def kilobytes(self, tables: tuple[str, ...], without: Recorded) -> float:
        """Return kB that tables have grown by, less what they grow without any integration."""
        return sum(self.size.get(name, 0) - without.size.get(name, 0) for name in tables) / 1000


@asynccontextmanager
async def recording(hass: HomeAssistant, file: Path) -> AsyncIterator[None]:
    """Run the recorder as it comes, but for where its file is."""
    recorder_helper.async_initialize_recorder(hass)
    config = {RECORDER: {CONF_DB_URL: f"sqlite:///{file}", "auto_purge": False}}
    if not await async_setup_component(hass, RECORDER, config):
        raise RuntimeError("the recorder could not be set up")
    await hass.async_block_till_done()
    yield


async def _written(hass: HomeAssistant) -> None:
    """Wait until the recorder has written everything."""
    await get_instance(hass).async_block_till_done()


def sizes(file: Path) -> dict[str, int]:
    """Return bytes of each table with its indexes: of the contents, not of pages half full."""
    with TemporaryDirectory() as folder, closing(sqlite3.connect(file)) as database:
        copy = Path(folder) / "compact"
        database.execute("VACUUM INTO ?", [str(copy)])
        with closing(sqlite3.connect(copy, isolation_level=None)) as compact:
            # The recorder's news of itself come when its thread happens to get there.
            compact.execute(
                "DELETE FROM events WHERE event_type_id IN "
                "(SELECT event_type_id FROM event_types WHERE event_type LIKE 'recorder%')"
            )
            compact.execute("VACUUM")
            rows = compact.execute(
                "SELECT m.tbl_name, SUM(d.pgsize - d.unused) FROM dbstat d "
                "JOIN sqlite_master m ON m.name = d.name GROUP BY m.tbl_name"
            )
            return dict(rows.fetchall())


def _ask(file: Path, query: str) -> int:
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute(query).fetchone()[0] or 0)


async def a_day(
    add: Callable[[Home], object], requests: Callable[[Home], int], record: bool = True
) -> Recorded:
    """Run an integration for two days, and return what the second has brought.

    `add` adds it and may return something to wait for; `requests` counts its requests so far.
    """
    with TemporaryDirectory() as folder, frozen(_DAYS[0]) as freezer:
        file = Path(folder) / "recorder.db"
        async with home() as house:
            async with recording(house.hass, file):
                clock = Clock(house.hass, freezer)
                done = add(house)
                if asyncio.iscoroutine(done):
                    await done
                await clock.walk(_DAYS[1])
                await _written(house.hass)
                before, rows = sizes(file), _ask(file, "SELECT COUNT(*) FROM states")
                asked = requests(house)
                await clock.walk(_DAYS[2])
                await _written(house.hass)
            after = sizes(file)
            return Recorded(
                {name: after[name] - before.get(name, 0) for name in after},
                _ask(file, "SELECT COUNT(*) FROM states") - rows,
                _ask(file, "SELECT COUNT(*) FROM state_attributes WHERE shared_attrs LIKE '%\"rates\"%'")
                + _ask(file, "SELECT COUNT(*) FROM event_data WHERE shared_data LIKE '%\"rates\"%'"),
                _ask(file, "SELECT MAX(LENGTH(shared_attrs)) FROM state_attributes"),
                requests(house) - asked,
            )


async def empty_day() -> Recorded:
    """Return what a day brings that Home Assistant and its recorder spend alone."""
    return await a_day(lambda house: None, lambda house: 0)


async def our_day(plans: int = 0) -> tuple[Recorded, int, int]:
    """Return what a day of ours brings, and the size in bytes of the largest state and of all."""
    found: list[int] = []

    async def add(house: Home) -> None:
        await house.set_up(entry(plans=plans))

    def count(house: Home) -> int:
        found[:] = [len(state.as_dict_json) for state in house.hass.states.async_all()]
        return len(house.octopus.requests)

    return await a_day(add, count), max(found), sum(found)


def measure(*, quick: bool) -> Section:
    """Measure our day with a real recorder."""
    section = Section(
        "What the recorder writes",
        "A real recorder with its default settings and a SQLite file, on a frozen clock that goes "
        "minute by minute; prices are published at 16:00. What counts is how much the second day, from "
        "noon to noon, has added to the tables and their indexes, less what it adds without us: bytes "
        "of content in a compacted copy, not half-empty pages.",
    )
    day, largest, states = asyncio.run(our_day())
    empty = asyncio.run(empty_day())
    section.add("Main device, states and attributes", day.kilobytes(STATES, empty), "kB a day", BUDGET)
    section.add("Main device, events", day.kilobytes(EVENTS, empty), "kB a day")
    section.add(
        "Main device, statistics",
        day.kilobytes(STATISTICS, empty),
        "kB a day",
        method="of the current price, every 5 minutes; Home Assistant deletes these after 10 days",
    )
    section.add("Rows of states", day.rows - empty.rows, "a day")
    section.add("Attributes or events that hold `rates`", day.rates, "", 0)
    section.add(
        "Longest attributes as stored", day.longest / 1000, "kB", method="Home Assistant's limit is 16 kB"
    )
    section.add(
        "Largest state in memory, as JSON",
        largest / 1000,
        "kB",
        method="the current price with `rates`, which the database doesn't get",
    )
    section.add("All states of the main device, as JSON", states / 1000, "kB")
    section.add("Requests", day.requests, "a day", 4, "in a real Home Assistant, published at 16:00")
    if not quick:
        many, _, _ = asyncio.run(our_day(9))
        section.add(
            "With 9 charge plans more, states and attributes", many.kilobytes(STATES, empty), "kB a day"
        )
    return section
