"""Turns the options of a charge plan, and what is known of its battery, into settings for the planner."""

from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.core import valid_entity_id
from homeassistant.util import dt as dt_util

from .. import const
from ..agile.battery import Battery
from ..agile.direction import as_filling
from ..agile.need import FixedNeed, LiveNeed, Need
from ..agile.plan import Settings
from ..agile.quantities import (
    above_zero,
    average_power,
    decimal_or_none,
    hours,
    pounds,
    time_for,
    to_decimal,
)
from ..agile.slots import Mode
from ..agile.tariffs import Direction
from ..agile.windows import EVERY_DAY, Deadlines, RepeatingWindow, repeating_window

# Shorter charges may end before a sensor has reported them.
_REPORTS_TAKE = timedelta(minutes=10)
# Many clouds ask a car each half hour, and repeat its old level until then.
_REPEATS_LAST = timedelta(minutes=30)
_SOURCES = (const.CONF_SOC, const.CONF_TARGET_ENTITY, const.CONF_ENERGY_SENSOR)


def main_data(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of an entry's own charge as those of a charge plan."""
    data = {
        const.CONF_NEED: const.NEED_DURATION,
        const.CONF_DURATION: options[const.CONF_CHARGE_DURATION],
        const.CONF_ENERGY: options.get(const.CONF_CHARGE_ENERGY),
        const.CONF_EARLIEST_START: options.get(const.CONF_EARLIEST_START),
        const.CONF_READY_BY: options.get(const.CONF_READY_BY),
        const.CONF_ENERGY_SENSOR: options.get(const.CONF_ENERGY_SENSOR),
        const.CONF_MODE: Mode.BLOCK,
        const.CONF_CHARGER: options.get(const.CONF_CHARGER),
        const.CONF_PLUGGED_IN: options.get(const.CONF_PLUGGED_IN),
    }
    return {key: value for key, value in data.items() if value is not None}


def plan_settings(
    data: Mapping[str, Any],
    *,
    enabled: bool = True,
    battery: Battery | None = None,
    measured: timedelta | None = None,
) -> Settings:
    """Return the settings of a charge plan; its need is unknown while nothing is known of its battery.

    `measured` is how long it has charged since the battery's level changed, if a meter says so.
    Raises LookupError, TypeError or ValueError for options that can't be used.
    """
    power = power_of(data)
    limit, start_cost = data.get(const.CONF_PRICE_LIMIT), data.get(const.CONF_START_COST, 0)
    return Settings(
        need=_need(data, power, battery, measured),
        energy=decimal_or_none(data.get(const.CONF_ENERGY)),
        power=power,
        window=_window(data),
        mode=Mode(data[const.CONF_MODE]),
        shortest_run=timedelta(minutes=int(to_decimal(data.get(const.CONF_SHORTEST_RUN, 0)))),
        # Entered in pence. Without a power, the cost of a start can't be compared with the price.
        start_cost=pounds(start_cost) / power if power else Decimal(0),
        price_limit=None if limit is None else pounds(limit),
        enabled=enabled,
        minimum=_minimum(data, power, battery, measured) if _is_by_day(data) else None,
        direction=direction_of(data),
    )


def direction_of(data: Mapping[str, Any]) -> Direction:
    """Return which way the electricity of a plan flows. Raises ValueError."""
    direction = Direction(data.get(const.CONF_DIRECTION, Direction.IMPORT))
    if direction is Direction.EXPORT and _is_by_day(data):
        raise ValueError("export can't wait for days")
    return direction


def check_direction(settings: Settings, prices: Direction) -> None:
    """Check that there are prices for the direction of a plan. Raises LookupError."""
    if settings.direction is not prices:
        raise LookupError("there is no export tariff")


def _window(data: Mapping[str, Any]) -> RepeatingWindow | Deadlines:
    """Return when a plan may charge: in each window, or before a deadline over days."""
    is_by_day = _is_by_day(data)
    daily = repeating_window(
        _time(data.get(const.CONF_EARLIEST_START)),
        _time(data.get(const.CONF_READY_BY)),
        dt_util.get_default_time_zone(),
        _days(data, const.CONF_AVAILABLE_DAYS if is_by_day else const.CONF_DAYS),
    )
    return Deadlines(daily, _days(data, const.CONF_DAYS)) if is_by_day else daily


def _is_by_day(data: Mapping[str, Any]) -> bool:
    """Tell whether a plan's deadline is on certain days. Raises ValueError if that can't be told."""
    deadline = data.get(const.CONF_DEADLINE, const.EACH_WINDOW)
    if deadline not in (const.EACH_WINDOW, const.BY_DAY):
        raise ValueError(f"{deadline!r} isn't a kind of deadline")
    return bool(deadline == const.BY_DAY)


def _days(data: Mapping[str, Any], key: str) -> frozenset[int]:
    return frozenset(map(const.WEEKDAYS.index, data.get(key, const.WEEKDAYS))) or EVERY_DAY


def watched_entities(data: Mapping[str, Any]) -> list[str]:
    """Return the entities that a plan's need depends on, the battery's first. Raises TypeError."""
    return [_text(data[key]) for key in _SOURCES if key in data]


def charger_of(data: Mapping[str, Any]) -> str:
    """Return the entity that switches a plan's charger, empty if none. Raises TypeError, ValueError."""
    charger = _text(data.get(const.CONF_CHARGER, "")).strip()
    if charger and not (charger.startswith(const.CHARGERS) and valid_entity_id(charger)):
        raise ValueError("the charger isn't a switch or toggle")
    return charger


def plugged_in_of(data: Mapping[str, Any]) -> str:
    """Return the entity that says whether a plan's plug is in, empty if none. Raises TypeError."""
    return _text(data.get(const.CONF_PLUGGED_IN, "")).strip()


def meter_of(data: Mapping[str, Any]) -> str:
    """Return the entity that measures what a plan's charger delivers, empty if none. Raises TypeError."""
    return _text(data.get(const.CONF_ENERGY_SENSOR, ""))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} isn't text")
    return value


