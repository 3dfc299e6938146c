"""Entities of others, as charges name them."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN

# An option of each kind that names an entity.
NAMED = {
    "state_of_charge": "sensor.battery",
    "target_entity": "number.target",
    "charger": "switch.charger",
    "plugged_in": "binary_sensor.plug",
    "energy_sensor": "sensor.meter",
}


def register(hass: HomeAssistant, entity_id: str, unique_id: str = "") -> str:
    """Put an entity into the registry, with a state. Return the registry's own id."""
    domain, name = entity_id.split(".")
    registered = er.async_get(hass).async_get_or_create(
        domain, "car", unique_id or name, suggested_object_id=name
    )
    assert registered.entity_id == entity_id
    hass.states.async_set(entity_id, "50")
    return registered.id


async def rename(hass: HomeAssistant, old: str, new: str) -> None:
    """Give an entity another entity id. A state that nobody moves is moved here."""
    state = hass.states.get(old)
    er.async_get(hass).async_update_entity(old, new_entity_id=new)
    if state is not None and hass.states.async_remove(old):
        hass.states.async_set(new, state.state)
    await hass.async_block_till_done(wait_background_tasks=True)


async def delete(hass: HomeAssistant, entity_id: str) -> None:
    """Delete an entity from the registry."""
    er.async_get(hass).async_remove(entity_id)
    hass.states.async_remove(entity_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def add_slider(hass: HomeAssistant, storage: dict[str, Any], value: int) -> str:
    """Add a real entity that a car's level is put into. Return its entity id."""
    item = {"id": "level", "name": "Level", "min": 0, "max": 100, "step": 1, "mode": "slider"}
    storage["input_number"] = {"version": 1, "data": {"items": [item]}}
    assert await async_setup_component(hass, "input_number", {})
    await slide(hass, "input_number.level", value)
    return "input_number.level"


async def slide(hass: HomeAssistant, entity_id: str, value: int) -> None:
    """Report another level."""
    await hass.services.async_call(
        "input_number", "set_value", {"entity_id": entity_id, "value": value}, blocking=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)


def named_by(entry: MockConfigEntry, key: str | None = None) -> dict[str, Any]:
    """Return the entities that an entry's charge or a charge plan names."""
    options = entry.options if key is None else entry.subentries[key].data
    return {name: options[name] for name in NAMED if name in options}


def gone(hass: HomeAssistant) -> dict[str, str]:
    """Return the entities that are said to be gone, by the plan's name."""
    found = {}
    for issue in ir.async_get(hass).issues.values():
        if issue.domain == DOMAIN and issue.translation_key == "source_gone":
            placeholders = issue.translation_placeholders or {}
            found[placeholders["plan"]] = placeholders["entities"]
    return found
