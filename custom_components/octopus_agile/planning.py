"""The plans of an entry: its own charge and those of its subentries, brought up to date together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.core import HomeAssistant

from .agile.models import Rates
from .agile.planner import Session
from .agile.plans import Plan, Settings, replan, saving
from .charge import main_settings, plan_settings, watched_entities
from .const import CONF_CHARGER, SUBENTRY_PLAN
from .store import Stored

# The plan of the entry's own charge among the plans.
MAIN = "main"


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that was moved: what it was, what it is, and why."""

    name: str
    old: Plan
    new: Plan
    reason: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan at an instant, with what it needs and the prices it is made from."""

    plan: Plan
    settings: Settings
    rates: Rates
    now: datetime

    @property
    def session(self) -> Session | None:
        """The session that runs or comes next, or else the last one."""
        return self.plan.current_or_next(self.now)

    @property
    def energy(self) -> Decimal | None:
        """The energy in kWh: as asked for, or what the sessions draw. None where nobody said."""
        if self.settings.energy is not None or self.settings.power is None:
            return self.settings.energy
        return self.settings.power * Decimal(self.plan.duration / timedelta(hours=1))

    @property
    def cost(self) -> Decimal | None:
        """What the energy costs in GBP."""
        return _times_energy(self.energy, self.plan.mean_price)

    @property
    def saving(self) -> Decimal | None:
        """What is saved in GBP against charging at once from the window's start."""
        return _times_energy(self.energy, saving(self.plan, self.rates))


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
        # What each plan was made from, and when it begins or ends next.
        self._given: dict[str, tuple[Settings, Rates, list[Session], datetime | None]] = {}
        stored.plans = {key: stored.plans[key] for key in self.keys if key in stored.plans}

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
        return PlanView(self[key], self.settings[key], self._rates, now)

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
        """Return when the next session starts or ends."""
        changes = (plan.next_change(now) for plan in self._stored.plans.values())
        return min((change for change in changes if change is not None), default=None)

    def update(self, rates: Rates, now: datetime) -> tuple[list[Change], bool]:
        """Bring all plans up to date.

        Return those that were moved, and whether something has begun or ended since the last time.
        """
        settings = {key: self._settings(key) for key in self.keys}
        before = dict(self._stored.plans)
        plans: dict[str, Plan] = {}
        for key in sorted(self.keys, key=lambda key: self._precedence(settings[key], key, now)):
            plans[key] = replan(settings[key], rates, now, before.get(key), self._taken(key, plans, now))
        changes = [
            Change(self.name(key) or "", before[key], plans[key], reason)
            for key in self.keys
            if key in before
            and (reason := self._moved(key, before[key], plans[key], settings[key], rates))
        ]
        news = any(_history(before.get(key)) != _history(plans[key]) for key in self.keys)
        self._stored.plans, self.settings, self._rates = plans, settings, rates
        return changes, news

    def _still_holds(self, key: str, given: tuple[Settings, Rates, list[Session]], now: datetime) -> bool:
        """Tell whether a plan can stay as it is: what it was made from is, and it has not begun or ended.

        The cheapest sessions stay the cheapest while time passes before them.
        """
        *before, edge = self._given.get(key, (None,))
        return edge is not None and now < edge and before == list(given)

    def _settings(self, key: str) -> Settings:
        if key == MAIN:
            return main_settings(self.options)
        return plan_settings(self._hass, self._subentries[key][1], enabled=self.is_on(key))

    def _charger(self, key: str) -> str | None:
        return None if key == MAIN else self._subentries[key][1].get(CONF_CHARGER)

    def _precedence(self, settings: Settings, key: str, now: datetime) -> tuple[bool, datetime]:
        """Order plans for a shared charger: what runs goes on, then the earlier deadline."""
        plan = self._stored.plans.get(key)
        sessions = () if plan is None else plan.sessions
        runs = any(session.start <= now < session.end for session in sessions)
        return not runs, settings.window.current_or_next(now).end

    def _taken(self, key: str, plans: Mapping[str, Plan], now: datetime) -> list[Session]:
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

    def _moved(self, key: str, old: Plan, new: Plan, settings: Settings, rates: Rates) -> str | None:
        """Return why a plan has other times than before; None where it hasn't, or was none."""
        changed = key in self.settings and settings != self.settings[key]
        if old.window != new.window and not changed:
            return None
        if _times(old) == _times(new) or not old.sessions:
            return None
        if changed:
            same_but_need = settings.duration != self.settings[key].duration
            return "need" if same_but_need else "settings"
        return "prices" if rates != self._rates else "time"


def _history(plan: Plan | None) -> object:
    """Return of a plan what has to outlive a restart."""
    return None if plan is None else (plan.begun, plan.past, plan.met)


def _times_energy(energy: Decimal | None, price: Decimal | None) -> Decimal | None:
    return None if energy is None or price is None else energy * price


def _times(plan: Plan) -> list[tuple[datetime, datetime]]:
    return [(session.start, session.end) for session in plan.sessions]


def plan_subentries(entry: Any) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return name and data of an entry's charge plans by subentry id."""
    return {
        subentry.subentry_id: (subentry.title, subentry.data)
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_PLAN
    }
