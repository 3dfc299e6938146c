"""The demo's server answers as the public Octopus API does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from demo.prices import UK, modelled
from demo.server import create_app, start

AGILE = "AGILE-24-10-01"
RATES = f"products/{AGILE}/electricity-tariffs/E-1R-{AGILE}-C/standard-unit-rates/"
CHARGES = f"products/{AGILE}/electricity-tariffs/E-1R-{AGILE}-C/standing-charges/"


class Api:
    """Asks the server, whose clock stands at `now`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.url = ""
        self._session = session

    async def ask(self, path: str, **query: Any) -> tuple[int, Any]:
        address = path if path.startswith("http") else self.url + path
        async with self._session.get(address, params=query) as response:
            return response.status, await response.json()

    async def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        status, page = await self.ask(path, **query)
        assert status == 200
        rows: list[dict[str, Any]] = page["results"]
        return rows

    async def known_until(self, code: str = AGILE, since: str = "2026-06-30") -> str:
        path = f"products/{code}/electricity-tariffs/E-1R-{code}-C/standard-unit-rates/"
        text: str = (await self.rows(path, period_from=f"{since}T00:00Z"))[0]["valid_to"]
        return datetime.fromisoformat(text).astimezone(UK).strftime("%Y-%m-%d %H:%M")


@pytest.fixture(name="published")
def _published() -> bool:
    return False


@pytest.fixture(name="api")
async def _api(socket_enabled: None, published: bool) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        api = Api(session)
        runner, api.url = await start(create_app(modelled, lambda: api.now, published=published))
        yield api
        await runner.cleanup()


@pytest.mark.parametrize(
    ("postcode", "groups"),
    [
        ("SW1A 1AA", ["_C"]),
        (" sw1a1aa ", ["_C"]),
        ("SW1A", ["_C"]),
        ("M1 1AE", ["_G"]),
        ("ME1 1AA", []),
        ("B1 1AA", ["_E"]),
        ("BN1 1AA", ["_J"]),
        ("nonsense", []),
        ("SW", []),
    ],
)
async def test_regions_of_postcodes(api: Api, postcode: str, groups: list[str]) -> None:
    assert await api.ask("industry/grid-supply-points/", postcode=postcode) == (
        200,
        {
            "count": len(groups),
            "next": None,
            "previous": None,
            "results": [{"group_id": g} for g in groups],
        },
    )


async def test_all_regions_without_a_postcode(api: Api) -> None:
    rows = await api.rows("industry/grid-supply-points/")
    assert [row["group_id"] for row in rows] == [f"_{letter}" for letter in "ABCDEFGHJKLMNP"]


async def test_products_on_sale(api: Api) -> None:
    rows = await api.rows("products/")
    by_code = {row["code"]: row for row in rows}
    assert by_code[AGILE]["full_name"] == "Agile Octopus October 2024 v1 (modelled prices)"
    assert by_code[AGILE]["direction"] == "IMPORT"
    assert by_code[AGILE]["available_to"] is None
    assert by_code["AGILE-BB-24-10-01"]["brand"] == "BULB"
    assert by_code["AGILE-OUTGOING-19-05-13"]["direction"] == "EXPORT"
    assert by_code["VAR-22-11-01"]["full_name"] == "Flexible Octopus (modelled prices)"
    assert "AGILE-18-02-21" not in by_code


async def test_a_tariff_to_compare_with_has_the_vat_of_its_time(api: Api) -> None:
    code = "VAR-22-11-01"
    path = f"products/{code}/electricity-tariffs/E-1R-{code}-C/standard-unit-rates/"
    rows = await api.rows(path)
    # An open row has today's, which is none in this winter.
    assert [(row["value_exc_vat"], row["value_inc_vat"]) for row in rows] == [
        (25.5, 25.5),
        (24.5, pytest.approx(24.5 * 1.05)),
    ]


