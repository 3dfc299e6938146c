"""Months of any tariff are fetched slowly, and each but once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.octopus_agile.agile.errors import ApiError, ApiNotFound, ApiUnexpected
from custom_components.octopus_agile.agile.months import Month, months_before
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.tariffs import Tariff
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.history.months import Months, Want, async_months
from tests.common import Clock, forget
from tests.octopus import AGILE, SLOT, FakeOctopus, gaps

from .common import pence

TARIFF = Tariff(AGILE, "C")
NOVEMBER = Month(2026, 11)
OCTOBER = Month(2026, 10)
FIVE_SECONDS = timedelta(seconds=5)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """No recorder is needed here."""


@pytest.fixture
def months(home: HomeAssistant, clock: Clock, octopus: FakeOctopus) -> Months:
    """The one that fetches, on a Monday in November. A month is a single half hour here."""

    def rows(start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
        yield {
            "value_inc_vat": float(pence(start)),
            "valid_from": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "valid_to": f"{start + SLOT:%Y-%m-%dT%H:%M:%SZ}",
        }

    octopus.rows = rows
    return async_months(home)


class Somebody:
    """Somebody who wants months, and what came of it."""

    def __init__(self, months: Months, *wanted: Month, tariff: Tariff = TARIFF) -> None:
        self.came: list[Month] = []
        self.rates: list[Rates] = []
        self.ended: list[ApiError | None] = []
        self.cancel = months.async_want(Want(tariff, wanted, self._take, self.ended.append))

    def _take(self, month: Month, rates: Rates) -> None:
        self.came.append(month)
        self.rates.append(rates)


async def settle(home: HomeAssistant) -> None:
    await home.async_block_till_done(wait_background_tasks=True)


async def tick(clock: Clock, step: timedelta, times: int = 1) -> None:
    """Let time pass step by step."""
    for _ in range(times):
        await clock.move_to(dt_util.utcnow() + step)


async def test_one_every_five_seconds_and_forty_a_day(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    wanted = months_before(dt_util.utcnow(), datetime(2021, 11, 1, tzinfo=UTC))
    assert len(wanted) == 60
    somebody = Somebody(months, *wanted)
    await settle(home)
    await tick(clock, timedelta(seconds=1), 260)
    assert somebody.came == wanted[:40]
    assert set(gaps(octopus)) == {FIVE_SECONDS}
    await tick(clock, timedelta(hours=1), 24)
    await tick(clock, FIVE_SECONDS, 20)
    assert somebody.came == wanted
    assert somebody.ended == [None]
    asked = octopus.asked_for("standard-unit-rates")
    assert len(asked) == 60
    assert all(later - at >= DAY for at, later in zip(asked, asked[40:], strict=False))


async def test_none_is_asked_for_twice_but_by_another_tariff(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    first = Somebody(months, OCTOBER)
    await settle(home)
    again, other = Somebody(months, OCTOBER), Somebody(months, OCTOBER, tariff=Tariff(AGILE, "A"))
    await settle(home)
    await tick(clock, FIVE_SECONDS)
    assert first.rates == again.rates == other.rates
    assert len(octopus.asked_for("E-1R-AGILE-24-10-01-C/standard-unit-rates")) == 1
    assert len(octopus.asked_for("E-1R-AGILE-24-10-01-A/standard-unit-rates")) == 1


async def test_what_is_on_disk_waits_for_nobody(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    """Not even once no more may be asked for on that day."""
    Somebody(months, OCTOBER)
    years = Somebody(months, *months_before(dt_util.utcnow(), datetime(2021, 11, 1, tzinfo=UTC)))
    await tick(clock, FIVE_SECONDS, 45)
    assert (len(octopus.requests), len(years.came)) == (40, 40)
    late = Somebody(months, OCTOBER)
    await settle(home)
    assert (late.came, late.ended) == ([OCTOBER], [None])
    assert len(octopus.requests) == 40


async def test_who_wants_the_least_comes_first(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    others = Tariff("AGILE-23-12-06", "C")
    octopus.publishing.add(others.product)
    years = Somebody(months, *months_before(dt_util.utcnow(), datetime(2021, 11, 1, tzinfo=UTC)))
    await settle(home)
    two = Somebody(months, OCTOBER, OCTOBER.before, tariff=others)
    await tick(clock, FIVE_SECONDS, 2)
    assert (two.came, two.ended) == ([OCTOBER, OCTOBER.before], [None])
    assert len(years.came) == 1
    await tick(clock, FIVE_SECONDS)
    assert len(years.came) == 2


async def test_one_that_is_not_over_is_asked_for_again_the_next_day(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    for at, requests in (("12:00", 1), ("18:00", 1), ("18:05", 1)):
        await clock.to(f"2026-11-23 {at}")
        Somebody(months, NOVEMBER)
        await settle(home)
        assert len(octopus.requests) == requests
    await clock.to("2026-11-24 12:00:01")
    Somebody(months, NOVEMBER)
    await settle(home)
    assert len(octopus.requests) == 2


async def test_one_that_has_just_ended_is_asked_for_again_once_no_price_can_be_late(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    for at, requests in (("12-01 00:10", 1), ("12-02 08:00", 2), ("12-03 00:10", 3), ("12-09 12:00", 3)):
        await clock.to(f"2026-{at}")
        Somebody(months, NOVEMBER)
        await settle(home)
        assert len(octopus.requests) == requests


async def test_a_price_of_many_months_is_cut_to_the_month(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    flexible = Tariff("VAR-22-11-01", "C")
    octopus.publishing.add(flexible.product)
    row = {"value_inc_vat": 24.5, "valid_from": "2026-04-01T00:00:00+01:00", "valid_to": None}
    octopus.rows = lambda start, end: [row]
    for _ in range(2):
        somebody = Somebody(async_months(home), OCTOBER, tariff=flexible)
        await settle(home)
        assert somebody.rates == [Rates([Rate(OCTOBER.start, OCTOBER.end, Decimal("0.245"))])]
        forget(home)
    assert len(octopus.requests) == 1


async def test_one_without_a_price_is_asked_for_again_the_next_day(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    octopus.rows = lambda start, end: ()
    for at, requests in (("12:00", 1), ("12:01", 1), ("23:59", 1)):
        await clock.to(f"2026-11-23 {at}")
        somebody = Somebody(months, OCTOBER)
        await settle(home)
        assert (somebody.rates, len(octopus.requests)) == ([Rates()], requests)
    await clock.to("2026-11-24 00:01")
    Somebody(months, OCTOBER)
    await settle(home)
    assert len(octopus.requests) == 2


class TestFailure:
    async def test_an_outage_is_waited_for_longer_and_longer(
        self, home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
    ) -> None:
        octopus.fault = aiohttp.ClientConnectionError("the line is dead")
        somebody = Somebody(months, OCTOBER)
        await settle(home)
        await tick(clock, timedelta(minutes=1), 80)
        assert gaps(octopus) == [timedelta(minutes=wait) for wait in (5, 10, 20, 40)]
        octopus.fault = None
        await clock.to("2026-11-23 18:00")
        assert somebody.came == [OCTOBER]

    async def test_the_server_says_how_long(
        self, home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
    ) -> None:
        octopus.fault = 503, "text/html", b"closed"
        octopus.fault_headers = {"Retry-After": "3600"}
        Somebody(months, OCTOBER)
        await settle(home)
        await tick(clock, timedelta(minutes=1), 61)
        assert gaps(octopus) == [timedelta(hours=1)]

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            ((404, "application/json", b"{}"), ApiNotFound),
            ((200, "application/json", b'{"results": 1}'), ApiUnexpected),
        ],
    )
    async def test_what_cannot_be_used_ends_it(
        self,
        home: HomeAssistant,
        clock: Clock,
        months: Months,
        octopus: FakeOctopus,
        fault: Any,
        error: type[ApiError],
    ) -> None:
        octopus.fault = fault
        somebody = Somebody(months, OCTOBER)
        await settle(home)
        assert [type(each) for each in somebody.ended] == [error]
        await tick(clock, timedelta(hours=1), 3)
        assert len(octopus.requests) == 1

    async def test_more_pages_than_one_are_not_fetched(
        self, home: HomeAssistant, months: Months, octopus: FakeOctopus
    ) -> None:
        following = b'"https://api.octopus.energy/v1/more/"'
        octopus.page = lambda: b'{"results": [], "next": ' + following + b"}"
        somebody = Somebody(months, OCTOBER)
        await settle(home)
        assert len(octopus.requests) == 1
        assert len(somebody.ended) == 1


class TestCancelled:
    async def test_while_it_waits(
        self, home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
    ) -> None:
        somebody = Somebody(months, OCTOBER, Month(2026, 9))
        other = Somebody(months, Month(2026, 8), Month(2026, 7))
        await settle(home)
        somebody.cancel()
        somebody.cancel()
        await tick(clock, FIVE_SECONDS, 4)
        assert (somebody.came, somebody.ended, other.ended) == ([OCTOBER], [], [None])
        assert len(octopus.requests) == 3

    async def test_while_what_is_on_disk_is_told(self, home: HomeAssistant, months: Months) -> None:
        known = Somebody(months, OCTOBER)
        await settle(home)
        assert known.ended == [None]
        came: list[Month] = []

        def take(month: Month, _rates: Rates) -> None:
            came.append(month)
            cancel()

        cancel = months.async_want(Want(TARIFF, [OCTOBER, OCTOBER], take, known.ended.append))
        await settle(home)
        assert (came, known.ended) == ([OCTOBER], [None])

    @pytest.mark.parametrize("fault", [None, (404, "application/json", b"{}")])
    async def test_while_the_answer_is_on_its_way(
        self, home: HomeAssistant, months: Months, octopus: FakeOctopus, fault: Any
    ) -> None:
        octopus.answers.clear()
        somebody = Somebody(months, OCTOBER)
        await octopus.was_asked.wait()
        somebody.cancel()
        octopus.fault = fault
        octopus.answers.set()
        await settle(home)
        assert (somebody.came, somebody.ended) == ([], [])


async def test_the_limits_outlive_a_restart(
    home: HomeAssistant, clock: Clock, months: Months, octopus: FakeOctopus
) -> None:
    wanted = months_before(dt_util.utcnow(), datetime(2021, 11, 1, tzinfo=UTC))
    somebody = Somebody(months, *wanted)
    await settle(home)
    await tick(clock, FIVE_SECONDS, 38)
    somebody.cancel()
    forget(home)
    again = Somebody(async_months(home), *wanted)
    await settle(home)
    # What is on disk comes at once, the next only when it may.
    assert (len(again.came), len(octopus.requests)) == (39, 39)
    await tick(clock, FIVE_SECONDS, 10)
    assert (len(again.came), len(octopus.requests)) == (40, 40)
    await clock.to("2026-11-24 12:30")
    assert len(again.came) == 41


async def test_a_damaged_file_is_fetched_again(
    home: HomeAssistant,
    clock: Clock,
    months: Months,
    octopus: FakeOctopus,
    hass_storage: dict[str, Any],
) -> None:
    Somebody(months, OCTOBER)
    await settle(home)
    hass_storage[f"{DOMAIN}.months.{TARIFF.code}.2026-10"]["data"]["series"][0]["length"] = 0
    forget(home)
    await clock.to("2026-11-23 12:01")
    somebody = Somebody(async_months(home), OCTOBER)
    await settle(home)
    assert [len(rates) for rates in somebody.rates] == [1]
    assert len(octopus.requests) == 2
