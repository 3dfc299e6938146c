"""What a charge has done and will do: its plan follows the prices until it starts, then stays put.

`replan` is a pure function of the settings, the prices, the time and the plan so far. It is called
whenever one of them changes, and whenever a session starts or ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from .blocks import Session, length_of, mean_price
from .need import LiveNeed, Need, next_minute
from .rates import Rates
from .slots import Mode, cheapest_sessions
from .windows import RepeatingWindow, Window

_NOTHING = timedelta(0)
HISTORY = timedelta(days=7)


class Status(StrEnum):
    """Where a plan stands."""

    WAITING_FOR_PRICES = "waiting_for_prices"
    PROVISIONAL = "provisional"
    PLANNED = "planned"
    CHARGING = "charging"
    FINISHED = "finished"
    IMPOSSIBLE = "impossible"
    OFF = "off"


class Reason(StrEnum):
    """Why a plan is impossible."""

    TOO_LATE = "too_late"
    WINDOW_TOO_SHORT = "window_too_short"
    PRICE_LIMIT = "price_limit"
    CHARGER_TAKEN = "charger_taken"
    NEED_UNKNOWN = "need_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a plan.

    `need` is None while it is unknown. `energy` is the energy requested in kWh, if any; `power` is
    what the charger draws in kW; `shortest_run` and `start_cost` (GBP per kW) apply to the mode
    `slots`; `price_limit` is in GBP/kWh.
    """

    need: Need | None
    window: RepeatingWindow
    energy: Decimal | None = None
    power: Decimal | None = None
    mode: Mode = Mode.BLOCK
    shortest_run: timedelta = _NOTHING
    start_cost: Decimal = Decimal(0)
    price_limit: Decimal | None = None
    enabled: bool = True

    def fits_its_window(self) -> bool:
        """Tell whether the window is long enough for the need on an ordinary day."""
        return self.need is None or self.need.duration <= self.window.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as it stands.

    `begun` are the sessions of `window` that have started, ended or not; `ahead` are those to come;
    `past` are the last week's sessions from earlier windows. `met` says that a live need was met in
    the window. It stays met until the next window, even if the reported charge level wavers.
    """

    status: Status
    window: Window
    begun: tuple[Session, ...] = ()
    ahead: tuple[Session, ...] = ()
    past: tuple[Session, ...] = ()
    met: bool = False
    reason: Reason | None = None

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All sessions of the window, in order."""
        return self.begun + self.ahead

    @property
    def end(self) -> datetime | None:
        """When the last session ends; None if nothing is planned."""
        return self.sessions[-1].end if self.sessions else None

    @property
    def duration(self) -> timedelta:
        """The total duration of all sessions."""
        return length_of(self.sessions)

    @property
    def mean_price(self) -> Decimal | None:
        """The time-weighted mean price of all sessions in GBP/kWh; None if any part is unknown."""
        return mean_price(self.sessions)

    def running(self, now: datetime) -> Session | None:
        """Return the session that is running at an instant, if any."""
        return next((session for session in self.begun if session.start <= now < session.end), None)

    def current_or_next(self, now: datetime) -> Session | None:
        """Return the current or next session, or else the last one."""
        coming = (session for session in self.sessions if session.end > now)
        return next(coming, self.sessions[-1] if self.sessions else None)

    def last_end(self, now: datetime) -> datetime | None:
        """Return when the last finished session ended; None if there was none in the past week."""
        ends = (session.end for session in self.past + self.begun if session.end <= now)
        return max(ends, default=None)

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next instant at which a session starts or ends."""
        edges = (edge for session in self.sessions for edge in (session.start, session.end))
        return min((edge for edge in edges if edge > now), default=None)


def replan(
    settings: Settings, rates: Rates, now: datetime, previous: Plan | None, taken: Iterable[Session] = ()
) -> Plan:
    """Return the plan that follows the previous one.

    Sessions that have started are never moved or dropped: only their end follows a changed need. All
    others are chosen again, so they are always the cheapest known now. `taken` are the
    sessions in which another plan uses the charger.
    """
    return _Planning(settings, rates, now, tuple(taken)).follow(previous)


@dataclass(frozen=True, slots=True)
class _Planning:
    """One round of planning: its inputs and its steps."""

    settings: Settings
    rates: Rates
    now: datetime
    taken: tuple[Session, ...]

    def follow(self, previous: Plan | None) -> Plan:
        """Return the plan that follows the previous one."""
        if previous is not None:
            ahead = tuple(session for session in previous.ahead if session.start > self.now)
            previous = replace(previous, begun=self._begun(previous), ahead=ahead)
            # A session may have started in the future if the clock was ahead at the time.
            if previous.begun and previous.begun[-1].start <= self.now < previous.begun[-1].end:
                if self.settings.enabled and not self._is_met(previous) and not self._is_taken:
                    return self._hold(previous)
                previous = self._stop(previous)
        base = self._base(previous)
        if not self.settings.enabled:
            return replace(base, status=Status.OFF)
        if self.settings.need is None:
            return replace(base, status=Status.IMPOSSIBLE, reason=Reason.NEED_UNKNOWN)
        if self._is_met(base):
            base = replace(base, met=base.met or bool(base.begun))
            following = self._following(base)
            return following if following.sessions else base
        plan = self._choose(base, self._remaining(base))
        if plan.reason is Reason.TOO_LATE and not self.settings.window.has_deadline:
            return self._following(base)
        return plan

    @property
    def _is_taken(self) -> bool:
        """Whether another plan uses the charger now: both were running when they began to share it."""
        return any(session.start <= self.now < session.end for session in self.taken)

    def _begun(self, previous: Plan) -> tuple[Session, ...]:
        """Return the started sessions, without any that came and went unnoticed."""
        started = (s for s in previous.ahead if s.start <= self.now < s.end)
        return previous.begun + tuple(started)

    def _base(self, previous: Plan | None) -> Plan:
        """Return a plan for the current or next window, with no sessions ahead yet."""
        window = self._window(previous)
        history = () if previous is None else previous.past + previous.begun
        kept = [session for session in history if session.end > self.now - HISTORY]
        begun = tuple(session for session in kept if session.start >= window.start)
        if previous is None or previous.window == window:
            met = previous is not None and previous.met
        else:
            # A plan that was already for a later window had finished with this one.
            met = bool(begun) and previous.window.start >= window.end
        return Plan(
            status=Status.FINISHED,
            window=window,
            begun=begun,
            past=tuple(session for session in kept if session.start < window.start),
            met=met,
        )

    def _window(self, previous: Plan | None) -> Window:
        """Return the current or next window, extended back to the first session that has started.

        A session can start before its window if the clock is set back; it still counts.
        """
        window = self.settings.window.current_or_next(self.now)
        if previous is not None and previous.begun and previous.window.end == window.end:
            start = min(previous.begun[0].start, window.start)
            return replace(window, start=start)
        return window

    def _following(self, base: Plan) -> Plan:
        """Return a plan for the window after a plan's own."""
        plan = Plan(
            status=Status.WAITING_FOR_PRICES,
            window=self.settings.window.current_or_next(base.window.end),
            past=base.past + base.begun,
        )
        need = self.settings.need
        assert need is not None
        duration = self._remaining(base) if isinstance(need, LiveNeed) else need.duration
        return self._choose(plan, duration) if duration > _NOTHING else plan

    def _remaining(self, plan: Plan) -> timedelta:
        """Return how much of the need is left after the sessions that have started."""
        assert self.settings.need is not None
        return self.settings.need.remaining(plan.begun, plan.window.start, self.now)

    def _is_met(self, plan: Plan) -> bool:
        if self.settings.need is None:
            return False
        is_live = isinstance(self.settings.need, LiveNeed)
        return (is_live and plan.met) or self._remaining(plan) <= _NOTHING

    def _stop(self, plan: Plan) -> Plan:
        """Return a plan whose running session ends now."""
        *before, running = plan.begun
        if running.start < self.now:
            before.append(self._priced(replace(running, end=self.now)))
        return replace(plan, begun=tuple(before), ahead=())

    def _hold(self, plan: Plan) -> Plan:
        """Return a plan whose current session runs on until the need is met or the window closes.

        In the mode `slots` it may pause where planned, and the rest is chosen again.
        """
        *before, running = plan.begun
        ahead: tuple[Session, ...] = ()
        need = self.settings.need
        if need is None:
            end, ahead = running.end, plan.ahead
        else:
            last = max(plan.window.end, running.end)
            without_pause = need.ends(self.now, self._remaining(plan))
            end = min(without_pause, last)
            if self.settings.mode is Mode.SLOTS and running.end < end:
                ahead = self._find(without_pause - running.end, running.end, plan.window.end)
                if ahead and ahead[0].start == running.end:
                    end, ahead = ahead[0].end, ahead[1:]
                elif ahead or self.settings.price_limit is not None:
                    end = running.end
        session = self._priced(replace(running, end=end))
        return replace(plan, status=Status.CHARGING, begun=(*before, session), ahead=ahead, reason=None)

    def _priced(self, session: Session) -> Session:
        """Return a session with its mean price from the rates, unchanged if they don't cover it."""
        mean = self.rates.mean(session.start, session.end)
        return replace(
            session, mean_price=session.mean_price if mean is None else mean, power=self.settings.power
        )

    def _choose(self, plan: Plan, duration: timedelta) -> Plan:
        """Return a plan with its sessions ahead, or with the reason why there are none."""
        window = plan.window
        start = max(next_minute(self.now), window.start)
        if start + duration > window.end:
            fits = window.start + duration <= window.end
            reason = Reason.TOO_LATE if fits else Reason.WINDOW_TOO_SHORT
            return replace(plan, status=Status.IMPOSSIBLE, reason=reason)
        sessions = self._find(duration, start, window.end)
        is_complete = _is_complete(self.rates, window, self.now)
        if sessions and sessions[0].start <= self.now:
            begun = (*plan.begun, sessions[0])
            return replace(plan, status=Status.CHARGING, begun=begun, ahead=sessions[1:])
        if sessions:
            status = Status.PLANNED if is_complete else Status.PROVISIONAL
            return replace(plan, status=status, ahead=sessions)
        if not is_complete:
            return replace(plan, status=Status.WAITING_FOR_PRICES)
        # With all prices known and enough time, only these two reasons remain.
        limited = self.settings.price_limit is not None
        reason = Reason.PRICE_LIMIT if limited else Reason.CHARGER_TAKEN
        return replace(plan, status=Status.IMPOSSIBLE, reason=reason)

    def _find(self, duration: timedelta, start: datetime, end: datetime) -> tuple[Session, ...]:
        """Return the cheapest sessions of a duration within `[start, end)`; none if none fit."""
        usable = self.rates.between(start, end)
        if self.settings.price_limit is not None:
            usable = usable.at_most(self.settings.price_limit)
        for session in self.taken:
            usable = usable.without(session.start, session.end)
        found = cheapest_sessions(
            usable,
            duration,
            start,
            end,
            mode=self.settings.mode,
            shortest_run=self.settings.shortest_run,
            start_cost=self.settings.start_cost,
        )
        return tuple(replace(session, power=self.settings.power) for session in found)


def _is_complete(rates: Rates, window: Window, now: datetime) -> bool:
    """Tell whether all prices are known for the rest of a window."""
    return rates.known_until(max(next_minute(now), window.start)) >= window.end


def energy_of(plan: Plan, settings: Settings) -> Decimal | None:
    """Return the energy of a plan in kWh: as requested, or what its sessions draw if they are shorter.

    None if it was never given, or if a live need has no sessions yet.
    """
    asked, need = settings.energy, settings.need
    runs_shorter = bool(plan.sessions) and need is not None and plan.duration < need.duration
    if asked is not None and not runs_shorter:
        return asked
    if settings.power is None or not (plan.sessions or plan.status is Status.FINISHED):
        return None
    return settings.power * Decimal(plan.duration / timedelta(hours=1))


def saving(plan: Plan, rates: Rates) -> Decimal | None:
    """Return what a plan saves, in GBP/kWh, compared with running as long from its window's start.

    None if the prices for that time aren't known.
    """
    if plan.mean_price is None:
        return None
    at_once = rates.mean(plan.window.start, plan.window.start + plan.duration)
    return None if at_once is None else at_once - plan.mean_price
