"""When a charge may run: windows that repeat, and the time between deadlines that some of them end."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import ClassVar

from .publication import DAY_START, UK

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
# No clocks change in the two weeks after it.
_ORDINARY = datetime(2026, 1, 12, tzinfo=UTC)
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

    def room(self, start: datetime, end: datetime) -> timedelta:
        """Return for how long a charge may run between two instants of one window."""
        return max(end - start, timedelta(0))

    def opening(self, instant: datetime) -> datetime:
        """Return when the current window opened, or else the next one opens."""
        return self.current_or_next(instant).start

    def closing(self, instant: datetime) -> datetime:
        """Return when the current window closes, or else the next one."""
        return self.current_or_next(instant).end

    def at_once(self, start: datetime, length: timedelta) -> list[Window]:
        """Return the time in which a charge of some length runs that starts at once."""
        return [Window(start, start + length)]

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


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The time between deadlines: those ends of daily windows that fall on one of some weekdays.

    A charge may run in the windows of `daily`. A deadline need not be the end of one of them: what has to
    be done by Monday morning may be done on Saturday. Monday is 0.
    """

    daily: RepeatingWindow
    days: frozenset[int]
    has_deadline: ClassVar[bool] = True

    @property
    def length(self) -> timedelta:
        """The least time in which a charge may run before any deadline, in a week of ordinary days."""
        at = _ORDINARY
        rooms = []
        while at < _ORDINARY + 2 * _WEEK:
            window = self.current_or_next(at)
            rooms.append(self.room(window.start, window.end))
            at = window.end
        return min(rooms)

    def current_or_next(self, instant: datetime) -> Window:
        """Return the time from the last deadline to the next one."""
        return Window(self._deadline(instant, -_DAY), self._deadline(instant, _DAY))

    def _deadline(self, instant: datetime, step: timedelta) -> datetime:
        """Return the next deadline after an instant, or with a step back the last until then."""
        daily = self.daily
        day = instant.astimezone(daily.zone).date()
        while True:
            at = datetime.combine(day, daily.closes, daily.zone).astimezone(UTC)
            if day.weekday() in self.days and (at > instant) == (step > timedelta(0)):
                return at
            day += step

    def room(self, start: datetime, end: datetime) -> timedelta:
        """Return for how long a charge may run between two instants."""
        windows = self.daily.until(start, end)
        return sum((each.end - each.start for each in windows), timedelta(0))

    def opening(self, instant: datetime) -> datetime:
        """Return when the current daily window opened, or else the next one opens."""
        return self.daily.opening(instant)

    def closing(self, instant: datetime) -> datetime:
        """Return when the current daily window closes, or else the next one."""
        return self.daily.closing(instant)

    def at_once(self, start: datetime, length: timedelta) -> list[Window]:
        """Return the time in which a charge of some length runs that starts at once."""
        found = []
        while length > timedelta(0):
            window = self.daily.current_or_next(start)
            begins = max(window.start, start)
            found.append(Window(begins, min(window.end, begins + length)))
            length -= found[-1].end - begins
            start = window.end
        return found

    def closed(self, start: datetime, end: datetime) -> list[Window]:
        """Return the time between two instants in which no charge may run."""
        found = []
        for window in self.daily.until(start, end):
            if start < window.start:
                found.append(Window(start, window.start))
            start = window.end
        return [*found, Window(start, end)] if start < end else found


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
