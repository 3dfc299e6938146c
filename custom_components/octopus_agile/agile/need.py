"""How much a charge needs: a fixed time in each window, or what a battery still needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .blocks import Session

_NOTHING = timedelta(0)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FixedNeed:
    """A need to run for `duration` in each window."""

    duration: timedelta

    def remaining(self, sessions: Iterable[Session], opens: datetime, now: datetime) -> timedelta:
        """Return how long is left to run in the window that opens at `opens`, given its sessions."""
        return self.duration - _time_run(sessions, opens, now)

    def ends(self, now: datetime, remaining: timedelta) -> datetime:
        """Return when the remaining time ends if it runs from now on."""
        return now + remaining


@dataclass(frozen=True, slots=True)
class LiveNeed:
    """The charging time a battery needed when it last reported."""

    duration: timedelta
    heard_at: datetime

    def remaining(self, sessions: Iterable[Session], opens: datetime, now: datetime) -> timedelta:
        """Return how long is left to run, less what has run since the battery last reported."""
        return self.duration - _time_run(sessions, self.heard_at, now)

    def ends(self, now: datetime, remaining: timedelta) -> datetime:
        """Return when the remaining time ends, at a whole minute so that reports move it less."""
        return next_minute(now + remaining)


type Need = FixedNeed | LiveNeed


def _time_run(sessions: Iterable[Session], since: datetime, now: datetime) -> timedelta:
    ran = (max(min(each.end, now) - max(each.start, since), _NOTHING) for each in sessions)
    return sum(ran, _NOTHING)


def next_minute(now: datetime) -> datetime:
    """Return the first whole minute that isn't past, so that plans start at readable times."""
    whole = now.replace(second=0, microsecond=0)
    return whole if whole == now else whole + _MINUTE
