"""Every entity and action about export says what an oracle works out from the served rows.

On days with prices of zero and below, with one price that changes at midnight and rows without an end,
and across both clock changes. The oracle is the simulation's and uses nothing of the integration.
"""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.charge_plans import add_plan, details, plan
from tests.common import Scene, attribute, state
from tests.octopus import OUTGOING, SLOT, lasting, uk
from tests.simulation import oracle

from .common import ONE_PRICE, ask, local_day, set_up_with

DAYS = ["2026-03-28", "2026-10-24", "2026-11-23"]
CLOCKS = ["16:20", "21:40", "23:10"]
HOURS = timedelta(hours=1)
KEYS = ("export_price", "next_export_price", "highest_export_price")
# 6 kWh at 3 kW: two hours of a night in which the clocks change.
NIGHT: dict[str, Any] = {"energy": 6, "power": 3, "earliest_start": "22:00:00", "ready_by": "05:00:00"}


def outgoing(start: datetime) -> str:
    """Return a price in pence that differs from slot to slot: every seventh is zero, some are below."""
    slot = int(start.timestamp()) // 1800
    return "0.0" if slot % 7 == 0 else f"{slot * 7919 % 400 / 10 - 3:.2f}"


class Home:
    """A home with one of both kinds of export tariff, and what it was served."""

    def __init__(self, scene: Scene, code: str, day: str) -> None:
        """Serve what the day of a clock change, or an ordinary one, may bring."""
        self.scene, self.code, self.day = scene, code, day
        self.midnight = local_day(day, 1)
        self.rows = [
            lasting(f"{day} 00:00", None, "15.0"),
            lasting(f"{day} 00:00", None, "0.0"),
        ]
        self.rows[0]["valid_from"] = "2024-10-28T00:00:00Z"
        self.rows[0]["valid_to"] = self.rows[1]["valid_from"] = f"{self.midnight:%Y-%m-%dT%H:%M:%SZ}"
        scene.octopus.outgoing = outgoing
        scene.octopus.lasting[ONE_PRICE] = scene.octopus.standing_charges = self.rows

    def lasting_price(self, at: datetime) -> Decimal:
        """Return the price of the rows that last: 15p until midnight, nothing after it."""
        return Decimal(15 if at < self.midnight else 0)

    def book(self) -> dict[datetime, Decimal]:
        """Return what was served: to 23:00 on the next day, as the afternoon's publication has it."""
        start = local_day(self.day)
        end = datetime.combine(self.midnight.astimezone(oracle.UK).date(), time(23), oracle.UK)
        found = {}
        while start < end.astimezone(UTC):
            price = Decimal(outgoing(start)) if self.code == OUTGOING else self.lasting_price(start)
            found[start] = price
            start += SLOT
        return found


@pytest.fixture(params=DAYS)
def day(request: pytest.FixtureRequest) -> str:
    """The day before the clocks change, or an ordinary one."""
    return str(request.param)


@pytest.fixture(params=[OUTGOING, ONE_PRICE])
async def served(request: pytest.FixtureRequest, scene: Scene, day: str) -> Home:
    """A home in the afternoon of the day."""
    found = Home(scene, request.param, day)
    await scene.clock.to(f"{day} 16:20")
    found.scene = await set_up_with(scene, request.param)
    return found


def dearest(book: dict[datetime, Decimal], length: timedelta, span: oracle.Span) -> oracle.Span:
    """Return the block that pays most, of equals the earliest."""
    block = oracle.cheapest_block({at: -price for at, price in book.items()}, length, *span)
    assert block is not None
    return block


def pays(book: dict[datetime, Decimal], start: datetime, end: datetime) -> float:
    """Return what a span pays on average in GBP/kWh."""
    mean = oracle.mean(book, [(start, end)])
    assert mean is not None
    return float(mean)


async def test_the_entities(served: Home, day: str) -> None:
    scene, book = served.scene, served.book()
    for at in (*(f"{day} {clock}" for clock in CLOCKS), *after_midnight(day)):
        await scene.clock.to(f"{at}:20")
        seen = oracle.prices(book, uk(at))
        shown = [float(state(scene.home, f"sensor.{key}")) for key in KEYS]
        assert shown == pytest.approx([float(x or 0) for x in (seen.current, seen.next, seen.highest)])
        start = attribute(scene.home, "sensor.highest_export_price", "start")
        # Beyond the oracle's book one price goes on: nothing there pays more.
        assert datetime.fromisoformat(start) == seen.highest_start
        charge = Fraction(served.lasting_price(uk(at))) / 100
        assert float(state(scene.home, "sensor.standing_charge")) == float(charge)


def after_midnight(day: str) -> list[str]:
    """Return times of the next day, both sides of where the clocks change; a jump has no 01:10."""
    date = datetime.fromisoformat(day) + timedelta(days=1)
    clocks = ["00:10", "00:50", "02:10", "12:10"]
    return [f"{date:%Y-%m-%d} {clock}" for clock in clocks]


async def test_the_actions(served: Home, day: str) -> None:
    scene, book = served.scene, served.book()
    start, end = local_day(day), max(book) + SLOT
    found = await ask(
        scene.home,
        scene,
        "get_prices",
        direction="export",
        start=start.isoformat(),
        end=end.isoformat(),
    )
    shown = {datetime.fromisoformat(each["start"]): each["price"] for each in found["rates"]}
    assert shown == pytest.approx({at: float(price) / 100 for at, price in book.items()})
    for length in (0.5, 1.75, 4):
        asked = {"direction": "export", "duration": length, "ready_by": end.isoformat()}
        found = await ask(scene.home, scene, "find_cheapest", **asked)
        block = dearest(book, length * HOURS, (uk(f"{day} 16:20"), end))
        [session] = found["sessions"]
        assert tuple(datetime.fromisoformat(session[key]) for key in ("start", "end")) == block
        assert found["mean_price"] == pytest.approx(pays(book, *block))


async def test_a_plan_and_what_it_has_earned(served: Home, day: str) -> None:
    scene, book = served.scene, served.book()
    [entry] = scene.home.config_entries.async_entries("octopus_agile")
    await add_plan(scene.home, entry, **NIGHT, direction="export")
    opens, closes = oracle.window(time(22), time(5), uk(f"{day} 16:20"))
    start, end = dearest(book, 2 * HOURS, (opens, closes))
    [session] = details(scene.home, "sensor.start", "sessions")
    assert (datetime.fromisoformat(session["start"]), datetime.fromisoformat(session["end"])) == (
        start,
        end,
    )
    price, at_once = pays(book, start, end), pays(book, opens, opens + 2 * HOURS)
    shown = [
        float(plan(scene.home, f"sensor.{key}"))
        for key in ("price", "energy", "estimated_earnings", "saving")
    ]
    assert shown == pytest.approx([price, 6, 6 * price, 6 * (price - at_once)])
    for at, state_then in ((start, "on"), (end, "off")):
        await scene.clock.move_to(at)
        assert plan(scene.home, "binary_sensor.charge_now") == state_then
    assert float(plan(scene.home, "sensor.saved")) == pytest.approx(6 * (price - at_once))
