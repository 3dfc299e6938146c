"""A plan as it is seen at an instant: what its entities show."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from .agile.blocks import Session
from .agile.plan import Plan, Settings, Status, saving
from .agile.rates import Rates

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PlanView:
    """A plan at an instant, with what it needs and the prices it is made from.

    `session` runs or comes next, or else is the last one; `running` is the one that runs, if one
    does; `last_end` is when the latest one that is over ended.
    """

    plan: Plan
    settings: Settings
    rates: Rates
    session: Session | None
    running: Session | None
    last_end: datetime | None

    @cached_property
    def mean_price(self) -> Decimal | None:
        """The mean price of all sessions in GBP/kWh."""
        return self.plan.mean_price

    @cached_property
    def energy(self) -> Decimal | None:
        """The energy in kWh: as asked for, or what the sessions draw if they don't run as long.

        None where nobody said, or where a live need has no sessions yet.
        """
        asked, needed = self.settings.energy, self.settings.duration
        is_less = bool(self.plan.sessions) and needed is not None and self.plan.duration < needed
        return self._drawn if asked is None or is_less else asked

    @property
    def _drawn(self) -> Decimal | None:
        power = self.settings.power
        is_known = self.plan.sessions or self.plan.status is Status.FINISHED
        if power is None or not is_known:
            return None
        return power * Decimal(self.plan.duration / timedelta(hours=1))

    @cached_property
    def cost(self) -> Decimal | None:
        """What the energy costs in GBP."""
        return _times_energy(self.energy, self.mean_price)

    @cached_property
    def saving(self) -> Decimal | None:
        """What is saved in GBP against charging at once from the window's start."""
        return _times_energy(self.energy, saving(self.plan, self.rates))


class Views:
    """The views of plans by key, each kept until something begins or ends or its plan is another."""

    def __init__(self) -> None:
        """Start without any."""
        self._kept: dict[str, tuple[datetime, datetime, PlanView]] = {}

    def of(self, key: str, plan: Plan, settings: Settings, rates: Rates, now: datetime) -> PlanView:
        """Return the view of a plan at an instant."""
        if key in self._kept:
            since, until, view = self._kept[key]
            is_same = view.plan is plan and view.settings is settings and view.rates is rates
            if is_same and since <= now < until:
                return view
        session, running, last_end = plan.current_or_next(now), plan.running(now), plan.last_end(now)
        view = PlanView(plan, settings, rates, session, running, last_end)
        edges = (edge for each in plan.past + plan.sessions for edge in (each.start, each.end))
        until = min((edge for edge in edges if edge > now), default=_NEVER)
        self._kept[key] = now, until, view
        return view


def _times_energy(energy: Decimal | None, price: Decimal | None) -> Decimal | None:
    return None if energy is None or price is None else energy * price
