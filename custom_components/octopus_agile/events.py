"""What the event entities tell: prices published, negative ones among them, a plan moved."""

from dataclasses import dataclass
from typing import Any

from .agile.plan import Plan
from .agile.rates import Rates
from .const import EVENT_NEGATIVE, EVENT_PLAN_CHANGED, EVENT_PUBLISHED
from .serialize import local_iso, rate_dict, session_dicts


@dataclass(frozen=True, slots=True)
class AgileEvent:
    """An event: its type, and what goes with it."""

    type: str
    details: dict[str, Any]


def published(new: Rates) -> list[AgileEvent]:
    """Return the events of prices that were not known before; at least one is needed."""
    assert new.end is not None
    events = [AgileEvent(EVENT_PUBLISHED, {"until": local_iso(new.end), "new_slots": len(new)})]
    negative = [rate for rate in new if rate.price < 0]
    if negative:
        hours = sum((rate.end - rate.start).total_seconds() for rate in negative) / 3600
        slots = [rate_dict(rate) for rate in negative]
        events.append(AgileEvent(EVENT_NEGATIVE, {"hours": hours, "slots": slots}))
    return events


def plan_changed(name: str, reason: str, old: Plan, new: Plan) -> AgileEvent:
    """Return the event that a plan has moved."""
    return AgileEvent(
        EVENT_PLAN_CHANGED,
        {
            "plan": name,
            "reason": reason,
            "old_sessions": session_dicts(old.sessions),
            "new_sessions": session_dicts(new.sessions),
            "status": new.status.value,
        },
    )
