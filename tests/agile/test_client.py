"""The client asks a real server politely, and believes nothing that can't be right."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime
import json
import logging
from pathlib import Path
import traceback
from typing import Any, override

import aiohttp
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest

from custom_components.octopus_agile.agile import client as client_module
from custom_components.octopus_agile.agile.client import API_URL, AgileClient
from custom_components.octopus_agile.agile.errors import (
    ApiError,
    ApiNotFound,
    ApiUnavailable,
    ApiUnexpected,
)
from custom_components.octopus_agile.agile.regions import REGIONS

from .series import HALF_HOUR, HOUR, MINUTE, spelled, utc

pytestmark = pytest.mark.usefixtures("socket_enabled")

AGILE = "AGILE-24-10-01"
RATES = f"/v1/products/{AGILE}/electricity-tariffs/E-1R-{AGILE}-C/standard-unit-rates/"
CHARGES = f"/v1/products/{AGILE}/electricity-tariffs/E-1R-{AGILE}-C/standing-charges/"
START, END = utc("2026-11-23 00:00"), utc("2026-11-25 00:00")
POSTCODE = "SW1A1AA"
JSON_FOLLOWS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
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


def page(*rows: dict[str, Any], following: Any = None) -> dict[str, Any]:
    return {"count": len(rows), "next": following, "previous": None, "results": list(rows)}


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


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    served = Server("")
    app.router.add_route("*", "/{path:.*}", served.answer)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    served.base = f"http://{host}:{port}/v1/"
    yield served
    await runner.cleanup()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[AgileClient]:
    async with aiohttp.ClientSession() as session:
        yield AgileClient(session, server.base)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client lose patience soon."""
    monkeypatch.setattr(client_module, "_TIMEOUT", aiohttp.ClientTimeout(total=0.2))


async def refusal(asking: Awaitable[Any], kind: type[ApiError]) -> str:
    with pytest.raises(ApiError) as caught:
        await asking
    assert type(caught.value) is kind
    return str(caught.value)


class TestRates:
    async def test_they_are_asked_for_by_tariff_and_period_in_utc(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page()))
        summer_time = timezone(HOUR)
        await client.rates(
            AGILE, "C", datetime(2026, 10, 1, 0, 30, tzinfo=summer_time), utc("2026-10-02 23:00")
        )
        (request,) = server.requests
        assert request.method == "GET"
        assert request.path == RATES
        assert dict(request.query) == {
            "period_from": "2026-09-30T23:30:00Z",
            "period_to": "2026-10-02T23:00:00Z",
            "page_size": "1500",
        }
        assert request.headers["Accept"] == "application/json"

    async def test_they_come_oldest_first_in_pounds(self, server: Server, client: AgileClient) -> None:
        server.will(answer(page(row("00:30", 12.5), row("00:00", 20))))
        rates = await client.rates(AGILE, "C", START, END)
        assert [(rate.start, rate.price) for rate in rates] == [
            (START, Decimal("0.2")),
            (START + HALF_HOUR, Decimal("0.125")),
        ]

    async def test_prices_below_zero_and_above_a_pound_are_taken(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page(row("01:00", 131.25), row("00:30", 0), row("00:00", -19.94))))
        rates = await client.rates(AGILE, "C", START, END)
        assert spelled(rates) == ["00:00-00:30 -19.94", "00:30-01:00 0", "01:00-01:30 131.25"]

    async def test_a_future_that_is_not_published_is_no_error(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page()))
        assert not await client.rates(AGILE, "C", START, END)

    async def test_vat_is_what_each_row_says_on_the_day_it_changes(
        self, server: Server, client: AgileClient
    ) -> None:
        after = {"valid_from": "2026-09-30T23:00:00Z", "valid_to": "2026-09-30T23:30:00Z"}
        before = {"valid_from": "2026-09-30T22:30:00Z", "valid_to": "2026-09-30T23:00:00Z"}
        server.will(
            answer(
                page(
                    row("00:00", 20.0) | after,
                    row("00:00", 20.0, value_inc_vat=21.0) | before,
                )
            )
        )
        rates = await client.rates(AGILE, "C", utc("2026-09-30 00:00"), utc("2026-10-01 00:00"))
        assert spelled(rates) == ["22:30-23:00 21", "23:00-23:30 20"]

    async def test_a_request_is_logged_at_debug_with_tariff_period_slots_and_milliseconds(
        self, server: Server, client: AgileClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, client_module.__name__)
        server.will(answer(page(row("00:00", 20))))
        await client.rates(AGILE, "C", START, END)
        (record,) = [record for record in caplog.records if record.name == client_module.__name__]
        assert record.levelno == logging.DEBUG
        start = "E-1R-AGILE-24-10-01-C from 2026-11-23T00:00:00Z to 2026-11-25T00:00:00Z: 1 slots in "
        assert record.getMessage().startswith(start)
        assert record.getMessage().endswith(" ms")

    @pytest.mark.parametrize(
        ("rows", "complaint"),
        [
            ([row("00:00", 1), row("00:30", 1)], "the slot at 2026-11-23T00:00:00+00:00 is out of order"),
            ([row("00:00", 1), row("00:00", 1)], "the slot at 2026-11-23T00:00:00+00:00 is out of order"),
            ([row("00:15", 1), row("00:00", 1)], "the slot at 2026-11-23T00:15:00+00:00 is out of order"),
            (
                [row("00:00", 1, valid_to="2026-11-23T00:00:00Z")],
                "the slot at 2026-11-23T00:00:00+00:00 has no length",
            ),
            ([row("00:00", 1, valid_to=None)], "valid_to is not a text"),
            ([row("00:00", 1, valid_from="2026-11-23T00:00:00")], "valid_from has no offset from UTC"),
            ([row("00:00", None)], "value_inc_vat is not a number"),
            ([row("00:00", 1e300)], "value_inc_vat is not a price"),
        ],
        ids=[
            "oldest first",
            "twice",
            "overlapping",
            "without length",
            "open",
            "without offset",
            "without price",
            "absurd",
        ],
    )
    async def test_slots_that_cannot_be_right_are_refused(
        self, server: Server, client: AgileClient, rows: list[dict[str, Any]], complaint: str
    ) -> None:
        server.will(answer(page(*rows)))
        assert await refusal(client.rates(AGILE, "C", START, END), ApiUnexpected) == complaint


