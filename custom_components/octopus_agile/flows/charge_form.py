"""The form for the entry's own charge, in the setup and in the options."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TimeSelector,
)
import voluptuous as vol

from .. import const
from ..plan_settings import is_charge_duration, main_data, plan_settings
from .entity_picker import entity_errors, entity_picker

# The section of what is rarely needed. The options are stored without it.
MORE = "more"


def _number(step: float, unit: str) -> NumberSelector:
    # The limits are checked below, not here, so that errors are translated.
    return NumberSelector(
        NumberSelectorConfig(mode=NumberSelectorMode.BOX, step=step, unit_of_measurement=unit)
    )


def charge_schema(hass: HomeAssistant, errors: Mapping[str, str]) -> vol.Schema:
    """Return the form. Its section is open if there is an error in it."""
    more = vol.Schema(
        {
            vol.Optional(const.CONF_CHARGE_ENERGY): _number(0.1, "kWh"),
            vol.Optional(const.CONF_EARLIEST_START): TimeSelector(),
            vol.Optional(const.CONF_CHARGER): entity_picker(hass, const.CONF_CHARGER),
            vol.Optional(const.CONF_PLUGGED_IN): entity_picker(hass, const.CONF_PLUGGED_IN),
        }
    )
    return vol.Schema(
        {
            vol.Required(const.CONF_CHARGE_DURATION, default=const.DEFAULT_CHARGE): _number(0.25, "h"),
            vol.Optional(const.CONF_READY_BY): TimeSelector(),
            # A default would hide the suggested values of the section's fields.
            vol.Optional(MORE): section(more, {"collapsed": MORE not in errors}),
        }
    )


def as_options(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's answers as they are stored."""
    top = {key: value for key, value in answers.items() if key != MORE}
    return {**top, **answers.get(MORE, {})}


def as_answers(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored options as a form's answers."""
    top = (const.CONF_CHARGE_DURATION, const.CONF_READY_BY)
    answers = {key: value for key, value in options.items() if key in top}
    return {**answers, MORE: {key: value for key, value in options.items() if key not in top}}


def charge_errors(hass: HomeAssistant, charge: Mapping[str, Any]) -> dict[str, str]:
    """Return the errors in a charge by field, empty if there are none.

    Home Assistant shows no errors inside a section, only above it.
    """
    if not is_charge_duration(charge[const.CONF_CHARGE_DURATION]):
        return {const.CONF_CHARGE_DURATION: "invalid_duration"}
    if not 0 < charge.get(const.CONF_CHARGE_ENERGY, const.MOST_ENERGY) <= const.MOST_ENERGY:
        return {MORE: "invalid_energy"}
    if errors := entity_errors(hass, charge):
        return {MORE: next(iter(errors.values()))}
    if not plan_settings(main_data(charge)).fits_its_window():
        return {const.CONF_READY_BY: "window_too_short"}
    return {}
