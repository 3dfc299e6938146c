"""What a charge plan hears of its battery and its energy meter, by the states of their entities."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfEnergy
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import EnergyConverter

from .. import const
from ..agile.battery import Battery, Report
from ..agile.direction import hear
from ..agile.plan import Plan
from ..agile.quantities import to_decimal
from .settings import direction_of, energy_of_a_point, power_of

_HOUR = timedelta(hours=1)


def hear_battery(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    battery: Battery | None,
    plan: Plan | None,
    counted: Decimal | None,
) -> tuple[Battery | None, timedelta | None]:
    """Return what is known of a plan's battery now, and how long a meter says it was charged.

    The time is that since its level changed. `counted` is what the meter has counted in kWh, None if
    there is none. Both are None if the plan follows no battery.
    """
    report, now = _report_of(hass, data, counted), dt_util.utcnow()
    if report is None:
        return None, None
    if battery is not None and report.target is not None and const.CONF_TARGET_ENTITY not in data:
        # Typed by somebody, so there is nothing to doubt.
        battery = replace(battery, target=report.target)
    ran = timedelta(0)
    if battery is not None and plan is not None:
        ran = plan.runs.time(battery.changed_at, now)
    battery = hear(battery, report, now, _points_of(data, ran), direction_of(data))
    return battery, None if battery is None else _time_measured(data, battery, counted)


def _time_measured(
    data: Mapping[str, Any], battery: Battery, counted: Decimal | None
) -> timedelta | None:
    """Return how long the charger takes for what its meter has counted since the level changed."""
    power = power_of(data)
    if counted is None or battery.meter is None or power is None or counted < battery.meter:
        # Or it began anew: its file was unusable, or the meter was taken away for a while.
        return None
    return timedelta(hours=float((counted - battery.meter) / power))


def _points_of(data: Mapping[str, Any], ran: timedelta) -> Decimal:
    """Return by how many percent a charge raises the battery's level in some time, or lowers it."""
    power = power_of(data)
    assert power is not None
    return power * Decimal(ran / _HOUR) / energy_of_a_point(data)


def _report_of(hass: HomeAssistant, data: Mapping[str, Any], counted: Decimal | None) -> Report | None:
    """Return what the sensors of a plan's battery say now; None if the plan doesn't follow one."""
    if data[const.CONF_NEED] != const.NEED_SOC:
        return None
    level = hass.states.get(data[const.CONF_SOC])
    return Report(
        level=level_of(level),
        target=(
            level_of(hass.states.get(data[const.CONF_TARGET_ENTITY]))
            if const.CONF_TARGET_ENTITY in data
            else to_decimal(data[const.CONF_TARGET])
        ),
        at=dt_util.utcnow() if level is None else level.last_changed,
        meter=counted,
    )


def level_of(state: State | None) -> Decimal | None:
    """Return a state as a level in percent, None if it can't be one."""
    try:
        level = None if state is None else to_decimal(float(state.state))
    except ValueError:
        return None
    return level if level is not None and 0 <= level <= 100 else None


def energy_reading(state: State | None) -> Decimal | None:
    """Return what an energy meter shows in kWh, None if that can't be right."""
    if state is None:
        return None
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    try:
        energy = to_decimal(
            EnergyConverter.convert(float(state.state), unit, UnitOfEnergy.KILO_WATT_HOUR)
        )
    # A TypeError: attributes can be anything, a unit that is a list too.
    except HomeAssistantError, TypeError, ValueError:
        return None
    return energy if energy >= 0 else None
