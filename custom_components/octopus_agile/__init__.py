"""Octopus Agile: half-hourly electricity prices and the cheapest time to use them."""

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .card import async_add_card, async_remove_card, async_serve_card
from .charges import MAIN
from .const import DOMAIN, PLATFORMS
from .coordinator import ChargeCoordinator, OctopusAgileConfigEntry, plan_keys
from .issues import async_delete_issues, async_update_issues
from .prices import PriceCoordinator, async_forget_unused, async_prices_of, tariff_of
from .services import async_setup_services
from .store import async_remove_files

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what does not belong to one entry: the actions, and the dashboard card's file."""
    async_setup_services(hass)
    await async_serve_card(hass)

    @callback
    def entry_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        # Not when it is unloaded: an entry that is still waiting for its first prices never is. And
        # a reload raises again what is still so, while what somebody ignores stays ignored.
        if entry.domain == DOMAIN and entry.disabled_by:
            async_delete_issues(hass, entry.entry_id)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> bool:
    """Set up an entry: its prices first, then its plans, then the entities that show them."""
    # Before anything can fail, or dashboards would show errors in the card's place during an outage.
    async_add_card(hass)
    prices = async_prices_of(hass, tariff_of(entry))
    await prices.async_restore(entry)
    await _async_first_prices(hass, entry, prices)
    keys = [MAIN, *plan_keys(entry)]
    # Plans that were deleted while the entry wasn't set up have left theirs, and so has another tariff.
    await async_remove_files(hass, f"{entry.entry_id}.", but=keys)
    await async_forget_unused(hass)
    async_delete_issues(hass, entry.entry_id, of_plans_but=keys)
    charges = ChargeCoordinator(hass, entry, prices)
    entry.async_on_unload(charges.async_stop)
    await charges.async_restore()
    entry.runtime_data = charges
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    charges.async_start()
    entry.async_on_unload(entry.add_update_listener(_async_entry_changed))
    if not charges.is_for(entry):
        # It was changed while it was being set up, when nobody listened yet.
        hass.config_entries.async_schedule_reload(entry.entry_id)
    return True


async def _async_first_prices(
    hass: HomeAssistant, entry: OctopusAgileConfigEntry, prices: PriceCoordinator
) -> None:
    """Wait for prices only where none is known for now; who reloads an entry wants them asked for."""
    if prices.data.at(dt_util.utcnow()) is None:
        await prices.async_refresh()
        if not prices.data:
            # The product may have ended, or the clock be wrong: then no other attempt will do.
            async_update_issues(hass, entry, prices, ())
            raise ConfigEntryNotReady from prices.last_exception
    elif hass.is_running:
        entry.async_create_background_task(hass, prices.async_refresh(), f"{prices.name} refresh")


async def async_unload_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> bool:
    """Unload an entry's entities; its plans stop with it, its prices when nobody else holds them."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Delete what was kept for an entry; with the last one the dashboard card goes too."""
    if not hass.config_entries.async_entries(DOMAIN):
        async_remove_card(hass)
    async_delete_issues(hass, entry.entry_id)
    await async_remove_files(hass, f"{entry.entry_id}.")
    await async_forget_unused(hass)


async def _async_entry_changed(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Follow a change of the entry: other options at once, another tariff or plan by a reload."""
    if entry.runtime_data.is_for(entry):
        entry.runtime_data.async_entry_changed()
    else:
        await hass.config_entries.async_reload(entry.entry_id)
