"""A home that asks for prices when it is told to, and servers that publish as a test wants."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from custom_components.octopus_agile.agile.publication import RequestLog, next_request
from tests.agile.series import HOUR, MINUTE, local
from tests.octopus import UK

DAY = 24 * HOUR


@dataclass(frozen=True)
class Down:
    """What a server in trouble says: nothing, or how long to leave it alone."""

    retry_after: timedelta | None = None


# What the API answers at an instant: how far its prices reach, or that it is down.
type Server = Callable[[datetime], datetime | Down]


def publishing_at(clock: time | None, besides: dict[date, time | None] | None = None) -> Server:
    """Return a server that publishes at the same time every day but for some; None is never."""

    def reach(now: datetime) -> datetime | Down:
        day = now.astimezone(UK).date() + timedelta(days=1)
        while True:
            # The prices of a day come on the eve.
            eve = day - timedelta(days=1)
            at = (besides or {}).get(eve, clock)
            if at is not None and datetime.combine(eve, at, UK) <= now:
                return local(day, "23:00")
            if day.year < 2026:
                return local(day, "23:00")
            day = eve

    return reach


@dataclass
class Home:
    """An installation that asks when it is told to, and wakes every half hour besides."""

    server: Server
    now: datetime
    known_until: datetime | None = None
    seed: str = "a home"
    asked: RequestLog | None = None
    requests: list[datetime] = field(default_factory=list)
    # When prices came that weren't known before.
    shown: list[datetime] = field(default_factory=list)

    def next(self) -> datetime:
        known = self.now if self.known_until is None else max(self.now, self.known_until)
        return next_request(self.now, known, self.asked, self.seed)

    def live_until(self, end: datetime) -> Home:
        while True:
            at = self.next()
            if at <= self.now:
                self._ask()
                continue
            wake = (
                self.now.replace(minute=self.now.minute // 30 * 30, second=0, microsecond=0) + 30 * MINUTE
            )
            self.now = min(at, wake)
            if self.now >= end:
                self.now = end
                return self

    def _ask(self) -> None:
        self.requests.append(self.now)
        self.asked = RequestLog.after_request(self.asked, self.now)
        match self.server(self.now):
            case Down(retry_after):
                self.asked = replace(self.asked, retry_after=retry_after)
            case reach if self.known_until is None or reach > self.known_until:
                self.known_until = reach
                self.shown.append(self.now)
                self.asked = replace(self.asked, failed_attempts=0)

    def requests_between(self, start: datetime, end: datetime) -> list[datetime]:
        return [at for at in self.requests if start <= at < end]


def settled_home(server: Server, day: date, seed: str = "a home") -> Home:
    """Return a home that got the prices of a day on its eve, at midnight of that day."""
    eve = local(day - timedelta(days=1), "16:03")
    return Home(server, local(day, "00:00"), local(day, "23:00"), seed, RequestLog(eve))


def assert_polite(home: Home) -> None:
    """Never two requests within five minutes, never more than 60 within a day."""
    requests = home.requests
    gaps = [after - before for before, after in pairwise(requests)]
    assert all(gap >= 5 * MINUTE for gap in gaps)
    for first, last in zip(requests, requests[60:], strict=False):
        assert last - first >= DAY


def one_day(publishes: str | None, day: date = date(2026, 11, 23), seed: str = "a home") -> Home:
    """Return a home after a day and night, from midnight to noon of the next day."""
    clock = None if publishes is None else time.fromisoformat(publishes)
    home = settled_home(publishing_at(time(16, 5), {day: clock}), day, seed)
    return home.live_until(local(day + timedelta(days=1), "12:00"))


SEEDS = [f"home {number}" for number in range(40)]
CLOCK_CHANGES = [date(2026, 3, 29), date(2026, 10, 25)]
