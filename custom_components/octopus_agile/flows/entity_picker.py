"""Fields that choose an entity: what they offer, and what they refuse."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import PERCENTAGE, Platform
from homeassistant.core import HomeAssistant, split_entity_id, valid_entity_id
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig
import voluptuous as vol

from .. import const

if TYPE_CHECKING:
    # The oldest version we run on has another name for it.
    from homeassistant.helpers.selector import EntityWithDeviceFilterSelectorConfig

_TOGGLE = "input_boolean"
_NUMBERS = [Platform.NUMBER, "input_number"]

_OFFERED: dict[str, list[EntityWithDeviceFilterSelectorConfig]] = {
    const.CONF_SOC: [
        {"domain": Platform.SENSOR, "device_class": SensorDeviceClass.BATTERY},
        # Many cars' sensors have no device class.
        {"domain": Platform.SENSOR, "unit_of_measurement": PERCENTAGE},
        {"domain": _NUMBERS},
    ],
    const.CONF_TARGET_ENTITY: [{"domain": [Platform.SENSOR, *_NUMBERS]}],
    const.CONF_CHARGER: [{"domain": [Platform.SWITCH, _TOGGLE]}],
    const.CONF_PLUGGED_IN: [{"domain": [Platform.BINARY_SENSOR, _TOGGLE]}],
    const.CONF_ENERGY_SENSOR: [{"domain": Platform.SENSOR, "device_class": SensorDeviceClass.ENERGY}],
}
# A battery that isn't there (yet) is a need that isn't known, and the plan says so.
_MUST_EXIST = (const.CONF_CHARGER, const.CONF_PLUGGED_IN, const.CONF_ENERGY_SENSOR)


class EntityPicker(EntitySelector):
    """An entity selector that takes any text, so that `entity_errors` can say what is wrong with it.

    Its errors are translated and belong to the field; the selector's own are neither.
    """

    @override
    def __call__(self, data: Any) -> str:
        """Check only that it is a text."""
        text: str = vol.Schema(str)(data)
        return text


def entity_picker(hass: HomeAssistant, option: str) -> EntityPicker:
    """Return the field for an option. It offers none of our own entities."""
    domains = _domains(option)
    ours = [
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.platform == const.DOMAIN and entity.domain in domains
    ]
    return EntityPicker(EntitySelectorConfig(filter=_OFFERED[option], exclude_entities=ours))


def entity_errors(hass: HomeAssistant, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return an error for each chosen entity that can't be used, by field."""
    registry = er.async_get(hass)
    errors: dict[str, str] = {}
    for option in (option for option in _OFFERED if option in answers):
        entity_id = answers[option]
        entity = registry.async_get(entity_id)
        if not valid_entity_id(entity_id) or split_entity_id(entity_id)[0] not in _domains(option):
            errors[option] = "entity_unsuitable"
        elif entity is not None and entity.platform == const.DOMAIN:
            errors[option] = "entity_ours"
        elif option in _MUST_EXIST and entity is None and hass.states.get(entity_id) is None:
            errors[option] = "entity_unknown"
    return errors


def _domains(option: str) -> set[str]:
    domains: set[str] = set()
    for each in _OFFERED[option]:
        named = each["domain"]
        domains |= {named} if isinstance(named, str) else set(named)
    return domains
