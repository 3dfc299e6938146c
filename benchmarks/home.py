"""A real Home Assistant in a folder of its own, with an Octopus API that no network is needed for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any
from unittest.mock import AsyncMock, Mock, patch

import freezegun
from freezegun.api import FrozenDateTimeFactory
from homeassistant import loader
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component import patch_time
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)
from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMocker,
    mock_aiohttp_client,
)

from custom_components.octopus_agile.agile import client

# Imported here because Home Assistant would look for custom components in its folder alone.
import custom_components.octopus_agile.config_flow  # noqa: F401
from custom_components.octopus_agile.const import DOMAIN, SUBENTRY_PLAN, WEEKDAYS
from demo.prices import modelled
from tests.octopus import AGILE, FakeOctopus, uk

# What Home Assistant's tests change in freezegun, and what they put in its place.
_TIME_PATCHES = {
    "FakeDate": "HAFakeDate",
    "FakeDatetime": "HAFakeDatetime",
    "datetime_to_fakedatetime": "ha_datetime_to_fakedatetime",
    "_get_module_attributes": "ha_get_module_attributes",
    "_get_module_attributes_hash": "ha_get_module_attributes_hash",
    "_should_use_real_time": "ha_should_use_real_time",
    "get_current_time": "ha_get_current_time",
}
REGIONS = "ABCDEFGHJKLMNP"
MINUTE = timedelta(minutes=1)


def modelled_price(start: datetime) -> str:
    """Return a price in p/kWh for the API."""
    return str(modelled("C", start, start + MINUTE)[0].inc_vat)


@dataclass(slots=True)
class Home:
    """A Home Assistant, its folder, the API it asks, and what answers all other addresses."""

    hass: HomeAssistant
    folder: Path
    octopus: FakeOctopus
    mocker: AiohttpClientMocker

    async def settle(self) -> None:
        """Wait until nothing is left to do."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def set_up(self, entry: MockConfigEntry) -> None:
        """Set an entry up."""
        entry.add_to_hass(self.hass)
        if not await self.hass.config_entries.async_setup(entry.entry_id):
            raise RuntimeError(f"{entry.domain} could not be set up: {entry.reason}")
        await self.settle()
        if entry.domain == DOMAIN and not self.hass.states.async_entity_ids("calendar"):
            raise RuntimeError("not all platforms could be set up")


async def _listen_nowhere(*where: Any, **how: Any) -> Mock:
    """Stand for a web server, whose port another Home Assistant may have."""
    server = Mock(spec=asyncio.Server, sockets=())
    server.wait_closed = AsyncMock()
    return server


@asynccontextmanager
async def home() -> AsyncIterator[Home]:
    """Start a Home Assistant in London, and stop it."""
    with TemporaryDirectory() as folder, mock_aiohttp_client() as mocker:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            frame.async_setup(hass)
            await hass.config.async_set_time_zone("Europe/London")
            octopus = FakeOctopus(mocker)
            octopus.publishing = {AGILE}
            octopus.prices = modelled_price
            try:
                with patch.object(hass.loop, "create_server", _listen_nowhere):
                    yield Home(hass, Path(folder), octopus, mocker)
            finally:
                await hass.async_stop(force=True)


def plan(number: int) -> ConfigSubentry:
    """Return a charge plan; they take turns at being blocks and slots, of 2 to 5 hours."""
    data: dict[str, Any] = {
        "need": "energy",
        "energy": 14 + number % 4 * 7,
        "power": 7,
        "earliest_start": f"{17 + number % 6}:00:00",
        "ready_by": f"{number % 3 + 6:02}:{number % 2 * 30:02}:00",
        "days": WEEKDAYS,
        "mode": "slots" if number % 2 else "block",
        "shortest_run": 30,
        "start_cost": 0,
    }
    return ConfigSubentry(
        data=MappingProxyType(data),
        subentry_type=SUBENTRY_PLAN,
        subentry_id=f"PLAN{number:022}",
        title=f"Plan {number}",
        unique_id=None,
    )


def entry(number: int = 0, plans: int = 0) -> MockConfigEntry:
    """Return an entry with its own charge and so many plans more; each number has another region."""
    region = REGIONS[(2 + number) % len(REGIONS)]
    return MockConfigEntry(
        domain=DOMAIN,
        title=f"Agile Octopus {number}",
        entry_id=f"01M844DZG0T5QECSCR{number:08}",
        unique_id=f"E-1R-{AGILE}-{region}-{number}",
        data={"region": region, "product": AGILE, "product_name": f"Full name of {AGILE}"},
        options={"charge_duration": 4.0, "charge_energy": 28.0},
        subentries_data=[plan(number * 100 + n).as_dict() for n in range(plans)],
    )


class HandClock:
    """A clock that stands until it is moved, for timing: nothing else of Python is slowed by it.

    It starts years ahead of the real one, so that no timer fires by itself.
    """

    def __init__(self, text: str) -> None:
        """Start at a UK time."""
        self.now = uk(text)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let Home Assistant see this clock."""

        def now(zone: Any = None) -> datetime:
            return self.now.astimezone(zone or dt_util.get_default_time_zone())

        # The client, which knows nothing of Home Assistant, asks Python for the time.
        seen_by_the_client = Mock(wraps=datetime, now=now)
        with (
            patch.object(dt_util, "utcnow", lambda: self.now),
            patch.object(dt_util, "now", now),
            patch.object(client, "datetime", seen_by_the_client),
        ):
            yield


@contextmanager
def frozen(text: str) -> Iterator[FrozenDateTimeFactory]:
    """Freeze time at a UK time, as Home Assistant's own tests do."""
    # Not every version of Home Assistant's test tools changes all of them.
    changes = {
        name: getattr(patch_time, changed)
        for name, changed in _TIME_PATCHES.items()
        if hasattr(patch_time, changed)
    }
    with (
        patch.multiple(freezegun.api, **changes),
        freezegun.freeze_time(uk(text)) as freezer,
    ):
        assert isinstance(freezer, FrozenDateTimeFactory)
        yield freezer
