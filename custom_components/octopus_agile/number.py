"""Number entities: the duration and energy of the charge, to change from a dashboard."""

import math
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

from .charges.settings import is_charge_duration
from .const import CONF_CHARGE_DURATION, CONF_CHARGE_ENERGY, DOMAIN, LONGEST_CHARGE, MOST_ENERGY
from .coordinator import OctopusAgileConfigEntry
from .entity import PlanEntity

PARALLEL_UPDATES = 1

# Each key is the option it changes.
NUMBERS = (
    NumberEntityDescription(
        key=CONF_CHARGE_DURATION,
        entity_category=EntityCategory.CONFIG,
        device_class=NumberDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.HOURS,
        # With 0, nothing is charged; below the shortest charge, setting it is refused.
        native_min_value=0,
        native_max_value=LONGEST_CHARGE,
        native_step=0.25,
        mode=NumberMode.BOX,
    ),
    NumberEntityDescription(
        key=CONF_CHARGE_ENERGY,
        entity_category=EntityCategory.CONFIG,
        device_class=NumberDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        # Steps count from here, so 0 keeps them round; setting zero itself is refused.
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
    main = entry.runtime_data.plans[0]
    async_add_entities(ChargeNumber(entry, main, description) for description in NUMBERS)


class ChargeNumber(PlanEntity, NumberEntity):
    """An entry option as a number. It is stored in the entry; the charge follows at once."""

    @property
    @override
    def available(self) -> bool:
        """Always: it is a setting, not a measurement, and can fix options that can't be used."""
        return True

    @property
    @override
    def native_value(self) -> float | None:
        """Return the option, None if it isn't set."""
        value: float | None = self._entry.options.get(self.entity_description.key)
        return value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the option."""
        if not math.isfinite(value):
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_a_number")
        key = self.entity_description.key
        if key == CONF_CHARGE_DURATION and not is_charge_duration(value):
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="invalid_duration")
        if key == CONF_CHARGE_ENERGY and value <= 0:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="energy_not_above_zero"
            )
        self.hass.config_entries.async_update_entry(
            self._entry, options={**self._entry.options, key: value}
        )
