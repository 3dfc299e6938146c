"""What all entities of an entry have in common."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util import dt as dt_util

from .agile.regions import REGIONS
from .const import CONF_PRODUCT, CONF_PRODUCT_NAME, CONF_REGION, DOMAIN
from .coordinator import AgileCoordinator
from .planning import MAIN, PlanView


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

        self._shown: object = None

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Write the state only if something has changed that it is made from."""
        view = self.view
        plan, now = view.plan, view.now
        shown = (
            plan,
            view.settings,
            view.rates,
            (view.session, plan.running(now), plan.last_end(now)),
            (self.available, dt_util.get_default_time_zone()),
        )
        if shown != self._shown:
            self._shown = shown
            super()._handle_coordinator_update()

    @property
    def view(self) -> PlanView:
        """The plan at this instant."""
        return self.coordinator.plans.view(self.key, dt_util.utcnow())
