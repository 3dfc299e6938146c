"""Products, regions and tariffs: which there are, and how their codes are built."""

from dataclasses import dataclass
import re

BRAND = "OCTOPUS_ENERGY"

# Letters, digits and dashes: nothing that could change the meaning of an address.
_PRODUCT_CODE = re.compile(r"[A-Z0-9-]{1,64}")

# GSP groups: the letters stand at the end of every tariff code. There is no I and no O.
_NAMES = {
    "A": "Eastern England",
    "B": "East Midlands",
    "C": "London",
    "D": "Merseyside and North Wales",
    "E": "West Midlands",
    "F": "North East England",
    "G": "North West England",
    "H": "Southern England",
    "J": "South East England",
    "K": "South Wales",
    "L": "South West England",
    "M": "Yorkshire",
    "N": "South Scotland",
    "P": "North Scotland",
}

# Outward code, then perhaps the inward one: the API also knows "SW1A" alone.
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?(?:[0-9][A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Region:
    """A GSP group: `letter` as in tariff codes, `name` as people say it."""

    letter: str
    name: str


REGIONS = {letter: Region(letter, name) for letter, name in _NAMES.items()}


def normalise_postcode(text: str) -> str:
    """Return a postcode in capitals without spaces.

    Raises ValueError for what cannot be a British postcode. Whether a possible one exists, only the
    API knows.
    """
    postcode = re.sub(r"\s", "", text).upper()
    if not _POSTCODE.fullmatch(postcode):
        raise ValueError("not a British postcode")
    return postcode


@dataclass(frozen=True, slots=True)
class Product:
    """A version of Agile Octopus: `code` for machines, `full_name` for people."""

    code: str
    full_name: str


# Homes are on these and their prices still come (November 2026), though only the first is still sold.
# The API lists withdrawn products only among thousands of others, so they are named here. These have
# ended and are left out: AGILE-22-07-22, AGILE-VAR-22-10-19, AGILE-FLEX-22-11-25.
KNOWN_PRODUCTS = (
    Product("AGILE-24-10-01", "Agile Octopus October 2024 v1"),
    Product("AGILE-24-04-03", "Agile Octopus April 2024 v1"),
    Product("AGILE-23-12-06", "Agile Octopus December 2023 v1"),
    Product("AGILE-22-08-31", "Agile Octopus August 2022 v1"),
    Product("AGILE-18-02-21", "Agile Octopus February 2018"),
)


def is_product_code(text: str) -> bool:
    """Tell whether a text has the form of a product code."""
    return _PRODUCT_CODE.fullmatch(text) is not None


def is_agile_import(code: str) -> bool:
    """Tell whether a code is that of an Agile product for what a home uses, not what it exports."""
    return code.startswith("AGILE-") and not code.startswith("AGILE-OUTGOING")


def tariff_code(product_code: str, region_letter: str) -> str:
    """Return the code of a product's electricity tariff in a region, for a single-rate meter."""
    return f"E-1R-{product_code}-{region_letter}"


def newest_first(products: list[Product]) -> list[Product]:
    """Order products by the date in their codes, which is when they came, the newest first."""
    return sorted(products, key=lambda product: _date_in(product.code), reverse=True)


def _date_in(code: str) -> tuple[str, str]:
    found = re.search(r"\d\d-\d\d-\d\d$", code)
    return (found.group() if found else "", code)
