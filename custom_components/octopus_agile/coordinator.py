"""Keeps the prices of one tariff and the plans made from them.

Two timers, no polling: one for the next moment at which something changes by itself (a half-hour
boundary, the start or end of a session), one for the next request, which `agile.publication` names.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .agile.rates import Rates
from .const import CONF_PRODUCT, CONF_REGION, DOMAIN, LOGGER
from .feed import feed_of
from .issues import Issues
from .news import News, plan_changed, published
from .planning import Plans, plan_subentries
from .store import AgileStore, Stored
from .timers import Timers

type OctopusAgileConfigEntry = ConfigEntry[AgileCoordinator]

# The plans of an entry that is being reloaded because it was changed, by its id.
CHANGED: HassKey[dict[str, Plans]] = HassKey(f"{DOMAIN}_changed")


class AgileCoordinator(DataUpdateCoordinator[Rates]):
    """The prices (`data`) and `plans` of an entry."""

    config_entry: OctopusAgileConfigEntry

    def __init__(self, hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
        """Prepare for an entry's tariff."""
        self.feed = feed_of(hass, entry.data[CONF_PRODUCT], entry.data[CONF_REGION])
        super().__init__(
            hass, LOGGER, config_entry=entry, name=f"{DOMAIN} {self.feed.tariff}", always_update=False
        )
        self._made_for = (dict(entry.data), plan_subentries(entry))
        self._store = AgileStore(hass, entry.entry_id, self.feed.tariff)
        self._stored = Stored()
        self._timers = Timers(hass, self.name)
        self._troubles = Issues(hass, entry.entry_id, entry.title, self.feed)
        self._on_news: list[Callable[[News], None]] = []
        # News that wait until all entities show what they are about.
        self._untold: list[News] = []
        self._has_entities = False
        self.plans = Plans(hass, entry.options, {}, self._stored)

    async def async_start(self) -> None:
        """Bring up the prices from the store; wait for the server only where it doesn't cover now.

        Raises ConfigEntryNotReady where there are none at all.
        """
        self._stored = await self._store.async_load()
        if self._store.set_aside:
            self._troubles.async_tell_of_store(self._store.set_aside)
        self.feed.seed = self.feed.seed or self.config_entry.entry_id
        self.feed.take_in(self._stored)
        self.plans = Plans(
            self.hass, self.config_entry.options, plan_subentries(self.config_entry), self._stored
        )
        before = self.hass.data.get(CHANGED, {}).pop(self.config_entry.entry_id, None)
        if before is not None:
            self.plans.take_over(before, dt_util.utcnow())
        await self._first_prices()
        if watched := self.plans.watched:
            self.config_entry.async_on_unload(
                async_track_state_change_event(self.hass, watched, self._async_need_changed)
            )

    async def _first_prices(self) -> None:
        rates = self.feed.rates
        if not rates:
            await self.async_config_entry_first_refresh()
            return
        self.async_set_updated_data(rates)
        if rates.at(dt_util.utcnow()) is None:
            await self.async_refresh()
        else:
            self._troubles.async_look(dt_util.utcnow())
            self._plan_and_wait()
            if self.feed.fetched != self._stored.fetched:
                self._save()

    def is_for(self, entry: OctopusAgileConfigEntry) -> bool:
        """Tell whether the entry is still about what this was made for; its own charge may differ."""
        return self._made_for == (dict(entry.data), plan_subentries(entry))

    @override
    async def async_shutdown(self) -> None:
        """Stop all timers."""
        await super().async_shutdown()
        self._timers.stop_all()

    @callback
    def async_tick(self, now: datetime | None = None) -> None:
        """Take up what the time, the prices or the settings have changed, and tell the entities."""
        self._troubles.async_look(dt_util.utcnow())
        self._plan_and_wait()
        self.async_update_listeners()

    @callback
    def async_on_news(self, listener: Callable[[News], None]) -> CALLBACK_TYPE:
        """Tell a listener of prices published and plans changed. Return how to stop that."""
        self._on_news.append(listener)
        return lambda: self._on_news.remove(listener)

    @callback
    def async_tell_news(self) -> None:
        """Tell what is new since the start, and from now on whenever the entities are told."""
        self._has_entities = True
        untold, self._untold = self._untold, []
        for news in untold:
            for listener in list(self._on_news):
                listener(news)

    @override
    @callback
    def async_update_listeners(self) -> None:
        """Let the entities show what has changed, and tell the news then."""
        super().async_update_listeners()
        if self._has_entities:
            self.async_tell_news()

    def cache_report(self, now: datetime) -> dict[str, Any]:
        """Return how the prices are kept and asked for, for diagnostics."""
        return {
            **self.feed.report(now),
            "last_update_success": self.last_update_success,
            "last_error": self.last_exception and type(self.last_exception).__name__,
        }

    @callback
    def async_switch_plan(self, key: str, *, on: bool) -> None:
        """Switch a plan on or off."""
        self.plans.switch(key, on=on)
        self._save()
        self.async_tick()

    @callback
    def _async_need_changed(self, event: Event[EventStateChangedData]) -> None:
        self.async_tick()

    @override
    async def _async_update_data(self) -> Rates:
        """Return all prices that are known, after a request if it is time for one."""
        known = self.feed.rates
        try:
            rates = await self.feed.async_refresh(self._async_save)
        finally:
            await self._async_save()
        self._untold += published(self.data or known, rates)
        return rates

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        """Plan with what a request has brought, before the entities are told."""
        if self._shutdown_requested:
            return
        self._troubles.async_look(dt_util.utcnow())
        if self.data is not None:
            self._plan_and_wait()

    @callback
    def _plan_and_wait(self) -> None:
        """Bring the plans up to date, and set the timers for the next change and the next request."""
        if self.data is not self.feed.rates:
            # Somebody else has asked: an entry of the same tariff, or a dialog.
            self._untold += published(self.data, self.feed.rates)
            self.data = self.feed.rates
            self.last_update_success = True
        now = dt_util.utcnow()
        self.plans.options = self.config_entry.options
        changes, is_to_keep = self.plans.update(self.data, now)
        if is_to_keep:
            self._save()
        for change in changes:
            LOGGER.debug("%s: plan moved because of %s", self.feed.tariff, change.reason)
            self._untold.append(plan_changed(change))
        edge = self.plans.next_change(now)
        boundary = _next_half_hour(now)
        self._timers.set("change", boundary if edge is None else min(boundary, edge), self.async_tick)
        if not self.config_entry.pref_disable_polling:
            self._timers.set("request", self.feed.next_request(now), self._async_request)

    async def _async_request(self, now: datetime) -> None:
        await self.async_refresh()
        # What the time alone has changed is news too, whatever the answer was.
        self.async_update_listeners()

    @callback
    def _save(self) -> None:
        self.config_entry.async_create_task(self.hass, self._async_save(), f"{self.name} save")

    async def _async_save(self) -> None:
        """Keep what is known, unless the entry was reloaded, changed or removed: the file isn't ours."""
        if not self._shutdown_requested:
            feed, stored = self.feed, self._stored
            stored.rates, stored.fetched, stored.asked = feed.rates, feed.fetched, feed.asked
            stored.successor, stored.looked = feed.successor, feed.looked
            await self._store.async_save(stored)


def _next_half_hour(now: datetime) -> datetime:
    minutes = 30 - now.minute % 30
    return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
