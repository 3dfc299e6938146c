"""Which export products the options offer, and whether a chosen one works."""

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..agile.client import AgileClient
from ..agile.errors import ApiNotFound
from ..agile.tariffs import Direction, Product, Region, Tariff, is_agile_import, is_product_code
from ..prices import async_prices_of
from .product_choice import ENDED_AFTER, ProductError, async_home_products


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
