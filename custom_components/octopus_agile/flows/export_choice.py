"""Which export products the options offer, and whether a chosen one works."""

from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..agile.client import AgileClient
from ..agile.errors import ApiNotFound
from ..agile.publication import SHORTEST_GAP
from ..agile.tariffs import Direction, Product, Region, Tariff, is_agile_import, is_product_code
from ..const import DOMAIN
from ..prices import async_prices_of
from .product_choice import ENDED_AFTER, ProductError

# The products for homes when they were last asked for, and when that was.
_LAST_LIST: HassKey[tuple[datetime, list[Product]]] = HassKey(f"{DOMAIN}_home_products")


async def async_home_products(hass: HomeAssistant, client: AgileClient) -> list[Product]:
    """Return all products for homes; the API's answers are five minutes old anyway. Raises ApiError."""
    now, last = dt_util.utcnow(), hass.data.get(_LAST_LIST)
    if last is None or not now - SHORTEST_GAP <= last[0] <= now:
        last = now, await client.home_products()
        hass.data[_LAST_LIST] = last
    return last[1]


class ExportChoice:
    """The export products for homes."""

    def __init__(self, hass: HomeAssistant, client: AgileClient) -> None:
        """Store the client to use."""
        self._hass = hass
        self._client = client

    async def on_sale(self) -> list[Product]:
        """Return the export products on sale, newest first. Raises ApiError."""
        products = await async_home_products(self._hass, self._client)
        return [each for each in products if each.direction is Direction.EXPORT]

    async def check(self, code: str, region: Region) -> None:
        """Check that an export product with a code has prices for a region.

        Of a product that isn't on sale, the API doesn't tell the direction. Raises ProductError if it
        can't be used, ApiError if the API can't say. The entry reuses the prices fetched here.
        """
        products = await async_home_products(self._hass, self._client)
        imports = {each.code for each in products if each.direction is Direction.IMPORT}
        if not is_product_code(code) or is_agile_import(code) or code in imports:
            raise ProductError("invalid_export_product")
        try:
            tariff = Tariff(code, region.letter, Direction.EXPORT)
            rates = await async_prices_of(self._hass, tariff).async_probe()
        except ApiNotFound as error:
            raise ProductError("invalid_export_product") from error
        if rates.end is None or rates.end < dt_util.utcnow() - ENDED_AFTER:
            raise ProductError("no_prices")
