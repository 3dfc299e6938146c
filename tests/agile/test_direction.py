"""An export is planned when it pays most: against each start, and each choice of slots."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.direction import best_sessions, replan, saving
from custom_components.octopus_agile.agile.need import FixedNeed
from custom_components.octopus_agile.agile.plan import Plan, Reason, Settings, Status
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.tariffs import Direction
from custom_components.octopus_agile.agile.windows import repeating_window
from tests.octopus import UK

from .plan.charge import november, prices, spelled
from .series import HALF_HOUR, HOUR, MINUTE, pence

DEAR_AT_17 = prices("22 23:00", "24 23:00", {"17:00": 30, "17:30": 31, "18:00": 29, "03:00": 0})
START = november("23 12:00")


def settings(hours: float = 1, **changes: Any) -> Settings:
    window = repeating_window(None, None, UK)
    return Settings(
        **{
            "need": FixedNeed(hours * HOUR),
            "window": window,
            "direction": Direction.EXPORT,
            "power": Decimal(3),
            **changes,
        }
    )


def planned(rates: Rates = DEAR_AT_17, at: datetime = START, **changes: Any) -> Plan:
    return replan(settings(**changes), rates, at, None)


def test_the_dearest_block_at_the_price_that_is_paid() -> None:
    plan = planned()
    assert spelled(plan.sessions) == ["23 17:00-18:00"]
    assert plan.mean_price == Decimal("0.305")
    assert plan.status is Status.PLANNED


def test_a_session_that_runs_keeps_its_price_and_its_place() -> None:
    plan = planned()
    running = replan(settings(), DEAR_AT_17, november("23 17:10"), plan)
    assert running.status is Status.CHARGING
    assert running.mean_price == Decimal("0.305")
    done = replan(settings(), DEAR_AT_17, november("23 18:00"), running)
    assert [each.mean_price for each in done.past + done.begun] == [Decimal("0.305")]


def test_an_import_is_left_to_the_planner() -> None:
    plan = planned(direction=Direction.IMPORT)
    assert spelled(plan.sessions) == ["23 12:00-13:00"]
    assert saving(plan, DEAR_AT_17, Direction.IMPORT) == 0


def test_it_saves_what_it_earns_more_than_at_once() -> None:
    assert saving(planned(), DEAR_AT_17, Direction.EXPORT) == Decimal("0.105")
    late = saving(planned(at=november("23 16:40")), DEAR_AT_17, Direction.EXPORT)
    assert late is not None
    assert 0 < late < Decimal("0.105")
    assert saving(planned(enabled=False), DEAR_AT_17, Direction.EXPORT) is None


@pytest.mark.parametrize(
    ("floor", "expected", "shortfall"),
    [("0.20", "16:30-18:30", 0), ("0.30", "17:00-18:00", 60), ("0.40", "", 120)],
)
def test_the_limit_is_the_least_price(floor: str, expected: str, shortfall: int) -> None:
    plan = planned(hours=2, price_limit=Decimal(floor))
    assert spelled(plan.sessions) == ([f"23 {expected}"] if expected else [])
    assert plan.shortfall == shortfall * MINUTE
    assert (plan.reason is Reason.PRICE_LIMIT) == bool(shortfall)


PENCE = st.lists(st.integers(0, 40), min_size=2, max_size=9)


@given(PENCE, st.integers(1, 3))
def test_no_block_pays_more(paid: list[int], slots: int) -> None:
    rates = pence("2026-11-23 12:00", *map(str, paid))
    found = _best(rates, slots * HALF_HOUR, Mode.BLOCK)
    sums = [sum(paid[first : first + slots]) for first in range(len(paid) - slots + 1)]
    assert bool(found) == bool(sums)
    if found:
        assert found[0].mean_price == Decimal(max(sums)) / 100 / slots
        # The earliest of several that pay the same.
        assert found[0].start == START + sums.index(max(sums)) * HALF_HOUR


@given(PENCE, st.integers(1, 4), st.integers(0, 40))
def test_no_slots_pay_more(paid: list[int], slots: int, floor: int) -> None:
    rates = pence("2026-11-23 12:00", *map(str, paid))
    found = _best(rates, slots * HALF_HOUR, Mode.SLOTS, Decimal(floor) / 100)
    usable = [price for price in paid if price >= floor]
    choices = [sum(chosen) for chosen in combinations(usable, slots)]
    assert bool(found) == bool(choices)
    if found:
        earned = sum((each.mean_price or 0) * (each.duration // HALF_HOUR) for each in found)
        assert round(earned, 9) == Decimal(max(choices)) / 100


def _best(
    rates: Rates, duration: timedelta, mode: Mode, floor: Decimal | None = None
) -> tuple[Session, ...]:
    return best_sessions(
        rates,
        duration,
        START,
        START + 9 * HALF_HOUR,
        direction=Direction.EXPORT,
        limit=floor,
        mode=mode,
        shortest_run=timedelta(0),
    )


@given(PENCE)
def test_negated_twice_is_as_before(paid: list[int]) -> None:
    rates = pence("2026-11-23 12:00", *map(str, paid))
    assert rates.negated.negated == rates
    assert not any(f"{rate.price}".startswith("-0") and not rate.price for rate in rates.negated)


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 40), st.booleans()), max_size=5),
    st.integers(0, 2000),
)
def test_slots_say_the_same_as_the_rows_they_are_cut_from(
    rows: list[tuple[int, int, bool]], until: int
) -> None:
    at, made, end = START + 7 * MINUTE, [], START + until * MINUTE
    for minutes, price, is_gap in rows:
        if not is_gap:
            made.append(Rate(at, at + minutes * MINUTE, Decimal(price)))
        at += minutes * MINUTE
    rates = Rates(made)
    slots = rates.in_slots(end, HALF_HOUR)
    assert all(
        rate.end - rate.start <= HALF_HOUR and rate.start.minute // 30 == (rate.end - MINUTE).minute // 30
        for rate in slots
    )
    for minute in range(0, 2100, 13):
        instant = START + minute * MINUTE
        row, slot = rates.at(instant), slots.at(instant)
        assert (slot and slot.price) == (row.price if row and instant < end else None)
