"""How much a charge needs: a fixed time in each window, or what a battery still needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .blocks import Session
from .clock import next_minute
from .windows import Window

_NOTHING = timedelta(0)
# What a charger takes to react is nothing to charge a minute longer for.
MOMENT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Runs:
    """When a charge has run: its sessions, less the `idle` periods in which no power could flow."""

    sessions: tuple[Session, ...] = ()
    idle: tuple[Window, ...] = ()

    def time(self, since: datetime, until: datetime) -> timedelta:
        """Return how long power could flow between two instants."""
        total = _NOTHING
        for session in self.sessions:
            start, end = max(session.start, since), min(session.end, until)
            if start < end:
                lost = (max(min(each.end, end) - max(each.start, start), _NOTHING) for each in self.idle)
                total += end - start - sum(lost, _NOTHING)
        return total


@dataclass(frozen=True, slots=True)
class FixedNeed:
    """A need to run for `duration` in each window."""

    duration: timedelta

    def remaining(self, runs: Runs, opens: datetime, now: datetime) -> timedelta:
        """Return how long is left to run in the window that opens at `opens`."""
        return self.duration - runs.time(opens, now)

    def ends(self, now: datetime, remaining: timedelta) -> datetime:
        """Return when the remaining time ends if it runs from now on."""
        return now + remaining


@dataclass(frozen=True, slots=True)
class LiveNeed:
    """What a battery still needs, as its level says.

    `duration` is how long the charge took from the level reported at `changed_at`, zero if the battery
    has enough. `measured` is how much of that a meter says was delivered since, None without one.
    `heard_at` is when a report last repeated the level; by then it should have changed if the charge had
    run for `noticeable`, but an old level may be repeated for as long as `repeats`. `rose_at` is when it
    last rose, None if it last fell. `is_near` says that it is at most 10 points below the target,
    `has_limit` that the battery took no more.
    """

    duration: timedelta
    changed_at: datetime
    measured: timedelta | None = None
    heard_at: datetime | None = None
    noticeable: timedelta = timedelta.max
    repeats: timedelta = _NOTHING
    rose_at: datetime | None = None
    is_near: bool = False
    has_limit: bool = False

    def remaining(self, runs: Runs, opens: datetime, now: datetime) -> timedelta:
        """Return how long is left to run, less what was delivered since the level last changed."""
        delivered = runs.time(self.changed_at, now) if self.measured is None else self.measured
        left = self.duration - delivered
        return left if left > MOMENT else _NOTHING

    def ends(self, now: datetime, remaining: timedelta) -> datetime:
        """Return when the remaining time ends, at a whole minute so that reports move it less."""
        return next_minute(now + remaining - MOMENT)

    def seems_stuck(self, runs: Runs, since: datetime) -> bool:
        """Tell whether the level should have changed in what has run since an instant, but hasn't."""
        return self._ran(runs, since, _NOTHING) >= self.noticeable

    def is_stuck(self, runs: Runs, since: datetime) -> bool:
        """Tell whether it must have changed, even if an old level was repeated."""
        ran = self._ran(runs, since, _NOTHING)
        return ran >= max(self.noticeable, self.repeats) or (
            self._ran(runs, since, self.repeats) >= self.noticeable
        )

    def _ran(self, runs: Runs, since: datetime, before: timedelta) -> timedelta:
        """Return how long it has run since an instant, until so long before the level was repeated."""
        if self.heard_at is None or self.duration <= _NOTHING:
            return _NOTHING
        return runs.time(max(since, self.changed_at), self.heard_at - before)


type Need = FixedNeed | LiveNeed
