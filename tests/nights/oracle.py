"""Judges a night by what could have been known in it, with nothing of the integration.

On paper, somebody drives the same night again: with the reports that arrived, the configured capacity,
power and efficiency, the prices as they became known, and a car and a charger that are there when they
were there. If that gets done what the reports called for, the car could have been full; and what that
costs is the least.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from .belief import Belief
from .night import Night, Record
from .planner import Planner

# So many minutes somebody may take to see that a car is there, or that a charger is back.
_GRACE = 2
# A car is full within so many percent of its target, or within a step of its level. It could have been
# if half of that was missing on paper: somebody else may be a minute later here and there.
_NEARLY = 3


@dataclass
class Verdict:
    """What is to be said of a night. Energy in kWh from the socket, money in pence."""

    night: Night
    could_be_full: bool
    is_full: bool
    # Whether it got what could be got, if not all.
    is_as_full: bool
    paid: float
    least: float
    # In percent, by what the car really has.
    short: float
    outside: int
    # Minutes of charging that cost more than the plan's limit.
    too_dear: int
    wrong_calls: list[str] = field(default_factory=list)
    # What went wrong in the driver's own code.
    errors: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """Return what was wrong, by itself; costs are judged together."""
        found = self.errors + self.wrong_calls
        if self.could_be_full and not self.is_full:
            found.append(f"{self.short:.1f} % short, and could have been full")
        if not self.could_be_full and not self.is_as_full:
            found.append(f"{self.short:.1f} % short, and could have had more")
        if self.outside:
            found.append(f"{self.outside} min on outside of sessions")
        if self.too_dear > _GRACE:
            found.append(f"{self.too_dear} min above the price limit")
        return found


def called_for(record: Record) -> list[float | None]:
    """Return for each minute the kWh that are missing by its reports, None while nobody knows."""
    night = record.night
    belief = Belief(night.car.capacity, night.car.efficiency, night.car.step)
    reports = list(reversed(record.reports))
    found = []
    for minute, target in enumerate(record.target):
        while reports and reports[-1][0] <= minute:
            belief.hear(*reports.pop())
        found.append(belief.missing(minute, target))
        belief.deliver(
            record.flow[minute]
            if night.plan.has_energy_sensor
            else record.on_time[minute] / 60 * night.car.power
        )
    return found


def _own(record: Record) -> list[float]:
    """Return the kWh of each minute that the plan has drawn, and nobody by hand."""
    return [0.0 if hand else flow for flow, hand in zip(record.flow, record.by_hand, strict=True)]


def _lasting(there: list[bool], minute: int) -> bool:
    """Tell whether something has been there for long enough to be seen."""
    return all(there[max(0, minute - _GRACE) : minute + 1])


@dataclass
class Paper:
    """The night on paper: kWh drawn, what is missing at the end, the cost, and when it charged."""

    drawn: float = 0.0
    left: float = 0.0
    cost: float = 0.0
    wants: list[bool] = field(default_factory=list)


def on_paper(record: Record, missing: list[float | None]) -> Paper:
    """Drive the night on paper."""
    night, own = record.night, _own(record)
    planner = planner_of(night, record.price)
    paper, real = Paper(), 0.0
    was_on = False
    known = sorted(record.known)
    until = 0
    for minute, needed in enumerate(missing):
        while until < len(known) and known[until] < minute:
            until += 1
        left = 0.0 if needed is None else needed + real - paper.drawn
        real += own[minute]
        can_start = _lasting(record.reachable, minute)
        is_free = not record.by_hand[minute] and not record.left_off[minute]
        plugged = _lasting(record.plugged, minute)
        wants = planner.wants(minute, left, until, plugged=plugged) and is_free
        was_on = wants and (was_on or can_start)
        price = record.price[minute]
        if was_on and record.works[minute] and price is not None:
            energy = min(left, night.car.power / 60)
            paper.drawn += energy
            paper.cost += energy * price
        paper.wants.append(was_on)
    paper.left = 0.0 if missing[-1] is None else max(0.0, missing[-1] + real - paper.drawn)
    return paper


def planner_of(night: Night, price: list[float | None]) -> Planner:
    """Return a planner for a night."""
    return Planner(
        price,
        opens=night.plan.opens or 0,
        in_block=night.plan.mode == "block",
        power=night.car.power,
        limit=night.plan.price_limit,
    )


def let_pass(record: Record, missing: list[float | None]) -> float:
    """Return the kWh of the time that was let pass although all that was left was needed.

    Whoever lets none pass has done what could be done. To have more, somebody must have charged at a
    time that was no better by what was known then: before a charger died, say, and not after.
    """
    night = record.night
    per_minute = night.car.power / 60
    lost = left = 0.0
    for minute in reversed(range(night.deadline)):
        if not _may_charge(record, minute):
            continue
        left += per_minute
        needed = missing[minute]
        is_there = _lasting(record.plugged, minute) and _lasting(record.reachable, minute)
        is_free = not record.by_hand[minute] and not record.left_off[minute]
        if needed and needed >= left and is_there and is_free and not record.in_session[minute]:
            lost += per_minute
    return lost


def _may_charge(record: Record, minute: int) -> bool:
    """Tell whether the plan may charge in a minute by its window and its prices."""
    price, plan = record.price[minute], record.night.plan
    is_cheap = price is not None and (plan.price_limit is None or price <= plan.price_limit)
    return is_cheap and minute >= (plan.opens or 0)


def outside_minutes(record: Record) -> int:
    """Return for how long the charger was on outside of sessions, without anybody's doing."""
    wrong = [
        on and not session and not hand
        for on, session, hand in zip(record.is_on, record.in_session, record.by_hand, strict=True)
    ]
    # Whoever switches it off within the minute has done so in time.
    return sum(before and now for before, now in pairwise(wrong))


