"""What the demo's server knows: a few postcodes, and the products of October 2026."""

from decimal import Decimal
from typing import NamedTuple

from .prices import CAP

# Areas (the letters a postcode begins with) -> region. A few are enough to try things out.
AREAS = {
    **dict.fromkeys(("SW", "W", "EC", "WC", "N", "E", "SE", "NW"), "C"),
    **dict.fromkeys(("EH", "G"), "N"),
    **dict.fromkeys(("AB", "IV"), "P"),
    **dict.fromkeys(("LS", "YO"), "M"),
    **dict.fromkeys(("NR", "CB"), "A"),
    **dict.fromkeys(("L", "CH"), "D"),
    "B": "E",
    "BN": "J",
    "BS": "L",
    "CF": "K",
    "M": "G",
    "NE": "F",
    "NG": "B",
    "SO": "H",
}

# p a day without VAT, seen live for region C in October 2026; the other regions' differ in life.
STANDING_CHARGE = Decimal("37.6525")


class Product(NamedTuple):
    """A product: on sale from `since` to `until`, publishing until the UK midnight of `ended`.

    `cap` is in p/kWh without VAT. `constant` are the prices of a product that has one at a time, in p/kWh
    and each from an instant on.
    """

    code: str
    name: str
    since: str
    until: str | None = None
    ended: str | None = None
    cap: Decimal = CAP
    brand: str = "OCTOPUS_ENERGY"
    direction: str = "IMPORT"
    constant: tuple[tuple[str, Decimal], ...] = ()

    @property
    def is_export(self) -> bool:
        """Whether it pays for what a home exports."""
        return self.direction == "EXPORT"

    @property
    def has_prices(self) -> bool:
        """Whether it is one of those whose prices are served: Agile both ways, and one-price tariffs."""
        return self.code.startswith("AGILE-") or bool(self.constant)


_OCTOBER_2024 = "2024-10-01T00:00:00+01:00"
_CAPS = {"35p": Decimal("33.33"), "55p": Decimal("52.38"), "78p": Decimal("74.29")}

_ON_SALE = (
    Product("AGILE-24-10-01", "Agile Octopus October 2024 v1", _OCTOBER_2024),
    Product(
        "AGILE-BB-24-10-01",
        "Agile Octopus October 2024 v1",
        _OCTOBER_2024,
        ended="2025-10-01",
        brand="BULB",
    ),
    Product(
        "AGILE-OUTGOING-19-05-13",
        "Agile Outgoing Octopus May 2019",
        "2018-01-01T00:00:00Z",
        direction="EXPORT",
    ),
    Product(
        "OUTGOING-VAR-24-10-26",
        "Outgoing Octopus October 2024 v1",
        "2024-10-28T00:00:00Z",
        direction="EXPORT",
        constant=(
            ("2024-10-28T00:00:00Z", Decimal(15)),
            ("2026-03-01T00:00:00Z", Decimal(12)),
        ),
    ),
    # To compare with. Its real price changes every quarter; these are made up.
    Product(
        "VAR-22-11-01",
        "Flexible Octopus",
        "2023-03-28T10:35:00+01:00",
        constant=(
            ("2023-03-28T10:35:00+01:00", Decimal("24.5")),
            ("2026-04-01T00:00:00+01:00", Decimal("25.5")),
        ),
    ),
)
_WITHDRAWN = (
    Product(
        "AGILE-18-02-21",
        "Agile Octopus February 2018",
        "2018-02-21T00:00:00Z",
        "2022-07-22T00:00:00+01:00",
        cap=_CAPS["35p"],
    ),
    Product(
        "AGILE-22-07-22",
        "Agile Octopus July 2022 v1",
        "2022-07-22T00:00:00+01:00",
        "2022-08-29T00:00:00+01:00",
        ended="2026-03-28",
        cap=_CAPS["55p"],
    ),
    Product(
        "AGILE-22-08-31",
        "Agile Octopus August 2022 v1",
        "2022-08-31T00:00:00+01:00",
        "2022-10-06T00:00:00+01:00",
        cap=_CAPS["78p"],
    ),
    Product(
        "AGILE-FLEX-22-11-25",
        "Agile Octopus November 2022 v1",
        "2022-11-25T00:00:00Z",
        "2023-12-11T12:00:00Z",
        ended="2025-01-01",
    ),
    Product(
        "AGILE-23-12-06",
        "Agile Octopus December 2023 v1",
        "2023-12-06T00:00:00Z",
        "2024-04-03T00:00:00+01:00",
    ),
    Product("AGILE-24-04-03", "Agile Octopus April 2024 v1", "2024-04-03T00:00:00+01:00", _OCTOBER_2024),
)
PRODUCTS = {product.code: product for product in (*_ON_SALE, *_WITHDRAWN)}
