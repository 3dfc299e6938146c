"""Ours and the alternatives side by side."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from benchmarks.home import HandClock, Home, entry, home
from benchmarks.loop import DAY, pass_boundary, watched
from benchmarks.recorded import STATES, STATISTICS, Recorded, a_day, empty_day
from benchmarks.results import Section, shown, table
from benchmarks.timing import MILLISECONDS

from .amber import Amber
from .libraries import requirement, why_missing
from .servers import Server, easy_energy, nord_pool


@dataclass(frozen=True, slots=True)
class Alternative:
    """An integration of Home Assistant's own: its entry, its server, and when its price changes."""

    name: str
    domain: str
    data: dict[str, Any]
    server: Callable[[AiohttpClientMocker], Server | Amber]
    step: timedelta

    def entry(self) -> MockConfigEntry:
        """Return an entry as its config flow makes it."""
        return MockConfigEntry(domain=self.domain, title=self.name, data=self.data)


ALTERNATIVES = (
    Alternative(
        "Nord Pool",
        "nordpool",
        {"areas": ["SE3"], "currency": "EUR"},
        nord_pool,
        timedelta(minutes=15),
    ),
    Alternative("easyEnergy", "easyenergy", {}, easy_energy, timedelta(hours=1)),
    Alternative(
        "Amber",
        "amberelectric",
        {"site_id": "01M844DZG0T5QECSCR00000001", "api_token": "none"},
        Amber,
        timedelta(minutes=30),
    ),
)

# What is known of others without running them: from their manifests and update intervals.
_NOT_MEASURED = (
    "EnergyZero, because it asks by the same rule as easyEnergy (every 10 minutes).",
    "Tibber, because it needs an account, and a websocket for its live data.",
    "a search for the cheapest time, because none of these has one.",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared. Times in milliseconds."""

    entities: int
    requests: int
    rows: int
    states: float
    statistics: float
    boundary: float
    an_entity: float


_ROWS: tuple[tuple[str, Callable[[Figures], float]], ...] = (
    ("Entities with a state", lambda figures: figures.entities),
    ("Requests a day", lambda figures: figures.requests),
    ("Rows of states a day", lambda figures: figures.rows),
    ("Recorder, states and attributes (kB a day)", lambda figures: figures.states),
    ("Recorder, statistics (kB a day)", lambda figures: figures.statistics),
    ("Loop held when the price changes (ms, median)", lambda figures: figures.boundary),
    ("The same for each entity (ms)", lambda figures: figures.an_entity),
)


def _figures(day: Recorded, empty: Recorded, entities: int, boundary: float) -> Figures:
    return Figures(
        entities,
        day.requests,
        day.rows - empty.rows,
        day.kilobytes(STATES, empty),
        day.kilobytes(STATISTICS, empty),
        boundary,
        boundary / entities,
    )


async def _a_day(alternative: Alternative | None) -> tuple[Recorded, int]:
    """Return a recorded day of an alternative, or of ours, and the number of its states."""
    servers: list[Server | Amber] = []
    entities: list[int] = []

    async def add(house: Home) -> None:
        if alternative:
            servers.append(alternative.server(house.mocker))
        await house.set_up(alternative.entry() if alternative else entry())
        entities.append(len(house.hass.states.async_all()))

    def requests(house: Home) -> int:
        return servers[0].count if servers else len(house.octopus.requests)

    return await a_day(add, requests), entities[0]


async def _boundary(alternative: Alternative | None, count: int) -> float:
    """Return the median of the longest holds, in milliseconds, over so many changes of the price.

    Ours and Nord Pool write their states on a timer of their own, the others with each answer.
    """
    clock = HandClock(f"{DAY} 15:00")
    with clock.running():
        async with home() as house:
            if alternative:
                alternative.server(house.mocker)
            made = alternative.entry() if alternative else entry()
            await house.set_up(made)
            # Ours keeps the coordinators of prices and of charges, and goes by their timers.
            coordinator = None if alternative is None else made.runtime_data
            times = []
            for number in range(count + 4):
                clock.now += alternative.step if alternative else timedelta(minutes=30)
                with watched() as holds:
                    if coordinator is None:
                        pass_boundary(house)
                    elif made.domain == "nordpool":
                        house.hass.loop.call_soon(coordinator.async_update_listeners)
                    else:
                        house.hass.async_create_task(coordinator.async_refresh(), eager_start=False)
                    await house.settle()
                if number >= 4:
                    times.append(holds.longest)
    return median(times) * MILLISECONDS


def measure(*, quick: bool) -> Section:
    """Measure ours and what can be had of the others; tell what can't."""
    # All price changes happen before their day ends, for which all prices are known.
    count = 4 if quick else 12
    section = Section(
        "Beside integrations that ship with Home Assistant",
        "Measured in the same installation and the same run, each with the servers' answers modelled "
        f"and its default entities. The recorded day is the one above; the hold is the median of {count} "
        "changes of the price. In brackets: how many times ours. Prices change every 15 minutes with "
        "Nord Pool, every hour with easyEnergy, and every 30 minutes with Amber and ours.",
    )
    empty = asyncio.run(empty_day())
    columns = {"ours": _figures(*_both(None, empty), asyncio.run(_boundary(None, count)))}
    for alternative in ALTERNATIVES:
        name = f"{alternative.name} ({requirement(alternative.domain)})"
        if (problem := why_missing(alternative.domain)) is not None:
            section.notes.append(f"{alternative.name} was not measured: {problem}.")
            continue
        boundary = asyncio.run(_boundary(alternative, count))
        columns[name] = _figures(*_both(alternative, empty), boundary)
    ours = columns["ours"]
    rows = [
        [what, *(_beside(value(figures), value(ours), figures is ours) for figures in columns.values())]
        for what, value in _ROWS
    ]
    section.tables.append(table(["", *columns], rows))
    section.notes += [f"Not measured: {reason}" for reason in _NOT_MEASURED]
    return section


def _both(alternative: Alternative | None, empty: Recorded) -> tuple[Recorded, Recorded, int]:
    day, entities = asyncio.run(_a_day(alternative))
    return day, empty, entities


def _beside(value: float, ours: float, is_ours: bool) -> str:
    if is_ours or not ours:
        return shown(value)
    return f"{shown(value)} ({shown(value / ours)}x)"
