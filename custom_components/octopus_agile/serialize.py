"""How times, rates, sessions and texts appear in states, attributes, events and answers."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from .agile.blocks import Session
from .agile.plan import Plan
from .agile.rates import Rate
from .agile.scenarios import Past
from .const import DOMAIN


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
