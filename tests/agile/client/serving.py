"""An HTTP server that answers as a test wants it to, and what the API's answers look like."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
import json
from typing import Any

from aiohttp import web
import pytest

from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.errors import ApiError
from custom_components.octopus_agile.agile.tariffs import Tariff
from tests.agile.series import HALF_HOUR, utc

AGILE = "AGILE-24-10-01"
TARIFF = Tariff(AGILE, "C")
# When requests are made, and a period that ends before the horizon, 23:00 on the 25th.
NOW = utc("2026-11-24 12:00")
START, END = utc("2026-11-23 00:00"), utc("2026-11-25 00:00")
POSTCODE = "SW1A1AA"
# What links in recorded answers begin with.
GENUINE_BASE = "https://api.octopus.energy/v1/"

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    """An HTTP server on this machine that answers as a test wants it to."""

    base: str
    # The answers to come, the first first; the last one is given for ever.
    answers: list[Answer] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)

    def will(self, *answers: Answer) -> None:
        self.answers[:] = answers


def answer(
    body: Any, status: int = 200, content_type: str = "application/json", **headers: str
) -> Answer:
    """Return an answer: bytes and texts as they are, anything else as JSON."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    raw = text.encode() if isinstance(text, str) else text
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def give(request: web.Request) -> web.Response:
        return web.Response(body=raw, status=status, headers={"Content-Type": content_type, **named})

    return give


def page(*rows: dict[str, Any], following: Any = None, count: int | None = None) -> dict[str, Any]:
    """Return a page of a list; `count` is how many rows all its pages have, if not these."""
    return {
        "count": len(rows) if count is None else count,
        "next": following,
        "previous": None,
        "results": list(rows),
    }


def row(clock: str, price: float | None, **changes: Any) -> dict[str, Any]:
    """Return the half-hour that begins at a UTC time of day."""
    start = utc(f"2026-11-23 {clock}")
    return {
        "value_exc_vat": price,
        "value_inc_vat": price,
        "valid_from": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "valid_to": f"{start + HALF_HOUR:%Y-%m-%dT%H:%M:%SZ}",
        "payment_method": None,
        **changes,
    }


async def refusal(asking: Awaitable[Any], kind: type[ApiError]) -> str:
    with pytest.raises(ApiError) as caught:
        await asking
    assert type(caught.value) is kind
    return str(caught.value)


@asynccontextmanager
async def raw_server(sent: bytes) -> AsyncIterator[str]:
    """Run a server that reads a request, sends these bytes and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1/"


async def charge_at(client: AgileClient, tariff: Tariff, at: datetime) -> Decimal | None:
    """Return the standing charge of an instant in GBP per day, None if there is none."""
    charge = (await client.standing_charges(tariff, at, at + HALF_HOUR)).at(at)
    return None if charge is None else charge.price
