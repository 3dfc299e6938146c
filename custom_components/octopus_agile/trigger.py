"""Triggers for the automation editor, on entities, devices or areas. Their prices are in pence."""

import math
from typing import Any, ClassVar, override

from homeassistant.components.event import ATTR_EVENT_TYPE, DOMAIN as EVENT_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, CONF_OPTIONS
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.automation import DomainSpec, ThresholdConfig
from homeassistant.helpers.trigger import (
    EntityNumericalStateCrossedThresholdTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .condition import in_pence
from .const import EVENT_NEGATIVE, EVENT_PUBLISHED, EVENT_STALLED, PRICE_UNIT
from .entity import CURRENT_PRICE, PLANS, PRICES, filter_entities
from .triggers.block import BlockEnded, BlockStarted
from .triggers.slot_started import SlotStarted


class _EventTrigger(StatelessEntityTriggerBase):
    """Fires on one type of event from an event entity."""

    _domain_specs = {EVENT_DOMAIN: DomainSpec()}
    _event: ClassVar[str]
    _keys: ClassVar[frozenset[str]] = PRICES

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our event entities that fire it."""
        return filter_entities(self._hass, EVENT_DOMAIN, self._keys, entities)

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Tell events in the same millisecond apart by type; the state is only a timestamp."""
        return _kind(from_state) != _kind(to_state)

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        """Check the event type."""
        return state.attributes.get(ATTR_EVENT_TYPE) == self._event


def _kind(state: State) -> tuple[str, str | None]:
    return state.state, state.attributes.get(ATTR_EVENT_TYPE)


class PricesPublished(_EventTrigger):
    """Prices for another day were published."""

    _event = EVENT_PUBLISHED


class NegativePricesAnnounced(_EventTrigger):
    """The prices just published include some below zero."""

    _event = EVENT_NEGATIVE


class ChargeStalled(_EventTrigger):
    """A charge runs, but the battery's level doesn't rise."""

    _event, _keys = EVENT_STALLED, PLANS


class PriceCrossed(EntityNumericalStateCrossedThresholdTriggerBase):
    """The current price crosses a threshold in pence per kWh."""

    _domain_specs = {SENSOR_DOMAIN: DomainSpec()}

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the threshold, whose numbers must be finite."""
        config = await super().async_validate_config(hass, config)
        for value in config[CONF_OPTIONS]["threshold"].values():
            if isinstance(value, dict) and not math.isfinite(value.get("number", 0)):
                raise vol.Invalid("the threshold is not a finite number")
        return config

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our sensors for the current price."""
        return filter_entities(self._hass, SENSOR_DOMAIN, CURRENT_PRICE, entities)

    @override
    def _get_tracked_value(self, state: State) -> float | None:
        """Return the price in pence."""
        price = super()._get_tracked_value(state)
        return None if price is None else in_pence(price)

    @override
    def _get_threshold_value(self, threshold: ThresholdConfig | None, *args: Any) -> float | None:
        """Return the threshold in pence; an entity or a number may have it in pounds."""
        value = super()._get_threshold_value(threshold, *args)
        if threshold is None or value is None:
            return value
        unit: object = threshold.unit
        if threshold.entity is not None and (state := self._hass.states.get(threshold.entity)):
            unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        return in_pence(value) if unit == PRICE_UNIT else value


TRIGGERS: dict[str, type[Trigger]] = {
    "block_ended": BlockEnded,
    "block_started": BlockStarted,
    "charge_stalled": ChargeStalled,
    "negative_prices_announced": NegativePricesAnnounced,
    "price_crossed": PriceCrossed,
    "prices_published": PricesPublished,
    "slot_started": SlotStarted,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
