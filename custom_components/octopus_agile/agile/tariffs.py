"""Products, regions and tariffs, and how their codes are built."""

from dataclasses import dataclass
from enum import StrEnum
import re

BRAND = "OCTOPUS_ENERGY"

# Letters, digits and dashes only: nothing with a special meaning in a URL.
_PRODUCT_CODE = re.compile(r"[A-Z0-9-]{1,64}")

# Grid supply point (GSP) groups; every tariff code ends with such a letter. There is no I or O.
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

# The inward half is optional: the API knows "SW1A" on its own.
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?(?:[0-9][A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Region:
    """A GSP group: its `letter` in tariff codes and its everyday `name`."""

    letter: str
    name: str


REGIONS = {letter: Region(letter, name) for letter, name in _NAMES.items()}


def normalise_postcode(text: str) -> str:
    """Return a postcode in capitals without spaces.

    Raises ValueError for text that can't be a British postcode. Only the API can tell whether one exists.
    """
    postcode = re.sub(r"\s", "", text).upper()
    if not _POSTCODE.fullmatch(postcode):
        raise ValueError("not a British postcode")
    return postcode


class Direction(StrEnum):
    """Which way the electricity flows, from the home's point of view."""

    IMPORT = "import"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Product:
    """An Octopus product, such as a version of Agile: its API `code` and its `full_name` to show."""

    code: str
    full_name: str
    direction: Direction = Direction.IMPORT


# Versions of Agile that still published prices in November 2026. Only the first is on sale; the API
# buries withdrawn ones among thousands of others, so they are listed here. AGILE-22-07-22,
# AGILE-VAR-22-10-19 and AGILE-FLEX-22-11-25 have stopped publishing.
KNOWN_PRODUCTS = (
    Product("AGILE-24-10-01", "Agile Octopus October 2024 v1"),
    Product("AGILE-24-04-03", "Agile Octopus April 2024 v1"),
    Product("AGILE-23-12-06", "Agile Octopus December 2023 v1"),
    Product("AGILE-22-08-31", "Agile Octopus August 2022 v1"),
    Product("AGILE-18-02-21", "Agile Octopus February 2018"),
)


@dataclass(frozen=True, slots=True)
class Tariff:
    """A product in a region: `product` is its code, `region` the region's letter."""

    product: str
    region: str
    direction: Direction = Direction.IMPORT

    @property
    def code(self) -> str:
        """The tariff's own code, for a single-rate meter."""
        return f"E-1R-{self.product}-{self.region}"

    @property
    def is_half_hourly(self) -> bool:
        """Whether each half hour has its own price: Agile and Agile Outgoing, nothing else."""
        return self.product.startswith("AGILE-")


def is_product_code(text: str) -> bool:
    """Tell whether a text looks like a product code."""
    return _PRODUCT_CODE.fullmatch(text) is not None


def is_agile_import(code: str) -> bool:
    """Tell whether a code is that of an Agile import product."""
    return code.startswith("AGILE-") and not code.startswith("AGILE-OUTGOING")


def says_export(code: str) -> bool:
    """Tell whether a code says that its product pays for export. Not every export product's does."""
    return "OUTGOING" in code or "EXPORT" in code


def newest_first(products: list[Product]) -> list[Product]:
    """Sort products by the launch date in their codes, newest first."""
    return sorted(products, key=lambda product: _date_in(product.code), reverse=True)


def _date_in(code: str) -> tuple[str, str]:
    found = re.search(r"\d\d-\d\d-\d\d$", code)
    return (found.group() if found else "", code)
