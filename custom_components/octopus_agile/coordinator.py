"""Keeps the prices of one tariff and the plans made from them.

Two timers, no polling: one for the next moment at which something changes by itself (a half-hour
boundary, the start or end of a session), one for the next request, which `agile.publication` names.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .agile.client import AgileClient
from .agile.errors import ApiError, ApiNotFound, ApiUnavailable
from .agile.models import Rates
from .agile.plans import HISTORY
from .agile.products import tariff_code
from .agile.publication import Asked, next_request, pricing_day
from .const import CONF_PRODUCT, CONF_REGION, DOMAIN, LOGGER
from .news import News, plan_changed, published
from .planning import Plans, plan_subentries
from .store import AgileStore, Stored
from .timers import Timers

type OctopusAgileConfigEntry = ConfigEntry[AgileCoordinator]

# Prices never reach further than to 23:00 tomorrow.
_HORIZON = timedelta(days=2)

# Prices fetched while an entry is being set up, by tariff, so that it needn't ask again at once.
FETCHED: HassKey[dict[str, tuple[datetime, Rates]]] = HassKey(f"{DOMAIN}_fetched")

# The plans of an entry that is being reloaded because it was changed, by its id.
CHANGED: HassKey[dict[str, Plans]] = HassKey(f"{DOMAIN}_changed")


def first_period(now: datetime) -> tuple[datetime, datetime]:
    """Return the period to ask for where nothing is known: a week back, and all there can be."""
    return now - HISTORY, now + _HORIZON


class AgileCoordinator(DataUpdateCoordinator[Rates]):
    """The prices (`data`) and `plans` of an entry."""

    config_entry: OctopusAgileConfigEntry

    def __init__(self, hass: HomeAssistant, entry: OctopusAgileConfigEntry, client: AgileClient) -> None:
        """Prepare for an entry's tariff."""
        self.tariff = tariff_code(entry.data[CONF_PRODUCT], entry.data[CONF_REGION])
        super().__init__(
            hass, LOGGER, config_entry=entry, name=f"{DOMAIN} {self.tariff}", always_update=False
        )
        self._made_for = (dict(entry.data), plan_subentries(entry))
        self._client = client
        self._store = AgileStore(hass, entry.entry_id, self.tariff)
        self._stored = Stored()
        self._timers = Timers(hass, self.name)
        self._on_news: list[Callable[[News], None]] = []
        # News from before anybody could listen.
        self._untold: list[News] | None = []
        self.plans = Plans(hass, entry.options, {}, self._stored)

    async def async_start(self) -> None:
        """Bring up the prices from the store; wait for the server only where it doesn't cover now.

        Raises ConfigEntryNotReady where there are none at all.
        """
        self._stored = await self._store.async_load()
        self.plans = Plans(
            self.hass, self.config_entry.options, plan_subentries(self.config_entry), self._stored
        )
        before = self.hass.data.get(CHANGED, {}).pop(self.config_entry.entry_id, None)
        if before is not None:
            self.plans.take_over(before, dt_util.utcnow())
        self._take_over()
        rates = self._stored.rates
        if not rates:
            await self.async_config_entry_first_refresh()
        else:
            self.async_set_updated_data(rates)
            if rates.at(dt_util.utcnow()) is None:
                await self.async_refresh()
            else:
                self._plan_and_wait()
        if watched := self.plans.watched:
            self.config_entry.async_on_unload(
                async_track_state_change_event(self.hass, watched, self._async_need_changed)
            )

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
        self._plan_and_wait()
        self.async_update_listeners()

    @callback
    def async_on_news(self, listener: Callable[[News], None]) -> CALLBACK_TYPE:
        """Tell a listener of prices published and plans changed. Return how to stop that."""
        self._on_news.append(listener)
        return lambda: self._on_news.remove(listener)

    @callback
    def async_tell_news(self) -> None:
        """Tell what is new since the start, and from now on at once."""
        untold, self._untold = self._untold or [], None
        for news in untold:
            self._tell(news)

    def cache_report(self, now: datetime) -> dict[str, Any]:
        """Return how the prices are kept and asked for, for diagnostics."""
        stored, asked = self._stored, self._stored.asked
        return {
            "fetched": stored.fetched and stored.fetched.isoformat(),
            "asked": asked and asked.at.isoformat(),
            "in_vain": asked and asked.in_vain,
            "next_request": self._next_request(now).isoformat(),
            "last_update_success": self.last_update_success,
            "last_error": self.last_exception and type(self.last_exception).__name__,
            "known_until": stored.rates.end and stored.rates.end.isoformat(),
            "slots": len(stored.rates),
        }

    @callback
    def async_switch_plan(self, key: str, *, on: bool) -> None:
        """Switch a plan on or off."""
        self.plans.switch(key, on=on)
        self._save()
        self.async_tick()

    @callback
    def _async_need_changed(self, event: Event[Any]) -> None:
        self.async_tick()

    def _take_over(self) -> None:
        """Take the prices that the set-up has just fetched, unless newer ones are known."""
        at, rates = self.hass.data.get(FETCHED, {}).pop(self.tariff, (None, None))
        asked = self._stored.asked
        if at is not None and rates is not None and (asked is None or asked.at < at):
            self._take(rates, at)
            self._save()

    @override
    async def _async_update_data(self) -> Rates:
        """Ask for prices if it is time to, and return all that are known."""
        now = dt_util.utcnow()
        due = self._next_request(now)
        if due > now:
            # An outage isn't over because somebody asks us in between.
            if self._stored.rates and self.last_update_success:
                return self._stored.rates
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="asked_too_recently",
                translation_placeholders={"time": f"{dt_util.as_local(due):%H:%M}"},
                retry_after=(due - now).total_seconds(),
            )
        try:
            await self._ask(now)
        finally:
            # Not if the entry was reloaded, changed or removed meanwhile: the file isn't ours any more.
            if not self._shutdown_requested:
                await self._store.async_save(self._stored)
        return self._stored.rates

    async def _ask(self, now: datetime) -> None:
        """Ask for the prices of the pricing days that aren't complete, and keep what comes."""
        asked = self._stored.asked
        in_vain = asked.in_vain + 1 if asked else 1
        # What failed counts as asked too, even if this very task is cancelled or the entry is reloaded.
        self._stored.asked = Asked(now, in_vain)
        await self._store.async_save(self._stored)
        known = self._stored.rates
        first, last = first_period(now)
        try:
            rates = await self._client.rates(
                self.config_entry.data[CONF_PRODUCT],
                self.config_entry.data[CONF_REGION],
                pricing_day(now)[0] if known.at(now) else first,
                last,
            )
        except ApiError as error:
            if isinstance(error, ApiUnavailable):
                self._stored.asked = Asked(now, in_vain, error.retry_after)
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="no_tariff" if isinstance(error, ApiNotFound) else "cannot_fetch",
                translation_placeholders={"tariff": self.tariff, "reason": str(error)},
            ) from error
        self._take(rates, now)
        if not self._stored.rates:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="no_prices",
                translation_placeholders={"tariff": self.tariff},
            )
        for news in published(known, self._stored.rates):
            self._tell(news)

    def _take(self, rates: Rates, now: datetime) -> None:
        """Add prices to what is known, and forget those that are too old to matter."""
        stored = self._stored
        merged = stored.rates.merge(rates).overlapping(now - HISTORY)
        is_new = merged.end is not None and (stored.rates.end is None or merged.end > stored.rates.end)
        stored.asked = Asked(now, 0 if is_new or stored.asked is None else stored.asked.in_vain)
        stored.fetched = now
        stored.rates = merged

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        """Plan with what a request has brought, before the entities are told."""
        if self.data is not None:
            self._plan_and_wait()

    @callback
    def _plan_and_wait(self) -> None:
        """Bring the plans up to date, and set the timers for the next change and the next request."""
        if self._shutdown_requested:
            return
        now = dt_util.utcnow()
        self.plans.options = self.config_entry.options
        changes, has_begun_or_ended = self.plans.update(self._stored.rates, now)
        if has_begun_or_ended:
            self._save()
        for change in changes:
            LOGGER.debug("%s: plan moved because of %s", self.tariff, change.reason)
            self._tell(plan_changed(change))
        edge = self.plans.next_change(now)
        boundary = _next_half_hour(now)
        self._timers.set("change", boundary if edge is None else min(boundary, edge), self.async_tick)
        if not self.config_entry.pref_disable_polling:
            self._timers.set("request", self._next_request(now), self._async_request)

    def _next_request(self, now: datetime) -> datetime:
        stored = self._stored
        return next_request(now, stored.rates.known_until(now), stored.asked, self.config_entry.entry_id)

    async def _async_request(self, now: datetime) -> None:
        await self.async_refresh()

    @callback
    def _save(self) -> None:
        self.config_entry.async_create_task(
            self.hass, self._store.async_save(self._stored), f"{self.name} save"
        )

    @callback
    def _tell(self, news: News) -> None:
        if self._untold is not None:
            self._untold.append(news)
            return
        for listener in list(self._on_news):
            listener(news)


def _next_half_hour(now: datetime) -> datetime:
    minutes = 30 - now.minute % 30
    return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
