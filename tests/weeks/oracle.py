"""Judges a week by presence and published prices alone, with nothing of the integration.

On paper, somebody drives the same week as late as the rule permits: what fits into the days whose prices
are still to come, with two hours to spare, waits; what doesn't is charged at the end of the known prices,
whatever they are. A minimum is charged at the end of its window. What that achieves can be achieved.
"""

from dataclasses import dataclass, field

from tests.nights.night import Record

from .week import Week

# A level may be so many percent below what was asked for: what is reported in whole steps, and noise.
_NEARLY = 3.5
_SPARE = 120


@dataclass
class Verdict:
    """What is to be said of a week. Levels in percent, money in pence, energy in kWh."""

    week: Week
    deadlines: int = 0
    kept: int = 0
    minima: int = 0
    paid: float = 0
    energy: float = 0
    failures: list[str] = field(default_factory=list)

    @property
    def seed(self) -> str:
        """What it was drawn from."""
        return self.week.night.seed


@dataclass
class _Car:
    """A car's level, minute by minute, if it is charged in certain minutes."""

    level: float
    points: float

    def lives(self, *, charges: bool, driven: float) -> None:
        self.level = max(1.0, self.level - driven)
        if charges:
            self.level = min(100.0, self.level + self.points)


class Paper:
    """A week on paper."""

    def __init__(self, week: Week, record: Record) -> None:
        """Take what was to be had: when the car was there, and when prices came."""
        night = week.night
        car = night.car
        self.week, self.record, self.minimum = week, record, week.minimum
        # Percent in a minute.
        self.points = car.power / 60 * car.true_efficiency / car.capacity * 100
        self.driven = [0.0] * night.deadline
        for deed in night.deeds:
            if deed.kind == "drive" and deed.minute < night.deadline:
                self.driven[deed.minute] += deed.value
        self.open = [False] * night.deadline
        for start, end in week.windows():
            self.open[start:end] = [True] * (min(end, night.deadline) - start)
        self.ends = [end for _, end in week.windows() if end < night.deadline]
        self._open_before = [0]
        for each in self.open:
            self._open_before.append(self._open_before[-1] + each)

    def room(self, start: int, end: int) -> int:
        """Return how many minutes of windows there are."""
        return self._open_before[max(start, end)] - self._open_before[start]

    def may(self, minute: int) -> bool:
        """Tell whether anybody could charge in a minute."""
        record = self.record
        there = record.plugged[minute] and record.reachable[minute] and record.works[minute]
        return self.open[minute] and there and record.known[minute] <= minute

    def levels(self) -> list[float]:
        """Return the level at each minute of somebody who charges as late as the rule permits."""
        week, car = self.week, _Car(self.week.night.car.level, self.points)
        deadlines = [*week.deadlines(), week.night.deadline]
        # Beyond the last deadline nothing is asked for here, and the integration waits for another.
        last, known_until, found = deadlines[-2] if len(deadlines) > 1 else 0, 0, []
        for minute in range(week.night.deadline):
            found.append(car.level)
            while known_until < len(self.open) and self.record.known[known_until] <= minute:
                known_until += 1
            charges = False
            if minute < last and self.may(minute):
                deadline = next(each for each in deadlines if each > minute)
                charges = self.must(minute, deadline, known_until, car.level)
            car.lives(charges=charges, driven=self.driven[minute])
        return found

    def must(self, minute: int, deadline: int, known_until: int, level: float) -> bool:
        """Tell whether to charge in a minute because later would be too late."""
        week = self.week
        missing = (week.night.plan.target - level) / self.points
        # Somebody who looks each minute is two late here and there.
        until = min(known_until, deadline)
        waits = 0 if until == deadline else max(0, self.room(until, deadline) - _SPARE)
        if missing - waits >= self.room(minute, until):
            return missing > 0
        if self.minimum is None:
            return False
        end = next((each for each in self.ends if each > minute), deadline)
        least = (min(self.minimum, week.night.plan.target) - level) / self.points
        return least > 0 and least >= self.room(minute, min(end, deadline))


def levels_of(week: Week, record: Record) -> list[float]:
    """Return the level at each minute as it was, by what has flowed."""
    paper = Paper(week, record)
    car = week.night.car
    level, found = car.level, []
    for minute, flow in enumerate(record.flow):
        found.append(level)
        level = max(1.0, level - paper.driven[minute])
        level = min(100.0, level + flow * car.true_efficiency / car.capacity * 100)
    return found


def judge(week: Week, record: Record) -> Verdict:
    """Judge a week that is over."""
    verdict, paper = Verdict(week), Paper(week, record)
    could, real = paper.levels(), levels_of(week, record)
    target = float(week.night.plan.target)
    for at in week.deadlines():
        verdict.deadlines += 1
        verdict.kept += real[at] >= target - _NEARLY
        if real[at] < min(target, could[at]) - _NEARLY:
            verdict.failures.append(f"deadline {_told(at, real, could)}")
    if week.minimum is not None:
        last = max(week.deadlines(), default=0)
        for at in paper.ends:
            if at > last:
                continue
            verdict.minima += 1
            least = float(week.minimum)
            if real[at] < min(least, could[at]) - _NEARLY:
                verdict.failures.append(f"minimum {_told(at, real, could)}")
    for minute, flow in enumerate(record.flow):
        price = record.price[minute]
        verdict.energy += flow
        verdict.paid += 0.0 if price is None else flow * price
    verdict.failures += _where_it_may_not(paper, record)
    return verdict


def _told(at: int, real: list[float], could: list[float]) -> str:
    return f"at minute {at}: {real[at]:.1f} %, could have been {could[at]:.1f} %"


def _where_it_may_not(paper: Paper, record: Record) -> list[str]:
    """Return when a session ran whose price wasn't out, or outside of the windows."""
    found = []
    was_bad = False
    for minute, session in enumerate(record.in_session):
        is_known = record.known[minute] <= minute and record.price[minute] is not None
        is_bad = session and not (is_known and paper.open[minute])
        # Whoever ends it within the minute has done so in time.
        if is_bad and was_bad:
            why = "outside of the windows" if is_known else "at an unpublished price"
            found.append(f"in session at minute {minute} {why}")
            return found
        was_bad = is_bad
    return found
