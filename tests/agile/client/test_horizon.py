"""Rows that lie outside what was asked for, or reach further than prices can, are not believed."""

from datetime import datetime
import logging
from typing import Any

from freezegun import freeze_time
import pytest

from custom_components.octopus_agile.agile import client as client_module, publication
from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.tariffs import Direction, Tariff
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, spelled, utc

from .serving import END, START, TARIFF, Server, answer, page, row

FLEXIBLE = Tariff("VAR-22-11-01", "C")
OUTGOING = Tariff("AGILE-OUTGOING-19-05-13", "C", Direction.EXPORT)
GOOD = row("12:00", 20)


def lasting(start: str | datetime, end: str | datetime | None, price: float = 5) -> dict[str, Any]:
    """Return a row between two UTC times; without an end it holds until further notice."""

    def iso(at: str | datetime) -> str:
        return (utc(at) if isinstance(at, str) else at).isoformat()

    return row("00:00", price, valid_from=iso(start), valid_to=end and iso(end))


def spans(rates: Rates) -> list[tuple[datetime, datetime]]:
    return [(rate.start, rate.end) for rate in rates]


class TestHalfHours:
    @pytest.mark.parametrize("tariff", [TARIFF, OUTGOING], ids=["import", "export"])
    @pytest.mark.parametrize(
        "wrong",
        [
            lasting("2099-01-01 00:00", "2099-01-01 00:30"),
            lasting("2026-11-25 00:00", "2026-11-25 00:30"),
            lasting("2026-11-22 23:30", "2026-11-23 00:00"),
            lasting("0001-01-01 00:00", "0001-01-01 00:30"),
            lasting("9999-12-31 23:00", "9999-12-31 23:30"),
            lasting("2026-11-23 00:00", "2027-11-23 00:00"),
            lasting("2026-01-01 00:00", "2027-01-01 00:00"),
            lasting("2026-11-23 00:00", "2026-11-23 01:01"),
            lasting("2026-11-23 13:00", None),
            lasting("2017-01-01 00:00", None),
        ],
        ids=[
            "in 2099",
            "after the period",
            "before the period",
            "in year 1",
            "in year 9999",
            "a year long",
            "a year around it",
            "more than an hour long",
            "open",
            "open and old",
        ],
    )
    async def test_a_row_that_cannot_be_right_is_dropped_and_the_others_stay(
        self,
        server: Server,
        client: AgileClient,
        caplog: pytest.LogCaptureFixture,
        tariff: Tariff,
        wrong: dict[str, Any],
    ) -> None:
        caplog.set_level(logging.DEBUG, client_module.__name__)
        server.will(answer(page(wrong, GOOD, wrong)))
        assert spelled(await client.rates(tariff, START, END)) == ["12:00-12:30 20"]
        told = [record for record in caplog.records if "dropped" in record.getMessage()]
        assert [(record.levelno, record.getMessage()) for record in told] == [
            (logging.DEBUG, f"{tariff.code}: dropped 2 rows that can't be right")
        ]

    @pytest.mark.parametrize(
        ("start", "end"), [("12:00", "12:01"), ("12:29", "12:30"), ("11:00", "12:10"), ("12:10", "13:00")]
    )
    async def test_slots_that_overlap_the_period_stay_whole(
        self, server: Server, client: AgileClient, start: str, end: str
    ) -> None:
        server.will(answer(page(GOOD)))
        rates = await client.rates(TARIFF, utc(f"2026-11-23 {start}"), utc(f"2026-11-23 {end}"))
        assert spelled(rates) == ["12:00-12:30 20"]

    @pytest.mark.parametrize(
        ("now", "horizon"),
        [
            ("2026-11-24 00:00", "2026-11-25 23:00"),
            ("2026-11-24 23:59", "2026-11-25 23:00"),
            ("2026-07-24 12:00", "2026-07-25 22:00"),
            # The clocks change that night.
            ("2026-10-24 12:00", "2026-10-25 23:00"),
        ],
    )
    async def test_nothing_is_known_beyond_23_00_uk_time_of_the_next_day(
        self, server: Server, client: AgileClient, monkeypatch: pytest.MonkeyPatch, now: str, horizon: str
    ) -> None:
        monkeypatch.setattr(client_module, "horizon", publication.horizon)
        end = utc(horizon)
        slots = [end, end - 15 * MINUTE, end - HOUR]
        server.will(answer(page(*(lasting(start, start + HALF_HOUR) for start in slots))))
        with freeze_time(now, real_asyncio=True):
            rates = await client.rates(TARIFF, utc(now), utc(now) + 48 * HOUR)
        assert spans(rates) == [(end - HOUR, end - HALF_HOUR)]


class TestPricesThatHoldForMonths:
    """They are known, but only for the period, and not beyond the horizon."""

    @pytest.mark.parametrize("end", [None, "2027-04-01 00:00", "9999-12-31 23:59"])
    async def test_one_price(self, server: Server, client: AgileClient, end: str | None) -> None:
        server.will(answer(page(lasting("2026-10-01 00:00", end, 24.69))))
        rates = await client.rates(FLEXIBLE, START, END + 48 * HOUR)
        assert spans(rates) == [(START, utc("2026-11-25 23:00"))]

    async def test_one_price_is_believed_to_the_end_if_that_is_asked_for(
        self, server: Server, client: AgileClient
    ) -> None:
        server.will(answer(page(lasting("2026-10-01 00:00", None, 12))))
        end = END + 240 * HOUR
        assert spans(await client.rates(FLEXIBLE, START, end, to_end=True)) == [(START, end)]

    async def test_day_and_night(self, server: Server, client: AgileClient) -> None:
        rows = [
            lasting("2026-11-24 05:30", "2026-11-24 23:30", 25),
            lasting("2026-11-24 00:30", "2026-11-24 05:30", 5),
            lasting("2026-11-23 05:30", "2026-11-24 00:30", 25),
        ]
        server.will(answer(page(*rows)))
        rates = await client.rates(Tariff("GO-VAR-22-10-14", "C"), utc("2026-11-24 00:00"), END)
        assert spelled(rates) == ["00:00-00:30 25", "00:30-05:30 5", "05:30-23:30 25"]

    @pytest.mark.parametrize("start", ["2026-11-25 23:00", "2027-01-01 00:00", "2099-01-01 00:00"])
    async def test_one_that_starts_beyond_the_horizon_is_dropped(
        self, server: Server, client: AgileClient, start: str
    ) -> None:
        server.will(answer(page(lasting(start, None))))
        assert not await client.rates(FLEXIBLE, START, utc("2099-12-31 00:00"))

    @pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
    async def test_direct_debit_is_taken_of_a_pair(
        self, server: Server, client: AgileClient, order: int
    ) -> None:
        pair = [
            lasting("2026-10-01 00:00", None, 24) | {"payment_method": "DIRECT_DEBIT"},
            lasting("2026-10-01 00:00", None, 26) | {"payment_method": "NON_DIRECT_DEBIT"},
        ]
        server.will(answer(page(*pair[::order])))
        rates = await client.rates(FLEXIBLE, START, START + 10 * HOUR)
        assert spelled(rates) == ["00:00-10:00 24"]
