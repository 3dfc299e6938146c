"""Sensors of prices, and those that each charge plan and comparison brings along."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN, SensorStateClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .agile.clock import next_half_hour
from .agile.rates import Rate, Rates
from .charges.sensors import plan_sensors
from .comparisons.sensors import comparison_sensors
from .const import DOMAIN
from .coordinator import OctopusAgileConfigEntry
from .entity import PRICE, TIME, AgileSensor, PriceEntity, SensorOf
from .serialize import local_iso, rate_dict

PARALLEL_UPDATES = 0

_QUARTER = timedelta(minutes=15)


def _price_of(rate: Rate | None) -> Decimal | None:
    return None if rate is None else rate.price


def _start_of(rate: Rate | None) -> dict[str, Any]:
    return {"start": None if rate is None else local_iso(rate.start)}


def _next_price(rates: Rates, now: datetime) -> Decimal | None:
    """Return the price of the slot after the current one."""
    current = rates.at(now)
    return _price_of(rates.at(next_half_hour(now) if current is None else current.end))


def _day(now: datetime, days: int = 0) -> datetime:
    """Return the start of today in Home Assistant's zone, or of a day after it."""
    today = dt_util.as_local(now).date()
    return dt_util.as_utc(dt_util.start_of_local_day(today + timedelta(days=days)))


def _rates_from_today(rates: Rates, now: datetime) -> dict[str, Any]:
    return {"rates": [rate_dict(rate) for rate in rates.overlapping(_day(now))]}


def _for_planners(rates: Rates, now: datetime) -> dict[str, Any]:
    """Return the known prices in the forms that other planners take.

    Quarters of an hour, because EV Smart Charging knows only those and hours.
    """
    days = [rates.between(_day(now, days), _day(now, days + 1)) for days in (0, 1)]
    raw = [
        [
            {"start": local_iso(rate.start), "end": local_iso(rate.end), "value": float(rate.price)}
            for rate in day.in_slots(_day(now, 2), _QUARTER)
        ]
        for day in days
    ]
    forecast = [
        {"time": local_iso(rate.start), "value": float(rate.price)} for rate in rates.overlapping(now)
    ]
    return {"raw_today": raw[0], "raw_tomorrow": raw[1], "forecast": forecast}


def _price_sensors(keys: list[str]) -> tuple[SensorOf[Rates], ...]:
    """Return the sensors that prices of either direction have: now, next, highest."""
    current, following, highest = keys
    return (
        SensorOf[Rates](
            key=current,
            state_class=SensorStateClass.MEASUREMENT,
            value_fn=lambda rates, now: _price_of(rates.at(now)),
            attributes_fn=_rates_from_today,
            **PRICE,
        ),
        SensorOf[Rates](key=following, value_fn=_next_price, **PRICE),
        SensorOf[Rates](
            key=highest,
            value_fn=lambda rates, now: _price_of(rates.overlapping(now).highest),
            attributes_fn=lambda rates, now: _start_of(rates.overlapping(now).highest),
            **PRICE,
        ),
    )


PRICES = (
    *_price_sensors(["current_price", "next_price", "highest_price"]),
    SensorOf[Rates](
        key="lowest_price",
        value_fn=lambda rates, now: _price_of(rates.overlapping(now).lowest),
        attributes_fn=lambda rates, now: _start_of(rates.overlapping(now).lowest),
        **PRICE,
    ),
    SensorOf[Rates](
        key="average_price",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rates, now: rates.overlapping(now).average,
        **PRICE,
    ),
    SensorOf[Rates](
        key="prices_until",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rates, now: rates.end,
        **TIME,
    ),
    SensorOf[Rates](
        key="price_forecast",
        entity_registry_enabled_default=False,
        value_fn=lambda rates, now: _price_of(rates.at(now)),
        attributes_fn=_for_planners,
        **PRICE,
    ),
)

EXPORT = _price_sensors(["export_price", "next_export_price", "highest_export_price"])

STANDING_CHARGE = SensorOf[Rates](
    key="standing_charge",
    native_unit_of_measurement="GBP/d",
    suggested_display_precision=4,
    value_fn=lambda rates, now: _price_of(rates.at(now)),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an entry and of its charge plans."""
    charges = entry.runtime_data
    async_add_entities(PriceSensor(entry, description) for description in PRICES)
    async_add_entities([PriceSensor(entry, STANDING_CHARGE, charges.standing)])
    if charges.export is not None:
        async_add_entities(PriceSensor(entry, description, charges.export) for description in EXPORT)
    else:
        _remove_export(hass, entry)
    for comparison in charges.comparisons.each:
        async_add_entities(
            comparison_sensors(entry, comparison), config_subentry_id=comparison.settings.subentry_id
        )
    for plan in charges.plans:
        async_add_entities(plan_sensors(entry, plan), config_subentry_id=plan.subentry_id)


def _remove_export(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Remove the sensors of an export tariff that an entry no longer has."""
    registry = er.async_get(hass)
    for description in EXPORT:
        unique_id = f"{entry.entry_id}_{description.key}"
        if entity_id := registry.async_get_entity_id(SENSOR_DOMAIN, DOMAIN, unique_id):
            registry.async_remove(entity_id)


class PriceSensor(AgileSensor[Rates], PriceEntity):
    """A price sensor."""

    @property
    @override
    def _subject(self) -> Rates:
        return self.coordinator.data
