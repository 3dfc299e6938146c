"""Base classes for price and plan entities, and how automations find them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.core import HomeAssistant, split_entity_id
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util import dt as dt_util

from .agile.tariffs import REGIONS
from .charges.charge_plan import ChargePlan
from .const import CONF_PRODUCT, CONF_PRODUCT_NAME, CONF_REGION, DOMAIN, PRICE_UNIT
from .coordinator import OctopusAgileConfigEntry
from .prices import PriceCoordinator

# Translation keys of our entities.
BLOCKS = frozenset({"cheapest_block", "charge_now"})
CURRENT_PRICE = frozenset({"current_price"})
PRICES = frozenset({"prices"})
PLANS = frozenset({"plan"})

# What sensors of a price and of a time have in common.
PRICE: dict[str, Any] = {"native_unit_of_measurement": PRICE_UNIT, "suggested_display_precision": 4}
TIME: dict[str, Any] = {"device_class": SensorDeviceClass.TIMESTAMP}


def main_device(entry: OctopusAgileConfigEntry) -> DeviceInfo:
    """Return the device for an entry's prices and its own charge."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry.entry_id)},
        entry_type=DeviceEntryType.SERVICE,
        name=f"Octopus Agile {REGIONS[entry.data[CONF_REGION]].name}",
        manufacturer="Octopus Energy",
        model=entry.data[CONF_PRODUCT_NAME],
        model_id=entry.data[CONF_PRODUCT],
        configuration_url="https://octopus.energy/smart/agile/",
    )


def filter_entities(
    hass: HomeAssistant, platform: str, keys: frozenset[str], entities: set[str]
) -> set[str]:
    """Return only our own entities on a platform with one of the translation keys."""
    registry = er.async_get(hass)
    return {
        entity_id
        for entity_id in entities
        if split_entity_id(entity_id)[0] == platform
        and (entry := registry.async_get(entity_id)) is not None
        and entry.platform == DOMAIN
        and entry.translation_key in keys
    }


class PriceEntity(CoordinatorEntity[PriceCoordinator]):
    """An entity that shows prices."""

    _attr_has_entity_name = True

    def __init__(
        self,
        entry: OctopusAgileConfigEntry,
        description: EntityDescription,
        prices: PriceCoordinator | None = None,
    ) -> None:
        """Use the description's key for the unique id and the translations, and the entry's prices."""
        super().__init__(prices or entry.runtime_data.prices, entry)
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = main_device(entry)

    @property
    @override
    def available(self) -> bool:
        """Available if a price is known for now or the last request succeeded."""
        return self.coordinator.is_available(dt_util.utcnow())


class PlanEntity(Entity):
    """An entity of a plan: on the main device for the entry's own charge, else on the plan's device."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # Whether its state is meaningless without prices.
    _needs_prices = True

    def __init__(
        self, entry: OctopusAgileConfigEntry, plan: ChargePlan, description: EntityDescription
    ) -> None:
        """Use the description's key for the unique id and the translations."""
        self._entry = entry
        self.plan = plan
        self.entity_description = description
        self._attr_translation_key = description.translation_key or description.key
        self._attr_unique_id = f"{entry.entry_id if plan.is_main else plan.key}_{description.key}"
        self._attr_device_info = main_device(entry)
        if not plan.is_main:
            self._attr_device_info = DeviceInfo(
                identifiers={(DOMAIN, plan.key)},
                entry_type=DeviceEntryType.SERVICE,
                name=plan.name,
            )

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to changes in the plan."""
        await super().async_added_to_hass()
        self.async_on_remove(self.plan.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Available while the plan can be used and, if it needs them, prices are available."""
        if self.plan.failure is not None:
            return False
        return not self._needs_prices or self.plan.prices.is_available(dt_util.utcnow())

    async def async_update(self) -> None:
        """Request prices on a manual update."""
        await self.plan.prices.async_request_refresh()


@dataclass(frozen=True, kw_only=True)
class SensorOf[T](SensorEntityDescription):
    """Describes a sensor of prices or of a plan, with functions for its state and attributes."""

    value_fn: Callable[[T, datetime], datetime | Decimal | str | None]
    attributes_fn: Callable[[T, datetime], dict[str, Any]] | None = None


class AgileSensor[T](SensorEntity):
    """A sensor whose state comes from its description's functions."""

    entity_description: SensorOf[T]
    # Recording days of prices or sessions at every change would fill the database.
    _unrecorded_attributes = frozenset(
        {"rates", "sessions", "raw_today", "raw_tomorrow", "forecast", "outlook"}
    )

    @property
    def _subject(self) -> T:
        """What the description's functions are called with."""
        raise NotImplementedError

    @property
    @override
    def native_value(self) -> datetime | float | str | None:
        """Return the current value; None if it isn't known."""
        value = self.entity_description.value_fn(self._subject, dt_util.utcnow())
        # Exact until here; states are floats.
        return float(value) if isinstance(value, Decimal) else value

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the attributes, if the description has any."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn and attributes_fn(self._subject, dt_util.utcnow())
