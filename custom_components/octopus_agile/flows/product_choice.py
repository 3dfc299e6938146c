"""Which products the setup offers, and whether a chosen one works, with as few requests as possible."""

import asyncio
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..agile.client import AgileClient
from ..agile.errors import ApiError, ApiNotFound
from ..agile.publication import SHORTEST_GAP
from ..agile.tariffs import (
    KNOWN_PRODUCTS,
    Product,
    Region,
    Tariff,
    is_agile_import,
    is_product_code,
    newest_first,
)
from ..const import DOMAIN
from ..prices import async_prices_of

_MINUTE = timedelta(minutes=1)
# A product with no prices for this long has ended; no late publication takes two days.
ENDED_AFTER = timedelta(days=2)


# The products for homes when they were last asked for, and when that was.
_LAST_LIST: HassKey[tuple[datetime, list[Product]]] = HassKey(f"{DOMAIN}_home_products")


async def async_home_products(hass: HomeAssistant, client: AgileClient) -> list[Product]:
    """Return all products for homes; the API's answers are five minutes old anyway. Raises ApiError."""
    now, last = dt_util.utcnow(), hass.data.get(_LAST_LIST)
    if last is None or not now - SHORTEST_GAP <= last[0] <= now:
        last = now, await client.home_products()
        hass.data[_LAST_LIST] = last
    return last[1]


class ProductError(Exception):
    """A product that can't be used; `key` is the translation key of the reason."""

    def __init__(self, key: str) -> None:
        """Store the translation key."""
        super().__init__(key)
        self.key = key


class ProductChoice:
    """The products for one setup. Responses are cached until the setup is done."""

    def __init__(self, hass: HomeAssistant, client: AgileClient) -> None:
        """Store the client to use."""
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
        """Return the products on sale and older ones that still publish for a region."""
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
        """Return the product with a code, which must publish prices for a region.

        Raises ProductError if it doesn't, ApiError if the API can't say. The entry reuses the prices
        fetched here.
        """
        code = code.strip().upper()
        if not is_product_code(code) or not is_agile_import(code):
            raise ProductError("invalid_product")
        try:
            product = self._known(code) or (await self._client.product(code, region))[0]
            rates = await async_prices_of(self._hass, Tariff(code, region.letter)).async_probe()
        except ApiNotFound as error:
            raise ProductError("invalid_product") from error
        end = rates.end
        if end is None or end < dt_util.utcnow() - ENDED_AFTER:
            raise ProductError("no_prices")
        return product

    def _known(self, code: str) -> Product | None:
        known = [*(self._on_sale or []), *KNOWN_PRODUCTS]
        return next((product for product in known if product.code == code), None)

    async def _publishes(self, product: Product, region: Region) -> bool:
        """Tell whether a product had prices recently. When in doubt, offer it."""
        recently = dt_util.utcnow() - ENDED_AFTER
        try:
            rates = await self._client.rates(
                Tariff(product.code, region.letter), recently, recently + _MINUTE
            )
        except ApiNotFound:
            return False
        except ApiError:
            return True
        return len(rates) > 0


def dropdown(names: dict[str, str], *, custom_value: bool = False) -> SelectSelector:
    """Return a dropdown of codes, each shown after its name."""
    options = [SelectOptionDict(value=code, label=f"{name} ({code})") for code, name in names.items()]
    mode = SelectSelectorMode.DROPDOWN
    return SelectSelector(SelectSelectorConfig(options=options, mode=mode, custom_value=custom_value))
