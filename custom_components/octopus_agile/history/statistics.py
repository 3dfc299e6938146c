"""Hourly statistics of the current price, only where the recorder has none and will never have any.

The recorder adds an hour's rows for all sensors at once and without looking: a single row of ours in an
hour that it hasn't compiled yet makes it lose that hour of every sensor. And rows that are there, it
has measured itself. Both are left alone.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from homeassistant.components.recorder.db_schema import StatisticsRuns
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
    process_timestamp,
)
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError

from ..agile.hours import HOUR, Hour, start_of_hour, whole_hours
from ..agile.rates import Rates
from ..const import DOMAIN, LOGGER, PRICE_UNIT

RECORDER = "recorder"


class PriceStatistics:
    """The statistics of an entry's current price."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the entry."""
        self._hass = hass
        self._entry_id = entry_id
        self._lock = asyncio.Lock()

    @property
    def entity_id(self) -> str | None:
        """The current price, whatever it is called; None if the recorder keeps nothing of it."""
        if RECORDER not in self._hass.config.components:
            return None
        registry = er.async_get(self._hass)
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{self._entry_id}_current_price")
        entry = entity_id and registry.async_get(entity_id)
        if not entity_id or not entry or entry.disabled:
            return None
        is_recorded = get_instance(self._hass).entity_filter
        return entity_id if is_recorded is None or is_recorded(entity_id) else None

    async def async_add(self, rates: Rates) -> bool:
        """Add the hours of rates that are missing. Return False if it is too early: try again later."""
        async with self._lock:
            if (entity_id := self.entity_id) is None:
                return True
            recorder = get_instance(self._hass)
            # What was renamed or added a moment ago may still wait to be written.
            await recorder.async_block_till_done()
            try:
                missing = await recorder.async_add_executor_job(
                    _missing, self._hass, entity_id, rates, dt_util.utcnow()
                )
            # A RuntimeError: it is just stopping.
            except (SQLAlchemyError, RuntimeError) as error:
                LOGGER.debug("The statistics of %s can't be read: %s", entity_id, error)
                return False
            if missing is None or self.entity_id != entity_id:
                return False
            if missing:
                self._add(entity_id, missing)
            return True

    @callback
    def _add(self, entity_id: str, hours: Iterable[Hour]) -> None:
        async_import_statistics(
            self._hass,
            _metadata(entity_id),
            [
                StatisticData(
                    start=hour.start,
                    mean=float(hour.mean),
                    min=float(hour.lowest),
                    max=float(hour.highest),
                )
                for hour in hours
            ],
        )


def _metadata(entity_id: str) -> StatisticMetaData:
    """Return what the recorder itself writes for the sensor."""
    return StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source=RECORDER,
        statistic_id=entity_id,
        unit_class=None,
        unit_of_measurement=PRICE_UNIT,
    )


def _missing(hass: HomeAssistant, entity_id: str, rates: Rates, now: datetime) -> list[Hour] | None:
    """Return the hours that may be added; None while the recorder hasn't compiled what it missed."""
    newest, this_hour = _newest_compiled_hour(hass), start_of_hour(now)
    if newest is None or newest < this_hour - 2 * HOUR:
        return None
    # With a clock that was set back, the newest hour lies ahead.
    end = min(newest, this_hour - HOUR)
    hours = [hour for hour in whole_hours(rates) if hour.start + HOUR <= end]
    known = get_metadata(hass, statistic_ids={entity_id}).get(entity_id)
    # Rows in another unit aren't to be mixed with ours; nor is a unit to be changed.
    if not hours or (known is not None and not _is_ours(known[1], entity_id)):
        return []
    rows = statistics_during_period(hass, hours[0].start, end, {entity_id}, "hour", None, {"mean"})
    there = {row["start"] for row in rows.get(entity_id, ())}
    return [hour for hour in hours if hour.start.timestamp() not in there]


def _is_ours(known: StatisticMetaData, entity_id: str) -> bool:
    wanted = _metadata(entity_id)
    return (known["unit_of_measurement"], known["mean_type"], known["has_sum"]) == (
        wanted["unit_of_measurement"],
        wanted["mean_type"],
        wanted["has_sum"],
    )


def _newest_compiled_hour(hass: HomeAssistant) -> datetime | None:
    """Return the start of the last hour whose statistics are complete, None if there is none."""
    with session_scope(hass=hass, read_only=True) as session:
        newest = session.query(func.max(StatisticsRuns.start)).scalar()
    # Each run compiles five minutes, the last of an hour also the hour.
    return None if newest is None else start_of_hour(process_timestamp(newest) + HOUR / 12) - HOUR
