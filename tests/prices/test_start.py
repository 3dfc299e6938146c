"""An entry is set up, restarted, reloaded and removed without a needless request."""

from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CoreState, HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.const import DOMAIN
from tests.common import Clock, Scene, forget, set_up, state
from tests.octopus import FIVE_MINUTES, FakeOctopus, day_of, gaps, uk


class TestStart:
    """Setting up, restarting, reloading."""

    async def test_without_any_price_it_is_tried_again_but_politely(self, scene: Scene) -> None:
        scene.octopus.fault = (500, "application/json", b"{}")
        await scene.set_up()
        await scene.clock.walk("2026-11-23 12:20")
        assert scene.entry.state is ConfigEntryState.SETUP_RETRY
        assert len(scene.octopus.requests) > 1
        assert min(gaps(scene.octopus)) >= FIVE_MINUTES
        scene.octopus.fault = None
        await scene.clock.walk("2026-11-23 13:00")
        assert state(scene.home, "sensor.current_price") == "0.2"

    async def test_where_none_were_ever_published_it_says_so(self, scene: Scene) -> None:
        scene.octopus.prices = lambda start: None
        await scene.set_up()
        assert scene.entry.state is ConfigEntryState.SETUP_RETRY
        assert scene.entry.reason == f"No prices for {scene.entry.unique_id} have been published"
        assert scene.entry.error_reason_translation_key == "no_prices"

    async def test_a_restart_without_a_network_needs_no_request(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        octopus.fault = aiohttp.ClientConnectionError()
        requests = len(octopus.requests)
        await clock.to("2026-11-23 14:15")
        forget(home)
        home.set_state(CoreState.not_running)
        await home.config_entries.async_setup(entry.entry_id)
        for key in ("current", "next", "lowest", "highest", "average"):
            assert state(home, f"sensor.{key}_price") == "0.2"
        assert len(octopus.requests) == requests

    async def test_a_restart_in_the_afternoon_asks_for_tomorrow_when_it_is_due(
        self, scene: Scene
    ) -> None:
        await scene.set_up()
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        await scene.clock.to("2026-11-23 16:01")
        forget(scene.home)
        scene.home.set_state(CoreState.not_running)
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        assert len(scene.octopus.requests) == 1
        await scene.clock.walk("2026-11-23 16:07")
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_a_restart_after_the_prices_ran_dry_waits_for_new_ones(self, scene: Scene) -> None:
        await scene.set_up()
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        scene.octopus.fault = aiohttp.ClientConnectionError()
        await scene.clock.to("2026-11-25 09:00")
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert scene.entry.state is ConfigEntryState.LOADED
        assert state(scene.home, "sensor.current_price") == "unavailable"
        scene.octopus.fault = None
        await scene.clock.walk("2026-11-25 09:12")
        assert state(scene.home, "sensor.current_price") == "0.2"

    async def test_polling_needs_no_reload_to_be_resumed_after_one(self, scene: Scene) -> None:
        await scene.set_up()
        await scene.clock.walk("2026-11-23 15:55")
        await scene.home.config_entries.async_reload(scene.entry.entry_id)
        await scene.clock.walk("2026-11-23 16:10")
        assert len(scene.octopus.requests) == 3

    async def test_an_entry_that_is_unloaded_asks_no_more(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        assert entry.state is ConfigEntryState.NOT_LOADED
        await clock.walk("2026-11-23 16:10")
        assert len(octopus.requests) == 1

    async def test_an_answer_that_comes_after_the_unload_changes_nothing(
        self, scene: Scene, freezer: FrozenDateTimeFactory
    ) -> None:
        await scene.set_up()
        scene.octopus.answers.clear()
        freezer.move_to(uk("2026-11-23 16:06"))
        async_fire_time_changed(scene.home)
        await scene.home.async_block_till_done()
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        scene.octopus.answers.set()
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert len(scene.octopus.requests) == 2
        assert state(scene.home, "sensor.current_price") == "unavailable"
        await scene.clock.walk("2026-11-23 16:20")
        assert len(scene.octopus.requests) == 2

    async def test_an_entry_that_is_removed_leaves_nothing(
        self, scene: Scene, hass_storage: dict[str, Any]
    ) -> None:
        await scene.set_up()
        assert sorted(key for key in hass_storage if key.startswith(DOMAIN)) == [
            f"{DOMAIN}.{scene.entry.entry_id}.main",
            f"{DOMAIN}.{scene.entry.entry_id}.main.history",
            f"{DOMAIN}.prices.{scene.entry.unique_id}",
            f"{DOMAIN}.prices.{scene.entry.unique_id}.standing",
        ]
        await scene.home.config_entries.async_remove(scene.entry.entry_id)
        await scene.home.async_block_till_done()
        assert scene.home.states.async_entity_ids() == []
        assert [key for key in hass_storage if key.startswith(DOMAIN)] == []

    async def test_half_hours_change_states_without_a_request(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"12:30": "12.5", "13:00": "13.0"})
        await set_up(home, entry)
        for at, price in (("12:29", "0.2"), ("12:30", "0.125"), ("13:00", "0.13")):
            await clock.walk(f"2026-11-23 {at}")
            assert state(home, "sensor.current_price") == price
        assert len(octopus.requests) == 1
