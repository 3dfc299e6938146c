"""What a maintainer needs to see, and nothing that says where the user lives."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .const import CONF_CHARGER, CONF_PRODUCT, CONF_REGION, CONF_SOC, CONF_TARGET_ENTITY
from .coordinator import OctopusAgileConfigEntry
from .feed import feed_of
from .planning import Plans

_REDACTED = {CONF_CHARGER, CONF_REGION, CONF_SOC, CONF_TARGET_ENTITY}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: OctopusAgileConfigEntry
) -> dict[str, Any]:
    """Return an entry's settings, what is known and asked, and its plans if it is set up."""
    now = dt_util.utcnow()
    settings = {
        "now": now.isoformat(),
        "time_zone": hass.config.time_zone,
        "product": entry.data[CONF_PRODUCT],
        "data": async_redact_data(dict(entry.data), _REDACTED),
        "options": dict(entry.options),
        "charge_plans": [
            async_redact_data(dict(subentry.data), _REDACTED) for subentry in entry.subentries.values()
        ],
    }
    if entry.state is not ConfigEntryState.LOADED:
        feed = feed_of(hass, entry.data[CONF_PRODUCT], entry.data[CONF_REGION])
        return {**settings, "state": entry.state.value, "requests": feed.report(now)}
    coordinator = entry.runtime_data
    return {
        **settings,
        "requests": coordinator.cache_report(now),
        # Regions differ in their prices only by a factor, so these are left out: when they are known
        # says what a maintainer needs.
        "known": [
            {"start": run_start.isoformat(), "end": run_end.isoformat()}
            for run_start, run_end in coordinator.data.spans
        ],
        "plans": [_plan(coordinator.plans, key) for key in coordinator.plans.keys],
    }


def _plan(plans: Plans, key: str) -> dict[str, Any]:
    """Return what a plan is made from, and what it is."""
    plan = plans[key]
    return {
        "settings": {name: str(value) for name, value in asdict(plans.settings[key]).items()},
        "status": plan.status.value,
        "reason": plan.reason,
        "window": [plan.window.start.isoformat(), plan.window.end.isoformat()],
        "sessions": [[session.start.isoformat(), session.end.isoformat()] for session in plan.sessions],
    }
