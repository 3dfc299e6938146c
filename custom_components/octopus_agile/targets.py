"""Finds the entities for triggers and conditions that target a device or an area."""

from homeassistant.core import HomeAssistant, split_entity_id
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN

# Translation keys of our entities.
BLOCKS = frozenset({"cheapest_block", "charge_now"})
CURRENT_PRICE = frozenset({"current_price"})
PRICES = frozenset({"prices"})


def filter_entities(
    hass: HomeAssistant, platform: str, keys: frozenset[str], entities: set[str]
) -> set[str]:
    """Return only our own entities on a platform with one of the translation keys."""
    registry = er.async_get(hass)
    return {
        entity_id
        for entity_id in entities
        if split_entity_id(entity_id)[0] == platform
        and (entry := registry.async_get(entity_id)) is not None
        and entry.platform == DOMAIN
        and entry.translation_key in keys
    }
