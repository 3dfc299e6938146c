"""The prices of a tariff: one coordinator owns them, their requests, their file and their timer."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .agile.client import AgileClient
from .agile.errors import ApiError, ApiNotFound, ApiUnavailable, ApiUnexpected
from .agile.publication import (
    DAY,
    HORIZON,
    MOST_REQUESTS,
    SHORTEST_GAP,
    RequestLog,
    due_until,
    is_missing,
    next_request,
    pricing_day,
    requests_left,
    soonest_request,
)
from .agile.rates import Rates
from .agile.tariffs import Product, Tariff
from .const import CONF_PRODUCT, CONF_REGION, DOMAIN, LOGGER
from .store import JsonFile, StoredPrices, async_remove_files, file_of
from .timers import WallClockTimer

SLOT = timedelta(minutes=30)
# How long prices are kept, and how many slots are asked for at first: what fits into one page.
KEPT = timedelta(days=35)
_FIRST_SLOTS = 1500
# How long it holds what the products on sale have told.
_SUCCESSOR_HOLDS = timedelta(hours=12)


# What is said of each kind of failure.
_ERRORS: dict[type[ApiError], str] = {
    ApiNotFound: "no_tariff",
    ApiUnavailable: "api_unavailable",
    ApiUnexpected: "api_unexpected",
}


class PriceCoordinator(DataUpdateCoordinator[Rates]):
    """The one owner of a tariff's prices (`data`).

    Entries, dialogs and the look for a successor share it, and it outlives the reload of an entry, so
    that nothing is asked for twice. Who holds it does so by a listener, with the entry as its context.
    """

    def __init__(self, hass: HomeAssistant, tariff: Tariff) -> None:
        """Start with nothing known of a tariff."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=None,
            name=f"{DOMAIN} {tariff.code}",
            update_interval=None,
            always_update=False,
        )
        self.tariff = tariff
        self.data = Rates()
        self.client = AgileClient(async_get_clientsession(hass))
        # When the server last gave prices, and all that was asked.
        self.fetched_at: datetime | None = None
        self.log: RequestLog | None = None
        self.failures: list[datetime] = []
        # The product that publishes in the place of this one, if this one has ended.
        self.successor: Product | None = None
        self.successor_checked_at: datetime | None = None
        # Whether the last answer leaves open if this product has ended.
        self._is_in_doubt = False
        # Tells installations apart, so that they don't ask in step: the id of the first entry here.
        self._installation_id = ""
        # Only of a tariff that an entry is about; what a dialog looks at isn't kept.
        self.file: JsonFile[StoredPrices] | None = None
        self._asking = asyncio.Lock()
        self._timer = WallClockTimer(hass, self.name, self._async_look)
        # How far prices reach that listeners to publications have been told of.
        self._told_until: datetime | None = None
        self._on_published: list[Callable[[Rates], None]] = []

    async def async_restore(self, entry: ConfigEntry) -> None:
        """Bring up what is on disk, once."""
        self._installation_id = self._installation_id or entry.entry_id
        async with self._asking:
            if self.file is not None:
                return
            self.file = file_of(self.hass, f"prices.{self.tariff.code}", StoredPrices)
            stored = await self.file.async_load()
            if self.log is not None:
                # A dialog has just asked, and knows better.
                await self._async_save()
            elif stored is not None:
                self.data = Rates(stored.rates)
                self.fetched_at, self.log = stored.fetched_at, stored.log
                self.successor = stored.successor
                self.successor_checked_at = stored.successor_checked_at
                self._told_until = self.data.end

    def is_available(self, now: datetime) -> bool:
        """Tell whether prices can be shown: one is known for now, or the last request went well."""
        return self.last_update_success or self.data.at(now) is not None

    def next_request(self, now: datetime) -> datetime:
        """Return when to ask next; a time that isn't in the future means now."""
        return next_request(now, self.data.known_until(now), self.log, self._installation_id)

    @callback
    def async_on_published(self, listener: Callable[[Rates], None]) -> CALLBACK_TYPE:
        """Tell a listener the prices that are new when they reach further. Return how to stop that."""
        self._on_published.append(listener)
        self._async_tell_published()
        return lambda: self._on_published.remove(listener)

    async def async_probe(self) -> Rates:
        """Return the prices of a tariff that is looked at, asked for unless that was just done.

        Raises ApiError.
        """
        async with self._asking:
            now = dt_util.utcnow()
            if self.fetched_at is None or not now - SHORTEST_GAP <= self.fetched_at <= now:
                self.log = RequestLog.after_request(self.log, now)
                await self._fetch(now)
                await self._async_save()
                self.async_set_updated_data(self.data)
        return self.data

    @override
    async def _async_update_data(self) -> Rates:
        """Return all prices that are known, after a request if the last one is long enough ago.

        Who comes while another asks waits for the same answer. Raises UpdateFailed, also where the
        last request failed and it is too early for another.
        """
        try:
            async with self._asking:
                await self._ask(dt_util.utcnow())
        finally:
            # While nobody waits for an answer of ours: the look may wait for one of another tariff.
            if self._is_in_doubt:
                await self._look_for_successor(dt_util.utcnow())
                await self._async_save()
        if not self.data:
            raise self._error("no_prices")
        return self.data

    async def _ask(self, now: datetime) -> None:
        soonest = soonest_request(now, self.log)
        if soonest > now:
            # An outage isn't over because somebody asks us in between.
            if not self.last_update_success or not self.data:
                raise self._error("asked_too_recently", time=f"{dt_util.as_local(soonest):%H:%M}")
            return
        # What fails counts as asked too, even if this very task is cancelled.
        self.log = RequestLog.after_request(self.log, now)
        await self._async_save()
        try:
            await self._fetch(now)
        except ApiError as error:
            LOGGER.debug("%s: %s", self.name, error)
            self.failures = [at for at in self.failures if at > now - DAY] + [now]
            self._is_in_doubt = isinstance(error, ApiNotFound)
            raise self._error(_ERRORS[type(error)]) from error
        finally:
            await self._async_save()
        self._is_in_doubt = not self.data or is_missing(now, self.data)
        if self.data.at(now) is not None:
            self.successor = self.successor_checked_at = None

    async def _fetch(self, now: datetime) -> None:
        """Ask for the pricing days that aren't complete, and keep what comes."""
        assert self.log is not None
        log = self.log
        is_known = self.data.at(now) is not None
        start = pricing_day(now)[0] if is_known else due_until(now) - _FIRST_SLOTS * SLOT
        # A month may take many pages, should the server make them small; two days don't.
        pages = min(2 if is_known else 20, 1 + requests_left(log, now))
        before = self.client.requests
        try:
            rates = await self.client.rates(self.tariff, start, now + HORIZON, most_pages=pages)
        except ApiUnavailable as error:
            log = replace(log, retry_after=error.retry_after)
            raise
        finally:
            # An answer may have had more pages than the one that was counted before.
            self.log = log.with_more(self.client.requests - before - 1, now)
        self._take(rates, now)

    def _take(self, rates: Rates, now: datetime) -> None:
        """Add prices that have come, and forget those that are too old to matter."""
        assert self.log is not None
        before, merged = self.data.end, self.data.merge(rates)
        if (end := merged.end) is not None:
            # By a clock that is far ahead everything would be too old.
            merged = merged.overlapping(min(now, end) - KEPT)
            if before is None or end > before:
                self.log = replace(self.log, failed_attempts=0)
        self.fetched_at = now
        self.data = merged

    async def _look_for_successor(self, now: datetime) -> None:
        """Find out whether this product has ended or all are late, by whether the newest publishes."""
        assert self.log is not None
        self._is_in_doubt = False
        checked_at = self.successor_checked_at
        if checked_at is not None and checked_at <= now < checked_at + _SUCCESSOR_HOLDS:
            return
        self.successor_checked_at = now
        before = self.client.requests
        # Nothing is told of a product while the API has trouble of its own.
        with suppress(ApiError):
            newest = next(iter(await self.client.products()), None)
            is_successor = newest is not None and newest.code != self.tariff.product
            if newest is not None and is_successor:
                tariff = replace(self.tariff, product=newest.code)
                rates = await async_prices_of(self.hass, tariff).async_probe()
                is_successor = rates.at(now) is not None
            self.successor = newest if is_successor else None
        self.log = self.log.with_more(self.client.requests - before, now)
        self.async_update_listeners()

    @override
    @callback
    def async_update_listeners(self) -> None:
        """Let everybody show what has changed, then tell what was published."""
        super().async_update_listeners()
        self._async_tell_published()

    @callback
    def _async_tell_published(self) -> None:
        end = self.data.end
        if not self._on_published or end is None or end == self._told_until:
            return
        told, self._told_until = self._told_until, end
        if told is not None and told < end:
            for listener in list(self._on_published):
                listener(self.data.overlapping(told))

    def _next_poll(self, now: datetime) -> datetime:
        """Return when to ask by ourselves: never if nobody who holds these prices wants that."""
        is_polled = any(not entry.pref_disable_polling for entry in self.async_contexts())
        return self.next_request(now) if is_polled else now + KEPT

    @override
    @callback
    def _schedule_refresh(self) -> None:
        """Set the timer for the next half-hour, or for the next request if that is sooner.

        Home Assistant calls this for the first listener and after each request.
        """
        now = dt_util.utcnow()
        self._timer.set(min(next_half_hour(now), self._next_poll(now)))

    @override
    @callback
    def _unschedule_refresh(self) -> None:
        """Stop: nobody holds these prices any more."""
        super()._unschedule_refresh()
        self._timer.stop()

    @callback
    def _async_look(self) -> None:
        """Show what the time has changed, and ask if it is time to."""
        now = dt_util.utcnow()
        self.async_update_listeners()
        if self._next_poll(now) <= now:
            # A half-hour may begin while the answer is on its way.
            self._timer.set(next_half_hour(now))
            self.hass.async_create_background_task(self.async_refresh(), self.name)
        else:
            self._schedule_refresh()

    @override
    async def async_shutdown(self) -> None:
        """Stop the timer."""
        await super().async_shutdown()
        self._timer.stop()

    def report(self, now: datetime) -> dict[str, Any]:
        """Return how the prices are kept and asked for, for people who look for a fault."""
        log, error = self.log, self.last_exception
        return {
            "fetched_at": self.fetched_at and self.fetched_at.isoformat(),
            "last_request": log and log.at.isoformat(),
            "failed_attempts": log and log.failed_attempts,
            "requests_in_24_hours": MOST_REQUESTS - requests_left(log, now),
            "failures_in_24_hours": len([at for at in self.failures if at > now - DAY]),
            "next_request": self.next_request(now).isoformat(),
            "known_until": self.data.end and self.data.end.isoformat(),
            "slots": len(self.data),
            "last_update_success": self.last_update_success,
            "last_error": error and str(error.__cause__ or error),
        }

    def _error(self, key: str, **placeholders: str) -> UpdateFailed:
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"tariff": self.tariff.code, **placeholders},
        )

    async def _async_save(self) -> None:
        if self.file is None:
            return
        await self.file.async_save(
            StoredPrices(
                rates=tuple(self.data),
                fetched_at=self.fetched_at,
                log=self.log,
                successor=self.successor,
                successor_checked_at=self.successor_checked_at,
            )
        )


