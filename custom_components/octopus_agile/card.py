"""The dashboard card: served by Home Assistant and available to all its dashboards."""

import hashlib
from pathlib import Path

from homeassistant.components import frontend
from homeassistant.components.http import StaticPathConfig  # type: ignore[attr-defined]
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

FOLDER = Path(__file__).parent / "frontend"
# What pages load: small, so that it is there at once. It fetches the card's own file beside it.
LOADER = FOLDER / "octopus-agile.js"
# A panel that nobody sees: it loads the card into a page that was open before the integration was set
# up, and goes on to the list of dashboards, where the ready one is added.
PANEL = "octopus-agile"

_URL: HassKey[str] = HassKey(f"{DOMAIN}_card_url")


async def async_serve_card(hass: HomeAssistant) -> None:
    """Serve the card's files until Home Assistant stops. Do nothing without a web server."""
    if not {"frontend", "http"} <= hass.config.components:
        return
    version = await hass.async_add_executor_job(_fingerprint)
    await hass.http.async_register_static_paths([StaticPathConfig(f"/{DOMAIN}", str(FOLDER))])
    # Browsers cache the file for a month, so a new version needs a new URL. It names the card's.
    hass.data[_URL] = f"/{DOMAIN}/{LOADER.name}?v={version}"


@callback
def async_add_card(hass: HomeAssistant) -> None:
    """Load the card on every page from now on, and on those already open when they go to the panel.

    Not as a dashboard resource: the list of resources is the user's own, outlives the integration, is
    missing with YAML dashboards, and reaches a page only when it is reloaded.
    """
    url = hass.data.get(_URL)
    if url is None or url in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls:
        return
    frontend.add_extra_js_url(hass, url)
    custom = {"name": "octopus-agile-panel", "module_url": url, "embed_iframe": False}
    frontend.async_register_built_in_panel(
        hass,
        "custom",
        frontend_url_path=PANEL,
        config={"_panel_custom": {**custom, "trust_external": False}},
        require_admin=True,
    )


@callback
def async_remove_card(hass: HomeAssistant) -> None:
    """Stop loading the card on pages."""
    url = hass.data.get(_URL)
    if url is not None:
        frontend.remove_extra_js_url(hass, url)
        frontend.async_remove_panel(hass, PANEL)


def _fingerprint() -> str:
    return hashlib.sha256(LOADER.read_bytes()).hexdigest()[:12]
