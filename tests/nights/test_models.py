"""The models that nights are made of."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from random import Random

import pytest

from tests.simulation.common import modelled_price

from .belief import Belief
from .car import Battery, Reports
from .draw import draw
from .night import Car, Sensor
from .planner import Planner, cheapest_block, cheapest_minutes


def arrived(sensor: Sensor, levels: Sequence[float]) -> list[tuple[int, float]]:
    """Return when which level is heard, of one a minute."""
    reports = Reports(sensor)
    return [(at, each) for at, level in enumerate(levels) for each in reports.arriving(at, level)]


def test_a_battery_takes_what_its_true_efficiency_lets_in_and_stops_when_full() -> None:
    battery = Battery(Car(capacity=50, power=10, efficiency=0.9, true_efficiency=0.8, level=40, step=5))
    assert battery.charge(60) == 10
    assert battery.level == pytest.approx(56)
    assert battery.shown == 55
    assert battery.charge(600) == pytest.approx(22 / 0.8)
    assert battery.shown == 100
    battery.drive(30)
    assert battery.shown == 70


def test_reports_come_as_their_sensor_gives_them() -> None:
    levels = [40, 40, 41, 41, 42, 42]
    assert arrived(Sensor(every=1), levels) == list(enumerate(levels))
    assert arrived(Sensor(every=3), levels) == [(0, 40), (3, 41)]
    assert arrived(Sensor(every=0), levels) == [(0, 40), (2, 41), (4, 42)]
    assert arrived(Sensor(every=0, late=1), levels) == [(0, 40), (3, 41), (5, 42)]
    assert arrived(Sensor(every=0, is_twice=True), levels) == [
        (0, 40),
        (1, 40),
        (2, 41),
        (3, 41),
        (4, 42),
        (5, 42),
    ]
    assert arrived(Sensor(every=0, sleeps=4), levels) == [(0, 40), (2, 41)]


def test_a_report_that_says_the_same_hides_a_step_at_most() -> None:
    belief = Belief(capacity=100, efficiency=1, step=1)
    assert belief.missing(0, 80) is None
    belief.hear(0, 40)
    belief.deliver(10)
    assert belief.missing(10, 80) == 30
    belief.hear(10, 40)
    assert belief.missing(10, 80) == 39
    belief.hear(20, 41)
    assert belief.missing(20, 80) == 39
    belief.deliver(50)
    assert belief.missing(30, 80) == 0


def test_a_level_that_leaps_counts_once_it_has_stayed() -> None:
    belief = Belief(capacity=100, efficiency=1, step=1)
    belief.hear(0, 70)
    belief.hear(10, 40)
    assert [belief.missing(minute, 80) for minute in (10, 14, 15)] == [10, 10, 40]
    belief.hear(20, 0)
    belief.hear(21, 40)
    assert belief.missing(30, 80) == 40
    # Of two that differ the second counts.
    belief.hear(40, 90)
    belief.hear(42, 10)
    belief.hear(44, 11)
    assert [belief.missing(minute, 80) for minute in (46, 47)] == [40, 69]


@pytest.mark.parametrize("seed", range(50))
def test_the_cheapest_minutes_are_found(seed: int) -> None:
    rng = Random(seed)
    price = [float(rng.randrange(-5, 20)) for _ in range(12)]
    usable = sorted(rng.sample(range(12), 9))
    count = rng.randrange(1, 5)

    def cost(minutes: Iterable[int]) -> float:
        return sum(price[minute] for minute in minutes)

    best = min(combinations(usable, count), key=cost)
    assert cost(cheapest_minutes(usable, price, count)) == cost(best)
    blocks = [tuple(range(first, first + count)) for first in usable]
    blocks = [block for block in blocks if set(block) <= set(usable)]
    expected = cost(min(blocks, key=cost)) if blocks else cost(best)
    assert cost(cheapest_block(usable, price, count)) == expected


def test_a_block_goes_on_until_nothing_is_missing() -> None:
    price = [5.0 if 60 <= minute < 120 else 20.0 for minute in range(180)]
    planner = Planner(price, opens=0, in_block=True, power=60, limit=None)
    missing, charged = 60.0, []
    for minute in range(180):
        if planner.wants(minute, missing, 180, plugged=True):
            charged.append(minute)
            # Nothing flows for the first half hour.
            missing -= minute >= 90
    assert charged == list(range(60, 150))


def test_a_seed_gives_one_night_and_all_kinds_are_drawn() -> None:
    drawn = [draw(f"{number}", modelled_price, date(2026, 10, 1), 365) for number in range(300)]
    assert drawn[7] == draw("7", modelled_price, date(2026, 10, 1), 365)
    assert {tag for night in drawn for tag in night.tags} == {
        "block", "slots", "every 1", "every 30", "on change", "late reports", "reports twice", "sleeps",
        "energy sensor", "price limit", "unavailable", "dead", "failing", "restart", "reload",
        "late prices", "plug in", "plug out", "drive", "target", "hand on", "hand off",
    }  # fmt: skip
    assert {night.car.step for night in drawn} == {1, 5}
    assert min(night.car.capacity for night in drawn) == 13
    assert max(night.car.capacity for night in drawn) == 100
