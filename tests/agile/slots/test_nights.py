"""For small days and random nights, slots are as good as the best that trying everything finds."""

from datetime import datetime
from decimal import Decimal
from itertools import combinations
import random

import pytest

from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.slots import cheapest_slots
from tests.agile.series import HALF_HOUR, MINUTE, pence
from tests.octopus import uk

from .common import START, Score, by_brute_force


def half_hours(chance: random.Random, count: int) -> list[int | None]:
    """Return prices of half-hours in pence: small numbers with ties, gaps and prices below zero."""
    kind = chance.choice(["ties", "spread"])
    prices: list[int | None] = [
        chance.randint(1, 3) if kind == "ties" else chance.randint(-5, 35) for _ in range(count)
    ]
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        prices[chance.randrange(count)] = None
    return prices


def as_rates(first: datetime, prices: list[int | None]) -> Rates:
    """Return half-hours from an instant on as prices in pounds."""
    return Rates(
        Rate(first + slot * HALF_HOUR, first + (slot + 1) * HALF_HOUR, Decimal(price) / 100)
        for slot, price in enumerate(prices)
        if price is not None
    )


def runs_of(chosen: tuple[int, ...]) -> list[list[int]]:
    """Return half-hours that follow each other together."""
    runs: list[list[int]] = []
    for slot in chosen:
        if runs and runs[-1][-1] == slot - 1:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    return runs


def by_trying_all_subsets(
    prices: list[int | None], need: int, least: int, start_cost: int
) -> Score | None:
    """Return what the best set of half-hours costs, in runs of so many of them at least."""
    known = [slot for slot, price in enumerate(prices) if price is not None]
    scores = [
        (
            sum(prices[slot] or 0 for slot in chosen) + start_cost * (len(runs) - 1),
            len(runs),
            sum(chosen),
        )
        for chosen in combinations(known, need)
        for runs in [runs_of(chosen)]
        if all(len(run) >= least for run in runs)
    ]
    return min(scores, default=None)


@pytest.mark.parametrize("shortest", [0, 30, 60, 90])
@pytest.mark.parametrize("seed", range(10))
def test_no_set_of_half_hours_of_a_small_day_is_cheaper(seed: int, shortest: int) -> None:
    """All subsets are tried. With a need and a shortest run in half-hours no others can be better."""
    chance = random.Random(seed)
    for _ in range(6):
        prices = half_hours(chance, 10)
        need = chance.randint(1, 6)
        start_cost = chance.choice([0, 0, 1, 4])
        least = min(need, max(1, shortest // 30))
        expected = by_trying_all_subsets(prices, need, least, start_cost)
        rates = pence("2026-11-23 00:00", *(None if p is None else str(p) for p in prices))
        found = cheapest_slots(
            rates,
            need * HALF_HOUR,
            START,
            START + 10 * HALF_HOUR,
            shortest_run=shortest * MINUTE,
            # For half an hour at 1 kW.
            start_cost=Decimal(start_cost) / 100 / 2,
        )
        if expected is None:
            assert found is None
            continue
        assert found is not None
        slots_used = [
            slot
            for session in found
            for slot in range((session.start - START) // HALF_HOUR, -((START - session.end) // HALF_HOUR))
        ]
        assert (
            sum(prices[slot] or 0 for slot in slots_used) + start_cost * (len(found) - 1),
            len(found),
            sum(slots_used),
        ) == expected


# Windows in UK time: plain, over midnight, cut within slots, and over both changes of the clocks.
WINDOWS = [
    ("2026-11-23 00:00", "2026-11-23 12:00"),
    ("2026-11-23 18:00", "2026-11-24 07:00"),
    ("2026-11-23 17:50", "2026-11-24 06:35"),
    ("2026-03-28 22:00", "2026-03-29 07:00"),
    ("2026-10-24 22:00", "2026-10-25 07:00"),
]


@pytest.mark.parametrize("shortest", [0, 30, 60, 90, 120])
@pytest.mark.parametrize(("opens", "closes"), WINDOWS)
def test_random_needs_of_a_night_are_met_at_the_least_cost(
    opens: str, closes: str, shortest: int
) -> None:
    """1,000 of them, against going through the night in steps of 5 minutes."""
    step = 5 * MINUTE
    chance = random.Random(f"{opens} {shortest}")
    start, end = uk(opens), uk(closes)
    for _ in range(40):
        first = start.replace(minute=start.minute // 30 * 30)
        prices = half_hours(chance, -((first - end) // HALF_HOUR))
        rates = as_rates(first, prices)
        steps = [
            prices[(start + number * step - first) // HALF_HOUR]
            for number in range((end - start) // step)
        ]
        need = chance.randint(1, 40)
        start_cost = chance.choice([0, 0, 3, 12])
        expected = by_brute_force(steps, need, shortest * MINUTE // step, start_cost)
        found = cheapest_slots(
            rates,
            need * step,
            start,
            end,
            shortest_run=shortest * MINUTE,
            # What the price of 12 steps, an hour, is to 1 kW.
            start_cost=Decimal(start_cost) / 100 / 12,
        )
        if expected is None:
            assert found is None
            continue
        assert found is not None
        used = [
            (session.start + number * step - start) // step
            for session in found
            for number in range(session.duration // step)
        ]
        assert len(used) == need
        assert all(session.duration >= min(need * step, shortest * MINUTE) for session in found)
        cost = sum(steps[number] or 0 for number in used) + start_cost * (len(found) - 1)
        assert (cost, len(found), sum(used)) == expected
