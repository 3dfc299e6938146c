"""A simulation to run, and the modelled prices for it."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from demo.prices import modelled

from .server import Octopus, Tariff
from .simulation import Simulation

type MakeSimulation = Callable[[datetime, Tariff], Simulation]


def modelled_price(start: datetime) -> Decimal | None:
    """Return the modelled price of the slot that starts at an instant, in p/kWh."""
    return modelled("C", start, start + timedelta(minutes=30))[0].inc_vat


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
