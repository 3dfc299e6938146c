"""Diagnostics: what a maintainer needs, and nothing that says where the user lives."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .agile.publication import DAY, MOST_REQUESTS, requests_left
from .charges.charge_plan import ChargePlan
from .comparisons.settings import comparisons_of
from .const import (
    CONF_CHARGER,
    CONF_ENERGY_SENSOR,
    CONF_PLUGGED_IN,
    CONF_PRODUCT,
    CONF_REGION,
    CONF_SOC,
    CONF_TARGET_ENTITY,
)
from .coordinator import OctopusAgileConfigEntry, plan_keys
from .prices import PriceCoordinator, async_prices_of
from .tariffs import export_tariff_of, tariff_of

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
            async_redact_data(dict(entry.subentries[key].data), _REDACTED) for key in plan_keys(entry)
        ],
        "comparisons": [each.tariff.product for each in comparisons_of(entry)],
    }
    prices = async_prices_of(hass, tariff_of(entry))
    shown = {
        **settings,
        "state": entry.state.value,
        "requests": requests_report(prices, now),
        # Prices would give away the region, which only scales them. A maintainer needs only the
        # times for which they are known.
        "known": [
            {"start": start.isoformat(), "end": end.isoformat()} for start, end in prices.data.spans
        ],
    }
    if (tariff := export_tariff_of(entry)) is not None:
        shown["export_requests"] = requests_report(async_prices_of(hass, tariff), now)
    if entry.state is ConfigEntryState.LOADED:
        shown["plans"] = [_plan(each) for each in entry.runtime_data.plans]
    return shown


def requests_report(prices: PriceCoordinator, now: datetime) -> dict[str, Any]:
    """Return the state of a tariff's prices and requests."""
    log, error = prices.log, prices.last_exception
    return {
        "fetched_at": prices.fetched_at and prices.fetched_at.isoformat(),
        "last_request": log and log.at.isoformat(),
        "failed_attempts": log and log.failed_attempts,
        "requests_in_24_hours": MOST_REQUESTS - requests_left(log, now),
        "failures_in_24_hours": len([at for at in prices.failures if at > now - DAY]),
        "next_request": prices.next_request(now).isoformat(),
        "known_until": prices.data.end and prices.data.end.isoformat(),
        "slots": len(prices.data),
        "last_update_success": prices.last_update_success,
        # Its text names the tariff, and so the region.
        "last_error": error and str(error.__cause__ or getattr(error, "translation_key", error)),
    }


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
