"""A home whose clock is frozen: Home Assistant with the real integration, that can be restarted."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
import logging
from pathlib import Path
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import aiohttp_client, frame, translation
from homeassistant.helpers.entity_component import async_update_entity
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.storage import Store
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from tests.common import fire_due_timers, once_more

# Without a zone, as freezegun has it.
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
_MINUTE = timedelta(minutes=1)
# The first warns of every custom integration, the second of what this machine hasn't installed, the
# third of a machine that is slow.
_OF_NO_CONCERN = ("homeassistant.loader", "aiohttp_fast_zlib", "asyncio")
_HALF_HOUR = timedelta(minutes=30)


class Complaints(logging.Handler):
    """What the log holds from warnings on."""

    def __init__(self) -> None:
        """Take down from now on."""
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(_OF_NO_CONCERN):
            self.messages.append(self.format(record))

    def take(self) -> list[str]:
        """Return what has come since the last time."""
        messages, self.messages = self.messages, []
        return messages


class Home:
    """Home Assistant in London with one entry."""

    def __init__(self, folder: Path, freezer: FrozenDateTimeFactory, entry: MockConfigEntry) -> None:
        """Prepare for an entry."""
        self._folder = folder
        self._freezer = freezer
        self._context: AbstractAsyncContextManager[HomeAssistant] | None = None
        self._following: list[str] = []
        self.entry = entry
        # When entities of interest changed from on to off or back, or came up, since the last look.
        self.switched: list[tuple[datetime, str, str]] = []
        # What event entities of plans have told, and which of it was the latest of each.
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._latest: dict[str, str] = {}
        # By how much the clock was set ahead in all, which what counts the time knows nothing of.
        self._set_ahead = timedelta(0)
        self._is_counting = False
        self.complaints = Complaints()
        logging.getLogger().addHandler(self.complaints)

    def follow(self, *entity_ids: str) -> None:
        """Take down when entities are switched, over restarts."""
        self._following += entity_ids

    async def start(self) -> None:
        """Start Home Assistant."""
        self._context = async_test_home_assistant(
            config_dir=str(self._folder), initial_state=CoreState.not_running
        )
        self.hass = hass = await self._context.__aenter__()
        self._is_counting = True
        hass.loop.time = self._count  # type: ignore[method-assign]
        del hass.data[DATA_CUSTOM_COMPONENTS]
        frame.async_setup(hass)
        await hass.config.async_set_time_zone("Europe/London")
        await self.prepare()
        self.entry = once_more(self.entry)
        self.entry.add_to_hass(hass)
        async_track_state_change_event(hass, self._following, self._changed)
        await hass.config_entries.async_setup(self.entry.entry_id)
        await hass.async_start()
        await self.settle()

    async def prepare(self) -> None:
        """Set up what there is in a home before our entry."""

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        states = [state.state if state else "none" for state in (old, new)]
        if new is not None and new.domain == "event":
            # Restored after a restart it is old.
            if new.attributes.get("event_type") and new.state > self._latest.get(new.entity_id, ""):
                self._latest[new.entity_id] = new.state
                self.told.append((new.entity_id, dict(new.attributes)))
        elif new is not None and states[0] != states[1]:
            self.switched.append((dt_util.utcnow(), event.data["entity_id"], states[1]))

    async def stop(self) -> None:
        """Stop Home Assistant, if it runs."""
        if self._context is None:
            return
        await self.hass.async_stop(force=True)
        # The process ends here, and all timers with it. In this one they have to be stopped by hand.
        for timer in get_scheduled_timer_handles(self.hass.loop):
            timer.cancel()
        await self._context.__aexit__(None, None, None)
        self._context = None
        # The harness remembers what its mocks were called with: of a thousand nights, each home.
        for owner in (aiohttp_client, translation, Store):
            for each in vars(owner).values():
                if hasattr(each, "reset_mock"):
                    each.reset_mock()

    async def close(self) -> None:
        """Stop for good."""
        await self.stop()
        if self._is_counting:
            # The loop outlives the home.
            del self.hass.loop.time
        logging.getLogger().removeHandler(self.complaints)

    def _count(self) -> float:
        """Return the loop's time: the frozen one, which freezegun takes longer to tell."""
        return (self._freezer.time_to_freeze - _EPOCH - self._set_ahead).total_seconds()

    async def settle(self) -> None:
        """Let everything run that can run now."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    @property
    def is_up(self) -> bool:
        """Tell whether the entry is set up."""
        return self.entry.state is ConfigEntryState.LOADED

    def next_stop(self) -> datetime:
        """Return the next instant at which something may happen by itself.

        When the next request is due is asked of the integration, only to stop there: what it does then
        is judged by when the server sees it.
        """
        now = dt_util.utcnow()
        if not self.is_up:
            return now + _MINUTE
        whole = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        due: datetime = self.entry.runtime_data.prices.next_request(now)
        return min(whole + _HALF_HOUR, max(due, now + timedelta(seconds=1)))

    async def move_to(self, instant: datetime) -> None:
        """Jump to an instant, unless it is past already."""
        if instant > dt_util.utcnow():
            self._freezer.move_to(instant)
        fire_due_timers(self.hass)
        await self.settle()

    def set_clock(self, leap: timedelta) -> None:
        """Set the clock ahead or back. What counts the time goes on as if nothing had happened."""
        self._set_ahead += leap
        self._freezer.move_to(dt_util.utcnow() + leap)

    async def notice(self) -> None:
        """Let a minute pass in no time, in which everybody looks at the clock."""
        loop = self.hass.loop
        # And a moment more: times of timers are floats.
        soon = loop.time() + _MINUTE.total_seconds() + 0.1
        for timer in get_scheduled_timer_handles(loop):
            if not timer.cancelled() and timer.when() <= soon:
                timer._run()
                timer.cancel()
        await self.settle()

    def state(self, entity_id: str) -> str:
        """Return an entity's state."""
        found = self.hass.states.get(entity_id)
        assert found is not None, f"there is no {entity_id}"
        return found.state

    def attributes(self, entity_id: str) -> dict[str, Any]:
        """Return an entity's attributes."""
        found = self.hass.states.get(entity_id)
        assert found is not None, f"there is no {entity_id}"
        return dict(found.attributes)

    async def reload(self) -> None:
        """Reload the entry."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.settle()

    async def ask(self) -> None:
        """Ask for an update of the current price."""
        await async_update_entity(self.hass, "sensor.octopus_agile_london_current_price")
        await self.settle()

    async def set_number(self, key: str, value: float) -> None:
        """Set a number of the main device, as from a dashboard."""
        await self.hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": f"number.octopus_agile_london_{key}", "value": value},
            blocking=True,
        )
        await self.settle()

    async def configure(self, **options: Any) -> None:
        """Change options; None takes one away."""
        changed = {**self.entry.options, **options}
        self.hass.config_entries.async_update_entry(
            self.entry, options={key: value for key, value in changed.items() if value is not None}
        )
        await self.settle()

    async def change_plan(self, subentry_id: str, **data: Any) -> None:
        """Change the settings of a charge plan."""
        subentry = self.entry.subentries[subentry_id]
        self.hass.config_entries.async_update_subentry(
            self.entry, subentry, data={**subentry.data, **data}
        )
        await self.settle()

    async def switch_plan(self, name: str, *, on: bool) -> None:
        """Switch a charge plan on or off."""
        await self.hass.services.async_call(
            "switch",
            "turn_on" if on else "turn_off",
            {"entity_id": f"switch.{name}_enabled"},
            blocking=True,
        )
        await self.settle()
