"""The sensors of a charge plan: when it charges, what that costs, and what it has saved."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy
from homeassistant.util import dt as dt_util

from ..agile.plan import Status
from ..agile.publication import next_due
from ..agile.scenarios import past_of
from ..coordinator import OctopusAgileConfigEntry
from ..entity import PRICE, TIME, AgileSensor, PlanEntity, SensorOf
from ..serialize import local_iso, outlook_dicts, session_dicts, waiting_details
from .charge_plan import ChargePlan

_MONEY: dict[str, Any] = {
    "device_class": SensorDeviceClass.MONETARY,
    "native_unit_of_measurement": "GBP",
    "suggested_display_precision": 2,
}
_MINUTE = timedelta(minutes=1)
# So far ahead a chart shows what prices may be, or to the deadline if that is further.
_DAYS_SHOWN = timedelta(days=3)


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


def _plan_sensors(keys: list[str]) -> tuple[SensorOf[ChargePlan], ...]:
    """Return the sensors that every plan has; for five of them, the keys to use, in this order."""
    start, end, price, cost, status = keys
    return (
        SensorOf[ChargePlan](
            key=start,
            value_fn=_start_of_session,
            attributes_fn=lambda plan, now: {"sessions": session_dicts(plan.sessions)},
            **TIME,
        ),
        SensorOf[ChargePlan](key=end, value_fn=lambda plan, now: plan.now.end, **TIME),
        SensorOf[ChargePlan](
            key=price,
            entity_category=EntityCategory.DIAGNOSTIC,
            value_fn=lambda plan, now: plan.now.mean_price,
            **PRICE,
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


def plan_sensors(entry: OctopusAgileConfigEntry, plan: ChargePlan) -> list[PlanSensor]:
    """Return the sensors of a plan."""
    own = EXPORT_PLAN if plan.prices is entry.runtime_data.export else CHARGE_PLAN
    return [PlanSensor(entry, plan, each) for each in (MAIN_PLAN if plan.is_main else own)]


class PlanSensor(AgileSensor[ChargePlan], PlanEntity):
    """A plan sensor."""

    @property
    @override
    def _subject(self) -> ChargePlan:
        return self.plan