class TestExport:
    """What export pays is served too."""

    async def test_by_the_half_hour_never_below_zero(self, api: Api) -> None:
        code = "AGILE-OUTGOING-19-05-13"
        assert await api.known_until(code, "2026-11-01") == "2026-11-23 23:00"
        path = f"products/{code}/electricity-tariffs/E-1R-{code}-C/standard-unit-rates/"
        rows = await api.rows(path, period_from="2026-04-01T00:00Z", page_size="1500")
        prices = [row["value_inc_vat"] for row in rows]
        assert [row["value_exc_vat"] for row in rows] == prices
        assert min(prices) == 0
        assert 5 < sum(prices) / len(prices) < 25

    async def test_one_price_that_has_changed_once(self, api: Api) -> None:
        code = "OUTGOING-VAR-24-10-26"
        path = f"products/{code}/electricity-tariffs/E-1R-{code}-P/standard-unit-rates/"
        rows = await api.rows(path)
        assert [(row["value_inc_vat"], row["valid_to"]) for row in rows] == [
            (12, None),
            (15, "2026-03-01T00:00:00Z"),
        ]
        query = {"period_from": "2026-11-01T00:00Z", "period_to": "2026-11-02T00:00Z"}
        assert [row["value_inc_vat"] for row in await api.rows(path, **query)] == [12]
        query = {"period_from": "2020-11-01T00:00Z", "period_to": "2020-11-02T00:00Z"}
        assert await api.rows(path, **query) == []


async def test_products_filtered(api: Api) -> None:
    ours = await api.rows("products/", brand="OCTOPUS_ENERGY", is_variable="true")
    assert "AGILE-BB-24-10-01" not in {row["code"] for row in ours}
    assert await api.rows("products/", is_business="true") == []
    old = {row["code"] for row in await api.rows("products/", is_historical="true")}
    assert "AGILE-18-02-21" in old
    assert AGILE not in old


@pytest.mark.parametrize("code", [AGILE, "AGILE-FLEX-22-11-25"])
async def test_a_product(api: Api, code: str) -> None:
    status, product = await api.ask(f"products/{code}/")
    assert status == 200
    assert product["full_name"].endswith(" (modelled prices)")
    assert "direction" not in product
    tariffs = product["single_register_electricity_tariffs"]
    assert len(tariffs) == 14
    assert tariffs["_C"]["direct_debit_monthly"]["code"] == f"E-1R-{code}-C"


async def test_newest_first_in_the_shape_of_the_api(api: Api) -> None:
    rows = await api.rows(RATES, period_from="2026-11-23T16:00Z", period_to="2026-11-23T17:00Z")
    later, earlier = modelled(
        "C", datetime(2026, 11, 23, 16, tzinfo=UTC), datetime(2026, 11, 23, 17, tzinfo=UTC)
    )[::-1]
    assert rows == [
        {
            "value_exc_vat": float(slot.exc_vat),
            "value_inc_vat": float(slot.inc_vat),
            "valid_from": valid_from,
            "valid_to": valid_to,
            "payment_method": None,
        }
        for slot, valid_from, valid_to in (
            (later, "2026-11-23T16:30:00Z", "2026-11-23T17:00:00Z"),
            (earlier, "2026-11-23T16:00:00Z", "2026-11-23T16:30:00Z"),
        )
    ]


async def test_every_row_that_overlaps_comes(api: Api) -> None:
    rows = await api.rows(RATES, period_from="2026-11-23T10:10:00Z", period_to="2026-11-23T10:31:00Z")
    assert [row["valid_from"] for row in rows] == ["2026-11-23T10:30:00Z", "2026-11-23T10:00:00Z"]


async def test_times_without_offset_are_local(api: Api) -> None:
    rows = await api.rows(RATES, period_from="2026-07-01T12:00:00", period_to="2026-07-01T12:30:00")
    assert [row["valid_from"] for row in rows] == ["2026-07-01T11:00:00Z"]


async def test_vat_changes_with_the_row(api: Api) -> None:
    new, old = await api.rows(RATES, period_from="2026-09-30T22:30Z", period_to="2026-09-30T23:30Z")
    assert new["value_inc_vat"] == new["value_exc_vat"]
    assert old["value_inc_vat"] == pytest.approx(old["value_exc_vat"] * 1.05, abs=1e-6)


async def test_pages(api: Api) -> None:
    query = {"period_from": "2026-11-20T00:00:00+00:00", "period_to": "2026-11-23T00:00:00Z"}
    status, first = await api.ask(RATES, **query, page_size="60")
    assert status == 200
    assert (first["count"], first["previous"], len(first["results"])) == (144, None, 60)
    _, second = await api.ask(first["next"])
    _, third = await api.ask(second["next"])
    assert (len(second["results"]), len(third["results"]), third["next"]) == (60, 24, None)
    assert await api.ask(second["previous"]) == (200, first)
    rows = [row["valid_from"] for page in (first, second, third) for row in page["results"]]
    assert rows == sorted(set(rows), reverse=True)
    assert await api.ask(RATES, **query, page_size="60", page="4") == (404, {"detail": "Invalid page."})


