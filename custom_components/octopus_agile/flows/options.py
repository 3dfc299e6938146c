"""The options of an entry: its own charge, and its export tariff."""

from functools import cached_property, partial
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import voluptuous as vol

from ..agile.client import AgileClient
from ..agile.errors import ApiError
from ..agile.tariffs import REGIONS, Product
from ..const import CONF_EXPORT_PRODUCT, CONF_REGION
from .charge_form import CHANGE_EXPORT, charge_errors, charge_schema
from .export_choice import ExportChoice
from .fields import flat, nested
from .product_choice import ProductError, dropdown


class ChargeOptionsFlow(OptionsFlow):
    """Changes the settings of the entry's own charge and, if wanted, its export tariff."""

    def __init__(self) -> None:
        """Start with no answers."""
        self._charge: dict[str, Any] = {}
        self._exports: list[Product] | None = None

    @cached_property
    def _products(self) -> ExportChoice:
        return ExportChoice(self.hass, AgileClient(async_get_clientsession(self.hass)))

    @property
    def _export(self) -> dict[str, Any]:
        """The option for the present export tariff, empty if there is none."""
        options = self.config_entry.options
        return {key: options[key] for key in (CONF_EXPORT_PRODUCT,) if key in options}

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the charge settings, and whether to change the export tariff."""
        errors: dict[str, str] = {}
        shown = dict(self.config_entry.options)
        make = partial(charge_schema, self.hass, offers_export=True)
        if user_input is not None:
            shown = flat(make({}), user_input)
            change_export = shown.get(CHANGE_EXPORT)
            self._charge = {key: value for key, value in shown.items() if key != CHANGE_EXPORT}
            errors = charge_errors(self.hass, self._charge)
            if not errors and change_export:
                return await self.async_step_export()
            if not errors:
                return self.async_create_entry(data=self._charge | self._export)
        schema = make(errors)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(schema, nested(schema, shown)),
            errors=errors,
        )

    async def async_step_export(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the export tariff. Left empty, there is none."""
        errors: dict[str, str] = {}
        region = REGIONS[self.config_entry.data[CONF_REGION]]
        if user_input is not None:
            code = user_input.get(CONF_EXPORT_PRODUCT, "").strip().upper()
            try:
                if code and code != self._export.get(CONF_EXPORT_PRODUCT):
                    await self._products.check(code, region)
            except ProductError as error:
                errors[CONF_EXPORT_PRODUCT] = error.key
            except ApiError:
                errors["base"] = "cannot_connect"
            else:
                export = {CONF_EXPORT_PRODUCT: code} if code else {}
                return self.async_create_entry(data=self._charge | export)
        if self._exports is None:
            try:
                self._exports = await self._products.on_sale()
            except ApiError:
                errors.setdefault("base", "cannot_connect")
        names = {product.code: product.full_name for product in self._exports or ()}
        schema = vol.Schema({vol.Optional(CONF_EXPORT_PRODUCT): dropdown(names, custom_value=True)})
        return self.async_show_form(
            step_id="export",
            data_schema=self.add_suggested_values_to_schema(schema, user_input or self._export),
            errors=errors,
            description_placeholders={"region": region.name},
        )
