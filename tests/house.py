"""A house for tests: a Home Assistant that can be restarted, with our blueprints and a charger."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
import shutil
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import frame
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from .common import Clock, once_more
from .octopus import UK

BLUEPRINTS = Path(__file__).parent.parent / "blueprints" / "automation" / "octopus_agile"
# Home Assistant puts what it imports from GitHub in a folder with the owner's name.
IMPORTED = "octopus-agile-ha"


def install_blueprints(folder: Path) -> None:
    """Copy our blueprints to where a Home Assistant with this configuration folder finds them."""
    shutil.copytree(BLUEPRINTS, folder / "blueprints" / "automation" / IMPORTED)


def from_blueprint(name: str, **inputs: Any) -> dict[str, Any]:
    """Return the configuration of an automation made from one of our blueprints."""
    return {"alias": name, "use_blueprint": {"path": f"{IMPORTED}/{name}.yaml", "input": inputs}}


class Record:
    """When something was switched, like "24 02:00:00 on". Time for which it isn't known is left out."""

    def __init__(self) -> None:
        """Start with what is off."""
        self.changes: list[str] = []
        self._last = STATE_OFF

    @callback
    def async_follow(self, hass: HomeAssistant, entity_id: str) -> None:
        """Take down the changes of an entity from now on."""

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            new = event.data["new_state"]
            if new and new.state in (STATE_ON, STATE_OFF) and new.state != self._last:
                self._last = new.state
                self.changes.append(f"{event.time_fired.astimezone(UK):%d %H:%M:%S} {new.state}")

        async_track_state_change_event(hass, entity_id, changed)


class House:
    """A Home Assistant in London with one entry, a charger and a plug, that can be restarted.

    The charger is a relay of its own: it stays as it is while Home Assistant is down.
    """

    def __init__(
        self,
        folder: Path,
        freezer: FrozenDateTimeFactory,
        entry: MockConfigEntry,
        session: str,
    ) -> None:
        """Prepare for an entry. The session is the entity that says when to charge."""
        install_blueprints(folder)
        self._folder = folder
        self._freezer = freezer
        self._session = session
        self._automation = from_blueprint(
            "charge_during_plan",
            session=session,
            charger="input_boolean.charger",
            plug="input_boolean.plug",
        )
        self._context: AbstractAsyncContextManager[HomeAssistant] | None = None
        self._states = {"charger": "off", "plug": "off"}
        self.entry = entry
        self.charger = Record()
        self.session = Record()

    async def start(self) -> None:
        """Start Home Assistant."""
        self._context = async_test_home_assistant(
            config_dir=str(self._folder), initial_state=CoreState.not_running
        )
        self.hass = hass = await self._context.__aenter__()
        del hass.data[DATA_CUSTOM_COMPONENTS]
        frame.async_setup(hass)
        self.clock = Clock(hass, self._freezer)
        await hass.config.async_set_time_zone("Europe/London")
        self.entry = once_more(self.entry)
        self.entry.add_to_hass(hass)
        booleans = {name: {"initial": state == "on"} for name, state in self._states.items()}
        await async_setup_component(hass, "homeassistant", {})
        await async_setup_component(hass, "input_boolean", {"input_boolean": booleans})
        self.charger.async_follow(hass, "input_boolean.charger")
        self.session.async_follow(hass, self._session)
        await hass.config_entries.async_setup(self.entry.entry_id)
        await async_setup_component(hass, AUTOMATION, {AUTOMATION: self._automation})
        await hass.async_start()
        await hass.async_block_till_done(wait_background_tasks=True)

    async def stop(self) -> None:
        """Stop Home Assistant, if it runs."""
        if self._context is None:
            return
        for name in self._states:
            self._states[name] = self.state(f"input_boolean.{name}")
        await self.hass.async_stop(force=True)
        # The process ends here, and all timers with it. In this one they have to be stopped by hand,
        # those of the automation first: it waits for a plan that goes away.
        await self.hass.services.async_call(
            AUTOMATION, "turn_off", {"entity_id": "automation.charge_during_plan"}, blocking=True
        )
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self._context.__aexit__(None, None, None)
        self._context = None

    def state(self, entity_id: str) -> str:
        """Return an entity's state."""
        found = self.hass.states.get(entity_id)
        assert found is not None, f"there is no {entity_id}"
        return found.state

    async def turn(self, entity_id: str, *, on: bool) -> None:
        """Switch an entity by hand."""
        service = "turn_on" if on else "turn_off"
        await self.hass.services.async_call(
            "homeassistant", service, {"entity_id": entity_id}, blocking=True
        )
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def restart(self, seconds: float = 40) -> None:
        """Restart Home Assistant, which takes a while."""
        await self.stop()
        self._freezer.tick(seconds)
        await self.start()

    async def reload(self) -> None:
        """Reload the entry."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done(wait_background_tasks=True)
