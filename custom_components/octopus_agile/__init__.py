"""Octopus Agile: half-hourly electricity prices and the cheapest time to use them."""

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .card import async_add_card, async_remove_card, async_serve_card
from .chargers.chargers import CHARGERS_FILE, async_release
from .charges.charge_plan import MAIN
from .comparisons.settings import comparisons_of
from .const import DOMAIN, PLATFORMS
from .coordinator import ChargeCoordinator, OctopusAgileConfigEntry, Prices, plan_keys
from .history.importer import IMPORT_FILE
from .issues import async_delete_issues, async_update_issues
from .prices import PriceCoordinator, async_prices_of
from .services import async_setup_services
from .sources import SOURCES, Sources
from .store import async_remove_files
from .tariffs import async_forget_unused, export_tariff_of, tariff_of

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what all entries share: the actions and the dashboard card's file."""
    async_setup_services(hass)
    await async_serve_card(hass)

    @callback
    def entry_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        # Not on unload: an entry still waiting for its first prices is never unloaded. And deleting
        # issues on a reload would bring back those that the user has ignored.
        if entry.domain == DOMAIN and entry.disabled_by:
            async_delete_issues(hass, entry.entry_id)
            # Unloaded, if it was loaded. One that is deleted comes here too.
            if entry.state is ConfigEntryState.NOT_LOADED and change is ConfigEntryChange.UPDATED:
                hass.async_create_task(async_release(hass, entry), f"{DOMAIN} release")

    for entry in hass.config_entries.async_entries(DOMAIN):
        # Home Assistant may have stopped before the charger of a disabled entry was off.
        if entry.disabled_by:
            await async_release(hass, entry)
    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> bool:
    """Set up an entry: its prices first, then its plans, then their entities."""
    # Before anything can fail, or dashboards would show an error instead of the card in an outage.
    async_add_card(hass)
    prices = async_prices_of(hass, tariff_of(entry))
    await prices.async_restore(entry)
    await _async_first_prices(hass, entry, prices)
    more = await _async_more_prices(hass, entry, prices)
    keys = [MAIN, *plan_keys(entry)]
    # Plans deleted while the entry wasn't set up left their files behind, and so did a former tariff.
    kept = [*keys, SOURCES, CHARGERS_FILE, IMPORT_FILE]
    await async_remove_files(hass, f"{entry.entry_id}.", but=kept)
    await async_forget_unused(hass)
    comparisons = [each.subentry_id for each in comparisons_of(entry)]
    async_delete_issues(hass, entry.entry_id, of_plans_but=[*keys, *comparisons])
    charges = ChargeCoordinator(hass, entry, more)
    entry.async_on_unload(charges.async_stop)
    sources = Sources(hass, entry, charges.async_sources_changed)
    await sources.async_restore()
    await charges.async_restore()
    entry.runtime_data = charges
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    charges.async_start()
    await charges.importer.async_start()
    charges.comparisons.async_start()
    entry.async_on_unload(entry.add_update_listener(_async_entry_changed))
    sources.async_start()
    _async_ask_for_more(hass, more)
    if prices.tariff != tariff_of(entry) or not charges.is_for(entry):
        # It changed during setup, before the update listener was added.
        hass.config_entries.async_schedule_reload(entry.entry_id)
    return True


async def _async_first_prices(
    hass: HomeAssistant, entry: OctopusAgileConfigEntry, prices: PriceCoordinator
) -> None:
    """Wait for prices only if none is known for now; on a reload, refresh in the background."""
    if prices.data.at(dt_util.utcnow()) is None:
        await prices.async_refresh()
        if not prices.data:
            # The product may have ended or the clock may be wrong, and retrying wouldn't help then.
            async_update_issues(hass, entry, prices, ())
            error = prices.last_exception
            said = ("translation_domain", "translation_key", "translation_placeholders")
            raise ConfigEntryNotReady(**{each: getattr(error, each, None) for each in said}) from error
    elif hass.is_running:
        # Not the entry's: its unload would cancel a request that others may wait for.
        hass.async_create_background_task(prices.async_refresh(), f"{prices.name} refresh")


async def _async_more_prices(
    hass: HomeAssistant, entry: OctopusAgileConfigEntry, prices: PriceCoordinator
) -> Prices:
    """Restore what an entry can wait for: standing charges, and what export pays."""
    standing = async_prices_of(hass, prices.tariff, standing=True)
    tariff = export_tariff_of(entry)
    export = None if tariff is None else async_prices_of(hass, tariff)
    for each in (standing, export):
        if each is not None:
            await each.async_restore(entry)
    return Prices(prices, standing, export)


@callback
def _async_ask_for_more(hass: HomeAssistant, more: Prices) -> None:
    """Request what an entry can wait for, if it is due."""
    now = dt_util.utcnow()
    for each in (more.standing, more.export):
        if each is not None and each.next_request(now) <= now:
            hass.async_create_background_task(each.async_refresh(), f"{each.name} refresh")


async def async_unload_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> bool:
    """Unload an entry's entities; its plans stop too, and its prices if no other entry uses them."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Delete an entry's files and issues, and with the last entry the dashboard card."""
    if not hass.config_entries.async_entries(DOMAIN):
        async_remove_card(hass)
    async_delete_issues(hass, entry.entry_id)
    await async_release(hass, entry, delete_file=True)
    await async_remove_files(hass, f"{entry.entry_id}.")
    await async_forget_unused(hass)


async def _async_entry_changed(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Apply a change to the entry: options at once, a tariff or plan by reloading."""
    if entry.runtime_data.is_for(entry):
        entry.runtime_data.async_entry_changed()
    else:
        await hass.config_entries.async_reload(entry.entry_id)
