"""A house with our blueprints in the evening, and a charger that is watched."""

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.common import Clock, set_up
from tests.house import Record, install_blueprints
from tests.octopus import FakeOctopus, day_of

from .common import CHARGER, CHEAP_AT_2


@pytest.fixture(autouse=True)
async def _house(
    tmp_path: Path, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> AsyncIterator[None]:
    """A house with our blueprints, a charger and a plug, in the evening."""
    octopus.prices = day_of(CHEAP_AT_2)
    install_blueprints(tmp_path)
    home.config.config_dir = str(tmp_path)
    await async_setup_component(home, "homeassistant", {})
    await async_setup_component(home, "input_boolean", {"input_boolean": {"charger": {}, "plug": {}}})
    await clock.to("2026-11-23 20:15")
    await set_up(home, entry)
    yield
    # The plan goes away before its automation, which would wait for it.
    if automations := home.states.async_entity_ids(AUTOMATION):
        await home.services.async_call(AUTOMATION, "turn_off", {"entity_id": automations}, blocking=True)


@pytest.fixture
def charger(home: HomeAssistant) -> Record:
    """When the charger was switched."""
    record = Record()
    record.async_follow(home, CHARGER)
    return record