def _too_dear(record: Record, own: list[float]) -> int:
    """Return how many minutes the plan has charged in above its price limit."""
    limit = record.night.plan.price_limit
    if limit is None:
        return 0
    # What flows while it is being switched off is nothing.
    least = record.night.car.power / 60 / 60
    return sum(
        energy > least and price is not None and price > limit
        for energy, price in zip(own, record.price, strict=True)
    )


def judge(record: Record) -> Verdict:
    """Judge a night that is over."""
    night = record.night
    missing = called_for(record)
    paper = on_paper(record, missing)
    own = _own(record)
    paid = sum(
        energy * price for energy, price in zip(own, record.price, strict=True) if price is not None
    )
    point = night.car.capacity / 100 / night.car.efficiency
    nearly = max(_NEARLY, night.car.step)
    short = record.target[-1] - record.level
    believed = (missing[-1] or 0) / point
    is_full = min(short, believed) <= nearly + 1e-6
    could_be_full = paper.left <= nearly * point / 2 and missing[-1] is not None
    got = sum(own) / paper.drawn if paper.drawn else 1.0
    if could_be_full:
        # More than what is needed is worth nothing; where it falls short, all is.
        got = min(1.0, got)
    return Verdict(
        night,
        could_be_full=could_be_full,
        is_full=is_full,
        is_as_full=is_full
        or sum(own) >= paper.drawn - nearly * point
        or let_pass(record, missing) <= nearly * point,
        paid=paid,
        least=paper.cost * got,
        short=short,
        outside=outside_minutes(record),
        too_dear=_too_dear(record, own),
        wrong_calls=wrong_calls(record),
    )


def sessions(record: Record) -> list[tuple[int, int]]:
    """Return the minutes `[start, end)` of the sessions of a night."""
    found, start = [], None
    for minute, there in enumerate([*record.in_session, False]):
        if there and start is None:
            start = minute
        elif not there and start is not None:
            found.append((start, minute))
            start = None
    return found


def wrong_calls(record: Record) -> list[str]:
    """Return of which sessions the calls aren't one on and one off, failures and people apart."""
    found = []
    spans = sessions(record)
    starts = [*(start for start, _ in spans), record.night.deadline][1:]
    for (start, end), following in zip(spans, starts, strict=True):
        about = slice(max(0, start - 1), min(following, end + 2))
        hands = record.by_hand[about] + record.left_off[about] + record.touched[about]
        is_plain = all(record.plugged[about]) and not any(hands)
        # A charger that can't be reached may be called more than once, and later.
        if not is_plain or not _reached(record, about):
            continue
        calls = [call.is_on for call in record.calls if start <= call.minute < max(following, end + 1)]
        expected = [True, False] if end < record.night.deadline else [True]
        if calls != expected:
            names = ", ".join("on" if on else "off" for on in calls) or "none"
            found.append(f"calls of the session at minute {start} to {end}: {names}")
    return found


def _reached(record: Record, about: slice) -> bool:
    faults = record.night.faults
    minutes = range(*about.indices(record.night.deadline))
    return not any(
        start < minutes.stop and end > minutes.start for start, end in faults.unavailable + faults.failing
    )
