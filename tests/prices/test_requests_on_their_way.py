"""Requests that are still on their way when the entry is reloaded, changed or removed."""

import asyncio
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.const import DOMAIN
from tests.common import Scene, state
from tests.octopus import AGILE, FIVE_MINUTES, FakeOctopus, gaps, uk


async def send(
    home: HomeAssistant, octopus: FakeOctopus, freezer: FrozenDateTimeFactory, text: str
) -> asyncio.Event:
    """Let a request go out at a UK time. It is answered when the event is set, later ones at once."""
    octopus.answers = answered = asyncio.Event()
    freezer.move_to(uk(text))
    async_fire_time_changed(home)
    await home.async_block_till_done()
    octopus.answers = asyncio.Event()
    octopus.answers.set()
    return answered


@pytest.fixture
async def on_its_way(scene: Scene, freezer: FrozenDateTimeFactory) -> asyncio.Event:
    """A request of 16:06 that is answered when this is set; later ones are answered at once."""
    await scene.set_up()
    return await send(scene.home, scene.octopus, freezer, "2026-11-23 16:06")


async def test_after_a_reload_it_is_not_repeated_at_once(scene: Scene, on_its_way: asyncio.Event) -> None:
    await scene.home.config_entries.async_reload(scene.entry.entry_id)
    on_its_way.set()
    await scene.clock.walk("2026-11-23 16:20")
    assert min(gaps(scene.octopus)) >= FIVE_MINUTES
    assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"


async def test_its_answer_does_not_replace_the_prices_of_a_new_tariff(
    scene: Scene, on_its_way: asyncio.Event, hass_storage: dict[str, Any]
) -> None:
    scene.home.config_entries.async_update_entry(scene.entry, data={**scene.entry.data, "region": "N"})
    await scene.home.async_block_till_done()
    on_its_way.set()
    await scene.home.async_block_till_done(wait_background_tasks=True)
    assert scene.entry.runtime_data.prices.tariff.code == f"E-1R-{AGILE}-N"
    assert scene.entry.runtime_data.prices.data.end == uk("2026-11-24 23:00")
    files = [key for key in hass_storage if key.startswith(f"{DOMAIN}.prices")]
    assert sorted(files) == [
        f"{DOMAIN}.prices.E-1R-{AGILE}-N",
        f"{DOMAIN}.prices.E-1R-{AGILE}-N.standing",
    ]


@pytest.mark.parametrize("change", ["removed", "changed"])
async def test_its_answer_says_nothing_of_what_is_no_longer_there(
    scene: Scene, freezer: FrozenDateTimeFactory, change: str
) -> None:
    await scene.set_up()
    scene.octopus.publishing = set()
    answered = await send(scene.home, scene.octopus, freezer, "2026-11-24 00:30")
    if change == "removed":
        await scene.home.config_entries.async_remove(scene.entry.entry_id)
    else:
        scene.octopus.publishing = {AGILE}
        scene.home.config_entries.async_update_entry(
            scene.entry, data={**scene.entry.data, "region": "N"}
        )
        await scene.home.async_block_till_done()
    scene.octopus.publishing = set()
    answered.set()
    await scene.home.async_block_till_done(wait_background_tasks=True)
    assert list(ir.async_get(scene.home).issues) == []


async def test_its_answer_does_not_bring_back_the_file_of_an_entry_that_was_removed(
    home: HomeAssistant,
    entry: MockConfigEntry,
    on_its_way: asyncio.Event,
    hass_storage: dict[str, Any],
) -> None:
    await home.config_entries.async_remove(entry.entry_id)
    on_its_way.set()
    await home.async_block_till_done(wait_background_tasks=True)
    assert [key for key in hass_storage if key.startswith(DOMAIN)] == []
