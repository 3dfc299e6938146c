"""What moving charges has saved is what their sessions say, and what the cheapest minutes would cost."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from custom_components.octopus_agile.agile.history import Done
from custom_components.octopus_agile.agile.moved import Moved, moved
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.windows import Window
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, pence, utc

from .common import UNIT, row

NIGHT = Window(utc("2026-11-23 23:00"), utc("2026-11-24 07:00"))
TARIFF = Rates([row(NIGHT.start - HOUR, NIGHT.end, "0.25")])
# The night's half-hours: 30p, but 10p from 01:00 to 02:00 and 8p from 05:00 to 05:30.
CHEAP = pence("2026-11-23 23:00", *["30"] * 4, *["10"] * 2, *["30"] * 6, "8", *["30"] * 3)


def done(
    start: str, hours: float, energy: str | None, paid: str | None, at_once: str | None = "9"
) -> Done:
    first = utc(start)
    amounts = [None if text is None else Decimal(text) for text in (energy, paid, at_once)]
    return Done(first, first + hours * HOUR, *amounts, window=NIGHT)


FIRST = done("2026-11-24 01:00", 1, "7", "0.70", "2.10")
SECOND = done("2026-11-24 05:00", 0.5, "3.5", "0.28", "1.05")
UNMEASURED = done("2026-11-24 02:00", 1, None, None, None)


def test_sessions_are_compared_with_charging_at_once_and_elsewhere() -> None:
    found = moved([[FIRST, SECOND]], TARIFF)
    assert (found.sessions, found.left_out, found.energy) == (2, 0, Decimal("10.5"))
    assert (found.paid, found.at_once) == (Decimal("0.98"), Decimal("3.15"))
    # With one price, there is no cheaper time.
    assert (found.same_times, found.cheapest_times) == (Decimal("2.625"), Decimal("2.625"))


def test_a_session_of_which_anything_is_unknown_is_left_out_of_all() -> None:
    early = done("2026-11-20 01:00", 1, "7", "0.70")
    unpaid = done("2026-11-24 03:00", 1, "7", None)
    not_at_once = done("2026-11-24 04:00", 1, "7", "1", None)
    no_window = replace(SECOND, window=None)
    found = moved([[early, unpaid, UNMEASURED, FIRST, not_at_once, no_window]], TARIFF)
    assert (found.sessions, found.left_out, found.energy) == (1, 5, Decimal(7))
    assert found.cheapest_times == Decimal("1.75")
    assert moved([[UNMEASURED]], TARIFF) == Moved(left_out=1)


def test_no_sessions_cost_nothing() -> None:
    assert moved([], TARIFF) == moved([[]], TARIFF) == Moved()


def test_sessions_of_a_window_are_placed_as_one_need() -> None:
    # 1.5 hours: the two halves at 10p and the one at 8p, at 7 kW.
    late = done("2026-11-24 05:30", 1, "7", "1.75")
    early = done("2026-11-23 23:00", 0.5, "3.5", "1.00")
    found = moved([[late, early]], CHEAP)
    assert (found.sessions, found.left_out, found.energy) == (2, 0, Decimal("10.5"))
    assert (found.paid, found.same_times) == (Decimal("2.75"), Decimal("3.15"))
    assert found.cheapest_times == Decimal("0.98")


def test_each_plan_has_a_charger_of_its_own() -> None:
    # Six hours each don't fit one after the other, but at the same time they do.
    six = done("2026-11-23 23:00", 6, "42", "9")
    one = moved([[six]], CHEAP)
    assert moved([[six], [six]], CHEAP) == one + one
    assert moved([[six, six]], CHEAP) == Moved(left_out=2)


def test_windows_are_planned_one_by_one() -> None:
    week = timedelta(7)
    earlier = Rates(Rate(r.start - week, r.end - week, r.price * 2) for r in CHEAP)
    old = replace(
        done("2026-11-17 04:00", 1, "7", "2.10"), window=Window(NIGHT.start - week, NIGHT.end - week)
    )
    # 8p and 10p for an hour at 7 kW, and twice that.
    assert moved([[FIRST, old]], earlier.merge(CHEAP)).cheapest_times == Decimal("0.63") * 3


def test_a_window_without_all_its_prices_is_left_out() -> None:
    gap = CHEAP.without(utc("2026-11-24 06:30"), NIGHT.end)
    assert moved([[FIRST, SECOND, UNMEASURED]], gap) == Moved(left_out=3)


STEP = 10 * MINUTE


@given(
    st.lists(st.integers(-100_000, 400_000), min_size=16, max_size=16),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 20_000)), min_size=1, max_size=4),
)
@settings(max_examples=100)
def test_the_cheapest_times_are_the_cheapest_minutes_of_any_window(
    prices: list[int], sessions: list[tuple[int, int]]
) -> None:
    rates = Rates(
        Rate(NIGHT.start + i * HALF_HOUR, NIGHT.start + (i + 1) * HALF_HOUR, price * UNIT)
        for i, price in enumerate(prices)
    )
    at: datetime = NIGHT.start
    given: list[Done] = []
    for steps, wh in sessions:
        energy = Decimal(wh) / 1000
        given.append(Done(at, at + steps * STEP, energy, Decimal(1), Decimal(2), window=NIGHT))
        at += steps * STEP
    steps = sum(count for count, _ in sessions)
    # Each half hour has three steps; without a shortest run, the cheapest steps are the cheapest time.
    cheapest = sorted(price for price in prices for _ in range(3))[:steps]
    wh = sum(each for _, each in sessions)
    found = moved([given], rates)
    assert (found.sessions, found.paid) == (len(sessions), Decimal(len(sessions)))
    assert round(found.cheapest_times, 15) == round(
        Decimal(wh * sum(cheapest)) / (1000 * steps) * UNIT, 15
    )
