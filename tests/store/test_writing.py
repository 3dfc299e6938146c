"""What is written is read again, and a write that fails is tried again."""

import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.agile.history import History
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import JsonFile, StoredPlan, StoredPrices, file_of
from tests.charge_plans import FROM_BATTERY, add_plan, plan
from tests.common import Clock, Scene, restart, set_up
from tests.octopus import FakeOctopus, day_of, uk

from .common import HISTORY, PLAN, PRICES, SOURCES, disk_full, ours


class TestRoundTrip:
    @pytest.mark.parametrize(
        "value", [PRICES, StoredPrices(), PLAN, StoredPlan(), HISTORY, History(), SOURCES]
    )
    async def test_what_is_written_is_read_again(
        self, hass: HomeAssistant, folder: Path, value: Any
    ) -> None:
        kind: type[Any] = type(value)
        await JsonFile(hass, "some", kind).async_save(value)
        assert await JsonFile(hass, "some", kind).async_load() == value

    async def test_where_nothing_was_written_nothing_is_read_and_nothing_is_wrong(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        assert await file.async_load() is None
        assert file.unusable is None
        assert ours(folder) == []

    async def test_a_price_is_written_as_it_was_published(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        await JsonFile(hass, "some", StoredPrices).async_save(PRICES)
        data = json.loads((folder / f"{DOMAIN}.some").read_text())["data"]
        first = {"start": "2026-11-23T12:00:00+00:00", "length": 1800, "prices": ["-0.05"]}
        assert data["series"][0] == first


async def a_minute_later(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.tick(60)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


class TestFailedWrite:
    @pytest.mark.parametrize("error", [WriteError, OSError])
    async def test_it_is_tried_again_until_it_succeeds_and_said_once(
        self,
        hass: HomeAssistant,
        folder: Path,
        freezer: FrozenDateTimeFactory,
        caplog: pytest.LogCaptureFixture,
        error: type[Exception],
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        with disk_full(error):
            await file.async_save(PLAN)
            for _ in range(3):
                await a_minute_later(hass, freezer)
        assert ours(folder) == []
        assert caplog.text.count("No space left") == 1
        # Whoever loads meanwhile gets what is to be written.
        assert await file.async_load() == PLAN
        await a_minute_later(hass, freezer)
        assert await JsonFile(hass, "some", StoredPlan).async_load() == PLAN

    async def test_the_newest_value_is_written(
        self, hass: HomeAssistant, folder: Path, freezer: FrozenDateTimeFactory
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        with disk_full():
            await file.async_save(PLAN)
            await file.async_save(StoredPlan(enabled=False))
        await a_minute_later(hass, freezer)
        assert await JsonFile(hass, "some", StoredPlan).async_load() == StoredPlan(enabled=False)

    async def test_it_is_written_by_a_stop_before_the_next_try(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        with disk_full():
            await file.async_save(PLAN)
        await hass.async_stop(force=True)
        assert json.loads((folder / f"{DOMAIN}.some").read_text())["data"]["enabled"] is False

    async def test_values_that_come_while_one_is_written_are_written_once(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        for each in (PLAN, StoredPlan(), StoredPlan(enabled=False)):
            hass.async_create_task(file.async_save(each))
        await hass.async_block_till_done()
        assert await JsonFile(hass, "some", StoredPlan).async_load() == StoredPlan(enabled=False)

    async def test_what_is_removed_meanwhile_does_not_come_back(
        self, hass: HomeAssistant, folder: Path, freezer: FrozenDateTimeFactory
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        with disk_full():
            await file.async_save(PLAN)
            await file.async_remove()
        await a_minute_later(hass, freezer)
        assert ours(folder) == []

    @pytest.mark.parametrize("reload", [False, True], ids=["", "with a reload"])
    async def test_a_start_that_found_a_full_disk_is_written_within_a_minute_of_room(
        self, scene: Scene, folder: Path, reload: bool
    ) -> None:
        """C21."""
        afternoon = [f"{hour}:{minute}" for hour in range(13, 17) for minute in ("00", "30")]
        scene.octopus.prices = day_of(dict.fromkeys(afternoon, "5"))
        await scene.set_up()
        await scene.clock.walk("2026-11-23 12:59")
        with disk_full():
            await scene.clock.walk("2026-11-23 13:10")
            if reload:
                await scene.home.config_entries.async_reload(scene.entry.entry_id)
            await scene.clock.walk("2026-11-23 13:31")
        await scene.clock.walk("2026-11-23 13:32")
        # Then the power fails.
        stored = await JsonFile(scene.home, f"{scene.entry.entry_id}.main", StoredPlan).async_load()
        assert stored is not None
        assert stored.plan is not None
        assert [each.start for each in stored.plan.begun] == [uk("2026-11-23 13:00")]


async def test_a_file_belongs_to_everybody_who_names_it(hass: HomeAssistant) -> None:
    assert file_of(hass, "some", StoredPlan) is file_of(hass, "some", StoredPlan)


async def test_a_plan_that_was_switched_off_stays_off_over_a_restart(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, folder: Path
) -> None:
    await set_up(home, entry)
    key = await add_plan(home, entry)
    entry.runtime_data.async_switch(next(p for p in entry.runtime_data.plans if p.key == key), on=False)
    await home.async_block_till_done(wait_background_tasks=True)
    await restart(home, entry)
    assert plan(home, "sensor.status") == "off"


async def test_a_level_is_written_when_it_has_changed_by_a_percent(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, folder: Path
) -> None:
    """Home batteries report a hundredth of one each few seconds."""
    home.states.async_set("sensor.battery", "60")
    await set_up(home, entry)
    key = await add_plan(home, entry, **FROM_BATTERY)
    written: list[str] = []
    for level in ("59.9", "59.8", "59.4", "59.3"):
        home.states.async_set("sensor.battery", level)
        await home.async_block_till_done(wait_background_tasks=True)
        stored = json.loads((folder / f"{DOMAIN}.{entry.entry_id}.{key}").read_text())
        written.append(stored["data"]["battery"]["level"])
    assert written == ["60.0", "60.0", "59.4", "59.4"]
