"""Prices of a day, and calls of actions."""

from http import HTTPStatus
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.components import api
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.octopus_agile.const import DOMAIN

# What REST answers to what is refused: the oldest versions take some of it for a failure of their own.
REFUSED = {HTTPStatus.BAD_REQUEST}
if not hasattr(api, "ServiceValidationError"):
    REFUSED.add(HTTPStatus.INTERNAL_SERVER_ERROR)
CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0", "12:00": "-3.0"}


async def post(client: TestClient[Any, Any], action: str, **data: Any) -> tuple[int, Any]:
    """Call an action over REST. Return the status, and what it answers."""
    response = await client.post(f"/api/services/{DOMAIN}/{action}?return_response", json=data)
    body = await response.text()
    return response.status, (await response.json() if body.startswith("{") else body)


async def refusal(hass: HomeAssistant, action: str, **data: Any) -> str:
    """Return why an action refuses to answer."""
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    return str(refused.value)


async def answer(client: TestClient[Any, Any], action: str, **data: Any) -> dict[str, Any]:
    """Return what an action answers when all is well."""
    status, body = await post(client, action, **data)
    assert status == HTTPStatus.OK, body
    assert body["changed_states"] == []
    found: dict[str, Any] = body["service_response"]
    return found
