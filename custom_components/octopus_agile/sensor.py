"""Sensors: the prices, and what each charge will do and cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .agile.plan import Status
from .agile.rates import Rate, Rates
from .charges import ChargePlan
from .coordinator import OctopusAgileConfigEntry
from .entity import PlanEntity, PriceEntity
from .serialize import local_iso, rate_dict, session_dicts

PARALLEL_UPDATES = 0

type _Value = datetime | Decimal | str | None

# Pounds, because the Energy dashboard takes the number in its own currency, whatever stands before the
# slash.
_PRICE: dict[str, Any] = {"native_unit_of_measurement": "GBP/kWh", "suggested_display_precision": 4}
_TIME: dict[str, Any] = {"device_class": SensorDeviceClass.TIMESTAMP}
_MONEY: dict[str, Any] = {
    "device_class": SensorDeviceClass.MONETARY,
    "native_unit_of_measurement": "GBP",
    "suggested_display_precision": 2,
}
_HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class PriceDescription(SensorEntityDescription):
    """A sensor of the prices, by what it shows of them at an instant."""

    value_fn: Callable[[Rates, datetime], _Value]
    attributes_fn: Callable[[Rates, datetime], dict[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class PlanDescription(SensorEntityDescription):
    """A sensor of a plan, by what it shows of it."""

    value_fn: Callable[[ChargePlan], _Value]
    attributes_fn: Callable[[ChargePlan], dict[str, Any]] | None = None


def _price_of(rate: Rate | None) -> Decimal | None:
    return None if rate is None else rate.price


def _start_of(rate: Rate | None) -> dict[str, Any]:
    return {"start": None if rate is None else local_iso(rate.start)}


def _start_of_session(plan: ChargePlan) -> datetime | None:
    session = plan.now.current_or_next(dt_util.utcnow())
    return None if session is None else session.start


def _next_price(rates: Rates, now: datetime) -> Decimal | None:
    """Return the price of the slot after the current one."""
    current = rates.at(now)
    if current is None:
        boundary = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        return _price_of(rates.at(boundary + _HALF_HOUR))
    return _price_of(rates.at(current.end))


def _rates_from_today(rates: Rates, now: datetime) -> dict[str, Any]:
    today = dt_util.as_utc(dt_util.start_of_local_day(dt_util.as_local(now)))
    return {"rates": [rate_dict(rate) for rate in rates.overlapping(today)]}


PRICES = (
    PriceDescription(
        key="current_price",
        translation_key="current_price",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda rates, now: _price_of(rates.at(now)),
        attributes_fn=_rates_from_today,
        **_PRICE,
    ),
    PriceDescription(key="next_price", translation_key="next_price", value_fn=_next_price, **_PRICE),
    PriceDescription(
        key="lowest_price",
        translation_key="lowest_price",
        value_fn=lambda rates, now: _price_of(rates.overlapping(now).lowest),
        attributes_fn=lambda rates, now: _start_of(rates.overlapping(now).lowest),
        **_PRICE,
    ),
    PriceDescription(
        key="highest_price",
        translation_key="highest_price",
        value_fn=lambda rates, now: _price_of(rates.overlapping(now).highest),
        attributes_fn=lambda rates, now: _start_of(rates.overlapping(now).highest),
        **_PRICE,
    ),
    PriceDescription(
        key="average_price",
        translation_key="average_price",
        value_fn=lambda rates, now: rates.overlapping(now).average,
        **_PRICE,
    ),
    PriceDescription(
        key="prices_until",
        translation_key="prices_until",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rates, now: rates.end,
        **_TIME,
    ),
)


def _plan_sensors(keys: list[str], statuses: list[str]) -> tuple[PlanDescription, ...]:
    """Return the sensors that every plan has, under the keys given in this order."""
    start, end, price, cost, status = keys
    return (
        PlanDescription(
            key=start,
            translation_key=start,
            value_fn=_start_of_session,
            attributes_fn=lambda plan: {"sessions": session_dicts(plan.sessions)},
            **_TIME,
        ),
        PlanDescription(key=end, translation_key=end, value_fn=lambda plan: plan.now.end, **_TIME),
        PlanDescription(
            key=price, translation_key=price, value_fn=lambda plan: plan.now.mean_price, **_PRICE
        ),
        PlanDescription(key=cost, translation_key=cost, value_fn=lambda plan: plan.cost, **_MONEY),
        PlanDescription(
            key=status,
            translation_key=status,
            device_class=SensorDeviceClass.ENUM,
            options=statuses,
            value_fn=lambda plan: plan.now.status,
            attributes_fn=lambda plan: {"reason": plan.now.reason},
        ),
    )


_MAIN_STATUSES = [status.value for status in Status if status is not Status.OFF]

MAIN_PLAN = _plan_sensors(
    [
        "cheapest_block_start",
        "cheapest_block_end",
        "cheapest_block_price",
        "estimated_cost",
        "plan_status",
    ],
    _MAIN_STATUSES,
)

CHARGE_PLAN = (
    *_plan_sensors(["start", "end", "price", "cost", "status"], [*_MAIN_STATUSES, Status.OFF.value]),
    PlanDescription(
        key="energy",
        translation_key="energy",
        # Without a state class: energy yet to be used must not enter energy statistics.
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=lambda plan: plan.energy,
    ),
    PlanDescription(key="saving", translation_key="saving", value_fn=lambda plan: plan.saving, **_MONEY),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of an entry and of its charge plans."""
    async_add_entities(PriceSensor(entry, description) for description in PRICES)
    for plan in entry.runtime_data.plans:
        async_add_entities(
            (PlanSensor(entry, plan, each) for each in (MAIN_PLAN if plan.is_main else CHARGE_PLAN)),
            config_subentry_id=plan.subentry_id,
        )


def _state(value: _Value) -> datetime | float | str | None:
    # Exact until here; a state is the text of the nearest float.
    return float(value) if isinstance(value, Decimal) else value


class PriceSensor(PriceEntity, SensorEntity):
    """A sensor of the prices."""

    entity_description: PriceDescription
    # Days of prices at every change would fill the recorder's database.
    _unrecorded_attributes = frozenset({"rates"})

    @property
    @override
    def native_value(self) -> datetime | float | str | None:
        """Return the value at this instant; None where it isn't known."""
        return _state(self.entity_description.value_fn(self.coordinator.data, dt_util.utcnow()))

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what goes with the value, if anything does."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn and attributes_fn(self.coordinator.data, dt_util.utcnow())


class PlanSensor(PlanEntity, SensorEntity):
    """A sensor of a plan."""

    entity_description: PlanDescription
    _unrecorded_attributes = frozenset({"sessions"})

    @property
    @override
    def native_value(self) -> datetime | float | str | None:
        """Return the value at this instant; None where it isn't known."""
        return _state(self.entity_description.value_fn(self.plan))

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what goes with the value, if anything does."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn and attributes_fn(self.plan)
