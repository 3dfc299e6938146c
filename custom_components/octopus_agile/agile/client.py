"""The requests to the public Octopus API that Agile needs, and no others. No account, no key.

The facts about the API come from its public documentation and recorded answers, collected in
November 2026. The client trusts nothing: what an answer must look like stands in `parsing`.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
import logging
from time import monotonic
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from .errors import ApiNotFound, ApiUnavailable, ApiUnexpected
from .parsing import (
    parse_json,
    parse_page,
    parse_product,
    parse_products,
    parse_rates,
    parse_regions,
    parse_standing_charge,
)
from .rates import Rates
from .tariffs import Product, Region, is_product_code, newest_first, normalise_postcode, tariff_code

API_URL = "https://api.octopus.energy/v1/"

_LOGGER = logging.getLogger(__name__)
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LARGEST_BODY = 4 * 1024 * 1024
# Prices and products come on one page, or two; five would do if the size of a page were ignored.
_MOST_PAGES = 5
# The API caps it at that in silence: a month of half-hours in one request.
_PAGE_SIZE = 1500


class AgileClient:
    """Asks the Octopus API.

    Every method raises `ApiUnavailable` where there is no answer, `ApiUnexpected` where the answer
    can't be right, and those that ask about one product or tariff `ApiNotFound` where there is none.
    """

    def __init__(self, session: aiohttp.ClientSession, base_url: str = API_URL) -> None:
        """Use an aiohttp session that somebody else owns. `base_url` ends with the version's slash."""
        self._session = session
        self._base = URL(base_url)
        # How many requests it has made.
        self.requests = 0
        # By how much the server's clock is ahead of ours, as its last answer said.
        self.server_ahead: timedelta | None = None

    async def regions(self, postcode: str) -> tuple[Region, ...]:
        """Return the regions a postcode may lie in: one as a rule, none where it is unknown.

        Raises ValueError for a text that is no postcode. The postcode goes into the request and
        nowhere else.
        """
        params = {"postcode": normalise_postcode(postcode)}
        return parse_regions(await self._rows("industry/grid-supply-points/", params))

    async def products(self) -> list[Product]:
        """Return the Agile import products for homes that are on sale now, newest first."""
        rows = await self._rows("products/", {"brand": "OCTOPUS_ENERGY"})
        return newest_first(parse_products(rows))

    async def product(self, code: str, region: Region) -> tuple[Product, str]:
        """Return a product, on sale or not, and the code of its tariff in a region.

        Raises `ApiNotFound` also where the product isn't offered in the region.
        """
        value = await self._json(self._base.joinpath("products", f"{_path_part(code)}/"))
        product, tariff = parse_product(value, region.letter)
        if product.code != code:
            raise ApiUnexpected("the answer is about another product")
        if tariff is None:
            raise ApiNotFound(f"{code} has no tariff in region {region.letter}")
        if tariff != tariff_code(code, region.letter):
            raise ApiUnexpected("the tariff's code is not built like others")
        return product, tariff

    async def rates(
        self,
        product_code: str,
        region_letter: str,
        start: datetime,
        end: datetime,
        *,
        page_size: int = _PAGE_SIZE,
        most_pages: int = _MOST_PAGES,
    ) -> Rates:
        """Return the published rates of every slot that overlaps `[start, end)`; perhaps none.

        An answer of more pages than `most_pages` is refused.
        """
        started = monotonic()
        path = _tariff_path(product_code, region_letter, "standard-unit-rates/")
        params = {**_period(start, end), "page_size": str(page_size)}
        rates = parse_rates(await self._rows(path, params, min(most_pages, _MOST_PAGES)))
        _LOGGER.debug(
            "%s from %s to %s: %d slots in %.0f ms",
            tariff_code(product_code, region_letter),
            params["period_from"],
            params["period_to"],
            len(rates),
            (monotonic() - started) * 1000,
        )
        return rates

    async def standing_charge(
        self, product_code: str, region_letter: str, at: datetime
    ) -> Decimal | None:
        """Return the standing charge at an instant in GBP a day, None where none is published."""
        path = _tariff_path(product_code, region_letter, "standing-charges/")
        rows = await self._rows(path, _period(at, at + timedelta(minutes=30)))
        return parse_standing_charge(rows, at)

    async def _rows(
        self, path: str, params: dict[str, str], most_pages: int = _MOST_PAGES
    ) -> list[dict[str, Any]]:
        """Return the rows of all pages of a list."""
        url = self._base.join(URL(path)).with_query(params)
        rows, following = parse_page(await self._json(url))
        seen = {url}
        while following is not None:
            url = self._checked(following)
            if url in seen or len(seen) >= most_pages:
                raise ApiUnexpected("the pages never end")
            seen.add(url)
            more, following = parse_page(await self._json(url))
            rows += more
        return rows

    def _checked(self, link: str) -> URL:
        """Return a link as an address, refused if it leads away from the API."""
        try:
            url = URL(link)
            origin = url.origin()
        except ValueError:
            # The error's own text may hold the link.
            raise ApiUnexpected("the link to the next page is no address") from None
        if origin != self._base.origin():
            raise ApiUnexpected("the link to the next page leads elsewhere")
        return url

    async def _json(self, url: URL) -> Any:
        """Return the JSON value behind an address."""
        try:
            async with asyncio.timeout(_TIMEOUT.total):
                return await self._ask(url)
        # The errors' own texts may hold the address, and with it the postcode.
        except TimeoutError:
            raise ApiUnavailable("no answer within 10 s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ApiUnavailable(f"no connection ({type(error).__name__})") from None

    async def _ask(self, url: URL) -> Any:
        self.requests += 1
        # Redirects are not followed: the API has none, and one could lead anywhere.
        async with self._session.get(
            url, timeout=_TIMEOUT, allow_redirects=False, headers={"Accept": "application/json"}
        ) as response:
            self.server_ahead = _from_now(response.headers.get("Date"))
            if not _is_json(response.headers.get("Content-Type", "")):
                # Such pages come from the network in front of the API, which has served them for
                # hours at a time. They say nothing about region or product.
                raise ApiUnavailable(
                    f"status {response.status} with something other than JSON",
                    _retry_after(response.headers.get("Retry-After")),
                )
            if response.status == 404:
                raise ApiNotFound("status 404")
            if response.status == 400:
                raise ApiUnexpected("the API refused the question (status 400)")
            if response.status != 200:
                raise ApiUnavailable(
                    f"status {response.status}", _retry_after(response.headers.get("Retry-After"))
                )
            body = bytearray()
            async for chunk in response.content.iter_chunked(64 * 1024):
                body += chunk
                if len(body) > _LARGEST_BODY:
                    raise ApiUnexpected("the answer is too large")
            return parse_json(bytes(body))


def _path_part(code: str) -> str:
    if not is_product_code(code):
        raise ApiNotFound("not the form of a product code")
    return quote(code, safe="")


def _tariff_path(product_code: str, region_letter: str, what: str) -> str:
    code = _path_part(product_code)
    return f"products/{code}/electricity-tariffs/{tariff_code(code, region_letter)}/{what}"


def _period(start: datetime, end: datetime) -> dict[str, str]:
    return {"period_from": _utc(start), "period_to": _utc(end)}


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _retry_after(value: str | None) -> timedelta | None:
    """Return how long a Retry-After header asks to wait: seconds or a date, None if it is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        # More digits than a day's seconds have mean "long"; the reader sets its own limit.
        return timedelta(seconds=int(value.strip()[:6]))
    wait = _from_now(value)
    return None if wait is None else max(wait, timedelta(0))


def _from_now(value: str | None) -> timedelta | None:
    """Return how far ahead a header's date is, None if it is none."""
    try:
        return None if value is None else parsedate_to_datetime(value) - datetime.now(UTC)
    except ValueError, TypeError:
        return None
