"""What all entities of an entry have in common."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util import dt as dt_util

from .agile.tariffs import REGIONS
from .const import CONF_PRODUCT, CONF_PRODUCT_NAME, CONF_REGION, DOMAIN
from .coordinator import AgileCoordinator
from .kept import Kept
from .planning import MAIN
from .view import PlanView


class AgileEntity(CoordinatorEntity[AgileCoordinator]):
    """An entity of the entry's main device."""

    _attr_has_entity_name = True
    _needs_prices = True

    def __init__(self, coordinator: AgileCoordinator, description: EntityDescription) -> None:
        """Name the entity after its description's key."""
        super().__init__(coordinator)
        entry = coordinator.config_entry
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            name=f"Octopus Agile {REGIONS[entry.data[CONF_REGION]].name}",
            manufacturer="Octopus Energy",
            model=entry.data[CONF_PRODUCT_NAME],
            model_id=entry.data[CONF_PRODUCT],
            configuration_url="https://octopus.energy/smart/agile/",
        )

        self._written: object = None

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Write the state, unless it is known to be as it was written last."""
        shown = self._shown()
        if shown is None or shown != self._written:
            self._written = shown
            super()._handle_coordinator_update()

    def _shown(self) -> object:
        """Return all that the state is made from; None where it is told anew each time."""
        return None

    @property
    @override
    def available(self) -> bool:
        """Available while prices are known for now, whatever has become of the last request."""
        return (
            not self._needs_prices
            or super().available
            or self.coordinator.data.at(dt_util.utcnow()) is not None
        )


class PlanEntity(AgileEntity):
    """An entity of a plan: on the main device for the entry's own charge, else on the plan's own."""

    def __init__(self, coordinator: AgileCoordinator, key: str, description: EntityDescription) -> None:
        """Show something of the plan under a key."""
        super().__init__(coordinator, description)
        self.key = key
        if key != MAIN:
            self._attr_unique_id = f"{key}_{description.key}"
            self._attr_device_info = DeviceInfo(
                identifiers={(DOMAIN, key)},
                entry_type=DeviceEntryType.SERVICE,
                name=coordinator.plans.name(key),
                model="Charge plan",
            )

        self._kept: Kept[object] = Kept()

    @override
    def _shown(self) -> object:
        # Made again only if the plan is seen otherwise than before.
        available = self.available
        sources = self.view, available, dt_util.get_default_time_zone()
        return self._kept.get(sources, lambda: (available, self._said()))

    def _said(self) -> object:
        """Return state and attributes, as far as the entity is available."""
        raise NotImplementedError

    @property
    def view(self) -> PlanView:
        """The plan at this instant."""
        return self.coordinator.plans.view(self.key, dt_util.utcnow())
