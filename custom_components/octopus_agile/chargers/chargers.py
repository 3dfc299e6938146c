"""The chargers of an entry: which there are, what is known of them on disk, and what is left of them.

Each is switched by its `Charger`, also when the plan or the entry that it belonged to is gone.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    CALLBACK_TYPE,
    CoreState,
    Event,
    EventStateChangedData,
    HassJob,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..charges.charge_plan import ChargePlan
from ..const import DOMAIN
from ..issues import async_update_charger_issue
from ..store import JsonFile, OffSince, StoredCharger, StoredChargers, file_of
from .charger import Charger, known

# The end of the file's name, after the entry's id.
CHARGERS_FILE = "chargers"
_MINUTE = timedelta(minutes=1)
# How often a charger of an entry that is gone is looked at: each minute for an hour.
_LOOKS_WITHOUT_ENTRY = 60
_RELEASES: HassKey[dict[str, _Release]] = HassKey(f"{DOMAIN}_charger_releases")


class Chargers:
    """The chargers of an entry's plans, and those that plans which are gone have left on."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        plans: Sequence[ChargePlan],
        on_change: Callable[[Sequence[ChargePlan]], None] | None = None,
    ) -> None:
        """Create them for plans that haven't read their settings yet.

        `on_change` updates the plans whose charger or plug has changed, and then calls `async_update`.
        """
        self._on_change = on_change
        self._hass = hass
        self._entry = entry
        self._plans = plans
        name = f"{entry.entry_id}.{CHARGERS_FILE}"
        self._file: JsonFile[StoredChargers] | None = file_of(hass, name, StoredChargers)
        self._stored = StoredChargers()
        self._chargers: dict[str, Charger] = {}
        # Since when a charger or plug that has been heard is off, None if it is on.
        self._heard: dict[str, datetime | None] = {}
        self._watched: set[str] = set()
        self._stop_watching: CALLBACK_TYPE | None = None
        self._stop_waiting: CALLBACK_TYPE | None = None
        self.is_running = False

    async def async_restore(self) -> None:
        """Restore what is on disk. What still tries to switch chargers off for the entry stops."""
        if release := self._hass.data.get(_RELEASES, {}).pop(self._entry.entry_id, None):
            release.async_stop()
        await self._async_load()

    async def _async_load(self) -> None:
        assert self._file is not None
        self._stored = await self._file.async_load() or self._stored
        for record in self._stored.chargers:
            self._chargers[record.entity_id] = Charger(self._hass, self, record)
        self._heard = {each.entity_id: each.since for each in self._stored.off}

    @callback
    def async_start(self) -> None:
        """Switch chargers from now on."""
        self.is_running = True
        for charger in self._chargers.values():
            # A failure from before a reload shows again if it lasts.
            self.async_tell(charger, has_failed=False)
        self.async_update()

    @callback
    def async_stop(self) -> None:
        """Switch nothing any more. A call on its way goes on."""
        self.is_running = False
        for stop in (self._stop_watching, self._stop_waiting):
            if stop is not None:
                stop()
        self._stop_watching = self._stop_waiting = None

    @callback
    def async_update(self) -> None:
        """Follow the plans, which have been looked at."""
        if not self.is_running:
            return
        now = dt_util.utcnow()
        used: dict[str, list[ChargePlan]] = {}
        for plan in self._plans:
            if plan.charger:
                used.setdefault(plan.charger, []).append(plan)
        for entity_id in used.keys() - self._chargers.keys():
            self._chargers[entity_id] = Charger(self._hass, self, StoredCharger(entity_id))
            for release in self._hass.data.get(_RELEASES, {}).values():
                release.async_leave(entity_id)
        for entity_id, charger in self._chargers.items():
            charger.async_follow(used.get(entity_id, ()), now)
        self._watch()
        self.async_check()

    @callback
    def async_tell_off(self, plan: ChargePlan) -> None:
        """Tell a plan since when its charger has been off, and since when no power can flow.

        That is while its plug is out, and for what follows a battery also while its charger is off. What
        was heard last counts of a charger that can't be heard, and of a plug while Home Assistant starts;
        later such a plug counts as in.
        """
        plan.off_since = self._hear(plan.charger) if plan.charger else None
        times = [None if plan.battery is None else plan.off_since]
        is_starting = self._hass.state in (CoreState.not_running, CoreState.starting)
        if is_starting or known(self._hass.states.get(plan.plugged_in)) is not None:
            times.append(self._hear(plan.plugged_in))
        plan.idle_since = min((since for since in times if since is not None), default=None)

    @callback
    def async_check(self) -> None:
        """Put right what isn't as it should be, and save what has changed."""
        if not self.is_running:
            return
        for charger in list(self._chargers.values()):
            charger.async_check()
            if not charger.plans and not charger.record.ours:
                self._chargers.pop(charger.entity_id, None)
        if self._chargers and self._stop_waiting is None:
            self.async_wait()
        if self._content() != self._stored:
            self._hass.async_create_task(self.async_save(), f"{DOMAIN} save")

    @callback
    def async_wait(self) -> None:
        """Check again in a minute. It is counted, so no leap of the clock stops it."""
        if self._stop_waiting is not None:
            self._stop_waiting()
        job = HassJob(self._async_minute, f"{DOMAIN} chargers", cancel_on_shutdown=True)
        self._stop_waiting = async_call_later(self._hass, _MINUTE, job)

    @callback
    def _async_minute(self, _now: datetime) -> None:
        self._stop_waiting = None
        self._async_changed(())

    @callback
    def async_tell(self, charger: Charger, *, has_failed: bool) -> None:
        """Show or delete the repair issue of a charger that can't be switched."""
        if self.is_running:
            async_update_charger_issue(
                self._hass, self._entry, charger.entity_id, charger.plan_name, when=has_failed
            )

    async def async_save(self) -> None:
        """Save what must survive a restart."""
        self._stored = self._content()
        if self._file is not None:
            await self._file.async_save(self._stored)

    def _content(self) -> StoredChargers:
        off = {
            entity_id: since
            for entity_id, since in self._heard.items()
            if since is not None and entity_id in self._watched
        }
        return StoredChargers(
            chargers=tuple(charger.record for charger in self._chargers.values()),
            off=tuple(OffSince(entity_id, off[entity_id]) for entity_id in sorted(off)),
        )

    def _watch(self) -> None:
        """Follow the states of chargers and plugs."""
        plugs = {plan.plugged_in for plan in self._plans if plan.plugged_in}
        if (entities := self._chargers.keys() | plugs) == self._watched and self._stop_watching:
            return
        self._watched = entities
        if self._stop_watching is not None:
            self._stop_watching()
        self._stop_watching = async_track_state_change_event(self._hass, entities, self._async_heard)
        for entity_id in entities:
            self._hear(entity_id)

    @callback
    def _async_heard(self, event: Event[EventStateChangedData]) -> None:
        entity_id = event.data["entity_id"]
        old, new = event.data["old_state"], event.data["new_state"]
        if old is not None and new is not None and old.state == new.state:
            return
        if charger := self._chargers.get(entity_id):
            charger.async_changed(old, new)
        was_off = self._heard.get(entity_id) is not None
        is_off = self._hear(entity_id) is not None
        plans = [each for each in self._plans if entity_id in (each.charger, each.plugged_in)]
        for plan in plans if was_off and not is_off else ():
            plan.just_plugged_in |= entity_id == plan.plugged_in
        self._async_changed(plans)

    @callback
    def _async_changed(self, plans: Sequence[ChargePlan]) -> None:
        """Update plans first, those that are due included: what is wanted of chargers may change."""
        if self._on_change is None:
            self.async_check()
        else:
            self._on_change(plans)

    def _hear(self, entity_id: str) -> datetime | None:
        """Return since when an entity has been off, None if it is on or was never heard."""
        state = self._hass.states.get(entity_id)
        is_on = known(state)
        if state is None or is_on is None:
            return self._heard.get(entity_id)
        was_off = self._heard.get(entity_id) is not None
        has_changed = entity_id in self._heard and is_on == was_off
        # One that comes back may have been taken for in meanwhile.
        self._heard[entity_id] = None if is_on else state.last_changed
        for charger in self._chargers.values() if has_changed else ():
            if any(plan.plugged_in == entity_id for plan in charger.plans):
                charger.async_plug_changed(is_in=is_on)
        return self._heard[entity_id]


