"""How times, rates and sessions appear in attributes, events and action responses."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from homeassistant.util import dt as dt_util

from .agile.blocks import Session
from .agile.rates import Rate


def local_iso(instant: datetime) -> str:
    """Return an instant as ISO 8601 in Home Assistant's zone, with the offset."""
    return dt_util.as_local(instant).isoformat()


def rate_dict(rate: Rate) -> dict[str, Any]:
    """Return a rate with local times (including the offset) and its price in GBP/kWh."""
    return {"start": local_iso(rate.start), "end": local_iso(rate.end), "price": float(rate.price)}


def session_dicts(sessions: Iterable[Session]) -> list[dict[str, str]]:
    """Return sessions with local times (including the offset)."""
    return [{"start": local_iso(session.start), "end": local_iso(session.end)} for session in sessions]
