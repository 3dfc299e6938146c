"""A garage before a cheap night."""

import pytest

from tests.charges.news import CHEAP_AT_2
from tests.common import Scene
from tests.octopus import day_of

from .garage import DAY, Garage


@pytest.fixture
async def garage(scene: Scene) -> Garage:
    """A garage ten minutes before the cheapest time begins."""
    scene.octopus.prices = day_of(CHEAP_AT_2)
    await scene.clock.to(f"{DAY} 01:50")
    await scene.set_up()
    return Garage(scene)
