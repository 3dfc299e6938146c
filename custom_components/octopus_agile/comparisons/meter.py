"""The hours of a home's meter, from Home Assistant's own statistics. They never leave the house."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorStateClass
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import EnergyConverter
from sqlalchemy.exc import SQLAlchemyError

from ..agile.usage import Usage, together
from ..const import LOGGER


class MeterError(Exception):
    """A meter that can't be used; `key` is the translation key of the reason."""

    def __init__(self, key: str) -> None:
        """Store the key."""
        super().__init__(key)
        self.key = key


class MeterUnreadable(MeterError):
    """The recorder can't say just now."""


async def async_meters(hass: HomeAssistant, chosen: str | None) -> set[str]:
    """Return the statistics that count what a home takes from the grid. Raises MeterError.

    They are the one that was chosen, or else those of the Energy dashboard.
    """
    if "recorder" not in hass.config.components:
        raise MeterError("no_meter")
    imports, exports = await _grid(hass)
    meters = {chosen} if chosen else imports
    if not meters:
        raise MeterError("no_meter")
    if meters & exports:
        raise MeterError("meter_exports")
    question = partial(get_metadata, hass, statistic_ids=meters)
    known = await _ask(hass, question)
    if chosen and not known:
        # It may just have been renamed, which the recorder does after what else it has to do.
        await get_instance(hass).async_block_till_done()
        known = await _ask(hass, question)
    for _, metadata in known.values():
        if metadata["unit_class"] != EnergyConverter.UNIT_CLASS or not metadata["has_sum"]:
            raise MeterError("meter_not_energy")
    if not known and not any(_is_new(hass, each) for each in meters):
        raise MeterError("meter_unknown")
    return meters


def _is_new(hass: HomeAssistant, meter: str) -> bool:
    """Tell whether a meter without statistics will have some within the hour."""
    state = hass.states.get(meter)
    classes = SensorStateClass.TOTAL, SensorStateClass.TOTAL_INCREASING
    return state is not None and state.attributes.get(ATTR_STATE_CLASS) in classes


async def async_usage(hass: HomeAssistant, meters: Collection[str], start: datetime) -> Usage:
    """Return what meters have counted since a time. Raises MeterError."""
    return await _ask(hass, lambda: _usage(hass, set(meters), start))


async def _ask[T](hass: HomeAssistant, question: Callable[[], T]) -> T:
    """Ask the recorder, in its own executor."""
    try:
        return await get_instance(hass).async_add_executor_job(question)
    # A RuntimeError: it is just stopping.
    except (SQLAlchemyError, RuntimeError) as error:
        LOGGER.debug("The statistics of the meter can't be read: %s", error)
        raise MeterUnreadable("meter_unreadable") from error


def _usage(hass: HomeAssistant, meters: set[str], start: datetime) -> Usage:
    units: dict[str, str] = {EnergyConverter.UNIT_CLASS: UnitOfEnergy.KILO_WATT_HOUR}
    # Nothing of the future, which there may be if the clock was ever wrong.
    now = dt_util.utcnow()
    found = statistics_during_period(hass, start, now, meters, "hour", units, {"change"})
    return together(
        Usage.of((dt_util.utc_from_timestamp(row["start"]), row.get("change")) for row in rows)
        for rows in found.values()
    )


async def _grid(hass: HomeAssistant) -> tuple[set[str], set[str]]:
    """Return the statistics of the Energy dashboard for what comes from the grid, and what goes to it."""
    if "energy" not in hass.config.components:
        return set(), set()
    preferences: Mapping[str, Any] = (await async_get_manager(hass)).data or {}
    imports: set[str] = set()
    exports: set[str] = set()
    for source in preferences.get("energy_sources", ()):
        if source["type"] == "grid":
            imports |= _named(source, "flow_from", "stat_energy_from")
            exports |= _named(source, "flow_to", "stat_energy_to")
    return imports, exports


def _named(source: Mapping[str, Any], flows: str, key: str) -> set[str]:
    """Return a grid connection's statistics; those set up long ago are lists of flows."""
    return {each[key] for each in (source, *source.get(flows, ())) if each.get(key)}
