"""The form for the entry's own charge, in the set-up and in the options."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import BooleanSelector, TimeSelector
import voluptuous as vol

from .. import const
from ..charges.settings import is_charge_duration, main_data, plan_settings
from .entity_picker import entity_errors, entity_picker
from .fields import Fields, form, is_within, number, placed

# Not options: they lead to the choice of a product, and of an export tariff.
OTHER_PRODUCT = "other_product"
CHANGE_EXPORT = "change_export"


def charge_schema(
    hass: HomeAssistant,
    errors: Mapping[str, str],
    *,
    offers_products: bool = False,
    offers_export: bool = False,
) -> vol.Schema:
    """Return the form. Its section is open if there is an error in it."""
    fields: Fields = {
        vol.Required(const.CONF_CHARGE_DURATION, default=const.DEFAULT_CHARGE): number(0.25, "h"),
        vol.Optional(const.CONF_READY_BY): TimeSelector(),
    }
    more: Fields = {
        vol.Optional(const.CONF_CHARGE_ENERGY): number(0.1, "kWh"),
        vol.Optional(const.CONF_EARLIEST_START): TimeSelector(),
        vol.Optional(const.CONF_CHARGER): entity_picker(hass, const.CONF_CHARGER),
        vol.Optional(const.CONF_PLUGGED_IN): entity_picker(hass, const.CONF_PLUGGED_IN),
    }
    if offers_products:
        more[vol.Required(OTHER_PRODUCT, default=False)] = BooleanSelector()
    if offers_export:
        fields[vol.Required(CHANGE_EXPORT, default=False)] = BooleanSelector()
    return form(fields, more, errors)


def charge_errors(hass: HomeAssistant, charge: Mapping[str, Any]) -> dict[str, str]:
    """Return the errors in a charge by field, empty if there are none."""
    errors = entity_errors(hass, charge)
    energy = charge.get(const.CONF_CHARGE_ENERGY, const.MOST_ENERGY)
    if not (energy > 0 and is_within(energy, 0, const.MOST_ENERGY)):
        errors = {const.CONF_CHARGE_ENERGY: "invalid_energy"}
    if not is_charge_duration(charge[const.CONF_CHARGE_DURATION]):
        errors = {const.CONF_CHARGE_DURATION: "invalid_duration"}
    if not errors and not plan_settings(main_data(charge)).fits_its_window():
        errors = {const.CONF_READY_BY: "window_too_short"}
    return placed(errors, charge_schema(hass, {}))
