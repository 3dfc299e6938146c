"""A charge plan: its settings, sessions, switch, file and change events.

An entry's own charge is a plan like the others, except that it uses the entry's options and device.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from ..agile.battery import Battery
from ..agile.blocks import Session, distance
from ..agile.clock import next_half_hour
from ..agile.direction import replan, saving
from ..agile.plan import Plan, Reason, Rival, Settings, at_once_price, energy_of, shifted
from ..agile.replan import left_to_charge
from ..agile.told import MOVES, Told
from ..const import DOMAIN, LOGGER
from ..events import AgileEvent, Cause, plan_events
from ..prices import PriceCoordinator
from ..store import StoredPlan, file_of
from .battery import energy_reading, hear_battery, level_of
from .history import HistoryStore
from .settings import (
    charger_of,
    check_direction,
    main_data,
    meter_of,
    plan_settings,
    plugged_in_of,
    watched_entities,
)

# The key of an entry's own charge; other plans use their subentry id.
MAIN = "main"


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
        # Empty for the entry's own charge. A plan outlives its deleted subentry until the reload is done.
        self.name = "" if self.is_main else entry.subentries[key].title
        self.enabled, self.boosted = True, False
        # What is known of the battery it charges, if it follows one.
        self.battery: Battery | None = None
        # The entities that switch its charger, say whether its plug is in and measure what it delivers,
        # each empty if there is none; and those that its need depends on.
        self.charger = self.plugged_in = self.meter = ""
        self.watched: list[str] = []
        # Since when no power can flow, and since when its charger is off; None if it isn't so.
        self.idle_since: datetime | None = None
        self.off_since: datetime | None = None
        # Whether its plug has gone in since the last update.
        self.just_plugged_in = False
        # None until the first update; the failure says why the plan can't be used, if it can't.
        self.settings: Settings | None = None
        self.plan: Plan | None = None
        self.failure: str | None = None
        self._logged_failure: str | None = None
        # What other plans on its charger need, and when they have it; and when to look at it again.
        self.rivals: tuple[Rival, ...] = ()
        self._taken: tuple[Session, ...] = ()
        self.due: datetime | None = None
        self.file = file_of(hass, f"{entry.entry_id}.{key}", StoredPlan)
        self._stored = StoredPlan()
        self.history = HistoryStore(hass, f"{entry.entry_id}.{key}")
        self._options_read: Mapping[str, Any] | None = None
        self._told = Told()
        self._heard_at = datetime.min.replace(tzinfo=UTC)
        self._cause, self._by_hand = Cause.PRICES, False
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
        return self._options_read != self._options

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
        """The saving in GBP compared with charging at once; of an export, what it earns more."""
        assert self.settings is not None
        flow, window = self.settings.direction, self.settings.window
        return _product(self.energy, saving(self.now, self.prices.data, flow, window))

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
        """Restore the plan from its files."""
        await self.history.async_restore()
        self._stored = stored = await self.file.async_load() or self._stored
        self.enabled, self.boosted = stored.enabled, stored.boosted
        self.plan, self.battery, self._told = stored.plan, stored.battery, stored.told

    @callback
    def async_read(self, cause: Cause) -> None:
        """Read its options and the states that its need depends on; `cause` says why."""
        self._cause, self._by_hand = cause, cause is Cause.SETTINGS
        before, self.failure = self.settings, None
        self.charger, self.plugged_in, self.watched, self.meter = "", "", [], ""
        try:
            self._options_read = self._options
            data = main_data(self._options_read) if self.is_main else self._options_read
            self.meter = meter_of(data)
            self.async_read_meter()
            self.battery, measured = hear_battery(
                self._hass, data, self.battery, self.plan, self.history.counted
            )
            self.settings = plan_settings(
                data, enabled=self.enabled, battery=self.battery, measured=measured
            )
            self.charger, self.plugged_in = charger_of(data), plugged_in_of(data)
            self.watched = watched_entities(data)
            check_direction(self.settings, self.prices.tariff.direction)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self._fail(error)
            return
        if cause is Cause.SETTINGS and before is not None and before.need != self.settings.need:
            self._cause = Cause.NEED

    @callback
    def async_read_meter(self) -> None:
        """Look at what its charger has delivered."""
        self.history.async_read(self.meter, energy_reading(self._hass.states.get(self.meter)))

    @callback
    def async_heard(self, entity_id: str, old: State | None, new: State | None) -> bool:
        """Note a report of an entity that the need depends on; tell whether to update the plan.

        A level that is only repeated says that the level hasn't risen. A number that comes back after
        the sensor was away may be one that was remembered.
        """
        battery = self.battery
        if entity_id == self.meter:
            self.async_read_meter()
            return self._has_waited()
        is_repeated = old is not None and new is not None and old.state == new.state
        if battery is None or entity_id not in self.watched[:1] or not is_repeated:
            return not is_repeated
        if level_of(new) == battery.level:
            self.battery = battery.repeated(dt_util.utcnow())
        return self._has_waited()

    def _has_waited(self) -> bool:
        """Tell whether a report that may say little is worth an update, at most once a minute."""
        now, battery, plan = dt_util.utcnow(), self.battery, self.plan
        has_run = plan is not None and battery is not None and plan.runs.time(battery.changed_at, now)
        # Not since the last update: the report may be the first that says what has run until then.
        if not has_run or abs(now - self._heard_at) < timedelta(minutes=1):
            return False
        self._heard_at = now
        return True

    @callback
    def async_follow(self, now: datetime, taken: tuple[Session, ...]) -> None:
        """Update the plan. An error makes this plan unavailable and affects nothing else."""
        self._taken = taken
        if self.failure is None:
            assert self.settings is not None
            before, rates, window = self.plan, self.prices.data, self.settings.window
            at_once = at_once_price(before, rates, window, of_last=True) if before else None
            try:
                idle, is_new, self.just_plugged_in = self.idle_since, self.just_plugged_in, False
                boost, rivals = self.boosted, self.rivals
                self.settings = replace(
                    self.settings, idle_since=idle, just_plugged_in=is_new, boost=boost, rivals=rivals
                )
                self.plan = replan(self.settings, rates, now, before, taken)
                if taken and self._told.plan is not None and self._cause is Cause.PRICES:
                    # After a reload we no longer know that the other plan is new.
                    alone = replan(self.settings, rates, now, before)
                    if distance(self._told.plan.sessions, alone.sessions) < MOVES:
                        self._cause = Cause.CHARGER
            except Exception as error:  # noqa: BLE001 - one plan's error must not affect the others
                self._fail(error)
            else:
                self._logged_failure = None
                if self.battery is not None and self.plan.reason is Reason.LIMIT_OF_THE_CAR:
                    self.battery = self.battery.limited()
                self.boosted = self.plan.boosted
                self._save(now)
                self.history.async_follow(self.plan, now, at_once, self.off_since, self.settings)
        self.due = self._next_look(now)

    def _fail(self, error: Exception) -> None:
        self.failure = repr(error)
        if self._logged_failure != self.failure:
            self._logged_failure = self.failure
            LOGGER.warning(
                "The charge plan %s can't be used: %.200s", self.name or self._entry.title, self.failure
            )

    @callback
    def async_look(self, now: datetime, taken: tuple[Session, ...]) -> bool:
        """Update the plan if time or another plan on its charger requires it; tell whether it did."""
        if taken != tuple(session for session in self._taken if session.end > now):
            self._cause = Cause.CHARGER
        elif self.due is not None and self.due <= now:
            self._cause = Cause.TIME
            if self.battery is not None:
                # What was doubted counts by now, or its meter says more.
                self.async_read(Cause.NEED if self.battery.settles_at else Cause.TIME)
        else:
            return False
        self._by_hand = False
        self.async_follow(now, taken)
        return True

    @callback
    def async_boost(self) -> None:
        """Charge at once, or stop doing so. Raises ServiceValidationError if nothing is to be charged."""
        left = timedelta(0)
        if self.failure is None and self.settings is not None and self.plan is not None:
            left = left_to_charge(self.settings, self.plan, dt_util.utcnow())
        if not self.boosted and left <= timedelta(0):
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="nothing_to_charge")
        self.boosted = not self.boosted

    @callback
    def async_shift(self, leap: timedelta) -> None:
        """Follow a clock that was set back: started sessions keep the time they have left."""
        if self.plan is not None:
            self.plan = shifted(self.plan, leap)
        if self.battery is not None:
            self.battery = self.battery.shifted(leap)
        self._told = self._told.shifted(leap, dt_util.utcnow())
        self.history.async_shift(leap)

    def _next_look(self, now: datetime) -> datetime | None:
        if self.plan is None or self.settings is None or self.failure is not None:
            return None
        edges = self.plan.edges(now, self.settings)
        if self.battery is not None:
            edges.append(self.battery.settles_at)
        if self.plan.is_unsettled:
            edges.append(next_half_hour(now))
        return min((edge for edge in edges if edge is not None and edge > now), default=None)

    @callback
    def async_on_event(self, listener: Callable[[AgileEvent], None]) -> CALLBACK_TYPE:
        """Notify a listener of the plan's events. Return an unsubscribe callback."""
        self._on_event.append(listener)
        return lambda: self._on_event.remove(listener)

    @callback
    def async_tell(self) -> None:
        """Fire an event if the sessions have moved, the charge has stalled, or it can't be completed."""
        if self.failure is not None or self.settings is None:
            return
        old, plan = self._told.plan, self.now
        out = self._hass.states.is_state(self.plugged_in, STATE_OFF)
        self._told, news = self._told.follow(plan, self.settings, by_hand=self._by_hand, is_unplugged=out)
        for event in plan_events(news, self.name, plan, old=old, cause=self._cause, battery=self.battery):
            for listener in list(self._on_event):
                listener(event)
        self._save(dt_util.utcnow())

    def _save(self, now: datetime) -> None:
        """Save what must survive a restart, if it has changed since the last save."""
        told = replace(self._told, plan=self._told.plan and replace(self._told.plan, past=()))
        stored = StoredPlan(
            enabled=self.enabled,
            boosted=self.boosted,
            plan=self.now.to_store,
            battery=self.battery,
            told=told,
        )
        if stored.to_compare(now) != self._stored.to_compare(now):
            self._stored = stored
            self._hass.async_create_task(self.file.async_save(stored), f"{DOMAIN} save")


def _product(energy: Decimal | None, price: Decimal | None) -> Decimal | None:
    return None if energy is None or price is None else energy * price
