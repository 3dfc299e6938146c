"""What the event entity tells of: prices published, negative ones among them, plans changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.util import dt as dt_util

from .agile.plan import Plan
from .agile.rates import Rate, Rates
from .const import EVENT_NEGATIVE, EVENT_PLAN_CHANGED, EVENT_PUBLISHED
from .planning import Change


@dataclass(frozen=True, slots=True)
class News:
    """An event: its type, and what goes with it."""

    type: str
    details: dict[str, Any]


def published(before: Rates, after: Rates) -> list[News]:
    """Return the news in prices that reach further than before; none in the very first ones."""
    if before.end is None or after.end is None or after.end <= before.end:
        return []
    new = after.overlapping(before.end)
    news = [News(EVENT_PUBLISHED, {"until": local_iso(after.end), "new_slots": len(new)})]
    negative = [rate for rate in new if rate.price < 0]
    if negative:
        hours = sum((rate.end - rate.start).total_seconds() for rate in negative) / 3600
        slots = [rate_dict(rate) for rate in negative]
        news.append(News(EVENT_NEGATIVE, {"hours": hours, "slots": slots}))
    return news


def plan_changed(change: Change) -> News:
    """Return the news that a plan was moved."""
    return News(
        EVENT_PLAN_CHANGED,
        {
            "plan": change.name,
            "reason": change.reason,
            "old_sessions": session_dicts(change.old),
            "new_sessions": session_dicts(change.new),
            "status": change.new.status.value,
        },
    )


def rate_dict(rate: Rate) -> dict[str, Any]:
    """Return a rate as users get it: local times with their offset, GBP/kWh."""
    return {
        "start": local_iso(rate.start),
        "end": local_iso(rate.end),
        "price": float(rate.price),
    }


def session_dicts(plan: Plan) -> list[dict[str, str]]:
    """Return the sessions of a plan as users get them: local times with their offset."""
    return [
        {"start": local_iso(session.start), "end": local_iso(session.end)} for session in plan.sessions
    ]


def local_iso(instant: datetime) -> str:
    """Return an instant as ISO 8601 in Home Assistant's zone, with the offset."""
    return dt_util.as_local(instant).isoformat()
