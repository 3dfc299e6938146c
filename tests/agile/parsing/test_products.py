"""Regions and products that can't be right are refused, and the error names what was wrong."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.parsing import (
    parse_product,
    parse_products,
    parse_regions,
    plain_text,
)

from .refusal import refusal


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
        assert found.full_name == "AGILE-24-10-01"

    def test_one_that_comes_twice_is_one(self) -> None:
        rows = [product("AGILE-24-10-01"), product("AGILE-24-04-03"), product("AGILE-24-10-01")]
        assert [found.code for found in parse_products(rows)] == ["AGILE-24-10-01", "AGILE-24-04-03"]

    def test_a_product_has_its_full_name(self) -> None:
        (found,) = parse_products([product("AGILE-24-10-01")])
        assert found.full_name == "Full name of AGILE-24-10-01"

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
        ],
    )
    def test_a_product_that_cannot_be_right_is_refused(self, bad: dict[str, Any], complaint: str) -> None:
        assert refusal(lambda: parse_products([bad])) == complaint


class TestNames:
    """Home Assistant's dialogs render markdown, so a name that comes from outside must be plain text."""

    @pytest.mark.parametrize(
        "name",
        [
            "Agile Octopus October 2024 v1",
            "Agile Octopus - 12M (v1.2)",
            "Fix & Save + 10% of £5",
            "L'Agile à côté",
        ],
    )
    def test_an_ordinary_one_stays_as_it_is(self, name: str) -> None:
        assert plain_text(name) == name

    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("Agile ![x](https://evil.example/x.png)", "Agile x (https evil example x png)"),
            ("[Agile](https://evil.example)", "Agile (https evil example)"),
            ("<img src=x onerror=alert(1)>", "img src x onerror alert(1)"),
            ("see www.evil.example", "see www evil example"),
            ("https://1.2.3.4/", "https 1.2.3.4"),
            ("me@evil.example", "me evil example"),
            ("**Agile** _Octopus_ `v1` ~~old~~", "Agile Octopus v1 old"),
            ("# Agile\r\n\r\n* Octopus\t| 1", "Agile Octopus 1"),
            ("- Agile", "Agile"),
            ("Agile\x00\x1b[31m\u202eOctopus\u200b", "Agile 31m Octopus"),
            ("&lt;b&gt; {tariff} $x$ \\", "lt b gt tariff x"),
            ("\uff1cb\uff1e", "b"),
            ("x" * 3000, "x" * 80),
            ("x" * 79 + " Agile", "x" * 79),
            ("![]()", "()"),
            ("<>", ""),
            ("", ""),
        ],
    )
    def test_nothing_is_left_that_a_dialog_would_render(self, name: str, plain: str) -> None:
        assert plain_text(name) == plain

    @given(st.text())
    def test_any_text_becomes_a_short_line_of_harmless_characters(self, name: str) -> None:
        plain = plain_text(name)
        assert len(plain) <= 80
        assert plain == plain.strip()
        assert not set(plain) & set("<>[]!*_`#|~\\{}\n\r\t@:/;$")
        assert plain_text(plain) == plain

    @pytest.mark.parametrize("key", ["full_name", "display_name"])
    def test_a_product_has_a_plain_one(self, key: str) -> None:
        row = {"code": "AGILE-24-10-01", "direction": "IMPORT", key: "*Agile* ![](https://evil.example)"}
        assert parse_products([row])[0].full_name == "Agile (https evil example)"

    def test_the_code_is_better_than_one_that_is_all_markup(self) -> None:
        assert (
            parse_products([product("AGILE-24-10-01", full_name="<>")])[0].full_name == "AGILE-24-10-01"
        )


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
