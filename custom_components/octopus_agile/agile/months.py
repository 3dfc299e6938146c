"""Months and half years of prices that are kept for good, and how often others may be asked for."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from .publication import DAY, SHORTEST_GAP, horizon
from .series import Series

# Long enough for the server to give answers to others, too; and far from disturbing anybody.
SPACING = timedelta(seconds=5)
MOST_A_DAY = 40
# How long to wait after a failure, doubled with each one.
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)
# What is published later than that after its time is not waited for.
_LATEST = 2 * DAY
# The longest slot that is kept: a price of years is cut.
LONGEST = 31 * DAY


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of UTC: at most 31 days of half hours, which is one request."""

    year: int
    number: int

    @classmethod
    def of(cls, instant: datetime) -> Self:
        """Return the month an instant is in."""
        utc = instant.astimezone(UTC)
        return cls(utc.year, utc.month)

    @property
    def start(self) -> datetime:
        """Its start in UTC."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The start of the next."""
        year, index = divmod(self.year * 12 + self.number, 12)
        return datetime(year, index + 1, 1, tzinfo=UTC)

    @property
    def before(self) -> Month:
        """The previous one."""
        return Month.of(self.start - DAY)

    @property
    def text(self) -> str:
        """Year and number, like "2026-03"."""
        return f"{self.year:04}-{self.number:02}"


@dataclass(frozen=True, slots=True)
class Span:
    """A longer time, of what has few rows: one request, too. `text` names it."""

    text: str
    start: datetime
    end: datetime

    def months(self, now: datetime) -> list[Month]:
        """Return its months of which a price may be known, newest first."""
        return months_before(min(self.end, Month.of(horizon(now)).end), self.start)


# What is fetched in one request.
type Period = Month | Span


def is_complete(period: Period, at: datetime) -> bool:
    """Tell whether all prices of a period must have been out at an instant."""
    return period.end + _LATEST <= at


def half_years(start: datetime, end: datetime) -> list[Span]:
    """Return the half years of UTC that overlap `[start, end)`, newest first.

    Six prices a day, the most of any tariff that isn't half-hourly, are 1104 rows.
    """
    spans, instant = [], end - timedelta(microseconds=1)
    while instant >= start:
        half = (instant.astimezone(UTC).month + 5) // 6
        first = datetime(instant.astimezone(UTC).year, half * 6 - 5, 1, tzinfo=UTC)
        spans.append(Span(f"{first.year:04}-H{half}", first, Month(first.year, half * 6).end))
        instant = first - timedelta(microseconds=1)
    return spans


def standing_span(now: datetime) -> Span:
    """Return the time of which standing charges are asked for: all, and some of what is to come."""
    return Span("standing", datetime(2017, 1, 1, tzinfo=UTC), Month.of(now + 31 * DAY).end)


def months_before(end: datetime, start: datetime) -> list[Month]:
    """Return the months that are over at `end` and not before `start`, newest first."""
    months, month = [], Month.of(end).before
    while month.end > start:
        months.append(month)
        month = month.before
    return months


@dataclass(frozen=True, slots=True)
class StoredMonth:
    """A month's prices as they are kept; none if there are more than one answer holds.

    Raises ValueError if a slot is longer than a month.
    """

    fetched_at: datetime
    series: tuple[Series, ...] = ()
    is_too_long: bool = False

    def __post_init__(self) -> None:
        """Refuse what no month can hold."""
        if any(each.length > LONGEST for each in self.series):
            raise ValueError("a slot is longer than a month")

    def is_good(self, month: Period, now: datetime) -> bool:
        """Tell whether the month need not be fetched again: it was complete, or has all of today.

        One without any price is never complete: the answer may have been wrong.
        """
        if abs(now - self.fetched_at) < SHORTEST_GAP:
            return True
        if (self.series or self.is_too_long) and is_complete(month, self.fetched_at):
            return True
        has_ended = self.fetched_at < month.end <= now
        return not has_ended and horizon(now) == horizon(self.fetched_at)


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests for months in the last 24 hours, and what came of them.

    `failures` counts those that failed since the last one that didn't; `not_before` is when the next one
    may be made after those.
    """

    recent: tuple[datetime, ...] = ()
    failures: int = 0
    not_before: datetime | None = None

    def next_at(self, now: datetime) -> datetime:
        """Return when the next request may be made; a time that isn't in the future means now."""
        # With a clock that was set back, what lies in the future tells nothing.
        recent = [at for at in self.recent if now - DAY < at <= now]
        soonest = now
        if recent:
            soonest = max(soonest, recent[-1] + SPACING)
        if len(recent) >= MOST_A_DAY:
            soonest = max(soonest, recent[-MOST_A_DAY] + DAY)
        if self.not_before is not None and self.not_before <= now + _LONGEST_WAIT:
            soonest = max(soonest, self.not_before)
        return soonest

    def after_request(self, now: datetime) -> Self:
        """Return them with one made now."""
        recent = (*(at for at in self.recent if now - DAY < at <= now), now)
        return replace(self, recent=recent)

    def after_answer(self) -> Self:
        """Return them after one that was answered."""
        return replace(self, failures=0, not_before=None)

    def after_failure(self, now: datetime, retry_after: timedelta | None) -> Self:
        """Return them after one that failed at a time; the server may have asked us to wait."""
        wait = max(_FIRST_WAIT * 2 ** min(self.failures, 10), retry_after or timedelta(0))
        return replace(self, failures=self.failures + 1, not_before=now + min(wait, _LONGEST_WAIT))


@dataclass(frozen=True, slots=True)
class StoredImport:
    """An import of prices that isn't finished: how far back, and of which tariff. Its code."""

    start: datetime
    tariff: str
