"""When Agile's prices come, and when to ask for them.

Prices cover 23:00 to 23:00 UK time. Those of the next pricing day appear as a rule at about 16:00 to
16:30 UK time, sometimes towards 20:00, on a few recorded days much later. The API's answers are
cached for 5 minutes.

`next_request` is a pure function, so a year of days can be tried in a second.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Self
from zoneinfo import ZoneInfo

from .rates import Rates

UK = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
DAY_START = time(23)
_DUE = time(16)

# Prices never reach further than to 23:00 tomorrow.
HORIZON = timedelta(days=2)
# From when they come, that is so far.
_REACH = timedelta(hours=31)

# Never ask for the same thing again sooner than that: the answer might be the cached one.
SHORTEST_GAP = timedelta(minutes=5)
# The longest a server can send us away for.
_LONGEST_WAIT = timedelta(hours=6)
# Prices are there a few minutes after they are due at the earliest. First requests are spread over a
# time, so that installations never ask in step.
_FIRST = timedelta(minutes=4, seconds=15)
_SPREAD = timedelta(minutes=1, seconds=40)
# Whenever prices come, nobody waits for them longer than that, and of those that come by 16:20 nobody
# asks more than four times.
_ORDINARY_GAP = timedelta(minutes=5, seconds=22)
# The later the prices, the longer the gaps: (up to so long after they were due, gap).
_LATE_GAPS = (
    (timedelta(hours=2), _ORDINARY_GAP),
    (timedelta(hours=6), timedelta(minutes=15, seconds=20)),
    (timedelta(hours=8), timedelta(minutes=30)),
    # Most charges are planned for the night.
    (timedelta(hours=14), timedelta(hours=1)),
    (timedelta.max, timedelta(hours=2)),
)
# After about two days of asking in vain the tariff has ended or the API is gone for good.
_ENDED_AFTER = 100
_ENDED_GAP = timedelta(hours=6)
# How much a gap varies, up or down, as a share of it.
_JITTER = 0.02
# Whatever the server does, in 24 hours it gets no more requests than so many. The gaps above keep
# below that; with a server that is up to something, they grow before the end is reached.
MOST_REQUESTS = 60
_MANY_REQUESTS = 56
_THRIFTY_GAP = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class RequestLog:
    """The last request for prices.

    `failed_attempts` counts the requests in a row that failed or brought no new price; `retry_after` is
    how long the server asked to be left alone; `recent` are the times of all requests in the 24 hours
    up to this one.
    """

    at: datetime
    failed_attempts: int = 0
    retry_after: timedelta | None = None
    recent: tuple[datetime, ...] = ()

    @classmethod
    def again(cls, before: Self | None, now: datetime) -> Self:
        """Return a request made now, in vain until its answer has come."""
        recent = before.recent if before else ()
        return cls(
            now, before.failed_attempts + 1 if before else 1, recent=(*_last_day(recent, now), now)
        )


def pricing_day(instant: datetime) -> tuple[datetime, datetime]:
    """Return the pricing day that an instant lies in, 23:00 to 23:00 UK time, in UTC."""
    local = instant.astimezone(UK)
    first = local.date() - timedelta(days=local.time() < DAY_START)
    return _uk(first, DAY_START), _uk(first + timedelta(days=1), DAY_START)


def due_since(now: datetime) -> datetime:
    """Return when the newest prices that should be there by now were due: the last 16:00 UK time."""
    today = now.astimezone(UK).date()
    due = _uk(today, _DUE)
    return due if due <= now else _uk(today - timedelta(days=1), _DUE)


def due_until(now: datetime) -> datetime:
    """Return how far prices should be known by now: 23:00 UK time of today, after 16:00 tomorrow."""
    published = due_since(now).astimezone(UK).date()
    return _uk(published + timedelta(days=1), DAY_START)


def is_missing(now: datetime, rates: Rates) -> bool:
    """Tell whether there is no price for now because those published by yesterday never came."""
    if rates.end is None or rates.at(now) is not None:
        return False
    return rates.end < _uk(now.astimezone(UK).date(), DAY_START)


def is_clock_wrong(now: datetime, rates: Rates, server_ahead: timedelta | None) -> bool:
    """Tell whether a clock is wrong by more than prices reach, so that none can be known for its time.

    `server_ahead` is by how much the server's clock is ahead of ours. Where the server doesn't say,
    prices that reach further than any can tell of a clock that is behind.
    """
    if server_ahead is not None:
        return abs(server_ahead) > _REACH
    tomorrow = now.astimezone(UK).date() + timedelta(days=1)
    return rates.end is not None and rates.end > _uk(tomorrow, DAY_START)


def next_request(now: datetime, known_until: datetime, asked: RequestLog | None, seed: str) -> datetime:
    """Return when to ask for prices next; a time that isn't in the future means now.

    `known_until` is how far prices are known from `now` on without a gap, `now` itself if they
    aren't; `asked` is the last request, None if there was none. `seed` tells installations apart.
    """
    if asked is not None and asked.at > now:
        # The clock has been set back: that request says nothing about how long ago it was.
        asked = None
    due = due_since(now)
    if known_until >= due_until(now):
        return _not_before(_first_request(_next_due(due), seed), asked)
    if asked is None:
        return now
    is_urgent = known_until <= now
    first = _first_request(due, seed, urgent=is_urgent)
    if asked.at < first:
        return _not_before(first, asked)
    gap = _gap(asked, due, urgent=is_urgent)
    return _not_before(asked.at + gap * (1 + _JITTER * (2 * _fraction(seed, asked.at) - 1)), asked)


def _first_request(due: datetime, seed: str, *, urgent: bool = False) -> datetime:
    """Return when an installation first asks for prices due at a time; sooner if it has none for now."""
    return due + _FIRST * (not urgent) + _SPREAD * _fraction(seed, due)


def _gap(asked: RequestLog, due: datetime, *, urgent: bool) -> timedelta:
    """Return how long to wait after a request that didn't bring all that is due."""
    if asked.failed_attempts >= _ENDED_AFTER:
        return _ENDED_GAP
    gap = next(gap for limit, gap in _LATE_GAPS if asked.at - due < limit)
    if urgent:
        # Nothing known for now: try a few times in quick succession first, whatever the hour.
        tries = min(max(asked.failed_attempts, 1), 6)
        gap = min(gap, _ORDINARY_GAP * 2 ** (tries - 1))
    return gap


