"""The sensors of a comparison: what this month costs here and there, and what being here has saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from ..agile import bills
from ..const import DOMAIN
from ..serialize import local_iso
from .comparisons import Compared, Result


@dataclass(frozen=True, kw_only=True)
class ComparisonSensorDescription(SensorEntityDescription):
    """Describes a sensor of a comparison: which part of the result, and a function for its state."""

    value_fn: Callable[[bills.Comparison], Decimal]
    part_fn: Callable[[Result], bills.Comparison | None] = lambda result: result.month
    more_fn: Callable[[Result], dict[str, Any]] = lambda result: {}


def _charges(result: Result) -> dict[str, Any]:
    """Return what plans have charged in the year: what was paid, and would have been."""
    charges = result.charges
    assert charges is not None
    return {
        "charges": charges.sessions,
        "charges_left_out": charges.left_out,
        "charges_energy": _float(charges.energy),
        "charges_paid": _float(charges.paid),
        "charges_at_once": _float(charges.at_once),
        "charges_there": _float(charges.same_times),
        "charges_cheapest_there": _float(charges.cheapest_times),
    }


def _tomorrow(result: Result) -> dict[str, Any]:
    """Return what a usual day costs tomorrow, here and there."""
    found = result.tomorrow
    assert found is not None
    return {"cost_here": _float(found.here.total), "cost_there": _float(found.there.total)}


def _float(value: Decimal) -> float:
    """Return an exact value as a float: attributes and states are floats."""
    return float(round(value, 6))


DESCRIPTIONS = (
    ComparisonSensorDescription(key="cost_here", value_fn=lambda found: found.here.total),
    ComparisonSensorDescription(key="cost_there", value_fn=lambda found: found.there.total),
    ComparisonSensorDescription(key="saving", value_fn=lambda found: found.saving),
    ComparisonSensorDescription(
        key="saving_year",
        value_fn=lambda found: found.saving,
        part_fn=lambda result: result.year,
        more_fn=_charges,
    ),
    ComparisonSensorDescription(
        key="saving_tomorrow",
        value_fn=lambda found: found.saving,
        part_fn=lambda result: result.tomorrow,
        more_fn=_tomorrow,
    ),
)


def comparison_sensors(entry: ConfigEntry, compared: Compared) -> list[ComparisonSensor]:
    """Return the sensors of a comparison."""
    return [ComparisonSensor(entry, compared, description) for description in DESCRIPTIONS]


class ComparisonSensor(SensorEntity):
    """A sensor of a comparison."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_device_class = SensorDeviceClass.MONETARY
    _attr_native_unit_of_measurement = "GBP"
    _attr_suggested_display_precision = 2
    entity_description: ComparisonSensorDescription

    def __init__(
        self, entry: ConfigEntry, compared: Compared, description: ComparisonSensorDescription
    ) -> None:
        """Use the description's key for the unique id and the translations."""
        settings = compared.settings
        self._compared = compared
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{settings.subentry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, settings.subentry_id)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="Octopus Energy",
            translation_key="comparison",
            translation_placeholders={"tariff": settings.name},
            model=settings.name,
            model_id=settings.tariff.product,
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the results."""
        await super().async_added_to_hass()
        self.async_on_remove(self._compared.async_add_listener(self.async_write_ha_state))

    @property
    def _found(self) -> bills.Comparison | None:
        return self.entity_description.part_fn(self._compared.result)

    @property
    @override
    def native_value(self) -> float | None:
        """Return the money in GBP; None while nothing is known."""
        found = self._found
        return None if found is None else _float(self.entity_description.value_fn(found))

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return the time it is of, and whether all of it is known; or what the problem is."""
        found = self._found
        if found is None:
            return {"problem": self._compared.result.problem}
        return {
            "since": local_iso(found.here.start),
            "until": local_iso(found.here.end),
            "energy": _float(found.here.energy),
            "complete": found.here.is_complete,
            "hours_missing": found.here.hours_missing,
            "days_missing": found.here.days_missing,
            **self.entity_description.more_fn(self._compared.result),
        }
