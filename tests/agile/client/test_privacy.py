"""The postcode is told to nobody but the API, and no cookie tells one home from another."""

from collections.abc import Callable
import logging
import traceback
from typing import override

import aiohttp
from aiohttp.abc import AbstractCookieJar, AbstractResolver, ResolveResult
import pytest
from yarl import URL

from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.errors import ApiError

from .serving import POSTCODE, Answer, Server, answer, page, raw_server


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


class SlowResolver(AbstractResolver):
    """Takes longer to find a server than aiohttp waits."""

    @override
    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise TimeoutError

    @override
    async def close(self) -> None:
        """Nothing to close."""


class TestCookies:
    """With one in each request, a server could follow a home for years."""

    @pytest.mark.parametrize(
        "jar", [aiohttp.DummyCookieJar, lambda: aiohttp.CookieJar(unsafe=True)], ids=["dummy", "shared"]
    )
    async def test_one_that_is_set_is_not_sent_back(
        self, server: Server, jar: Callable[[], AbstractCookieJar]
    ) -> None:
        second = page(following=f"{server.base}products/?page=2")
        server.will(answer(second, Set_Cookie="home=1; Path=/"), answer(page(), Set_Cookie="home=2"))
        async with aiohttp.ClientSession(cookie_jar=jar()) as session:
            client = AgileClient(session, server.base)
            await client.products()
            await client.products()
        assert len(server.requests) == 3
        assert not any("Cookie" in request.headers for request in server.requests)

    async def test_nor_is_one_that_others_have_put_in_a_shared_jar(self, server: Server) -> None:
        server.will(answer(page()))
        jar = aiohttp.CookieJar(unsafe=True)
        jar.update_cookies({"theirs": "x"}, URL(server.base))
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            await AgileClient(session, server.base).products()
        assert "Cookie" not in server.requests[0].headers
