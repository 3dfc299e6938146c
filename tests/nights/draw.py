"""Draws nights, each from a seed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tests.octopus import UK
from tests.simulation.server import Tariff

from .night import Car, Deed, Faults, Night, Plan, Sensor, Span, price_of_minutes

_DAY = timedelta(days=1)


def draw(seed: str, tariff: Tariff, first: date, days: int) -> Night:
    """Draw a night that begins on one of some days. The same seed and prices give the same night."""
    rng = Random(f"night {seed}")
    night = _frame(rng, seed, first + rng.randrange(days) * _DAY)
    arrives = 0
    deeds: list[Deed] = []
    if rng.random() < 0.6:
        arrives = min(rng.randrange(20, 540), night.deadline - 180)
        deeds.append(Deed(arrives, "plug_in"))
    opens = max(arrives, night.plan.opens or 0)
    night = _with_car(rng, night, (night.deadline - opens) / 60)
    cheap = _cheap_hours(night, tariff, opens)
    deeds += _trip(rng, night, arrives) + _whims(rng, night, cheap)
    night = replace(night, is_plugged=arrives == 0, deeds=tuple(deeds), faults=_faults(rng, night, cheap))
    if rng.random() < 0.08:
        prices = sorted(each for each in price_of_minutes(night, tariff) if each is not None)
        limit = round(prices[len(prices) * rng.randrange(30, 80) // 100], 2)
        night = replace(night, plan=replace(night.plan, price_limit=limit))
    return night


def _frame(rng: Random, seed: str, day: date) -> Night:
    """Draw when a night is, when prices come, and what somebody has set up."""
    start = datetime.combine(day, time(rng.choice([12, 15, 16, 17, 17, 18]), rng.randrange(60)), UK)
    end = datetime.combine(day + _DAY, time(rng.randrange(5, 9), rng.choice([0, 15, 30, 45])), UK)
    is_late = rng.random() < 0.1
    published = datetime.combine(day, time(16, rng.randrange(2, 30)), UK)
    if is_late:
        published += timedelta(minutes=rng.randrange(60, 600))
    opens = None
    if rng.random() < 0.45:
        opening = datetime.combine(day, time(18), UK) + timedelta(minutes=30 * rng.randrange(14))
        opens = _minutes(start, opening)
    plan = Plan(
        mode=rng.choice(["block", "slots"]),
        has_target_entity=rng.random() < 0.4,
        has_energy_sensor=rng.random() < 0.35,
        shortest_run=rng.choice([0, 30]),
        opens=opens,
        charger=rng.choice(["switch", "input_boolean"]),
        plug=rng.choice(["binary_sensor", "input_boolean"]),
    )
    return Night(
        start.astimezone(UTC),
        _minutes(start, end),
        sensor=_sensor(rng, _minutes(start, datetime.combine(day + _DAY, time(), UK))),
        plan=plan,
        published=_minutes(start, published),
        seed=seed,
    )


def _minutes(start: datetime, end: datetime) -> int:
    """Return the minutes from one local time to another, the change of the clocks included."""
    return max(0, int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()) // 60)


def _sensor(rng: Random, midnight: int) -> Sensor:
    quirk = rng.choice(["", "", "late", "twice", "sleeps"])
    return Sensor(
        every=rng.choice([1, 30, 0]),
        late=rng.randrange(2, 16) if quirk == "late" else 0,
        is_twice=quirk == "twice",
        sleeps=midnight if quirk == "sleeps" else None,
        is_forced=rng.random() < 0.3,
        is_gone=rng.random() < 0.5,
    )


def _with_car(rng: Random, night: Night, hours: float) -> Night:
    """Draw a car that mostly can be charged in so many hours."""
    capacity = float(rng.choice([13, 13.5, 24, 30, 40, 52, 58, 64, 77, 82, 100]))
    power = rng.choice([2.0, 2.3, 3.6, 3.6, 7.0, 7.4, 7.4, 11.0, 22.0])
    efficiency = rng.choice([0.85, 0.9, 0.9, 0.95, 1.0])
    true_efficiency = min(1.0, efficiency * rng.uniform(0.85, 1.15))
    most = hours * rng.uniform(0.2, 0.85) * power * true_efficiency / capacity * 100
    if rng.random() < 0.08:
        most = 100
    target = rng.choice([60, 70, 80, 80, 80, 90, 100])
    points = min(target - 5, max(6.0, min(most, rng.uniform(10, 80))))
    car = Car(
        capacity, power, efficiency, true_efficiency, round(target - points, 2), rng.choice([1, 1, 1, 5])
    )
    return replace(night, car=car, plan=replace(night.plan, target=target))


def _cheap_hours(night: Night, tariff: Tariff, opens: int) -> int:
    """Return when the cheapest three hours begin, roughly: where trouble is worth having."""
    prices = [50.0 if each is None else each for each in price_of_minutes(night, tariff)]
    return min(
        range(opens, max(opens + 1, night.deadline - 180), 15), key=lambda at: sum(prices[at : at + 180])
    )


def _trip(rng: Random, night: Night, arrives: int) -> list[Deed]:
    """Let somebody drive off in the evening or the night, or not, and come back."""
    if rng.random() >= 0.2:
        return []
    leaves = arrives + rng.randrange(30, 400)
    back = leaves + rng.randrange(30, 120)
    if back > night.deadline - 60:
        return []
    points = float(rng.randrange(5, 30))
    middle = (leaves + back) // 2
    return [Deed(leaves, "plug_out"), Deed(middle, "drive", points), Deed(back, "plug_in")]


def _whims(rng: Random, night: Night, cheap: int) -> list[Deed]:
    """Let somebody raise the target or lay hands on the charger, or not."""
    deeds = []
    target = night.plan.target
    if night.plan.has_target_entity and rng.random() < 0.4 and target < 100:
        raised = min(100, target + rng.choice([5, 10, 20]))
        deeds.append(Deed(rng.randrange(30, night.deadline - 60), "target", raised))
    if rng.random() < 0.08:
        on = rng.randrange(10, night.deadline - 90)
        deeds += [Deed(on, "hand_on"), Deed(on + rng.randrange(10, 60), "hand_off")]
    if rng.random() < 0.08:
        deeds.append(Deed(_near(rng, night, cheap), "hand_off"))
    return deeds


def _near(rng: Random, night: Night, cheap: int) -> int:
    """Return a minute near the cheap hours."""
    return min(max(5, cheap + rng.randrange(-60, 180)), night.deadline - 10)


def _faults(rng: Random, night: Night, cheap: int) -> Faults:
    def span(share: float, least: int, most: int) -> tuple[Span, ...]:
        if rng.random() >= share:
            return ()
        start = _near(rng, night, cheap)
        return ((start, start + rng.randrange(least, most + 1)),)

    return Faults(
        unavailable=span(0.12, 2, 60),
        dead=span(0.15, 60, 60),
        failing=span(0.08, 2, 30),
        restarts=span(0.15, 1, 6),
        reloads=tuple(start for start, _ in span(0.12, 1, 1)),
    )
