"""Judges the charges of a car by presence, published prices and the car alone, from the documentation."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.util import dt as dt_util

from tests.octopus import AGILE

from .garage import Bay
from .home import Home
from .oracle import Span, known_until, slot_of
from .server import Octopus
from .wishes import Fill

_MINUTE = timedelta(minutes=1)
# A charger is looked at each minute.
_GRACE = timedelta(seconds=70)
# What is reported in whole percents, and noise.
_NEARLY = 3.5
# What may be planned late must fit with so much to spare.
_SPARE = timedelta(hours=2)


class Guard:
    """Watches one car's plan. `trust` is since when nothing was in the way of its charge."""

    def __init__(self, home: Home, server: Octopus, bay: Bay, wish: Fill) -> None:
        """Start before the home does."""
        self._home, self._server, self._bay, self._wish = home, server, bay, wish
        self._trust, self._level = dt_util.utcnow(), bay.battery.level
        self._differs: datetime | None = None
        self._window: Span | None = None
        # A charger that gave nothing was tried twice, and isn't again in this window.
        self._is_spoiled = False
        self._was_plugged = bay.is_plugged
        self._judged_calls = 0
        self._last_told: dict[str, Any] | None = None
        self.checks = 0
        self.deadlines = self.judged = self.kept = 0
        home.follow(self.charge_now, self.event)

    @property
    def name(self) -> str:
        """How the plan's entities begin."""
        return self._bay.name

    @property
    def charge_now(self) -> str:
        """The entity that says whether to charge."""
        return f"binary_sensor.{self._bay.name}_charge_now"

    @property
    def event(self) -> str:
        """The entity that tells what happens to the plan."""
        return f"event.{self._bay.name}_plan"

    @property
    def is_on(self) -> bool:
        """Tell whether to charge now."""
        return self._home.state(self.charge_now) == "on"

    def next_stop(self, now: datetime) -> datetime | None:
        """Return when to look again."""
        stops = [self._wish.window(now)[1]]
        if self._differs is not None:
            stops.append(now + timedelta(seconds=20))
        if (found := self._bay.next_stop(now)) is not None:
            stops.append(found)
        if self._home.is_up:
            # Only to stop there.
            plans = self._home.entry.runtime_data.plans
            stops += [plan.due for plan in plans if plan.name == self._wish.title and plan.due]
        return min((at for at in stops if at > now), default=None)

    def disturbed(self) -> None:
        """Take note of something that a charge has to cope with first."""
        self._trust, self._level = dt_util.utcnow(), self._bay.battery.level

    def check(self) -> None:
        """Compare all."""
        now = dt_util.utcnow()
        self._check_session(now)
        self._check_charger(now)
        self._check_calls()
        self._check_told()
        self._check_deadline(now)
        self.checks += 5

    def _check_session(self, now: datetime) -> None:
        state = self._home.state(self.charge_now)
        assert state in ("on", "off"), f"{self.charge_now} is {state}"
        sessions = self._home.attributes(self.charge_now)["sessions"]
        spans = [
            tuple(datetime.fromisoformat(each[key]) for key in ("start", "end")) for each in sessions
        ]
        runs = [start for start, end in spans if start <= now < end]
        assert bool(runs) is self.is_on, f"{self._bay.name}: {state} at {now}, with {spans}"
        if not self.is_on:
            return
        assert slot_of(now) in self._server.books[AGILE].given, (
            f"charges at an unpublished price at {now}"
        )
        opens, closes = self._wish.window(now)
        # A session that a clock was set back in goes on.
        assert opens <= now < closes or self._trust > now - timedelta(hours=3), (
            f"charges outside at {now}"
        )
        level = self._bay.battery.level
        assert level <= self._wish.target + _NEARLY or self._trust >= runs[0], f"charges at {level}"

    def _check_charger(self, now: datetime) -> None:
        bay = self._bay
        is_wanted = self.is_on and bay.is_plugged
        is_reached = not (bay.trouble.is_gone or bay.trouble.is_failing)
        if bay.is_on is is_wanted:
            self._differs = None
        elif self._differs is None or not is_reached or self._differs > now:
            self._differs = now
        else:
            assert now - self._differs <= _GRACE, f"{bay.name} is {bay.is_on} since {self._differs}"

    def _check_calls(self) -> None:
        """Fail if a charger is called for what it is already, long after it was switched."""
        calls = self._bay.calls
        for number in range(self._judged_calls, len(calls)):
            call, before = calls[number], calls[number - 1] if number else None
            # It may be that it hasn't yet reported what it was switched to.
            is_soon = before is not None and abs(call.at - before.at) <= 3 * _MINUTE
            assert not call.in_vain or is_soon, f"{self._bay.name} is called in vain: {calls[-3:]}"
        self._judged_calls = len(calls)

    def _check_told(self) -> None:
        """Fail if the same is told twice."""
        for _, attributes in [each for each in self._home.told if each[0] == self.event]:
            kept = ("event_type", "old_sessions", "new_sessions", "sessions", "level", "ready_by")
            told = {key: attributes[key] for key in kept if key in attributes}
            assert told != self._last_told, f"told twice: {told}"
            self._last_told = told
        self._home.told = [each for each in self._home.told if each[0] != self.event]

    def _check_deadline(self, now: datetime) -> None:
        """Fail if a deadline isn't kept for which there were two hours more than enough."""
        bay, wish = self._bay, self._wish
        if self._window is not None and now >= self._window[1]:
            self._judge(self._window[1], now)
        window = wish.window(now)
        is_new = self._window != window
        self._window = window
        has_come = bay.is_plugged and not self._was_plugged
        self._was_plugged = bay.is_plugged
        given = self._server.books[AGILE].given
        knows = known_until(given, max(window[0], now)) >= window[1]
        self._is_spoiled = (self._is_spoiled and not is_new) or (bay.trouble.is_dead and self.is_on)
        is_hindered = bay.trouble.is_there or not bay.is_plugged or not knows or now < window[0]
        if is_new or has_come or is_hindered:
            self.disturbed()

    def _judge(self, deadline: datetime, now: datetime) -> None:
        bay, wish = self._bay, self._wish
        if not wish.is_deadline(deadline):
            return
        self.deadlines += 1
        is_late = now > deadline + 5 * _MINUTE
        needs = (wish.target - self._level) / bay.points * _MINUTE
        if is_late or self._is_spoiled or not bay.is_plugged or self._trust + needs + _SPARE > deadline:
            return
        self.judged += 1
        level = bay.battery.level
        told = f"{bay.name} has {level:.1f} at {deadline}: {self._level:.1f} since {self._trust}"
        assert level >= wish.target - _NEARLY, told
        self.kept += 1
