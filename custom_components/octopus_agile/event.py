"""The event entity: prices were published, negative ones announced, a plan changed."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import EVENT_NEGATIVE, EVENT_PLAN_CHANGED, EVENT_PUBLISHED
from .coordinator import OctopusAgileConfigEntry
from .entity import AgileEntity
from .news import News

PARALLEL_UPDATES = 0

PRICES = EventEntityDescription(
    key="prices",
    translation_key="prices",
    event_types=[EVENT_PUBLISHED, EVENT_NEGATIVE, EVENT_PLAN_CHANGED],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of an entry."""
    async_add_entities([PricesEvent(entry.runtime_data, PRICES)])


class PricesEvent(AgileEntity, EventEntity):
    """Tells the news as they come."""

    # Lists of slots and sessions are for automations, not for the database.
    _unrecorded_attributes = frozenset({"slots", "old_sessions", "new_sessions"})

    # What was told stays told, and news that come after an outage are heard.
    _needs_prices = False

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for news."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_on_news(self._async_tell))

    @callback
    def _async_tell(self, news: News) -> None:
        self._trigger_event(news.type, news.details)
        self.async_write_ha_state()
