"""An Octopus API that is honest until a fault is switched on for a while.

It keeps a book of the prices it has given in answers that can be believed (`given`). These, and no
others, are what a home has to know; the oracle goes by that book.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from email.utils import format_datetime
import json
import re
from typing import Any, override

import aiohttp
from aiohttp.streams import StreamReader
from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMocker,
    AiohttpClientMockResponse,
    mock_stream,
)
from yarl import URL

from tests.octopus import AGILE, OUTGOING, SLOT, UK, lasting, product

# So long the book reaches back: a home keeps prices for five days less.
_BOOK = timedelta(days=40)
# The price of the slot that starts at an instant in p/kWh, VAT included; None where there is none.
type Tariff = Callable[[datetime], Decimal | None]
# An instant -> up to when prices are out by then.
type Horizon = Callable[[datetime], datetime]

SUCCESSOR = "AGILE-30-01-01"


# A tariff to compare with, whose price holds for months: its product, and its rows.
FLEXIBLE = "VAR-22-11-01"
_LASTING = (
    lasting("2017-01-01 00:00", "2018-10-01 00:00", "16.31"),
    lasting("2018-10-01 00:00", "2019-04-01 00:00", "17.94"),
    lasting("2019-04-01 00:00", "2020-10-01 00:00", "18.62"),
    lasting("2020-10-01 00:00", "2027-01-01 00:00", "19.215"),
    lasting("2027-01-01 00:00", None, "26.1135"),
)
# Pence a day, by product.
STANDING = {AGILE: "37.6525", FLEXIBLE: "41.07"}


def flexible(instant: datetime) -> Decimal:
    """Return what the tariff that is compared costs at an instant, in p/kWh."""
    row = next(each for each in reversed(_LASTING) if _begins(each) <= instant)
    return Decimal(str(row["value_inc_vat"]))


def exported(tariff: Tariff) -> Tariff:
    """Return what export pays: about half of what import costs, and never the same twice."""

    def price(start: datetime) -> Decimal | None:
        cost = tariff(start)
        odd = Decimal(int(start.timestamp()) // 1800 * 7919 % 500) / 100
        return None if cost is None else (cost / 2 + odd).quantize(Decimal("0.0001"))

    return price


def _begins(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["valid_from"])


def evening(instant: datetime, days: int = 0) -> datetime:
    """Return 23:00 UK time of the UK day that an instant lies in, or so many days later."""
    day = instant.astimezone(UK).date() + timedelta(days=days)
    return datetime.combine(day, time(23), UK).astimezone(dt_util.UTC)


def published_at(clock: time) -> Horizon:
    """Return a horizon that moves on to 23:00 tomorrow at a UK time of day."""

    def horizon(now: datetime) -> datetime:
        is_out = now.astimezone(UK).time() >= clock
        return evening(now, days=is_out)

    return horizon


@dataclass(frozen=True)
class Row:
    """A slot as an answer gives it, in p/kWh."""

    start: datetime
    price: Decimal

    def json(self, **changes: Any) -> dict[str, Any]:
        """Return it as the API writes it."""
        return {
            "value_exc_vat": float(self.price),
            "value_inc_vat": float(self.price),
            "valid_from": f"{self.start:%Y-%m-%dT%H:%M:%SZ}",
            "valid_to": f"{self.start + SLOT:%Y-%m-%dT%H:%M:%SZ}",
            "payment_method": None,
            **changes,
        }


@dataclass(frozen=True)
class Answer:
    """What a server says: a status, a body, headers; or an error of the connection.

    `seconds` is how long it takes to. `cut` breaks the connection half way through the body.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None
    seconds: float = 0
    cut: bool = False
    # What can be believed of it.
    rows: tuple[Row, ...] = ()
    is_good: bool = False


@dataclass(frozen=True)
class Question:
    """A request for prices.

    `rows` is what an honest server answers, newest first; `tariff` is what each slot costs. `since` is
    when the fault began, and `count` how many questions have come since, this one not counted.
    """

    url: URL
    now: datetime
    start: datetime
    end: datetime
    rows: tuple[Row, ...]
    since: datetime
    count: int
    tariff: Tariff

    def rows_until(self, horizon: datetime) -> tuple[Row, ...]:
        """Return the rows that an honest server gives where prices are out up to a time."""
        return rows_between(self.tariff, self.start, min(self.end, horizon))


