"""Turns answers of the Octopus API into models, and refuses whatever can't be right.

Nothing here repairs an answer: a wrong one is worth less than the prices already known. Every
refusal is an `ApiUnexpected` that names what was wrong.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
import json
from typing import Any

from .errors import ApiUnexpected
from .rates import Rate, Rates
from .tariffs import BRAND, REGIONS, Product, Region, is_agile_import, is_product_code

# Far above what the API sends (up to 15 decimals when a float shines through), and small enough
# that exact arithmetic stays cheap.
_MOST_DIGITS = 24


def parse_json(body: bytes) -> Any:
    """Return the JSON value of a body, with numbers as exact decimals; NaN and infinity are refused."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError) as error:
        # The latter for an exponent that no decimal has room for.
        raise ApiUnexpected("the answer is not valid JSON") from error
    except RecursionError as error:
        raise ApiUnexpected("the answer is nested too deeply") from error


def parse_page(value: Any) -> tuple[list[dict[str, Any]], str | None]:
    """Return the rows of one page of a list, and the address of the next page."""
    if not isinstance(value, dict) or not isinstance(value.get("results"), list):
        raise ApiUnexpected("the answer is not a list of results")
    rows = value["results"]
    if not all(isinstance(row, dict) for row in rows):
        raise ApiUnexpected("a result is not an object")
    following = value.get("next")
    if following is not None and not isinstance(following, str):
        raise ApiUnexpected("the link to the next page is not a text")
    return rows, following


def parse_regions(rows: Iterable[dict[str, Any]]) -> tuple[Region, ...]:
    """Return the regions of `industry/grid-supply-points`, each once, by letter."""
    letters = set()
    for row in rows:
        letter = _text(row, "group_id").removeprefix("_")
        if letter not in REGIONS:
            raise ApiUnexpected("a region is not one of the 14 known ones")
        letters.add(letter)
    return tuple(REGIONS[letter] for letter in sorted(letters))


def parse_products(rows: Iterable[dict[str, Any]]) -> list[Product]:
    """Return the Agile import products for homes among the rows of `products`."""
    return [
        _product(row)
        for row in rows
        if row.get("direction") == "IMPORT" and _is_for_homes(row) and is_agile_import(_text(row, "code"))
    ]


def parse_product(value: Any, region_letter: str) -> tuple[Product, str | None]:
    """Return a product from its own page, and its tariff's code in a region.

    The code is None where the product has no tariff for homes there.
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
    # The key is the way of paying, "direct_debit_monthly" or "varying"; the tariff is the same.
    for tariff in methods.values():
        if isinstance(tariff, dict):
            return _product(value), _text(tariff, "code")
    return _product(value), None


def parse_rates(rows: list[dict[str, Any]]) -> Rates:
    """Return the rates of `standard-unit-rates`, which come newest first, in pence per kWh.

    VAT is taken as each row gives it: `value_inc_vat`.
    """
    rates = []
    for row in rows:
        start, end = _instant(row, "valid_from"), _instant(row, "valid_to")
        rates.append(Rate(start, end, _pounds(row, "value_inc_vat")))
    rates.reverse()
    try:
        return Rates(rates)
    except ValueError as error:
        raise ApiUnexpected(str(error)) from error


def parse_standing_charge(rows: Iterable[dict[str, Any]], at: datetime) -> Decimal | None:
    """Return the standing charge that holds at an instant, in GBP a day, VAT included.

    Its rows may be open at the end and differ by the way of paying: direct debit is taken, as Agile
    has no other.
    """
    for row in rows:
        if row.get("payment_method") not in (None, "DIRECT_DEBIT"):
            continue
        start = _instant(row, "valid_from")
        end = None if row.get("valid_to") is None else _instant(row, "valid_to")
        if start <= at and (end is None or at < end):
            return _pounds(row, "value_inc_vat")
    return None


def _is_for_homes(row: dict[str, Any]) -> bool:
    """Tell whether a product is for homes, and Octopus's own: another brand's carry the same names."""
    return row.get("brand", BRAND) == BRAND and row.get("is_business") is not True


def _product(row: dict[str, Any]) -> Product:
    code = _text(row, "code")
    if not is_product_code(code):
        raise ApiUnexpected("a product's code has characters that no code has")
    name = row.get("full_name", row.get("display_name"))
    return Product(code, name if isinstance(name, str) and name.strip() else code)


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ApiUnexpected(f"{key} is not a text")
    return value


def _instant(row: dict[str, Any], key: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(row, key))
    except ValueError as error:
        raise ApiUnexpected(f"{key} is not a time") from error
    if instant.tzinfo is None:
        raise ApiUnexpected(f"{key} has no offset from UTC")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ApiUnexpected(f"{key} is not a time") from error


def _pounds(row: dict[str, Any], key: str) -> Decimal:
    """Return a value in pence as pounds, exactly."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ApiUnexpected(f"{key} is not a number")
    # Magnitude first: a whole number of a million digits must not become a decimal.
    if not -(10**9) < value < 10**9:
        raise ApiUnexpected(f"{key} is not a price")
    pence = Decimal(value)
    _, digits, exponent = pence.as_tuple()
    if len(digits) > _MOST_DIGITS or not isinstance(exponent, int) or not -_MOST_DIGITS <= exponent <= 9:
        raise ApiUnexpected(f"{key} has too many digits")
    return pence.scaleb(-2)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
