"""Answers of the API: right, refused as unexpected, or unavailable, and nothing else."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
import logging
from random import Random
from typing import Any, Self

import aiohttp
import pytest

from custom_components.octopus_agile.agile import parsing
from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.errors import ApiError, ApiUnexpected
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.tariffs import (
    REGIONS,
    Direction,
    Product,
    Tariff,
    is_product_code,
)

from .common import Cases
from .mutate import as_bytes, junk, mutated

START = datetime(2026, 11, 24, tzinfo=UTC)
END = START + timedelta(days=1)
CODE = "AGILE-24-10-01"
AGILE = Tariff(CODE, "C")
FLEXIBLE = Tariff("VAR-22-11-01", "C")
EXPORT = Tariff("AGILE-OUTGOING-19-05-13", "C", Direction.EXPORT)
PRODUCT = {
    "code": CODE,
    "direction": "IMPORT",
    "full_name": "Agile Octopus October 2024 v1",
    "display_name": "Agile Octopus",
    "brand": "OCTOPUS_ENERGY",
    "is_business": False,
    "available_from": "2024-10-01T00:00:00+01:00",
    "available_to": None,
}


def page(rows: list[Any], following: str | None = None) -> dict[str, Any]:
    return {"count": len(rows), "next": following, "previous": None, "results": rows}


def rate(number: int) -> dict[str, Any]:
    start = START + number * timedelta(minutes=30)
    return {
        "value_exc_vat": 20.0 + number,
        "value_inc_vat": 21.0 - 3 * number,
        "valid_from": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "valid_to": f"{start + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}",
        "payment_method": None,
    }


RATES = page([rate(number) for number in reversed(range(12))])
REGION = page([{"group_id": "_C"}])
PRODUCTS = page([PRODUCT, {**PRODUCT, "code": "AGILE-OUTGOING-19-05-13", "direction": "EXPORT"}])
TARIFF = {"direct_debit_monthly": {"code": f"E-1R-{CODE}-C", "standing_charge_inc_vat": 47.5}}
PAGE_OF_PRODUCT = {**PRODUCT, "single_register_electricity_tariffs": {"_C": TARIFF}}
PAIR = [
    {**rate(0), "valid_to": None, "payment_method": method}
    for method in ("DIRECT_DEBIT", "NON_DIRECT_DEBIT", None)
]
LONG_RATES = page(
    [{**rate(0), "valid_from": "2026-04-01T00:00:00Z", "valid_to": rate(0)["valid_from"]}, *PAIR]
)
CHARGES = page([{**rate(0), "valid_to": None, "payment_method": "DIRECT_DEBIT"}])


def assert_right(rates: Rates) -> None:
    assert all(rate.start < rate.end and rate.price.is_finite() for rate in rates)
    assert all(before.end <= after.start for before, after in pairwise(rates))
    assert all(rate.start.utcoffset() == timedelta(0) for rate in rates)
    # Nothing outside the period but what overlaps its start or end, and never minus zero.
    assert all(rate.end > START and rate.start < END for rate in rates)
    assert all(rate.end - rate.start <= END - START for rate in rates)
    assert not any(rate.price.is_zero() and rate.price.is_signed() for rate in rates)


LISTS = (parsing.parse_products, parsing.parse_home_products, parsing.parse_regions)


def parse_all(body: bytes) -> None:
    """Read a body as everything it could be; what is refused is refused as unexpected."""
    try:
        value = parsing.parse_json(body)
    except ApiUnexpected:
        return
    try:
        product, tariff = parsing.parse_product(value, "C")
        assert is_product_code(product.code)
        assert tariff is None or isinstance(tariff, str)
    except ApiUnexpected:
        pass
    try:
        page = parsing.parse_page(value)
        assert page.following is None or isinstance(page.following, str)
        assert page.count is None or page.count >= 0
    except ApiUnexpected:
        return
    for parse in (half_hours, long_rates, *LISTS, charge):
        with contextlib.suppress(ApiUnexpected):
            check(parse(page.rows))


def half_hours(rows: list[dict[str, Any]]) -> Rates:
    return parsing.parse_rates(rows, START, END, END, half_hourly=True)[0]


def long_rates(rows: list[dict[str, Any]]) -> Rates:
    return parsing.parse_rates(rows, START, END, END, half_hourly=False)[0]


def charge(rows: list[dict[str, Any]]) -> Decimal | None:
    rates, _ = parsing.parse_rates(rows, START, START + timedelta(minutes=30), END, half_hourly=False)
    rate = rates.at(START)
    return None if rate is None else rate.price


def check(found: Any) -> None:
    match found:
        case Rates():
            assert_right(found)
        case Decimal():
            assert found.is_finite()
        case list():
            assert all(isinstance(each, Product) and is_product_code(each.code) for each in found)
            assert not any(set(each.full_name) & set("<[!*_`\n") for each in found)
            assert all(len(each.full_name) <= 80 for each in found)
        case tuple():
            assert set(found) <= set(REGIONS.values())
        case _:
            assert found is None


def test_parsing(cases: Cases) -> None:
    models = [RATES, REGION, PRODUCTS, PAGE_OF_PRODUCT, LONG_RATES, CHARGES]
    for rng in cases("parsing", 0.6):
        parse_all(as_bytes(rng, mutated(rng, rng.choice(models))))


FAR = "Tue, 24 Nov 99999999999 00:00:00"


class Response:
    """An answer with anything in it."""

    def __init__(self, rng: Random, model: Any) -> None:
        """Make up what it says."""
        self.status = rng.choice([200, 200, 200, 200, 204, 301, 400, 401, 403, 404, 429, 500, 503, 599])
        kind = rng.choice(
            ["application/json"] * 5 + ["text/html", "", "application/json; charset=x", ";"]
        )
        self.headers = {
            "Content-Type": kind,
            "Retry-After": str(junk(rng)),
            "Date": rng.choice(
                [
                    str(junk(rng)),
                    "Tue, 24 Nov 2026 00:00:00 GMT",
                    "Tue, 99 Foo 0000",
                    FAR,
                    f"{FAR} +9999999999",
                ]
            ),
        }
        self.content = self
        self._body = as_bytes(rng, mutated(rng, model))
        self._error = rng.choice([None] * 9 + [aiohttp.ClientPayloadError(), OSError(), TimeoutError()])

    async def __aenter__(self) -> Self:
        if isinstance(self._error, OSError):
            raise self._error
        return self

    async def __aexit__(self, *arguments: object) -> None:
        pass

    async def iter_chunked(self, size: int) -> Any:
        for at in range(0, len(self._body), size):
            yield self._body[at : at + size]
        if self._error is not None:
            raise self._error


class Session:
    """A session that answers anything."""

    def __init__(self, rng: Random, model: Any) -> None:
        """Make answers of a model."""
        self._rng = rng
        self._model = model
        self.asked = 0

    def get(self, url: Any, **options: Any) -> Response:
        self.asked += 1
        # Where there is a next page it is often the same again, or one that can be believed.
        model = self._model
        if isinstance(model, dict) and "next" in model:
            following = [
                None,
                str(url),
                "https://api.octopus.energy/v1/products/?page=2",
                junk(self._rng),
            ]
            model = {**model, "next": self._rng.choice(following)}
        return Response(self._rng, model)


def test_client(cases: Cases, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def ask(rng: Random) -> None:
        what = rng.randrange(7)
        models = [REGION, PRODUCTS, PAGE_OF_PRODUCT, RATES, CHARGES, LONG_RATES, RATES]
        model = models[what]
        session = Session(rng, model)
        client = AgileClient(session)  # type: ignore[arg-type]
        try:
            match what:
                case 0:
                    check(await client.regions("SW1A 1AA"))
                case 1:
                    check(await client.products())
                case 2:
                    await client.product(CODE, REGIONS["C"])
                case 3:
                    check(await client.rates(AGILE, START, END))
                case 5:
                    check(await client.rates(FLEXIBLE, START, END))
                case 6:
                    check(await client.rates(EXPORT, START, END))
                case _:
                    charge = (await client.standing_charges(AGILE, START, END)).at(START)
                    check(charge and charge.price)
        except ApiError as error:
            assert "SW1A" not in str(error) + repr(error.__cause__)  # noqa: PT017
        assert session.asked == client.requests <= 5

    with asyncio.Runner() as runner:
        for rng in cases("client", 0.2):
            runner.run(ask(rng))
    assert "SW1A" not in caplog.text
