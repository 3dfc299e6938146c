"""What a charge has done: its finished sessions, what they cost, and what they have saved."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from .blocks import Session
from .plan import Plan
from .tariffs import Direction
from .waiting import Wager, Waiting, wager
from .windows import Deadlines, RepeatingWindow, Window

# 13 months, whichever they are.
KEPT = timedelta(days=397)
# No charger gives more kW, so a meter that counts faster has leapt.
_MOST_POWER = 50
_SHORTEST = timedelta(minutes=1)
# What a charger takes to react doesn't count as off.
_REACTION = timedelta(minutes=2)
# A fall by less isn't a reset: some meters waver in the last digit. Home Assistant draws the same line.
_RESET = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class Done:
    """A finished session as it was.

    `energy` is in kWh, `paid` and `at_once` (what charging at once would have cost) in GBP, and
    `mean_price` in GBP/kWh. Of an export, `paid` is what the home was paid. `window` is the time it could
    have been in: from when it could first have run to its deadline. What isn't known is None.
    """

    start: datetime
    end: datetime
    energy: Decimal | None
    paid: Decimal | None
    at_once: Decimal | None
    mean_price: Decimal | None = None
    direction: Direction = field(default=Direction.IMPORT, kw_only=True)
    window: Window | None = field(default=None, kw_only=True)

    @property
    def duration(self) -> timedelta:
        """How long it lasted."""
        return self.end - self.start

    @property
    def saving(self) -> Decimal | None:
        """What it saved in GBP, or earned more."""
        if self.paid is None or self.at_once is None:
            return None
        saved = self.at_once - self.paid
        return saved if self.direction is Direction.IMPORT else -saved


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts what an energy meter says was delivered, over its resets and leaps.

    `total` is the kWh counted since it was first read; how much came between two instants is the
    difference of the totals. `value` is what the meter `source` showed last, and `since` from when on.
    `is_heard` is False while it shows nothing.
    """

    source: str
    value: Decimal
    since: datetime
    total: Decimal = Decimal(0)
    is_heard: bool = True

    def read(self, source: str, value: Decimal | None, now: datetime) -> Meter:
        """Return the meter after another look at what it shows, which is None if that is no number."""
        if value is None:
            return replace(self, is_heard=False)
        if source != self.source:
            # Another meter, or another name for it: what it counts from now on.
            return Meter(source, value, now, self.total)
        if value == self.value:
            return replace(self, is_heard=True)
        came = value if value < self.value * _RESET else value - self.value
        if came > _most(now - self.since):
            came = Decimal(0)
        return Meter(source, value, now, self.total + came)


