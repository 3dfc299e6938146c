"""What Home Assistant's system information shows."""

import asyncio
from typing import Any

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.octopus_agile.const import DOMAIN

from .common import Clock, set_up
from .octopus import AGILE, FakeOctopus, uk


async def info(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is shown."""
    await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    shown: dict[str, Any] = await get_system_health_info(hass, DOMAIN)
    return {key: await value if asyncio.iscoroutine(value) else value for key, value in shown.items()}


async def test_it_shows_how_asking_for_prices_went(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    octopus.fault = aiohttp.ClientConnectionError()
    await clock.walk("2026-11-23 16:20")
    # All but those for the prices and the standing charge at first.
    failed = len(octopus.asked_for("electricity-tariffs")) - 2
    assert failed >= 2
    octopus.fault = None
    assert await info(home) == {
        "can_reach_server": "ok",
        "products": AGILE,
        "prices_until": uk("2026-11-23 23:00"),
        "requests_in_24_hours": failed + 2,
        "failures_in_24_hours": failed,
    }
    await clock.walk("2026-11-25 16:20")
    shown = await info(home)
    assert shown["failures_in_24_hours"] == 0
    assert shown["prices_until"] == uk("2026-11-26 23:00")


async def test_a_tariff_that_was_left_counts_only_by_its_requests(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    home.config_entries.async_update_entry(entry, data={**entry.data, "region": "N"})
    await home.async_block_till_done(wait_background_tasks=True)
    await clock.walk("2026-11-23 16:20")
    shown = await info(home)
    assert shown["prices_until"] == uk("2026-11-24 23:00")
    assert shown["requests_in_24_hours"] == len(octopus.asked_for("electricity-tariffs")) == 5
    await home.config_entries.async_remove(entry.entry_id)
    shown = await info(home)
    assert (shown["products"], shown["prices_until"]) == ("", None)


async def test_it_says_nothing_of_prices_without_an_entry(
    home: HomeAssistant, octopus: FakeOctopus
) -> None:
    await async_setup_component(home, DOMAIN, {})
    assert await info(home) == {
        "can_reach_server": "ok",
        "products": "",
        "prices_until": None,
        "requests_in_24_hours": 0,
        "failures_in_24_hours": 0,
    }
