"""Who has a charger that several plans share: which of them go first, and what that leaves to another."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from ..agile.blocks import Session
from ..agile.plan import Plan, Rival, Settings
from ..agile.replan import for_minimum
from ..prices import PriceCoordinator


class Sharer(Protocol):
    """A plan, as far as it matters to others on its charger."""

    @property
    def charger(self) -> str:
        """The entity that switches it, empty if there is none."""

    @property
    def prices(self) -> PriceCoordinator:
        """The prices it follows."""

    @property
    def settings(self) -> Settings | None:
        """What it is asked for, None if that isn't known."""

    @property
    def plan(self) -> Plan | None:
        """How it stands, None before the first update."""

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions of its window; none while it can't be used."""

    @property
    def boosted(self) -> bool:
        """Whether it charges at once because somebody wants it to."""

    @property
    def failure(self) -> str | None:
        """Why it can't be used, None if it can."""


def by_precedence[T: Sharer](plans: Iterable[T], now: datetime) -> list[T]:
    """Return plans in the order in which they choose their time.

    On a shared charger, a boosted one goes first, a running one, then the earliest deadline.
    """
    return sorted(plans, key=lambda plan: _precedence(plan, now))


def _precedence(plan: Sharer, now: datetime) -> tuple[bool, bool, datetime]:
    if not plan.charger or plan.settings is None or plan.failure is not None:
        return True, True, now
    return not plan.boosted, not _runs(plan, now), plan.settings.window.current_or_next(now).end


def rivals_of(plan: Sharer, plans: Iterable[Sharer]) -> tuple[Rival, ...]:
    """Return what the other plans on a plan's charger need."""
    return tuple(
        Rival(other.settings.window, other.settings.need.duration)
        for other in plans
        if plan.charger and other is not plan and other.charger == plan.charger
        if other.settings is not None and other.settings.enabled and other.settings.need is not None
    )


def taken_from(plan: Sharer, in_order: Sequence[Sharer], now: datetime) -> tuple[Session, ...]:
    """Return the time that a plan can't have its charger, because others do or need it."""
    if not plan.charger:
        return ()
    place = in_order.index(plan)
    return tuple(
        session
        for other in in_order[:place]
        if other.charger == plan.charger
        for session in other.sessions
        if session.end > now
    ) + _left_to_minima(plan, in_order[place + 1 :], now)


def _left_to_minima(plan: Sharer, later: Iterable[Sharer], now: datetime) -> tuple[Session, ...]:
    """Return the time that a plan leaves to others on its charger, for their minimum.

    In that theirs is the earlier deadline; but what runs goes on.
    """
    if plan.settings is None or plan.boosted or _runs(plan, now):
        return ()
    until = plan.settings.window.current_or_next(now).end
    return tuple(
        session
        for other in later
        if other.charger == plan.charger and other.failure is None
        if other.settings is not None and other.settings.enabled and other.plan is not None
        for session in for_minimum(other.settings, other.prices.data, now, other.plan, until)
    )


def _runs(plan: Sharer, now: datetime) -> bool:
    return any(session.start <= now < session.end for session in plan.sessions)
