"""What the tests of history share: prices that differ, a recorder that compiles, rows to compare."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.components.recorder.tasks import StatisticsTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.octopus_agile.const import DOMAIN
from tests.octopus import SLOT, uk

PRICE = "sensor.octopus_agile_london_current_price"
OTHER = "sensor.other"
HOUR = timedelta(hours=1)
FIVE = timedelta(minutes=5)

LATELY = uk("2026-11-20 00:00")

type Rows = dict[datetime, tuple[float, float, float]]


def pence(start: datetime) -> str:
    """Return a price in pence that differs from slot to slot, sometimes below zero."""
    return f"{int(start.timestamp()) // 1800 * 7919 % 5000 / 100 - 5:.2f}"


def lately(start: datetime) -> str | None:
    """Return the same, but for the last days alone: few rows are written in a moment."""
    return pence(start) if start >= LATELY else None


def expected(start: datetime, end: datetime) -> Rows:
    """Return what the hours of a period must have, in pounds, from the half hours of each."""
    rows: Rows = {}
    while start + HOUR <= end:
        first, second = float(pence(start)) / 100, float(pence(start + SLOT)) / 100
        rows[start] = ((first + second) / 2, min(first, second), max(first, second))
        start += HOUR
    return rows


def same(rows: Rows, wanted: Rows) -> bool:
    """Tell whether rows are those wanted, but for the noise of floats."""
    return rows.keys() == wanted.keys() and all(
        abs(number - other) < 1e-9
        for start in rows
        for number, other in zip(rows[start], wanted[start], strict=True)
    )


async def compiled(hass: HomeAssistant, *starts: datetime) -> None:
    """Let the recorder compile some periods of five minutes, and wait for what follows."""
    for start in starts:
        get_instance(hass).queue_task(StatisticsTask(start, fire_events=True))
    await settled(hass)


def periods(start: datetime, end: datetime) -> Iterable[datetime]:
    """Give the starts of the periods of five minutes."""
    while start < end:
        yield start
        start += FIVE


async def settled(hass: HomeAssistant) -> None:
    """Wait until everything that goes on is written."""
    await async_wait_recording_done(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_wait_recording_done(hass)


async def rows_of(hass: HomeAssistant, statistic_id: str = PRICE) -> Rows:
    """Return the hourly statistics of a sensor: mean, min and max by hour."""
    long_ago = datetime(2015, 1, 1, tzinfo=UTC)
    found: Any = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        *(hass, long_ago, None, {statistic_id}, "hour", None, {"mean", "min", "max"}),
    )
    return {
        datetime.fromtimestamp(row["start"], UTC): (row["mean"], row["min"], row["max"])
        for row in found.get(statistic_id, ())
    }


async def import_history(hass: HomeAssistant, entry_id: str, start: str) -> None:
    """Call the action."""
    data = {"config_entry_id": entry_id, "start": start}
    await hass.services.async_call(DOMAIN, "import_price_history", data, blocking=True)
