"""A home with a real recorder, at noon, whose statistics have just been compiled."""

import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
import pytest

from tests.common import Scene
from tests.octopus import uk

from .common import compiled, lately


@pytest.fixture
def long_ago(freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture) -> None:
    """When the database was made: from then on, the recorder counts what it has compiled."""
    # Every row is several lines, which takes longer than the row.
    for name in ("sqlalchemy.engine", "homeassistant.components.recorder"):
        caplog.set_level(logging.WARNING, name)
    freezer.move_to(uk("2020-01-01 12:00"))


@pytest.fixture(autouse=True)
def _custom_integrations(
    long_ago: None, recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Start the recorder before anything else, as it must be."""


@pytest.fixture(autouse=True)
def _long(long_prices: None) -> None:
    """Have years of prices."""


@pytest.fixture
async def noon(scene: Scene) -> Scene:
    """A home at noon. The recorder has compiled the hour before."""
    scene.octopus.prices = lately
    await scene.clock.to("2026-11-23 12:00:10")
    await compiled(scene.home, uk("2026-11-23 11:55"))
    return scene
