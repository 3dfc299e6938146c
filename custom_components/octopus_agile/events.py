"""The events that event entities fire: prices published, negative prices announced, plan changed."""

from dataclasses import dataclass
from typing import Any

from .agile.plan import Plan
from .agile.rates import Rates
from .const import EVENT_NEGATIVE, EVENT_PLAN_CHANGED, EVENT_PUBLISHED
from .serialize import local_iso, rate_dict, session_dicts


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


def plan_changed(name: str, reason: str, old: Plan, new: Plan) -> AgileEvent:
    """Return the event for a plan that has moved."""
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