class _Release(Chargers):
    """What the plans of an entry that is disabled or deleted have left on: tries for an hour."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Create it without plans, so that what was switched on for them goes off."""
        super().__init__(hass, entry, ())
        self._looks_left = _LOOKS_WITHOUT_ENTRY

    async def async_begin(self, *, delete_file: bool) -> None:
        """Begin, unless it has been stopped while the file was read."""
        await self._async_load()
        if delete_file:
            self._file = None
        if self._hass.data[_RELEASES].get(self._entry.entry_id) is self:
            self.async_start()

    @callback
    def async_leave(self, entity_id: str) -> None:
        """Leave a charger to the plan that has been given it."""
        self._chargers.pop(entity_id, None)

    @override
    @callback
    def _async_minute(self, _now: datetime) -> None:
        self._looks_left -= 1
        if self._looks_left:
            super()._async_minute(_now)
        else:
            self.async_stop()

    @override
    @callback
    def async_tell(self, charger: Charger, *, has_failed: bool) -> None:
        """Nothing: there is no plan any more that an issue could name."""


async def async_release(hass: HomeAssistant, entry: ConfigEntry, *, delete_file: bool = False) -> None:
    """Switch off what the plans of an entry have left on, without the entry."""
    releases = hass.data.setdefault(_RELEASES, {})
    if before := releases.get(entry.entry_id):
        before.async_stop()
    releases[entry.entry_id] = _Release(hass, entry)
    await releases[entry.entry_id].async_begin(delete_file=delete_file)
