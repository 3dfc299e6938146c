"""What a charge plan has to be, step by step, from the rules in docs/charge-plans.md."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from itertools import chain

from .oracle import (
    DAY,
    MINUTE,
    SLOT,
    Book,
    Span,
    Worth,
    cheapest_block,
    cheapest_slots,
    known_until,
    mean,
    most,
    next_minute,
    stretches,
    window,
    worth,
)

_NOTHING = timedelta(0)
_SECOND = timedelta(seconds=1)
# Sessions that have moved by less are told to nobody.
_NEWS = timedelta(minutes=15)
_EVENING = time(23)


@dataclass
class Wish:
    """What somebody wants of a plan: how long, when, and how.

    `energy` in kWh is for the cost. Without times the window is the pricing day, which has no deadline.
    """

    duration: timedelta
    energy: Fraction | None = None
    opens: time | None = None
    closes: time | None = None
    in_slots: bool = False
    shortest: timedelta = _NOTHING
    is_on: bool = True

    @property
    def has_deadline(self) -> bool:
        """Tell whether anybody asked for a window."""
        return self.opens is not None or self.closes is not None

    def window(self, instant: datetime) -> Span:
        """Return the window an instant lies in, or else the next one."""
        opens = self.opens or self.closes or _EVENING
        return window(opens, self.closes or self.opens or _EVENING, instant)


def moved(old: list[Span], new: list[Span]) -> timedelta:
    """Return by how much sessions have moved: edges, or where their number changed, time that differs."""
    if not old or not new:
        return _NOTHING if old == new else timedelta.max
    if len(old) == len(new):
        edges = zip(chain(*old), chain(*new), strict=True)
        return max(abs(was - now) for was, now in edges)
    minutes = [
        {start + MINUTE * n for start, end in spans for n in range((end - start) // MINUTE)}
        for spans in (old, new)
    ]
    return max(len(minutes[0] - minutes[1]), len(minutes[1] - minutes[0])) * MINUTE


@dataclass
class Session:
    """Time of charging, with its mean price in GBP/kWh as it was when last looked at."""

    start: datetime
    end: datetime
    mean: Fraction | None

    @property
    def span(self) -> Span:
        """From when to when."""
        return self.start, self.end


class PlanOracle:
    """Follows one plan. `update` is called whenever something has changed that a plan depends on."""

    def __init__(self, wish: Wish) -> None:
        """Start with nothing charged."""
        self.wish = wish
        self.window: Span | None = None
        self.begun: list[Session] = []
        self.ahead: list[Session] = []
        # Sessions of windows before.
        self.past: list[Session] = []
        self.status = "waiting_for_prices"
        self.reason: str | None = None
        # How much doesn't fit although all prices are known; None where that isn't judged.
        self.shortfall: timedelta | None = None
        self.told_short_by: datetime | None = None
        # What people and automations know of, and the window it was for.
        self.told: list[Span] = []
        self.told_window: Span | None = None

    @property
    def sessions(self) -> list[Session]:
        """All sessions of the window."""
        return self.begun + self.ahead

    def running(self, now: datetime) -> bool:
        """Tell whether to charge now."""
        return any(session.start <= now < session.end for session in self.begun)

    @property
    def mean(self) -> Fraction | None:
        """The mean price of all sessions by time."""
        total, seconds = Fraction(0), 0
        for session in self.sessions:
            if session.mean is None:
                return None
            length = int((session.end - session.start).total_seconds())
            total += session.mean * length
            seconds += length
        return total / seconds if seconds else None

    @property
    def cost(self) -> Fraction | None:
        """What the energy costs in GBP; of a charge that was stopped, what it took until then."""
        energy, price = self.wish.energy, self.mean
        if energy is None or price is None:
            return None
        runs = sum((session.end - session.start for session in self.sessions), _NOTHING)
        return energy * price * min(Fraction(runs // _SECOND, self.wish.duration // _SECOND), Fraction(1))

    def next_change(self, now: datetime) -> datetime | None:
        """Return when a session or the window starts or ends next."""
        edges = [at for session in self.sessions for at in session.span] + list(self.window or ())
        return min((at for at in edges if at > now), default=None)

    def restart(self) -> None:
        """Forget what hasn't begun, as after a restart."""
        self.ahead = []

    def leap(self, leap: timedelta, before: datetime) -> None:
        """Follow a clock that showed `before`: set back, what has started keeps the time it has left."""
        if leap > _NOTHING:
            return
        for each in self.past + self.begun:
            each.start, each.end = each.start + leap, each.end + leap
        if self.window is not None:
            self.window = self.window[0] + leap, self.window[1]
        self.told = [
            (start + leap, end + leap) if start <= before else (start, end) for start, end in self.told
        ]

    def news(self, *, by_hand: bool) -> tuple[list[Span], list[Span]] | None:
        """Return from where to where sessions have moved, if that is to be told.

        They have moved by a quarter of an hour since they were last told. Those of another window are
        news only if somebody has just changed what the plan is asked for.
        """
        old, new = self.told, [each.span for each in self.sessions]
        closes = None if self.window is None else self.window[1]
        was_other = self.told_window is not None and self.told_window[1] != closes
        is_other = self.told_window is None or (was_other and not by_hand)
        if not is_other and moved(old, new) < _NEWS:
            return None
        self.told, self.told_window = new, self.window
        return None if is_other or not old else (old, new)

    def short_news(self) -> bool:
        """Tell whether it is news that the charge can't be completed."""
        assert self.window is not None
        if not self.shortfall or self.shortfall < MINUTE or self.window[1] == self.told_short_by:
            return False
        self.told_short_by = self.window[1]
        return True

    def update(self, book: Book, now: datetime, seen: list[Span]) -> None:
        """Go on to an instant. Of choices that are worth the same, take the one seen."""
        self.begun += [each for each in self.ahead if each.start <= now < each.end]
        self.ahead = [each for each in self.ahead if each.start > now]
        self.reason, self.shortfall = None, None
        if self.begun and self.begun[-1].end > now:
            if self.wish.is_on and self._remaining(now) > _NOTHING:
                self._hold(book, now, seen)
                return
            self._stop(book, now)
        self._begin_window(now)
        if not self.wish.is_on:
            self.ahead, self.status = [], "off"
        elif self._remaining(now) <= _NOTHING:
            self._go_on(book, now, seen)
        else:
            self._choose(book, now, self._remaining(now), seen)
            if self._is_too_late() and not self.wish.has_deadline:
                self._follow(book, now, seen)

    def _is_too_late(self) -> bool:
        return self.reason == "too_late"

    def _remaining(self, now: datetime) -> timedelta:
        assert self.window is not None
        opened = self.window[0]
        ran = (min(each.end, now) - max(each.start, opened) for each in self.begun)
        return self.wish.duration - sum((max(each, _NOTHING) for each in ran), _NOTHING)

    def _begin_window(self, now: datetime) -> None:
        """Take up the current or next window; sessions belong to the one they started in."""
        window = self.wish.window(now)
        if self.begun and self.window is not None and self.window[1] == window[1]:
            # What has run before it counts: a clock was set back.
            window = min(self.begun[0].start, window[0]), window[1]
        self.window = window
        known = [each for each in self.past + self.begun if each.end > now - 7 * DAY]
        self.begun = [each for each in known if each.start >= self.window[0]]
        self.past = [each for each in known if each.start < self.window[0]]

    def _stop(self, book: Book, now: datetime) -> None:
        running = self.begun.pop()
        if running.start < now:
            self.begun.append(self._priced(book, (running.start, now), running.mean))
        self.ahead = []

    def _hold(self, book: Book, now: datetime, seen: list[Span]) -> None:
        """Go on with a session that has started: it doesn't move; its end follows the need."""
        assert self.window is not None
        running = self.begun.pop()
        ahead: list[Span] = []
        self.begun.append(running)
        end = now + self._remaining(now)
        self.begun.pop()
        if self.wish.in_slots and running.end < end:
            rest = end - running.end
            end, ahead = self._rest(book, running.span, rest, [span for span in seen if span[1] > now])
        # Not into time whose price isn't out.
        closes = min(self.window[1], known_until(book, running.end))
        end = min(end, max(closes, running.end))
        self.begun.append(self._priced(book, (running.start, end), running.mean))
        self.ahead = [self._priced(book, span, None) for span in ahead]
        self.status = "charging"

    def _rest(
        self, book: Book, running: Span, rest: timedelta, seen: list[Span]
    ) -> tuple[datetime, list[Span]]:
        """Return where a running session ends and what comes after, having judged what is seen."""
        assert self.window is not None
        assert seen, "a running session has vanished"
        assert seen[0][0] == running[0], "a session that has started was moved"
        end, ahead = seen[0][1], seen[1:]
        assert end >= running[1], "a session that has started was shortened"
        spans = [(running[1], end)] * (end > running[1]) + ahead
        known = stretches(book, running[1], self.window[1])
        rest = most(known, rest, self.wish.shortest)
        if not rest:
            # Prices came so late that the window closes with it.
            assert not spans, f"{spans} don't fit any more"
            return end, ahead
        least = cheapest_slots(book, rest, self.wish.shortest, running[1], self.window[1])
        assert least is not None
        self._judge(book, spans, least, running[1], rest, self.wish.shortest)
        return end, ahead

    @staticmethod
    def _judge(
        book: Book,
        spans: list[Span],
        least: Worth,
        origin: datetime,
        need: timedelta,
        shortest: timedelta,
    ) -> None:
        """Fail unless spans keep the rules and are worth as much as the best."""
        lengths = [end - start for start, end in spans]
        assert sum(lengths, _NOTHING) == need, f"{spans} are not {need}"
        assert min(lengths) >= min(shortest, need), f"{spans} hold one that is too short"
        assert worth(book, spans, origin) == least, f"{spans} are not the cheapest: {least}"

    def _go_on(self, book: Book, now: datetime, seen: list[Span]) -> None:
        """The need of this window is met: plan for the next, if something is known of it."""
        before = self.window, self.begun, self.past
        self._follow(book, now, seen)
        if not self.ahead:
            self.window, self.begun, self.past = before
            self.status, self.reason = "finished", None

    def _follow(self, book: Book, now: datetime, seen: list[Span]) -> None:
        """Plan for the window after the present one."""
        assert self.window is not None
        self.past, self.begun = self.past + self.begun, []
        self.window = self.wish.window(self.window[1])
        self.reason = None
        self._choose(book, now, self.wish.duration, seen)

    def _choose(self, book: Book, now: datetime, need: timedelta, seen: list[Span]) -> None:
        assert self.window is not None
        self.ahead = []
        opened, closes = self.window
        start = max(next_minute(now), opened)
        if start + need > closes:
            self.reason = "too_late" if opened + need <= closes else "window_too_short"
            if self.reason == "too_late" and not self.wish.has_deadline:
                return
        spans, missing = self._find(book, need, start, seen)
        is_complete = start >= closes or known_until(book, start) >= closes
        self.shortfall = missing if is_complete else _NOTHING
        if not spans or not missing:
            self.reason = self.reason if is_complete and missing else None
        if not spans:
            self.status = "impossible" if is_complete else "waiting_for_prices"
            return
        sessions = [self._priced(book, span, None) for span in spans]
        self.begun += [each for each in sessions if each.start <= now]
        self.ahead = [each for each in sessions if each.start > now]
        if len(self.ahead) < len(sessions):
            self.status = "charging"
        else:
            self.status = "planned" if is_complete else "provisional"

    def _find(
        self, book: Book, need: timedelta, start: datetime, seen: list[Span]
    ) -> tuple[list[Span], timedelta]:
        """Return the spans, having judged those seen, and how much of the need they leave."""
        assert self.window is not None
        closes = self.window[1]
        if not self.wish.in_slots and (block := cheapest_block(book, need, start, closes)):
            return [block], _NOTHING
        shortest = self.wish.shortest if self.wish.in_slots else SLOT
        known = stretches(book, start, closes)
        fits = most(known, need, shortest)
        unknown = max(closes - start, _NOTHING) - sum((last - first for first, last in known), _NOTHING)
        if unknown and (fits < need or not self.wish.in_slots):
            # The rest may come once its prices are known.
            fits = most(known, max(need - unknown, _NOTHING), shortest)
        if not fits:
            return [], need
        least = cheapest_slots(book, fits, shortest, start, closes)
        assert least is not None
        spans = [span for span in seen if span[0] >= start]
        self._judge(book, spans, least, start, fits, shortest)
        return spans, need - fits

    def _priced(self, book: Book, span: Span, before: Fraction | None) -> Session:
        found = mean(book, [span])
        return Session(*span, before if found is None else found)
