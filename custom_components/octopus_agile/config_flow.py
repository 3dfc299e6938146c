"""The set-up: postcode, region, product, charge, and the answer. No account or key."""

from collections.abc import Mapping
from functools import cached_property, partial, partialmethod
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import voluptuous as vol

from .agile.client import AgileClient
from .agile.errors import ApiError
from .agile.tariffs import REGIONS, Product, Region, Tariff
from .card import PANEL
from .const import (
    CONF_PRODUCT,
    CONF_PRODUCT_NAME,
    CONF_REGION,
    DOMAIN,
    SUBENTRY_COMPARISON,
    SUBENTRY_PLAN,
)
from .coordinator import OctopusAgileConfigEntry
from .flows.answer import async_answer
from .flows.charge_form import OTHER_PRODUCT, charge_errors, charge_schema
from .flows.charge_plan import ChargePlanFlow
from .flows.comparison import ComparisonFlow
from .flows.draft import first_plan
from .flows.fields import flat, nested
from .flows.options import ChargeOptionsFlow
from .flows.product_choice import ProductChoice, ProductError, dropdown
from .prices import async_prices_of

_POSTCODE = "postcode"
# Where the last page leads to. Dashboards are loaded anew, as a page that has been open since before the
# set-up doesn't know of ours: a link with a target isn't followed within the page.
_PLACES = {
    # Not to the list of dashboards itself: a page that is open doesn't have the card yet.
    "dashboards": f'<a href="/{PANEL}">',
    "dashboards_end": "</a>",
    "integration": "/config/integrations/integration/octopus_agile",
}

_POSTCODE_SCHEMA = vol.Schema({vol.Optional(_POSTCODE): str})


