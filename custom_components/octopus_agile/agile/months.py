"""Months and half years of prices that are kept for good, and how often others may be asked for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Self

from .publication import DAY, horizon
from .rates import Rate, Rates

# Long enough for the server to give answers to others, too; and far from disturbing anybody.
SPACING = timedelta(seconds=5)
MOST_A_DAY = 40
# How long to wait after a failure, doubled with each one.
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=6)


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
class Series:
    """Prices in GBP/kWh of slots of one length, each beginning where the last one ends."""

    start: datetime
    length: timedelta
    prices: tuple[Decimal, ...]

    @property
    def end(self) -> datetime:
        """The end of the last slot."""
        return self.start + self.length * len(self.prices)


@dataclass(frozen=True, slots=True)
class StoredMonth:
    """A month's prices as they are kept: shorter than slot by slot. Raises ValueError for nonsense."""

    fetched_at: datetime
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        """Refuse slots of no length or longer than a month, and those that overlap."""
        if not all(timedelta(0) < each.length <= 31 * DAY for each in self.series):
            raise ValueError("a slot has a length that can't be")
        if any(after.start < before.end for before, after in pairwise(self.series)):
            raise ValueError("slots overlap")

    @classmethod
    def of(cls, rates: Iterable[Rate], fetched_at: datetime) -> Self:
        """Return rates, in chronological order, as they are kept."""
        series: list[tuple[datetime, timedelta, list[Decimal]]] = []
        end = None
        for rate in rates:
            length = rate.end - rate.start
            if rate.start != end or length != series[-1][1]:
                series.append((rate.start, length, []))
            series[-1][2].append(rate.price)
            end = rate.end
        return cls(
            fetched_at, tuple(Series(start, each, tuple(prices)) for start, each, prices in series)
        )

    @property
    def rates(self) -> Rates:
        """The rates, as they were."""
        return Rates(
            Rate(each.start + each.length * index, each.start + each.length * (index + 1), price)
            for each in self.series
            for index, price in enumerate(each.prices)
        )

    def is_good(self, month: Period, now: datetime) -> bool:
        """Tell whether the month need not be fetched again: it was over, or is no more known today."""
        is_over = month.end <= self.fetched_at
        return is_over or (now < month.end and horizon(now) == horizon(self.fetched_at))


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
