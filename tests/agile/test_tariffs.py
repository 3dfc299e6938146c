"""Which products are Agile and what their codes tell, the regions, and what can be a postcode."""

import pytest

from custom_components.octopus_agile.agile.tariffs import (
    KNOWN_PRODUCTS,
    REGIONS,
    Direction,
    Product,
    Tariff,
    is_agile_import,
    is_product_code,
    newest_first,
    normalise_postcode,
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
    tariff = Tariff("AGILE-24-10-01", "C")
    assert tariff.code == "E-1R-AGILE-24-10-01-C"
    assert tariff == Tariff(product="AGILE-24-10-01", region="C", direction=Direction.IMPORT)
    assert tariff != Tariff("AGILE-24-10-01", "D")


@pytest.mark.parametrize("code", ["AGILE-24-10-01", "AGILE-BB-24-10-01", "AGILE-OUTGOING-19-05-13"])
def test_agile_has_a_price_for_each_half_hour_in_both_directions(code: str) -> None:
    assert Tariff(code, "C").is_half_hourly


@pytest.mark.parametrize("code", ["VAR-22-11-01", "GO-VAR-22-10-14", "OUTGOING-VAR-24-10-26", "AGILE"])
def test_other_tariffs_have_prices_of_any_length(code: str) -> None:
    assert not Tariff(code, "C").is_half_hourly


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


def test_there_are_14_regions_without_i_and_o() -> None:
    assert "".join(REGIONS) == "ABCDEFGHJKLMNP"
    assert all(region.letter == letter for letter, region in REGIONS.items())


@pytest.mark.parametrize(
    ("letter", "name"),
    [("A", "Eastern England"), ("C", "London"), ("J", "South East England"), ("P", "North Scotland")],
)
def test_a_region_has_a_name_that_people_use(letter: str, name: str) -> None:
    assert REGIONS[letter].name == name


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("SW1A 1AA", "SW1A1AA"),
        ("sw1a1aa", "SW1A1AA"),
        ("  m1  1ae ", "M11AE"),
        ("B33\t8TH", "B338TH"),
        ("CR2 6XH", "CR26XH"),
        ("DN55 1PT", "DN551PT"),
        ("W1A 0AX", "W1A0AX"),
        ("EC1A\u00a01BB", "EC1A1BB"),
        ("SW1A", "SW1A"),
        ("ab1", "AB1"),
    ],
)
def test_a_postcode_is_taken_in_any_spelling_and_without_its_inward_part(
    text: str, postcode: str
) -> None:
    assert normalise_postcode(text) == postcode


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "London",
        "12345",
        "SW1A 1A",
        "SW1A 1AAA",
        "SWX 1AA",
        "SW1A-1AA",
        "SW1A1AA&x=1",
        "SW1A1AA/../..",
        "\u0661W1 1AA",
        "SW\u0661 1AA",
    ],
)
def test_a_text_that_can_be_no_postcode_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a British postcode"):
        normalise_postcode(text)


def test_the_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        normalise_postcode("SW1A 1AAX")
    assert "SW1A" not in str(caught.value)
