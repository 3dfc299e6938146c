"""What the demo's meter has counted before the demo: an ordinary home with a car, for 13 months."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
import sqlite3

from .home import Home
from .prices import UK

METER = "sensor.grid_import_made_up"
_HOUR = timedelta(hours=1)
_MONTHS = 13


def used(start: datetime, end: datetime) -> Iterator[tuple[datetime, float]]:
    """Give the kWh of each hour: always the same for a time.

    There is always something on, people cook and sit together in the evening, more so in winter, and
    every third night the car is charged while electricity is cheap.
    """
    at = start
    while at < end:
        local, chance = at.astimezone(UK), random.Random(at.timestamp())
        energy = chance.uniform(0.15, 0.4) + (0.1 if local.month in {11, 12, 1, 2} else 0)
        if 17 <= local.hour < 22:
            energy += chance.uniform(0.3, 1.1)
        if 2 <= local.hour < 5 and local.toordinal() % 3 == 0:
            energy += 7.2
        yield at, round(energy, 3)
        at += _HOUR


async def remember(home: Home, folder: Path, now: datetime) -> None:
    """Write it into Home Assistant's statistics, until the last full hour."""
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    year, month = divmod(end.year * 12 + end.month - 1 - _MONTHS, 12)
    hours = list(used(datetime(year, month + 1, 1, tzinfo=UK).astimezone(UTC), end))
    # Home Assistant counts on from zero, as it knows of nothing before.
    total = -sum(energy for _, energy in hours)
    rows = []
    for at, energy in hours:
        total += energy
        rows.append((at, round(total, 3)))
    (start, first), *others = rows
    metadata = {
        "mean_type": 0,
        "has_sum": True,
        "name": None,
        "source": "recorder",
        "statistic_id": METER,
        "unit_class": "energy",
        "unit_of_measurement": "kWh",
    }
    row = {"start": start.isoformat(), "state": first, "sum": first}
    await home.command("recorder/import_statistics", metadata=metadata, stats=[row])
    # It looks for each row that it imports, which takes minutes for those of a year.
    while True:
        if await asyncio.to_thread(_write, folder / "home-assistant_v2.db", others):
            return
        await asyncio.sleep(0.2)


def _write(database: Path, rows: list[tuple[datetime, float]]) -> bool:
    """Write rows beside the first, once that is there; tell whether it was."""
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        known = connection.execute(
            "SELECT metadata_id FROM statistics JOIN statistics_meta m ON m.id = metadata_id"
            " WHERE statistic_id = ?",
            (METER,),
        ).fetchone()
        if known is not None:
            connection.executemany(
                "INSERT INTO statistics (metadata_id, created_ts, start_ts, state, sum)"
                " VALUES (?, ?, ?, ?, ?)",
                [(*known, at.timestamp(), at.timestamp(), total, total) for at, total in rows],
            )
    return known is not None
