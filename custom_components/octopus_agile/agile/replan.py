"""Plans a charge anew: it follows the prices until it starts, and what a battery needs until it is met.

`replan` is a pure function of the settings, the prices, the time and the plan so far. It is called
whenever one of them changes, and whenever a session starts or ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .blocks import Session, length_of
from .fit import fitting, unknown
from .need import FixedNeed, LiveNeed, next_minute
from .plan import Plan, Reason, Settings, Status
from .rates import Rates
from .slots import Mode
from .windows import Window

_NOTHING = timedelta(0)
_HOUR = timedelta(hours=1)
_HISTORY = timedelta(days=7)
# A charger takes a while to react; shorter interruptions don't count.
_REACTION = timedelta(minutes=2)
_BLINK = timedelta(minutes=3)


def replan(
    settings: Settings, rates: Rates, now: datetime, previous: Plan | None, taken: Iterable[Session] = ()
) -> Plan:
    """Return the plan that follows the previous one.

    Sessions that have started are never moved or dropped: only their end follows a changed need. All
    others are chosen again, so they are always the cheapest known now. What doesn't fit any more falls
    short; what fits is charged. `taken` are the sessions in which another plan uses the charger.
    """
    planning = _Planning(settings, rates, now, tuple(taken))
    if previous is None:
        return planning.follow(None)
    previous = planning.brought_up(previous)
    if previous.boosted and not (settings.boost and planning.is_boost_unfinished(previous)):
        planning = replace(planning, settings=replace(settings, boost=False))
        previous = replace(planning.stop(previous), boosted=False)
    elif settings.boost and not previous.boosted and previous.stalled_at is not None:
        # Somebody has seen it, and wants another try.
        previous = replace(previous, stalled_at=None, void_until=now)
    need = settings.need
    if isinstance(need, LiveNeed) and planning.is_stuck(previous, need):
        running = previous.running(now)
        has_risen = running is not None and need.rose_at is not None and need.rose_at >= running.start
        if has_risen and need.is_near:
            full = replace(need, duration=_NOTHING, has_limit=True)
            planning = replace(planning, settings=replace(planning.settings, need=full))
        elif previous.stalled_at is None:
            previous = replace(previous, stalled_at=now)
        else:
            previous = planning.stop(previous)
    return planning.follow(previous)


def left_to_charge(settings: Settings, plan: Plan, now: datetime) -> timedelta:
    """Return how much is left to charge in the current window, zero if that isn't known."""
    if settings.need is None:
        return _NOTHING
    planning = _Planning(settings, Rates(()), now, ())
    return planning.remaining(planning.base(plan))


