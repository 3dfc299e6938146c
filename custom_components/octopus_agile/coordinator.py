"""Keeps the charge plans of an entry up to date, each when something affects it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_state_report_event
from homeassistant.util import dt as dt_util

from .agile.history import Done
from .agile.publication import DAY
from .agile.tariffs import Direction
from .chargers.chargers import Chargers
from .chargers.sharing import by_precedence, rivals_of, taken_from
from .charges.charge_plan import MAIN, ChargePlan
from .comparisons.comparisons import Comparisons
from .comparisons.settings import comparisons_of
from .const import CONF_DIRECTION, CONF_EXPORT_PRODUCT, DOMAIN, SUBENTRY_PLAN
from .events import Cause
from .history.importer import PriceImporter
from .issues import async_update_issues
from .prices import PriceCoordinator
from .timers import WallClockTimer

type OctopusAgileConfigEntry = ConfigEntry[ChargeCoordinator]


@dataclass(frozen=True, slots=True)
class Prices:
    """What an entry is told by Octopus: its prices, its standing charges, and what export pays."""

    imports: PriceCoordinator
    standing: PriceCoordinator
    export: PriceCoordinator | None


class ChargeCoordinator:
    """Updates an entry's plans when something affects them."""

    def __init__(self, hass: HomeAssistant, entry: OctopusAgileConfigEntry, prices: Prices) -> None:
        """Create a plan for the entry's own charge and for each of its subentries."""
        self._hass = hass
        self._entry = entry
        self.prices, self.export, self.standing = prices.imports, prices.export, prices.standing
        self.comparisons = Comparisons(hass, entry, prices.imports, self._finished)
        self.importer = PriceImporter(hass, entry, prices.imports)
        self.plans = [
            ChargePlan(hass, entry, self._prices_of(key), key) for key in (MAIN, *plan_keys(entry))
        ]
        self.chargers = Chargers(hass, entry, self.plans, self._async_charger_changed)
        self._made_for = _made_for(entry)
        self._seen = {each: (each.data, True) for each in self._plans_prices}
        self._timer = WallClockTimer(hass, f"{DOMAIN} charges", self._async_look)
        self._is_telling = False
        self._stop: list[CALLBACK_TYPE] = []
        self._stop_watching: list[CALLBACK_TYPE] = []
        self._listeners: list[CALLBACK_TYPE] = []

    @property
    def _plans_prices(self) -> list[PriceCoordinator]:
        """The prices that plans follow."""
        return [self.prices] if self.export is None else [self.prices, self.export]

    def _finished(self) -> list[list[Done]]:
        """Return the finished charges of each plan, without exports."""
        return [
            [done for done in plan.history.done if done.direction is Direction.IMPORT]
            for plan in self.plans
        ]

    def prices_for(self, direction: Direction) -> PriceCoordinator | None:
        """Return the prices for a direction; None if there is no export tariff."""
        return self.prices if direction is Direction.IMPORT else self.export

    def _prices_of(self, key: str) -> PriceCoordinator:
        """Return the prices that a plan follows; those for imports if there is no export tariff."""
        is_export = key != MAIN and _direction(self._entry, key) == Direction.EXPORT
        return self.export if is_export and self.export is not None else self.prices

    async def async_restore(self) -> None:
        """Restore the plans from their files, and update them with what is known now."""
        await asyncio.gather(
            self.chargers.async_restore(), *(plan.async_restore() for plan in self.plans)
        )
        self._async_look(self.plans, Cause.PRICES)
        self._watch()

    @callback
    def async_start(self) -> None:
        """Follow prices, states and time, and fire events, now that the entities exist."""
        self._is_telling = True
        for prices in self._plans_prices:
            self._stop.append(prices.async_add_listener(self._async_prices_updated, self._entry))
        self._stop.append(self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._async_home_changed))
        self._async_prices_updated()
        self.async_entry_changed()
        self.chargers.async_start()
        for plan in self.plans:
            plan.async_tell()

    @callback
    def async_stop(self) -> None:
        """Stop following prices, states and time."""
        self._timer.stop()
        self.chargers.async_stop()
        for stops in (self._stop, self._stop_watching):
            while stops:
                stops.pop()()

    def is_for(self, entry: OctopusAgileConfigEntry) -> bool:
        """Tell whether an entry still has the tariffs and plan names this was created for."""
        return self._made_for == _made_for(entry)

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Notify a listener whenever any plan may have changed. Return an unsubscribe callback."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_entry_changed(self) -> None:
        """Apply changed options."""
        changed = [plan for plan in self.plans if plan.has_changed]
        self._async_look(changed, Cause.SETTINGS)
        self._watch()
        # They name the entry.
        self._update_issues()

    @callback
    def async_sources_changed(self) -> None:
        """Read the needs again: an entity was renamed, is gone or has come back."""
        self._async_look(self.plans, Cause.NEED)
        self._update_issues()

    @callback
    def async_switch(self, plan: ChargePlan, *, on: bool) -> None:
        """Switch a plan on or off."""
        plan.enabled = on
        plan.boosted = plan.boosted and on
        self._async_look([plan], Cause.SETTINGS)

    @callback
    def async_boost(self, plan: ChargePlan) -> None:
        """Charge at once, or return to the plan. Raises ServiceValidationError."""
        plan.async_boost()
        for other in self.plans if plan.boosted and plan.charger else ():
            # Only one can have the charger: who was asked last.
            other.boosted = other.boosted and (other is plan or other.charger != plan.charger)
        self._async_look([plan], Cause.SETTINGS)

    @callback
    def _watch(self) -> None:
        """Follow the states that needs depend on."""
        while self._stop_watching:
            self._stop_watching.pop()()
        for plan in self.plans:
            if entities := plan.watched:
                changed = partial(self._async_source_changed, plan)
                # The same level once more is news, too: it hasn't risen.
                reported = async_track_state_report_event(self._hass, entities, changed)
                self._stop_watching += [
                    async_track_state_change_event(self._hass, entities, changed),
                    reported,
                ]

    @callback
    def _async_source_changed(self, plan: ChargePlan, event: Event[Any]) -> None:
        new = event.data["new_state"]
        # Without a state it was renamed or is gone: `Sources` finds out and says so.
        # A report that changes nothing names no old state.
        if new is not None and plan.async_heard(
            event.data["entity_id"], event.data.get("old_state", new), new
        ):
            self._async_look([plan], Cause.NEED)

    @callback
    def _async_charger_changed(self, plans: Collection[ChargePlan]) -> None:
        self._async_look(plans, Cause.CHARGER)

    @callback
    def _async_home_changed(self, _event: Event[Any]) -> None:
        # Times of day are in Home Assistant's time zone.
        self._async_look(self.plans, Cause.SETTINGS)

    @callback
    def _async_prices_updated(self) -> None:
        """Update the plans after new prices, an outage or the passage of time."""
        now, before = dt_util.utcnow(), self._seen
        self._seen = {each: (each.data, each.is_available(now)) for each in before}
        concerned = [plan for plan in self.plans if self._seen[plan.prices] != before[plan.prices]]
        self._async_look(concerned, Cause.PRICES)
        self._update_issues()

    @callback
    def _async_look(self, concerned: Collection[ChargePlan] = (), cause: Cause = Cause.TIME) -> None:
        """Update the plans concerned and those that are due."""
        now, leap = dt_util.utcnow(), self._timer.leap
        for plan in self.plans:
            if leap < timedelta(0):
                plan.async_shift(leap)
        # A leap of the clock concerns all.
        causes = dict.fromkeys(self.plans, Cause.TIME) if leap else {}
        causes |= dict.fromkeys(concerned, cause)
        failures = [plan.failure for plan in self.plans]
        for plan, why in causes.items():
            plan.async_read(why)
        followed: list[ChargePlan] = []
        in_order = by_precedence(self.plans, now)
        for plan in in_order:
            self.chargers.async_tell_off(plan)
            plan.rivals = rivals_of(plan, self.plans)
            taken = taken_from(plan, in_order, now)
            if plan in causes:
                plan.async_follow(now, taken)
                followed.append(plan)
            elif plan.async_look(now, taken):
                followed.append(plan)
        # If nothing is due, the timer still runs to notice a leap of the clock.
        due = [plan.due for plan in self.plans if plan.due is not None]
        self._timer.set(min(due, default=now + DAY))
        self._async_update_listeners(followed)
        # A charger that answers at once updates its plan again: the news is told with its own cause.
        self.chargers.async_update()
        if failures != [plan.failure for plan in self.plans]:
            self._update_issues()

    def _update_issues(self) -> None:
        async_update_issues(
            self._hass, self._entry, self.prices, self.plans, export=self.export, standing=self.standing
        )

    @callback
    def _async_update_listeners(self, plans: Collection[ChargePlan]) -> None:
        """Update the entities, then fire the events."""
        for plan in plans:
            plan.async_update_listeners()
        for listener in list(self._listeners) if plans else ():
            listener()
        for plan in plans if self._is_telling else ():
            plan.async_tell()


def plan_keys(entry: ConfigEntry) -> list[str]:
    """Return the ids of an entry's charge plans."""
    return [each.subentry_id for each in entry.subentries.values() if each.subentry_type == SUBENTRY_PLAN]


def _made_for(entry: ConfigEntry) -> object:
    """Return the parts of an entry that need a reload when they change.

    These are its tariffs, the names and directions of its plans, and its comparisons.
    """
    plans = {key: (entry.subentries[key].title, _direction(entry, key)) for key in plan_keys(entry)}
    return dict(entry.data), entry.options.get(CONF_EXPORT_PRODUCT), plans, comparisons_of(entry)


def _direction(entry: ConfigEntry, key: str) -> object:
    return entry.subentries[key].data.get(CONF_DIRECTION, Direction.IMPORT)
