"""A charge's plan as it stands: its settings, its sessions, and what they cost and save."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from .blocks import Session, length_of, mean_price
from .need import Need, Runs
from .rates import Rates
from .slots import Mode
from .tariffs import Direction
from .waiting import Waiting
from .windows import Deadlines, RepeatingWindow, Window

_NOTHING = timedelta(0)


class Status(StrEnum):
    """Where a plan stands."""

    WAITING_FOR_PRICES = "waiting_for_prices"
    PROVISIONAL = "provisional"
    PLANNED = "planned"
    DEFERRED = "deferred"
    CHARGING = "charging"
    STALLED = "stalled"
    FINISHED = "finished"
    IMPOSSIBLE = "impossible"
    OFF = "off"


class Reason(StrEnum):
    """Why a plan is impossible, falls short, is finished early, or is off."""

    TOO_LATE = "too_late"
    WINDOW_TOO_SHORT = "window_too_short"
    PRICE_LIMIT = "price_limit"
    CHARGER_TAKEN = "charger_taken"
    NEED_UNKNOWN = "need_unknown"
    NOTHING_TO_CHARGE = "nothing_to_charge"
    LIMIT_OF_THE_CAR = "limit_of_the_car"


@dataclass(frozen=True, slots=True)
class Rival:
    """Another plan on the same charger: when it may run, and how much it needs in each window."""

    window: RepeatingWindow | Deadlines
    need: timedelta

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how long it will need the charger between two instants, as far as that can be known."""
        if isinstance(self.window, Deadlines):
            return self.need
        return len(self.window.until(start, end)) * self.need


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a plan, and what is known of its charger.

    `need` is None while it is unknown. `energy` is the energy requested in kWh, if any; `power` is
    what the charger draws in kW; `shortest_run` and `start_cost` (GBP per kW) apply to the mode
    `slots`; `price_limit` is in GBP/kWh, for an export the least. `idle_since` is since when no power
    can flow, because the plug is out or the charger is off, None if it can; `just_plugged_in` says that
    the plug has gone in. With `boost`, it charges at once, whatever the price. `minimum` is what the end
    of each daily window must find before the deadline, None if nothing. `rivals` use the same charger.
    """

    need: Need | None
    window: RepeatingWindow | Deadlines
    energy: Decimal | None = None
    power: Decimal | None = None
    mode: Mode = Mode.BLOCK
    shortest_run: timedelta = _NOTHING
    start_cost: Decimal = Decimal(0)
    price_limit: Decimal | None = None
    enabled: bool = True
    boost: bool = False
    idle_since: datetime | None = None
    just_plugged_in: bool = False
    direction: Direction = Direction.IMPORT
    minimum: Need | None = None
    rivals: tuple[Rival, ...] = ()

    @property
    def is_by_day(self) -> bool:
        """Whether its deadline may be days ahead."""
        return isinstance(self.window, Deadlines)

    def fits_its_window(self) -> bool:
        """Tell whether the window is long enough for the need on an ordinary day."""
        return self.need is None or self.need.duration <= self.window.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as it stands.

    `begun` are the sessions of `window` that have started, ended or not; `ahead` are those to come;
    `past` are the last week's sessions from earlier windows. `shortfall` is how much of the need doesn't
    fit. `since` is when it could first have charged what it needs. `idle` are periods in which no power
    could flow, and `idle_since` is when the present one began. `stalled_at` is when a session had run
    so long that the level must have changed, and hadn't; what ran until `void_until` doesn't count for
    that reason. `boosted` says that the running session was started by somebody. `waiting` is what waits
    for the days ahead, None if all is to be charged in known prices.
    """

    status: Status
    window: Window
    begun: tuple[Session, ...] = ()
    ahead: tuple[Session, ...] = ()
    past: tuple[Session, ...] = ()
    reason: Reason | None = None
    shortfall: timedelta = _NOTHING
    since: datetime | None = None
    idle: tuple[Window, ...] = ()
    idle_since: datetime | None = None
    stalled_at: datetime | None = None
    void_until: datetime | None = None
    boosted: bool = False
    waiting: Waiting | None = None

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

    @property
    def runs(self) -> Runs:
        """When it has run, in this window and in earlier ones."""
        idle = self.idle
        if self.idle_since is not None:
            idle = (*idle, Window(self.idle_since, datetime.max.replace(tzinfo=UTC)))
        return Runs(self.past + self.begun, idle)

    def running(self, now: datetime) -> Session | None:
        """Return the session that is running at an instant, if any."""
        return next((session for session in self.begun if session.start <= now < session.end), None)

    def current_or_next(self, now: datetime) -> Session | None:
        """Return the current or next session, or else the last one."""
        coming = (session for session in self.sessions if session.end > now)
        return next(coming, self.sessions[-1] if self.sessions else None)

    def tried_anew(self, now: datetime) -> Plan:
        """Return a plan for which what has run so far doesn't count, because it did no good."""
        return replace(self, stalled_at=None, void_until=now)

    def last_end(self, now: datetime) -> datetime | None:
        """Return when the last finished session ended; None if there was none in the past week."""
        ends = (session.end for session in self.past + self.begun if session.end <= now)
        return max(ends, default=None)

    @property
    def is_unsettled(self) -> bool:
        """Whether it can change just because time passes, even if no session starts or ends."""
        return self.status in (Status.WAITING_FOR_PRICES, Status.PROVISIONAL, Status.IMPOSSIBLE)

    @property
    def to_store(self) -> Plan:
        """It without the sessions ahead: after a restart they may have passed, and are planned again."""
        return replace(self, status=Status.WAITING_FOR_PRICES, reason=None, ahead=())

    def edges(self, now: datetime, settings: Settings) -> list[datetime | None]:
        """Return when a session or a window starts or ends next."""
        edges = [self.next_change(now), self.window.start, self.window.end]
        if settings.is_by_day:
            edges.append(settings.window.closing(now))
        return edges

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next instant at which a session starts or ends."""
        edges = (edge for session in self.sessions for edge in (session.start, session.end))
        return min((edge for edge in edges if edge > now), default=None)


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


def shifted(plan: Plan, leap: timedelta) -> Plan:
    """Return a plan on a clock that was set by `leap`: what has begun keeps the time it has left."""

    def moved(at: datetime | None) -> datetime | None:
        return None if at is None else at + leap

    begun, past = (
        tuple(replace(each, start=each.start + leap, end=each.end + leap) for each in sessions)
        for sessions in (plan.begun, plan.past)
    )
    return replace(
        plan,
        # Or what has run would fall before it and not count.
        window=replace(plan.window, start=plan.window.start + leap),
        begun=begun,
        past=past,
        idle=tuple(Window(each.start + leap, each.end + leap) for each in plan.idle),
        since=moved(plan.since),
        idle_since=moved(plan.idle_since),
        stalled_at=moved(plan.stalled_at),
        void_until=moved(plan.void_until),
    )


def saving(plan: Plan, rates: Rates, window: RepeatingWindow | Deadlines | None = None) -> Decimal | None:
    """Return what a plan saves, in GBP per kWh of all it charges, against charging at once.

    At once means without a pause from when it could first have charged what it needs; before a deadline
    over days, in the windows before it. None if the prices for that time aren't known.
    """
    sessions = [each for each in plan.sessions if plan.since is None or each.start >= plan.since]
    mean, length = mean_price(sessions), length_of(sessions)
    at_once = at_once_price(plan, rates, window)
    if mean is None or at_once is None:
        return None
    return (at_once - mean) * Decimal(length / plan.duration)


def at_once_price(
    plan: Plan,
    rates: Rates,
    window: RepeatingWindow | Deadlines | None = None,
    *,
    of_last: bool = False,
) -> Decimal | None:
    """Return the mean price in GBP/kWh of charging as long without a pause, as early as possible.

    What is charged day by day is charged one after the other: with `of_last` it is the price of the part
    that the last session to begin would have been.
    """
    if plan.since is None:
        return None
    sessions = [each for each in plan.sessions if each.start >= plan.since]
    if not isinstance(window, Deadlines):
        length = length_of(sessions)
        return rates.mean(plan.since, plan.since + length) if length else None
    before = _NOTHING
    if of_last:
        sessions = [each for each in sessions if each in plan.begun]
        before = length_of(sessions[:-1])
    parts = []
    for each in window.at_once(plan.since, length_of(sessions)):
        start = min(each.start + before, each.end)
        before -= start - each.start
        if start < each.end:
            parts.append(Session(start, each.end, rates.mean(start, each.end)))
    return mean_price(parts)
