"""Everything a server can do wrong, by name. What a user sees of each stands in docs/faults.md."""

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from email.utils import format_datetime
import json
from typing import Any

import aiohttp

from tests.octopus import SLOT, UK

from .server import Answer, Fault, Misdeed, Question, Row, evening, honest, page, published_at

_HTML = b"<!doctype html><html><body>Request blocked</body></html>"
_JSON = b'{"detail": "no"}'
_FOUR = Decimal("0.0001")


def _says(status: int, body: bytes = _JSON, kind: str = "application/json", **headers: str) -> Misdeed:
    """Answer the same to everything; headers by name with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda question: Answer(status, body, kind, named)


def _breaks(error: Exception) -> Misdeed:
    return lambda question: Answer(error=error)


def _slow(seconds: float) -> Misdeed:
    def misdeed(question: Question) -> Answer:
        return Answer(body=page([row.json() for row in question.rows]), seconds=seconds)

    return misdeed


def _sluggish(question: Question) -> Answer:
    good = honest(question.rows)
    return Answer(body=good.body, rows=good.rows, is_good=True, seconds=8)


def _cut_halfway(question: Question) -> Answer:
    return Answer(body=honest(question.rows).body, cut=True)


def _retry_after_date(question: Question) -> Answer:
    until = question.now + timedelta(minutes=50)
    return Answer(429, _JSON, headers={"Retry-After": format_datetime(until, usegmt=True)})


def _truncated(question: Question) -> Answer:
    body = honest(question.rows).body
    return Answer(body=body[: len(body) * 2 // 3])


def _huge(question: Question) -> Answer:
    return Answer(body=b" " * 5_000_000 + honest(question.rows).body)


def _changed_rows(change: Callable[[list[dict[str, Any]]], list[Any]], **page_changes: Any) -> Misdeed:
    """Answer with rows that are changed so that they can't be believed any more."""

    def misdeed(question: Question) -> Answer | None:
        rows = [row.json() for row in question.rows]
        return Answer(body=page(change(rows), **page_changes)) if len(rows) > 2 else None

    return misdeed


def _first_row(**changes: Any) -> Misdeed:
    return _changed_rows(lambda rows: [rows[0] | changes, *rows[1:]])


def _still_good(
    change: Callable[[list[dict[str, Any]]], list[Any]], believed: slice = slice(None)
) -> Misdeed:
    """Answer with rows that are odd, of which some or all can be believed all the same."""

    def misdeed(question: Question) -> Answer | None:
        rows = [row.json() for row in question.rows]
        if len(rows) <= 2:
            return None
        return Answer(body=page(change(rows)), rows=question.rows[believed], is_good=True)

    return misdeed


def _overlapping(rows: list[dict[str, Any]]) -> list[Any]:
    return [rows[0], rows[1] | {"valid_to": rows[0]["valid_to"]}, *rows[2:]]


def _next(link: Callable[[Question], str]) -> Misdeed:
    def misdeed(question: Question) -> Answer:
        return Answer(body=page([row.json() for row in question.rows], next=link(question)))

    return misdeed


def _endless(question: Question) -> str:
    number = int(question.url.query.get("page", "1")) + 1
    return str(question.url.update_query(page=str(number)))


