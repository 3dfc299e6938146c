"""An entity that no longer exists is a repair that clears itself."""

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from tests.charge_plans import CAR, FROM_BATTERY, add_plan, plan
from tests.common import Scene, forget, repairs

from .common import NAMED, delete, gone, register


async def settle(hass: HomeAssistant) -> None:
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def key(scene: Scene) -> str:
    """A plan that follows the battery."""
    register(scene.home, "sensor.battery")
    await scene.set_up()
    return await add_plan(scene.home, scene.entry, **FROM_BATTERY)


@pytest.mark.usefixtures("key")
class TestGone:
    async def test_one_that_is_deleted_is_told_with_the_plans_name_until_it_is_back(
        self, home: HomeAssistant
    ) -> None:
        assert repairs(home) == []
        await delete(home, "sensor.battery")
        assert gone(home) == {CAR: "sensor.battery"}
        # The plan goes by what it said last.
        assert plan(home, "sensor.status") != "impossible"
        register(home, "sensor.battery")
        await settle(home)
        assert repairs(home) == []

    async def test_one_that_is_disabled_is_gone_until_it_is_enabled(self, home: HomeAssistant) -> None:
        registry = er.async_get(home)
        registry.async_update_entity("sensor.battery", disabled_by=er.RegistryEntryDisabler.USER)
        home.states.async_remove("sensor.battery")
        await settle(home)
        assert gone(home) == {CAR: "sensor.battery"}
        registry.async_update_entity("sensor.battery", disabled_by=None)
        await settle(home)
        # Its integration has yet to be reloaded.
        assert gone(home) == {}

    @pytest.mark.parametrize("state", ["unavailable", "unknown"])
    async def test_one_that_is_merely_unavailable_is_not(self, home: HomeAssistant, state: str) -> None:
        home.states.async_set("sensor.battery", state)
        await settle(home)
        assert plan(home, "sensor.status") != "impossible"
        assert repairs(home) == []

    async def test_it_is_still_said_after_a_reload(self, scene: Scene) -> None:
        await delete(scene.home, "sensor.battery")
        await scene.home.config_entries.async_reload(scene.entry.entry_id)
        await settle(scene.home)
        assert gone(scene.home) == {CAR: "sensor.battery"}


class TestWithoutRegistryEntry:
    async def test_one_is_there_as_long_as_it_has_a_state(self, scene: Scene, key: str) -> None:
        names = {"state_of_charge": "sensor.template", "target_entity": "input_number.target"}
        subentry = scene.entry.subentries[key]
        for entity_id in names.values():
            scene.home.states.async_set(entity_id, "50")
        scene.home.config_entries.async_update_subentry(
            scene.entry, subentry, data={**subentry.data, **names}
        )
        await settle(scene.home)
        assert repairs(scene.home) == []
        for entity_id in names.values():
            scene.home.states.async_remove(entity_id)
        await settle(scene.home)
        assert gone(scene.home) == {CAR: "input_number.target, sensor.template"}
        scene.home.states.async_set("sensor.template", "50")
        await settle(scene.home)
        assert gone(scene.home) == {CAR: "input_number.target"}
        scene.home.states.async_set("input_number.target", "80")
        await settle(scene.home)
        assert repairs(scene.home) == []

    @pytest.mark.parametrize("option", NAMED)
    async def test_every_entity_of_the_entrys_own_charge_is_missed(
        self, scene: Scene, option: str
    ) -> None:
        await scene.set_up()
        options = {**scene.entry.options, option: NAMED[option]}
        scene.home.config_entries.async_update_entry(scene.entry, options=options)
        await settle(scene.home)
        assert gone(scene.home) == {scene.entry.title: NAMED[option]}
        # Another one is chosen.
        scene.home.states.async_set("sensor.other", "5")
        scene.home.states.async_set("switch.other", "off")
        chosen = {**options, option: "switch.other" if option == "charger" else "sensor.other"}
        scene.home.config_entries.async_update_entry(scene.entry, options=chosen)
        await settle(scene.home)
        assert repairs(scene.home) == []


class TestStart:
    @pytest.mark.parametrize("comes", [True, False])
    async def test_nothing_is_missed_until_all_had_their_chance(
        self, scene: Scene, key: str, comes: bool
    ) -> None:
        home = scene.home
        await home.config_entries.async_unload(scene.entry.entry_id)
        await delete(home, "sensor.battery")
        forget(home)
        home.set_state(CoreState.starting)
        await home.config_entries.async_setup(scene.entry.entry_id)
        await scene.clock.walk("2026-11-23 12:31")
        assert repairs(home) == []
        if comes:
            home.states.async_set("sensor.battery", "50")
        home.set_state(CoreState.running)
        home.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        await settle(home)
        assert gone(home) == ({} if comes else {CAR: "sensor.battery"})


class TestAway:
    """It goes with what it is about."""

    async def test_with_its_plan(self, scene: Scene, key: str) -> None:
        await add_plan(scene.home, scene.entry, "Van", **FROM_BATTERY)
        await delete(scene.home, "sensor.battery")
        assert gone(scene.home) == {CAR: "sensor.battery", "Van": "sensor.battery"}
        scene.home.config_entries.async_remove_subentry(scene.entry, key)
        await settle(scene.home)
        assert gone(scene.home) == {"Van": "sensor.battery"}

    @pytest.mark.parametrize("disabled", [True, False])
    async def test_with_the_entry(self, scene: Scene, key: str, disabled: bool) -> None:
        await delete(scene.home, "sensor.battery")
        assert gone(scene.home) == {CAR: "sensor.battery"}
        entries, entry_id = scene.home.config_entries, scene.entry.entry_id
        if disabled:
            await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
        else:
            await entries.async_remove(entry_id)
        assert repairs(scene.home) == []

    async def test_while_the_entry_is_unloaded_nothing_is_said(self, scene: Scene, key: str) -> None:
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        await delete(scene.home, "sensor.battery")
        assert repairs(scene.home) == []
