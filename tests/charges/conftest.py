"""An entry for charge plans."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.common import Clock, set_up
from tests.octopus import FakeOctopus, day_of

from .news import CHEAP_AT_2, News


@pytest.fixture
async def news(home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry) -> News:
    """An entry after the prices of tomorrow were published, and what it tells."""
    octopus.prices = day_of(CHEAP_AT_2)
    await clock.to("2026-11-23 16:10")
    await set_up(home, entry)
    return News(home)
