"""The form for the entry's own charge, in the setup and in the options."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TimeSelector,
)
import voluptuous as vol

from .. import const
from ..plan_settings import main_data, plan_settings


def _number(step: float, unit: str) -> NumberSelector:
    # The limits are checked below, not here, so that errors are translated.
    return NumberSelector(
        NumberSelectorConfig(mode=NumberSelectorMode.BOX, step=step, unit_of_measurement=unit)
    )


CHARGE_SCHEMA = vol.Schema(
    {
        vol.Required(const.CONF_CHARGE_DURATION, default=const.DEFAULT_CHARGE): _number(0.25, "h"),
        vol.Optional(const.CONF_CHARGE_ENERGY): _number(0.1, "kWh"),
        vol.Optional(const.CONF_EARLIEST_START): TimeSelector(),
        vol.Optional(const.CONF_READY_BY): TimeSelector(),
    }
)


def charge_errors(hass: HomeAssistant, charge: dict[str, Any]) -> dict[str, str]:
    """Return the errors in a charge by field, empty if there are none."""
    if not const.SHORTEST_CHARGE <= charge[const.CONF_CHARGE_DURATION] <= const.LONGEST_CHARGE:
        return {const.CONF_CHARGE_DURATION: "invalid_duration"}
    if not 0 < charge.get(const.CONF_CHARGE_ENERGY, const.MOST_ENERGY) <= const.MOST_ENERGY:
        return {const.CONF_CHARGE_ENERGY: "invalid_energy"}
    if not plan_settings(hass, main_data(charge)).fits_its_window():
        return {const.CONF_READY_BY: "window_too_short"}
    return {}
