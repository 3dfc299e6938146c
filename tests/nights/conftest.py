"""Where nights and weeks are lived through: prices, and what a driver with a Home Assistant needs."""

from datetime import timedelta
import logging
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorEntity
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.octopus_agile import timers
from tests.simulation.disk import Disk, plain_times
from tests.simulation.server import Octopus

from .seasons import season
from .tally import Season

# What a driver is made with: its folder, the clock, what is on the disk, and the server.
type Surroundings = tuple[Path, FrozenDateTimeFactory, Disk, Octopus]


@pytest.fixture
def prices(request: pytest.FixtureRequest) -> Season:
    """The prices that are asked for."""
    return season(request.config.getoption("--octopus-data"))


@pytest.fixture
def surroundings(
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
    aioclient_mock: AiohttpClientMocker,
    prices: Season,
    monkeypatch: pytest.MonkeyPatch,
) -> Surroundings:
    """Make a driver's surroundings, in which only errors are logged and all sensors are disabled."""
    monkeypatch.setattr(logging.getLogger(), "level", logging.ERROR)
    monkeypatch.setattr(SensorEntity, "entity_registry_enabled_default", False)
    disk = Disk()
    disk.spin(monkeypatch)
    plain_times(monkeypatch)
    # The clock doesn't leap here, so nobody has to look for that each minute.
    monkeypatch.setattr(timers, "_LOOK", timedelta(days=1))
    return tmp_path, freezer, disk, Octopus(aioclient_mock, freezer, prices.tariff)
