"""Numbers: how long the charge takes and how much energy it needs, to change on a dashboard."""

from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import (
    CONF_CHARGE_DURATION,
    CONF_CHARGE_ENERGY,
    DOMAIN,
    LONGEST_CHARGE,
    MOST_ENERGY,
    SHORTEST_CHARGE,
)
from .coordinator import OctopusAgileConfigEntry
from .entity import AgileEntity

PARALLEL_UPDATES = 1

# Their keys are the options they change.
NUMBERS = (
    NumberEntityDescription(
        key=CONF_CHARGE_DURATION,
        translation_key=CONF_CHARGE_DURATION,
        entity_category=EntityCategory.CONFIG,
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.HOURS,
        native_min_value=SHORTEST_CHARGE,
        native_max_value=LONGEST_CHARGE,
        native_step=0.25,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=CONF_CHARGE_ENERGY,
        translation_key=CONF_CHARGE_ENERGY,
        entity_category=EntityCategory.CONFIG,
        device_class=NumberDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        # Zero itself is refused: steps that people can read have to start there.
        native_min_value=0,
        native_max_value=MOST_ENERGY,
        native_step=0.1,
        mode=NumberMode.BOX,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of an entry."""
    async_add_entities(AgileNumber(entry.runtime_data, description) for description in NUMBERS)


class AgileNumber(AgileEntity, NumberEntity):
    """An option of the entry as a number. The entry keeps it; the charge follows at once."""

    # It is a wish, not a measurement.
    _needs_prices = False

    @property
    @override
    def native_value(self) -> float | None:
        """Return the option, None where it isn't set."""
        value: float | None = self.coordinator.config_entry.options.get(self.entity_description.key)
        return value

    @override
    def _shown(self) -> object:
        return (self.native_value,)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the option."""
        if value <= 0:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="energy_not_above_zero"
            )
        entry = self.coordinator.config_entry
        self.hass.config_entries.async_update_entry(
            entry, options={**entry.options, self.entity_description.key: value}
        )
