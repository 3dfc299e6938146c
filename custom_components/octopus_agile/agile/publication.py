"""When Agile prices are published, and when to request them.

Prices cover 23:00 to 23:00 UK time. The next day's are usually out between 16:00 and 16:30 UK time,
sometimes nearer 20:00, and on a few recorded days much later. The API caches responses for 5 minutes.

`next_request` is a pure function, so tests can simulate a year in a second.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Self
from zoneinfo import ZoneInfo

from .rates import Rates

UK = ZoneInfo("Europe/London")
SLOT = timedelta(minutes=30)
DAY = timedelta(days=1)
WEEK = 7 * DAY
DAY_START = time(23)
_DUE = time(16)

# How far ahead to request prices: enough for all there can be, see `horizon`.
HORIZON = timedelta(days=2)
# The furthest ahead prices can be known: from publication at 16:00 to 23:00 the next day.
_REACH = timedelta(hours=31)

# How long prices are kept, and how far back the first request goes: what fits on one page.
KEPT = timedelta(days=35)
_AT_FIRST = 1500 * SLOT
# How far ahead prices that hold for months are asked for: a week, and then to the horizon.
_AHEAD = timedelta(days=10)

# Any sooner, and the API may serve a cached response.
SHORTEST_GAP = timedelta(minutes=5)
# The longest Retry-After we honour.
_LONGEST_WAIT = timedelta(hours=6)
# Prices appear a few minutes after 16:00 at the earliest. Installations spread their first requests
# so that they don't all hit the API at once.
_FIRST = timedelta(minutes=4, seconds=15)
_SPREAD = timedelta(minutes=1, seconds=40)
# Short enough that nobody waits long once prices are out, and long enough that prices published by
# 16:20 take at most four requests.
_ORDINARY_GAP = timedelta(minutes=5, seconds=22)
# The later the prices, the longer the gaps: (until this long after they were due, gap).
_LATE_GAPS = (
    (timedelta(hours=2), _ORDINARY_GAP),
    (timedelta(hours=6), timedelta(minutes=15, seconds=20)),
    (timedelta(hours=8), timedelta(minutes=30)),
    # Still hourly overnight, when most charges run.
    (timedelta(hours=14), timedelta(hours=1)),
    (timedelta.max, timedelta(hours=2)),
)
# About two days of failed attempts: the tariff has ended, or the API has gone for good.
_ENDED_AFTER = 100
_ENDED_GAP = timedelta(hours=6)
# Gaps vary by this share, up or down.
_JITTER = 0.02
# A hard limit per 24 hours, whatever the server does. The gaps above stay below it, but a server that
# publishes prices bit by bit could reach it, so requests thin out first.
MOST_REQUESTS = 60
_MANY_REQUESTS = 56
_THRIFTY_GAP = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class RequestLog:
    """The last request for prices, and what matters about those before it.

    `failed_attempts` counts consecutive requests that failed or brought no new prices. `retry_after` is
    how long the server asked us to wait. `recent` lists the times of all requests in the 24 hours up to
    this one.
    """

    at: datetime
    failed_attempts: int = 0
    retry_after: timedelta | None = None
    recent: tuple[datetime, ...] = ()

    @classmethod
    def after_request(cls, log: Self | None, now: datetime) -> Self:
        """Return the log after a request made now, which counts as failed until prices arrive."""
        if log is None:
            return cls(now, failed_attempts=1, recent=(now,))
        return cls(now, log.failed_attempts + 1, recent=(*_last_day(log.recent, now), now))

    def with_more(self, requests: int, now: datetime) -> Self:
        """Return the log with further requests counted against the limit for 24 hours."""
        return replace(self, recent=(*self.recent, *[now] * requests))


def pricing_day(instant: datetime) -> tuple[datetime, datetime]:
    """Return the start and end in UTC of the pricing day that contains an instant."""
    local = instant.astimezone(UK)
    first = local.date() - timedelta(days=local.time() < DAY_START)
    return _uk(first, DAY_START), _uk(first + timedelta(days=1), DAY_START)


def due_since(now: datetime) -> datetime:
    """Return when the latest prices were due: the last 16:00 UK time."""
    today = now.astimezone(UK).date()
    due = _uk(today, _DUE)
    return due if due <= now else _uk(today - timedelta(days=1), _DUE)


def due_until(now: datetime) -> datetime:
    """Return how far prices should reach by now: 23:00 UK time today, or tomorrow once it is 16:00."""
    return horizon(due_since(now))


def next_due(now: datetime, rates: Rates) -> datetime | None:
    """Return when the next prices are due: the next 16:00 UK time; None while they are overdue."""
    known_until = rates.end
    if known_until is None or known_until < due_until(now):
        return None
    return _next_due(due_since(now))


def horizon(now: datetime) -> datetime:
    """Return the furthest that prices can reach: 23:00 UK time tomorrow."""
    return _uk(now.astimezone(UK).date() + timedelta(days=1), DAY_START)


def is_missing(now: datetime, rates: Rates) -> bool:
    """Tell whether there is no price for now because yesterday's publication never arrived."""
    if rates.end is None or rates.at(now) is not None:
        return False
    return rates.end < _uk(now.astimezone(UK).date(), DAY_START)


