"""A charge plan: its settings, sessions, switch, file and change events.

An entry's own charge is a plan like the others, except that it uses the entry's options and device.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .agile.blocks import Session, distance
from .agile.need import LiveNeed
from .agile.plan import Plan, Settings, Status, energy_of, replan, saving
from .const import DOMAIN, LOGGER
from .events import AgileEvent, plan_changed
from .plan_settings import charger_of, main_data, plan_settings, watched_entities
from .prices import PriceCoordinator
from .store import StoredPlan, file_of
from .timers import next_half_hour

# The key of an entry's own charge; other plans use their subentry id.
MAIN = "main"
# Smaller moves fire no event: a battery reports all the time, and its plan follows every report.
_NEWS = timedelta(minutes=15)
# With these statuses a plan can change just because time passes, even if no session starts or ends.
_UNSETTLED = (Status.WAITING_FOR_PRICES, Status.PROVISIONAL, Status.IMPOSSIBLE)


class Reason(StrEnum):
    """Why a plan was updated, and so why its sessions moved, if they did."""

    PRICES = "prices"
    NEED = "need"
    SETTINGS = "settings"
    CHARGER = "charger"
    TIME = "time"


class ChargePlan:
    """A charge plan of an entry, or the entry's own charge."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, prices: PriceCoordinator, key: str
    ) -> None:
        """Create the plan for the entry's own charge or for one of its subentries."""
        self._hass = hass
        self._entry = entry
        self.prices = prices
        self.key = key
        # The name the user gave it, empty for the entry's own charge. Stored here because a plan
        # outlives its deleted subentry until the reload is done.
        self.name = "" if self.is_main else entry.subentries[key].title
        self.enabled = True
        # The name of its shared charger, empty if it has its own; and the entities whose states
        # determine its need.
        self.charger = ""
        self.watched: list[str] = []
        # None until the first update; the failure says why the plan can't be used, if it can't.
        self.settings: Settings | None = None
        self.plan: Plan | None = None
        self.failure: str | None = None
        self._logged_failure: str | None = None
        # When other plans use the same charger, and when to look at this plan again.
        self._taken: tuple[Session, ...] = ()
        self.due: datetime | None = None
        self.file = file_of(hass, f"{entry.entry_id}.{key}", StoredPlan)
        self._stored = StoredPlan()
        self._read: Mapping[str, Any] | None = None
        self._told: Plan | None = None
        self._reason = Reason.PRICES
        self._by_hand = False
        self._listeners: list[CALLBACK_TYPE] = []
        self._on_event: list[Callable[[AgileEvent], None]] = []

    @property
    def is_main(self) -> bool:
        """Whether it is the entry's own charge."""
        return self.key == MAIN

    @property
    def subentry_id(self) -> str | None:
        """The subentry of its entities; None for the entry's own charge."""
        return None if self.is_main else self.key

    @property
    def _options(self) -> Mapping[str, Any]:
        """The options the user has set, as stored."""
        return self._entry.options if self.is_main else self._entry.subentries[self.key].data

    @property
    def has_changed(self) -> bool:
        """Whether its options have changed since they were last read."""
        return self._read != self._options

    @property
    def now(self) -> Plan:
        """The plan as it stands; use it only while the plan is available."""
        assert self.plan is not None
        return self.plan

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions of its window; none while the plan can't be used."""
        return () if self.plan is None or self.failure is not None else self.plan.sessions

    @property
    def energy(self) -> Decimal | None:
        """The energy it draws in kWh, None if not given."""
        assert self.settings is not None
        return energy_of(self.now, self.settings)

    @property
    def cost(self) -> Decimal | None:
        """The cost of that energy in GBP."""
        return _product(self.energy, self.now.mean_price)

    @property
    def saving(self) -> Decimal | None:
        """The saving in GBP compared with charging from the window's start."""
        return _product(self.energy, saving(self.now, self.prices.data))

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Notify a listener whenever the plan may have changed. Return an unsubscribe callback."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_update_listeners(self) -> None:
        """Update the plan's entities."""
        for listener in list(self._listeners):
            listener()

    async def async_restore(self) -> None:
        """Restore the plan from its file."""
        self._stored = await self.file.async_load() or self._stored
        self.enabled, self.plan, self._told = self._stored.enabled, self._stored.plan, self._stored.told

    @callback
    def async_read(self, reason: Reason) -> None:
        """Read its options and the states that its need depends on; `reason` says why."""
        self._reason, self._by_hand = reason, reason is Reason.SETTINGS
        before, self.failure = self.settings, None
        self.charger, self.watched = "", []
        try:
            self._read = self._options
            data = main_data(self._read) if self.is_main else self._read
            self.settings = plan_settings(self._hass, data, enabled=self.enabled)
            self.charger, self.watched = charger_of(data), watched_entities(data)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self._fail(error)
            return
        self._keep_heard_at(before)
        if reason is Reason.SETTINGS and before is not None and before.need != self.settings.need:
            self._reason = Reason.NEED

    def _keep_heard_at(self, before: Settings | None) -> None:
        """Correct a battery's report that is in the future because the clock was set back."""
        assert self.settings is not None
        need, now = self.settings.need, dt_util.utcnow()
        if isinstance(need, LiveNeed) and need.heard_at > now:
            known = None if before is None else before.need
            heard_at = known.heard_at if isinstance(known, LiveNeed) else now
            self.settings = replace(self.settings, need=replace(need, heard_at=min(heard_at, now)))

    @callback
    def async_follow(self, now: datetime, taken: tuple[Session, ...]) -> None:
        """Update the plan. An error makes this plan unavailable and affects nothing else."""
        self._taken = taken
        if self.failure is None:
            assert self.settings is not None
            before = self.plan
            try:
                self.plan = replan(self.settings, self.prices.data, now, before, taken)
                if taken and self._told is not None and self._reason is Reason.PRICES:
                    # After a reload we no longer know that the other plan is new.
                    alone = replan(self.settings, self.prices.data, now, before)
                    if distance(self._told.sessions, alone.sessions) < _NEWS:
                        self._reason = Reason.CHARGER
            except Exception as error:  # noqa: BLE001 - one plan's error must not affect the others
                self._fail(error)
            else:
                self._logged_failure = None
                self._save(now)
        self.due = self._next_look(now)

    def _fail(self, error: Exception) -> None:
        self.failure = repr(error)
        if self._logged_failure != self.failure:
            self._logged_failure = self.failure
            name = self.name or self._entry.title
            LOGGER.warning("The charge plan %s can't be used: %.200s", name, self.failure)

    def precedence(self, now: datetime) -> tuple[bool, datetime]:
        """Return the sort key for plans that share a charger, highest priority first."""
        if not self.charger or self.settings is None or self.failure is not None:
            return True, now
        runs = any(session.start <= now < session.end for session in self.sessions)
        return not runs, self.settings.window.current_or_next(now).end

    @callback
    def async_look(self, now: datetime, taken: tuple[Session, ...]) -> bool:
        """Update the plan if time or another plan on its charger requires it; tell whether it did."""
        if taken != tuple(session for session in self._taken if session.end > now):
            self._reason = Reason.CHARGER
        elif self.due is not None and self.due <= now:
            self._reason = Reason.TIME
        else:
            return False
        self._by_hand = False
        self.async_follow(now, taken)
        return True

    @callback
    def async_shift(self, leap: timedelta) -> None:
        """Follow a clock that was set back: started sessions keep the time they have left."""
        if self.plan is not None:
            begun, past = (
                tuple(replace(each, start=each.start + leap, end=each.end + leap) for each in sessions)
                for sessions in (self.plan.begun, self.plan.past)
            )
            # Shift the window's start as well, or what has run would fall before it and not count.
            window = replace(self.plan.window, start=self.plan.window.start + leap)
            self.plan = replace(self.plan, window=window, begun=begun, past=past)
        if self.settings is not None and isinstance(self.settings.need, LiveNeed):
            need = replace(self.settings.need, heard_at=self.settings.need.heard_at + leap)
            self.settings = replace(self.settings, need=need)

    def _next_look(self, now: datetime) -> datetime | None:
        if self.plan is None or self.failure is not None:
            return None
        edges = [self.plan.next_change(now), self.plan.window.start, self.plan.window.end]
        if self.plan.status in _UNSETTLED:
            edges.append(next_half_hour(now))
            if self.settings is not None and (need := self.settings.need) is not None:
                left = need.remaining(self.plan.begun, self.plan.window.start, now)
                # Right after it, what is left of the window is too short.
                edges.append(self.plan.window.end - left + timedelta(seconds=1))
        return min((edge for edge in edges if edge is not None and edge > now), default=None)

    @callback
    def async_on_event(self, listener: Callable[[AgileEvent], None]) -> CALLBACK_TYPE:
        """Notify a listener of the plan's events. Return an unsubscribe callback."""
        self._on_event.append(listener)
        return lambda: self._on_event.remove(listener)

    @callback
    def async_tell(self) -> None:
        """Fire an event if the sessions have moved since they were last announced."""
        if self.failure is not None:
            return
        told, plan = self._told, self.now
        is_settled = told is not None and (
            told.window == plan.window
            or self._by_hand
            # What a battery still needs after a charge is for the next window.
            or (
                self._reason is Reason.NEED
                and not any(session.start >= told.window.start for session in plan.past)
            )
        )
        if told is None or not is_settled:
            # A new window isn't a change of plan.
            self._told = plan
        elif distance(told.sessions, plan.sessions) >= _NEWS:
            self._told = plan
            if told.sessions:
                event = plan_changed(self.name, self._reason, told, plan)
                for listener in list(self._on_event):
                    listener(event)
        self._save(dt_util.utcnow())

    def _save(self, now: datetime) -> None:
        """Save what must survive a restart, if it has changed since the last save."""
        # Sessions ahead are planned again after a restart: by then they may have passed.
        plan = replace(self.now, status=Status.WAITING_FOR_PRICES, reason=None, ahead=())
        told = self._told and replace(self._told, past=())
        stored = StoredPlan(enabled=self.enabled, plan=plan, told=told)
        if _to_compare(stored, now) != _to_compare(self._stored, now):
            self._stored = stored
            self._hass.async_create_task(self.file.async_save(stored), f"{DOMAIN} save")


def _to_compare(stored: StoredPlan, now: datetime) -> StoredPlan:
    """Return a stored plan without the end of a running session, which moves all the time."""
    if stored.plan is None:
        return stored
    begun = tuple(
        session if session.end <= now else replace(session, end=session.start, mean_price=None)
        for session in stored.plan.begun
    )
    return replace(stored, plan=replace(stored.plan, begun=begun))


def _product(energy: Decimal | None, price: Decimal | None) -> Decimal | None:
    return None if energy is None or price is None else energy * price