def power_of(data: Mapping[str, Any]) -> Decimal | None:
    """Return the power in kW that a plan's charger draws, None if not given."""
    if data[const.CONF_NEED] != const.NEED_DURATION:
        return above_zero(data[const.CONF_POWER])
    energy, duration = decimal_or_none(data.get(const.CONF_ENERGY)), hours(data[const.CONF_DURATION])
    return None if energy is None or not duration else average_power(energy, duration)


def _need(
    data: Mapping[str, Any], power: Decimal | None, battery: Battery | None, measured: timedelta | None
) -> Need | None:
    """Return how long to run; None if that depends on a battery of which nothing is known."""
    if data[const.CONF_NEED] == const.NEED_DURATION:
        return FixedNeed(hours(data[const.CONF_DURATION]))
    assert power is not None
    if data[const.CONF_NEED] == const.NEED_ENERGY:
        return FixedNeed(time_for(above_zero(data[const.CONF_ENERGY]), power))
    # Raises for options that can't be used, also before anything is known of the battery.
    point = energy_of_a_point(data)
    if battery is None:
        return None
    battery = as_filling(battery, direction_of(data))
    return LiveNeed(
        duration=time_for(battery.missing * point, power),
        changed_at=battery.changed_at,
        measured=measured,
        heard_at=battery.heard_at,
        noticeable=max(time_for(battery.noticeable * point, power), _REPORTS_TAKE),
        repeats=_REPEATS_LAST,
        rose_at=battery.rose_at,
        is_near=battery.is_near,
        has_limit=battery.has_limit,
    )


def _minimum(
    data: Mapping[str, Any], power: Decimal | None, battery: Battery | None, measured: timedelta | None
) -> Need | None:
    """Return what each day's end of the window must find: a level in percent, or hours of charge."""
    least = decimal_or_none(data.get(const.CONF_MINIMUM))
    if least is None:
        return None
    if least < 0:
        raise ValueError(f"{least} is below zero")
    if data[const.CONF_NEED] != const.NEED_SOC:
        return FixedNeed(hours(data[const.CONF_MINIMUM]))
    point = energy_of_a_point(data)
    if battery is None:
        return None
    assert power is not None
    missing = min(max(least - battery.level, Decimal(0)), battery.missing)
    return LiveNeed(time_for(missing * point, power), battery.changed_at, measured)


def energy_of_a_point(data: Mapping[str, Any]) -> Decimal:
    """Return the energy in kWh that raises the battery's level by one percent; for an export, lowers it.

    What is lost on the way is drawn as well, or isn't given.
    """
    capacity, percent = above_zero(data[const.CONF_CAPACITY]), above_zero(data[const.CONF_EFFICIENCY])
    is_export = direction_of(data) is Direction.EXPORT
    return capacity * percent / 10_000 if is_export else capacity / percent


def is_charge_duration(value: float) -> bool:
    """Tell whether the entry's own charge can take so many hours. With 0, nothing is charged."""
    return value == 0 or const.SHORTEST_CHARGE <= value <= const.LONGEST_CHARGE


def _time(text: str | None) -> time | None:
    """Parse a time of day as the form's selector does, which accepts "7:00" too."""
    if text is None:
        return None
    if (parsed := dt_util.parse_time(text)) is None:
        raise ValueError(f"{text} isn't a time of day")
    return parsed
