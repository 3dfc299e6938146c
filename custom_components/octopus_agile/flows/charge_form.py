"""The form that asks what a charge is to be, in the set-up and in the options."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TimeSelector,
)
import voluptuous as vol

from ..const import (
    CONF_CHARGE_DURATION,
    CONF_CHARGE_ENERGY,
    CONF_EARLIEST_START,
    CONF_READY_BY,
    DEFAULT_CHARGE,
    LONGEST_CHARGE,
    MOST_ENERGY,
    SHORTEST_CHARGE,
)
from ..plan_settings import main_data, plan_settings


def _number(step: float, unit: str) -> NumberSelector:
    # The limits are checked below, not here, so that people get them in their own language.
    return NumberSelector(
        NumberSelectorConfig(mode=NumberSelectorMode.BOX, step=step, unit_of_measurement=unit)
    )


CHARGE_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_CHARGE_DURATION, default=DEFAULT_CHARGE): _number(0.25, "h"),
        vol.Optional(CONF_CHARGE_ENERGY): _number(0.1, "kWh"),
        vol.Optional(CONF_EARLIEST_START): TimeSelector(),
        vol.Optional(CONF_READY_BY): TimeSelector(),
    }
)


def charge_errors(hass: HomeAssistant, charge: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with the answers, by field; nothing where they will do."""
    if not SHORTEST_CHARGE <= charge[CONF_CHARGE_DURATION] <= LONGEST_CHARGE:
        return {CONF_CHARGE_DURATION: "invalid_duration"}
    if not 0 < charge.get(CONF_CHARGE_ENERGY, MOST_ENERGY) <= MOST_ENERGY:
        return {CONF_CHARGE_ENERGY: "invalid_energy"}
    if not plan_settings(hass, main_data(charge)).fits_its_window():
        return {CONF_READY_BY: "window_too_short"}
    return {}