# What a server with a fault answers. None: what an honest one does.
type Misdeed = Callable[[Question], Answer | None]


@dataclass(frozen=True)
class Fault:
    """Something a server does wrong.

    With `everywhere` it concerns every question, else those for the prices of the home's own product.
    `shows` is what price entities show once the known prices have run out: "unavailable" where the
    server is to blame, "unknown" where it just has no price; None where the prices don't run out.
    `shows_after` is when that is looked at, counted from the end of the known prices.
    """

    name: str
    misdeed: Misdeed
    everywhere: bool = False
    shows: str | None = "unavailable"
    shows_after: timedelta = timedelta(hours=7, minutes=10)
    has_successor: bool = False


@dataclass
class Spell:
    """A fault and the time `[start, end)` for which it is there."""

    fault: Fault
    start: datetime
    end: datetime
    questions: int = 0


class CutResponse(AiohttpClientMockResponse):  # type: ignore[misc]
    """An answer that breaks off."""

    @property
    @override
    def content(self) -> StreamReader:
        stream: StreamReader = mock_stream(self.response[: len(self.response) // 2])
        stream.set_exception(aiohttp.ClientPayloadError("not all of it has come"))
        return stream


def rows_between(tariff: Tariff, start: datetime, end: datetime) -> tuple[Row, ...]:
    """Return the rows that overlap a period, newest first."""
    rows = []
    slot = start.replace(minute=start.minute // 30 * 30, second=0, microsecond=0)
    while slot < end:
        price = tariff(slot)
        if price is not None:
            rows.append(Row(slot, price))
        slot += SLOT
    return tuple(reversed(rows))


def page(rows: list[Any], **changes: Any) -> bytes:
    """Return a page of a list as the API writes it."""
    return json.dumps(
        {"count": len(rows), "next": None, "previous": None, "results": rows, **changes}
    ).encode()


def honest(rows: tuple[Row, ...]) -> Answer:
    """Return an answer with rows that can be believed."""
    return Answer(body=page([row.json() for row in rows]), rows=rows, is_good=True)


@dataclass
class Book:
    """What was given of a tariff's prices, in answers that can be believed.

    `given` is the price of each slot as last given, in p/kWh, `good` when good answers came, and
    `was_good` whether the last answer was one; None before any.
    """

    given: dict[datetime, Decimal] = field(default_factory=dict)
    good: list[datetime] = field(default_factory=list)
    was_good: bool | None = None

    def take(self, rows: tuple[Row, ...], now: datetime) -> None:
        """Take down what a good answer says."""
        self.given |= {row.start: row.price for row in rows}
        for start in [start for start in self.given if start < now - _BOOK]:
            del self.given[start]
        self.good.append(now)
        self.was_good = True


def is_of_months(url: URL) -> bool:
    """Tell whether a request is for whole months of the past, which is kept apart from what is new."""
    start = url.query.get("period_from", "")
    return start[8:10] == "01" and start[11:16] == "00:00"


def _passes_a_minute(now: datetime, seconds: float) -> bool:
    """Tell whether something may begin or end in the middle of an answer, or a moment later."""
    return now.second + now.microsecond / 1e6 + seconds > 57


class Octopus:
    """The server. `spells` are its faults, `horizon` says how far prices are out."""

    def __init__(
        self, mocker: AiohttpClientMocker, freezer: FrozenDateTimeFactory, tariff: Tariff
    ) -> None:
        """Answer all requests to the API, by a tariff."""
        mocker.get(re.compile(r"^https://api\.octopus\.energy/v1/"), side_effect=self._respond)
        self._mocker = mocker
        self._freezer = freezer
        self.tariff = tariff
        self.horizon: Horizon = published_at(time(16, 5))
        self.spells: list[Spell] = []
        self.requests: list[tuple[datetime, URL]] = []
        self.books = {AGILE: Book(), OUTGOING: Book()}
        # What was given of whole months of the home's tariff, for comparisons.
        self.past: dict[datetime, Decimal] = {}
        # When it asked to be left alone for a while.
        self.paused: list[datetime] = []

    @property
    def given(self) -> dict[datetime, Decimal]:
        """The book of the home's own prices."""
        return self.books[AGILE].given

    @property
    def good(self) -> list[datetime]:
        """When good answers about the home's own prices came."""
        return self.books[AGILE].good

    def fail(self, fault: Fault, start: datetime, end: datetime) -> None:
        """Switch a fault on for a while."""
        self.spells.append(Spell(fault, start, end))

    def spell(self, now: datetime) -> Spell | None:
        """Return the fault that is there at an instant, of several the one switched on last."""
        there = (spell for spell in reversed(self.spells) if spell.start <= now < spell.end)
        return next(there, None)

    async def _respond(self, method: str, url: URL, data: Any) -> AiohttpClientMockResponse:
        now = dt_util.utcnow()
        self._mocker.mock_calls.clear()
        self.requests.append((now, url))
        book = None if is_of_months(url) else self._book(url)
        answer = self._answer(url, now)
        if book is not None:
            book.was_good = False
        if answer.seconds:
            await self._take_time(answer, now)
        if answer.error is not None:
            raise answer.error
        if book is not None and answer.is_good:
            book.take(answer.rows, now)
        elif self._book(url) is self.books[AGILE] and answer.is_good:
            self.past |= {row.start: row.price for row in answer.rows}
        if "Retry-After" in answer.headers:
            self.paused.append(now)
        kind = CutResponse if answer.cut else AiohttpClientMockResponse
        headers = {
            "Content-Type": answer.content_type,
            "Date": format_datetime(dt_util.utcnow(), usegmt=True),
            **answer.headers,
        }
        return kind(method, url, status=answer.status, response=answer.body, headers=headers)

    async def _take_time(self, answer: Answer, now: datetime) -> None:
        """Let time pass: here, and nowhere else.

        Where something would begin or end meanwhile, there is no telling who notices first. So a slow
        answer fails at once there, and one that comes after all comes at once.
        """
        if _passes_a_minute(now, answer.seconds):
            if not answer.is_good:
                raise TimeoutError
            return
        self._freezer.tick(answer.seconds)
        for _ in range(5):
            await asyncio.sleep(0)

    def _book(self, url: URL) -> Book | None:
        """Return the book of the prices that a request is for."""
        if not url.path.endswith("/standard-unit-rates/"):
            return None
        return next((book for code, book in self.books.items() if f"/{code}/" in url.path), None)

    def _answer(self, url: URL, now: datetime) -> Answer:
        spell = self.spell(now)
        question = self._question(url, now, spell)
        is_ours = self._book(url) is self.books[AGILE] and not is_of_months(url)
        if spell is not None and (is_ours or spell.fault.everywhere):
            answer = spell.fault.misdeed(question)
            spell.questions += url.path.endswith("/standard-unit-rates/")
            if answer is not None:
                return answer
        if f"/{FLEXIBLE}/" in url.path and url.path.endswith("/standard-unit-rates/"):
            return Answer(body=page([*reversed(_LASTING)]))
        if url.path.endswith("/standard-unit-rates/"):
            return honest(question.rows)
        if url.path.endswith("/standing-charges/"):
            price = STANDING[FLEXIBLE if FLEXIBLE in url.path else AGILE]
            return Answer(body=page([lasting("2017-01-01 00:00", None, price)]))
        code = SUCCESSOR if spell is not None and spell.fault.has_successor else AGILE
        return Answer(body=page([product(code)]))

    def _question(self, url: URL, now: datetime, spell: Spell | None) -> Question:
        start, end = (
            datetime.fromisoformat(url.query[key]) if key in url.query else now
            for key in ("period_from", "period_to")
        )
        since, count = (now, 0) if spell is None else (spell.start, spell.questions)
        tariff = exported(self.tariff) if f"/{OUTGOING}/" in url.path else self.tariff
        question = Question(url, now, start, end, (), since, count, tariff)
        if self._book(url) is None and SUCCESSOR not in url.path:
            # Rows of ten years would take long.
            return question
        return replace(question, rows=question.rows_until(self.horizon(now)))
