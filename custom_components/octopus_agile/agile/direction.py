"""Plans in either direction: an export is planned as an import whose prices are below zero.

The planner looks for the least cost, and for a battery that fills. Here alone prices and levels are
turned round for it, and its sessions back: everywhere else prices are what is paid per kWh, to or by the
home, and levels are how full a battery is.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from . import battery as batteries, plan as plans, replan as planner
from .battery import Battery, Report
from .blocks import Session
from .plan import Plan, Settings
from .rates import Rates
from .slots import Mode, cheapest_sessions
from .tariffs import Direction
from .windows import Deadlines, RepeatingWindow

_FULL = Decimal(100)


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
    return _turned(planner.replan(turned, rates.negated, now, before, taken))


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
        rates, limit = rates.negated, None if limit is None else -limit
    usable = rates if limit is None else rates.at_most(limit)
    found = cheapest_sessions(usable, duration, start, end, mode=mode, shortest_run=shortest_run)
    return _turned_sessions(found) if is_export else found


def saving(
    plan: Plan, rates: Rates, direction: Direction, window: RepeatingWindow | Deadlines | None = None
) -> Decimal | None:
    """Return what a plan saves, or earns more, in GBP per kWh against running at once."""
    saved = plans.saving(plan, rates, window)
    return saved if saved is None or direction is Direction.IMPORT else -saved


def hear(
    battery: Battery | None, report: Report, now: datetime, charged: Decimal, direction: Direction
) -> Battery | None:
    """Return what is known of a battery after a report; see `batteries.hear`.

    For an export, `charged` is by how many points it can have been discharged.
    """
    if direction is Direction.IMPORT:
        return batteries.hear(battery, report, now, charged)
    turned = replace(report, level=_turned_level(report.level), target=_turned_level(report.target))
    before = None if battery is None else as_filling(battery, direction)
    found = batteries.hear(before, turned, now, charged, flat=_FULL)
    return None if found is None else as_filling(found, direction)


def as_filling(battery: Battery, direction: Direction) -> Battery:
    """Return a battery as one that fills; for an export, its levels are how empty it is. And back."""
    if direction is Direction.IMPORT:
        return battery
    return replace(
        battery,
        level=_FULL - battery.level,
        target=_FULL - battery.target,
        doubted=_turned_level(battery.doubted),
        next_target=_turned_level(battery.next_target),
        enough_at=_turned_level(battery.enough_at),
        enough_for=_turned_level(battery.enough_for),
        seen=tuple(_FULL - each for each in battery.seen),
    )


def _turned_level(level: Decimal | None) -> Decimal | None:
    return None if level is None else _FULL - level


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
