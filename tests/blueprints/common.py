"""What the tests of blueprints share: automations made of them, and a hand on the switch."""

from typing import Any

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from tests.house import from_blueprint

CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"}
CAR = "binary_sensor.charge_the_car_charge_now"
CHARGER = "input_boolean.charger"
PLUG = "input_boolean.plug"
EVENTS = "event.octopus_agile_london_prices"


async def automate(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Make an automation from a blueprint."""
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: from_blueprint(name, **inputs)})
    await hass.async_block_till_done()
    assert hass.states.is_state(f"automation.{name}", "on")


async def turn(hass: HomeAssistant, entity_id: str, *, on: bool) -> None:
    """Switch something by hand."""
    service = "turn_on" if on else "turn_off"
    await hass.services.async_call("homeassistant", service, {"entity_id": entity_id}, blocking=True)
    await hass.async_block_till_done()
