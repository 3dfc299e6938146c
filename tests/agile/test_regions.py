"""The regions of Great Britain, and what can be a postcode."""

import pytest

from custom_components.octopus_agile.agile.tariffs import REGIONS, normalise_postcode


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
