"""What all tests share: the option for genuine data, the integration, and an Octopus API to talk to."""

import asyncio
import asyncio.constants
import gc
import logging
import math
from pathlib import Path
import traceback

from freezegun.api import FakeDatetime, FrozenDateTimeFactory, real_datetime
from homeassistant.core import HomeAssistant
from homeassistant.util import executor
from hypothesis import settings
import pytest
from pytest_homeassistant_custom_component import patch_time
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

# Imported here because Home Assistant looks for custom components in another folder during tests.
import custom_components.octopus_agile.config_flow  # noqa: F401
from custom_components.octopus_agile.const import DOMAIN

from .charges.news import CHEAP_AT_2, News
from .common import ENTRY_DATA, ENTRY_OPTIONS, Clock, Scene
from .octopus import AGILE, FakeOctopus, day_of, uk

# How long an example takes says more of the machine than of us.
settings.register_profile("octopus_agile", deadline=None)
settings.load_profile("octopus_agile")

# Home Assistant's tests run in asyncio's debug mode. Where each callback, task and coroutine came from
# takes a quarter of the time to find out, and nothing here asks for it.
asyncio.constants.DEBUG_STACK_DEPTH = 0  # type: ignore[misc]
traceback.StackSummary.extract = classmethod(lambda cls, *_, **__: cls())  # type: ignore[method-assign,assignment]
# What a module holds is looked at when it is first seen, not at each start of a frozen clock.
patch_time.ha_get_module_attributes_hash = lambda module: str(id(module))
# A datetime's own arithmetic keeps the class of frozen times: freezegun would copy each result.
for _method in ("__add__", "__sub__", "astimezone"):
    setattr(FakeDatetime, _method, getattr(real_datetime, _method))
# On a busy machine, idle threads may take longer to end than Home Assistant gives them.
executor.EXECUTOR_SHUTDOWN_TIMEOUT = 60
# Home Assistant logs each step, and nobody reads it here.
logging.getLogger().setLevel(logging.WARNING)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the folder of genuine prices and recorded answers from outside."""
    parser.addoption(
        "--octopus-data",
        type=Path,
        help="folder of genuine Octopus data; tests that need it are skipped without it",
    )
    parser.addoption(
        "--write-released",
        action="store_true",
        help="write what this version writes to tests/released: see scripts/release-files",
    )
    parser.addoption(
        "--screenshots", type=Path, help="folder for the documentation's pictures, from the browser tests"
    )


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of all collecting of garbage to come."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
async def enable_event_loop_debug(request: pytest.FixtureRequest) -> None:
    """Look for calls from a wrong thread only where threads are at work: with a recorder.

    Elsewhere that would take a fifth of the time. Slow callbacks aren't reported: the clock leaps.
    """
    loop = asyncio.get_running_loop()
    loop.set_debug("recorder_mock" in request.fixturenames)
    loop.slow_callback_duration = math.inf


@pytest.fixture
def octopus_data(request: pytest.FixtureRequest) -> Path:
    """The folder of genuine data."""
    folder: Path | None = request.config.getoption("--octopus-data")
    if folder is None:
        pytest.skip("needs genuine Octopus data: pass its folder with --octopus-data")
    return folder


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find the integration, in tests that have one."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def octopus(aioclient_mock: AiohttpClientMocker) -> FakeOctopus:
    """The Octopus API."""
    return FakeOctopus(aioclient_mock)


@pytest.fixture
def long_prices(octopus: FakeOctopus) -> None:
    """Prices from long ago, not only of the last days."""
    octopus.reaches_back = None


@pytest.fixture
async def home(hass: HomeAssistant) -> HomeAssistant:
    """Home Assistant in London."""
    await hass.config.async_set_time_zone("Europe/London")
    return hass


@pytest.fixture
def entry() -> MockConfigEntry:
    """An entry for London that charges 28 kWh in 4 hours."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Octopus Agile London",
        # Always the same, because it says at which seconds the entry asks for prices.
        entry_id="01M844DZG0T5QECSCR14MV3CN3",
        unique_id=f"E-1R-{AGILE}-C",
        data=ENTRY_DATA,
        options=ENTRY_OPTIONS,
    )


@pytest.fixture
def clock(home: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """The time, frozen at noon on a Monday in November until a test moves it."""
    freezer.move_to(uk("2026-11-23 12:00"))
    return Clock(home, freezer)


@pytest.fixture
def scene(home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry) -> Scene:
    """All four of them, for a test that needs more."""
    return Scene(home, clock, octopus, entry)


@pytest.fixture
async def news(scene: Scene) -> News:
    """An entry after the prices of tomorrow were published, and what it tells."""
    scene.octopus.prices = day_of(CHEAP_AT_2)
    await scene.clock.to("2026-11-23 16:10")
    await scene.set_up()
    return News(scene.home)
