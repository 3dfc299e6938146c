"""The fixable repair: changing from a product that has ended to its successor."""

from typing import TYPE_CHECKING, Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import voluptuous as vol

from .agile.tariffs import Product, Tariff
from .const import CONF_PRODUCT, CONF_PRODUCT_NAME, CONF_REGION, DOMAIN
from .prices import async_prices_of
from .tariffs import tariff_of

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlowResult


class SuccessorFlow(RepairsFlow):
    """Offers the successor of a product that has ended."""

    def __init__(self, entry_id: str) -> None:
        """Store the id of the entry to repair."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Go to the only step."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask for confirmation, then change the product. Plans, entities and their history stay."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        prices = async_prices_of(self.hass, tariff_of(entry))
        if prices.successor is None:
            return self.async_abort(reason="no_successor")
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders={
                    "product": f"{entry.data[CONF_PRODUCT_NAME]} ({prices.tariff.product})",
                    "successor": f"{prices.successor.full_name} ({prices.successor.code})",
                },
            )
        if not self._change(prices.successor):
            return self.async_abort(reason="already_configured")
        return self.async_create_entry(data={})

    def _change(self, product: Product) -> bool:
        """Change the entry's product; return False if another entry already has it."""
        entries = self.hass.config_entries
        entry = entries.async_get_known_entry(self._entry_id)
        unique_id = Tariff(product.code, entry.data[CONF_REGION]).code
        other = entries.async_entry_for_domain_unique_id(DOMAIN, unique_id)
        if other is not None and other is not entry:
            return False
        entries.async_update_entry(
            entry,
            unique_id=unique_id,
            data={**entry.data, CONF_PRODUCT: product.code, CONF_PRODUCT_NAME: product.full_name},
        )
        if entry.state is ConfigEntryState.SETUP_RETRY:
            # It has no listener yet, and the next retry may be ten minutes away.
            entries.async_schedule_reload(entry.entry_id)
        return True


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow for an issue; only one kind is fixable."""
    assert data is not None
    return SuccessorFlow(str(data["entry_id"]))
