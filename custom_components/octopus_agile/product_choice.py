"""Which products the set-up offers, and whether one chosen will do. Asks the API as little as it can."""

import asyncio
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .agile.client import AgileClient
from .agile.errors import ApiError, ApiNotFound
from .agile.tariffs import (
    KNOWN_PRODUCTS,
    Product,
    Region,
    Tariff,
    is_agile_import,
    is_product_code,
    newest_first,
)
from .feed import feed_of

_MINUTE = timedelta(minutes=1)
# A product that has published nothing for so long has ended; a late publication doesn't take it.
_ENDED_AFTER = timedelta(days=2)


class ProductError(Exception):
    """A product that can't be used; `key` is the translation key of why."""

    def __init__(self, key: str) -> None:
        """Keep the key."""
        super().__init__(key)
        self.key = key


class ProductChoice:
    """The products of one set-up. What has been asked is remembered as long as the set-up lasts."""

    def __init__(self, hass: HomeAssistant, client: AgileClient) -> None:
        """Use a client of the set-up's own."""
        self._hass = hass
        self._client = client
        self._on_sale: list[Product] | None = None
        self._offered: dict[str, list[Product]] = {}

    async def on_sale(self) -> list[Product]:
        """Return the Agile products on sale, newest first. Raises ApiError."""
        if self._on_sale is None:
            self._on_sale = await self._client.products()
        return self._on_sale

    async def offered(self, region: Region) -> list[Product]:
        """Return the products on sale and those of the past that still publish for a region."""
        if region.letter not in self._offered:
            on_sale = await self.on_sale()
            codes = {product.code for product in on_sale}
            past = [product for product in KNOWN_PRODUCTS if product.code not in codes]
            alive = await asyncio.gather(*(self._publishes(product, region) for product in past))
            self._offered[region.letter] = newest_first(
                [*on_sale, *(product for product, lives in zip(past, alive, strict=True) if lives)]
            )
        return self._offered[region.letter]

    async def check(self, code: str, region: Region) -> Product:
        """Return the product of a code that publishes prices for a region.

        Raises ProductError where it doesn't, ApiError where that can't be found out. The prices that
        prove it are kept for the entry.
        """
        code = code.strip().upper()
        if not is_product_code(code) or not is_agile_import(code):
            raise ProductError("invalid_product")
        try:
            product = self._known(code) or (await self._client.product(code, region))[0]
            rates = await feed_of(self._hass, code, region.letter).async_probe()
        except ApiNotFound as error:
            raise ProductError("invalid_product") from error
        end = rates.end
        if end is None or end < dt_util.utcnow() - _ENDED_AFTER:
            raise ProductError("no_prices")
        return product

    def _known(self, code: str) -> Product | None:
        known = [*(self._on_sale or []), *KNOWN_PRODUCTS]
        return next((product for product in known if product.code == code), None)

    async def _publishes(self, product: Product, region: Region) -> bool:
        """Tell whether a product had prices lately. When in doubt it is offered."""
        recently = dt_util.utcnow() - _ENDED_AFTER
        try:
            tariff = Tariff(product.code, region.letter)
            rates = await self._client.rates(tariff, recently, recently + _MINUTE)
        except ApiNotFound:
            return False
        except ApiError:
            return True
        return len(rates) > 0
