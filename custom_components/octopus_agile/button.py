"""Buttons that charge at once."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import OctopusAgileConfigEntry
from .entity import PlanEntity

PARALLEL_UPDATES = 1

BOOST = ButtonEntityDescription(key="boost")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a button for the entry's own charge and for each charge plan."""
    for plan in entry.runtime_data.plans:
        async_add_entities([BoostButton(entry, plan, BOOST)], config_subentry_id=plan.subentry_id)


class BoostButton(PlanEntity, ButtonEntity):
    """Charges at once until the need is met. Pressed again, it goes back to the plan."""

    # A charge at any price needs none.
    _needs_prices = False

    @override
    async def async_press(self) -> None:
        """Start to charge at once, or stop it."""
        self._entry.runtime_data.async_boost(self.plan)
