"""Filling in the forms of an entry, and reading what they offer."""

from typing import Any

import aiohttp
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section

from custom_components.octopus_agile.const import DOMAIN

CHARGE = {"charge_duration": 4.0}
HTML = (403, "text/html", b"<html>403 Forbidden</html>")
DEAD_SERVERS = {
    "no connection": aiohttp.ClientConnectionError("https://api.octopus.energy/?postcode=SW1A1AA"),
    "a time-out": TimeoutError(),
    "status 500": (500, "application/json", b"{}"),
    "a page": HTML,
    "half an answer": (200, "application/json", b'{"results": ['),
}
# What no charge can be, and what the form says to it.
WRONG_CHARGES = {
    "below zero": ({"charge_duration": -0.5}, {"charge_duration": "invalid_duration"}),
    "endless": ({"charge_duration": float("inf")}, {"charge_duration": "invalid_duration"}),
    "too short": ({"charge_duration": 0.4}, {"charge_duration": "invalid_duration"}),
    "too long": ({"charge_duration": 6.1}, {"charge_duration": "invalid_duration"}),
    "no energy": ({"more": {"charge_energy": 0}}, {"more": "invalid_energy"}),
    "too much energy": ({"more": {"charge_energy": 200.1}}, {"more": "invalid_energy"}),
    "a short night": (
        {"ready_by": "02:30:00", "more": {"earliest_start": "23:00:00"}},
        {"ready_by": "window_too_short"},
    ),
    "a short afternoon": (
        {"ready_by": "15:59:00", "more": {"earliest_start": "12:00:00"}},
        {"ready_by": "window_too_short"},
    ),
    "a charger of no kind": ({"more": {"charger": "12 Acacia Avenue"}}, {"more": "entity_unsuitable"}),
    "a charger that is a light": ({"more": {"charger": "light.drive"}}, {"more": "entity_unsuitable"}),
    "a charger that isn't there": ({"more": {"charger": "switch.gone"}}, {"more": "entity_unknown"}),
    "a plug that isn't there": (
        {"more": {"charger": "switch.wallbox", "plugged_in": "binary_sensor.gone"}},
        {"more": "entity_unknown"},
    ),
}


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def answer(hass: HomeAssistant, flow: ConfigFlowResult, **answers: Any) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], answers)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def to_charge(hass: HomeAssistant) -> ConfigFlowResult:
    return await answer(hass, await start(hass), postcode="SW1A 1AA")


def offered(flow: ConfigFlowResult, field: str) -> list[str]:
    """Return the values that a field offers."""
    schema = flow["data_schema"]
    assert schema is not None
    return [option["value"] for option in schema.schema[field].config["options"]]


def more(flow: ConfigFlowResult) -> section:
    """Return the section of what is rarely needed."""
    schema = flow["data_schema"]
    assert schema is not None
    found = schema.schema["more"]
    assert isinstance(found, section)
    return found


def suggested(flow: ConfigFlowResult, field: str) -> Any:
    """Return what a field is filled in with, and all fields of a section."""
    schema = flow["data_schema"]
    assert schema is not None
    (key,) = (key for key in schema.schema if key == field)
    if isinstance(schema.schema[key], section):
        filled_in = {key: key.description for key in schema.schema[key].schema.schema}
        return {str(key): each["suggested_value"] for key, each in filled_in.items() if each}
    return (key.description or {}).get("suggested_value")


def default(flow: ConfigFlowResult, field: str) -> Any:
    schema = flow["data_schema"]
    assert schema is not None
    (key,) = (key for key in schema.schema if key == field)
    return key.default()


def said(flow: ConfigFlowResult) -> str:
    """Return the answer on the last page."""
    placeholders = flow["description_placeholders"]
    assert placeholders is not None
    return placeholders["answer"]
