"""What is known of a battery: the last level that its reports made credible, and since when.

Sensors lie for a minute, sleep for hours and repeat themselves. So a level that the charger can't have
caused counts only once it has stayed, and a target only once it has stood for a minute.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import gcd

_TOLERANCE = Decimal(3)
_LEAP = Decimal(20)
_NEAR = Decimal(10)
_FLAT, _FLAT_AFTER = Decimal(0), Decimal(5)
_STAYS = timedelta(minutes=5)
_STANDS = timedelta(minutes=1)
# How many different levels are kept to tell in which steps they are reported, and how many it takes.
_KEPT, _ENOUGH = 8, 3
# A few levels may have any divisor by chance.
_LARGEST_STEP = Decimal(10)
_LIKELY_STEP = Decimal(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the sensors say now: levels in percent and the meter in kWh, None if they say nothing.

    `at` is since when the level has been reported.
    """

    level: Decimal | None
    target: Decimal | None
    at: datetime
    meter: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """What is believed of a battery, and what is still doubted.

    `level` and `target` are in percent; the level has been the same since `changed_at`, when the meter
    stood at `meter` (kWh, None if it couldn't be read). `heard_at` is when a report last repeated it, and
    `rose_at` when it last rose, None if it fell. `enough_at` is the level that was enough for
    `enough_for`, a target; `has_limit` says that the battery took no more there.
    """

    level: Decimal
    target: Decimal
    changed_at: datetime
    meter: Decimal | None = None
    heard_at: datetime | None = None
    rose_at: datetime | None = None
    doubted: Decimal | None = None
    doubted_since: datetime | None = None
    next_target: Decimal | None = None
    next_target_since: datetime | None = None
    enough_at: Decimal | None = None
    enough_for: Decimal | None = None
    has_limit: bool = False
    seen: tuple[Decimal, ...] = ()

    @property
    def step(self) -> Decimal:
        """The step in percent in which the level seems to be reported, from 1 to 10."""
        return Decimal(1) if len(self.seen) < _ENOUGH else self._divisor

    @property
    def missing(self) -> Decimal:
        """How many points are missing to the target; none if it has enough."""
        if self.enough_at is not None:
            return Decimal(0)
        return max(self.target - self.level, Decimal(0))

    @property
    def is_near(self) -> bool:
        """Whether it is so near the target that it may be full by its own limit."""
        return self.target - self.level <= _NEAR

    @property
    def noticeable(self) -> Decimal:
        """By how many points the level must change before a missing change means something."""
        # Too large a step only means to wait longer, so two levels are enough to suspect one.
        step = min(self._divisor, _LIKELY_STEP) if len(self.seen) == _ENOUGH - 1 else self.step
        return max(_TOLERANCE, 2 * step)

    @property
    def _divisor(self) -> Decimal:
        """What divides all levels that were reported."""
        if any(each % 1 for each in self.seen):
            return Decimal(1)
        return min(Decimal(gcd(*map(int, self.seen))), _LARGEST_STEP)

    @property
    def settles_at(self) -> datetime | None:
        """When what is doubted now will count, None if nothing is."""
        doubts = [
            since + stays
            for since, stays in ((self.doubted_since, _STAYS), (self.next_target_since, _STANDS))
            if since is not None
        ]
        return min(doubts, default=None)

    def repeated(self, at: datetime) -> Battery:
        """Return what is known after a report has repeated the level."""
        return replace(self, heard_at=at)

    def limited(self) -> Battery:
        """Return what is known of a battery that takes no more. Where it stood first counts."""
        if self.has_limit:
            return self
        return replace(self, enough_at=self.level, enough_for=self.target, has_limit=True)

    def shifted(self, leap: timedelta) -> Battery:
        """Return the same on a clock that was set by `leap`."""
        times = {
            name: at + leap
            for name in ("changed_at", "heard_at", "rose_at", "doubted_since", "next_target_since")
            if (at := getattr(self, name)) is not None
        }
        return replace(self, **times)


def hear(
    battery: Battery | None, report: Report, now: datetime, charged: Decimal, *, flat: Decimal = _FLAT
) -> Battery | None:
    """Return what is known of a battery after a report; None as long as nothing is.

    `charged` is by how many points a charge can have raised the level since it last changed. `flat` is
    the level of a battery with nothing in it.
    """
    if battery is None:
        if report.level is None or report.target is None:
            return None
        first = Battery(
            level=report.level,
            target=report.target,
            changed_at=min(report.at, now),
            meter=report.meter,
            seen=(report.level,),
        )
        return _judged(first)
    return _judged(_with_target(_with_level(battery, report, now, charged, flat), report.target, now))


def _with_level(
    battery: Battery, report: Report, now: datetime, charged: Decimal, flat: Decimal
) -> Battery:
    level = report.level
    if level == flat and abs(battery.level - flat) > _FLAT_AFTER:
        # What many sensors say when they know nothing.
        level = None
    if level is None:
        # Neither confirms nor dispels a doubt.
        return battery
    if level == battery.level:
        return replace(battery, doubted=None, doubted_since=None)
    rise = level - battery.level
    if -_TOLERANCE <= rise <= min(charged + _TOLERANCE, _LEAP):
        return _changed(battery, level, report, now)
    if battery.doubted is None or abs(level - battery.doubted) > _TOLERANCE:
        return replace(battery, doubted=level, doubted_since=now)
    assert battery.doubted_since is not None
    if now - battery.doubted_since >= _STAYS:
        return _changed(battery, level, report, now)
    return replace(battery, doubted=level)


def _changed(battery: Battery, level: Decimal, report: Report, now: datetime) -> Battery:
    # Another sensor may have shown its level for days, but until now another one was believed.
    at = max(min(report.at, now), battery.doubted_since or now)
    seen = (*(each for each in battery.seen if each != level), level)[-_KEPT:]
    return replace(
        battery,
        level=level,
        changed_at=at,
        meter=report.meter,
        heard_at=None,
        rose_at=at if level > battery.level else None,
        doubted=None,
        doubted_since=None,
        seen=seen,
    )


def _with_target(battery: Battery, target: Decimal | None, now: datetime) -> Battery:
    if target is None or target == battery.target:
        return replace(battery, next_target=None, next_target_since=None)
    if target != battery.next_target:
        return replace(battery, next_target=target, next_target_since=now)
    assert battery.next_target_since is not None
    if now - battery.next_target_since < _STANDS:
        return battery
    return replace(battery, target=target, next_target=None, next_target_since=None)


def _judged(battery: Battery) -> Battery:
    """Return a battery that knows whether it has enough.

    Once it had, a small fall starts no charge, or noise would; any higher target does.
    """
    if battery.level >= battery.target:
        return replace(battery, enough_at=battery.target, enough_for=battery.target, has_limit=False)
    if battery.enough_at is None or battery.enough_for is None:
        return battery
    fall = battery.enough_at - battery.level
    is_noise = fall < _TOLERANCE or fall <= battery.step
    # A limit beyond which it rises was none: its sensor had only repeated an old level.
    has_moved_on = battery.has_limit and -fall > battery.step
    if battery.target <= battery.enough_for and is_noise and not has_moved_on:
        return battery
    return replace(battery, enough_at=None, enough_for=None, has_limit=False)
