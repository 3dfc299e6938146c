"""C8: an entity that gets another entity id is followed."""

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import FROM_BATTERY, add_plan, plan, sessions
from tests.charges.news import News
from tests.common import Scene, forget, repairs, restart

from .common import NAMED, add_slider, delete, named_by, register, rename, slide


async def change(hass: HomeAssistant, entry: MockConfigEntry, **options: Any) -> None:
    """Change the options of an entry's own charge."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **options})
    await hass.async_block_till_done(wait_background_tasks=True)


class TestWhileItRuns:
    async def test_the_plan_goes_on_and_hears_it_under_its_new_name(
        self, scene: Scene, news: News, hass_storage: dict[str, Any]
    ) -> None:
        level = await add_slider(scene.home, hass_storage, 60)
        key = await add_plan(scene.home, scene.entry, **FROM_BATTERY | {"state_of_charge": level})
        assert sessions(scene.home) == ["24 02:00-04:00"]
        for old, new in ((level, "input_number.car"), ("input_number.car", "input_number.our_car")):
            await rename(scene.home, old, new)
            assert named_by(scene.entry, key) == {"state_of_charge": new}
            assert sessions(scene.home) == ["24 02:00-04:00"]
        # Nobody is told that the plan was lost for a moment.
        assert news.moves() == []
        await slide(scene.home, "input_number.our_car", 70)
        await scene.clock.walk(f"{dt_util.now() + timedelta(minutes=6):%Y-%m-%d %H:%M}")
        assert sessions(scene.home) == ["24 02:00-03:00"]
        assert repairs(scene.home) == []

    async def test_a_session_runs_on(
        self, scene: Scene, news: News, hass_storage: dict[str, Any]
    ) -> None:
        level = await add_slider(scene.home, hass_storage, 60)
        await add_plan(scene.home, scene.entry, **FROM_BATTERY | {"state_of_charge": level})
        await scene.clock.walk("2026-11-24 02:30")
        await slide(scene.home, level, 65)
        await rename(scene.home, level, "input_number.car")
        assert plan(scene.home, "binary_sensor.charge_now") == "on"
        await slide(scene.home, "input_number.car", 80)
        await scene.clock.walk("2026-11-24 02:37")
        assert plan(scene.home, "binary_sensor.charge_now") == "off"

    @pytest.mark.parametrize("option", NAMED)
    async def test_every_entity_of_every_charge_is_followed_without_a_reload(
        self, scene: Scene, option: str
    ) -> None:
        for entity_id in NAMED.values():
            register(scene.home, entity_id)
        await scene.set_up()
        key = await add_plan(
            scene.home,
            scene.entry,
            **FROM_BATTERY,
            **{name: each for name, each in NAMED.items() if name != "state_of_charge"},
        )
        await change(scene.home, scene.entry, **NAMED)
        loaded = scene.entry.runtime_data
        old = NAMED[option]
        await rename(scene.home, old, f"{old}_2")
        expected = {**NAMED, option: f"{old}_2"}
        assert named_by(scene.entry, key) == named_by(scene.entry) == expected
        assert scene.entry.runtime_data is loaded

    async def test_two_that_change_places_keep_their_charges(self, scene: Scene) -> None:
        for entity_id in ("sensor.battery", "sensor.van"):
            register(scene.home, entity_id)
        await scene.set_up()
        car = await add_plan(scene.home, scene.entry, **FROM_BATTERY)
        van = await add_plan(
            scene.home, scene.entry, "Van", **FROM_BATTERY | {"state_of_charge": "sensor.van"}
        )
        await rename(scene.home, "sensor.battery", "sensor.other")
        await rename(scene.home, "sensor.van", "sensor.battery")
        await rename(scene.home, "sensor.other", "sensor.van")
        assert named_by(scene.entry, car) == {"state_of_charge": "sensor.van"}
        assert named_by(scene.entry, van) == {"state_of_charge": "sensor.battery"}

    async def test_one_that_is_chosen_later_is_followed_too(self, scene: Scene) -> None:
        register(scene.home, "switch.charger")
        await scene.set_up()
        await change(scene.home, scene.entry, charger="switch.charger")
        await rename(scene.home, "switch.charger", "switch.wallbox")
        assert named_by(scene.entry) == {"charger": "switch.wallbox"}

    async def test_what_is_no_entity_is_left_alone(self, scene: Scene) -> None:
        register(scene.home, "sensor.meter")
        await scene.set_up()
        odd = {"charger": "The wallbox", "plugged_in": 5, "energy_sensor": "sensor.meter"}
        await change(scene.home, scene.entry, **odd)
        await rename(scene.home, "sensor.meter", "sensor.kwh")
        assert named_by(scene.entry) == odd | {"energy_sensor": "sensor.kwh"}


class TestMeanwhile:
    """What happens while the entry isn't loaded."""

    @pytest.fixture
    async def key(self, scene: Scene) -> str:
        """A plan whose entry is no longer loaded, and nothing of it in memory."""
        register(scene.home, "sensor.battery")
        await scene.set_up()
        key = await add_plan(scene.home, scene.entry, **FROM_BATTERY, charger="switch.charger")
        register(scene.home, "switch.charger")
        await scene.home.async_block_till_done(wait_background_tasks=True)
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        forget(scene.home)
        return key

    async def test_what_was_renamed_is_found(self, scene: Scene, key: str) -> None:
        await rename(scene.home, "sensor.battery", "sensor.car")
        scene.home.states.async_set("sensor.car", "60")
        await rename(scene.home, "switch.charger", "switch.wallbox")
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        found = {"state_of_charge": "sensor.car", "charger": "switch.wallbox"}
        assert named_by(scene.entry, key) == found
        assert plan(scene.home, "sensor.status") != "impossible"
        # Once more, and only after the plan has been loaded again.
        await rename(scene.home, "sensor.car", "sensor.our_car")
        assert named_by(scene.entry, key) == found | {"state_of_charge": "sensor.our_car"}

    async def test_one_that_replaces_it_under_its_name_is_taken_and_followed(
        self, scene: Scene, key: str
    ) -> None:
        await delete(scene.home, "sensor.battery")
        register(scene.home, "sensor.battery", "of another car")
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        assert named_by(scene.entry, key)["state_of_charge"] == "sensor.battery"
        await restart(scene.home, scene.entry)
        await rename(scene.home, "sensor.battery", "sensor.car")
        assert named_by(scene.entry, key)["state_of_charge"] == "sensor.car"

    async def test_one_that_comes_back_under_another_name_is_found(self, scene: Scene, key: str) -> None:
        await delete(scene.home, "sensor.battery")
        await restart(scene.home, scene.entry)
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        register(scene.home, "sensor.battery")
        await rename(scene.home, "sensor.battery", "sensor.car")
        await restart(scene.home, scene.entry)
        assert named_by(scene.entry, key)["state_of_charge"] == "sensor.car"
        assert plan(scene.home, "sensor.status") != "impossible"

    async def test_a_damaged_file_is_as_none(
        self, scene: Scene, key: str, hass_storage: dict[str, Any]
    ) -> None:
        name = f"{DOMAIN}.{scene.entry.entry_id}.sources"
        hass_storage[name]["data"] = {"ids": 5}
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        assert scene.entry.state is ConfigEntryState.LOADED
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert set(hass_storage[name]["data"]["ids"]) == {"sensor.battery", "switch.charger"}

    async def test_no_option_changes_for_a_file_that_takes_a_sensor_for_a_switch(
        self, scene: Scene, key: str, hass_storage: dict[str, Any]
    ) -> None:
        before = named_by(scene.entry, key)
        name = f"{DOMAIN}.{scene.entry.entry_id}.sources"
        right = dict(hass_storage[name]["data"]["ids"])
        battery, charger = right["sensor.battery"], right["switch.charger"]
        hass_storage[name]["data"]["ids"] = {"sensor.battery": charger, "switch.charger": battery}
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert named_by(scene.entry, key) == before
        assert hass_storage[name]["data"]["ids"] == right


class TestFile:
    def kept(self, storage: dict[str, Any]) -> list[str]:
        return [name for name in storage if name.startswith(DOMAIN) and "sources" in name]

    async def test_there_is_none_without_entities(
        self, scene: Scene, hass_storage: dict[str, Any]
    ) -> None:
        await scene.set_up()
        await add_plan(scene.home, scene.entry)
        assert self.kept(hass_storage) == []

    async def test_it_goes_with_the_entry(self, scene: Scene, hass_storage: dict[str, Any]) -> None:
        register(scene.home, "sensor.battery")
        await scene.set_up()
        await add_plan(scene.home, scene.entry, **FROM_BATTERY)
        await scene.home.config_entries.async_reload(scene.entry.entry_id)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert len(self.kept(hass_storage)) == 1
        await scene.home.config_entries.async_remove(scene.entry.entry_id)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert self.kept(hass_storage) == []
