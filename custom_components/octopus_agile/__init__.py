"""Octopus Agile: half-hourly electricity prices and the cheapest time to use them."""

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .card import async_add_card, async_remove_card, async_serve_card
from .config_flow import OctopusAgileConfigFlow
from .const import DOMAIN, PLATFORMS
from .coordinator import CHANGED, AgileCoordinator, OctopusAgileConfigEntry
from .issues import async_delete_issues
from .services import async_setup_services
from .store import AgileStore

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what does not belong to one entry: the actions, and the dashboard card's file."""
    async_setup_services(hass)
    await async_serve_card(hass)

    @callback
    def entry_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        # Not when it is unloaded: an entry that is still waiting for its first prices never is. And
        # after a reload they are looked at anew, and what somebody ignores stays ignored.
        if entry.domain == DOMAIN and entry.disabled_by:
            async_delete_issues(hass, entry.entry_id)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> bool:
    """Set up an entry: its prices first, then the entities that show them."""
    # Before anything can fail, or dashboards would show errors in the card's place during an outage.
    async_add_card(hass)
    coordinator = AgileCoordinator(hass, entry)
    await coordinator.async_start()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.async_tell_news()
    entry.async_on_unload(entry.add_update_listener(_async_entry_changed))
    # It may have been changed while it was being set up, when nobody listened yet.
    if not coordinator.is_for(entry):
        hass.config_entries.async_schedule_reload(entry.entry_id)
    elif coordinator.plans.options is not entry.options:
        coordinator.async_tick()
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> bool:
    """Tell whether an entry that another version has made can be used as it is.

    There has been one major version of entries so far, so there is nothing to convert. A newer minor
    version only adds what this one doesn't look at. A newer major one Home Assistant itself refuses.
    """
    return entry.version == OctopusAgileConfigFlow.VERSION


async def async_unload_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> bool:
    """Unload an entry's entities; its timers stop with the coordinator."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Delete what was kept for an entry; with the last one the dashboard card goes too."""
    if not hass.config_entries.async_entries(DOMAIN):
        async_remove_card(hass)
    async_delete_issues(hass, entry.entry_id)
    await AgileStore(hass, entry.entry_id).async_remove()


async def _async_entry_changed(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Follow a change of the entry: a new charge is planned at once, a new tariff needs a reload."""
    if entry.runtime_data.is_for(entry):
        entry.runtime_data.async_tick()
    else:
        hass.data.setdefault(CHANGED, {})[entry.entry_id] = entry.runtime_data.plans
        await hass.config_entries.async_reload(entry.entry_id)
