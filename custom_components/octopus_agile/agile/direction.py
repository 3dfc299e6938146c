"""Plans in either direction: an export is planned as an import whose prices are below zero.

The planner looks for the least cost. Here alone prices are turned round for it, and its sessions back:
everywhere else they are what is paid per kWh, to or by the home.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from . import plan as plans, replan as planner
from .blocks import Session
from .plan import Plan, Settings
from .rates import Rates
from .slots import Mode, cheapest_sessions
from .tariffs import Direction
from .windows import Deadlines, RepeatingWindow


def replan(
    settings: Settings, rates: Rates, now: datetime, previous: Plan | None, taken: Iterable[Session] = ()
) -> Plan:
    """Return the plan that follows the previous one; see `planner.replan`.

    For an export the dearest time is chosen, and the price limit is the least price to export at.
    """
    if settings.direction is Direction.IMPORT:
        return planner.replan(settings, rates, now, previous, taken)
    limit = settings.price_limit
    turned = replace(settings, price_limit=None if limit is None else -limit)
    before = None if previous is None else _turned(previous)
    return _turned(planner.replan(turned, rates.negated(), now, before, taken))


def best_sessions(
    rates: Rates,
    duration: timedelta,
    start: datetime,
    end: datetime,
    *,
    direction: Direction,
    limit: Decimal | None,
    mode: Mode,
    shortest_run: timedelta,
) -> tuple[Session, ...]:
    """Return the cheapest sessions at prices up to a limit, for an export the dearest from it on.

    See `cheapest_sessions`.
    """
    is_export = direction is Direction.EXPORT
    if is_export:
        rates, limit = rates.negated(), None if limit is None else -limit
    usable = rates if limit is None else rates.at_most(limit)
    found = cheapest_sessions(usable, duration, start, end, mode=mode, shortest_run=shortest_run)
    return _turned_sessions(found) if is_export else found


def saving(
    plan: Plan, rates: Rates, direction: Direction, window: RepeatingWindow | Deadlines | None = None
) -> Decimal | None:
    """Return what a plan saves, or earns more, in GBP per kWh against running at once."""
    saved = plans.saving(plan, rates, window)
    return saved if saved is None or direction is Direction.IMPORT else -saved


def _turned_sessions(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """Return sessions with their mean prices turned round."""
    return tuple(
        each if each.mean_price is None else replace(each, mean_price=-each.mean_price or Decimal(0))
        for each in sessions
    )


def _turned(plan: Plan) -> Plan:
    return replace(
        plan,
        begun=_turned_sessions(plan.begun),
        ahead=_turned_sessions(plan.ahead),
        past=_turned_sessions(plan.past),
    )
