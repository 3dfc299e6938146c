"""A home with a recorder, which some of the files need."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests.history.conftest import _custom_integrations, long_ago  # noqa: F401


@pytest.fixture(autouse=True)
async def _energy(home: HomeAssistant) -> None:
    assert await async_setup_component(home, "energy", {})