class TestPages:
    async def test_all_of_them_are_read(self, server: Server, client: AgileClient) -> None:
        server.will(
            answer(page(row("01:00", 3), following=f"{server.base}rates/?page=2&page_size=1")),
            answer(page(row("00:30", 2), following=f"{server.base}rates/?page=3&page_size=1")),
            answer(page(row("00:00", 1))),
        )
        rates = await client.rates(AGILE, "C", START, END, page_size=1)
        assert spelled(rates) == ["00:00-00:30 1", "00:30-01:00 2", "01:00-01:30 3"]
        assert [request.query.get("page") for request in server.requests] == [None, "2", "3"]
        assert server.requests[0].query["page_size"] == "1"

    async def test_the_link_is_followed_as_it_is_with_its_query(
        self, server: Server, client: AgileClient
    ) -> None:
        query = "period_from=2026-11-23T00%3A00%3A00Z&page=2"
        server.will(answer(page(following=f"{server.base}x/?{query}")), answer(page()))
        await client.rates(AGILE, "C", START, END)
        assert server.requests[1].query_string == query.replace("%3A", ":")

    @pytest.mark.parametrize(
        ("link", "complaint"),
        [
            ("https://evil.example/v1/products/?page=2", "the link to the next page leads elsewhere"),
            ("http://127.0.0.1:1/v1/products/?page=2", "the link to the next page leads elsewhere"),
            ("http://localhost/v1/products/", "the link to the next page leads elsewhere"),
            ("ftp://127.0.0.1/", "the link to the next page leads elsewhere"),
            ("//127.0.0.1/v1/products/", "the link to the next page is no address"),
            ("/v1/products/?page=2", "the link to the next page is no address"),
            ("?page=2", "the link to the next page is no address"),
            ("", "the link to the next page is no address"),
            ("file:///etc/passwd", "the link to the next page is no address"),
            ("http://[::1", "the link to the next page is no address"),
            ("http://127.0.0.1:99999/", "the link to the next page is no address"),
            (2, "the link to the next page is not a text"),
            ({"page": 2}, "the link to the next page is not a text"),
        ],
    )
    async def test_a_link_that_leaves_the_api_is_not_followed(
        self, server: Server, client: AgileClient, link: Any, complaint: str
    ) -> None:
        server.will(answer(page(following=link)))
        assert await refusal(client.products(), ApiUnexpected) == complaint
        assert len(server.requests) == 1

    async def test_the_same_host_under_another_scheme_is_elsewhere(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page(following=server.base.replace("http:", "https:"))))
        complaint = await refusal(client.products(), ApiUnexpected)
        assert complaint == "the link to the next page leads elsewhere"

    async def test_pages_that_lead_to_each_other_are_refused(
        self, server: Server, client: AgileClient
    ) -> None:
        first = answer(page(following=f"{server.base}products/?page=2"))
        server.will(first, answer(page(following=f"{server.base}products/?page=3")), first)
        assert await refusal(client.products(), ApiUnexpected) == "the pages never end"
        assert len(server.requests) == 3

    async def test_a_page_that_leads_to_itself_is_not_asked_for_again(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page(following=f"{server.base}products/?brand=OCTOPUS_ENERGY")))
        assert await refusal(client.products(), ApiUnexpected) == "the pages never end"
        assert len(server.requests) == 1

    async def test_pages_without_end_are_refused(self, server: Server, client: AgileClient) -> None:
        async def another(request: web.Request) -> web.Response:
            number = int(request.query.get("page", "1")) + 1
            return web.json_response(page(following=f"{server.base}products/?page={number}"))

        server.will(another)
        assert await refusal(client.products(), ApiUnexpected) == "the pages never end"
        assert len(server.requests) <= 110

    async def test_a_page_in_the_middle_that_fails_fails_the_whole(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page(row("00:30", 2), following=f"{server.base}x/")), answer("", status=503))
        assert await refusal(client.rates(AGILE, "C", START, END), ApiUnavailable) == "status 503"