COORDINATORS: HassKey[dict[Tariff, PriceCoordinator]] = HassKey(f"{DOMAIN}_prices")


@callback
def async_prices_of(hass: HomeAssistant, tariff: Tariff) -> PriceCoordinator:
    """Return the one coordinator of a tariff."""
    coordinators = hass.data.setdefault(COORDINATORS, {})
    if tariff not in coordinators:
        coordinators[tariff] = PriceCoordinator(hass, tariff)
    return coordinators[tariff]


async def async_forget_unused(hass: HomeAssistant) -> None:
    """Delete the files of tariffs that no entry is about any more: it has another, or is deleted."""
    used = set()
    for entry in hass.config_entries.async_entries(DOMAIN):
        # One that a newer version has written may say it in a way that nobody knows here.
        with suppress(LookupError):
            used.add(tariff_of(entry))
    for tariff, prices in hass.data.get(COORDINATORS, {}).items():
        if tariff not in used:
            # Its log stays: who comes back to it asks no sooner.
            prices.file = None
    await async_remove_files(hass, "prices.", but=[tariff.code for tariff in used])


def next_half_hour(now: datetime) -> datetime:
    """Return the next instant at which a slot may begin."""
    return now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + SLOT


def tariff_of(entry: ConfigEntry) -> Tariff:
    """Return the tariff that an entry is about."""
    return Tariff(entry.data[CONF_PRODUCT], entry.data[CONF_REGION])
