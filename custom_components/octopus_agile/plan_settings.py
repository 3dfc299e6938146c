"""Turns options and entity states into settings for the planner."""

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
import math
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from . import const
from .agile.need import FixedNeed, LiveNeed, Need
from .agile.plan import Settings
from .agile.slots import Mode
from .agile.windows import EVERY_DAY, repeating_window

_MICROSECONDS_AN_HOUR = 3_600_000_000
_MINUTE = timedelta(minutes=1)
# Any larger number is a typo or a fault, whatever its unit.
_LARGEST = 1e6


def main_data(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of an entry's own charge as those of a charge plan."""
    data = {
        const.CONF_NEED: const.NEED_DURATION,
        const.CONF_DURATION: options[const.CONF_CHARGE_DURATION],
        const.CONF_ENERGY: options.get(const.CONF_CHARGE_ENERGY),
        const.CONF_EARLIEST_START: options.get(const.CONF_EARLIEST_START),
        const.CONF_READY_BY: options.get(const.CONF_READY_BY),
        const.CONF_MODE: Mode.BLOCK,
    }
    return {key: value for key, value in data.items() if value is not None}


def plan_settings(hass: HomeAssistant, data: Mapping[str, Any], *, enabled: bool = True) -> Settings:
    """Return the settings of a charge plan, with its current need.

    Raises LookupError, TypeError or ValueError for options that can't be used.
    """
    power = _power(data)
    limit, start_cost = data.get(const.CONF_PRICE_LIMIT), data.get(const.CONF_START_COST, 0)
    return Settings(
        need=_need(hass, data, power),
        energy=decimal_or_none(data.get(const.CONF_ENERGY)),
        power=power,
        window=repeating_window(
            _time(data.get(const.CONF_EARLIEST_START)),
            _time(data.get(const.CONF_READY_BY)),
            dt_util.get_default_time_zone(),
            frozenset(map(const.WEEKDAYS.index, data.get(const.CONF_DAYS, const.WEEKDAYS))) or EVERY_DAY,
        ),
        mode=Mode(data[const.CONF_MODE]),
        shortest_run=timedelta(minutes=int(_decimal(data.get(const.CONF_SHORTEST_RUN, 0)))),
        # Entered in pence. Without a power, the cost of a start can't be compared with the price.
        start_cost=_pounds(start_cost) / power if power else Decimal(0),
        price_limit=None if limit is None else _pounds(limit),
        enabled=enabled,
    )


def watched_entities(data: Mapping[str, Any]) -> list[str]:
    """Return the entities that a charge plan's need depends on. Raises TypeError."""
    return [_text(data[key]) for key in (const.CONF_SOC, const.CONF_TARGET_ENTITY) if key in data]


def charger_of(data: Mapping[str, Any]) -> str:
    """Return the name of a plan's shared charger, empty if it has its own. Raises TypeError."""
    return _text(data.get(const.CONF_CHARGER, "")).strip()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _power(data: Mapping[str, Any]) -> Decimal | None:
    """Return the power in kW that a plan's charger draws, None if not given."""
    if data[const.CONF_NEED] != const.NEED_DURATION:
        return _above_zero(data[const.CONF_POWER])
    energy = decimal_or_none(data.get(const.CONF_ENERGY))
    return None if energy is None else average_power(energy, hours(data[const.CONF_DURATION]))


def _need(hass: HomeAssistant, data: Mapping[str, Any], power: Decimal | None) -> Need | None:
    """Return how long to run; None if a battery or its target can't be read."""
    if data[const.CONF_NEED] == const.NEED_DURATION:
        return FixedNeed(hours(data[const.CONF_DURATION]))
    assert power is not None
    if data[const.CONF_NEED] == const.NEED_ENERGY:
        return FixedNeed(time_for(_above_zero(data[const.CONF_ENERGY]), power))
    level = hass.states.get(data[const.CONF_SOC])
    present = _level(level)
    target = (
        _level(hass.states.get(data[const.CONF_TARGET_ENTITY]))
        if const.CONF_TARGET_ENTITY in data
        else _decimal(data[const.CONF_TARGET])
    )
    if level is None or present is None or target is None:
        return None
    missing = max(target - present, Decimal(0)) * _above_zero(data[const.CONF_CAPACITY])
    energy = missing / _above_zero(data[const.CONF_EFFICIENCY])
    return LiveNeed(time_for(energy, power), level.last_updated)


def time_for(energy: Decimal, power: Decimal) -> timedelta:
    """Return how long an energy in kWh takes at a power in kW, rounded up to a whole minute."""
    exact = timedelta(microseconds=int(energy / power * _MICROSECONDS_AN_HOUR))
    return -(-exact // _MINUTE) * _MINUTE


def hours(value: float) -> timedelta:
    """Return a number of hours as a duration in whole minutes, at least one. Raises ValueError."""
    return max(timedelta(minutes=round(_above_zero(value) * 60)), _MINUTE)


def decimal_or_none(value: float | None) -> Decimal | None:
    """Return a number exactly as the user entered it."""
    return None if value is None else _decimal(value)


def _decimal(value: float) -> Decimal:
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise ValueError(f"{value} is no number that can be used")
    return Decimal(str(value))


def _above_zero(value: float) -> Decimal:
    number = _decimal(value)
    if number <= 0:
        raise ValueError(f"{value} is not above zero")
    return number


def _pounds(pence: float) -> Decimal:
    return _decimal(pence).scaleb(-2)


def average_power(energy: Decimal, duration: timedelta) -> Decimal:
    """Return the power in kW that draws an energy in kWh over a duration."""
    return energy * _MICROSECONDS_AN_HOUR / (duration // timedelta(microseconds=1))


def _level(state: State | None) -> Decimal | None:
    """Return a state as a level in percent, None if it can't be one."""
    try:
        level = None if state is None else _decimal(float(state.state))
    except ValueError:
        return None
    return level if level is not None and 0 <= level <= 100 else None


def _time(text: str | None) -> time | None:
    """Parse a time of day as the form's selector does, which accepts "7:00" too."""
    if text is None:
        return None
    if (parsed := dt_util.parse_time(text)) is None:
        raise ValueError(f"{text} is no time of day")
    return parsed
