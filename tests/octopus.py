"""An Octopus API for tests: answers requests by rules that a test can change while the clock runs."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from functools import cache
from itertools import pairwise
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMocker,
    AiohttpClientMockResponse,
)
from yarl import URL

UK = ZoneInfo("Europe/London")
SLOT = timedelta(minutes=30)
FIVE_MINUTES = timedelta(minutes=5)
AGILE = "AGILE-24-10-01"
NEWER = "AGILE-26-11-01"
OUTGOING = "AGILE-OUTGOING-19-05-13"

type Prices = Callable[[datetime], str | None]


def uk(text: str) -> datetime:
    """Return a UK local time, like "2026-11-23 16:00", in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UK).astimezone(UTC)


def product(code: str, **changes: Any) -> dict[str, Any]:
    """Return a row of the list of products."""
    return {
        "code": code,
        "direction": "IMPORT",
        "full_name": f"Full name of {code}",
        "display_name": "Agile Octopus",
        "brand": "OCTOPUS_ENERGY",
        "is_business": False,
        "available_from": "2024-10-01T00:00:00+01:00",
        "available_to": None,
        **changes,
    }


def twenty_pence(start: datetime) -> str:
    """Return the dullest prices."""
    return "20.0"


def day_of(prices: dict[str, str], otherwise: str = "20.0") -> Prices:
    """Return prices by UK time of day, like {"02:30": "5.5"}, the same every day."""

    def price(start: datetime) -> str:
        return prices.get(f"{start.astimezone(UK):%H:%M}", otherwise)

    return price