def _not_before(instant: datetime, asked: RequestLog | None) -> datetime:
    """Return an instant, or a later one if that would ask too soon after the last requests."""
    if asked is None:
        return instant
    wait = min(asked.retry_after or SHORTEST_GAP, _LONGEST_WAIT)
    thrifty = _THRIFTY_GAP if len(asked.recent) >= _MANY_REQUESTS else SHORTEST_GAP
    soonest = asked.at + max(wait, thrifty)
    if len(asked.recent) >= MOST_REQUESTS:
        soonest = max(soonest, asked.recent[-MOST_REQUESTS] + DAY)
    return max(instant, soonest)


def requests_left(asked: RequestLog | None, now: datetime) -> int:
    """Return how many more requests the 24 hours up to now may have."""
    return max(0, MOST_REQUESTS - len(_last_day(asked.recent, now))) if asked else MOST_REQUESTS


def _last_day(instants: Iterable[datetime], now: datetime) -> list[datetime]:
    """Return those of some instants that lie in the last 24 hours; one in the future is a clock's."""
    return [instant for instant in instants if now - DAY < instant <= now]


def _next_due(due: datetime) -> datetime:
    return _uk(due.astimezone(UK).date() + timedelta(days=1), _DUE)


def _uk(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, UK).astimezone(UTC)


def _fraction(seed: str, instant: datetime) -> float:
    """Return a number in [0, 1) that belongs to an installation and an instant."""
    digest = blake2b(f"{seed} {instant.isoformat()}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
