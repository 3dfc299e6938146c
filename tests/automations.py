"""Automations for tests, and what they did."""

from typing import Any

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util


class Runs:
    """When an automation ran, and for which entity: "24 02:00 binary_sensor.cheapest_block"."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Offer the action that takes it down."""
        self._runs: list[str] = []

        @callback
        def ran(call: ServiceCall) -> None:
            entity_id = str(call.data.get("entity", "")).replace("octopus_agile_london_", "")
            self._runs.append(f"{dt_util.now():%d %H:%M} {entity_id}".strip())

        hass.services.async_register("test", "ran", ran)

    def taken(self) -> list[str]:
        """Return the runs since the last time."""
        runs = list(self._runs)
        self._runs.clear()
        return runs


async def automate(
    hass: HomeAssistant,
    trigger: dict[str, Any],
    condition: dict[str, Any] | None = None,
    action: dict[str, Any] | None = None,
) -> None:
    """Make an automation, as the editor writes it."""
    config = {
        "alias": "test",
        "triggers": [trigger],
        "conditions": [] if condition is None else [condition],
        "actions": [action or {"action": "test.ran", "data": {"entity": "{{ trigger.entity_id }}"}}],
    }
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: config})
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get("automation.test")
    assert state is not None
    assert state.state == "on"


def target(hass: HomeAssistant, kind: str, entity_id: str) -> dict[str, Any]:
    """Return a target: the entity, its device, or an area that the device is in."""
    if kind == "entity":
        return {"entity_id": entity_id}
    entity = er.async_get(hass).async_get(entity_id)
    assert entity is not None
    assert entity.device_id is not None
    if kind == "device":
        return {"device_id": entity.device_id}
    area = ar.async_get(hass).async_get_or_create("Garage")
    dr.async_get(hass).async_update_device(entity.device_id, area_id=area.id)
    return {"area_id": area.id}