class FakeOctopus:
    """Octopus as a home sees it. Prices for tomorrow come at `publishes_at`, UK time."""

    def __init__(self, mocker: AiohttpClientMocker) -> None:
        """Answer all requests to the API."""
        mocker.get(re.compile(r"^https://api\.octopus\.energy/v1/"), side_effect=self._answer)
        self.groups = {"SW1A1AA": ["_C"]}
        self.products: list[dict[str, Any]] = [product(AGILE)]
        self.publishing = {AGILE}
        # Products that the API still knows but gives no prices of.
        self.ended: set[str] = set()
        self.prices: Prices = twenty_pence
        # What export pays by the half hour; no other product has prices of its own.
        self.outgoing: Prices = twenty_pence
        # Rows that last, by product: of unit rates and of standing charges.
        self.lasting: dict[str, list[dict[str, Any]]] = {}
        self.standing_charges = [lasting("2024-10-01 00:00", None, "37.6525")]
        self.charges_of: dict[str, list[dict[str, Any]]] = {}
        # The rows of a period, by these prices.
        self.rows: Callable[[datetime, datetime], Iterable[dict[str, Any]]] = self._rows
        self.publishes_at = time(16)
        # How far half-hourly prices reach back from the last; None if for ever. A month of them at each
        # set-up would take as long as all the rest of most tests.
        self.reaches_back: timedelta | None = timedelta(days=4)
        # What it answers instead, if anything: (status, content type, body), or an exception.
        self.fault: tuple[int, str, bytes] | Exception | None = None
        self.fault_headers: dict[str, str] = {}
        # What it answers to questions about prices, if not by the rules below: a page anew each time.
        self.page: Callable[[], bytes] | None = None
        # By how much its clock is ahead, and headers of its answers.
        self.ahead: timedelta | None = None
        self.headers: dict[str, str] = {}
        # Only questions whose address holds this text get such an answer.
        self.fault_for = ""
        # While it is clear, answers wait for it.
        self.answers = asyncio.Event()
        self.answers.set()
        self.requests: list[tuple[datetime, URL]] = []
        # Those for standing charges are kept apart: most tests count what is asked about prices.
        self.requests_for_charges: list[tuple[datetime, URL]] = []
        self.was_asked = asyncio.Event()

    def end_product(self, *, not_found: bool) -> None:
        """Let a newer product take the place of the one that is set up."""
        self.products = [product(NEWER)]
        self.publishing = {NEWER}
        self.ended = set() if not_found else {AGILE}

    def asked_for(self, what: str) -> list[datetime]:
        """Return when requests whose address holds a text came."""
        requests = self.requests + self.requests_for_charges
        return sorted(at for at, url in requests if what in str(url))

    async def _answer(self, method: str, url: URL, data: Any) -> AiohttpClientMockResponse:
        is_for_charges = url.path.endswith("/standing-charges/")
        requests = self.requests_for_charges if is_for_charges else self.requests
        requests.append((dt_util.utcnow(), url))
        self.was_asked.set()
        await self.answers.wait()
        fault = self.fault if self.fault_for in str(url) else None
        if isinstance(fault, Exception):
            raise fault
        if fault is not None:
            status, content_type, body = fault
            headers = {"Content-Type": content_type, **self.fault_headers}
            return AiohttpClientMockResponse(method, url, status=status, response=body, headers=headers)
        status, value = self._value(url)
        body = self.page() if self.page else json.dumps(value).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        if self.ahead is not None:
            headers["Date"] = format_datetime(dt_util.utcnow() + self.ahead, usegmt=True)
        return AiohttpClientMockResponse(method, url, status=status, response=body, headers=headers)

    def _value(self, url: URL) -> tuple[int, Any]:
        match url.path.removeprefix("/v1/").strip("/").split("/"):
            case ["industry", "grid-supply-points"]:
                groups = self.groups.get(url.query["postcode"], [])
                return 200, _page([{"group_id": group} for group in groups])
            case ["products"]:
                return 200, _page(self.products)
            case ["products", code] if code in self.publishing:
                tariffs = {
                    f"_{letter}": {"direct_debit_monthly": {"code": f"E-1R-{code}-{letter}"}}
                    for letter in "ABCDEFGHJKLMN"
                }
                row = next((row for row in self.products if row["code"] == code), product(code))
                return 200, {**row, "single_register_electricity_tariffs": tariffs}
            case ["products", code, _, _, _] if code in self.ended:
                return 200, _page([])
            case ["products", code, "electricity-tariffs", _, "standard-unit-rates"] if (
                code in self.publishing
            ):
                return 200, _page(list(self.rows(*_period(url))), url)
            case ["products", "AGILE-OUTGOING-19-05-13", "electricity-tariffs", _, "standard-unit-rates"]:
                return 200, _page(list(self._rows(*_period(url), self.outgoing)), url)
            case ["products", code, "electricity-tariffs", _, "standard-unit-rates"] if (
                code in self.lasting
            ):
                return 200, _page(_overlapping(self.lasting[code], *_period(url)), url)
            case ["products", code, "electricity-tariffs", _, "standing-charges"]:
                charges = self.charges_of.get(code, self.standing_charges)
                return 200, _page(_overlapping(charges, *_period(url)), url)
        return 404, {"detail": "Not found."}

    def _rows(
        self, start: datetime, end: datetime, prices: Prices | None = None
    ) -> Iterator[dict[str, Any]]:
        """Give rates newest first, every slot that overlaps the period and is published by now."""
        now = dt_util.utcnow().astimezone(UK)
        days = 1 if now.time() >= self.publishes_at else 0
        horizon = datetime.combine(now.date() + timedelta(days=days), time(23), UK).astimezone(UTC)
        if self.reaches_back is not None:
            start = max(start, horizon - self.reaches_back)
        slot = min(end, horizon) - timedelta(microseconds=1)
        slot = slot.replace(minute=slot.minute // 30 * 30, second=0, microsecond=0)
        while slot + SLOT > start:
            price = (prices or self.prices)(slot)
            if price is not None:
                yield {
                    "value_exc_vat": 0,
                    "value_inc_vat": float(price),
                    "valid_from": _stamp(slot),
                    "valid_to": _stamp(slot + SLOT),
                    "payment_method": None,
                }
            slot -= SLOT


@cache
def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def gaps(octopus: FakeOctopus) -> list[timedelta]:
    """Return the times between one request for prices and the next."""
    asked = octopus.asked_for("standard-unit-rates")
    return [after - before for before, after in pairwise(asked)]


def lasting(start: str, end: str | None, price: str, method: str | None = None) -> dict[str, Any]:
    """Return a row from one UK local time to another; without an end it holds until further notice."""
    return {
        "value_exc_vat": 0,
        "value_inc_vat": float(price),
        "valid_from": _stamp(uk(start)),
        "valid_to": end and _stamp(uk(end)),
        "payment_method": method,
    }


def _period(url: URL) -> tuple[datetime, datetime]:
    start, end = (datetime.fromisoformat(url.query[key]) for key in ("period_from", "period_to"))
    return start, end


def _overlapping(rows: list[dict[str, Any]], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return the rows that overlap a period."""
    return [
        row
        for row in rows
        if datetime.fromisoformat(row["valid_from"]) < end
        and (row["valid_to"] is None or datetime.fromisoformat(row["valid_to"]) > start)
    ]


def _page(rows: list[dict[str, Any]], url: URL | None = None) -> dict[str, Any]:
    """Return the page of rows that an address asks for; without one, all of them."""
    if url is None:
        return {"count": len(rows), "next": None, "previous": None, "results": rows}
    size = min(int(url.query.get("page_size", 100)), 1500)
    number = int(url.query.get("page", 1))
    following = str(url.update_query(page=number + 1)) if len(rows) > size * number else None
    results = rows[size * (number - 1) : size * number]
    return {"count": len(rows), "next": following, "previous": None, "results": results}