def _second_page_gone(question: Question) -> Answer | None:
    """Answer with the first half of the rows, and a link to the rest, which isn't there."""
    if question.url.query.get("page") == "2":
        return Answer(404, _JSON)
    rows = [row.json() for row in question.rows]
    following = str(question.url.update_query(page="2"))
    return Answer(body=page(rows[: len(rows) // 2], next=following, count=len(rows)))


def _decades_ahead(rows: list[dict[str, Any]]) -> list[Any]:
    far = {"valid_from": "2099-01-01T00:00:00Z", "valid_to": "2099-01-01T00:30:00Z"}
    return [rows[0] | far, *rows]


def _missing(question: Question) -> Answer:
    """Leave out two hours of every evening, as long as the fault is there."""
    return honest(tuple(row for row in question.rows if not 19 <= row.start.astimezone(UK).hour < 21))


def _revised(question: Question) -> Answer:
    return honest(tuple(Row(row.start, 30 - row.price) for row in question.rows))


def _wild(question: Question) -> Answer:
    """Give prices far above any cap by day, and far below zero by night."""
    return honest(
        tuple(
            Row(row.start, Decimal(-250) if row.start.hour < 5 else Decimal("812.5"))
            for row in question.rows
        )
    )


def _vat(question: Question) -> Answer:
    """Add VAT of 5% to all slots from the UK midnight after it began."""
    due = evening(question.since) + timedelta(hours=1)
    return honest(
        tuple(
            row if row.start < due else Row(row.start, (row.price * Decimal("1.05")).quantize(_FOUR))
            for row in question.rows
        )
    )


def _late(question: Question) -> Answer:
    return honest(question.rows_until(published_at(time(23, 59))(question.now)))


def _halves(question: Question) -> Answer:
    """Publish the first half of the next day at 16:05, the rest at 19:20."""
    first = published_at(time(16, 5))(question.now)
    rest = published_at(time(19, 20))(question.now)
    return honest(question.rows_until(rest if rest == first else first - timedelta(hours=12)))


def _slot_by_slot(question: Question) -> Answer:
    """Publish one more slot with every question, from what was out when it began."""
    horizon = evening(question.since) + SLOT * question.count
    return honest(question.rows_until(min(horizon, evening(question.now, days=1))))


def _nothing_new(question: Question) -> Answer:
    return honest(question.rows_until(published_at(time(16, 5))(question.since)))


def _no_rows(question: Question) -> Answer:
    return honest(())


def _everywhere(name: str, misdeed: Misdeed) -> Fault:
    return Fault(name, misdeed, everywhere=True)


_ALL = [
    _everywhere("slow", _slow(11)),
    _everywhere("refused connection", _breaks(aiohttp.ClientConnectionError())),
    _everywhere("cut connection", _breaks(aiohttp.ServerDisconnectedError())),
    _everywhere("cut half way", _cut_halfway),
    Fault("sluggish", _sluggish, shows=None),
    _everywhere("400", _says(400)),
    _everywhere("429", _says(429)),
    _everywhere("429 with seconds", _says(429, Retry_After="3000")),
    _everywhere("429 with a date", _retry_after_date),
    _everywhere("500", _says(500)),
    _everywhere("503", _says(503)),
    _everywhere("503 with seconds", _says(503, Retry_After="1800")),
    _everywhere("redirect", _says(302, Location="https://example.com/", kind="text/html")),
    _everywhere("HTML 403", _says(403, _HTML, "text/html")),
    _everywhere("HTML 404", _says(404, _HTML, "text/html")),
    _everywhere("HTML that says all is well", _says(200, _HTML, "text/html; charset=utf-8")),
    _everywhere("HTML called JSON", _says(200, _HTML)),
    _everywhere("empty body", _says(200, b"")),
    Fault("truncated JSON", _truncated),
    Fault("huge JSON", _huge),
    Fault("a list for an object", _says(200, b"[]")),
    Fault("null", _says(200, b"null")),
    Fault("deeply nested", _says(200, b"[" * 100_000)),
    Fault("rows that are no objects", _changed_rows(lambda rows: [*rows, 17])),
    Fault("price as text", _first_row(value_inc_vat="20.0")),
    Fault("price missing", _first_row(value_inc_vat=None)),
    Fault("NaN", _first_row(value_inc_vat=float("nan"))),
    Fault("infinity", _first_row(value_inc_vat=float("inf"))),
    Fault("time without offset", _first_row(valid_from="2026-11-24T12:00:00")),
    Fault(
        "open end",
        _still_good(lambda rows: [rows[0] | {"valid_to": None}, *rows[1:]], slice(1, None)),
        shows=None,
    ),
    Fault("duplicates", _still_good(lambda rows: [rows[0], *rows]), shows=None),
    Fault("overlaps", _changed_rows(_overlapping)),
    Fault("a row in the year 2099", _still_good(_decades_ahead), shows=None),
    Fault("unordered", _still_good(lambda rows: [rows[1], rows[0], *rows[2:]]), shows=None),
    Fault("looping next", _next(lambda question: str(question.url))),
    Fault("endless next", _next(_endless)),
    Fault("foreign next", _next(lambda question: "https://example.com/v1/products/")),
    Fault("a count that doesn't fit", _changed_rows(lambda rows: rows, count=10_000)),
    Fault("second page missing", _second_page_gone),
    Fault("missing slots", _missing, shows=None),
    Fault("withdrawn", _says(404, json.dumps({"detail": "Not found."}).encode()), has_successor=True),
    Fault("stopped publishing", _nothing_new, shows="unknown", has_successor=True),
    Fault("absent for days", _nothing_new, shows="unknown"),
    Fault("no rows at all", _no_rows, shows="unknown"),
    Fault("late", _late, shows="unknown", shows_after=timedelta(minutes=50)),
    Fault("in halves", _halves, shows=None),
    Fault("slot by slot", _slot_by_slot, shows=None),
    Fault("revised prices", _revised, shows=None),
    Fault("VAT from 0 % to 5 %", _vat, shows=None),
    Fault("prices beyond the cap", _wild, shows=None),
]

FAULTS = {fault.name: fault for fault in _ALL}
