"""Where nights and weeks are lived through: prices, and what a driver with a Home Assistant needs."""

import logging
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from tests.simulation.server import Octopus

from .seasons import season
from .tally import Season

# What a driver is made with: its folder, the clock, what is on the disk, and the server.
type Surroundings = tuple[Path, FrozenDateTimeFactory, dict[str, Any], Octopus]


@pytest.fixture
def prices(request: pytest.FixtureRequest) -> Season:
    """The prices that are asked for."""
    return season(request.config.getoption("--octopus-data"))


@pytest.fixture
def surroundings(
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    aioclient_mock: AiohttpClientMocker,
    prices: Season,
    monkeypatch: pytest.MonkeyPatch,
) -> Surroundings:
    """Make a driver's surroundings, in which only errors are logged."""
    monkeypatch.setattr(logging.getLogger(), "level", logging.ERROR)
    return tmp_path, freezer, hass_storage, Octopus(aioclient_mock, freezer, prices.tariff)
