"""Draws weeks of a driven car, each from a seed: a plan with a deadline, drives, restarts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tests.nights.night import Car, Deed, Faults, Night, Plan, Sensor
from tests.octopus import UK
from tests.simulation.server import evening

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Week:
    """A week as a long night, and what its plan has besides.

    `opens` is when the window opens, None for `ready_by` alone. `published` are the minutes at which
    prices come, one for each day. `has_charger` says that the plan switches it itself.
    """

    night: Night
    opens: time | None
    ready_by: time
    days: frozenset[int]
    available: frozenset[int]
    minimum: int | None
    published: tuple[int, ...]
    has_charger: bool = False

    def minute(self, at: datetime) -> int:
        """Return the minute of an instant."""
        return (at - self.night.start) // _MINUTE

    def windows(self) -> Iterator[tuple[int, int]]:
        """Yield the minutes `[start, end)` of the windows on available days."""
        first = self.night.start.astimezone(UK).date() - _DAY
        opens = self.opens or self.ready_by
        for number in range(9):
            day = first + number * _DAY
            last = day + _DAY if opens >= self.ready_by else day
            start = self.minute(datetime.combine(day, opens, UK).astimezone(UTC))
            end = self.minute(datetime.combine(last, self.ready_by, UK).astimezone(UTC))
            if day.weekday() in self.available and end > 0:
                yield max(start, 0), end

    def deadlines(self) -> Iterator[int]:
        """Yield the minutes of the deadlines within it."""
        first = self.night.start.astimezone(UK).date()
        for number in range(9):
            day = first + number * _DAY
            at = self.minute(datetime.combine(day, self.ready_by, UK).astimezone(UTC))
            if day.weekday() in self.days and 0 < at < self.night.deadline:
                yield at

    @property
    def horizon(self) -> Callable[[datetime], datetime]:
        """How far prices are out at a time."""
        first = self.night.start.astimezone(UK).date()

        def until(now: datetime) -> datetime:
            out = sum(self.minute(now) >= each for each in self.published)
            return evening(datetime.combine(first, time(12), UK), days=out)

        return until


def draw(seed: str, first: date, days: int) -> Week:
    """Draw a week that begins on one of some days. The same seed gives the same week."""
    rng = Random(f"week {seed}")
    day = first + rng.randrange(days) * _DAY
    start = datetime.combine(day, time(rng.choice([8, 12, 16])), UK).astimezone(UTC)
    end = datetime.combine(day + 7 * _DAY, time(9), UK).astimezone(UTC)

    def minute(number: int, clock: time) -> int:
        at = datetime.combine(day + number * _DAY, clock, UK).astimezone(UTC)
        return (at - start) // _MINUTE

    night = _night(rng, seed, (start, end), _drives(rng, minute))
    published = [
        minute(number, time(16, rng.randrange(2, 30))) + (rng.random() < 0.1) * rng.randrange(60, 840)
        for number in range(8)
    ]
    available = frozenset(range(7)) if rng.random() < 0.7 else frozenset(rng.sample(range(7), 5))
    return Week(
        night,
        opens=rng.choice([time(18), time(21), time(23, 30), None]),
        ready_by=rng.choice([time(7), time(6, 30)]),
        days=frozenset(rng.sample(range(7), rng.choice([1, 1, 2]))),
        available=available,
        minimum=rng.choice([None, None, 25, 40, 50]),
        published=tuple(published),
        has_charger=rng.random() < 0.25,
    )


def _night(rng: Random, seed: str, span: tuple[datetime, datetime], deeds: list[Deed]) -> Night:
    """Draw a car, its sensor, how it is charged, and what goes wrong."""
    level, target = float(rng.randrange(15, 60)), rng.choice([70, 80, 80, 90])
    sensor = Sensor(every=rng.choice([0, 0, 30]), is_twice=rng.random() < 0.1)
    car = Car(
        capacity=float(rng.choice([40, 52, 64, 77])), power=rng.choice([3.6, 7.4, 7.4, 11.0]), level=level
    )
    length = (span[1] - span[0]) // _MINUTE
    restarts = tuple((at, at + rng.randrange(1, 6)) for at in sorted(rng.sample(range(length - 60), 2)))
    return Night(
        span[0],
        length,
        car=car,
        sensor=sensor,
        plan=Plan(
            mode=rng.choice(["block", "slots"]),
            target=target,
            has_energy_sensor=rng.random() < 0.35,
            shortest_run=rng.choice([0, 30]),
        ),
        deeds=tuple(each for each in deeds if each.minute > 0),
        faults=Faults(restarts=restarts, reloads=tuple(rng.sample(range(length - 60), 1))),
        seed=seed,
    )


def _drives(rng: Random, minute: Callable[[int, time], int]) -> list[Deed]:
    """Let somebody drive on most days, now and then in the evening or until the next day."""
    deeds: list[Deed] = []
    away_until = 0
    for number in range(8):
        leaves = minute(number, time(7, rng.randrange(10, 60)))
        if rng.random() < 0.6 and leaves > away_until:
            back = minute(number, time(rng.choice([9, 13, 17]), rng.randrange(60)))
            if rng.random() < 0.08:
                back = minute(number + 1, time(17))
            deeds += _trip(leaves, back, rng.randrange(3, 25))
            away_until = back
        evening_out = minute(number, time(19, rng.randrange(60)))
        if rng.random() < 0.1 and evening_out > away_until:
            back = evening_out + rng.randrange(30, 200)
            deeds += _trip(evening_out, back, rng.randrange(2, 12))
            away_until = back
    return deeds


def _trip(leaves: int, back: int, points: int) -> list[Deed]:
    return [
        Deed(leaves, "plug_out"),
        Deed((leaves + back) // 2, "drive", float(points)),
        Deed(back, "plug_in"),
    ]
