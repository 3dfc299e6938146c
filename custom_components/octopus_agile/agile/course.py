"""How a plan has fared so far: what has begun, what is left to charge, and whether it does any good."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .blocks import Session
from .need import FixedNeed, LiveNeed, Need
from .plan import Plan, Settings
from .rates import Rates
from .windows import Window

_NOTHING = timedelta(0)
# From one deadline to the next is a week at most, and an hour where the clocks go back.
HISTORY = timedelta(days=7, hours=1)
# A charger takes a while to react; shorter interruptions don't count.
_REACTION = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Course:
    """A look at plans at one time, with the settings and prices of that time."""

    settings: Settings
    rates: Rates
    now: datetime

    def brought_up(self, previous: Plan) -> Plan:
        """Return a plan with what has happened since: sessions begun, power lost, a level changed."""
        begun = previous.begun + tuple(
            each for each in previous.ahead if each.start <= self.now < each.end
        )
        ahead = tuple(each for each in previous.ahead if each.start > self.now)
        idle, idle_since = previous.idle, self.settings.idle_since
        if previous.idle_since is not None and idle_since is not None:
            idle_since = min(previous.idle_since, idle_since)
        elif previous.idle_since is not None:
            idle += self._idle(previous, previous.idle_since)
        idle = tuple(each for each in idle if each.end > self.now - HISTORY)
        need, stalled_at = self.settings.need, previous.stalled_at
        if stalled_at is not None and isinstance(need, LiveNeed) and need.changed_at >= stalled_at:
            stalled_at = None
        return replace(
            previous, begun=begun, ahead=ahead, idle=idle, idle_since=idle_since, stalled_at=stalled_at
        )

    def _idle(self, plan: Plan, since: datetime) -> tuple[Window, ...]:
        """Return the period without power that ends now; of a session's, none too short to count."""
        running = plan.running(self.now)
        start = self.now if running is None else running.start
        end = start if self.now - max(start, since) < _REACTION else self.now
        return (Window(since, end),) if since < end else ()

    def is_boost_unfinished(self, plan: Plan) -> bool:
        """Tell whether a boost goes on: until the need is met, or to its end if it does no good."""
        if plan.stalled_at is not None or self.settings.idle_since is not None:
            return plan.running(self.now) is not None
        return self.settings.need is None or self.remaining(plan) > _NOTHING

    def judged(self, plan: Plan) -> tuple[Need | None, Plan]:
        """Return what is needed, and the plan, with what its runs say about whether it does any good.

        A battery that should have risen and hasn't is full if it rose before and is near its target.
        Otherwise the charge has stalled.
        """
        need = self.settings.need
        since = self._tries_since(plan, need) if isinstance(need, LiveNeed) else None
        if not isinstance(need, LiveNeed) or since is None or not need.seems_stuck(plan.runs, since):
            return need, plan
        running = plan.running(self.now)
        has_risen = running is not None and need.rose_at is not None and need.rose_at >= running.start
        if has_risen and need.is_near:
            return replace(need, duration=_NOTHING, has_limit=True), plan
        if plan.stalled_at is not None:
            # One try more is enough; when the level changes, the plan goes on.
            return need, self.stop(plan)
        return need, replace(plan, stalled_at=self.now) if need.is_stuck(plan.runs, since) else plan

    def _tries_since(self, plan: Plan, need: LiveNeed) -> datetime | None:
        """Return since when a charge tries to raise the level, None if it doesn't after a stall."""
        if plan.stalled_at is None:
            return plan.void_until or need.changed_at
        running = plan.running(self.now)
        return running.start if running is not None and running.start > plan.stalled_at else None

    def remaining(self, plan: Plan) -> timedelta:
        """Return how much of the need is left."""
        need = self.settings.need
        assert need is not None
        if isinstance(need, LiveNeed) and need.measured is None:
            if plan.stalled_at is not None:
                return need.duration
            if plan.void_until is not None:
                need = replace(need, changed_at=max(need.changed_at, plan.void_until))
        return need.remaining(plan.runs, plan.window.start, self.now)

    @staticmethod
    def least(need: FixedNeed | LiveNeed) -> timedelta:
        """Return how little is nothing to begin anew for: a meter lags behind its charger."""
        is_measured = isinstance(need, LiveNeed) and need.measured
        return _REACTION if is_measured else _NOTHING

    def stop(self, previous: Plan) -> Plan:
        """Return a plan whose running session, if there is one, ends now."""
        if previous.running(self.now) is None:
            return previous
        *before, running = previous.begun
        if running.start < self.now:
            before.append(self.priced(replace(running, end=self.now)))
        return replace(previous, begun=tuple(before), ahead=())

    def priced(self, session: Session) -> Session:
        """Return a session with its mean price and power, unchanged where they aren't known any more."""
        mean, power = self.rates.mean(session.start, session.end), self.settings.power
        return replace(
            session,
            mean_price=session.mean_price if mean is None else mean,
            power=session.power if power is None else power,
        )
