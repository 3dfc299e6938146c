"""How users get times, rates and sessions in attributes, events and answers."""

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
    """Return a rate: local times with their offset, GBP/kWh."""
    return {"start": local_iso(rate.start), "end": local_iso(rate.end), "price": float(rate.price)}


def session_dicts(sessions: Iterable[Session]) -> list[dict[str, str]]:
    """Return sessions: local times with their offset."""
    return [{"start": local_iso(session.start), "end": local_iso(session.end)} for session in sessions]
