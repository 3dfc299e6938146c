"""Triggers for the automation editor, on entities, devices or areas. Their prices are in pence."""

from datetime import datetime, timedelta
from functools import partial
import math
from typing import Any, ClassVar, cast, override

from homeassistant.components.event import ATTR_EVENT_TYPE, DOMAIN as EVENT_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_UNIT_OF_MEASUREMENT,
    CONF_OFFSET,
    CONF_OPTIONS,
    CONF_TARGET,
    STATE_OFF,
    STATE_ON,
    Platform,
)
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec, ThresholdConfig
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import (
    EntityNumericalStateCrossedThresholdTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .condition import in_pence
from .const import EVENT_NEGATIVE, EVENT_PUBLISHED, EVENT_STALLED, PRICE_UNIT
from .entity import BLOCKS, CURRENT_PRICE, PLANS, PRICES, filter_entities
from .timers import WallClockTimer
from .triggers.following import async_follow_each
from .triggers.slot_started import SlotStarted

_OFFSET_TYPE = "offset_type"
_BEFORE = "before"
_AFTER = "after"

_BLOCK_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_TARGET): cv.TARGET_FIELDS,
        vol.Required(CONF_OPTIONS, default=dict): {
            vol.Required(CONF_OFFSET, default=timedelta(0)): cv.positive_time_period,
            vol.Required(_OFFSET_TYPE, default=_BEFORE): vol.In([_BEFORE, _AFTER]),
        },
    }
)


class _Watch:
    """Follows one entity, and runs an action when a session starts or ends, or some time before or after.

    Without an offset or with one after, it follows the state, so that it always agrees with the entity.
    With an offset before, it follows the session times in the state's attributes.
    """

    def __init__(self, hass: HomeAssistant, trigger: _BlockTrigger, run: CALLBACK_TYPE) -> None:
        """Watch an entity for a trigger."""
        self._hass = hass
        self._trigger = trigger
        self._run = run
        self._moments: list[datetime] = []
        self._timer = WallClockTimer(hass, trigger.what, self._async_look)
        self._waiting: set[CALLBACK_TYPE] = set()

    @callback
    def async_changed(self, old: State | None, new: State | None) -> None:
        """Handle a new state."""
        if self._trigger.is_before:
            # Run what is due now before the list is replaced; moments already past are dropped.
            self._async_look()
            sessions = new.attributes.get("sessions", ()) if new else ()
            starts_or_ends = (datetime.fromisoformat(each[self._trigger.edge]) for each in sessions)
            moments = [instant - self._trigger.offset for instant in starts_or_ends]
            self._moments = [moment for moment in moments if moment > dt_util.utcnow()]
            self._wait()
        elif old and new and (old.state, new.state) == self._trigger.change:
            self._run_after_offset()

    @callback
    def async_stop(self) -> None:
        """Cancel everything that is pending."""
        self._timer.stop()
        for cancel in self._waiting:
            cancel()

    def _run_after_offset(self) -> None:
        if not self._trigger.offset:
            self._run()
            return

        @callback
        def due(_now: datetime) -> None:
            self._waiting.discard(cancel)
            self._run()

        job = HassJob(due, self._trigger.what, cancel_on_shutdown=True)
        cancel = async_call_later(self._hass, self._trigger.offset, job)
        self._waiting.add(cancel)

    @callback
    def _async_look(self) -> None:
        now = dt_util.utcnow()
        due = [moment for moment in self._moments if moment <= now]
        self._moments = [moment for moment in self._moments if moment > now]
        for _ in due:
            self._run()
        self._wait()

    def _wait(self) -> None:
        if self._moments:
            self._timer.set(min(self._moments))
        else:
            self._timer.stop()


class _BlockTrigger(Trigger):
    """Fires when a session of a plan starts or ends, or some time before or after."""

    # The name of the event for logs, the state change, and the edge of the session.
    what: ClassVar[str]
    change: ClassVar[tuple[str, str]]
    edge: ClassVar[str]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the offset."""
        return cast(ConfigType, _BLOCK_SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Store the target and the offset."""
        super().__init__(hass, config)
        assert config.target is not None
        assert config.options is not None
        self._target = config.target
        self.offset: timedelta = config.options[CONF_OFFSET]
        self.is_before = config.options[_OFFSET_TYPE] == _BEFORE and bool(self.offset)

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Follow the target's entities."""
        return await async_follow_each(
            self._hass,
            self._target,
            self._entity_filter,
            lambda entity_id: _Watch(self._hass, self, partial(self._run, run_action, entity_id)),
        )

    def _entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our binary sensors for running sessions."""
        return filter_entities(self._hass, Platform.BINARY_SENSOR, BLOCKS, entities)

    @callback
    def _run(self, run_action: TriggerActionRunner, entity_id: str) -> None:
        run_action({ATTR_ENTITY_ID: entity_id, CONF_OFFSET: self.offset}, self.what)


class BlockStarted(_BlockTrigger):
    """A session of a plan starts."""

    what, edge, change = "block started", "start", (STATE_OFF, STATE_ON)


class BlockEnded(_BlockTrigger):
    """A session of a plan ends."""

    what, edge, change = "block ended", "end", (STATE_ON, STATE_OFF)


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
