"""A recorder that starts again first compiles what it missed; nothing of ours may be in its way."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import frame
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from tests.common import once_more
from tests.octopus import FakeOctopus, uk

from .common import (
    OTHER,
    compiled,
    expected,
    import_history,
    lately,
    pence,
    periods,
    rows_of,
    same,
    settled,
)

SENSOR = {"state_class": "measurement", "unit_of_measurement": "°C"}


@pytest.fixture(autouse=True)
def _custom_integrations(long_ago: None) -> None:
    """Each Home Assistant here is started by the test itself."""


@pytest.fixture
def persistent_database() -> bool:
    """The database is a file, which outlives a restart."""
    return True


@pytest.fixture
def enable_missing_statistics() -> bool:
    """After a start the recorder compiles what it missed."""
    return True


type Running = Callable[..., Any]


def now_and_then(start: datetime) -> str | None:
    """Return prices of the end of October and of the last days: few rows, and a month to fetch."""
    return pence(start) if start.month == 10 and start.day > 29 else lately(start)


@pytest.fixture
def running(
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
    octopus: FakeOctopus,
    entry: MockConfigEntry,
    async_test_recorder: Any,
) -> Running:
    """Start Home Assistant at a time, with a recorder, another sensor and our entry."""
    octopus.prices = now_and_then

    @asynccontextmanager
    async def run(
        at: str, before_start: Callable[[HomeAssistant], Awaitable[None]] | None = None
    ) -> AsyncIterator[HomeAssistant]:
        freezer.move_to(uk(at))
        async with (
            async_test_home_assistant(
                config_dir=str(tmp_path), initial_state=CoreState.not_running
            ) as hass,
            async_test_recorder(hass),
        ):
            del hass.data[DATA_CUSTOM_COMPONENTS]
            frame.async_setup(hass)
            hass.states.async_set(OTHER, "21.5", SENSOR)
            ours = once_more(entry)
            ours.add_to_hass(hass)
            await hass.config_entries.async_setup(ours.entry_id)
            await hass.async_block_till_done()
            if before_start:
                await before_start(hass)
            await hass.async_start()
            await settled(hass)
            yield hass
            await hass.config_entries.async_unload(ours.entry_id)
            await hass.async_stop(force=True)

    return run


async def test_an_import_right_after_a_start_harms_nobody(
    running: Running, freezer: FrozenDateTimeFactory, entry: MockConfigEntry
) -> None:
    async with running("2026-11-23 08:50") as hass:
        freezer.move_to(uk("2026-11-23 09:10:10"))
        # The start of an hour has been compiled, for our sensor too.
        await compiled(hass, *periods(uk("2026-11-23 08:50"), uk("2026-11-23 09:10")))

    async def ask(hass: HomeAssistant) -> None:
        await import_history(hass, entry.entry_id, "2026-10-01T00:00:00+00:00")

    async with running("2026-11-23 12:30:30", ask) as hass:
        other, rows = await rows_of(hass, OTHER), await rows_of(hass)
    # What the recorder missed, it makes up itself from the last state: for ours, too.
    missed = {uk(f"2026-11-23 {hour:02}:00") for hour in (8, 9, 10, 11)}
    assert other == dict.fromkeys(missed, (21.5, 21.5, 21.5))
    assert missed <= rows.keys()
    imported = {start: row for start, row in rows.items() if start not in missed}
    wanted = expected(uk("2026-10-01 00:00"), uk("2026-11-23 08:00"))
    assert same(imported, {start: row for start, row in wanted.items() if now_and_then(start)})
