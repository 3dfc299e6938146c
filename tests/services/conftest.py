"""A client of the REST API in an afternoon."""

from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.common import Clock, set_up
from tests.octopus import FakeOctopus, day_of

from .common import CHEAP_AT_2


@pytest.fixture
async def afternoon(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    """The prices of tomorrow were published."""
    octopus.prices = day_of(CHEAP_AT_2)
    await clock.to("2026-11-23 16:10")
    await set_up(home, entry)


@pytest.fixture
async def client(
    home: HomeAssistant, afternoon: None, hass_client: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """A client of the REST API. It logs in in the afternoon, or its token would have expired."""
    await async_setup_component(home, "api", {})
    client: TestClient[Any, Any] = await hass_client()
    return client
