"""Pages are followed to the last, but never away from the API and never for ever. All rows must come."""

from typing import Any

from aiohttp import web
import pytest

from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.errors import ApiUnavailable, ApiUnexpected
from tests.agile.series import spelled

from .serving import END, START, TARIFF, Server, answer, page, refusal, row


class TestPages:
    async def test_all_of_them_are_read(self, server: Server, client: AgileClient) -> None:
        server.will(
            answer(page(row("01:00", 3), following=f"{server.base}rates/?page=2&page_size=1", count=3)),
            answer(page(row("00:30", 2), following=f"{server.base}rates/?page=3&page_size=1", count=3)),
            answer(page(row("00:00", 1), count=3)),
        )
        rates = await client.rates(TARIFF, START, END)
        assert spelled(rates) == ["00:00-00:30 1", "00:30-01:00 2", "01:00-01:30 3"]
        assert [request.query.get("page") for request in server.requests] == [None, "2", "3"]

    async def test_the_link_is_followed_as_it_is_with_its_query(
        self, server: Server, client: AgileClient
    ) -> None:
        query = "period_from=2026-11-23T00%3A00%3A00Z&page=2"
        server.will(answer(page(following=f"{server.base}x/?{query}")), answer(page()))
        await client.rates(TARIFF, START, END)
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
            ("http://somebody:secret@{host}/v1/products/", "the link to the next page leads elsewhere"),
            ("http://somebody@{host}/v1/products/", "the link to the next page leads elsewhere"),
            ("http://:secret@{host}/v1/products/", "the link to the next page leads elsewhere"),
            (2, "the link to the next page is not a text"),
            ({"page": 2}, "the link to the next page is not a text"),
        ],
    )
    async def test_a_link_that_leaves_the_api_is_not_followed(
        self, server: Server, client: AgileClient, link: Any, complaint: str
    ) -> None:
        if isinstance(link, str):
            link = link.replace("{host}", server.base.split("/")[2])
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
        assert await refusal(client.rates(TARIFF, START, END), ApiUnavailable) == "status 503"

    @pytest.mark.parametrize("number", [2, 3])
    async def test_a_later_page_that_is_not_found_is_an_outage_not_a_missing_tariff(
        self, server: Server, client: AgileClient, number: int
    ) -> None:
        pages = [
            answer(page(row(clock, 2), following=f"{server.base}x/?page={clock}", count=3))
            for clock in ("01:00", "00:30")
        ]
        server.will(*pages[: number - 1], answer({"detail": "Invalid page."}, status=404))
        complaint = await refusal(client.rates(TARIFF, START, END), ApiUnavailable)
        assert complaint == "a list has gone (status 404)"

    async def test_a_list_that_must_be_there_is_an_outage_if_it_is_not_found(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer({"detail": "Not found."}, status=404))
        for asking in (client.products(), client.regions("SW1A 1AA")):
            assert await refusal(asking, ApiUnavailable) == "a list has gone (status 404)"


class TestTheCount:
    @pytest.mark.parametrize("count", [0, 1, 3, 387, 10**30])
    async def test_rows_that_differ_from_it_in_number_are_refused(
        self, server: Server, client: AgileClient, count: int
    ) -> None:
        server.will(answer(page(row("00:30", 2), row("00:00", 1), count=count)))
        complaint = await refusal(client.rates(TARIFF, START, END), ApiUnexpected)
        assert complaint == "the number of rows differs from the count"

    async def test_it_counts_the_rows_of_all_pages(self, server: Server, client: AgileClient) -> None:
        server.will(
            answer(page(row("01:00", 3), following=f"{server.base}x/?page=2", count=4)),
            answer(page(row("00:30", 2), row("00:00", 1), count=4)),
        )
        complaint = await refusal(client.rates(TARIFF, START, END), ApiUnexpected)
        assert complaint == "the number of rows differs from the count"

    async def test_a_row_published_between_two_pages_moves_another_on_and_comes_twice(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(
            answer(page(row("00:30", 2), row("00:00", 1), following=f"{server.base}x/", count=3)),
            answer(page(row("00:00", 1), row("23:30", 4, valid_to="2026-11-24T00:00:00Z"), count=4)),
        )
        rates = await client.rates(TARIFF, START, END)
        assert spelled(rates) == ["00:00-00:30 1", "00:30-01:00 2", "23:30-00:00 4"]

    async def test_a_product_that_comes_twice_is_one(self, server: Server, client: AgileClient) -> None:
        product = {"code": "AGILE-24-10-01", "direction": "IMPORT", "full_name": "Agile Octopus"}
        server.will(
            answer(page(product, following=f"{server.base}x/", count=1)), answer(page(product, count=2))
        )
        assert [found.code for found in await client.products()] == ["AGILE-24-10-01"]

    async def test_it_may_be_left_out(self, server: Server, client: AgileClient) -> None:
        server.will(answer({"next": None, "results": [row("00:00", 1)]}))
        assert len(await client.rates(TARIFF, START, END)) == 1
