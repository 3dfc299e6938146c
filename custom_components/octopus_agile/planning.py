"""The plans of an entry: its own charge and those of its subentries, brought up to date together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .agile.blocks import Session
from .agile.plan import HISTORY, Plan, Settings, replan, settled
from .agile.rates import Rates
from .const import CONF_CHARGER, SUBENTRY_PLAN
from .kept import Kept
from .plan_settings import main_settings, plan_settings, watched_entities
from .store import Stored
from .view import PlanView, Views

# The plan of the entry's own charge among the plans.
MAIN = "main"
# A battery is measured all the time, and a plan follows each time. Only more than this is news.
_DRIFT = timedelta(minutes=15)
# As often at most the end of a running session is kept, where it is such a plan's.
_KEEP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that was moved: what it was, what it is, and why."""

    name: str
    old: Plan
    new: Plan
    reason: str


class Plans:
    """Plans by subentry id, the entry's own under `MAIN`."""

    def __init__(
        self,
        hass: HomeAssistant,
        options: Mapping[str, Any],
        subentries: Mapping[str, tuple[str, Mapping[str, Any]]],
        stored: Stored,
    ) -> None:
        """Take the options of the entry's own charge, and names and data of its subentries."""
        self._hass = hass
        self.options = options
        self._subentries = subentries
        self._stored = stored
        self._rates = Rates()
        self.settings: dict[str, Settings] = {}
        self._taken: dict[str, list[Session]] = {}
        # Until when each plan stays as it was when it was last looked at.
        self._until: dict[str, datetime | None] = {}
        # What was kept of each plan, and each as it was last told of.
        self._history: dict[str, object] = {}
        self._told: dict[str, Plan] = {}
        self._kept: dict[str, Kept[Settings]] = {key: Kept() for key in self.keys}
        self._views = Views()
        stored.plans = {key: stored.plans[key] for key in self.keys if key in stored.plans}
        stored.switched_off.intersection_update(self.keys)

    @property
    def keys(self) -> list[str]:
        """The keys of all plans."""
        return [MAIN, *self._subentries]

    @property
    def subentries(self) -> list[str]:
        """The keys of the charge plans."""
        return list(self._subentries)

    @property
    def watched(self) -> list[str]:
        """The entities whose states say how much a plan needs."""
        return [entity for _, data in self._subentries.values() for entity in watched_entities(data)]

    def __getitem__(self, key: str) -> Plan:
        """Return a plan."""
        return self._stored.plans[key]

    def view(self, key: str, now: datetime) -> PlanView:
        """Return a plan as it is seen at an instant."""
        return self._views.of(key, self[key], self.settings[key], self._rates, now)

    def is_on(self, key: str) -> bool:
        """Tell whether a plan is switched on."""
        return key not in self._stored.switched_off

    def switch(self, key: str, *, on: bool) -> None:
        """Switch a plan on or off; it takes effect with the next update."""
        (self._stored.switched_off.discard if on else self._stored.switched_off.add)(key)

    def name(self, key: str) -> str | None:
        """Return what people call a plan; None for the entry's own charge."""
        return None if key == MAIN else self._subentries[key][0]

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the next session or window starts or ends."""
        edges = (_next_edge(plan, now) for plan in self._stored.plans.values())
        return min((edge for edge in edges if edge is not None), default=None)

    def take_over(self, before: Plans, now: datetime) -> None:
        """Go on from the plans as they were before a reload, so that what it moves is told."""
        for key in self.keys:
            if key in before.keys:
                ahead = tuple(session for session in before[key].ahead if session.start > now)
                self._stored.plans[key] = replace(before[key], ahead=ahead)
        self.settings, self._rates, self._taken = before.settings, before._rates, before._taken
        self._told = before._told

    def update(self, rates: Rates, now: datetime) -> tuple[list[Change], bool]:
        """Bring all plans up to date.

        Return those that were moved, and whether there is something to keep, as when one has begun.
        """
        settings = {key: self._settings(key) for key in self.keys}
        before = dict(self._stored.plans)
        plans: dict[str, Plan] = {}
        taken: dict[str, list[Session]] = {}
        for key in sorted(self.keys, key=lambda key: self._precedence(settings[key], key, now)):
            taken[key] = self._taken_by_others(key, plans, now)
            if key in self.settings and self._holds(key, settings[key], rates, taken[key], now):
                plans[key] = settled(before[key], rates, now)
            else:
                plans[key] = replan(settings[key], rates, now, before.get(key), taken[key])
            self._until[key] = _stays_until(plans[key], settings[key], now)
        changes = [self._change(key, plans[key], settings[key], rates, taken[key]) for key in self.keys]
        was = self._history or {key: _history(plan, now) for key, plan in before.items()}
        self._history = {key: _history(plan, now) for key, plan in plans.items()}
        self._stored.plans, self.settings, self._rates, self._taken = plans, settings, rates, taken
        return [change for change in changes if change is not None], self._history != was

    def _holds(
        self, key: str, settings: Settings, rates: Rates, taken: list[Session], now: datetime
    ) -> bool:
        """Tell whether a plan with sessions stays as it is, which spares the search for the cheapest.

        It does while what it was made from is the same, until something begins or ends: the cheapest
        choice stays the cheapest while time passes before it.
        """
        until = self._until.get(key)
        return (
            bool(self[key].sessions)
            and until is not None
            and now < until
            and self.settings[key] == settings
            and self._rates == rates
            and self._taken[key] == taken
        )

    def _settings(self, key: str) -> Settings:
        zone = dt_util.get_default_time_zone()
        if key == MAIN:
            return self._kept[key].get((self.options, zone), lambda: main_settings(self.options))
        data, on = self._subentries[key][1], self.is_on(key)
        states = [self._hass.states.get(entity) for entity in watched_entities(data)]
        return self._kept[key].get(
            (on, zone, states), lambda: plan_settings(self._hass, data, enabled=on)
        )

    def _charger(self, key: str) -> str:
        """Return what a plan's charger is called; nothing where it is the plan's own."""
        return "" if key == MAIN else self._subentries[key][1].get(CONF_CHARGER, "").strip()

    def _precedence(self, settings: Settings, key: str, now: datetime) -> tuple[bool, datetime]:
        """Order plans for a shared charger: what runs goes on, then the earlier deadline."""
        if not self._charger(key):
            return False, now
        plan = self._stored.plans.get(key)
        sessions = () if plan is None else plan.sessions
        runs = any(session.start <= now < session.end for session in sessions)
        return not runs, settings.window.current_or_next(now).end

    def _taken_by_others(self, key: str, plans: Mapping[str, Plan], now: datetime) -> list[Session]:
        """Return when plans that go first use the same charger."""
        charger = self._charger(key)
        if not charger:
            return []
        return [
            session
            for other, plan in plans.items()
            if self._charger(other) == charger
            for session in plan.sessions
            if session.end > now
        ]

    def _change(
        self, key: str, new: Plan, settings: Settings, rates: Rates, taken: list[Session]
    ) -> Change | None:
        """Return how a plan was moved since it was last told of; None if it wasn't."""
        if key not in self.settings:
            # Right after a start there is nothing to compare with.
            self._told[key] = new
            return None
        old, reason = self._told[key], self._reason(key, settings, rates, taken)
        moved = _moved_by(old, new)
        if settings.measured is not None and reason == "need" and moved < _DRIFT:
            return None
        self._told[key] = new
        # Nor is it news that another window has come.
        was_planned = bool(old.sessions) and (settings != self.settings[key] or old.window == new.window)
        return Change(self.name(key) or "", old, new, reason) if was_planned and moved else None

    def _reason(self, key: str, settings: Settings, rates: Rates, taken: list[Session]) -> str:
        """Return why a plan was moved."""
        before = self.settings[key]
        if (settings.duration, settings.measured) != (before.duration, before.measured):
            return "need"
        if settings != before:
            return "settings"
        if rates != self._rates:
            return "prices"
        return "charger" if taken != self._taken[key] else "time"


