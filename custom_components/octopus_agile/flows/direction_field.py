"""The field of a charge plan that says which way the electricity flows."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
import voluptuous as vol

from ..agile.tariffs import Direction
from ..const import CONF_DIRECTION
from ..tariffs import export_tariff_of
from .fields import Fields, choice


def direction_field(entry: ConfigEntry, present: Mapping[str, Any]) -> Fields:
    """Return the field; nothing without an export tariff, unless the plan is for one."""
    is_export = present.get(CONF_DIRECTION) == Direction.EXPORT
    if export_tariff_of(entry) is None and not is_export:
        return {}
    selector = choice([direction.value for direction in Direction], CONF_DIRECTION)
    return {vol.Required(CONF_DIRECTION, default=Direction.IMPORT.value): selector}


def direction_errors(entry: ConfigEntry, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the error in a plan's direction, empty if there is none."""
    is_export = data.get(CONF_DIRECTION) == Direction.EXPORT
    return {CONF_DIRECTION: "no_export_tariff"} if is_export and export_tariff_of(entry) is None else {}
