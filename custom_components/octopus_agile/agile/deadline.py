"""What of a need is charged now, where in known prices that goes, and what waits for the days ahead.

A plan for each window charges all it needs before the window closes, so nothing waits. A plan with a
deadline over days asks with each publication what waiting is worth. What it has chosen stands until the
prices, the settings or the need are others: in between it is a plan that needs so much less.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zlib import crc32

from .blocks import Session, length_of
from .clock import next_minute
from .course import Course
from .fit import fitting, unknown, usable_rates
from .need import FixedNeed, Runs
from .plan import Plan
from .rates import to_microseconds
from .scenarios import Past, past_of
from .waiting import Waiting
from .week import SPARE, Outlook
from .windows import Deadlines, Window

_NOTHING = timedelta(0)
_MINUTE = timedelta(minutes=1)
_SLOT = 30 * _MINUTE // timedelta(microseconds=1)
# Prices come a day at a time.
_NEXT_PRICES = timedelta(days=1)
# A need that has changed by less is the same one: a battery reports all the time.
_CHANGES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Share:
    """The plan with what waits, how much is to be charged now, and until when known prices reach.

    `later` waits, None if all is to be charged in known prices because they reach to the deadline.
    `is_over` says that of known prices there is no window left.
    """

    plan: Plan
    now: timedelta
    until: datetime
    later: timedelta | None = None
    is_over: bool = False

    @property
    def is_last(self) -> bool:
        """Whether known prices have to do for all of it."""
        return self.later is None

    @property
    def waits(self) -> bool:
        """Whether any of it waits."""
        return bool(self.later)

    @property
    def is_settled(self) -> bool:
        """Whether what is to be charged now was weighed against the days ahead."""
        waiting = self.plan.waiting
        return not self.later or (waiting is not None and waiting.choice.expected_price is not None)

    @property
    def is_deferred(self) -> bool:
        """Whether it waits for cheaper days, not just for the prices that come next."""
        is_near = self.plan.window.end <= self.until + _NEXT_PRICES
        return self.is_settled and not (is_near and self.is_over)

    @property
    def short(self) -> timedelta:
        """How much fits neither now nor into the days ahead."""
        waiting = self.plan.waiting
        assert waiting is not None
        assert self.later is not None
        return max(self.later - waiting.room, _NOTHING)


@dataclass(frozen=True, slots=True)
class Dividing(Course):
    """A look at plans that also knows what waiting is worth."""

    taken: tuple[Session, ...]

    def share(
        self,
        plan: Plan,
        need: timedelta,
        start: datetime,
        running: timedelta = _NOTHING,
        *,
        anew: bool = False,
    ) -> Share:
        """Divide a need into what is charged now and what waits, from `start` on.

        `running` of it is charged in any case, before `start`. What was chosen before stands, unless it
        has to be chosen `anew`.
        """
        window, deadline = self.settings.window, plan.window.end
        if not isinstance(window, Deadlines) or self.settings.boost:
            return Share(plan, need, deadline)
        past = past_of(self.rates)
        if past.known_until >= deadline or need <= running:
            return Share(replace(plan, waiting=None), need, deadline)
        least = self._minimum(plan, past.known_until)
        waiting = None if anew else plan.waiting
        if waiting is None or not (
            self._stands(waiting, plan, past, need)
            and max(need - waiting.left(need), running) >= min(least, need)
        ):
            rest = self._chosen(plan, past, need - running, start, max(least - running, _NOTHING))
            waiting = replace(rest, need=need)
        later = waiting.left(need)
        now = max(need - later, running)
        if later and now < _CHANGES and not (running or least):
            # Not worth a start of its own; the days ahead have two hours to spare.
            now = _NOTHING
        is_over = window.room(start, past.known_until) <= _NOTHING
        return Share(replace(plan, waiting=waiting), now, past.known_until, need - now, is_over)

    def placed(
        self, plan: Plan, need: timedelta, start: datetime
    ) -> tuple[Share, tuple[Session, ...], timedelta]:
        """Return a need's share, where what is charged now goes, and how much doesn't fit any more."""
        share = self.share(plan, need, start)
        sessions, missing = self.fit(share.plan, share.now, start, share.until)
        if share.is_last:
            return share, sessions, missing
        if length_of(sessions) <= share.now - _CHANGES:
            # Time has passed, or another plan has the charger.
            share = self.share(plan, need, start, anew=True)
            sessions, _ = self.fit(share.plan, share.now, start, share.until)
        share = replace(share, later=need - length_of(sessions))
        return share, sessions, share.short

    def closes(self, share: Share, start: datetime) -> datetime:
        """Return when a session that started at an instant ends at the latest."""
        if share.is_last and not isinstance(self.settings.window, Deadlines):
            return share.until
        return min(self.settings.window.closing(start), share.until)

    def _basis(self, past: Past, deadline: datetime) -> str:
        """Return a fingerprint of all that a choice depends on, but the need."""
        settings = self.settings
        rules = (settings.mode, settings.shortest_run, settings.start_cost, settings.price_limit)
        rivals = [(each.window, each.need // _CHANGES) for each in settings.rivals]
        taken = [
            (to_microseconds(each.start) // _SLOT, to_microseconds(each.end) // _SLOT)
            for each in self.taken
        ]
        basis = (past.newest_prices, deadline, settings.window, rules, rivals, taken)
        return f"{crc32(repr(basis).encode()):08x}"

    def _stands(self, waiting: Waiting, plan: Plan, past: Past, need: timedelta) -> bool:
        """Tell whether a choice was for the same prices, rules and need."""
        ran = plan.runs.time(waiting.at, self.now)
        is_same = waiting.basis == self._basis(past, plan.window.end)
        return is_same and abs(need + ran - waiting.need) < _CHANGES

    def _chosen(
        self, plan: Plan, past: Past, need: timedelta, start: datetime, least: timedelta
    ) -> Waiting:
        """Divide a need by what waiting is worth; at least so much is charged now."""
        settings, deadline = self.settings, plan.window.end
        assert isinstance(settings.window, Deadlines)
        ahead = settings.window.daily.until(start, deadline)
        outlook = Outlook(past, ahead, settings.price_limit)
        usable = usable_rates(settings, self.rates, self._taken(start, deadline), Window(start, deadline))
        # What others on the charger will need isn't there for it. With none, the rule sees to itself.
        theirs = sum((each.between(past.known_until, deadline) for each in settings.rivals), _NOTHING)
        if theirs:
            least = max(least, min(need, need - (outlook.room - SPARE - theirs)))
        choice = outlook.choose(
            need,
            usable,
            mode=settings.mode,
            least=least,
            shortest_run=settings.shortest_run,
            start_cost=settings.start_cost,
        )
        return Waiting(
            at=self.now,
            known_until=past.known_until,
            basis=self._basis(past, deadline),
            need=need,
            room=outlook.room,
            choice=choice,
        )

    def _minimum(self, plan: Plan, known_until: datetime) -> timedelta:
        """Return how much must be charged in known prices, for the minimum by the next `ready_by`."""
        window = self._next_window(plan)
        missing = self._missing_to_minimum(plan, window)
        unknown = self.settings.window.room(max(known_until, window.start), window.end)
        return max(missing - max(unknown - SPARE, _NOTHING), _NOTHING)

    def _next_window(self, plan: Plan) -> Window:
        """Return the current or next daily window."""
        window = self.settings.window
        assert isinstance(window, Deadlines)
        return window.daily.current_or_next(max(self.now, plan.window.start))

    def _missing_to_minimum(self, plan: Plan, window: Window) -> timedelta:
        """Return how much is missing to what the end of a daily window must find anyway."""
        minimum = self.settings.minimum
        if minimum is None:
            return _NOTHING
        course = Course(replace(self.settings, need=minimum), self.rates, self.now)
        missing = course.remaining(replace(plan, window=window))
        if isinstance(minimum, FixedNeed):
            missing = min(missing, self.remaining(plan))
        return max(missing, _NOTHING)

    def short_of_minimum(
        self, plan: Plan, sessions: tuple[Session, ...], start: datetime
    ) -> tuple[Window, timedelta, timedelta]:
        """Return the daily window, what its end must find, and how much of that finds no time.

        `sessions` charge from `start` on. What unknown prices still have room for isn't short.
        """
        if self.settings.minimum is None or not self.settings.is_by_day:
            return plan.window, _NOTHING, _NOTHING
        window = self._next_window(plan)
        missing, start = self._missing_to_minimum(plan, window), max(start, window.start)
        in_time = Runs(sessions).time(start, window.end) + unknown(self.rates, start, window.end)
        return window, missing, missing - in_time if missing >= in_time + _CHANGES else _NOTHING

    def for_minimum(self, plan: Plan, until: datetime) -> tuple[Session, ...]:
        """Return the cheapest time for what the end of a daily window before `until` must find."""
        if self.settings.minimum is None or not self.settings.is_by_day:
            return ()
        window = self._next_window(plan)
        start = max(next_minute(self.now), window.start)
        missing = self._missing_to_minimum(plan, window) if window.end < until else _NOTHING
        return self._fit(missing, start, window.end, is_last=True)[0]

    def fit(
        self, plan: Plan, duration: timedelta, start: datetime, until: datetime
    ) -> tuple[tuple[Session, ...], timedelta]:
        """Return the cheapest sessions in known prices for a duration, and how much doesn't fit."""
        found, missing = self._fit(duration, start, until, is_last=until == plan.window.end)
        if self.settings.minimum is None or not isinstance(self.settings.window, Deadlines):
            return found, missing
        window = self._next_window(plan)
        running = plan.running(self.now)
        given = _NOTHING if running is None else min(running.end, start) - self.now
        least = min(self._missing_to_minimum(plan, window) - given, duration)
        in_time = Runs(found).time(start, window.end)
        if window.end >= until or in_time >= least:
            return found, missing
        first, _ = self._fit(least, start, window.end, is_last=True)
        if length_of(first) <= in_time:
            return found, missing
        rest, missing = self._fit(duration - length_of(first), start, until, is_last=False, besides=first)
        return self._joined(first + rest), missing

    def _joined(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        """Return sessions in order, those that meet as one."""
        found: list[Session] = []
        for each in sorted(sessions, key=lambda each: each.start):
            if found and found[-1].end == each.start:
                found[-1] = self.priced(replace(found[-1], end=each.end))
            else:
                found.append(each)
        return tuple(found)

    def _fit(
        self,
        duration: timedelta,
        start: datetime,
        end: datetime,
        *,
        is_last: bool,
        besides: tuple[Session, ...] = (),
    ) -> tuple[tuple[Session, ...], timedelta]:
        """Return the cheapest sessions in `[start, end)`; `is_last` says that it ends with a deadline."""
        if duration <= _NOTHING:
            return (), _NOTHING
        taken = (*self._taken(start, end), *besides)
        return fitting(self.settings, self.rates, taken, duration, Window(start, end), is_last=is_last)

    def _taken(self, start: datetime, end: datetime) -> tuple[Session, ...]:
        """Return the time in which another plan has the charger, or no window is open."""
        window = self.settings.window
        closed = window.closed(start, end) if isinstance(window, Deadlines) else ()
        return (*self.taken, *(Session(each.start, each.end, None) for each in closed))
