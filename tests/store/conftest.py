"""A real folder for what is kept on disk."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
import pytest


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """A real folder of its own: renaming is part of what is looked at here."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Nothing in the place of the real files."""
    return {}


@pytest.fixture
def folder(hass: HomeAssistant) -> Path:
    """Where Home Assistant keeps files."""
    path = Path(hass.config.path(".storage"))
    path.mkdir(exist_ok=True)
    return path
