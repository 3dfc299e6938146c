"""When a charge may run: windows that repeat every day or on some days of the week."""

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
    """A window in local time: opens at one time of day and closes at the next `closes`.

    If both are the same, it lasts a day. `days` are the weekdays it opens on, Monday is 0. The pricing
    day is only a default, so `has_deadline` is False: a need that misses it waits for the next one.
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
        """Return the window that contains an instant, or else the next one."""
        day = instant.astimezone(self.zone).date() - _DAY
        while True:
            opens = datetime.combine(day, self.opens, self.zone).astimezone(UTC)
            last_day = day if self.closes > self.opens else day + _DAY
            closes = datetime.combine(last_day, self.closes, self.zone).astimezone(UTC)
            # A window shorter than an hour can vanish when the clocks go forward.
            if day.weekday() in self.days and max(opens, instant) < closes:
                return Window(opens, closes)
            day += _DAY

    def until(self, instant: datetime, deadline: datetime) -> list[Window]:
        """Return the windows between an instant and a deadline, cut at both, in order."""
        found = []
        while instant < deadline:
            window = self.current_or_next(instant)
            if window.start < deadline:
                found.append(Window(max(window.start, instant), min(window.end, deadline)))
            instant = window.end
        return found


def repeating_window(
    earliest_start: time | None, ready_by: time | None, zone: tzinfo, days: frozenset[int] = EVERY_DAY
) -> RepeatingWindow:
    """Return the window between two times of day in a zone.

    If only one time is given, it opens and closes there, a day apart. With neither, it is the pricing
    day, 23:00 to 23:00 UK time, whatever the zone. Raises ValueError if no day is given.
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
