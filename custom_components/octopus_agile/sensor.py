"""Sensors: the prices, and what each charge will do and cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, override

from homeassistant.components.sensor import (
    DOMAIN as SENSOR_DOMAIN,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .agile.clock import next_half_hour
from .agile.plan import Status
from .agile.publication import next_due
from .agile.rates import Rate, Rates
from .agile.scenarios import past_of
from .charges.charge_plan import ChargePlan
from .comparisons.sensors import comparison_sensors
from .const import DOMAIN, PRICE_UNIT
from .coordinator import OctopusAgileConfigEntry
from .entity import PlanEntity, PriceEntity
from .serialize import local_iso, outlook_dicts, rate_dict, session_dicts, waiting_details

PARALLEL_UPDATES = 0

type _Value = datetime | Decimal | str | None

_PRICE: dict[str, Any] = {"native_unit_of_measurement": PRICE_UNIT, "suggested_display_precision": 4}
_TIME: dict[str, Any] = {"device_class": SensorDeviceClass.TIMESTAMP}
_MONEY: dict[str, Any] = {
    "device_class": SensorDeviceClass.MONETARY,
    "native_unit_of_measurement": "GBP",
    "suggested_display_precision": 2,
}
_MINUTE = timedelta(minutes=1)
_QUARTER = timedelta(minutes=15)
# So far ahead a chart shows what prices may be, or to the deadline if that is further.
_DAYS_SHOWN = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class SensorOf[T](SensorEntityDescription):
    """Describes a sensor of prices or of a plan, with functions for its state and attributes."""

    value_fn: Callable[[T, datetime], _Value]
    attributes_fn: Callable[[T, datetime], dict[str, Any]] | None = None


def _price_of(rate: Rate | None) -> Decimal | None:
    return None if rate is None else rate.price


def _start_of(rate: Rate | None) -> dict[str, Any]:
    return {"start": None if rate is None else local_iso(rate.start)}


def _start_of_session(plan: ChargePlan, now: datetime) -> datetime | None:
    session = plan.now.current_or_next(now)
    return None if session is None else session.start


def _details(charge: ChargePlan, now: datetime) -> dict[str, Any]:
    """Return why a plan stands where it does, until when it has time, and when more prices are due."""
    plan, settings = charge.now, charge.settings
    assert settings is not None
    waits = plan.status in (Status.WAITING_FOR_PRICES, Status.PROVISIONAL, Status.DEFERRED)
    due = next_due(now, charge.prices.data) if waits else None
    details = {
        "reason": plan.reason,
        "shortfall": round(plan.shortfall / _MINUTE),
        "until": due and local_iso(due),
        # The end of the pricing day is nobody's wish.
        "ready_by": local_iso(plan.window.end) if settings.window.has_deadline else None,
        "boosted": plan.boosted,
    }
    if not settings.is_by_day:
        return details
    past = past_of(charge.prices.data)
    until = max(plan.window.end, past.known_until + _DAYS_SHOWN)
    outlook = outlook_dicts(past, until, dt_util.get_default_time_zone())
    return {**details, **waiting_details(plan, settings.power), "outlook": outlook}


def _from_waiting(charge: ChargePlan, now: datetime) -> dict[str, Any]:
    """Return how much of what a plan has saved comes from waiting for cheaper days."""
    assert charge.settings is not None
    if not charge.settings.is_by_day:
        return {}
    return {"from_waiting": round(float(charge.history.from_waiting), 6)}


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
            **_PRICE,
        ),
        SensorOf[Rates](key=following, value_fn=_next_price, **_PRICE),
        SensorOf[Rates](
            key=highest,
            value_fn=lambda rates, now: _price_of(rates.overlapping(now).highest),
            attributes_fn=lambda rates, now: _start_of(rates.overlapping(now).highest),
            **_PRICE,
        ),
    )


PRICES = (
    *_price_sensors(["current_price", "next_price", "highest_price"]),
    SensorOf[Rates](
        key="lowest_price",
        value_fn=lambda rates, now: _price_of(rates.overlapping(now).lowest),
        attributes_fn=lambda rates, now: _start_of(rates.overlapping(now).lowest),
        **_PRICE,
    ),
    SensorOf[Rates](
        key="average_price",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rates, now: rates.overlapping(now).average,
        **_PRICE,
    ),
    SensorOf[Rates](
        key="prices_until",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rates, now: rates.end,
        **_TIME,
    ),
    SensorOf[Rates](
        key="price_forecast",
        entity_registry_enabled_default=False,
        value_fn=lambda rates, now: _price_of(rates.at(now)),
        attributes_fn=_for_planners,
        **_PRICE,
    ),
)

EXPORT = _price_sensors(["export_price", "next_export_price", "highest_export_price"])

STANDING_CHARGE = SensorOf[Rates](
    key="standing_charge",
    native_unit_of_measurement="GBP/d",
    suggested_display_precision=4,
    value_fn=lambda rates, now: _price_of(rates.at(now)),
)


def _plan_sensors(keys: list[str]) -> tuple[SensorOf[ChargePlan], ...]:
    """Return the sensors that every plan has; for five of them, the keys to use, in this order."""
    start, end, price, cost, status = keys
    return (
        SensorOf[ChargePlan](
            key=start,
            value_fn=_start_of_session,
            attributes_fn=lambda plan, now: {"sessions": session_dicts(plan.sessions)},
            **_TIME,
        ),
        SensorOf[ChargePlan](key=end, value_fn=lambda plan, now: plan.now.end, **_TIME),
        SensorOf[ChargePlan](
            key=price,
            entity_category=EntityCategory.DIAGNOSTIC,
            value_fn=lambda plan, now: plan.now.mean_price,
            **_PRICE,
        ),
        SensorOf[ChargePlan](key=cost, value_fn=lambda plan, now: plan.cost, **_MONEY),
        SensorOf[ChargePlan](
            key=status,
            device_class=SensorDeviceClass.ENUM,
            options=[status.value for status in Status],
            value_fn=lambda plan, now: plan.now.status,
            attributes_fn=_details,
        ),
        SensorOf[ChargePlan](key="saving", value_fn=lambda plan, now: plan.saving, **_MONEY),
        SensorOf[ChargePlan](
            key="saved",
            state_class=SensorStateClass.TOTAL,
            value_fn=lambda plan, now: plan.history.saved,
            attributes_fn=_from_waiting,
            **_MONEY,
        ),
    )


MAIN_PLAN = _plan_sensors(
    [
        "cheapest_block_start",
        "cheapest_block_end",
        "cheapest_block_price",
        "estimated_cost",
        "plan_status",
    ]
)

CHARGE_PLAN = (
    *_plan_sensors(["start", "end", "price", "cost", "status"]),
    SensorOf[ChargePlan](
        key="energy",
        # No state class: planned energy must not enter energy statistics.
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=lambda plan, now: plan.energy,
    ),
)

# What an export is paid is no cost.
EXPORT_PLAN = tuple(
    replace(each, translation_key="earnings") if each.key == "cost" else each for each in CHARGE_PLAN
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
        own = EXPORT_PLAN if plan.prices is charges.export else CHARGE_PLAN
        async_add_entities(
            (PlanSensor(entry, plan, each) for each in (MAIN_PLAN if plan.is_main else own)),
            config_subentry_id=plan.subentry_id,
        )


def _remove_export(hass: HomeAssistant, entry: OctopusAgileConfigEntry) -> None:
    """Remove the sensors of an export tariff that an entry no longer has."""
    registry = er.async_get(hass)
    for description in EXPORT:
        unique_id = f"{entry.entry_id}_{description.key}"
        if entity_id := registry.async_get_entity_id(SENSOR_DOMAIN, DOMAIN, unique_id):
            registry.async_remove(entity_id)


class _AgileSensor[T](SensorEntity):
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


class PriceSensor(_AgileSensor[Rates], PriceEntity):
    """A price sensor."""

    @property
    @override
    def _subject(self) -> Rates:
        return self.coordinator.data


class PlanSensor(_AgileSensor[ChargePlan], PlanEntity):
    """A plan sensor."""

    @property
    @override
    def _subject(self) -> ChargePlan:
        return self.plan
