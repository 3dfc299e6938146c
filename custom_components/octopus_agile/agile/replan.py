"""Plans a charge anew: it follows the prices until it starts, and what a battery needs until it is met.

`replan` is a pure function of the settings, the prices, the time and the plan so far. It is called
whenever one of them changes, and whenever a session starts or ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .blocks import Session, length_of, mean_price
from .clock import next_minute
from .course import HISTORY
from .deadline import Dividing, Share
from .fit import unknown
from .need import MOMENT, FixedNeed, LiveNeed
from .plan import Plan, Reason, Settings, Status
from .rates import Rates
from .slots import Mode
from .windows import Window

_NOTHING = timedelta(0)
_HOUR = timedelta(hours=1)


def replan(
    settings: Settings,
    rates: Rates,
    now: datetime,
    previous: Plan | None,
    taken: Iterable[Session] = (),
) -> Plan:
    """Return the plan that follows the previous one.

    Sessions that have started are never moved or dropped, unless nothing could flow before the plug went
    in: only their end follows a changed need. All others are chosen again, so they are always the
    cheapest known now. What fits is charged. `taken` are the sessions in which another plan charges.
    """
    planning = _Planning(settings, rates, now, tuple(taken))
    if previous is None:
        return planning.follow(None)
    previous = planning.brought_up(previous)
    if previous.boosted and not (settings.boost and planning.is_boost_unfinished(previous)):
        planning = replace(planning, settings=replace(settings, boost=False))
        previous = replace(planning.stop(previous), boosted=False)
    elif (settings.boost and not previous.boosted) or settings.just_plugged_in:
        # Somebody has seen it, and wants another try.
        previous = previous if previous.stalled_at is None else previous.tried_anew(now)
    if settings.just_plugged_in and (anew := planning.anew(previous)) is not None:
        return anew
    need, previous = planning.judged(previous)
    planning = replace(planning, settings=replace(planning.settings, need=need))
    return planning.follow(previous)


def left_to_charge(settings: Settings, plan: Plan, now: datetime) -> timedelta:
    """Return how much is left to charge in the current window, zero if that isn't known."""
    if settings.need is None:
        return _NOTHING
    planning = _Planning(settings, Rates(()), now, ())
    return planning.remaining(planning.base(plan))


def for_minimum(
    settings: Settings, rates: Rates, now: datetime, plan: Plan, until: datetime
) -> tuple[Session, ...]:
    """Return when a plan would best charge its minimum, if that has to be there before `until`."""
    return _Planning(settings, rates, now, ()).for_minimum(plan, until)


