"""When a charge may run: windows that come again every day or on some days of the week."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from .publication import DAY_START, UK

_DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Window:
    """The time `[start, end)` in UTC in which one need must be met."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class RepeatingWindow:
    """A window in local time: opens at one time of day and closes at the next other, or a day later.

    `days` are the weekdays on which it opens, Monday 0. `has_deadline` is False for the pricing day,
    which nobody asked for: a need that misses it just takes the next one.
    """

    opens: time
    closes: time
    zone: tzinfo
    days: frozenset[int] = EVERY_DAY
    has_deadline: bool = True

    @property
    def length(self) -> timedelta:
        """How long it is open on a day whose clocks don't change."""
        return (_since_midnight(self.closes) - _since_midnight(self.opens)) % _DAY or _DAY

    def current_or_next(self, instant: datetime) -> Window:
        """Return the window that an instant lies in, or else the next one."""
        day = instant.astimezone(self.zone).date() - _DAY
        while True:
            opens = datetime.combine(day, self.opens, self.zone).astimezone(UTC)
            last_day = day if self.closes > self.opens else day + _DAY
            closes = datetime.combine(last_day, self.closes, self.zone).astimezone(UTC)
            # A window of less than an hour can vanish in the hour that spring takes away.
            if day.weekday() in self.days and max(opens, instant) < closes:
                return Window(opens, closes)
            day += _DAY


def repeating_window(
    earliest_start: time | None, ready_by: time | None, zone: tzinfo, days: frozenset[int] = EVERY_DAY
) -> RepeatingWindow:
    """Return the window between two times of day in a zone.

    One time alone opens and closes it, a day apart. Without any it is the pricing day, 23:00 to 23:00
    UK time, whatever the zone. Raises ValueError where no day is given.
    """
    if not days:
        raise ValueError("a window needs a day of the week")
    opens = earliest_start if earliest_start is not None else ready_by
    closes = ready_by if ready_by is not None else earliest_start
    if opens is None or closes is None:
        return RepeatingWindow(DAY_START, DAY_START, UK, days, has_deadline=False)
    return RepeatingWindow(opens, closes, zone, days)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
