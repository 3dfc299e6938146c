"""Diagnostics: what a maintainer needs, and nothing that says where the user lives."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .charges import ChargePlan
from .const import (
    CONF_CHARGER,
    CONF_ENERGY_SENSOR,
    CONF_PLUGGED_IN,
    CONF_PRODUCT,
    CONF_REGION,
    CONF_SOC,
    CONF_TARGET_ENTITY,
)
from .coordinator import OctopusAgileConfigEntry
from .prices import async_prices_of, tariff_of

_REDACTED = {CONF_CHARGER, CONF_ENERGY_SENSOR, CONF_PLUGGED_IN, CONF_REGION, CONF_SOC, CONF_TARGET_ENTITY}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: OctopusAgileConfigEntry
) -> dict[str, Any]:
    """Return an entry's settings, prices known, requests, and its plans if it is loaded."""
    now = dt_util.utcnow()
    settings = {
        "now": now.isoformat(),
        "time_zone": hass.config.time_zone,
        "product": entry.data[CONF_PRODUCT],
        "data": async_redact_data(dict(entry.data), _REDACTED),
        "options": async_redact_data(dict(entry.options), _REDACTED),
        "charge_plans": [
            async_redact_data(dict(subentry.data), _REDACTED) for subentry in entry.subentries.values()
        ],
    }
    prices = async_prices_of(hass, tariff_of(entry))
    shown = {
        **settings,
        "state": entry.state.value,
        "requests": prices.report(now),
        # Prices would give away the region, which only scales them. A maintainer needs only the
        # times for which they are known.
        "known": [
            {"start": start.isoformat(), "end": end.isoformat()} for start, end in prices.data.spans
        ],
    }
    if entry.state is ConfigEntryState.LOADED:
        shown["plans"] = [_plan(each) for each in entry.runtime_data.plans]
    return shown


def _plan(charge: ChargePlan) -> dict[str, Any]:
    """Return a plan's settings and the plan itself."""
    shown: dict[str, Any] = {"enabled": charge.enabled, "failure": charge.failure}
    if charge.settings is not None:
        shown["settings"] = {name: str(value) for name, value in asdict(charge.settings).items()}
    if charge.plan is not None:
        plan = charge.plan
        shown |= {
            "status": plan.status.value,
            "reason": plan.reason,
            "window": [plan.window.start.isoformat(), plan.window.end.isoformat()],
            "sessions": [[each.start.isoformat(), each.end.isoformat()] for each in plan.sessions],
        }
    return shown