def is_clock_wrong(now: datetime, rates: Rates, server_ahead: timedelta | None) -> bool:
    """Tell whether our clock is so wrong that no price can be known for the time it shows.

    `server_ahead` is how far the server's clock is ahead of ours. If the server doesn't say, prices
    beyond the horizon show that our clock is behind.
    """
    if server_ahead is not None:
        return abs(server_ahead) > _REACH
    return rates.end is not None and rates.end > horizon(now)


def next_request(
    now: datetime, known_until: datetime, log: RequestLog | None, installation_id: str
) -> datetime:
    """Return when to request prices next; anything up to `now` means at once.

    `known_until` is the start of the first gap in the prices from `now` on, so `now` itself if it has
    no price. `log` is None before the first request.
    """
    if log is not None and log.at > now:
        # The clock was set back, so we can't tell how long ago the last request was.
        log = None
    due = due_since(now)
    if known_until >= due_until(now):
        return _not_before(_first_request(_next_due(due), installation_id), log)
    if log is None:
        return now
    is_urgent = known_until <= now
    first = _first_request(due, installation_id, urgent=is_urgent)
    if log.at < first:
        return _not_before(first, log)
    gap = _gap(log, due, urgent=is_urgent)
    jitter = _JITTER * (2 * _fraction(installation_id, log.at) - 1)
    return _not_before(log.at + gap * (1 + jitter), log)


def next_weekly_request(
    now: datetime, known_until: datetime, log: RequestLog | None, installation_id: str
) -> datetime:
    """Return when to request prices next that hold for months; anything up to `now` means at once.

    Once a week, or once a day while they are published no further than the horizon. See `next_request`.
    """
    if log is None or log.at > now:
        return now
    if log.failed_attempts:
        # The exponent is limited so that the number stays small.
        gap = min(_ORDINARY_GAP * 2 ** min(log.failed_attempts - 1, 9), DAY)
    else:
        gap = WEEK if known_until >= horizon(now) else DAY
    return _not_before(log.at + gap + _SPREAD * _fraction(installation_id, log.at), log)


def _first_request(due: datetime, installation_id: str, *, urgent: bool = False) -> datetime:
    """Return when an installation first requests prices due at a time; sooner if it has none for now."""
    return due + _FIRST * (not urgent) + _SPREAD * _fraction(installation_id, due)


def _gap(log: RequestLog, due: datetime, *, urgent: bool) -> timedelta:
    """Return how long to wait after a request that didn't return all the prices due."""
    if log.failed_attempts >= _ENDED_AFTER:
        return _ENDED_GAP
    gap = next(gap for limit, gap in _LATE_GAPS if log.at - due < limit)
    if urgent:
        # With no price for now, retry soon at first, whatever the hour.
        tries = min(max(log.failed_attempts, 1), 6)
        gap = min(gap, _ORDINARY_GAP * 2 ** (tries - 1))
    return gap


def period_to_request(now: datetime, *, known: bool, weekly: bool) -> tuple[datetime, datetime]:
    """Return the period to request: what may be incomplete, or all that is kept of weekly prices.

    `known` tells whether there is a price for now.
    """
    if weekly:
        return now - KEPT, now + _AHEAD
    return pricing_day(now)[0] if known else due_until(now) - _AT_FIRST, now + HORIZON


def soonest_request(now: datetime, log: RequestLog | None) -> datetime:
    """Return when a manual refresh may make a request; anything up to `now` means at once."""
    return now if log is None or log.at > now else _not_before(log.at, log)


def _not_before(instant: datetime, log: RequestLog | None) -> datetime:
    """Return an instant, or a later one if it is too soon after the previous requests."""
    if log is None:
        return instant
    wait = min(log.retry_after or SHORTEST_GAP, _LONGEST_WAIT)
    thrifty = _THRIFTY_GAP if len(log.recent) >= _MANY_REQUESTS else SHORTEST_GAP
    soonest = log.at + max(wait, thrifty)
    if len(log.recent) >= MOST_REQUESTS:
        soonest = max(soonest, log.recent[-MOST_REQUESTS] + DAY)
    return max(instant, soonest)


def requests_left(log: RequestLog | None, now: datetime) -> int:
    """Return how many more requests the 24-hour limit allows now."""
    return max(0, MOST_REQUESTS - len(_last_day(log.recent, now))) if log else MOST_REQUESTS


def _last_day(instants: Iterable[datetime], now: datetime) -> list[datetime]:
    """Return the instants in the last 24 hours, ignoring any that a wrong clock put in the future."""
    return [instant for instant in instants if now - DAY < instant <= now]


def _next_due(due: datetime) -> datetime:
    return _uk(due.astimezone(UK).date() + timedelta(days=1), _DUE)


def _uk(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, UK).astimezone(UTC)


def _fraction(installation_id: str, instant: datetime) -> float:
    """Return a number in [0, 1) that is fixed for an installation and an instant."""
    digest = blake2b(f"{installation_id} {instant.isoformat()}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
