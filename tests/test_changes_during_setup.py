"""What is changed while an entry is still being set up is followed all the same."""

import asyncio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .charge_plans import plan, subentry
from .conftest import Clock
from .octopus import FakeOctopus


async def begin(home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry) -> asyncio.Task[bool]:
    """Begin to set an entry up; it waits for the server's first answer."""
    octopus.answers.clear()
    entry.add_to_hass(home)
    setup = home.async_create_background_task(
        home.config_entries.async_setup(entry.entry_id), "set up, while others go on"
    )
    await octopus.was_asked.wait()
    assert entry.state is ConfigEntryState.SETUP_IN_PROGRESS
    return setup


async def finish(home: HomeAssistant, octopus: FakeOctopus, setup: asyncio.Task[bool]) -> None:
    """Let the server answer."""
    octopus.answers.set()
    await setup
    await home.async_block_till_done(wait_background_tasks=True)


async def test_another_region(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    setup = await begin(home, octopus, entry)
    home.config_entries.async_update_entry(entry, data={**entry.data, "region": "N"})
    await finish(home, octopus, setup)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.feed.region == "N"
    assert len(octopus.asked_for("-N/standard-unit-rates")) == 1


async def test_a_charge_plan_that_was_added(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    setup = await begin(home, octopus, entry)
    home.config_entries.async_add_subentry(entry, subentry())
    await finish(home, octopus, setup)
    assert plan(home, "sensor.status") == "provisional"


async def test_what_was_not_changed_is_set_up_once(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    setup = await begin(home, octopus, entry)
    await finish(home, octopus, setup)
    first = entry.runtime_data
    await clock.walk("2026-11-23 12:05")
    assert entry.runtime_data is first
