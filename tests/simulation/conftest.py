"""A simulation to run."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from .common import MakeSimulation
from .disk import Disk, plain_times
from .meter import Meter
from .server import Octopus, Tariff
from .simulation import Simulation


@pytest.fixture
async def simulate(
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
    aioclient_mock: AiohttpClientMocker,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[MakeSimulation]:
    """Make a simulation that begins at an instant, with a tariff."""
    made: list[Simulation] = []
    disk = Disk()
    disk.spin(monkeypatch)
    plain_times(monkeypatch)
    meter = Meter()
    meter.install(monkeypatch)

    def make(start: datetime, tariff: Tariff) -> Simulation:
        freezer.move_to(start)
        server = Octopus(aioclient_mock, freezer, tariff)
        meter.begins = start - timedelta(days=5)
        made.append(Simulation(tmp_path, freezer, disk, server, meter))
        return made[-1]

    yield make
    for each in made:
        await each.home.close()
