"""A simulation to run."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from .common import MakeSimulation
from .server import Octopus, Tariff
from .simulation import Simulation


@pytest.fixture
async def simulate(
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    aioclient_mock: AiohttpClientMocker,
) -> AsyncIterator[MakeSimulation]:
    """Make a simulation that begins at an instant, with a tariff."""
    made: list[Simulation] = []

    def make(start: datetime, tariff: Tariff) -> Simulation:
        freezer.move_to(start)
        server = Octopus(aioclient_mock, freezer, tariff)
        made.append(Simulation(tmp_path, freezer, hass_storage, server))
        return made[-1]

    yield make
    for each in made:
        await each.home.close()
