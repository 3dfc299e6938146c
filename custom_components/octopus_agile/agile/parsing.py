"""Parses Octopus API responses into models, and rejects anything that can't be right.

Nothing here repairs a response: keeping the prices already known beats adding a wrong one. Every
rejection is an `ApiUnexpected` that says what was wrong, but never repeats the response.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
import json
import re
from typing import Any

from .errors import ApiUnexpected
from .rates import Rate, Rates
from .tariffs import BRAND, REGIONS, Direction, Product, Region, is_agile_import, is_product_code

# Far more than the API sends (up to 15 decimals when a float leaks through), yet few enough to keep
# exact arithmetic cheap.
_MOST_DIGITS = 24
# A longer half-hourly row is an error, and would hide the slots it covers.
_LONGEST_SLOT = timedelta(hours=1)
_LONGEST_NAME = 80
_DIRECT_DEBIT = "DIRECT_DEBIT"
_DIRECTIONS = {direction.name: direction for direction in Direction}
# A dot that isn't between digits could make a link ("www.example.com"), "&" an entity ("&lt").
_NOT_PLAIN = re.compile(r"(?<!\d)\.|\.(?!\d)|&(?!\s)|[^\w.,+()'&%£-]|_")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, the link to the next page, and the row count of all pages."""

    rows: list[dict[str, Any]]
    following: str | None
    count: int | None


@dataclass(frozen=True, slots=True)
class _Row:
    """A price in GBP that applies over `[start, end)`, or until further notice if `end` is None.

    `method` is the payment method it applies to, None for all of them.
    """

    start: datetime
    end: datetime | None
    price: Decimal
    method: str | None