def _most(duration: timedelta) -> Decimal:
    """Return the most energy that any charger can give in a time."""
    return _MOST_POWER * Decimal(max(duration, _SHORTEST) / timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Running:
    """The session that is running: its start, and the meter's total then, None without a meter.

    `off` is for how long its charger has been off, and `off_since` since when it is, None if it isn't.
    `window` is the time it could have been in, None if that isn't known.
    """

    start: datetime
    total: Decimal | None
    off: timedelta = timedelta(0)
    off_since: datetime | None = None
    window: Window | None = None

    def look(self, off_since: datetime | None, now: datetime) -> Running:
        """Return the same after a look at its charger."""
        off = self.off
        if self.off_since is not None and off_since is None:
            off += self._since(self.off_since, now)
        return replace(self, off=off, off_since=off_since)

    def delivered(self, end: datetime) -> timedelta:
        """Return for how long its charger was on in a session that has ended."""
        lost = self.off if self.off_since is None else self.off + self._since(self.off_since, end)
        return end - self.start - lost

    def _since(self, off_since: datetime, end: datetime) -> timedelta:
        lost = end - max(off_since, self.start)
        return lost if lost >= _REACTION else timedelta(0)


@dataclass(frozen=True, slots=True)
class History:
    """The finished sessions of 13 months, and what all sessions have ever saved, in GBP.

    `from_waiting` is the part of that which waiting for cheaper days has won or lost before deadlines
    that are over; `wager` is what waits before the next one.
    """

    done: tuple[Done, ...] = ()
    saved: Decimal = Decimal(0)
    meter: Meter | None = None
    running: Running | None = None
    wager: Wager | None = None
    from_waiting: Decimal = Decimal(0)

    @property
    def known_saved(self) -> Decimal | None:
        """What was saved in total; None if sessions have finished, and of none it is known."""
        is_known = not self.done or self.saved or any(each.saving is not None for each in self.done)
        return self.saved if is_known else None

    def read(self, source: str, value: Decimal | None, now: datetime) -> History:
        """Return the history after a look at a meter; `source` is empty if there is none."""
        if not source:
            return replace(self, meter=None)
        if self.meter is not None:
            return replace(self, meter=self.meter.read(source, value, now))
        return self if value is None else replace(self, meter=Meter(source, value, now))

    def follow(
        self,
        plan: Plan,
        now: datetime,
        at_once_price: Decimal | None,
        off_since: datetime | None = None,
        *,
        direction: Direction = Direction.IMPORT,
        window: RepeatingWindow | Deadlines | None = None,
    ) -> History:
        """Return the history after a plan has changed or time has passed.

        A session that was running and has ended is remembered. `at_once_price` is the mean price that
        charging at once would have had; `off_since` is since when the plan's charger has been off;
        `window` is when the plan may charge.
        """
        history = self
        if (running := self.running) is not None:
            begun = plan.past + plan.begun
            session = next((each for each in begun if each.start == running.start), None)
            if session is not None and session.end > now:
                looked = running.look(off_since, now)
                return self if looked == running else replace(self, running=looked)
            if session is not None:
                delivered = running.delivered(session.end)
                history = self._finish(session, plan, delivered, at_once_price, direction)
            history = replace(history, running=None)
        session = plan.running(now)
        if session is None:
            return history
        time = None if window is None else _time_of(plan, session, window)
        return history.begin(session, off_since, time)

    def wait(
        self, waiting: Waiting | None, power: Decimal | None, deadline: datetime, now: datetime
    ) -> History:
        """Return the history with what a plan waits for now; `power` in kW is None if it isn't known."""
        history, old = self, self.wager
        if old is not None and now >= old.deadline:
            won = self.from_waiting + old.won
            history = replace(self, wager=None, from_waiting=won)
        if history.wager is None and (begun := wager(waiting, power, deadline)) is not None:
            history = replace(history, wager=begun)
        return history

    def shift(self, leap: timedelta) -> History:
        """Return the history with what is running as it was, relative to a clock that was set back."""
        running = self.running
        if running is not None:
            off_since = None if running.off_since is None else running.off_since + leap
            window = running.window
            if window is not None:
                window = Window(window.start + leap, window.end + leap)
            running = replace(running, start=running.start + leap, off_since=off_since, window=window)
        return replace(self, running=running)

    def note(self, done: Done) -> History:
        """Return the history with another finished session, and without those that are too old."""
        if any(each.start == done.start for each in self.done):
            return self
        # By the session, not by the clock: that may be wrong.
        kept = [each for each in (*self.done, done) if each.end > done.end - KEPT]
        return replace(
            self,
            done=tuple(sorted(kept, key=lambda each: each.start)),
            saved=self.saved + (done.saving or Decimal(0)),
        )

    def begin(self, session: Session, off_since: datetime | None, window: Window | None) -> History:
        """Return the history with a session that is running from now on."""
        running = Running(session.start, None, off_since=off_since, window=window)
        if self.meter is None:
            return replace(self, running=running)
        # While nothing charged it stood still, so its next step comes from this session.
        meter = replace(self.meter, since=max(self.meter.since, session.start))
        return replace(self, meter=meter, running=replace(running, total=meter.total))

    def _finish(
        self,
        session: Session,
        plan: Plan,
        delivered: timedelta,
        at_once_price: Decimal | None,
        direction: Direction,
    ) -> History:
        measured = self._measured(session.duration)
        energy = _worked_out(session, plan, delivered) if measured is None else measured
        waited = self.wager and self.wager.charged(session, energy)
        window = None if self.running is None else self.running.window
        if window is not None:
            # It may have run on past its deadline.
            window = Window(window.start, max(window.end, session.end))
        return replace(self, wager=waited).note(
            Done(
                session.start,
                session.end,
                energy,
                _cost(energy, session.mean_price),
                _cost(energy, at_once_price),
                session.mean_price,
                direction=direction,
                window=window,
            )
        )

    def _measured(self, duration: timedelta) -> Decimal | None:
        """Return the energy of the running session by the meter, None if it can't be told."""
        if self.meter is None or not self.meter.is_heard:
            return None
        if self.running is None or self.running.total is None:
            return None
        energy = self.meter.total - self.running.total
        return energy if 0 <= energy <= _most(duration) else None


def _time_of(plan: Plan, session: Session, window: RepeatingWindow | Deadlines) -> Window:
    """Return the time in which a session that has begun could have been."""
    opens = window.opening(session.start)
    since = opens if plan.since is None else max(plan.since, opens)
    # One that somebody wanted at once may be before its window.
    return Window(min(since, session.start), window.closing(session.start))


def _worked_out(session: Session, plan: Plan, delivered: timedelta) -> Decimal | None:
    """Return the energy of a session by time and power, None if nobody knows what was delivered."""
    is_void = plan.void_until is not None and session.end <= plan.void_until
    if plan.stalled_at is not None or is_void:
        return None
    ran = min(plan.runs.time(session.start, session.end), max(delivered, timedelta(0)))
    return replace(session, end=session.start + ran).energy


def _cost(energy: Decimal | None, price: Decimal | None) -> Decimal | None:
    return None if energy is None or price is None else energy * price