class OctopusAgileConfigFlow(ConfigFlow, domain=DOMAIN):
    """Finds a home's tariff and asks what to plan."""

    VERSION = 1

    def __init__(self) -> None:
        """Start with all regions to choose from."""
        self._candidates: tuple[Region, ...] = tuple(REGIONS.values())
        # A postcode without a region, as it was typed.
        self._unknown_postcode = ""
        self._region: Region | None = None
        self._product: Product | None = None
        self._was_asked_for_product = False
        self._charge: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: OctopusAgileConfigEntry) -> OptionsFlow:
        """Return the flow that changes the charge and the export tariff."""
        return ChargeOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: OctopusAgileConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added: plans for more cars and appliances, comparisons with tariffs."""
        return {SUBENTRY_PLAN: ChargePlanFlow, SUBENTRY_COMPARISON: ComparisonFlow}

    @property
    def _client(self) -> AgileClient:
        return AgileClient(async_get_clientsession(self.hass))

    @cached_property
    def _products(self) -> ProductChoice:
        return ProductChoice(self.hass, self._client)

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the postcode to look up the region. Without one, ask for the region."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                return await self._regions_for(user_input.get(_POSTCODE, ""))
            except ValueError:
                errors[_POSTCODE] = "invalid_postcode"
            except ApiError:
                errors["base"] = "cannot_connect"
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(_POSTCODE_SCHEMA, user_input),
            errors=errors,
            last_step=False,
        )

    async def _regions_for(self, postcode: str) -> ConfigFlowResult:
        postcode = postcode.strip().upper()
        found = await self._client.regions(postcode) if postcode else ()
        if len(found) == 1:
            return await self._region_chosen(found[0])
        self._unknown_postcode = "" if found else postcode
        self._candidates = found or tuple(REGIONS.values())
        return await self._ask_for_region("region")

    async def _ask_for_region(
        self, step_id: str, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None and CONF_REGION not in user_input:
            errors[CONF_REGION] = "region_missing"
        elif user_input is not None:
            try:
                return await self._region_chosen(REGIONS[user_input[CONF_REGION]])
            except ApiError:
                errors["base"] = "cannot_connect"
        elif self._unknown_postcode:
            errors["base"] = "unknown_postcode"
        names = {region.letter: region.name for region in self._candidates}
        # Home Assistant fills in the first option of a required choice.
        schema = vol.Schema({vol.Optional(CONF_REGION): dropdown(names)})
        suggested = user_input or self._present_data()
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors=errors,
            description_placeholders={"postcode": self._unknown_postcode},
            last_step=False,
        )

    async_step_region = partialmethod(_ask_for_region, "region")
    async_step_reconfigure = partialmethod(_ask_for_region, "reconfigure")

    def _present_data(self) -> Mapping[str, Any] | None:
        """Return the entry's current data when reconfiguring."""
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry().data
        return None

    async def _region_chosen(self, region: Region) -> ConfigFlowResult:
        """Continue with a region: to the charge if only one product is on sale, else to the products."""
        self._region = region
        on_sale = await self._products.on_sale()
        if len(on_sale) == 1 and self.source != SOURCE_RECONFIGURE:
            try:
                self._product = await self._check(on_sale[0].code, region)
            except ProductError:
                return await self.async_step_product()
            return await self.async_step_charge()
        return await self.async_step_product()

    async def _check(self, code: str, region: Region) -> Product:
        """Return the product for a code. Abort if its tariff is already set up."""
        unique_id = Tariff(code.strip().upper(), region.letter).code
        await self.async_set_unique_id(unique_id, raise_on_progress=False)
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
            if unique_id == entry.unique_id:
                return Product(entry.data[CONF_PRODUCT], entry.data[CONF_PRODUCT_NAME])
        self._abort_if_unique_id_configured()
        return await self._products.check(code, region)

    async def async_step_product(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the version of Agile."""
        assert self._region is not None
        errors: dict[str, str] = {}
        self._was_asked_for_product = True
        if user_input is not None:
            try:
                self._product = await self._check(user_input[CONF_PRODUCT], self._region)
            except ProductError as error:
                errors[CONF_PRODUCT] = error.key
            except ApiError:
                errors["base"] = "cannot_connect"
            else:
                if self.source == SOURCE_RECONFIGURE:
                    return await self._reconfigured()
                return await self.async_step_charge()
        offered = await self._products.offered(self._region)
        names = {product.code: product.full_name for product in offered}
        newest = offered[0].code if offered else vol.UNDEFINED
        code = vol.Required(CONF_PRODUCT, default=newest)
        schema = vol.Schema({code: dropdown(names, custom_value=True)})
        suggested = user_input or self._present_data()
        return self.async_show_form(
            step_id="product",
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors=errors,
            description_placeholders={"region": self._region.name},
            last_step=self.source == SOURCE_RECONFIGURE,
        )

    async def async_step_charge(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the charge and create the entry."""
        assert self._region is not None
        assert self._product is not None
        self._abort_if_unique_id_configured()
        errors: dict[str, str] = {}
        make = partial(charge_schema, self.hass, offers_products=not self._was_asked_for_product)
        if user_input is not None:
            self._charge = flat(make({}), user_input)
            if self._charge.pop(OTHER_PRODUCT, False):
                return await self.async_step_product()
            errors = charge_errors(self.hass, self._charge)
            if not errors:
                return await self._created(self._charge)
        schema = make(errors)
        return self.async_show_form(
            step_id="charge",
            data_schema=self.add_suggested_values_to_schema(schema, nested(schema, self._charge)),
            errors=errors,
            description_placeholders={
                "region": self._region.name,
                "product": f"{self._product.full_name} ({self._product.code})",
            },
        )

    async def _created(self, charge: dict[str, Any]) -> ConfigFlowResult:
        """Create the entry, and say on the last page what it comes to."""
        assert self._region is not None
        assert self._product is not None
        rates = async_prices_of(self.hass, Tariff(self._product.code, self._region.letter)).data
        return self.async_create_entry(
            title=_title(self._region),
            data=self._entry_data,
            options=charge,
            description_placeholders={
                "answer": await async_answer(self.hass, rates, first_plan(charge, rates)),
                **_PLACES,
            },
        )

    async def _reconfigured(self) -> ConfigFlowResult:
        """Save the region and product; the entry's update listener does the rest."""
        assert self._region is not None
        entry = self._get_reconfigure_entry()
        # Keep a title that the user has given.
        is_ours = entry.title == _title(REGIONS[entry.data[CONF_REGION]])
        title = _title(self._region) if is_ours else entry.title
        result = self.async_update_and_abort(
            entry, unique_id=self.unique_id, title=title, data=self._entry_data
        )
        if entry.state in (ConfigEntryState.SETUP_RETRY, ConfigEntryState.SETUP_ERROR):
            # It has no listener, and the next retry may be ten minutes away or never happen.
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result

    @property
    def _entry_data(self) -> dict[str, str]:
        assert self._region is not None
        assert self._product is not None
        return {
            CONF_REGION: self._region.letter,
            CONF_PRODUCT: self._product.code,
            CONF_PRODUCT_NAME: self._product.full_name,
        }


def _title(region: Region) -> str:
    return f"Octopus Agile {region.name}"
