"""The events that event entities fire, and how times, rates and sessions appear in them and elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from .agile.battery import Battery
from .agile.blocks import Session
from .agile.plan import Plan
from .agile.rates import Rate, Rates
from .agile.scenarios import Past
from .agile.told import News
from .const import (
    DOMAIN,
    EVENT_INCOMPLETE,
    EVENT_NEGATIVE,
    EVENT_PLAN_CHANGED,
    EVENT_PUBLISHED,
    EVENT_STALLED,
)


def local_iso(instant: datetime) -> str:
    """Return an instant as ISO 8601 in Home Assistant's zone, with the offset."""
    return dt_util.as_local(instant).isoformat()


def rate_dict(rate: Rate) -> dict[str, Any]:
    """Return a rate with local times (including the offset) and its price in GBP/kWh."""
    return {"start": local_iso(rate.start), "end": local_iso(rate.end), "price": float(rate.price)}


def session_dicts(sessions: Iterable[Session]) -> list[dict[str, str]]:
    """Return sessions with local times (including the offset)."""
    return [{"start": local_iso(session.start), "end": local_iso(session.end)} for session in sessions]


@callback
def common_text(hass: HomeAssistant, key: str, **placeholders: str) -> str:
    """Return a text in Home Assistant's language, or in English until that has loaded."""
    texts: dict[str, str] = {}
    for language in ("en", hass.config.language):
        texts |= async_get_cached_translations(hass, language, "common", DOMAIN)
    return texts[f"component.{DOMAIN}.common.{key}"].format(**placeholders)


def waiting_details(plan: Plan, power: Decimal | None) -> dict[str, Any]:
    """Return what is expected of what waits before a plan's deadline: pounds, and pounds for each kWh."""
    waiting, price, saving, total, odds = plan.waiting, None, None, None, None
    if waiting is not None:
        choice = waiting.choice
        price, saving, odds = choice.expected_price, choice.expected_saving, choice.odds
        if saving is not None and power is not None:
            total = saving * power * Decimal(waiting.need / timedelta(hours=1))
    return {
        "deadline": local_iso(plan.window.end),
        "expected_price": _float(price),
        "expected_saving": _float(total),
        "expected_saving_per_kwh": _float(saving),
        "odds": None if odds is None else round(odds, 3),
    }


def _float(number: Decimal | None) -> float | None:
    return None if number is None else round(float(number), 6)


@lru_cache(maxsize=8)
def outlook_dicts(past: Past, until: datetime, zone: tzinfo) -> list[dict[str, Any]]:
    """Return what each half hour from the end of the known prices on may cost, in GBP/kWh.

    Made once for each publication and deadline, so nobody may change what is returned.
    """
    return [
        {
            "start": band.start.astimezone(zone).isoformat(),
            "end": band.end.astimezone(zone).isoformat(),
            "low": round(band.low, 6),
            "middle": round(band.middle, 6),
            "high": round(band.high, 6),
        }
        for band in past.band(until)
    ]


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