def _moved_by(old: Plan, new: Plan) -> timedelta:
    """Return how far any start or end of a session is from where it was."""
    if len(old.sessions) != len(new.sessions):
        return timedelta.max
    edges = (
        (before.start - after.start, before.end - after.end)
        for before, after in zip(old.sessions, new.sessions, strict=True)
    )
    return max((abs(edge) for pair in edges for edge in pair), default=timedelta(0))


def _next_edge(plan: Plan, now: datetime) -> datetime | None:
    """Return when a session of a plan, or its window, starts or ends next."""
    edges = (plan.next_change(now), plan.window.start, plan.window.end)
    return min((edge for edge in edges if edge is not None and edge > now), default=None)


def _stays_until(plan: Plan, settings: Settings, now: datetime) -> datetime | None:
    """Return when a plan with sessions may become another by time alone.

    That its window opens changes nothing of what was chosen in it before, but two things begin anew
    then: how much of a live need is met, and the week of sessions that is remembered.
    """
    opens = plan.window.start
    forgets = any(session.end <= opens - HISTORY for session in plan.past)
    is_news = settings.measured is not None or forgets
    edges = (plan.next_change(now), opens if is_news else None, plan.window.end)
    return min((edge for edge in edges if edge is not None and edge > now), default=None)


def _history(plan: Plan, now: datetime) -> object:
    """Return of a plan what has to outlive a restart: of a session that runs, about when it ends."""
    begun = [
        (session.start, session.duration // _KEEP) if session.end > now else session
        for session in plan.begun
    ]
    return begun, plan.past, plan.met


def plan_subentries(entry: ConfigEntry) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return name and data of an entry's charge plans by subentry id."""
    return {
        subentry.subentry_id: (subentry.title, subentry.data)
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_PLAN
    }
