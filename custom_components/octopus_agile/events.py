"""The events that event entities fire: of which type, and with which attributes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from .agile.battery import Battery
from .agile.plan import Plan
from .agile.rates import Rates
from .agile.told import News
from .const import (
    EVENT_INCOMPLETE,
    EVENT_NEGATIVE,
    EVENT_PLAN_CHANGED,
    EVENT_PUBLISHED,
    EVENT_STALLED,
)
from .serialize import local_iso, rate_dict, session_dicts


class Cause(StrEnum):
    """Why a plan was updated, and so why its sessions moved, if they did."""

    PRICES = "prices"
    NEED = "need"
    SETTINGS = "settings"
    CHARGER = "charger"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class AgileEvent:
    """An event: its type and its attributes."""

    type: str
    details: dict[str, Any]


def published(new: Rates) -> list[AgileEvent]:
    """Return the events for newly published prices, of which there must be at least one."""
    assert new.end is not None
    events = [AgileEvent(EVENT_PUBLISHED, {"until": local_iso(new.end), "new_slots": len(new)})]
    negative = [rate for rate in new if rate.price < 0]
    if negative:
        hours = sum((rate.end - rate.start).total_seconds() for rate in negative) / 3600
        slots = [rate_dict(rate) for rate in negative]
        events.append(AgileEvent(EVENT_NEGATIVE, {"hours": hours, "slots": slots}))
    return events


def plan_events(
    news: Iterable[News],
    name: str,
    plan: Plan,
    *,
    old: Plan | None,
    cause: Cause,
    battery: Battery | None,
) -> Iterator[AgileEvent]:
    """Yield the events that tell the news of a plan; `old` is the plan as it was told before."""
    for each in news:
        if each is News.STALLED:
            yield charge_stalled(name, plan, battery)
        elif each is News.INCOMPLETE or old is None:
            yield charge_incomplete(name, plan)
        else:
            yield plan_changed(name, cause, old, plan)


def plan_changed(name: str, cause: Cause, old: Plan, new: Plan) -> AgileEvent:
    """Return the event for a plan that has moved."""
    return AgileEvent(
        EVENT_PLAN_CHANGED,
        {
            "plan": name,
            "reason": cause.value,
            "old_sessions": session_dicts(old.sessions),
            "new_sessions": session_dicts(new.sessions),
            "status": new.status.value,
        },
    )


def charge_stalled(name: str, plan: Plan, battery: Battery | None) -> AgileEvent:
    """Return the event for a charge whose battery doesn't fill although it should; level in percent."""
    details = {
        "plan": name,
        "level": None if battery is None else float(battery.level),
        "sessions": session_dicts(plan.sessions),
    }
    return AgileEvent(EVENT_STALLED, details)


def charge_incomplete(name: str, plan: Plan) -> AgileEvent:
    """Return the event for a charge that doesn't fit any more; the shortfall in minutes."""
    details = {
        "plan": name,
        "reason": plan.reason,
        "shortfall": round(plan.shortfall / timedelta(minutes=1)),
        "ready_by": local_iso(plan.window.end),
        "sessions": session_dicts(plan.sessions),
    }
    return AgileEvent(EVENT_INCOMPLETE, details)
