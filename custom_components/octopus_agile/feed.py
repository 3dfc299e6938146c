"""The prices of one tariff, shared by all entries that have it, and the only place that asks for them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .agile.client import AgileClient
from .agile.errors import ApiError, ApiNotFound, ApiUnavailable
from .agile.plan import HISTORY
from .agile.publication import (
    DAY,
    HORIZON,
    MOST_REQUESTS,
    SHORTEST_GAP,
    RequestLog,
    is_missing,
    next_request,
    pricing_day,
    requests_left,
)
from .agile.rates import Rates
from .agile.tariffs import Product, Tariff, tariff_code
from .const import DOMAIN
from .store import Stored

_PAGES_OF_A_WEEK = 5
_PAGES_OF_A_DAY = 2
# How long it holds what the products on sale have told.
_LOOK_HOLDS = timedelta(hours=12)


class Feed:
    """What is known of a tariff, when it was asked for, and how that went.

    It outlives the reload of an entry, so that nothing is asked for twice.
    """

    def __init__(self, hass: HomeAssistant, product: str, region: str) -> None:
        """Start with nothing known of a product's tariff in a region, given by its letter."""
        self._hass = hass
        self.product = product
        self.region = region
        self.tariff = tariff_code(product, region)
        self.client = AgileClient(async_get_clientsession(hass))
        self._asking = asyncio.Lock()
        # Tells installations apart: the id of the first entry that has the tariff.
        self.seed = ""
        self.rates = Rates()
        # When the server last gave prices, the last request, and those that failed in the last 24 hours.
        self.fetched: datetime | None = None
        self.asked: RequestLog | None = None
        self.failures: list[datetime] = []
        # The product that publishes in the place of this one, if this one has ended; and the last look.
        self.successor: Product | None = None
        self.looked: datetime | None = None
        # Whether the last answer leaves open if this product has ended.
        self._is_in_doubt = False
        self._has_failed = False

    def take_in(self, stored: Stored) -> None:
        """Take what an entry has kept, as far as it isn't known already."""
        if stored.fetched is not None:
            is_newer = self.fetched is None or self.fetched < stored.fetched
            older, newer = (self.rates, stored.rates) if is_newer else (stored.rates, self.rates)
            self.rates = older.merge(newer)
            self.fetched = stored.fetched if is_newer else self.fetched
        if stored.asked is not None and (self.asked is None or self.asked.at < stored.asked.at):
            self.asked = stored.asked
            self.successor, self.looked = stored.successor, stored.looked

    def next_request(self, now: datetime) -> datetime:
        """Return when to ask next; a time that isn't in the future means now."""
        return next_request(now, self.rates.known_until(now), self.asked, self.seed)

    async def async_refresh(self, save: Callable[[], Awaitable[None]]) -> Rates:
        """Ask for prices if it is time to, and return all that are known; `save` keeps what was asked.

        Who comes while another asks waits for the same answer. Raises UpdateFailed, also where the
        last request failed and it is too early for another.
        """
        try:
            async with self._asking:
                await self._ask_if_due(dt_util.utcnow(), save)
        finally:
            # While nobody waits for an answer of ours: the look may wait for one of another feed.
            if self._is_in_doubt:
                await self._look_for_successor(dt_util.utcnow())
        if not self.rates:
            raise self._update_error("no_prices")
        return self.rates

    async def async_probe(self) -> Rates:
        """Return the prices of a tariff that is being set up, asked for unless that was just done.

        Raises ApiError.
        """
        async with self._asking:
            now = dt_util.utcnow()
            if self.fetched is None or self.fetched < now - SHORTEST_GAP:
                self.asked = RequestLog.after_request(self.asked, now)
                await self._fetch(now, self.asked)
        return self.rates

    async def _ask_if_due(self, now: datetime, save: Callable[[], Awaitable[None]]) -> None:
        due = self.next_request(now)
        if due <= now:
            await self._ask(now, save)
        # An outage isn't over because somebody asks us in between.
        elif self._has_failed or not self.rates:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="asked_too_recently",
                translation_placeholders={"time": f"{dt_util.as_local(due):%H:%M}"},
                retry_after=(due - now).total_seconds(),
            )

    async def _ask(self, now: datetime, save: Callable[[], Awaitable[None]]) -> None:
        # What fails counts as asked too, even if this very task is cancelled.
        self.asked = asked = RequestLog.after_request(self.asked, now)
        await save()
        try:
            await self._fetch(now, asked)
        except ApiError as error:
            self._has_failed = True
            self.failures = [at for at in self.failures if at > now - DAY] + [now]
            if isinstance(error, ApiNotFound):
                self._is_in_doubt = True
                raise self._update_error("no_tariff", reason=str(error)) from error
            raise self._update_error("cannot_fetch", reason=str(error)) from error
        self._is_in_doubt = not self.rates or is_missing(now, self.rates)
        if self.rates.at(now) is not None:
            self.successor = self.looked = None

    async def _look_for_successor(self, now: datetime) -> None:
        """Find out whether this product has ended or all are late, by whether the newest publishes."""
        self._is_in_doubt = False
        if self.looked is not None and self.looked <= now < self.looked + _LOOK_HOLDS:
            return
        self.looked = now
        before = self.client.requests
        try:
            newest = next(iter(await self.client.products()), None)
            if newest is None or newest.code == self.product:
                self.successor = None
            else:
                rates = await feed_of(self._hass, newest.code, self.region).async_probe()
                self.successor = newest if rates.at(now) else None
        except ApiError:
            # Nothing is told of a product while the API has trouble of its own.
            pass
        finally:
            self._count(now, self.client.requests - before)

    async def _fetch(self, now: datetime, asked: RequestLog) -> None:
        """Ask for the prices of the pricing days that aren't complete, and keep what comes."""
        start, end = first_period(now)
        # A week may take several pages, should the server make them small; three days don't.
        pages = _PAGES_OF_A_WEEK
        if self.rates.at(now):
            start = pricing_day(now)[0]
            pages = _PAGES_OF_A_DAY
        before = self.client.requests
        pages = min(pages, 1 + requests_left(asked, now))
        try:
            tariff = Tariff(self.product, self.region)
            rates = await self.client.rates(tariff, start, end, most_pages=pages)
        except ApiUnavailable as error:
            asked = replace(asked, retry_after=error.retry_after)
            raise
        finally:
            self.asked = asked
            # An answer may have had more pages than the one that was counted before.
            self._count(now, self.client.requests - before - 1)
        self._put(rates, now)

    def _count(self, now: datetime, requests: int) -> None:
        """Count further requests against what a day may have."""
        assert self.asked is not None
        self.asked = replace(self.asked, recent=(*self.asked.recent, *[now] * requests))

    def _put(self, rates: Rates, now: datetime) -> None:
        """Add prices that have come, and forget those that are too old to matter."""
        before = self.rates.end
        merged = self.rates.merge(rates)
        if merged.end is not None:
            # By a clock that is far ahead everything would be too old.
            merged = merged.overlapping(min(now, merged.end) - HISTORY)
        if self.asked and merged.end is not None and (before is None or merged.end > before):
            self.asked = replace(self.asked, failed_attempts=0)
        self.fetched = now
        self.rates = merged
        self._has_failed = False

    def report(self, now: datetime) -> dict[str, Any]:
        """Return how the prices are kept and asked for, for people who look for a fault."""
        asked = self.asked
        return {
            "fetched": self.fetched and self.fetched.isoformat(),
            "asked": asked and asked.at.isoformat(),
            "failed_attempts": asked and asked.failed_attempts,
            "requests_in_24_hours": MOST_REQUESTS - requests_left(asked, now),
            "failures_in_24_hours": len([at for at in self.failures if at > now - DAY]),
            "next_request": self.next_request(now).isoformat(),
            "known_until": self.rates.end and self.rates.end.isoformat(),
            "slots": len(self.rates),
        }

    def _update_error(self, key: str, **placeholders: str) -> UpdateFailed:
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"tariff": self.tariff, **placeholders},
        )


FEEDS: HassKey[dict[str, Feed]] = HassKey(f"{DOMAIN}_feeds")


def feed_of(hass: HomeAssistant, product: str, region: str) -> Feed:
    """Return the one feed of a product's tariff in a region."""
    feeds = hass.data.setdefault(FEEDS, {})
    tariff = tariff_code(product, region)
    if tariff not in feeds:
        feeds[tariff] = Feed(hass, product, region)
    return feeds[tariff]


def first_period(now: datetime) -> tuple[datetime, datetime]:
    """Return the period to ask for where nothing is known: a week back, and all there can be."""
    return now - HISTORY, now + HORIZON