@dataclass(frozen=True, slots=True)
class _Planning(Dividing):
    """One round of planning: its inputs and its steps."""

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
        if remaining <= self.least(need):
            # What it needs from now on is something new.
            base = replace(base, since=None, waiting=None)
            following = self._following(base)
            return following if following.sessions else base
        if self._waits_for_the_next(base.window, remaining):
            return self._following(base)
        return self._at_once(base, remaining) if self.settings.boost else self._choose(base, remaining)

    def anew(self, previous: Plan) -> Plan | None:
        """Return a plan that waits for a better time if nothing could flow in its running session."""
        running, idle_since = previous.running(self.now), previous.idle_since
        if running is None or idle_since is None or idle_since > running.start or previous.boosted:
            return None
        plan = self.follow(replace(previous, begun=previous.begun[:-1]))
        is_later = bool(plan.ahead) and plan.ahead[0].start > next_minute(self.now)
        return plan if is_later and plan.running(self.now) is None else None

    def _goes_on(self, plan: Plan) -> bool:
        """Tell whether a running session goes on."""
        if self.settings.need is not None and self.remaining(plan) <= _NOTHING:
            return False
        # Both were running when they began to share a charger.
        taken = any(session.start <= self.now < session.end for session in self.taken)
        return self.settings.boost or (self.settings.enabled and not taken)

    def base(self, previous: Plan | None) -> Plan:
        """Return a plan for the current or next window, with no sessions ahead yet."""
        window = self._window(previous)
        need = self.settings.need
        limited = isinstance(need, LiveNeed) and need.has_limit
        reason = Reason.LIMIT_OF_THE_CAR if limited else None
        if previous is None:
            return Plan(status=Status.FINISHED, window=window, reason=reason)
        history = previous.past + previous.begun
        kept = [session for session in history if session.end > self.now - HISTORY]
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
        is_same, stalled = previous.window.end == window.end, previous.stalled_at
        if stalled is not None and not (is_same and self.now < self.settings.window.closing(stalled)):
            # Another night, another try.
            base = base.tried_anew(self.now)
        return base if is_same else replace(base, since=None, waiting=None)

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
        return self._choose(plan, duration) if duration > self.least(need) else plan

    def _waits_for_the_next(self, window: Window, remaining: timedelta) -> bool:
        """Tell whether a charge that has missed its window, but has no deadline, waits for the next."""
        fits = window.start + remaining <= window.end
        is_late = self._start(window) + remaining > window.end
        return fits and is_late and not (self.settings.window.has_deadline or self.settings.boost)

    def _start(self, window: Window) -> datetime:
        """Return when the next session in a window can start."""
        return max(next_minute(self.now), window.start)

    def _at_once(self, plan: Plan, remaining: timedelta) -> Plan:
        """Return a plan that charges now, whatever the price."""
        assert self.settings.need is not None
        end = self.settings.need.ends(self.now, remaining)
        session = self.priced(Session(self.now, end, None))
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
            share = self.share(
                plan, self.remaining(plan), running.end, max(running.end - self.now, _NOTHING)
            )
            plan = share.plan
            end, ahead, missing = self._rest(share, running)
            wanted = length_of(previous.begun) + missing
            rest = (replace(running, start=self.now, end=max(end, self.now)), *ahead)
            plan = self._with_shortfall(plan, missing, running.start, wanted, rest)
        status = Status.CHARGING if previous.stalled_at is None else Status.STALLED
        session = self.priced(replace(running, end=end))
        begun = (*before, session)
        return replace(plan, status=status, begun=begun, ahead=ahead, boosted=self.settings.boost)

    def _rest(self, share: Share, running: Session) -> tuple[datetime, tuple[Session, ...], timedelta]:
        """Return when a running session ends, the sessions after it, and how much doesn't fit."""
        need, is_idle = self.settings.need, self.settings.idle_since is not None
        assert need is not None
        without_pause = need.ends(self.now, share.now)
        if self.settings.boost:
            return running.end if is_idle else without_pause, (), _NOTHING
        closes = max(self.closes(share, running.start), running.end)
        # Not into time whose price nobody knows yet: what is left then is planned when it's known.
        last = max(min(closes, self.rates.known_until(running.end)), running.end)
        has_limit = self.settings.price_limit is not None
        may_pause = self.settings.mode is Mode.SLOTS or is_idle or has_limit
        over = max(without_pause - last - unknown(self.rates, last, closes), _NOTHING)
        over = over if share.is_last else share.short
        if not may_pause or without_pause <= running.end:
            return min(without_pause, last), (), over
        rest = without_pause - running.end
        ahead, missing = self.fit(share.plan, rest, running.end, share.until)
        missing = missing if share.is_last else share.short
        if ahead and ahead[0].start == running.end:
            return ahead[0].end, ahead[1:], missing
        if ahead or is_idle or has_limit:
            return running.end, ahead, missing
        return min(without_pause, last), (), over

    def _choose(self, plan: Plan, duration: timedelta) -> Plan:
        """Return a plan with its sessions ahead, or with the reason why there are none."""
        window, start, stalled = plan.window, self._start(plan.window), plan.stalled_at
        plan = replace(plan, since=plan.since or start)
        ended = self._just_ended(plan)
        start = start if ended is None else ended.end
        if stalled is not None and any(session.start > stalled for session in plan.begun):
            # Trying again didn't help.
            return replace(plan, status=Status.STALLED)
        share, sessions, missing = self.placed(plan, duration, start)
        plan = share.plan
        if stalled is not None and start < stalled + _HOUR:
            # Not at once if it fits later as well: whatever is wrong takes a while to pass.
            later, lost = self.fit(plan, share.now, stalled + _HOUR, share.until)
            sessions = later if lost <= missing else sessions
        plan = self._with_shortfall(plan, missing, start, duration, sessions)
        is_complete = share.is_settled and not unknown(self.rates, start, share.until)
        if not sessions and share.waits:
            status = Status.DEFERRED if share.is_deferred else Status.WAITING_FOR_PRICES
        elif not sessions:
            has_run = plan.runs.time(window.start, self.now) > _NOTHING
            over = Status.FINISHED if has_run else Status.IMPOSSIBLE
            status = over if is_complete else Status.WAITING_FOR_PRICES
        elif sessions[0].start <= self.now:
            begun = self._begun(plan.begun, sessions[0], ended)
            plan, sessions, status = replace(plan, begun=begun), sessions[1:], Status.CHARGING
        else:
            status = Status.PLANNED if is_complete else Status.PROVISIONAL
        return replace(plan, status=status if stalled is None else Status.STALLED, ahead=sessions)

    @staticmethod
    def _begun(
        before: tuple[Session, ...], session: Session, ended: Session | None
    ) -> tuple[Session, ...]:
        """Return what has begun with one more session; one that goes on without a break is the same."""
        if ended is None:
            return (*before, session)
        mean = mean_price((ended, session))
        return (*before[:-1], replace(session, start=ended.start, mean_price=mean))

    def _just_ended(self, plan: Plan) -> Session | None:
        """Return the session that has ended this very moment, None if none has.

        What still lacks something then, by its meter, goes on without a break.
        """
        need = self.settings.need
        is_metered = isinstance(need, LiveNeed) and need.measured is not None
        if not (is_metered and plan.begun) or plan.stalled_at is not None or plan.idle_since is not None:
            return None
        last = plan.begun[-1]
        return last if last.end <= self.now < last.end + MOMENT else None

    def _with_shortfall(
        self,
        plan: Plan,
        missing: timedelta,
        start: datetime,
        duration: timedelta,
        ahead: tuple[Session, ...],
    ) -> Plan:
        """Return a plan that says what of a duration finds no time, or else what of its minimum."""
        window = plan.window
        if missing <= _NOTHING and not self.settings.boost:
            start = max(start, self.now)
            window, duration, missing = self.short_of_minimum(plan, ahead, start)
        if missing <= _NOTHING:
            return plan
        return replace(plan, shortfall=missing, reason=self._why(window, start, duration))

    def _why(self, window: Window, start: datetime, duration: timedelta) -> Reason:
        """Return why a duration doesn't fit although all prices are known."""
        room = self.settings.window.room
        if duration > room(window.start, window.end):
            return Reason.WINDOW_TOO_SHORT
        if duration > room(start, window.end):
            return Reason.TOO_LATE
        limited = self.settings.price_limit is not None
        return Reason.PRICE_LIMIT if limited else Reason.CHARGER_TAKEN
