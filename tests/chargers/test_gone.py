"""C12: a plan that goes away in a session switches off what it switched on, however it goes."""

import asyncio
from typing import Any
from unittest.mock import patch

import aiohttp
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import JsonFile
from tests.charges.news import CHEAP_AT_2
from tests.common import ENTRY_DATA, forget, once_more, repairs, set_up
from tests.octopus import day_of

from .garage import CHARGER, Garage

USER = ConfigEntryDisabler.USER


@pytest.fixture
async def charging(garage: Garage) -> Garage:
    """A garage in a session."""
    garage.key = await garage.add_plan()
    await garage.until("02:10")
    assert garage.taken() == ["02:00 on"]
    return garage


async def disable(garage: Garage) -> None:
    """Disable the entry."""
    await garage.home.config_entries.async_set_disabled_by(garage.entry.entry_id, USER)
    await garage.home.async_block_till_done(wait_background_tasks=True)


async def enable(garage: Garage) -> None:
    """Enable the entry."""
    await garage.home.config_entries.async_set_disabled_by(garage.entry.entry_id, None)
    await garage.home.async_block_till_done(wait_background_tasks=True)


async def delete(garage: Garage) -> None:
    """Delete the entry."""
    await garage.home.config_entries.async_remove(garage.entry.entry_id)
    await garage.home.async_block_till_done(wait_background_tasks=True)


async def delete_plan(garage: Garage) -> None:
    """Delete the plan."""
    garage.home.config_entries.async_remove_subentry(garage.entry, garage.key)
    await garage.home.async_block_till_done(wait_background_tasks=True)


async def never_load(garage: Garage, hass_storage: dict[str, Any]) -> None:
    """Restart with no prices, so that the entry waits for some."""
    await garage.home.config_entries.async_unload(garage.entry.entry_id)
    forget(garage.home)
    del hass_storage[f"{DOMAIN}.prices.E-1R-AGILE-24-10-01-C"]
    garage.scene.octopus.fault = aiohttp.ClientConnectionError()
    await garage.home.config_entries.async_setup(garage.entry.entry_id)
    assert garage.entry.state is ConfigEntryState.SETUP_RETRY


WAYS = pytest.mark.parametrize("go", [disable, delete, delete_plan])


