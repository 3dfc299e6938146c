"""The requests to the public Octopus API that Agile needs. No account, no key, no cookies.

What it assumes about the API comes from public documentation and responses recorded in November 2026.
The client trusts nothing: `parsing` defines what a response must look like.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
import logging
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import hdrs
from yarl import URL

from .errors import ApiNotFound, ApiTooLong, ApiUnavailable, ApiUnexpected
from .parsing import (
    parse_home_products,
    parse_json,
    parse_page,
    parse_product,
    parse_products,
    parse_rates,
    parse_regions,
)
from .publication import horizon
from .rates import Rates
from .tariffs import REGIONS, Product, Region, Tariff, is_product_code, newest_first, normalise_postcode

API_URL = "https://api.octopus.energy/v1/"

_LOGGER = logging.getLogger(__name__)
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LARGEST_BODY = 4 * 1024 * 1024
# Every list we request fits on two pages. A month of prices would take 16 at the API's default page
# size of 100, should it ever ignore ours.
_MOST_PAGES = 20
# A month of half hours in one request. The API silently caps it there.
_PAGE_SIZE = 1500
# More than two days of half hours take long to parse.
_MANY_ROWS = 200
_LARGE_BODY = 64 * 1024


class AgileClient:
    """Makes requests to the Octopus API.

    Every method raises `ApiUnavailable` if there is no response and `ApiUnexpected` if the response
    can't be right. Those for one product or tariff raise `ApiNotFound` if it doesn't exist.
    """

    def __init__(self, session: aiohttp.ClientSession, base_url: str = API_URL) -> None:
        """Use a session that the caller closes. `base_url` must end with a slash.

        Requests send no cookies, whatever is in the session's jar. Use a `DummyCookieJar` to avoid
        storing any either.
        """
        self._session = session
        self._base = URL(base_url)
        # The number of requests made so far.
        self.requests = 0
        # How far the server's clock was ahead of ours in its last response.
        self.server_ahead: timedelta | None = None

    async def regions(self, postcode: str) -> tuple[Region, ...]:
        """Return the regions for a postcode: usually one, none if the API doesn't know it.

        Raises ValueError for text that can't be a postcode. The postcode is used only in
        the request.
        """
        params = {"postcode": normalise_postcode(postcode)}
        return parse_regions(await self._rows("industry/grid-supply-points/", params))

    async def products(self) -> list[Product]:
        """Return the Agile import products for homes that are on sale, newest first."""
        return newest_first(parse_products(await self._products()))

    async def home_products(self) -> list[Product]:
        """Return all products for homes that are on sale, in both directions, newest first.

        Whether a region has one, `product` tells.
        """
        return newest_first(parse_home_products(await self._products()))

    async def _products(self) -> list[dict[str, Any]]:
        return await self._rows("products/", {"brand": "OCTOPUS_ENERGY"})

    async def product(self, code: str, region: Region) -> tuple[Product, str]:
        """Return a product, on sale or not, and the code of its tariff in a region.

        Also raises `ApiNotFound` if the product isn't offered in the region.
        """
        value = await self._json(self._base.joinpath("products", f"{_path_part(code)}/"))
        product, tariff = parse_product(value, region.letter)
        if product.code != code:
            raise ApiUnexpected("the answer is about another product")
        if tariff is None:
            raise ApiNotFound(f"{code} has no tariff in region {region.letter}")
        if tariff != Tariff(code, region.letter).code:
            raise ApiUnexpected("the tariff's code is not built like others")
        return product, tariff

    async def rates(
        self,
        tariff: Tariff,
        start: datetime,
        end: datetime,
        *,
        most_pages: int = _MOST_PAGES,
        to_end: bool = False,
    ) -> Rates:
        """Return the published rates in `[start, end)`, if any, but none beyond the horizon.

        Half-hourly rates that overlap either end are kept whole; longer ones are cut to the period. With
        `to_end`, a price that is said to hold on is believed up to `end`, beyond the horizon.
        Raises `ApiTooLong` if the response has more pages than `most_pages`.
        """
        path = _tariff_path(tariff, "standard-unit-rates/")
        params = {**_period(start, end), "page_size": str(_PAGE_SIZE)}
        rows = await self._rows(path, params, most_pages, may_be_missing=True)
        known_until = end if to_end else horizon(datetime.now(UTC))
        parse = partial(parse_rates, rows, start, end, known_until, half_hourly=tariff.is_half_hourly)
        rates, dropped = await _aside(parse, is_long=len(rows) > _MANY_ROWS)
        _LOGGER.debug("%s from %s to %s: %d slots", tariff.code, start, end, len(rates))
        if dropped:
            _LOGGER.debug("%s: dropped %d rows that can't be right", tariff.code, dropped)
        return rates

    async def standing_charges(self, tariff: Tariff, start: datetime, end: datetime) -> Rates:
        """Return the standing charges in `[start, end)`, cut to it, with prices in GBP per day.

        A charge until further notice has the VAT of today for all of its time.
        """
        path = _tariff_path(tariff, "standing-charges/")
        rows = await self._rows(path, _period(start, end), may_be_missing=True)
        return parse_rates(rows, start, end, end, half_hourly=False)[0]

    async def _rows(
        self,
        path: str,
        params: dict[str, str],
        most_pages: int = _MOST_PAGES,
        *,
        may_be_missing: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the rows of all pages of a list. `may_be_missing` means the list may not exist."""
        url = self._base.join(URL(path)).with_query(params)
        rows: list[dict[str, Any]] = []
        seen: set[URL] = set()
        while True:
            try:
                page = parse_page(await self._json(url))
            except ApiNotFound:
                if may_be_missing and not seen:
                    raise
                raise ApiUnavailable("a list has gone (status 404)") from None
            seen.add(url)
            rows += page.rows
            if page.following is None:
                break
            url = self._checked(page.following)
            if url in seen or len(seen) >= _MOST_PAGES:
                raise ApiUnexpected("the pages never end")
            if len(seen) >= most_pages:
                raise ApiTooLong("there are more pages than that")
        # Use the last page's count: rows added while we read move others on to the next page.
        if page.count is not None and page.count != len(rows):
            raise ApiUnexpected("the number of rows differs from the count")
        return rows

    def _checked(self, link: str) -> URL:
        """Return a link as a URL; refuse one that leaves the API's origin or contains a login."""
        try:
            url = URL(link)
            origin = url.origin()
        except ValueError:
            # The error's message may repeat the link.
            raise ApiUnexpected("the link to the next page is no address") from None
        # An origin leaves out the login, but a request would send it.
        if origin != self._base.origin() or url.user is not None or url.password is not None:
            raise ApiUnexpected("the link to the next page leads elsewhere")
        return url

    async def _json(self, url: URL) -> Any:
        """Return the JSON value at a URL."""
        try:
            async with asyncio.timeout(_TIMEOUT.total):
                return await self._ask(url)
        # The errors' messages may repeat the URL, and so the postcode.
        except TimeoutError:
            raise ApiUnavailable("no answer within 10 s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ApiUnavailable(f"no connection ({type(error).__name__})") from None

    async def _ask(self, url: URL) -> Any:
        self.requests += 1
        # Don't follow redirects: the API sends none, and one could lead anywhere.
        async with self._session.get(
            url,
            timeout=_TIMEOUT,
            allow_redirects=False,
            headers={"Accept": "application/json"},
            middlewares=(_without_cookies,),
        ) as response:
            self.server_ahead = _from_now(response.headers.get("Date"))
            if not _is_json(response.headers.get("Content-Type", "")):
                # An error page from the CDN in front of the API, sometimes for hours. It says nothing
                # about the region or product.
                raise ApiUnavailable(
                    f"status {response.status} with something other than JSON",
                    _retry_after(response.headers.get("Retry-After")),
                )
            if response.status == 404:
                raise ApiNotFound("status 404")
            if response.status == 400:
                raise ApiUnexpected("the API rejected the request (status 400)")
            if response.status != 200:
                raise ApiUnavailable(
                    f"status {response.status}", _retry_after(response.headers.get("Retry-After"))
                )
            body = bytearray()
            async for chunk in response.content.iter_chunked(64 * 1024):
                body += chunk
                if len(body) > _LARGEST_BODY:
                    raise ApiUnexpected("the answer is too large")
            return await _aside(partial(parse_json, bytes(body)), is_long=len(body) > _LARGE_BODY)


async def _aside[T](work: Callable[[], T], *, is_long: bool) -> T:
    """Do some work; what takes long must not hold the event loop."""
    return await asyncio.to_thread(work) if is_long else work()


async def _without_cookies(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request without the cookies of a possibly shared session."""
    request.headers.pop(hdrs.COOKIE, None)
    return await handler(request)


def _path_part(code: str) -> str:
    if not is_product_code(code):
        raise ApiNotFound("not the form of a product code")
    return quote(code, safe="")


def _tariff_path(tariff: Tariff, what: str) -> str:
    product = _path_part(tariff.product)
    if tariff.region not in REGIONS:
        raise ApiNotFound("not the letter of a region")
    return f"products/{product}/electricity-tariffs/{tariff.code}/{what}"


def _period(start: datetime, end: datetime) -> dict[str, str]:
    return {"period_from": _utc(start), "period_to": _utc(end)}


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _retry_after(value: str | None) -> timedelta | None:
    """Return the wait a Retry-After header asks for, as seconds or a date; None if it is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        # Six digits are at most 11 days, far longer than the caller allows.
        return timedelta(seconds=int(value.strip()[:6]))
    wait = _from_now(value)
    return None if wait is None else max(wait, timedelta(0))


def _from_now(value: str | None) -> timedelta | None:
    """Return how far in the future a header's date is, None if it isn't a date."""
    try:
        return None if value is None else parsedate_to_datetime(value) - datetime.now(UTC)
    except ValueError, TypeError, OverflowError:
        return None
