"""Lets the test package run with a Home Assistant that is newer than the one it was made for.

Loaded by `./scripts/test --ha newest` before the package. Not needed once there is a package for it.
"""

# First of all, because it makes httpx another name of its successor.
import homeassistant.const  # noqa: F401  # isort: skip

# Next, as in the package, or some modules would keep what these replace: a clock that can be stopped.
from pytest_homeassistant_custom_component import (  # noqa: F401  # isort: skip
    patch_json,
    patch_recorder,
    patch_time,
)

from homeassistant.components import logger

if not hasattr(logger, "_clear_logger_overwrites"):
    logger._clear_logger_overwrites = lambda *arguments: None  # type: ignore[attr-defined]
