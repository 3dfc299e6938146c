"""An answer that can't be right is refused, with one error that names what was wrong."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.errors import ApiUnexpected
from custom_components.octopus_agile.agile.models import Rates
from custom_components.octopus_agile.agile.parsing import (
    parse_json,
    parse_page,
    parse_product,
    parse_products,
    parse_rates,
    parse_regions,
    parse_standing_charge,
)

from .series import spelled, utc


def row(start: str, end: str | None, price: Any, **more: Any) -> dict[str, Any]:
    """Return a row of unit rates on the 1st of October 2026."""
    return {
        "value_exc_vat": price,
        "value_inc_vat": price,
        "valid_from": f"2026-10-01T{start}:00Z",
        "valid_to": None if end is None else f"2026-10-01T{end}:00Z",
        "payment_method": None,
        **more,
    }


def product(code: str, **changes: Any) -> dict[str, Any]:
    """Return a row of the list of products."""
    return {
        "code": code,
        "direction": "IMPORT",
        "full_name": f"Full name of {code}",
        "brand": "OCTOPUS_ENERGY",
        "is_business": False,
        "available_from": "2024-10-01T00:00:00+01:00",
        "available_to": None,
        **changes,
    }


def refusal(parse: Callable[[], Any]) -> str:
    with pytest.raises(ApiUnexpected) as caught:
        parse()
    return str(caught.value)


class TestJson:
    def test_numbers_are_exact(self) -> None:
        assert parse_json(b"[0.1, 20, 9.912000000000001, -0.0]") == [
            Decimal("0.1"),
            20,
            Decimal("9.912000000000001"),
            0,
        ]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b'{"results": [',
            b'{"a": 1',
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": -Infinity}',
            b"\xff\xfe\xfa",
            b'"\xe9"',
            b"1" * 5000,
            b"[1e9999999999999999999]",
            b"[1e-9999999999999999999]",
        ],
        ids=[
            "empty",
            "HTML",
            "cut in a list",
            "cut in an object",
            "NaN",
            "infinity",
            "minus infinity",
            "no text",
            "not UTF-8",
            "5000 digits",
            "an exponent beyond decimals",
            "an exponent below decimals",
        ],
    )
    def test_what_is_no_json_is_refused(self, body: bytes) -> None:
        assert refusal(lambda: parse_json(body)) == "the answer is not valid JSON"

    def test_json_nested_without_end_is_refused(self) -> None:
        assert refusal(lambda: parse_json(b"[" * 1_000_000)) == "the answer is nested too deeply"

    @given(
        st.binary(max_size=40) | st.text('[]{}0123456789eE.-,:"naNtfrul ', max_size=40).map(str.encode)
    )
    def test_any_other_bytes_are_taken_or_refused(self, body: bytes) -> None:
        with suppress(ApiUnexpected):
            parse_json(body)


class TestAPage:
    def test_it_has_rows_and_perhaps_a_next_page(self) -> None:
        assert parse_page({"results": [{}, {"a": 1}], "next": "https://x/?page=2"}) == (
            [{}, {"a": 1}],
            "https://x/?page=2",
        )
        assert parse_page({"count": 0, "next": None, "results": []}) == ([], None)
        assert parse_page({"results": []}) == ([], None)

    @pytest.mark.parametrize(
        ("value", "complaint"),
        [
            ([], "the answer is not a list of results"),
            (None, "the answer is not a list of results"),
            ("results", "the answer is not a list of results"),
            ({"detail": "Not found."}, "the answer is not a list of results"),
            ({"results": {}}, "the answer is not a list of results"),
            ({"results": [{}, []]}, "a result is not an object"),
            ({"results": ["x"]}, "a result is not an object"),
            ({"results": [], "next": 2}, "the link to the next page is not a text"),
            ({"results": [], "next": {}}, "the link to the next page is not a text"),
        ],
    )
    def test_any_other_shape_is_refused(self, value: Any, complaint: str) -> None:
        assert refusal(lambda: parse_page(value)) == complaint


class TestRegions:
    def test_they_come_once_each_by_letter(self) -> None:
        rows = [{"group_id": group} for group in ("_P", "_A", "_P")]
        assert [region.name for region in parse_regions(rows)] == ["Eastern England", "North Scotland"]

    def test_an_unknown_postcode_has_none(self) -> None:
        assert parse_regions([]) == ()

    @pytest.mark.parametrize("group", ["_I", "_O", "_Z", "_AB", "", "__A", "_a"])
    def test_a_group_outside_great_britain_is_refused(self, group: str) -> None:
        assert (
            refusal(lambda: parse_regions([{"group_id": group}]))
            == "a region is not one of the 14 known ones"
        )

    @pytest.mark.parametrize("bad", [{}, {"group_id": None}, {"group_id": 3}])
    def test_a_row_without_a_group_is_refused(self, bad: dict[str, Any]) -> None:
        assert refusal(lambda: parse_regions([bad])) == "group_id is not a text"


class TestTheListOfProducts:
    def test_it_gives_agile_for_import_by_homes_only(self) -> None:
        rows = [
            product("AGILE-24-10-01"),
            product("AGILE-OUTGOING-19-05-13", direction="EXPORT"),
            product("AGILE-OUTGOING-19-05-13"),
            product("AGILE-BB-24-10-01", brand="BULB"),
            product("AGILE-B2B-24-10-01", is_business=True),
            product("AGILE-23-12-06", direction=None),
            product("COSY-22-12-08"),
            {"code": "AGILE-24-04-03"},
        ]
        assert [found.code for found in parse_products(rows)] == ["AGILE-24-10-01"]

    def test_fields_that_may_be_missing_may_be_missing(self) -> None:
        (found,) = parse_products([{"code": "AGILE-24-10-01", "direction": "IMPORT"}])
        assert (found.full_name, found.available_from, found.available_to) == (
            "AGILE-24-10-01",
            None,
            None,
        )

    def test_a_product_has_its_full_name_and_the_time_of_its_sale(self) -> None:
        (found,) = parse_products([product("AGILE-24-10-01", available_to="2026-12-01T00:00:00Z")])
        assert found.full_name == "Full name of AGILE-24-10-01"
        assert found.available_from == utc("2024-09-30 23:00")
        assert found.available_to == utc("2026-12-01 00:00")

    def test_the_display_name_is_better_than_none(self) -> None:
        row = {"code": "AGILE-24-10-01", "direction": "IMPORT", "display_name": "Agile Octopus"}
        assert parse_products([row])[0].full_name == "Agile Octopus"

    @pytest.mark.parametrize("name", [None, "", "  ", 7])
    def test_the_code_is_better_than_no_name(self, name: Any) -> None:
        assert (
            parse_products([product("AGILE-24-10-01", full_name=name)])[0].full_name == "AGILE-24-10-01"
        )

    @pytest.mark.parametrize(
        ("bad", "complaint"),
        [
            (product("AGILE-../x"), "a product's code has characters that no code has"),
            (product("AGILE-24-10-01") | {"code": None}, "code is not a text"),
            (product("AGILE-24-10-01", available_from=5), "available_from is not a text"),
            (product("AGILE-24-10-01", available_to="soon"), "available_to is not a time"),
        ],
    )
    def test_a_product_that_cannot_be_right_is_refused(self, bad: dict[str, Any], complaint: str) -> None:
        assert refusal(lambda: parse_products([bad])) == complaint


class TestAProductsPage:
    TARIFFS = {
        "_A": {"direct_debit_monthly": {"code": "E-1R-AGILE-24-10-01-A"}},
        "_B": {"varying": {"code": "E-1R-AGILE-24-10-01-B"}},
        "_C": {"varying": None, "other": {"code": "E-1R-AGILE-24-10-01-C"}},
        "_D": {},
    }

    def page(self, **changes: Any) -> dict[str, Any]:
        return {
            **product("AGILE-24-10-01"),
            "single_register_electricity_tariffs": self.TARIFFS,
            **changes,
        }

    @pytest.mark.parametrize("letter", ["A", "B", "C"])
    def test_it_gives_the_tariff_of_a_region_whatever_the_way_of_paying_is_called(
        self, letter: str
    ) -> None:
        found, tariff = parse_product(self.page(), letter)
        assert found.code == "AGILE-24-10-01"
        assert tariff == f"E-1R-AGILE-24-10-01-{letter}"

    @pytest.mark.parametrize("letter", ["D", "P"])
    def test_a_region_may_have_none(self, letter: str) -> None:
        assert parse_product(self.page(), letter)[1] is None

    def test_it_has_no_direction(self) -> None:
        assert parse_product(self.page(direction=None), "A")[0].code == "AGILE-24-10-01"

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"single_register_electricity_tariffs": None}, "the product lists no tariffs"),
            ({"single_register_electricity_tariffs": []}, "the product lists no tariffs"),
            (
                {"single_register_electricity_tariffs": {"_A": "x"}},
                "the product's tariffs are not an object",
            ),
            ({"single_register_electricity_tariffs": {"_A": {"varying": {}}}}, "code is not a text"),
            ({"code": None}, "code is not a text"),
        ],
    )
    def test_a_page_that_cannot_be_right_is_refused(
        self, changes: dict[str, Any], complaint: str
    ) -> None:
        assert refusal(lambda: parse_product(self.page(**changes), "A")) == complaint

    def test_a_page_that_is_no_object_is_refused(self) -> None:
        assert refusal(lambda: parse_product([], "A")) == "the product is not an object"


class TestUnitRates:
    def test_they_come_newest_first_in_pence_and_are_kept_oldest_first_in_pounds(self) -> None:
        rates = parse_rates([row("00:30", "01:00", Decimal("12.5")), row("00:00", "00:30", 20)])
        assert spelled(rates) == ["00:00-00:30 20", "00:30-01:00 12.5"]
        assert [rate.price for rate in rates] == [Decimal("0.20"), Decimal("0.125")]

    def test_none_published_is_no_error(self) -> None:
        assert parse_rates([]) == Rates()

    def test_vat_is_taken_as_each_row_gives_it(self) -> None:
        rows = [
            row("00:00", "00:30", 20, value_inc_vat=Decimal("20.0")),
            row("00:00", "00:30", 20, value_inc_vat=Decimal("21.0"))
            | {"valid_from": "2026-09-30T23:30:00Z", "valid_to": "2026-10-01T00:00:00Z"},
        ]
        assert [rate.price for rate in parse_rates(rows)] == [Decimal("0.21"), Decimal("0.20")]

    @pytest.mark.parametrize(
        "price", ["-19.94", "0", "0.00", "99.99", "100.0001", "131.25", "9.912000000000001", "-0.0"]
    )
    def test_a_price_may_be_below_zero_zero_or_above_a_pound(self, price: str) -> None:
        (rate,) = parse_rates([row("00:00", "00:30", Decimal(price))])
        assert rate.price == Decimal(price) / 100

    def test_a_price_of_24_digits_is_exact(self) -> None:
        (rate,) = parse_rates([row("00:00", "00:30", Decimal("123456.789012345678901234"))])
        assert rate.price == Decimal("1234.56789012345678901234")

    def test_slots_may_have_any_length_and_gaps(self) -> None:
        rates = parse_rates([row("05:00", "23:00", 30), row("00:30", "01:00", 5)])
        assert spelled(rates) == ["00:30-01:00 5", "05:00-23:00 30"]

    def test_an_offset_is_taken_into_account(self) -> None:
        rates = parse_rates([row("00:00", "00:00", 5) | {"valid_from": "2026-10-01T00:30:00+01:00"}])
        assert spelled(rates) == ["23:30-00:00 5"]

    @pytest.mark.parametrize(
        ("rows", "complaint"),
        [
            (
                [row("00:00", "00:30", 1), row("00:30", "01:00", 1)],
                "the slot at 2026-10-01T00:00:00+00:00 is out of order",
            ),
            (
                [row("00:00", "00:30", 1), row("00:00", "00:30", 1)],
                "the slot at 2026-10-01T00:00:00+00:00 is out of order",
            ),
            (
                [row("00:20", "01:00", 1), row("00:00", "00:30", 1)],
                "the slot at 2026-10-01T00:20:00+00:00 is out of order",
            ),
            ([row("00:30", "00:30", 1)], "the slot at 2026-10-01T00:30:00+00:00 has no length"),
            ([row("00:30", "00:00", 1)], "the slot at 2026-10-01T00:30:00+00:00 has no length"),
            ([row("00:30", None, 1)], "valid_to is not a text"),
            ([row("00:00", "00:30", 1, valid_from=None)], "valid_from is not a text"),
            ([row("00:00", "00:30", 1, valid_from=1790000000)], "valid_from is not a text"),
            ([row("00:00", "00:30", 1, valid_from="yesterday")], "valid_from is not a time"),
            ([row("00:00", "00:30", 1, valid_from="2026-13-01T00:00:00Z")], "valid_from is not a time"),
            (
                [row("00:00", "00:30", 1, valid_from="0001-01-01T00:00:00+05:00")],
                "valid_from is not a time",
            ),
            (
                [row("00:00", "00:30", 1, valid_from="2026-10-01T00:00:00")],
                "valid_from has no offset from UTC",
            ),
            ([row("00:00", "00:30", 1, valid_from="2026-10-01")], "valid_from has no offset from UTC"),
            ([row("00:00", "00:30", None)], "value_inc_vat is not a number"),
            ([row("00:00", "00:30", "12.5")], "value_inc_vat is not a number"),
            ([row("00:00", "00:30", value_inc_vat=True, price=1)], "value_inc_vat is not a number"),
            ([row("00:00", "00:30", [1])], "value_inc_vat is not a number"),
            (
                [{"valid_from": "2026-10-01T00:00:00Z", "valid_to": "2026-10-01T00:30:00Z"}],
                "value_inc_vat is not a number",
            ),
            ([row("00:00", "00:30", 10**9)], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", -(10**9))], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", 10**4000)], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", Decimal("1e400"))], "value_inc_vat is not a price"),
            ([row("00:00", "00:30", Decimal("1e-25"))], "value_inc_vat has too many digits"),
            ([row("00:00", "00:30", Decimal("1e-999999"))], "value_inc_vat has too many digits"),
            ([row("00:00", "00:30", Decimal("0e10"))], "value_inc_vat has too many digits"),
            (
                [row("00:00", "00:30", Decimal("1.234567890123456789012345"))],
                "value_inc_vat has too many digits",
            ),
            (
                [row("00:00", "00:30", Decimal("123456789.1234567890123456"))],
                "value_inc_vat has too many digits",
            ),
        ],
    )
    def test_rows_that_cannot_be_right_are_refused(
        self, rows: list[dict[str, Any]], complaint: str
    ) -> None:
        assert refusal(lambda: parse_rates(rows)) == complaint

    json_values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5)
        | st.decimals(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=2),
        max_leaves=3,
    )
    times = st.datetimes().map(lambda at: f"{at.isoformat()}Z") | json_values

    @given(
        st.lists(
            st.fixed_dictionaries({"valid_from": times, "valid_to": times, "value_inc_vat": json_values}),
            max_size=3,
        )
    )
    def test_any_other_rows_are_taken_or_refused(self, rows: list[dict[str, Any]]) -> None:
        try:
            rates = parse_rates(rows)
        except ApiUnexpected:
            return
        assert len(rates) == len(rows)
        assert not rates or rates.average is not None


class TestTheStandingCharge:
    AT = utc("2026-10-01 00:00")

    def charge(self, *rows: dict[str, Any], at: datetime = AT) -> Decimal | None:
        return parse_standing_charge(rows, at)

    def test_a_row_may_be_open_at_the_end(self) -> None:
        assert self.charge(row("00:00", None, Decimal("37.6525"))) == Decimal("0.376525")

    def test_it_holds_from_its_start_and_no_longer_at_its_end(self) -> None:
        rows = (row("00:30", None, 50), row("00:00", "00:30", 40))
        assert self.charge(*rows) == Decimal("0.4")
        assert self.charge(*rows, at=utc("2026-10-01 00:30")) == Decimal("0.5")
        assert self.charge(*rows, at=utc("2026-09-30 23:59")) is None

    def test_direct_debit_is_taken(self) -> None:
        rows = (
            row("00:00", None, 50, payment_method="NON_DIRECT_DEBIT"),
            row("00:00", None, 40, payment_method="DIRECT_DEBIT"),
        )
        assert self.charge(*rows) == Decimal("0.4")

    def test_there_may_be_none(self) -> None:
        assert self.charge() is None

    def test_one_that_is_no_price_is_refused(self) -> None:
        assert refusal(lambda: self.charge(row("00:00", None, "40"))) == "value_inc_vat is not a number"


@given(
    st.dictionaries(
        st.sampled_from(["results", "next", "count"]), st.none() | st.lists(st.none()) | st.text()
    )
)
def test_any_other_page_is_taken_or_refused(value: dict[str, Any]) -> None:
    try:
        rows, following = parse_page(parse_json(json.dumps(value).encode()))
    except ApiUnexpected:
        return
    assert rows == []
    assert following is None or isinstance(following, str)
