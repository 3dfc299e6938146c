"""Each question is asked as the API wants it: prices, regions, products and the standing charge."""

from datetime import datetime, timezone
from decimal import Decimal
import logging
from typing import Any

import pytest

from custom_components.octopus_agile.agile import client as client_module
from custom_components.octopus_agile.agile.client import API_URL, AgileClient
from custom_components.octopus_agile.agile.errors import ApiNotFound, ApiUnexpected
from custom_components.octopus_agile.agile.tariffs import REGIONS, Direction, Product, Tariff
from tests.agile.series import HALF_HOUR, HOUR, spelled, utc

from .serving import (
    AGILE,
    END,
    GENUINE_BASE,
    POSTCODE,
    START,
    TARIFF,
    Server,
    answer,
    charge_at,
    page,
    refusal,
    row,
)

RATES = f"/v1/products/{AGILE}/electricity-tariffs/E-1R-{AGILE}-C/standard-unit-rates/"
CHARGES = f"/v1/products/{AGILE}/electricity-tariffs/E-1R-{AGILE}-C/standing-charges/"


class TestRates:
    async def test_they_are_asked_for_by_tariff_and_period_in_utc(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page()))
        start = datetime(2026, 10, 1, 0, 30, tzinfo=timezone(HOUR))
        await client.rates(TARIFF, start, utc("2026-10-02 23:00"))
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
        rates = await client.rates(TARIFF, START, END)
        assert [(rate.start, rate.price) for rate in rates] == [
            (START, Decimal("0.2")),
            (START + HALF_HOUR, Decimal("0.125")),
        ]

    async def test_prices_below_zero_and_above_a_pound_are_taken(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page(row("01:00", 131.25), row("00:30", 0), row("00:00", -19.94))))
        rates = await client.rates(TARIFF, START, END)
        assert spelled(rates) == ["00:00-00:30 -19.94", "00:30-01:00 0", "01:00-01:30 131.25"]

    async def test_a_future_that_is_not_published_is_no_error(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page()))
        assert not await client.rates(TARIFF, START, END)

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
        rates = await client.rates(TARIFF, utc("2026-09-30 00:00"), utc("2026-10-01 00:00"))
        assert spelled(rates) == ["22:30-23:00 21", "23:00-23:30 20"]

    async def test_a_request_is_logged_at_debug_with_tariff_period_and_slots(
        self, server: Server, client: AgileClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, client_module.__name__)
        server.will(answer(page(row("00:00", 20))))
        await client.rates(TARIFF, START, END)
        (record,) = [record for record in caplog.records if record.name == client_module.__name__]
        assert record.levelno == logging.DEBUG
        assert record.getMessage() == (
            "E-1R-AGILE-24-10-01-C from 2026-11-23 00:00:00+00:00 to 2026-11-25 00:00:00+00:00: 1 slots"
        )

    @pytest.mark.parametrize(
        ("rows", "complaint"),
        [
            (
                [row("00:00", 1), row("00:00", 2)],
                "the slot at 2026-11-23T00:00:00+00:00 starts before the last one ends",
            ),
            (
                [row("00:15", 1), row("00:00", 1)],
                "the slot at 2026-11-23T00:15:00+00:00 starts before the last one ends",
            ),
            (
                [row("00:00", 1, valid_to="2026-11-23T00:00:00Z")],
                "the slot at 2026-11-23T00:00:00+00:00 has no length",
            ),
            ([row("00:00", 1, valid_to=7)], "valid_to is not a text"),
            ([row("00:00", 1, valid_from="2026-11-23T00:00:00")], "valid_from has no offset from UTC"),
            ([row("00:00", None)], "value_inc_vat is not a number"),
            ([row("00:00", 1e300)], "value_inc_vat is not a price"),
        ],
        ids=[
            "two prices",
            "overlapping",
            "without length",
            "an end that is no time",
            "without offset",
            "without price",
            "absurd",
        ],
    )
    async def test_slots_that_cannot_be_right_are_refused(
        self, server: Server, client: AgileClient, rows: list[dict[str, Any]], complaint: str
    ) -> None:
        server.will(answer(page(*rows)))
        assert await refusal(client.rates(TARIFF, START, END), ApiUnexpected) == complaint


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

    async def test_all_for_homes_are_known_with_their_direction(
        self, server: Server, client: AgileClient
    ) -> None:
        rows: list[dict[str, Any]] = [
            {"code": "OUTGOING-VAR-24-10-26", "direction": "EXPORT", "full_name": "Outgoing Octopus"},
            {"code": "GO-VAR-22-10-14", "direction": "IMPORT", "full_name": "Octopus Go"},
            {"code": "AGILE-OUTGOING-19-05-13", "direction": "EXPORT", "full_name": "Agile Outgoing"},
            {"code": "BUSINESS-24-01-01", "direction": "EXPORT", "is_business": True},
            {"code": "PREPAY-24-01-01", "direction": "IMPORT", "is_prepay": True},
            {"code": "FOREIGN-24-01-01", "direction": "EXPORT", "brand": "BULB"},
            {"code": "NOWHERE-24-01-01", "direction": None},
            {"code": "LIST-24-01-01", "direction": ["EXPORT"]},
            {"code": "GO-VAR-22-10-14", "direction": "IMPORT", "full_name": "Octopus Go"},
        ]
        server.will(answer(page(*rows)))
        assert await client.home_products() == [
            Product("OUTGOING-VAR-24-10-26", "Outgoing Octopus", Direction.EXPORT),
            Product("GO-VAR-22-10-14", "Octopus Go", Direction.IMPORT),
            Product("AGILE-OUTGOING-19-05-13", "Agile Outgoing", Direction.EXPORT),
        ]
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
            client.rates(Tariff(code, "C"), START, END),
            charge_at(client, Tariff(code, "C"), START),
        ):
            assert await refusal(asking, ApiNotFound) == "not the form of a product code"
        assert not server.requests

    @pytest.mark.parametrize("letter", ["", "I", "c", "CC", "C/../..", "_C"])
    async def test_nor_does_a_region_that_is_none(
        self, server: Server, client: AgileClient, letter: str
    ) -> None:
        for asking in (
            client.rates(Tariff(AGILE, letter), START, END),
            charge_at(client, Tariff(AGILE, letter), START),
        ):
            assert await refusal(asking, ApiNotFound) == "not the letter of a region"
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
        assert await charge_at(client, TARIFF, START) == Decimal("0.376525")
        assert await charge_at(client, TARIFF, START + 12 * HOUR) == Decimal("0.45")
        assert server.requests[0].path == CHARGES
        assert dict(server.requests[0].query) == {
            "period_from": "2026-11-23T00:00:00Z",
            "period_to": "2026-11-23T00:30:00Z",
        }

    async def test_those_of_a_period_are_cut_to_it(self, server: Server, client: AgileClient) -> None:
        server.will(
            answer(
                page(
                    row("00:00", 45, valid_from="2026-11-24T00:00:00Z", valid_to=None),
                    row(
                        "00:00", 37.5, valid_from="2024-10-01T00:00:00Z", valid_to="2026-11-24T00:00:00Z"
                    ),
                )
            )
        )
        end = START + 400 * 24 * HOUR
        charges = await client.standing_charges(TARIFF, START, end)
        assert [(rate.start, rate.end, rate.price) for rate in charges] == [
            (START, START + 24 * HOUR, Decimal("0.375")),
            (START + 24 * HOUR, end, Decimal("0.45")),
        ]

    async def test_there_may_be_none(self, server: Server, client: AgileClient) -> None:
        server.will(answer(page()))
        assert await charge_at(client, TARIFF, START) is None


async def test_without_another_address_the_public_api_is_asked() -> None:
    assert API_URL == GENUINE_BASE
