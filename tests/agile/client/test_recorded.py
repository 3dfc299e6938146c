"""Recorded answers of the genuine API are understood."""

from collections.abc import Callable
from decimal import Decimal
import json
from pathlib import Path

import pytest

from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.errors import (
    ApiError,
    ApiNotFound,
    ApiUnavailable,
    ApiUnexpected,
)
from custom_components.octopus_agile.agile.tariffs import REGIONS, Direction, Tariff
from tests.agile.series import spelled, utc

from .serving import (
    AGILE,
    END,
    GENUINE_BASE,
    POSTCODE,
    START,
    TARIFF,
    Answer,
    Server,
    answer,
    charge_at,
    page,
    refusal,
)

OLDEST = Tariff("AGILE-18-02-21", "C")
SEPTEMBER_2020 = utc("2020-09-01 00:00"), utc("2020-10-01 00:00")


def pages_of_2020(recorded: Callable[[str], Answer]) -> list[Answer]:
    """Return two pages that are linked."""
    name = "unit_rates_AGILE-18-02-21-C_{}_2020-09-28_octoapi"
    return [recorded(name.format(number)) for number in ("page1", "page2")]


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
        rates = await client.rates(TARIFF, utc("2026-10-01 00:00"), utc("2026-10-05 00:00"))
        assert len(rates) == 52
        assert rates.end == utc("2026-10-04 22:00")
        assert rates.known_until(utc("2026-10-03 20:00")) == rates.end
        assert [rate.price for rate in rates][-1] == Decimal("0.2501")

    async def test_two_linked_pages_of_2020(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(*pages_of_2020(recorded), answer(page(count=200)))
        rates = await client.rates(OLDEST, *SEPTEMBER_2020)
        assert len(rates) == 200
        assert rates.known_until(utc("2020-09-24 18:00")) == rates.end == utc("2020-09-28 22:00")
        assert [request.query.get("page") for request in server.requests] == [None, "2", "3"]

    async def test_two_pages_of_hundreds_are_not_the_whole(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(*pages_of_2020(recorded), answer(page(count=65_611)))
        complaint = await refusal(client.rates(OLDEST, *SEPTEMBER_2020), ApiUnexpected)
        assert complaint == "the number of rows differs from the count"

    async def test_their_links_lead_away_from_a_server_that_is_not_octopus(
        self, server: Server, client: AgileClient, octopus_data: Path
    ) -> None:
        name = "unit_rates_AGILE-18-02-21-C_page1_2020-09-28_octoapi.json"
        server.will(answer((octopus_data / "responses" / name).read_bytes()))
        complaint = await refusal(client.rates(OLDEST, *SEPTEMBER_2020), ApiUnexpected)
        assert complaint == "the link to the next page leads elsewhere"

    async def test_the_day_vat_changed(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_vat_switch_2026-09-30_SYNTHETIC"))
        rates = await client.rates(TARIFF, utc("2026-09-30 00:00"), utc("2026-10-02 00:00"))
        assert [rate.price for rate in rates] == [Decimal(price) / 100 for price in (21, 21, 20, 20)]

    async def test_an_empty_future(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_empty"))
        assert not await client.rates(TARIFF, START, END)

    async def test_a_tariff_of_day_and_night_rates_is_cut_to_the_period(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_GO-VAR-22-10-14-C_2026-10_gridhour"))
        rates = await client.rates(
            Tariff("GO-VAR-22-10-14", "C"), utc("2026-10-06 01:00"), utc("2026-10-06 12:00")
        )
        assert spelled(rates) == ["01:00-04:30 4.755", "04:30-12:00 24.6932"]

    @pytest.mark.parametrize(
        ("name", "exports", "all_of_them"),
        [
            (
                "products_variable_octopus_2026-10_trimmed_gridhour",
                {
                    "AGILE-OUTGOING-19-05-13",
                    "FLUX-EXPORT-23-02-14",
                    "OUTGOING-VAR-24-10-26",
                    "POWER-PACK-24-02-15",
                },
                15,
            ),
        ],
    )
    async def test_products_for_homes_in_both_directions(
        self,
        server: Server,
        client: AgileClient,
        recorded: Callable[[str], Answer],
        name: str,
        exports: set[str],
        all_of_them: int,
    ) -> None:
        server.will(recorded(name))
        products = await client.home_products()
        assert len(products) == all_of_them
        assert {each.code for each in products if each.direction is Direction.EXPORT} == exports

    async def test_a_price_that_holds_until_further_notice_is_cut_to_the_period(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        server.will(recorded("unit_rates_VAR_octoapi"))
        tariff = Tariff("VAR-17-01-11", "C")
        rates = await client.rates(tariff, utc("2020-10-31 22:00"), utc("2020-11-01 03:00"))
        assert spelled(rates) == ["22:00-00:00 15.519", "00:00-03:00 16.2855"]

    @pytest.mark.parametrize(
        ("name", "code", "full_name"),
        [
            ("products_list_2024-05-28_octometer", "AGILE-24-04-03", "Agile Octopus April 2024 v1"),
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

    async def test_a_list_whose_publisher_took_out_the_link_to_its_second_page_is_refused(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer]
    ) -> None:
        """It has 100 of 101 products."""
        server.will(recorded("products_list_2020-11_page1_filego"))
        complaint = await refusal(client.products(), ApiUnexpected)
        assert complaint == "the number of rows differs from the count"

    @pytest.mark.parametrize("letter", REGIONS)
    async def test_a_withdrawn_product_has_a_tariff_in_every_region(
        self, server: Server, client: AgileClient, recorded: Callable[[str], Answer], letter: str
    ) -> None:
        server.will(recorded("product_AGILE-FLEX-22-11-25_2024-05-28_octometer"))
        product, tariff = await client.product("AGILE-FLEX-22-11-25", REGIONS[letter])
        assert tariff == f"E-1R-AGILE-FLEX-22-11-25-{letter}"
        assert product.full_name == "Agile Octopus November 2022 v1"

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
        flexible = Tariff("VAR-22-11-01", "A")
        february = await charge_at(client, flexible, utc("2024-02-01 00:00"))
        assert february == Decimal("0.420105")
        june = await charge_at(client, flexible, utc("2024-06-01 00:00"))
        assert june == Decimal("0.478485")
        server.will(recorded("standing_charges_AGILE-24-10-01-C_RECONSTRUCTED"))
        assert await charge_at(client, TARIFF, START) == Decimal("0.376525")

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
