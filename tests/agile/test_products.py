"""Which products are Agile, and what their codes tell."""

import pytest

from custom_components.octopus_agile.agile.tariffs import (
    KNOWN_PRODUCTS,
    Product,
    is_agile_import,
    is_product_code,
    newest_first,
    tariff_code,
)

STILL_PUBLISHING = (
    "AGILE-24-10-01",
    "AGILE-24-04-03",
    "AGILE-23-12-06",
    "AGILE-22-08-31",
    "AGILE-18-02-21",
)
ENDED = ("AGILE-22-07-22", "AGILE-VAR-22-10-19", "AGILE-FLEX-22-11-25")


@pytest.mark.parametrize("code", ["AGILE-24-10-01", "AGILE-FLEX-22-11-25", "X", "A" * 64])
def test_a_code_has_capitals_digits_and_dashes(code: str) -> None:
    assert is_product_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "agile-24-10-01",
        "AGILE 24-10-01",
        "AGILE-24-10-01\n",
        "AGILE/24",
        "../AGILE",
        "AGILE%2F",
        "AGILE?x",
        "AGILÉ",
        "AGILE-\u0662",
        "A" * 65,
    ],
)
def test_no_code_has_characters_that_mean_something_in_an_address(code: str) -> None:
    assert not is_product_code(code)


@pytest.mark.parametrize("code", [*STILL_PUBLISHING, *ENDED])
def test_agile_is_for_what_a_home_uses(code: str) -> None:
    assert is_agile_import(code)


@pytest.mark.parametrize(
    "code",
    ["AGILE-OUTGOING-19-05-13", "AGILE-OUTGOING-BB-23-02-28", "COSY-22-12-08", "AGILE", "VAR-22-11-01"],
)
def test_export_and_other_products_are_not(code: str) -> None:
    assert not is_agile_import(code)


def test_a_tariff_is_a_product_in_a_region() -> None:
    assert tariff_code("AGILE-24-10-01", "C") == "E-1R-AGILE-24-10-01-C"


def test_products_are_ordered_by_the_date_in_their_codes_and_those_without_come_last() -> None:
    codes = ["AGILE-18-02-21", "AGILE-NEW", "AGILE-24-10-01", "AGILE-FLEX-22-11-25", "AGILE-24-04-03"]
    ordered = newest_first([Product(code, "") for code in codes])
    assert [product.code for product in ordered] == [
        "AGILE-24-10-01",
        "AGILE-24-04-03",
        "AGILE-FLEX-22-11-25",
        "AGILE-18-02-21",
        "AGILE-NEW",
    ]


def test_products_whose_prices_still_come_are_known_sold_or_not() -> None:
    codes = [product.code for product in KNOWN_PRODUCTS]
    assert set(STILL_PUBLISHING) <= set(codes)
    assert not set(ENDED) & set(codes)
    assert list(KNOWN_PRODUCTS) == newest_first(list(KNOWN_PRODUCTS))
    assert all(is_agile_import(code) and is_product_code(code) for code in codes)
