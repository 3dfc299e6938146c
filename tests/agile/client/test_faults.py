"""An answer that is none is told from one that is wrong, and a server that wants a rest is heard."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import json

import aiohttp
from aiohttp import web
import pytest

from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.errors import ApiNotFound, ApiUnavailable, ApiUnexpected
from tests.agile.series import HOUR, MINUTE

from .serving import END, START, TARIFF, Answer, Server, answer, page, raw_server, refusal, row

JSON_FOLLOWS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


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
        assert await refusal(client.rates(TARIFF, START, END), ApiUnavailable) == complaint

    @pytest.mark.parametrize("content_type", ["application/json", "Application/JSON ; charset=utf-8"])
    async def test_json_may_be_called_json_in_any_way(
        self, server: Server, client: AgileClient, content_type: str
    ) -> None:
        server.will(answer(page(row("00:00", 20)), content_type=content_type))
        assert len(await client.rates(TARIFF, START, END)) == 1

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
        assert await refusal(client.rates(TARIFF, START, END), ApiNotFound) == "status 404"

    async def test_a_question_the_api_refuses_is_a_fault_of_ours(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer({"period_from": ["Must not be greater than `period_to`."]}, status=400))
        complaint = await refusal(client.rates(TARIFF, END, START), ApiUnexpected)
        assert complaint == "the API rejected the request (status 400)"

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
            "Wed, 21 Oct 99999999999999999999 07:28:00 GMT",
            "Wed, 21 Oct 2015 07:28:00 +99999999999999999999",
            "Wed, 21 Oct " + "9" * 5000 + " 07:28:00 GMT",
        ],
    )
    async def test_rubbish_says_nothing(self, server: Server, client: AgileClient, rubbish: str) -> None:
        assert await self.asked_to_wait(server, client, answer("", 503, Retry_After=rubbish)) is None

    async def test_there_need_be_none(self, server: Server, client: AgileClient) -> None:
        assert await self.asked_to_wait(server, client, answer("", 503)) is None


class TestTheServersClock:
    """It comes with each answer, in the header Date."""

    @pytest.mark.parametrize(
        "date",
        [
            "today",
            "Wed, 21 Oct 99999999999999999999 07:28:00 GMT",
            "Wed, 21 Oct 2015 07:28:00 +99999999999999999999",
            "Wed, 21 Oct " + "9" * 5000 + " 07:28:00 GMT",
        ],
    )
    async def test_one_that_is_no_time_harms_nothing(
        self, server: Server, client: AgileClient, date: str
    ) -> None:
        server.will(answer(page(row("00:00", 20)), Date=date))
        assert len(await client.rates(TARIFF, START, END)) == 1
        assert client.server_ahead is None

    async def test_it_may_be_thousands_of_years_ahead(self, server: Server, client: AgileClient) -> None:
        server.will(answer(page(row("00:00", 20)), Date="Fri, 31 Dec 9999 23:59:59 GMT"))
        assert len(await client.rates(TARIFF, START, END)) == 1
        assert client.server_ahead is not None
        assert client.server_ahead > timedelta(days=365_000)
