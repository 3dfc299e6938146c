"""What is changed while an entry is still being set up is followed all the same."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .charge_plans import FROM_BATTERY, plan, sessions, subentry
from .common import Clock, Scene, once_more, set_up
from .octopus import FakeOctopus, day_of


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
    assert entry.runtime_data.prices.tariff.region == "N"
    assert len(octopus.asked_for("-N/standard-unit-rates")) == 1


async def test_a_charge_plan_that_was_added(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    setup = await begin(home, octopus, entry)
    home.config_entries.async_add_subentry(entry, subentry())
    await finish(home, octopus, setup)
    assert plan(home, "sensor.status") == "provisional"


async def test_the_charge_that_an_entity_was_waited_for_with(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    @callback
    def appeared(event: Event[EventStateChangedData]) -> None:
        options = {**entry.options, "charge_duration": 2.0}
        home.config_entries.async_update_entry(entry, options=options)

    number = "number.octopus_agile_london_charge_duration"
    async_track_state_change_event(home, number, appeared)
    await set_up(home, entry)
    duration = home.states.get(number)
    block = home.states.get("sensor.octopus_agile_london_cheapest_block_start")
    assert duration is not None
    assert block is not None
    assert duration.state == "2.0"
    (session,) = block.attributes["sessions"]
    start, end = (datetime.fromisoformat(session[key]) for key in ("start", "end"))
    assert end - start == timedelta(hours=2)


async def test_what_was_not_changed_is_set_up_once(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    setup = await begin(home, octopus, entry)
    await finish(home, octopus, setup)
    first = entry.runtime_data
    await clock.walk("2026-11-23 12:05")
    assert entry.runtime_data is first


async def test_a_battery_that_is_heard_meanwhile_is_followed(scene: Scene) -> None:
    octopus, home = scene.octopus, scene.home
    octopus.prices = day_of({"02:00": "5.0", "02:30": "5.0"})
    await scene.clock.to("2026-11-23 16:10")
    forward = home.config_entries.async_forward_entry_setups

    async def heard(*args: Any) -> None:
        home.states.async_set("sensor.battery", "70")
        await home.async_block_till_done()
        await forward(*args)

    car = subentry(**FROM_BATTERY).as_dict()
    entry = once_more(scene.entry, subentries_data=[car])
    with patch.object(home.config_entries, "async_forward_entry_setups", heard):
        await set_up(home, entry)
    assert sessions(home) == ["24 02:00-03:00"]
