"""The prices of a tariff, or its standing charges: one coordinator owns them and all about them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .agile import publication
from .agile.client import AgileClient
from .agile.clock import next_half_hour
from .agile.errors import ApiError, ApiNotFound, ApiUnavailable
from .agile.rates import Rates
from .agile.series import rates_of, series_of
from .agile.tariffs import Direction, Product, Tariff
from .const import DOMAIN, LOGGER
from .store import JsonFile, StoredPrices, file_of
from .timers import WallClockTimer

# How long the result of a successor check is valid.
_SUCCESSOR_HOLDS = timedelta(hours=12)


class PriceCoordinator(DataUpdateCoordinator[Rates]):
    """The single owner of a tariff's prices (`data`), or with `standing` of its charges in GBP per day.

    They are slots of half an hour, charges of a day, as far as they can be known by now. `published` is
    what Octopus said: the same for Agile; other prices are rows of months, asked for once a week.

    Entries, dialogs and the successor check share it, and it outlives the reload of an entry, so that
    nothing is requested twice. An entry uses it through a listener, with itself as the context.
    """

    def __init__(self, hass: HomeAssistant, tariff: Tariff, *, standing: bool = False) -> None:
        """Start without any prices."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=None,
            name=f"{DOMAIN} {tariff.code}{' standing charge' if standing else ''}",
            update_interval=None,
            always_update=False,
        )
        self.tariff = tariff
        self.is_weekly = standing or not tariff.is_half_hourly
        self._is_standing = standing
        self.data = self.published = Rates()
        self.client = AgileClient(async_get_clientsession(hass))
        # When prices were last fetched, the request log, and the times of failed requests.
        self.fetched_at: datetime | None = None
        self.log: publication.RequestLog | None = None
        self.failures: list[datetime] = []
        # The product that has replaced this one, if this one has ended.
        self.successor: Product | None = None
        self.successor_checked_at: datetime | None = None
        # Whether the last response leaves it unclear if this product has ended.
        self._is_in_doubt = False
        # Keeps installations from making requests in step: the id of the first entry here.
        self._installation_id = ""
        # Only for an entry's tariff; a tariff that a dialog only looks at has no file.
        self.file: JsonFile[StoredPrices] | None = None
        self._asking = asyncio.Lock()
        self._timer = WallClockTimer(hass, self.name, self._async_look)
        # The end of the prices last announced to publication listeners.
        self._told_until: datetime | None = None
        self._on_published: list[Callable[[Rates], None]] = []

    async def async_restore(self, entry: ConfigEntry) -> None:
        """Restore the prices from their file, once."""
        self._installation_id = self._installation_id or entry.entry_id
        # Set-up must not wait for the answer to a request.
        if self.file is not None:
            return
        async with self._asking:
            ending = ".standing" if self._is_standing else ""
            file = file_of(self.hass, f"prices.{self.tariff.code}{ending}", StoredPrices)
            stored, self.file = await file.async_load(), file
            if self.log is not None:
                # A dialog has just made a request, so its prices are newer.
                await self._async_save()
            elif stored is not None:
                # Not on the loop: five weeks of slots take a few milliseconds.
                rates = await self.hass.async_add_executor_job(rates_of, stored.series)
                self._publish(rates, dt_util.utcnow())
                self.fetched_at, self.log = stored.fetched_at, stored.log
                self.successor = stored.successor
                self.successor_checked_at = stored.successor_checked_at
                self._told_until = self.data.end

    def is_available(self, now: datetime) -> bool:
        """Tell whether prices can be shown: one is known for now, or the last request succeeded."""
        return self.last_update_success or self.data.at(now) is not None

    def next_request(self, now: datetime) -> datetime:
        """Return when to make the next request; a time that isn't in the future means now."""
        ask = publication.next_weekly_request if self.is_weekly else publication.next_request
        return ask(now, self.published.known_until(now), self.log, self._installation_id)

    @callback
    def async_on_published(self, listener: Callable[[Rates], None]) -> CALLBACK_TYPE:
        """Notify a listener of newly published prices. Return an unsubscribe callback."""
        self._on_published.append(listener)
        self._async_tell_published()
        return lambda: self._on_published.remove(listener)

    async def async_probe(self) -> Rates:
        """Return the prices for a dialog or successor check, with a request unless one just succeeded.

        Raises ApiError.
        """
        async with self._asking:
            now = dt_util.utcnow()
            if self.fetched_at is None or not now - publication.SHORTEST_GAP <= self.fetched_at <= now:
                self.log = publication.RequestLog.after_request(self.log, now)
                await self._fetch(now, self.log)
                await self._async_save()
                if not self.last_update_success:
                    LOGGER.info("Fetching %s data recovered", self.name)
                self.async_set_updated_data(self.data)
        return self.data

    @override
    async def _async_update_data(self) -> Rates:
        """Return all known prices, after a request if the last one was long enough ago.

        Concurrent callers wait for the same response. Raises UpdateFailed, also if the last request
        failed and it is too early for another.
        """
        try:
            async with self._asking:
                await self._ask(dt_util.utcnow())
        finally:
            # Only with our lock released: the check may wait for another tariff's lock.
            if self._is_in_doubt and not self.is_weekly and self.tariff.direction is Direction.IMPORT:
                await self._look_for_successor(dt_util.utcnow())
                await self._async_save()
        if not self.data:
            raise self._error("no_prices")
        return self.data

    async def _ask(self, now: datetime) -> None:
        soonest = publication.soonest_request(now, self.log)
        if soonest > now:
            # A refresh without a request doesn't end an outage.
            if not self.last_update_success or not self.data:
                raise self._error("asked_too_recently", time=f"{dt_util.as_local(soonest):%H:%M}")
            return
        # A failed request counts too, even if this task is cancelled.
        self.log = publication.RequestLog.after_request(self.log, now)
        await self._async_save()
        try:
            await self._fetch(now, self.log)
        except ApiError as error:
            LOGGER.debug("%s: %s", self.name, error)
            self.failures = [at for at in self.failures if at > now - publication.DAY] + [now]
            self._is_in_doubt = isinstance(error, ApiNotFound)
            raise self._error(error.kind) from error
        finally:
            await self._async_save()
        self._is_in_doubt = not self.data or publication.is_missing(now, self.data)
        if self.data.at(now) is not None:
            self.successor = self.successor_checked_at = None

    async def _fetch(self, now: datetime, log: publication.RequestLog) -> None:
        """Request the pricing days that may be incomplete, or all that lasts, and store the result."""
        known = self.data.at(now) is not None
        start, end = publication.period_to_request(now, known=known, weekly=self.is_weekly)
        # A month may take many pages if the server makes them small; two days don't.
        pages = min(2 if known else 20, 1 + publication.requests_left(log, now))
        before = self.client.requests
        try:
            if self._is_standing:
                rates = await self.client.standing_charges(self.tariff, start, end)
            else:
                rates = await self.client.rates(
                    self.tariff, start, end, most_pages=pages, to_end=self.is_weekly
                )
        except ApiUnavailable as error:
            log = replace(log, retry_after=error.retry_after)
            raise
        finally:
            # The list may have had more pages than the one request already counted.
            self.log = log.with_more(self.client.requests - before - 1, now)
        self._take(rates, now)

    def _take(self, rates: Rates, now: datetime) -> None:
        """Add new prices and drop those that are too old."""
        assert self.log is not None
        before, merged = self.published.end, self.published.merge(rates)
        if self.is_weekly:
            # The answer is all that we keep, unless there is none.
            merged = rates or self.published
            if rates:
                self.log = replace(self.log, failed_attempts=0)
        elif (end := merged.end) is not None:
            # With a clock far ahead, everything would be too old.
            merged = merged.overlapping(min(now, end) - publication.KEPT)
            if before is None or end > before:
                self.log = replace(self.log, failed_attempts=0)
        self.fetched_at = now
        self._publish(merged, now)

    def _publish(self, rates: Rates, now: datetime) -> None:
        """Show what is published, and what holds for months as slots up to the horizon."""
        self.published = self.data = rates
        if self.is_weekly:
            length = publication.DAY if self._is_standing else publication.SLOT
            self.data = rates.in_slots(publication.horizon(now), length)

    async def _look_for_successor(self, now: datetime) -> None:
        """Check if the newest product publishes, to tell whether this one has ended or all are late."""
        assert self.log is not None
        self._is_in_doubt = False
        checked_at = self.successor_checked_at
        if checked_at is not None and checked_at <= now < checked_at + _SUCCESSOR_HOLDS:
            return
        self.successor_checked_at = now
        before = self.client.requests
        # An API error says nothing about the product.
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
        """Update the listeners, then announce newly published prices."""
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
        """Return when to poll next: practically never if all entries have polling disabled."""
        is_polled = any(not entry.pref_disable_polling for entry in self.async_contexts())
        return self.next_request(now) if is_polled else now + publication.KEPT

    @override
    @callback
    def _schedule_refresh(self) -> None:
        """Set the timer for the next half hour, or for the next request if that is sooner.

        Home Assistant calls this for the first listener and after each request.
        """
        now = dt_util.utcnow()
        self._timer.set(min(next_half_hour(now), self._next_poll(now)))

    @override
    @callback
    def _unschedule_refresh(self) -> None:
        """Stop the timer: no entry uses these prices any more."""
        super()._unschedule_refresh()
        self._timer.stop()

    @callback
    def _async_look(self) -> None:
        """Update the listeners, and make a request if one is due."""
        now = dt_util.utcnow()
        if self._timer.leap:
            self.client.server_ahead = None
        if self.is_weekly and self.data.end != publication.horizon(now):
            # It has come nearer.
            self._publish(self.published, now)
        self.async_update_listeners()
        if self._next_poll(now) <= now:
            # A half hour may start before the response arrives.
            self._timer.set(next_half_hour(now))
            self.hass.async_create_background_task(self.async_refresh(), self.name)
        else:
            self._schedule_refresh()

    def _error(self, key: str, **placeholders: str) -> UpdateFailed:
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"tariff": self.tariff.code, **placeholders},
        )

    async def _async_save(self) -> None:
        if self.file is not None:
            stored = StoredPrices(
                series=series_of(self.published),
                fetched_at=self.fetched_at,
                log=self.log,
                successor=self.successor,
                successor_checked_at=self.successor_checked_at,
            )
            await self.file.async_save(stored)


# By tariff, and by whether they are standing charges.
COORDINATORS: HassKey[dict[tuple[Tariff, bool], PriceCoordinator]] = HassKey(f"{DOMAIN}_prices")


@callback
def async_prices_of(hass: HomeAssistant, tariff: Tariff, *, standing: bool = False) -> PriceCoordinator:
    """Return the shared coordinator of a tariff, or that of its standing charges."""
    coordinators = hass.data.setdefault(COORDINATORS, {})
    if (tariff, standing) not in coordinators:
        coordinators[tariff, standing] = PriceCoordinator(hass, tariff, standing=standing)
    return coordinators[tariff, standing]