class TestInASession:
    @WAYS
    async def test_it_goes_off(self, charging: Garage, go: Any) -> None:
        await go(charging)
        assert charging.taken() == ["02:10 off"]
        await charging.until("05:00")
        assert charging.calls == []
        assert repairs(charging.home) == []

    @WAYS
    async def test_a_charger_that_is_away_goes_off_when_it_comes_back(
        self, charging: Garage, go: Any
    ) -> None:
        await charging.becomes("unavailable")
        await go(charging)
        await charging.until("02:30")
        assert charging.calls == []
        await charging.becomes("on")
        assert charging.calls == ["02:30 off"]

    @WAYS
    async def test_a_call_that_fails_is_repeated_each_minute(
        self, charging: Garage, go: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        charging.fault = HomeAssistantError("no answer")
        await go(charging)
        await charging.until("02:20")
        assert charging.taken() == [f"02:{minute} off" for minute in range(10, 21)]
        assert caplog.text.count("no answer") == 1
        charging.fault = None
        await charging.until("05:00")
        assert charging.calls == ["02:21 off"]
        assert repairs(charging.home) == []

    @WAYS
    async def test_what_somebody_turned_off_needs_no_call(self, charging: Garage, go: Any) -> None:
        await charging.becomes("off")
        await go(charging)
        await charging.until("02:20")
        assert charging.calls == []

    @pytest.mark.parametrize("go", [disable, delete])
    async def test_an_entry_that_never_loaded_knows_of_it(
        self, charging: Garage, hass_storage: dict[str, Any], go: Any
    ) -> None:
        await never_load(charging, hass_storage)
        await charging.until("02:12")
        assert charging.calls == []
        await go(charging)
        assert charging.calls == ["02:12 off"]
        await charging.until("02:30")
        assert charging.calls == ["02:12 off"]


class TestOutsideOfOne:
    @WAYS
    async def test_what_somebody_turned_on_is_left_alone(self, garage: Garage, go: Any) -> None:
        garage.key = await garage.add_plan()
        await garage.becomes("on")
        await go(garage)
        await garage.until("01:59")
        assert garage.calls == []


class TestAnHour:
    @pytest.mark.parametrize("go", [disable, delete])
    async def test_then_it_is_given_up(self, charging: Garage, go: Any) -> None:
        charging.fault = HomeAssistantError()
        await go(charging)
        await charging.until("05:00")
        assert len(charging.calls) == 60
        assert charging.calls[-1] == "03:09 off"

    async def test_enabled_again_the_plan_has_it_back(self, charging: Garage) -> None:
        charging.fault = HomeAssistantError()
        await disable(charging)
        await charging.until("02:15")
        charging.fault = None
        charging.taken()
        await enable(charging)
        await charging.until("05:00")
        assert charging.calls == ["04:00 off"]

    async def test_enabled_again_after_it_went_off_it_goes_on(self, charging: Garage) -> None:
        await disable(charging)
        await charging.until("02:15")
        await enable(charging)
        await charging.until("05:00")
        assert charging.calls == ["02:10 off", "02:15 on", "04:00 off"]

    async def test_enabled_again_at_once_nothing_happens(self, charging: Garage) -> None:
        load, is_enabled = JsonFile.async_load, asyncio.Event()

        async def slow(file: JsonFile[Any]) -> Any:
            await is_enabled.wait()
            return await load(file)

        with patch.object(JsonFile, "async_load", slow):
            await charging.home.config_entries.async_set_disabled_by(charging.entry.entry_id, USER)
        await charging.home.config_entries.async_set_disabled_by(charging.entry.entry_id, None)
        is_enabled.set()
        await charging.until("05:00")
        assert charging.calls == ["04:00 off"]

    async def test_disabled_and_then_deleted_it_goes_off_all_the_same(
        self, charging: Garage, hass_storage: dict[str, Any]
    ) -> None:
        charging.fault = HomeAssistantError()
        await disable(charging)
        await charging.until("02:15")
        await delete(charging)
        charging.fault = None
        charging.taken()
        await charging.until("03:00")
        assert charging.calls == ["02:16 off"]
        assert [key for key in hass_storage if charging.entry.entry_id in key] == []

    async def test_another_entry_that_is_given_the_charger_has_it(self, charging: Garage) -> None:
        charging.fault = HomeAssistantError()
        await delete(charging)
        await charging.until("02:15")
        charging.fault = None
        charging.taken()
        options = {"charge_duration": 2.0, "charger": CHARGER}
        other = once_more(charging.entry, entry_id="other", options=options, subentries_data=[])
        await set_up(charging.home, other)
        await charging.until("02:40")
        assert charging.is_on()
        assert charging.calls == []
        await charging.until("06:00")
        assert len(charging.calls) == 1


class TestOverARestart:
    async def test_a_disabled_entry_is_seen_to(self, charging: Garage) -> None:
        """Home Assistant stopped before its charger was off."""
        await charging.home.config_entries.async_unload(charging.entry.entry_id)
        charging.entry.disabled_by = USER
        forget(charging.home)
        charging.home.config.components.remove(DOMAIN)
        another = {**ENTRY_DATA, "region": "A"}
        other = MockConfigEntry(domain=DOMAIN, title="Other", unique_id="other", data=another)
        charging.scene.octopus.prices = day_of(CHEAP_AT_2)
        await set_up(charging.home, other)
        await charging.until("02:12")
        assert charging.calls == ["02:10 off"]

    async def test_a_plan_that_was_deleted_meanwhile(self, charging: Garage) -> None:
        await charging.home.config_entries.async_unload(charging.entry.entry_id)
        charging.home.config_entries.async_remove_subentry(charging.entry, charging.key)
        forget(charging.home)
        await charging.home.config_entries.async_setup(charging.entry.entry_id)
        await charging.until("02:12")
        assert charging.calls == ["02:10 off"]

    async def test_one_that_was_deleted_before_is_not_forgotten(self, charging: Garage) -> None:
        await charging.becomes("unavailable")
        await delete_plan(charging)
        await charging.home.config_entries.async_unload(charging.entry.entry_id)
        forget(charging.home)
        await charging.home.config_entries.async_setup(charging.entry.entry_id)
        await charging.until("02:20")
        await charging.becomes("on")
        assert charging.calls == ["02:20 off"]

    async def test_unloaded_alone_it_stays_as_it_is(self, charging: Garage) -> None:
        await charging.home.config_entries.async_unload(charging.entry.entry_id)
        await charging.until("05:00")
        assert charging.calls == []
