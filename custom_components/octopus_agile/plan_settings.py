"""Reads the options of an entry and of its charge plans as what the planner is asked for."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from .agile.plan import Mode, Settings
from .agile.windows import EVERY_DAY, repeating_window
from .const import (
    CONF_CAPACITY,
    CONF_CHARGE_DURATION,
    CONF_CHARGE_ENERGY,
    CONF_DAYS,
    CONF_DURATION,
    CONF_EARLIEST_START,
    CONF_EFFICIENCY,
    CONF_ENERGY,
    CONF_MODE,
    CONF_NEED,
    CONF_POWER,
    CONF_PRICE_LIMIT,
    CONF_READY_BY,
    CONF_SHORTEST_RUN,
    CONF_SOC,
    CONF_START_COST,
    CONF_TARGET,
    CONF_TARGET_ENTITY,
    NEED_DURATION,
    NEED_ENERGY,
    WEEKDAYS,
)

_MICROSECONDS_AN_HOUR = 3_600_000_000
_MINUTE = timedelta(minutes=1)


def main_settings(options: Mapping[str, Any]) -> Settings:
    """Return the settings of the entry's own charge."""
    duration = hours(options[CONF_CHARGE_DURATION])
    energy = decimal_or_none(options.get(CONF_CHARGE_ENERGY))
    return Settings(
        duration=duration,
        energy=energy,
        power=None if energy is None else average_power(energy, duration),
        window=repeating_window(
            _time(options.get(CONF_EARLIEST_START)),
            _time(options.get(CONF_READY_BY)),
            dt_util.get_default_time_zone(),
        ),
    )


def plan_settings(hass: HomeAssistant, data: Mapping[str, Any], *, enabled: bool) -> Settings:
    """Return the settings of a charge plan, with its need as it is now."""
    duration, power, measured = _need(hass, data)
    limit, start_cost = data.get(CONF_PRICE_LIMIT), data.get(CONF_START_COST, 0)
    return Settings(
        duration=duration,
        measured=measured,
        energy=decimal_or_none(data.get(CONF_ENERGY)),
        power=power,
        window=repeating_window(
            _time(data.get(CONF_EARLIEST_START)),
            _time(data.get(CONF_READY_BY)),
            dt_util.get_default_time_zone(),
            frozenset(map(WEEKDAYS.index, data.get(CONF_DAYS, WEEKDAYS))) or EVERY_DAY,
        ),
        mode=Mode(data[CONF_MODE]),
        shortest_run=timedelta(minutes=data.get(CONF_SHORTEST_RUN, 0)),
        # People give pence. Without a power nobody can say what a start costs in comparison.
        start_cost=_pounds(start_cost) / power if power else Decimal(0),
        price_limit=None if limit is None else _pounds(limit),
        enabled=enabled,
    )


def watched_entities(data: Mapping[str, Any]) -> list[str]:
    """Return the entities that a charge plan's need depends on."""
    return [data[key] for key in (CONF_SOC, CONF_TARGET_ENTITY) if key in data]


def _need(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> tuple[timedelta | None, Decimal | None, datetime | None]:
    """Return how long to run, at which power in kW, and for a live need since when that holds."""
    if data[CONF_NEED] == NEED_DURATION:
        duration = hours(data[CONF_DURATION])
        energy = decimal_or_none(data.get(CONF_ENERGY))
        return duration, None if energy is None else average_power(energy, duration), None
    power = _decimal(data[CONF_POWER])
    if data[CONF_NEED] == NEED_ENERGY:
        return time_for(_decimal(data[CONF_ENERGY]), power), power, None
    charge = hass.states.get(data[CONF_SOC])
    present = _number(charge)
    target = (
        _number(hass.states.get(data[CONF_TARGET_ENTITY]))
        if CONF_TARGET_ENTITY in data
        else _decimal(data[CONF_TARGET])
    )
    if charge is None or present is None or target is None:
        return None, power, None
    missing = max(target - present, Decimal(0)) * _decimal(data[CONF_CAPACITY])
    energy = missing / _decimal(data[CONF_EFFICIENCY])
    return time_for(energy, power), power, charge.last_updated


def time_for(energy: Decimal, power: Decimal) -> timedelta:
    """Return how long an energy in kWh takes at a power in kW, rounded up to a whole minute."""
    exact = timedelta(microseconds=int(energy / power * _MICROSECONDS_AN_HOUR))
    return -(-exact // _MINUTE) * _MINUTE


def hours(value: float) -> timedelta:
    """Return a number of hours as a duration in whole minutes."""
    return timedelta(minutes=round(value * 60))


def decimal_or_none(value: float | None) -> Decimal | None:
    """Return a number that a person gave, exactly as they see it."""
    return None if value is None else _decimal(value)


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


def _pounds(pence: float) -> Decimal:
    return _decimal(pence).scaleb(-2)


def average_power(energy: Decimal, duration: timedelta) -> Decimal:
    """Return the power in kW that draws an energy in kWh in a time."""
    return energy * _MICROSECONDS_AN_HOUR / (duration // timedelta(microseconds=1))


def _number(state: State | None) -> Decimal | None:
    """Return a state as a number, None where it isn't one."""
    try:
        number = float("nan" if state is None else state.state)
    except ValueError:
        return None
    return _decimal(number) if number == number and abs(number) < 1e6 else None  # noqa: PLR0124


def _time(text: str | None) -> time | None:
    # As the form's selector reads it, which takes "7:00" too.
    return None if text is None else dt_util.parse_time(text)
