"""What moving charges has saved is what their sessions say, and what the cheapest minutes would cost."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.history import Done
from custom_components.octopus_agile.agile.moved import Followed, followed, moved
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.slots import Mode, cheapest_sessions
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
    return Done(first, first + hours * HOUR, *amounts)


def in_slots(rates: Rates, duration: timedelta, window: Window) -> tuple[Session, ...]:
    return cheapest_sessions(rates, duration, window.start, window.end, mode=Mode.SLOTS)


def in_a_block(rates: Rates, duration: timedelta, window: Window) -> tuple[Session, ...]:
    return cheapest_sessions(rates, duration, window.start, window.end, mode=Mode.BLOCK)


FIRST = done("2026-11-24 01:00", 1, "7", "0.70", "2.10")
SECOND = done("2026-11-24 05:00", 0.5, "3.5", "0.28", "1.05")
UNMEASURED = done("2026-11-24 02:00", 1, None, None, None)


def test_sessions_are_compared_with_charging_at_once_and_elsewhere() -> None:
    found = moved([FIRST, SECOND], TARIFF)
    assert (found.sessions, found.left_out, found.energy) == (2, 0, Decimal("10.5"))
    assert (found.paid, found.at_once, found.there) == tuple(map(Decimal, ("0.98", "3.15", "2.625")))
    assert (found.saving, found.saving_there) == (Decimal("2.17"), Decimal("1.645"))


def test_a_session_of_which_anything_is_unknown_is_left_out_of_all() -> None:
    early = done("2026-11-20 01:00", 1, "7", "0.70")
    unpaid = done("2026-11-24 03:00", 1, "7", None)
    not_at_once = done("2026-11-24 04:00", 1, "7", "1", None)
    found = moved([early, unpaid, UNMEASURED, FIRST, not_at_once], TARIFF)
    assert (found.sessions, found.left_out, found.energy) == (1, 4, Decimal(7))


def test_no_sessions_saved_nothing() -> None:
    assert moved([], TARIFF).saving == 0
    assert followed([], TARIFF, in_slots) == Followed(0, 0, Decimal(0), Decimal(0), Decimal(0))


def test_sessions_of_a_window_are_planned_as_one_need() -> None:
    # 1.5 hours: the two halves at 10p and the one at 8p, at 7 kW.
    late = done("2026-11-24 05:30", 1, "7", "1.75")
    early = done("2026-11-23 23:00", 0.5, "3.5", "1.00")
    found = followed([(late, NIGHT), (early, NIGHT)], CHEAP, in_slots)
    assert (found.sessions, found.left_out, found.energy) == (2, 0, Decimal("10.5"))
    assert (found.paid, found.cost) == (Decimal("2.75"), Decimal("0.98"))
    assert found.saving == Decimal("-1.77")
    # In one go it isn't as cheap: 10p for an hour, 30p for a half.
    assert round(followed([(late, NIGHT), (early, NIGHT)], CHEAP, in_a_block).cost, 20) == Decimal("1.75")


def test_windows_are_planned_one_by_one() -> None:
    week_before = Window(NIGHT.start - timedelta(7), NIGHT.end - timedelta(7))
    earlier = Rates(Rate(r.start - timedelta(7), r.end - timedelta(7), r.price * 2) for r in CHEAP)
    old = done("2026-11-17 04:00", 1, "7", "2.10")
    found = followed([(FIRST, NIGHT), (old, week_before)], earlier.merge(CHEAP), in_slots)
    # 8p and 10p for an hour at 7 kW, and twice that.
    assert found.cost == Decimal("0.63") * 3


def test_windows_without_all_their_prices_or_too_short_are_left_out() -> None:
    gap = CHEAP.without(utc("2026-11-24 06:30"), NIGHT.end)
    assert followed([(FIRST, NIGHT)], gap, in_slots).left_out == 1
    short = Window(NIGHT.start, NIGHT.start + HALF_HOUR)
    for planner in (in_slots, in_a_block):
        found = followed([(FIRST, short), (SECOND, NIGHT)], CHEAP, planner)
        assert (found.sessions, found.left_out, found.paid) == (1, 1, SECOND.paid)


def test_a_session_that_was_not_measured_is_no_need() -> None:
    found = followed([(UNMEASURED, NIGHT), (SECOND, NIGHT)], CHEAP, in_slots)
    assert (found.sessions, found.left_out, found.cost) == (1, 1, Decimal("0.28"))
    assert followed([(UNMEASURED, NIGHT)], CHEAP, in_slots).left_out == 1


STEP = 10 * MINUTE


@given(
    st.lists(st.integers(-100_000, 400_000), min_size=16, max_size=16),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 20_000)), min_size=1, max_size=4),
)
@settings(max_examples=100)
def test_following_costs_the_cheapest_minutes_of_any_window(
    prices: list[int], sessions: list[tuple[int, int]]
) -> None:
    rates = Rates(
        Rate(NIGHT.start + i * HALF_HOUR, NIGHT.start + (i + 1) * HALF_HOUR, price * UNIT)
        for i, price in enumerate(prices)
    )
    at: datetime = NIGHT.start
    given: list[Done] = []
    for steps, wh in sessions:
        given.append(Done(at, at + steps * STEP, Decimal(wh) / 1000, Decimal(1), None))
        at += steps * STEP
    steps = sum(count for count, _ in sessions)
    # Each half hour has three steps; without a shortest run, the cheapest steps are the cheapest time.
    cheapest = sorted(price for price in prices for _ in range(3))[:steps]
    wh = sum(each for _, each in sessions)
    found = followed([(each, NIGHT) for each in given], rates, in_slots)
    assert found.sessions == len(sessions)
    assert round(found.cost, 15) == round(Decimal(wh * sum(cheapest)) / (1000 * steps) * UNIT, 15)