def parse_json(body: bytes) -> Any:
    """Return the JSON value of a body with exact numbers; reject NaN and infinity."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    # "from None" keeps the response out of tracebacks.
    except ValueError, ArithmeticError:
        # ArithmeticError: an exponent too large for a decimal.
        raise ApiUnexpected("the answer is not valid JSON") from None
    except RecursionError:
        raise ApiUnexpected("the answer is nested too deeply") from None


def parse_page(value: Any) -> Page:
    """Return one page of a list."""
    if not isinstance(value, dict) or not isinstance(value.get("results"), list):
        raise ApiUnexpected("the answer is not a list of results")
    rows = value["results"]
    if not all(isinstance(row, dict) for row in rows):
        raise ApiUnexpected("a result is not an object")
    following = value.get("next")
    if following is not None and not isinstance(following, str):
        raise ApiUnexpected("the link to the next page is not a text")
    return Page(rows, following, _count(value))


def parse_regions(rows: Iterable[dict[str, Any]]) -> tuple[Region, ...]:
    """Return the regions of `industry/grid-supply-points`, each once, sorted by letter."""
    letters = set()
    for row in rows:
        letter = _text(row, "group_id").removeprefix("_")
        if letter not in REGIONS:
            raise ApiUnexpected("a region is not one of the 14 known ones")
        letters.add(letter)
    return tuple(REGIONS[letter] for letter in sorted(letters))


def parse_products(rows: Iterable[dict[str, Any]]) -> list[Product]:
    """Return the Agile import products for homes among the rows of `products`, each once."""
    imports = (row for row in rows if row.get("direction") == "IMPORT" and _is_for_homes(row))
    return parse_home_products(row for row in imports if is_agile_import(_text(row, "code")))


def parse_home_products(rows: Iterable[dict[str, Any]]) -> list[Product]:
    """Return the products for homes among the rows of `products`, in either direction, each once."""
    products = [
        _product(row, _DIRECTIONS[str(row["direction"])])
        for row in rows
        if str(row.get("direction")) in _DIRECTIONS and _is_for_homes(row)
    ]
    return list({product.code: product for product in products}.values())


def parse_product(value: Any, region_letter: str) -> tuple[Product, str | None]:
    """Return the product on a product page, and the code of its tariff in a region.

    The code is None if the product has no tariff for homes there.
    """
    if not isinstance(value, dict):
        raise ApiUnexpected("the product is not an object")
    tariffs = value.get("single_register_electricity_tariffs")
    if not isinstance(tariffs, dict):
        raise ApiUnexpected("the product lists no tariffs")
    methods = tariffs.get(f"_{region_letter}")
    if methods is None or not _is_for_homes(value):
        return _product(value), None
    if not isinstance(methods, dict):
        raise ApiUnexpected("the product's tariffs are not an object")
    # The keys are payment methods, such as "direct_debit_monthly" or "varying"; the tariff is the same.
    for tariff in methods.values():
        if isinstance(tariff, dict):
            return _product(value), _text(tariff, "code")
    return _product(value), None


def parse_rates(
    rows: Iterable[dict[str, Any]],
    start: datetime,
    end: datetime,
    horizon: datetime,
    *,
    half_hourly: bool,
) -> tuple[Rates, int]:
    """Return the rates of `standard-unit-rates` in GBP/kWh, and how many rows were dropped.

    The rows of `standing-charges` have the same shape, in GBP per day.

    Rows may be in any order and repeated. Those outside `[start, end)` or beyond the horizon are
    dropped. A half-hourly tariff's rates are kept whole, and rows longer than a slot are dropped too;
    other tariffs' rates may last for months, and are cut to the period.

    A price specific to direct debit takes precedence. Prices include VAT as published.
    """
    direct, any_method, dropped = set(), set(), 0
    for row in map(_row, rows):
        rate = _rate(row, start, min(end, horizon), horizon, half_hourly=half_hourly)
        if rate is None:
            dropped += 1
        elif row.method == _DIRECT_DEBIT:
            direct.add(rate)
        elif row.method is None:
            any_method.add(rate)
    return _series(any_method).merge(_series(direct)), dropped


def _rate(
    row: _Row, start: datetime, end: datetime, horizon: datetime, *, half_hourly: bool
) -> Rate | None:
    """Return a row as a rate, None if it must be dropped."""
    if row.start >= end or (row.end is not None and row.end <= start):
        return None
    if not half_hourly:
        until = end if row.end is None else min(row.end, end)
        return Rate(max(row.start, start), until, row.price)
    if row.end is None or row.end > horizon or row.end - row.start > _LONGEST_SLOT:
        return None
    return Rate(row.start, row.end, row.price)


def _series(rates: Iterable[Rate]) -> Rates:
    try:
        return Rates(sorted(rates, key=lambda rate: rate.start))
    except ValueError as error:
        raise ApiUnexpected(str(error)) from error


def plain_text(text: str) -> str:
    """Return an untrusted name as one short line, without anything Markdown or HTML would render."""
    words = _NOT_PLAIN.sub(" ", text).split()
    return " ".join(words)[:_LONGEST_NAME].strip(" .,+&-")


def _is_for_homes(row: dict[str, Any]) -> bool:
    """Tell whether a product is for homes that don't prepay and under Octopus's own brand.

    Other brands reuse its names.
    """
    is_for_others = row.get("is_business") is True or row.get("is_prepay") is True
    return row.get("brand", BRAND) == BRAND and not is_for_others


def _product(row: dict[str, Any], direction: Direction = Direction.IMPORT) -> Product:
    code = _text(row, "code")
    if not is_product_code(code):
        raise ApiUnexpected("a product's code has characters that no code has")
    name = row.get("full_name", row.get("display_name"))
    return Product(code, (plain_text(name) if isinstance(name, str) else "") or code, direction)


def _row(row: dict[str, Any]) -> _Row:
    start = _instant(row, "valid_from")
    end = None if row.get("valid_to") is None else _instant(row, "valid_to")
    method = None if row.get("payment_method") is None else _text(row, "payment_method")
    if end is not None and end <= start:
        raise ApiUnexpected(f"the slot at {start.isoformat()} has no length")
    return _Row(start, end, _pounds(row, "value_inc_vat"), method)


def _count(page: dict[str, Any]) -> int | None:
    """Return the total number of rows a list claims, None if it doesn't say."""
    if "count" not in page:
        return None
    count = page["count"]
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ApiUnexpected("the count is not a whole number")
    return count


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ApiUnexpected(f"{key} is not a text")
    return value


def _instant(row: dict[str, Any], key: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(row, key))
    except ValueError:
        # The error's message repeats the text.
        raise ApiUnexpected(f"{key} is not a time") from None
    if instant.tzinfo is None:
        raise ApiUnexpected(f"{key} has no offset from UTC")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ApiUnexpected(f"{key} is not a time") from error


def _pounds(row: dict[str, Any], key: str) -> Decimal:
    """Return a value in pence as exact pounds."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ApiUnexpected(f"{key} is not a number")
    # Check the magnitude first, so that a million-digit integer never becomes a decimal.
    if not -(10**9) < value < 10**9:
        raise ApiUnexpected(f"{key} is not a price")
    pence = Decimal(value)
    _, digits, exponent = pence.as_tuple()
    if len(digits) > _MOST_DIGITS or not isinstance(exponent, int) or not -_MOST_DIGITS <= exponent <= 9:
        raise ApiUnexpected(f"{key} has too many digits")
    # JSON allows a negative zero, which would show as "-0".
    return pence.scaleb(-2) or Decimal(0)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
