"""The dashboard card: served by Home Assistant and available to all its dashboards."""

import hashlib
from pathlib import Path

from homeassistant.components import frontend
from homeassistant.components.http import StaticPathConfig  # type: ignore[attr-defined]
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

CARD = Path(__file__).parent / "frontend" / "octopus-agile-card.js"
PATH = f"/{DOMAIN}/{CARD.name}"

_URL: HassKey[str] = HassKey(f"{DOMAIN}_card_url")


async def async_serve_card(hass: HomeAssistant) -> None:
    """Serve the card's file until Home Assistant stops. Do nothing without a web server."""
    if not {"frontend", "http"} <= hass.config.components:
        return
    version = await hass.async_add_executor_job(_fingerprint)
    await hass.http.async_register_static_paths([StaticPathConfig(PATH, str(CARD))])
    # Browsers cache the file for a month, so a new version needs a new URL.
    hass.data[_URL] = f"{PATH}?v={version}"


@callback
def async_add_card(hass: HomeAssistant) -> None:
    """Load the card on every page, including those already open.

    Not as a dashboard resource: the list of resources is the user's own, outlives the integration, is
    missing with YAML dashboards, and reaches a page only when it is reloaded.
    """
    url = hass.data.get(_URL)
    if url is not None and url not in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls:
        frontend.add_extra_js_url(hass, url)


@callback
def async_remove_card(hass: HomeAssistant) -> None:
    """Stop loading the card on pages."""
    url = hass.data.get(_URL)
    if url is not None:
        frontend.remove_extra_js_url(hass, url)


def _fingerprint() -> str:
    return hashlib.sha256(CARD.read_bytes()).hexdigest()[:12]