class TestRegions:
    async def test_a_postcode_is_sent_without_spaces_and_gives_its_region(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page({"group_id": "_C"})))
        assert await client.regions(" sw1a 1aa") == (REGIONS["C"],)
        (request,) = server.requests
        assert (request.path, dict(request.query)) == (
            "/v1/industry/grid-supply-points/",
            {"postcode": POSTCODE},
        )

    async def test_a_postcode_on_a_border_may_give_several(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page({"group_id": "_B"}, {"group_id": "_A"})))
        assert await client.regions(POSTCODE) == (REGIONS["A"], REGIONS["B"])

    async def test_an_unknown_postcode_gives_none(self, server: Server, client: AgileClient) -> None:
        server.will(answer(page()))
        assert await client.regions(POSTCODE) == ()

    @pytest.mark.parametrize("text", ["", "London", "SW1A1AA&page=2", "SW1A1AA#"])
    async def test_a_text_that_is_no_postcode_is_never_sent(
        self, server: Server, client: AgileClient, text: str
    ) -> None:
        with pytest.raises(ValueError, match="not a British postcode"):
            await client.regions(text)
        assert not server.requests


class TestProducts:
    async def test_those_on_sale_are_agile_for_homes_newest_first(
        self, server: Server, client: AgileClient
    ) -> None:
        rows = [
            {"code": code, "direction": direction, "full_name": code, "brand": "OCTOPUS_ENERGY"}
            for code, direction in [
                ("AGILE-24-04-03", "IMPORT"),
                ("AGILE-OUTGOING-19-05-13", "EXPORT"),
                (AGILE, "IMPORT"),
                ("COSY-22-12-08", "IMPORT"),
            ]
        ]
        server.will(answer(page(*rows)))
        assert [product.code for product in await client.products()] == [AGILE, "AGILE-24-04-03"]
        (request,) = server.requests
        assert (request.path, dict(request.query)) == ("/v1/products/", {"brand": "OCTOPUS_ENERGY"})

    @staticmethod
    def page_of(code: str = AGILE, tariff: str = f"E-1R-{AGILE}-C") -> dict[str, Any]:
        tariffs = {"_C": {"direct_debit_monthly": {"code": tariff}}}
        return {"code": code, "full_name": "A name", "single_register_electricity_tariffs": tariffs}

    async def test_a_product_is_found_by_its_code_with_its_tariff(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(self.page_of()))
        product, tariff = await client.product(AGILE, REGIONS["C"])
        assert (product.code, product.full_name, tariff) == (AGILE, "A name", f"E-1R-{AGILE}-C")
        assert server.requests[0].path_qs == f"/v1/products/{AGILE}/"

    async def test_a_product_that_does_not_exist_is_not_found(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer({"detail": "No EnergyProduct matches the given query."}, status=404))
        assert await refusal(client.product(AGILE, REGIONS["C"]), ApiNotFound) == "status 404"

    async def test_a_product_that_is_not_offered_in_a_region_is_not_found(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(self.page_of()))
        complaint = await refusal(client.product(AGILE, REGIONS["P"]), ApiNotFound)
        assert complaint == "AGILE-24-10-01 has no tariff in region P"

    async def test_an_answer_about_another_product_is_refused(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(self.page_of(code="AGILE-24-04-03")))
        complaint = await refusal(client.product(AGILE, REGIONS["C"]), ApiUnexpected)
        assert complaint == "the answer is about another product"

    async def test_a_tariff_code_of_another_form_is_refused(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(self.page_of(tariff="E-2R-AGILE-24-10-01-C")))
        complaint = await refusal(client.product(AGILE, REGIONS["C"]), ApiUnexpected)
        assert complaint == "the tariff's code is not built like others"

    @pytest.mark.parametrize(
        "code",
        [
            "",
            "../../x",
            "AGILE/..",
            "AGILE?x=1",
            "AGILE#",
            "AGILE%2F",
            "agile",
            "AGILE 1",
            "AGILE\n",
            "Ä",
            "A" * 65,
        ],
    )
    async def test_a_code_with_other_characters_never_reaches_the_network(
        self, server: Server, client: AgileClient, code: str
    ) -> None:
        for asking in (
            client.product(code, REGIONS["C"]),
            client.rates(code, "C", START, END),
            client.standing_charge(code, "C", START),
        ):
            assert await refusal(asking, ApiNotFound) == "not the form of a product code"
        assert not server.requests


