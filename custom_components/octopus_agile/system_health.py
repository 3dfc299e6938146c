"""System health: one summary for all entries."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .agile.client import API_URL
from .const import DOMAIN
from .coordinator import OctopusAgileConfigEntry
from .diagnostics import requests_report
from .prices import COORDINATORS


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the info callback."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    """Return whether the API can be reached, and a summary of requests. Nothing names a region."""
    now = dt_util.utcnow()
    entries: list[OctopusAgileConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    prices = [entry.runtime_data.prices for entry in entries]
    # Includes requests for former tariffs and those only looked at.
    reports = [requests_report(each, now) for each in hass.data.get(COORDINATORS, {}).values()]
    return {
        "can_reach_server": system_health.async_check_can_reach_url(hass, f"{API_URL}products/"),
        "products": ", ".join(sorted({each.tariff.product for each in prices})),
        # The earliest end of known prices among all tariffs.
        "prices_until": min((each.data.known_until(now) for each in prices), default=None),
        "requests_in_24_hours": sum(report["requests_in_24_hours"] for report in reports),
        "failures_in_24_hours": sum(report["failures_in_24_hours"] for report in reports),
    }
