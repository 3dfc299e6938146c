"""A home with a recorder, which some of the files need."""

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests.history.conftest import long_ago  # noqa: F401


@pytest.fixture(autouse=True)
def _custom_integrations(
    long_ago: None,  # noqa: F811
    recorder_mock: Recorder,
    enable_custom_integrations: None,
) -> None:
    """Start the recorder before anything else, as it must be."""


@pytest.fixture(autouse=True)
async def _energy(home: HomeAssistant) -> None:
    assert await async_setup_component(home, "energy", {})