class TestTheStandingCharge:
    async def test_it_is_the_one_of_an_instant_in_pounds_a_day(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(
            answer(
                page(
                    row("12:00", 50, valid_to=None, payment_method="NON_DIRECT_DEBIT"),
                    row("12:00", 45, valid_to=None, payment_method="DIRECT_DEBIT"),
                    row("00:00", 37.6525, valid_to="2026-11-23T12:00:00Z"),
                )
            )
        )
        assert await client.standing_charge(AGILE, "C", START) == Decimal("0.376525")
        assert await client.standing_charge(AGILE, "C", START + 12 * HOUR) == Decimal("0.45")
        assert server.requests[0].path == CHARGES
        assert dict(server.requests[0].query) == {
            "period_from": "2026-11-23T00:00:00Z",
            "period_to": "2026-11-23T00:30:00Z",
        }

    async def test_there_may_be_none(self, server: Server, client: AgileClient) -> None:
        server.will(answer(page()))
        assert await client.standing_charge(AGILE, "C", START) is None


class TestAnAnswerThatIsNone:
    """Keep the prices, blame nobody: not the region, not the product."""

    @pytest.mark.parametrize(
        ("given", "complaint"),
        [
            (
                answer("<html>403 Forbidden</html>", 403, "text/html"),
                "status 403 with something other than JSON",
            ),
            (answer("<html>404</html>", 404, "text/html"), "status 404 with something other than JSON"),
            (answer("<html>400</html>", 400, "text/html"), "status 400 with something other than JSON"),
            (
                answer("<html>ok</html>", 200, "text/html; charset=utf-8"),
                "status 200 with something other than JSON",
            ),
            (answer(page(), content_type="text/plain"), "status 200 with something other than JSON"),
            (
                answer(page(), content_type="application/problem+json"),
                "status 200 with something other than JSON",
            ),
            (answer(page(), content_type=""), "status 200 with something other than JSON"),
            (answer({}, 500), "status 500"),
            (answer({}, 503), "status 503"),
            (answer({}, 429), "status 429"),
            (answer({"detail": "Invalid API key."}, 401), "status 401"),
            (answer({}, 403), "status 403"),
        ],
    )
    async def test_it_means_unavailable(
        self, server: Server, client: AgileClient, given: Answer, complaint: str
    ) -> None:
        server.will(given)
        assert await refusal(client.rates(AGILE, "C", START, END), ApiUnavailable) == complaint

    @pytest.mark.parametrize("content_type", ["application/json", "Application/JSON ; charset=utf-8"])
    async def test_json_may_be_called_json_in_any_way(
        self, server: Server, client: AgileClient, content_type: str
    ) -> None:
        server.will(answer(page(row("00:00", 20)), content_type=content_type))
        assert len(await client.rates(AGILE, "C", START, END)) == 1

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_redirects_are_not_followed(
        self, server: Server, client: AgileClient, status: int
    ) -> None:
        server.will(answer({}, status, Location=f"{server.base}products/"), answer(page()))
        assert await refusal(client.products(), ApiUnavailable) == f"status {status}"
        assert len(server.requests) == 1

    async def test_a_tariff_that_does_not_exist_is_not_found(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer({"detail": "Not found."}, status=404))
        assert await refusal(client.rates(AGILE, "C", START, END), ApiNotFound) == "status 404"

    async def test_a_question_the_api_refuses_is_a_fault_of_ours(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer({"period_from": ["Must not be greater than `period_to`."]}, status=400))
        complaint = await refusal(client.rates(AGILE, "C", END, START), ApiUnexpected)
        assert complaint == "the API refused the question (status 400)"

    @pytest.mark.usefixtures("hurried")
    async def test_a_server_that_never_answers_is_given_up(
        self, server: Server, client: AgileClient
    ) -> None:
        async def dream(request: web.Request) -> web.Response:
            await asyncio.sleep(5)
            raise AssertionError

        server.will(dream)
        assert await refusal(client.products(), ApiUnavailable) == "no answer within 10 s"

    @pytest.mark.usefixtures("hurried")
    async def test_a_server_that_answers_drop_by_drop_is_given_up(
        self, server: Server, client: AgileClient
    ) -> None:
        async def drip(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            await response.prepare(request)
            for _ in range(100):
                await response.write(b" ")
                await asyncio.sleep(0.05)
            return response

        server.will(drip)
        assert await refusal(client.products(), ApiUnavailable) == "no answer within 10 s"

    async def test_no_server_at_all_is_no_connection(self, unused_port: int) -> None:
        async with aiohttp.ClientSession() as session:
            client = AgileClient(session, f"http://127.0.0.1:{unused_port}/v1/")
            complaint = await refusal(client.products(), ApiUnavailable)
        assert complaint == "no connection (ClientConnectorError)"

    @pytest.mark.parametrize(
        ("sent", "complaint"),
        [
            (b"", "no connection (ServerDisconnectedError)"),
            (
                JSON_FOLLOWS + b'Content-Length: 500\r\n\r\n{"results": [',
                "no connection (ClientPayloadError)",
            ),
            (b"HTTP/1.1 nonsense\r\n\r\n", "no connection (ClientResponseError)"),
            (
                JSON_FOLLOWS + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nrubb",
                "no connection (ClientPayloadError)",
            ),
        ],
        ids=["cut before", "cut within", "no HTTP", "bad compression"],
    )
    async def test_a_connection_that_breaks_is_no_connection(self, sent: bytes, complaint: str) -> None:
        async with raw_server(sent) as base, aiohttp.ClientSession() as session:
            assert await refusal(AgileClient(session, base).products(), ApiUnavailable) == complaint


class TestAnAnswerThatIsNoUse:
    @pytest.mark.parametrize(
        ("body", "complaint"),
        [
            (b"", "the answer is not valid JSON"),
            (b'{"results": [', "the answer is not valid JSON"),
            (b'{"results": [{"value_inc_vat": NaN}]}', "the answer is not valid JSON"),
            (b'{"results": [{"value_inc_vat": Infinity}]}', "the answer is not valid JSON"),
            (b'{"results": [{"value_inc_vat": -Infinity}]}', "the answer is not valid JSON"),
            (b'{"results": [{"value_inc_vat": 1e99999999999999999999}]}', "the answer is not valid JSON"),
            (b"[" * 100_000, "the answer is nested too deeply"),
            (b"[]", "the answer is not a list of results"),
            (b"null", "the answer is not a list of results"),
            (b'{"results": {}}', "the answer is not a list of results"),
            (b'{"results": [1]}', "a result is not an object"),
        ],
    )
    async def test_a_body_that_cannot_be_right_is_refused(
        self, server: Server, client: AgileClient, body: bytes, complaint: str
    ) -> None:
        server.will(answer(body))
        assert await refusal(client.products(), ApiUnexpected) == complaint

    async def test_an_answer_of_four_megabytes_is_taken(
        self, server: Server, client: AgileClient
    ) -> None:
        body = json.dumps(page()).encode()
        server.will(answer(body + b" " * (4 * 1024 * 1024 - len(body))))
        assert await client.products() == []

    async def test_a_larger_one_is_refused(self, server: Server, client: AgileClient) -> None:
        body = json.dumps(page()).encode()
        server.will(answer(body + b" " * (4 * 1024 * 1024 + 1 - len(body))))
        assert await refusal(client.products(), ApiUnexpected) == "the answer is too large"

    async def test_one_that_unpacks_to_more_is_refused_too(
        self, server: Server, client: AgileClient
    ) -> None:
        async def bomb(request: web.Request) -> web.Response:
            response = web.Response(body=b" " * (64 * 1024 * 1024), content_type="application/json")
            response.enable_compression()
            return response

        server.will(bomb)
        assert await refusal(client.products(), ApiUnexpected) == "the answer is too large"


class TestRetryAfter:
    async def asked_to_wait(self, server: Server, client: AgileClient, given: Answer) -> timedelta | None:
        server.will(given)
        with pytest.raises(ApiUnavailable) as caught:
            await client.products()
        return caught.value.retry_after

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize("content_type", ["application/json", "text/html"])
    async def test_it_may_be_a_number_of_seconds(
        self, server: Server, client: AgileClient, status: int, content_type: str
    ) -> None:
        given = answer("", status, content_type, Retry_After="120")
        assert await self.asked_to_wait(server, client, given) == 2 * MINUTE

    async def test_it_may_be_a_date(self, server: Server, client: AgileClient) -> None:
        date = format_datetime(datetime.now(UTC) + HOUR, usegmt=True)
        wait = await self.asked_to_wait(server, client, answer("", 503, Retry_After=date))
        assert wait is not None
        assert 59 * MINUTE < wait <= HOUR

    async def test_a_date_that_is_past_means_no_wait(self, server: Server, client: AgileClient) -> None:
        given = answer("", 503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")
        assert await self.asked_to_wait(server, client, given) == timedelta(0)

    async def test_more_seconds_than_there_will_be_are_a_long_time(
        self, server: Server, client: AgileClient
    ) -> None:
        wait = await self.asked_to_wait(server, client, answer("", 429, Retry_After="9" * 400))
        assert wait is not None
        assert wait > timedelta(days=1)

    @pytest.mark.parametrize(
        "rubbish",
        [
            "",
            "soon",
            "-5",
            "1.5",
            "1e3",
            "\u00b2",
            "Wed, 21 Oct 2015",
            "Wed, 21 Oct 2015 07:28:00 -0000",
            "Wed, 99 Oct 2015 99:28:00 GMT",
        ],
    )
    async def test_rubbish_says_nothing(self, server: Server, client: AgileClient, rubbish: str) -> None:
        assert await self.asked_to_wait(server, client, answer("", 503, Retry_After=rubbish)) is None

    async def test_there_need_be_none(self, server: Server, client: AgileClient) -> None:
        assert await self.asked_to_wait(server, client, answer("", 503)) is None


class TestThePostcode:
    """Nothing tells where the user lives: no error's text, no traceback, no log."""

    LEAKS = [
        answer({"postcode": [f"{POSTCODE} is wrong"]}, 400),
        answer({"detail": POSTCODE}, 404),
        answer(POSTCODE, 403, "text/html"),
        answer(POSTCODE, 503, Retry_After=POSTCODE),
        answer(f'{{"results": "{POSTCODE}"'),
        answer(page({"group_id": POSTCODE})),
        answer(page({"group_id": {"x": POSTCODE}})),
        answer(page(following=f"https://evil.example/?postcode={POSTCODE}")),
        answer(page(following=f"http://{POSTCODE}:port/")),
        answer(page(following=f"//x/{POSTCODE}")),
        answer({}, 302, Location=f"/?postcode={POSTCODE}"),
    ]

    async def assert_kept(self, client: AgileClient, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with pytest.raises(ApiError) as caught:
            await client.regions(POSTCODE)
        told = [str(caught.value), repr(caught.value), caplog.text]
        told += traceback.format_exception(caught.value)
        for record in caplog.records:
            told += [record.getMessage(), repr(record.args)]
        assert not any(POSTCODE in text.upper() for text in told)

    @pytest.mark.parametrize("given", LEAKS)
    async def test_it_is_not_in_the_error_where_the_answer_is_wrong(
        self, server: Server, client: AgileClient, caplog: pytest.LogCaptureFixture, given: Answer
    ) -> None:
        server.will(given)
        await self.assert_kept(client, caplog)

    @pytest.mark.parametrize(
        "sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"rubbish\r\n\r\n"]
    )
    async def test_nor_where_the_connection_breaks(
        self, caplog: pytest.LogCaptureFixture, sent: bytes
    ) -> None:
        async with raw_server(sent) as base, aiohttp.ClientSession() as session:
            await self.assert_kept(AgileClient(session, base), caplog)

    async def test_nor_where_there_is_no_server(
        self, caplog: pytest.LogCaptureFixture, unused_port: int
    ) -> None:
        async with aiohttp.ClientSession() as session:
            await self.assert_kept(AgileClient(session, f"http://127.0.0.1:{unused_port}/v1/"), caplog)

    async def test_nor_where_the_name_of_the_server_cannot_be_found_in_time(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        connector = aiohttp.TCPConnector(resolver=SlowResolver())
        async with aiohttp.ClientSession(connector=connector) as session:
            await self.assert_kept(AgileClient(session, "http://octopus.example/v1/"), caplog)

    async def test_it_is_not_logged_where_all_is_well(
        self, server: Server, client: AgileClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        server.will(answer(page({"group_id": "_C"})))
        await client.regions(POSTCODE)
        assert POSTCODE not in caplog.text


class TestRecordedAnswers:
    @pytest.fixture
    def recorded(self, octopus_data: Path, server: Server) -> Callable[[str], Answer]:
        """Give a recorded body; its links lead to the server of the test."""

        def read(name: str) -> Answer:
            text = (octopus_data / "responses" / f"{name}.json").read_text()
            return answer(text.replace(GENUINE_BASE, server.base))

        return read

    async def test_half_hours_of_october_2026(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_AGILE-24-10-01-C_2026-10-03_vat0_gridhour"))
        rates = await client.rates(AGILE, "C", START, END)
        assert len(rates) == 52
        assert rates.end == utc("2026-10-04 22:00")
        assert rates.known_until(utc("2026-10-03 20:00")) == rates.end
        assert [rate.price for rate in rates][-1] == Decimal("0.2501")

    async def test_two_linked_pages_of_2020(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        pages = [
            recorded(f"unit_rates_AGILE-18-02-21-C_{number}_2020-09-28_octoapi")
            for number in ("page1", "page2")
        ]
        server.will(*pages, answer(page()))
        rates = await client.rates("AGILE-18-02-21", "C", START, END)
        assert len(rates) == 200
        assert rates.known_until(utc("2020-09-24 18:00")) == rates.end == utc("2020-09-28 22:00")
        assert [request.query.get("page") for request in server.requests] == [None, "2", "3"]

    async def test_their_links_lead_away_from_a_server_that_is_not_octopus(
        self, server: Server, client: AgileClient, octopus_data: Path
    ) -> None:
        name = "unit_rates_AGILE-18-02-21-C_page1_2020-09-28_octoapi.json"
        server.will(answer((octopus_data / "responses" / name).read_bytes()))
        complaint = await refusal(client.rates("AGILE-18-02-21", "C", START, END), ApiUnexpected)
        assert complaint == "the link to the next page leads elsewhere"

    async def test_the_day_vat_changed(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_vat_switch_2026-09-30_SYNTHETIC"))
        rates = await client.rates(AGILE, "C", START, END)
        assert [rate.price for rate in rates] == [Decimal(price) / 100 for price in (21, 21, 20, 20)]

    async def test_an_empty_future(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_empty"))
        assert not await client.rates(AGILE, "C", START, END)

    async def test_a_tariff_of_day_and_night_rates(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_GO-VAR-22-10-14-C_2026-10_gridhour"))
        rates = await client.rates("GO-VAR-22-10-14", "C", START, END)
        night = rates.at(utc("2026-10-06 00:00"))
        assert night is not None
        assert (night.price, night.end - night.start) == (Decimal("0.04755"), 5 * HOUR)

    async def test_open_rows_are_no_half_hours(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_VAR_octoapi"))
        complaint = await refusal(client.rates("VAR-1", "C", START, END), ApiUnexpected)
        assert complaint == "valid_to is not a text"

    @pytest.mark.parametrize(
        ("name", "code", "full_name"),
        [
            ("products_list_2024-05-28_octometer", "AGILE-24-04-03", "Agile Octopus April 2024 v1"),
            ("products_list_2020-11_page1_filego", "AGILE-18-02-21", "Agile Octopus February 2018"),
            ("products_variable_octopus_2026-10_trimmed_gridhour", AGILE, "Agile Octopus"),
        ],
    )
    async def test_exactly_one_product_on_sale_is_agile(
        self,
        server: Server,
        client: AgileClient,
        recorded: Callable[[str], Answer],
        name: str,
        code: str,
        full_name: str,
    ) -> None:
        server.will(recorded(name))
        (product,) = await client.products()
        assert (product.code, product.full_name) == (code, full_name)

    @pytest.mark.parametrize("letter", REGIONS)
    async def test_a_withdrawn_product_has_a_tariff_in_every_region(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer], letter: str
    ) -> None:
        server.will(recorded("product_AGILE-FLEX-22-11-25_2024-05-28_octometer"))
        product, tariff = await client.product("AGILE-FLEX-22-11-25", REGIONS[letter])
        assert tariff == f"E-1R-AGILE-FLEX-22-11-25-{letter}"
        assert product.full_name == "Agile Octopus November 2022 v1"
        assert product.available_to == utc("2023-12-11 12:00")

    @pytest.mark.parametrize(
        ("name", "letters"),
        [
            ("gsp_single_SW1A1AA", "C"),
            ("gsp_zero_invalid_postcode", ""),
            ("gsp_multiple_SYNTHETIC", "AB"),
            ("gsp_all_14_RECONSTRUCTED", "ABCDEFGHJKLMNP"),
        ],
    )
    async def test_regions_of_postcodes(
        self,
        server: Server,
        client: AgileClient,
        recorded: Callable[[str], Answer],
        name: str,
        letters: str,
    ) -> None:
        server.will(recorded(name))
        assert "".join(region.letter for region in await client.regions(POSTCODE)) == letters

    async def test_standing_charges_by_way_of_paying_and_open_ones(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("standing_charges_VAR-22-11-01-A_2024_octometer"))
        assert await client.standing_charge("VAR-22-11-01", "A", utc("2024-02-01 00:00")) == Decimal(
            "0.420105"
        )
        assert await client.standing_charge("VAR-22-11-01", "A", utc("2024-06-01 00:00")) == Decimal(
            "0.478485"
        )
        server.will(recorded("standing_charges_AGILE-24-10-01-C_RECONSTRUCTED"))
        assert await client.standing_charge(AGILE, "C", START) == Decimal("0.376525")

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("400_period_to_alone", ApiUnexpected),
            ("400_from_after_to", ApiUnexpected),
            ("400_bad_date_or_unencoded_plus", ApiUnexpected),
            ("401_no_auth", ApiUnavailable),
            ("401_bad_key", ApiUnavailable),
            ("404_not_found", ApiNotFound),
            ("404_unknown_product", ApiNotFound),
            ("403_nginx_style_html", ApiUnavailable),
            ("403_cloudfront_html", ApiUnavailable),
        ],
    )
    async def test_errors(
        self, server: Server, client: AgileClient, octopus_data: Path, name: str, kind: type[ApiError]
    ) -> None:
        seen = json.loads((octopus_data / "responses" / "errors.json").read_text())[name]
        server.will(answer(seen["body"], seen["status"], seen["type"]))
        await refusal(client.product(AGILE, REGIONS["C"]), kind)


async def test_without_another_address_the_public_api_is_asked() -> None:
    assert API_URL == GENUINE_BASE


class SlowResolver(AbstractResolver):
    """Takes longer to find a server than aiohttp waits."""

    @override
    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise TimeoutError

    @override
    async def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
async def unused_port() -> int:
    """A port that nobody listens on."""
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    return port


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
