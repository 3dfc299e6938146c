"""Triggers for the automation editor, on entities, devices or areas."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, cast, override

from homeassistant.components.event import ATTR_EVENT_TYPE, DOMAIN as EVENT_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_OFFSET,
    CONF_OPTIONS,
    CONF_TARGET,
    STATE_OFF,
    STATE_ON,
    Platform,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
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

from .const import EVENT_NEGATIVE, EVENT_PUBLISHED
from .targets import BLOCKS, CURRENT_PRICE, PRICES, filter_entities
from .timers import Timers

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


class _BlockTrigger(Trigger):
    """Fires when a session of a plan starts or ends, or some time before or after.

    At the moment itself and after, it follows the binary sensor, so that what is switched on and what
    has started are one thing. Before, it follows the times that the sensor announces.
    """

    _to_state: ClassVar[str]
    _from_state: ClassVar[str]
    _announced: ClassVar[str]
    _what: ClassVar[str]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the offset."""
        return cast(ConfigType, _BLOCK_SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the target and the offset."""
        super().__init__(hass, config)
        assert config.target is not None
        assert config.options is not None
        self._target = config.target
        self._offset: timedelta = config.options[CONF_OFFSET]
        self._is_before = config.options[_OFFSET_TYPE] == _BEFORE and bool(self._offset)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Follow the targeted entities."""
        timers: dict[str, Timers] = defaultdict(partial(Timers, self._hass, self._what))
        run = partial(self._run, run_action)

        @callback
        def changed(data: TargetStateChangedData) -> None:
            event = data.state_change_event.data
            entity_id, old, new = event["entity_id"], event["old_state"], event["new_state"]
            if self._is_before:
                self._announce(timers[entity_id], run, entity_id, new)
            elif old and new and (old.state, new.state) == (self._from_state, self._to_state):
                self._run_after_offset(timers[entity_id], run, entity_id)

        @callback
        def targets_changed(
            added: set[str], removed: set[str], states: Mapping[str, State | None]
        ) -> None:
            for entity_id in removed:
                timers[entity_id].stop_all()
            for entity_id in added if self._is_before else ():
                self._announce(timers[entity_id], run, entity_id, states[entity_id])

        unsubscribe = await async_track_target_selector_state_change_event(
            self._hass, self._target, changed, self._entity_filter, targets_changed
        )

        @callback
        def detach() -> None:
            unsubscribe()
            for each in timers.values():
                each.stop_all()

        return detach

    def _entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our binary sensors of sessions."""
        return filter_entities(self._hass, Platform.BINARY_SENSOR, BLOCKS, entities)

    @callback
    def _run(self, run_action: TriggerActionRunner, entity_id: str, now: datetime | None = None) -> None:
        run_action({ATTR_ENTITY_ID: entity_id, CONF_OFFSET: self._offset}, self._what)

    @callback
    def _run_after_offset(self, timers: Timers, run: Callable[..., None], entity_id: str) -> None:
        """Run the action now, or when the offset has passed."""
        if self._offset:
            until = dt_util.utcnow() + self._offset
            timers.set(until, until, partial(run, entity_id))
        else:
            run(entity_id)

    @callback
    def _announce(
        self, timers: Timers, run: Callable[..., None], entity_id: str, state: State | None
    ) -> None:
        """Set timers to the offset before the times that a state announces."""
        sessions = state.attributes.get("sessions", ()) if state else ()
        announced = (datetime.fromisoformat(session[self._announced]) for session in sessions)
        moments = [at - self._offset for at in announced]

        @callback
        def due(until: datetime, now: datetime) -> None:
            if until <= dt_util.utcnow():
                run(entity_id)
            else:
                # The clock was set back meanwhile.
                self._announce(timers, run, entity_id, self._hass.states.get(entity_id))

        timers.stop_others(moments)
        for until in moments:
            if until > dt_util.utcnow():
                timers.set(until, until, partial(due, until))


class BlockStarted(_BlockTrigger):
    """A session of a plan starts."""

    _from_state, _to_state = STATE_OFF, STATE_ON
    _announced = "start"
    _what = "block started"


class BlockEnded(_BlockTrigger):
    """A session of a plan ends."""

    _from_state, _to_state = STATE_ON, STATE_OFF
    _announced = "end"
    _what = "block ended"


class _NewsTrigger(StatelessEntityTriggerBase):
    """Fires when the event entity tells one kind of news."""

    _domain_specs = {EVENT_DOMAIN: DomainSpec()}
    _news: ClassVar[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our event entities."""
        return filter_entities(self._hass, EVENT_DOMAIN, PRICES, entities)

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Tell news apart that come in the same millisecond, which is all that a state can tell."""
        return _kind(from_state) != _kind(to_state)

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        """Check the kind of news."""
        return state.attributes.get(ATTR_EVENT_TYPE) == self._news


def _kind(state: State) -> tuple[str, str | None]:
    return state.state, state.attributes.get(ATTR_EVENT_TYPE)


class PricesPublished(_NewsTrigger):
    """Prices of another day were published."""

    _news = EVENT_PUBLISHED


class NegativePricesAnnounced(_NewsTrigger):
    """Prices below zero are among those just published."""

    _news = EVENT_NEGATIVE


class PriceCrossed(EntityNumericalStateCrossedThresholdTriggerBase):
    """The current price crosses a threshold."""

    _domain_specs = {SENSOR_DOMAIN: DomainSpec()}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our sensors of the current price."""
        return filter_entities(self._hass, SENSOR_DOMAIN, CURRENT_PRICE, entities)


TRIGGERS: dict[str, type[Trigger]] = {
    "block_ended": BlockEnded,
    "block_started": BlockStarted,
    "negative_prices_announced": NegativePricesAnnounced,
    "price_crossed": PriceCrossed,
    "prices_published": PricesPublished,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
