"""The rule finds what trying every scenario and every division finds."""

from fractions import Fraction
from itertools import accumulate

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.scenarios import Past
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.week import SPARE, Choice, Outlook
from tests.agile.series import HALF_HOUR

from .oracle import Charge, Night, expected, in_a_block, in_slots, rates_of, scenarios, windows

SLOTS = 3
SPARE_SLOTS = SPARE // HALF_HOUR
NIGHTS = st.lists(st.lists(st.integers(-5, 30), min_size=SLOTS, max_size=SLOTS), min_size=7, max_size=9)
# Nights of two prices: many cost the same.
DULL = st.lists(st.lists(st.sampled_from([5, 6]), min_size=SLOTS, max_size=SLOTS), min_size=7, max_size=8)


def known_of(nights: list[Night]) -> Rates:
    """Return what is known and still to come: the last night."""
    rates = rates_of(nights)
    return rates.overlapping(windows(range(len(nights) - 1, len(nights)), SLOTS)[0].start)


def outlook(nights: list[Night], ahead: int) -> Outlook:
    return Outlook(Past(rates_of(nights)), windows(range(len(nights), len(nights) + ahead), SLOTS))


@settings(max_examples=40)
@given(NIGHTS | DULL, st.integers(1, 3))
def test_each_step_more_costs_what_all_scenarios_say(nights: list[Night], ahead: int) -> None:
    found = outlook(nights, ahead)
    likely = [scenarios(nights, n) for n in range(1, ahead + 1)]
    assert found.step == HALF_HOUR
    assert len(found.marginals) == SLOTS * ahead
    for need, cost in enumerate(accumulate(found.marginals[:5]), 1):
        assert cost * 100 == pytest.approx(float(expected(likely, need, in_slots)), abs=1e-9)


def judge(nights: list[Night], ahead: int, need: int, charge: Charge, allowed: range) -> Choice:
    """Check a choice against all that are allowed; return it."""
    mode = Mode.SLOTS if charge is in_slots else Mode.BLOCK
    choice = outlook(nights, ahead).choose(need * HALF_HOUR, known_of(nights), mode=mode)

    known = [Fraction(price) for price in nights[-1]]
    likely = [scenarios(nights, n) for n in range(1, ahead + 1)]
    later = {now: expected(likely, need - now, charge) for now in allowed}
    total = {now: charge(known, now) + later[now] for now in allowed}
    now, rest = divmod(choice.now, HALF_HOUR)
    assert not rest
    assert choice.now + choice.later == need * HALF_HOUR
    # What costs the same needn't wait.
    assert now == max(each for each in allowed if total[each] == min(total.values()))
    price = None if choice.expected_price is None else float(choice.expected_price) * 100
    assert price == (pytest.approx(later[now] / (need - now), abs=1e-4) if now < need else None)
    assert choice.expected_saving is not None
    saving = (total[allowed[-1]] - total[now]) / need
    assert float(choice.expected_saving) * 100 == pytest.approx(saving, abs=1e-4)
    return choice


@settings(max_examples=80)
@given(NIGHTS | DULL, st.integers(1, 3), st.integers(1, 5))
def test_no_division_is_cheaper(nights: list[Night], ahead: int, need: int) -> None:
    most = min(need, SLOTS)
    least = max(need - max(SLOTS * ahead - SPARE_SLOTS, 0), 0)
    if need <= SLOTS * (ahead + 1):
        judge(nights, ahead, need, in_slots, range(min(least, most), most + 1))


@settings(max_examples=80)
@given(NIGHTS | DULL, st.integers(1, 3), st.integers(1, SLOTS))
def test_no_day_is_better_for_a_block(nights: list[Night], ahead: int, need: int) -> None:
    may_wait = need <= SLOTS * ahead - SPARE_SLOTS
    judge(nights, ahead, need, in_a_block, range(0 if may_wait else need, need + 1, need))
