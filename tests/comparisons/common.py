"""A meter and tariffs to compare by, and what they come to, worked out in another way."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_metadata_with_session,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from tests.common import Scene
from tests.octopus import uk

METER = "sensor.grid_import"
EXPORTED = "sensor.grid_export"
FLEXIBLE = "VAR-22-11-01"
HERE = "E-1R-AGILE-24-10-01-C"
THERE = f"E-1R-{FLEXIBLE}-C"
HOUR = timedelta(hours=1)
SLOT = timedelta(minutes=30)
# Of each hour that a meter counted, its kWh.
type Readings = dict[datetime, Decimal]


def half_hourly(start: datetime) -> str:
    """Return Agile's price in pence, other in each slot and sometimes below zero."""
    return f"{int(start.timestamp()) // 1800 * 7919 % 5000 / 100 - 5:.2f}"


def flexible(start: datetime) -> str:
    """Return what Flexible costs in pence, which changed with April."""
    return "24.86" if start < uk("2026-04-01 00:00") else "26.1135"


def read(start: datetime, end: datetime) -> Readings:
    """Return what a meter has counted."""
    readings: Readings = {}
    while start < end:
        readings[start] = Decimal(int(start.timestamp()) // 3600 * 6007 % 1500) / 1000
        start += HOUR
    return readings


async def write(home: HomeAssistant, meter: str, readings: Readings, unit: str = "kWh") -> None:
    """Write a meter's statistics, in place of what was written before."""
    factor = {"kWh": 1, "Wh": 1000, "W": 1}[unit]
    total = Decimal(0)
    rows: list[Any] = []
    for start, energy in readings.items():
        total += energy * factor
        rows.append({"start": start, "state": float(total), "sum": float(total)})
    metadata: Any = {
        "mean_type": StatisticMeanType.NONE,
        "has_sum": True,
        "name": None,
        "source": "recorder",
        "statistic_id": meter,
        "unit_class": "power" if unit == "W" else "energy",
        "unit_of_measurement": unit,
    }
    async_import_statistics(home, metadata, rows[:1])
    await async_wait_recording_done(home)
    # Home Assistant looks for each row that it writes, which takes long for those of a year.
    await get_instance(home).async_add_executor_job(_write, home, meter, rows)


def _write(home: HomeAssistant, meter: str, rows: list[Any]) -> None:
    with session_scope(hass=home) as session:
        number, _ = get_metadata_with_session(get_instance(home), session, statistic_ids={meter})[meter]
        session.query(Statistics).filter(Statistics.metadata_id == number).delete()
        session.add_all(
            Statistics(
                metadata_id=number,
                created_ts=row["start"].timestamp(),
                start_ts=row["start"].timestamp(),
                state=row["state"],
                sum=row["sum"],
            )
            for row in rows
        )


async def use_grid(home: HomeAssistant, *meters: str, exported: str | None = None) -> None:
    """Name the grid meters of the Energy dashboard."""
    sources: Any = [
        {"type": "grid", "stat_energy_from": meter, "stat_energy_to": exported} for meter in meters
    ]
    solar = {"type": "solar", "stat_energy_from": "sensor.sun", "config_entry_solar_forecast": None}
    update: Any = {"energy_sources": [solar, *sources]}
    await (await async_get_manager(home)).async_update(update)


def cost(readings: Readings, price: Any, start: datetime, end: datetime) -> Decimal:
    """Return what the hours of a time cost in pounds, with half of each hour's energy in each slot."""
    total = Decimal(0)
    for hour, energy in readings.items():
        if start <= hour < end:
            total += energy * (Decimal(price(hour)) + Decimal(price(hour + SLOT))) / 200
    return total


def comparison(name: str = "Flexible Octopus", product: str = FLEXIBLE, **data: Any) -> ConfigSubentry:
    """Return a comparison as it is stored."""
    return ConfigSubentry(
        data=MappingProxyType({"product": product, "product_name": name, **data}),
        subentry_type="comparison",
        title=name,
        unique_id=None,
    )


def compare(entry: MockConfigEntry, *subentries: ConfigSubentry) -> None:
    """Give an entry comparisons, before it is set up."""
    entry.subentries = MappingProxyType({each.subentry_id: each for each in subentries})


async def fetched(scene: Scene, steps: int) -> None:
    """Let time pass in steps of five seconds, as long as there is something to fetch."""
    for _ in range(steps):
        await scene.clock.move_to(dt_util.utcnow() + timedelta(seconds=5))


def shown(home: HomeAssistant, key: str, tariff: str = "flexible_octopus") -> Any:
    """Return the state of a sensor of a comparison."""
    state = home.states.get(f"sensor.compared_with_{tariff}_{key}")
    assert state is not None
    return state
