"""The 14 regions of Great Britain's electricity network, and the postcodes that lead to them."""

from dataclasses import dataclass
import re

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
