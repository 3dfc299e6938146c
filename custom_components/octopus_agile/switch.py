"""Switches that enable or disable charge plans."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import OctopusAgileConfigEntry
from .entity import PlanEntity

PARALLEL_UPDATES = 1

CHARGE_ENABLED = SwitchEntityDescription(key="charge_enabled")
ENABLED = SwitchEntityDescription(key="enabled")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a switch for the entry's own charge and for each charge plan."""
    for plan in entry.runtime_data.plans:
        description = CHARGE_ENABLED if plan.is_main else ENABLED
        async_add_entities([PlanSwitch(entry, plan, description)], config_subentry_id=plan.subentry_id)


class PlanSwitch(PlanEntity, SwitchEntity):
    """The switch of a plan. Off, nothing is planned, and a running session ends at once."""

    # It is a setting, not a measurement.
    _needs_prices = False

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the plan is enabled."""
        return self.plan.enabled

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Enable the plan."""
        self._entry.runtime_data.async_switch(self.plan, on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Disable the plan."""
        self._entry.runtime_data.async_switch(self.plan, on=False)
