"""Binary sensors: whether a charge should run now, and whether the price is below zero."""

from collections.abc import Mapping
from typing import Any, override

# Newer versions also export the device class elsewhere, older ones only here.
from homeassistant.components.binary_sensor import (  # type: ignore[attr-defined]
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import OctopusAgileConfigEntry
from .entity import PlanEntity, PriceEntity
from .serialize import local_iso, session_dicts

PARALLEL_UPDATES = 0

NEGATIVE_PRICE = BinarySensorEntityDescription(key="negative_price")
# The automation editor finds the targets of our triggers by this device class.
CHEAPEST_BLOCK = BinarySensorEntityDescription(
    key="cheapest_block", device_class=BinarySensorDeviceClass.RUNNING
)
CHARGE_NOW = BinarySensorEntityDescription(key="charge_now", device_class=BinarySensorDeviceClass.RUNNING)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of an entry and of its charge plans."""
    charges = entry.runtime_data
    async_add_entities([NegativePrice(entry, NEGATIVE_PRICE)])
    for plan in charges.plans:
        description = CHEAPEST_BLOCK if plan.is_main else CHARGE_NOW
        async_add_entities([ChargeNow(entry, plan, description)], config_subentry_id=plan.subentry_id)


class NegativePrice(PriceEntity, BinarySensorEntity):
    """On while the price is below zero."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the current state; None if the price isn't known."""
        rate = self.coordinator.data.at(dt_util.utcnow())
        return None if rate is None else rate.price < 0


class ChargeNow(PlanEntity, BinarySensorEntity):
    """On while a session of a plan is running, for automations that switch a charger."""

    # A session that has started runs on, whatever happens to the prices.
    _needs_prices = False
    _unrecorded_attributes = frozenset({"sessions"})

    @property
    @override
    def is_on(self) -> bool:
        """Return whether to charge now."""
        return self.plan.now.running(dt_util.utcnow()) is not None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return the current or next session, all sessions, and when the last one ended.

        Triggers with an offset use all sessions; automations after a restart use the last end.
        """
        now, plan = dt_util.utcnow(), self.plan.now
        session, ended = plan.current_or_next(now), plan.last_end(now)
        return {
            "session_start": session and local_iso(session.start),
            "session_end": session and local_iso(session.end),
            "last_session_end": ended and local_iso(ended),
            "sessions": session_dicts(plan.sessions),
        }