@pytest.mark.parametrize(("size", "length"), [(None, 100), ("1500", 1500), ("9999", 1500), ("x", 100)])
async def test_page_size(api: Api, size: str | None, length: int) -> None:
    query = {"page_size": size} if size else {}
    assert len(await api.rows(RATES, period_from="2026-10-01T00:00Z", **query)) == length


async def test_without_a_period_all_rows_come(api: Api) -> None:
    _, page = await api.ask(RATES, page_size="1500", page="26")
    assert page["next"] is None
    assert page["results"][-1]["valid_from"] == "2024-09-30T23:00:00Z"


async def test_the_unpublished_future_is_empty(api: Api) -> None:
    empty: dict[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}
    assert await api.ask(RATES, period_from="2026-11-23T23:00:00Z") == (200, empty)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-23 00:00", "2026-11-23 23:00"),
        ("2026-11-23 15:59", "2026-11-23 23:00"),
        ("2026-11-23 16:00", "2026-11-24 23:00"),
        ("2026-11-23 23:30", "2026-11-24 23:00"),
        ("2026-07-01 15:59", "2026-07-01 23:00"),
        ("2026-07-01 16:00", "2026-07-02 23:00"),
    ],
)
async def test_tomorrow_comes_at_four_local_time(api: Api, now: str, until: str) -> None:
    api.now = datetime.fromisoformat(now).replace(tzinfo=UK)
    assert await api.known_until() == until


@pytest.mark.parametrize("published", [True])
async def test_tomorrow_is_there_at_once_if_wanted(api: Api) -> None:
    assert await api.known_until() == "2026-11-24 23:00"


@pytest.mark.parametrize(
    ("code", "until"),
    [
        ("AGILE-FLEX-22-11-25", "2025-01-01 00:00"),
        ("AGILE-22-07-22", "2026-03-28 00:00"),
        ("AGILE-BB-24-10-01", "2025-10-01 00:00"),
        ("AGILE-18-02-21", "2026-11-23 23:00"),
        ("AGILE-22-08-31", "2026-11-23 23:00"),
    ],
)
async def test_ended_products_have_no_rows_after_their_end(api: Api, code: str, until: str) -> None:
    before = datetime.fromisoformat(until) - timedelta(days=5)
    assert await api.known_until(code, f"{before:%Y-%m-%d}") == until


async def test_a_product_keeps_its_cap(api: Api) -> None:
    code = "AGILE-18-02-21"
    rows = await api.rows(
        f"products/{code}/electricity-tariffs/E-1R-{code}-P/standard-unit-rates/",
        period_from="2026-11-01T00:00Z",
        page_size="1500",
    )
    assert max(row["value_exc_vat"] for row in rows) == 33.33


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("period_to=2026-11-23T00:00Z", "This field is required when providing a `period_to`."),
        (
            "period_from=2026-11-24T00:00Z&period_to=2026-11-23T00:00Z",
            "Must not be greater than `period_to`.",
        ),
        ("period_from=yesterday", "Enter a valid date/time."),
        ("period_from=2026-11-23T00:00:00+01:00", "Enter a valid date/time."),
    ],
)
async def test_questions_it_refuses(api: Api, query: str, problem: str) -> None:
    assert await api.ask(f"{api.url}{RATES}?{query}") == (400, {"period_from": [problem]})


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("products/AGILE-99-01-01/", "No EnergyProduct matches the given query."),
        (RATES.replace("24-10-01", "99-01-01"), "No EnergyProduct matches the given query."),
        (RATES.replace("-C/", "-O/"), "Not found."),
        (RATES.replace("E-1R", "E-2R"), "Not found."),
        ("elsewhere/", "Not found."),
    ],
)
async def test_what_is_not_there(api: Api, path: str, detail: str) -> None:
    assert await api.ask(path) == (404, {"detail": detail})


async def test_the_standing_charge_shows_the_vat_of_today(api: Api) -> None:
    (now,) = await api.rows(CHARGES)
    assert now == {
        "value_exc_vat": 37.6525,
        "value_inc_vat": 37.6525,
        "valid_from": "2024-09-30T23:00:00Z",
        "valid_to": None,
        "payment_method": None,
    }
    api.now -= timedelta(days=90)
    (before,) = await api.rows(CHARGES)
    assert before["value_inc_vat"] == pytest.approx(39.535125)
    assert await api.rows(CHARGES, period_from="2020-01-01T00:00Z", period_to="2020-01-02T00:00Z") == []


async def test_answers_may_be_cached_for_five_minutes(api: Api) -> None:
    async with aiohttp.request("GET", api.url + CHARGES) as response:
        assert response.headers["Cache-Control"] == "max-age=300"
