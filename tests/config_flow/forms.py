"""Filling in the forms of an entry, and reading what they offer."""

from typing import Any

import aiohttp
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant

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
    "too short": ({"charge_duration": 0.4}, {"charge_duration": "invalid_duration"}),
    "too long": ({"charge_duration": 6.1}, {"charge_duration": "invalid_duration"}),
    "no energy": ({"charge_energy": 0}, {"charge_energy": "invalid_energy"}),
    "too much energy": ({"charge_energy": 200.1}, {"charge_energy": "invalid_energy"}),
    "a short night": (
        {"earliest_start": "23:00:00", "ready_by": "02:30:00"},
        {"ready_by": "window_too_short"},
    ),
    "a short afternoon": (
        {"earliest_start": "12:00:00", "ready_by": "15:59:00"},
        {"ready_by": "window_too_short"},
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


def suggested(flow: ConfigFlowResult, field: str) -> Any:
    """Return what a field is filled in with."""
    schema = flow["data_schema"]
    assert schema is not None
    (key,) = (key for key in schema.schema if key == field)
    return (key.description or {}).get("suggested_value")


def default(flow: ConfigFlowResult, field: str) -> Any:
    schema = flow["data_schema"]
    assert schema is not None
    (key,) = (key for key in schema.schema if key == field)
    return key.default()
