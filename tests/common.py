"""What tests do with a home: set it up, move its clock, look at its entities."""

from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
import time
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import event, issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN

from .octopus import AGILE, FakeOctopus, uk

ENTRY_DATA = {"region": "C", "product": AGILE, "product_name": f"Full name of {AGILE}"}
ENTRY_OPTIONS = {"charge_duration": 4.0, "charge_energy": 28.0}


class Clock:
    """Moves the time of Home Assistant, at once or minute by minute."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Use a frozen clock."""
        self._hass = hass
        self._freezer = freezer

    async def to(self, text: str) -> None:
        """Jump to a UK local time, like "2026-11-23 16:00"."""
        await self.move_to(uk(text))

    async def walk(self, text: str, each_minute: Callable[[], None] = lambda: None) -> None:
        """Go to a UK local time minute by minute, and do something after each."""
        until = uk(text)
        while (now := dt_util.utcnow()) < until:
            await self.move_to(min(now.replace(second=0) + timedelta(minutes=1), until))
            each_minute()
            await self._hass.async_block_till_done(wait_background_tasks=True)

    async def move_to(self, instant: datetime) -> None:
        """Jump to an instant, run the timers that are due, and wait until nothing is left to do."""
        self._freezer.move_to(instant)
        fire_due_timers(self._hass)
        await self._hass.async_block_till_done(wait_background_tasks=True)


def fire_due_timers(hass: HomeAssistant) -> None:
    """Run the timers that are due within half a second, as that is how far Home Assistant spreads them.

    It does what `async_fire_time_changed` does where the clock is frozen. That makes two mocks for
    each timer, which takes longer than most timers.
    """
    at = dt_util.utcnow() + timedelta(microseconds=event.RANDOM_MICROSECOND_MAX)
    ahead = at.timestamp() - time.time()
    now = hass.loop.time() + time.get_clock_info("monotonic").resolution
    with (
        patch.object(event, "time_tracker_utcnow", lambda: at),
        patch.object(event, "time_tracker_timestamp", at.timestamp),
    ):
        for timer in list(get_scheduled_timer_handles(hass.loop)):
            if isinstance(timer, TimerHandle) and not timer.cancelled() and timer.when() - now <= ahead:
                timer._run()
                timer.cancel()


def run_timers(hass: HomeAssistant, until: datetime) -> None:
    """Run the timers set for a time that a clock was set back from: what counts the time goes on."""
    for timer in get_scheduled_timer_handles(hass.loop):
        if not timer.cancelled() and timer.when() <= until.timestamp():
            timer._run()
            timer.cancel()


def once_more(entry: MockConfigEntry, **changes: Any) -> MockConfigEntry:
    """Return an entry with all that it has, for a Home Assistant that starts again, or with changes."""
    kept = {
        "domain": entry.domain,
        "entry_id": entry.entry_id,
        "title": entry.title,
        "unique_id": entry.unique_id,
        "data": dict(entry.data),
        "options": dict(entry.options),
        "subentries_data": [each.as_dict() for each in entry.subentries.values()],
    }
    return MockConfigEntry(**kept | changes)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def ask_for_update(hass: HomeAssistant) -> None:
    """Ask for an update of the current price by hand."""
    await hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": "sensor.octopus_agile_london_current_price"},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


def state(hass: HomeAssistant, entity_id: str) -> str:
    """Return an entity's state by the end of its id, like "sensor.current_price"."""
    platform, key = entity_id.split(".")
    found = hass.states.get(f"{platform}.octopus_agile_london_{key}")
    assert found is not None, f"there is no {entity_id}"
    return found.state


def attribute(hass: HomeAssistant, entity_id: str, name: str) -> Any:
    """Return an attribute of an entity, likewise."""
    platform, key = entity_id.split(".")
    found = hass.states.get(f"{platform}.octopus_agile_london_{key}")
    assert found is not None, f"there is no {entity_id}"
    return found.attributes[name]


def repairs(hass: HomeAssistant) -> list[str]:
    """Return what is wrong, by translation key."""
    issues = ir.async_get(hass).issues.values()
    return sorted(str(issue.translation_key) for issue in issues if issue.domain == DOMAIN)


def forget(hass: HomeAssistant) -> None:
    """Let go of all that an entry that is unloaded has left in memory, as a restart does."""
    for key in [key for key in hass.data if str(key).startswith(DOMAIN)]:
        del hass.data[key]


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up again that is set up, with nothing but what is on disk."""
    await hass.config_entries.async_unload(entry.entry_id)
    forget(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


@dataclass(frozen=True)
class Scene:
    """A home before our entry is set up: the time stands still, and the Octopus API answers."""

    home: HomeAssistant
    clock: Clock
    octopus: FakeOctopus
    entry: MockConfigEntry

    async def set_up(self) -> None:
        """Set the entry up."""
        await set_up(self.home, self.entry)