@dataclass(frozen=True, slots=True)
class _Planning:
    """One round of planning: its inputs and its steps."""

    settings: Settings
    rates: Rates
    now: datetime
    taken: tuple[Session, ...]

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
        idle = tuple(each for each in idle if each.end > self.now - _HISTORY)
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
        """Tell whether a boost goes on: until the need is met, or to its end if the level stays."""
        if plan.stalled_at is not None:
            return plan.running(self.now) is not None
        return self.settings.need is None or self.remaining(plan) > _NOTHING

    def is_stuck(self, plan: Plan, need: LiveNeed) -> bool:
        """Tell whether the level must have changed by now, and hasn't."""
        if plan.stalled_at is None:
            return need.is_stuck(plan.runs, plan.void_until or need.changed_at)
        running = plan.running(self.now)
        if running is None or running.start <= plan.stalled_at:
            return False
        return need.is_stuck(plan.runs, running.start)

    def follow(self, previous: Plan | None) -> Plan:
        """Return the plan that follows the previous one."""
        # A session may have started in the future if the clock was ahead at the time.
        if previous is not None and previous.begun and previous.begun[-1] == previous.running(self.now):
            if self._goes_on(previous):
                return self._hold(previous)
            previous = self.stop(previous)
        base = self.base(previous)
        need = self.settings.need
        nothing = isinstance(need, FixedNeed) and need.duration <= _NOTHING
        if nothing or not (self.settings.enabled or self.settings.boost):
            reason = Reason.NOTHING_TO_CHARGE if nothing else None
            return replace(base, status=Status.OFF, reason=reason, since=None)
        if need is None:
            return replace(base, status=Status.IMPOSSIBLE, reason=Reason.NEED_UNKNOWN, since=None)
        remaining = self.remaining(base)
        if remaining <= self._least(need):
            # What it needs from now on is something new.
            base = replace(base, since=None)
            following = self._following(base)
            return following if following.sessions else base
        if self._waits_for_the_next(base.window, remaining):
            return self._following(base)
        return self._at_once(base, remaining) if self.settings.boost else self._choose(base, remaining)

    def _goes_on(self, plan: Plan) -> bool:
        """Tell whether a running session goes on."""
        if self.settings.need is not None and self.remaining(plan) <= _NOTHING:
            return False
        # Both were running when they began to share a charger.
        taken = any(session.start <= self.now < session.end for session in self.taken)
        return self.settings.boost or (self.settings.enabled and not taken)

    @staticmethod
    def _least(need: FixedNeed | LiveNeed) -> timedelta:
        """Return how little is nothing to begin anew for: a meter lags behind its charger."""
        is_measured = isinstance(need, LiveNeed) and need.measured
        return _REACTION if is_measured else _NOTHING

    def base(self, previous: Plan | None) -> Plan:
        """Return a plan for the current or next window, with no sessions ahead yet."""
        window = self._window(previous)
        need = self.settings.need
        limited = isinstance(need, LiveNeed) and need.has_limit
        reason = Reason.LIMIT_OF_THE_CAR if limited else None
        if previous is None:
            return Plan(status=Status.FINISHED, window=window, reason=reason)
        history = previous.past + previous.begun
        kept = [session for session in history if session.end > self.now - _HISTORY]
        base = replace(
            previous,
            status=Status.FINISHED,
            window=window,
            begun=tuple(session for session in kept if session.start >= window.start),
            ahead=(),
            past=tuple(session for session in kept if session.start < window.start),
            reason=reason,
            shortfall=_NOTHING,
            boosted=False,
        )
        if previous.window.end == window.end:
            return base
        void = previous.void_until if previous.stalled_at is None else self.now
        return replace(base, since=None, stalled_at=None, void_until=void)

    def _window(self, previous: Plan | None) -> Window:
        """Return the current or next window, extended back to the first session that has started.

        A session can start before its window if the clock is set back, or at somebody's wish; it counts.
        """
        window = self.settings.window.current_or_next(self.now)
        if previous is not None and previous.begun and previous.window.end == window.end:
            start = min(previous.begun[0].start, window.start)
            return replace(window, start=start)
        return window

    def _following(self, base: Plan) -> Plan:
        """Return a plan for the window after a plan's own."""
        plan = replace(
            base,
            status=Status.WAITING_FOR_PRICES,
            window=self.settings.window.current_or_next(base.window.end),
            begun=(),
            past=base.past + base.begun,
            since=None,
            reason=None,
        )
        need = self.settings.need
        assert need is not None
        duration = self.remaining(base) if isinstance(need, LiveNeed) else need.duration
        return self._choose(plan, duration) if duration > self._least(need) else plan

    def _waits_for_the_next(self, window: Window, remaining: timedelta) -> bool:
        """Tell whether a charge that has missed its window, but has no deadline, waits for the next."""
        fits = window.start + remaining <= window.end
        is_late = self._start(window) + remaining > window.end
        return fits and is_late and not (self.settings.window.has_deadline or self.settings.boost)

    def _start(self, window: Window) -> datetime:
        """Return when the next session in a window can start."""
        return max(next_minute(self.now), window.start)

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

    def stop(self, previous: Plan) -> Plan:
        """Return a plan whose running session, if there is one, ends now."""
        if previous.running(self.now) is None:
            return previous
        *before, running = previous.begun
        if running.start < self.now:
            before.append(self._priced(replace(running, end=self.now)))
        return replace(previous, begun=tuple(before), ahead=())

    def _at_once(self, plan: Plan, remaining: timedelta) -> Plan:
        """Return a plan that charges now, whatever the price."""
        assert self.settings.need is not None
        end = self.settings.need.ends(self.now, remaining)
        session = self._priced(Session(self.now, end, None))
        since = plan.since or self.now
        begun = (*plan.begun, session)
        # What runs before the window counts in it.
        window = replace(plan.window, start=min(plan.window.start, self.now))
        return replace(
            plan, status=Status.CHARGING, window=window, begun=begun, since=since, boosted=True
        )

    def _hold(self, previous: Plan) -> Plan:
        """Return a plan whose current session runs on until the need is met or the window closes.

        Where it may pause, or no power flows, the rest is chosen again.
        """
        *before, running = previous.begun
        plan = replace(previous, reason=None, shortfall=_NOTHING)
        end, ahead = running.end, previous.ahead
        need = self.settings.need
        if need is not None and previous.stalled_at is not None:
            ahead = ()
        elif need is not None:
            end, ahead, missing = self._rest(previous, running)
            if missing > _NOTHING:
                why = self._why(plan.window, running.start, length_of(previous.begun) + missing)
                plan = replace(plan, shortfall=missing, reason=why)
        status = Status.CHARGING if previous.stalled_at is None else Status.STALLED
        session = self._priced(replace(running, end=end))
        begun = (*before, session)
        return replace(plan, status=status, begun=begun, ahead=ahead, boosted=self.settings.boost)

    def _rest(self, plan: Plan, running: Session) -> tuple[datetime, tuple[Session, ...], timedelta]:
        """Return when a running session ends, the sessions after it, and how much doesn't fit."""
        need, is_idle = self.settings.need, self.settings.idle_since is not None
        assert need is not None
        without_pause = need.ends(self.now, self.remaining(plan))
        if self.settings.boost:
            return without_pause, (), _NOTHING
        last = max(plan.window.end, running.end)
        has_limit = self.settings.price_limit is not None
        may_pause = self.settings.mode is Mode.SLOTS or is_idle or has_limit
        if not may_pause or without_pause <= running.end:
            return min(without_pause, last), (), max(without_pause - last, _NOTHING)
        ahead, missing = self._fit(without_pause - running.end, running.end, plan.window.end)
        if ahead and ahead[0].start == running.end:
            return ahead[0].end, ahead[1:], missing
        if ahead or is_idle or has_limit:
            return running.end, ahead, missing
        return min(without_pause, last), (), max(without_pause - last, _NOTHING)

    def _priced(self, session: Session) -> Session:
        """Return a session with its mean price and power, unchanged where they aren't known any more."""
        mean, power = self.rates.mean(session.start, session.end), self.settings.power
        return replace(
            session,
            mean_price=session.mean_price if mean is None else mean,
            power=session.power if power is None else power,
        )

    def _choose(self, plan: Plan, duration: timedelta) -> Plan:
        """Return a plan with its sessions ahead, or with the reason why there are none."""
        window, start = plan.window, self._start(plan.window)
        plan = replace(plan, since=plan.since or start)
        stalled = plan.stalled_at
        if stalled is not None and any(session.start > stalled for session in plan.begun):
            # Trying again didn't help.
            return replace(plan, status=Status.STALLED)
        sessions, missing = self._fit(duration, start, window.end)
        if stalled is not None and start < stalled + _HOUR:
            # Not at once if it fits later as well: whatever is wrong takes a while to pass.
            later, lost = self._fit(duration, stalled + _HOUR, window.end)
            sessions = later if lost <= missing else sessions
        if missing > _NOTHING:
            why = self._why(window, start, duration)
            plan = replace(plan, shortfall=missing, reason=why)
        is_complete = not unknown(self.rates, start, window.end)
        if not sessions:
            status = Status.IMPOSSIBLE if is_complete else Status.WAITING_FOR_PRICES
        elif sessions[0].start <= self.now:
            plan = replace(plan, begun=(*plan.begun, sessions[0]))
            sessions, status = sessions[1:], Status.CHARGING
        else:
            status = Status.PLANNED if is_complete else Status.PROVISIONAL
        return replace(plan, status=status if stalled is None else Status.STALLED, ahead=sessions)

    def _why(self, window: Window, start: datetime, duration: timedelta) -> Reason:
        """Return why a duration doesn't fit although all prices are known."""
        if window.start + duration > window.end:
            return Reason.WINDOW_TOO_SHORT
        if start + duration > window.end:
            return Reason.TOO_LATE
        limited = self.settings.price_limit is not None
        return Reason.PRICE_LIMIT if limited else Reason.CHARGER_TAKEN

    def _fit(
        self, duration: timedelta, start: datetime, end: datetime
    ) -> tuple[tuple[Session, ...], timedelta]:
        """Return the cheapest sessions in `[start, end)` for a duration, and how much doesn't fit."""
        found, missing = fitting(self.settings, self.rates, self.taken, duration, Window(start, end))
        if isinstance(self.settings.need, LiveNeed) and length_of(found) > _BLINK:
            # What a battery needs is never known to the minute: nothing to begin for beside the rest.
            found = tuple(each for each in found if each.duration > _BLINK)
        return found, missing
