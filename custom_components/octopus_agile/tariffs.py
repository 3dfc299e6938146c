"""The tariffs that entries use: their own, for export and for comparison."""

from contextlib import suppress

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .agile.tariffs import Direction, Tariff, is_product_code
from .comparisons.settings import comparisons_of
from .const import CONF_EXPORT_PRODUCT, CONF_PRODUCT, CONF_REGION, DOMAIN
from .prices import COORDINATORS
from .store import async_remove_files


def tariff_of(entry: ConfigEntry) -> Tariff:
    """Return the tariff of an entry."""
    return Tariff(entry.data[CONF_PRODUCT], entry.data[CONF_REGION])


def export_tariff_of(entry: ConfigEntry) -> Tariff | None:
    """Return the export tariff of an entry, None if it has none."""
    code = entry.options.get(CONF_EXPORT_PRODUCT)
    if not isinstance(code, str) or not is_product_code(code):
        return None
    return Tariff(code, entry.data[CONF_REGION], Direction.EXPORT)


async def async_forget_unused(hass: HomeAssistant) -> None:
    """Delete the files of tariffs that no entry uses any more."""
    used = set()
    for entry in hass.config_entries.async_entries(DOMAIN):
        # An entry from a newer version may store its tariff in an unknown format.
        with suppress(LookupError):
            used |= {tariff for tariff in (tariff_of(entry), export_tariff_of(entry)) if tariff}
            used |= {each.tariff for each in comparisons_of(entry)}
    for (tariff, _), prices in hass.data.get(COORDINATORS, {}).items():
        if tariff not in used:
            # Keep its request log, so that adding the tariff again causes no early request.
            prices.file = None
    for kind in ("prices.", "months."):
        await async_remove_files(hass, kind, but=[tariff.code for tariff in used])
