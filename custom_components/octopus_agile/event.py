"""Event entities: prices published, negative prices announced, plan changed."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .agile.rates import Rates
from .const import EVENT_INCOMPLETE, EVENT_NEGATIVE, EVENT_PLAN_CHANGED, EVENT_PUBLISHED, EVENT_STALLED
from .coordinator import OctopusAgileConfigEntry
from .entity import PlanEntity, PriceEntity
from .events import AgileEvent, published

PARALLEL_UPDATES = 0

PRICES = EventEntityDescription(key="prices", event_types=[EVENT_PUBLISHED, EVENT_NEGATIVE])
PLAN = EventEntityDescription(
    key="plan", event_types=[EVENT_PLAN_CHANGED, EVENT_STALLED, EVENT_INCOMPLETE]
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entities of an entry and of its charge plans."""
    async_add_entities([PricesEvent(entry, PRICES)])
    for plan in entry.runtime_data.plans:
        async_add_entities([PlanEvent(entry, plan, PLAN)], config_subentry_id=plan.subentry_id)


class _AgileEventEntity(EventEntity):
    """An event entity that stays available whatever happens to prices and plans."""

    # Lists of slots and sessions are for automations, not for the database.
    _unrecorded_attributes = frozenset({"slots", "sessions", "old_sessions", "new_sessions"})

    @property
    @override
    def available(self) -> bool:
        """Always available: an event that fired stays valid."""
        return True

    @callback
    def _async_tell(self, event: AgileEvent) -> None:
        self._trigger_event(event.type, event.details)
        self.async_write_ha_state()


class PricesEvent(_AgileEventEntity, PriceEntity):
    """Fires when prices are published."""

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to events."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_on_published(self._async_published))

    @callback
    def _async_published(self, new: Rates) -> None:
        for event in published(new):
            self._async_tell(event)


class PlanEvent(_AgileEventEntity, PlanEntity):
    """Fires when a plan changes."""

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to events."""
        await super().async_added_to_hass()
        self.async_on_remove(self.plan.async_on_event(self._async_tell))
