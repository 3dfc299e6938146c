"""The flow that adds or changes a comparison: with which tariff, and by which meter."""

from datetime import timedelta
from functools import partialmethod
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import StatisticSelector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..agile.client import AgileClient
from ..agile.errors import ApiError, ApiNotFound
from ..agile.tariffs import REGIONS, Direction, Product, Tariff, is_product_code, says_export
from ..comparisons.meter import MeterError, async_meters
from ..const import CONF_METER, CONF_PRODUCT, CONF_PRODUCT_NAME, CONF_REGION
from .product_choice import ProductError, async_home_products, dropdown

_DAY = timedelta(days=1)


class ComparisonFlow(ConfigSubentryFlow):
    """Asks which tariff to compare with, and which meter counts."""

    def __init__(self) -> None:
        """Start without a list of products."""
        self._products: list[Product] = []

    async def _ask(self, step_id: str, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        try:
            self._products = await async_home_products(self.hass, self._client)
            if user_input is not None:
                return await self._done(user_input)
        except ProductError as error:
            errors[CONF_PRODUCT] = error.key
        except MeterError as error:
            errors[CONF_METER] = error.key
        except ApiError:
            errors["base"] = "cannot_connect"
        imports = [each for each in self._products if each.direction is Direction.IMPORT]
        own = self._get_entry().data[CONF_PRODUCT]
        names = {each.code: each.full_name for each in imports if each.code != own}
        schema = vol.Schema(
            {
                vol.Required(CONF_PRODUCT): dropdown(names, custom_value=True),
                vol.Optional(CONF_METER): StatisticSelector(),
            }
        )
        present = self._present if self.source == SOURCE_RECONFIGURE else {}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or present),
            errors=errors,
            description_placeholders={"region": REGIONS[self._get_entry().data[CONF_REGION]].name},
        )

    async_step_user = partialmethod(_ask, "user")
    async_step_reconfigure = partialmethod(_ask, "reconfigure")

    @property
    def _client(self) -> AgileClient:
        return AgileClient(async_get_clientsession(self.hass))

    @property
    def _present(self) -> dict[str, Any]:
        return dict(self._get_reconfigure_subentry().data)

    async def _done(self, answers: dict[str, Any]) -> SubentryFlowResult:
        """Save the comparison. Raises ProductError, MeterError or ApiError if it can't be made."""
        code = answers[CONF_PRODUCT].strip().upper()
        meter = answers.get(CONF_METER)
        # It was checked when it was chosen, and may have been withdrawn since.
        is_present = self.source == SOURCE_RECONFIGURE and code == self._present[CONF_PRODUCT]
        name = self._present[CONF_PRODUCT_NAME] if is_present else await self._checked(code)
        await async_meters(self.hass, meter)
        data = {CONF_PRODUCT: code, CONF_PRODUCT_NAME: name} | ({CONF_METER: meter} if meter else {})
        if self.source != SOURCE_RECONFIGURE:
            return self.async_create_entry(title=name, data=data)
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        # Keep a title that the user has given.
        title = name if subentry.title == self._present[CONF_PRODUCT_NAME] else subentry.title
        return self.async_update_and_abort(entry, subentry, title=title, data=data)

    async def _checked(self, code: str) -> str:
        """Return the name of an import product that has prices for the region."""
        entry = self._get_entry()
        region = REGIONS[entry.data[CONF_REGION]]
        listed = next((each for each in self._products if each.code == code), None)
        if code == entry.data[CONF_PRODUCT]:
            raise ProductError("same_tariff")
        # Of a product that isn't on sale, the API doesn't tell the direction.
        is_export = says_export(code) or (listed and listed.direction is Direction.EXPORT)
        if not is_product_code(code) or is_export:
            raise ProductError("invalid_import_product")
        now = dt_util.utcnow()
        try:
            name = listed.full_name if listed else (await self._client.product(code, region))[0].full_name
            rates = await self._client.rates(Tariff(code, region.letter), now - 2 * _DAY, now)
        except ApiNotFound as error:
            raise ProductError("invalid_import_product") from error
        if not rates:
            raise ProductError("no_prices")
        return name
