"""The triggers for the start and the end of a session, at that moment or some time before or after."""

from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, override

from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_OFFSET,
    CONF_OPTIONS,
    CONF_TARGET,
    STATE_OFF,
    STATE_ON,
    Platform,
)
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import TriggerActionRunner, TriggerConfig
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..entity import BLOCKS
from ..timers import WallClockTimer
from .following import FollowingTrigger

_OFFSET_TYPE = "offset_type"
_BEFORE = "before"
_AFTER = "after"


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


class _BlockTrigger(FollowingTrigger):
    """Fires when a session of a plan starts or ends, or some time before or after."""

    _schema = vol.Schema(
        {
            vol.Required(CONF_TARGET): cv.TARGET_FIELDS,
            vol.Required(CONF_OPTIONS, default=dict): {
                vol.Required(CONF_OFFSET, default=timedelta(0)): cv.positive_time_period,
                vol.Required(_OFFSET_TYPE, default=_BEFORE): vol.In([_BEFORE, _AFTER]),
            },
        }
    )
    _domain, _keys = Platform.BINARY_SENSOR, BLOCKS
    # The name of the event for logs, the state change, and the edge of the session.
    what: ClassVar[str]
    change: ClassVar[tuple[str, str]]
    edge: ClassVar[str]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Store the target and the offset."""
        super().__init__(hass, config)
        assert config.options is not None
        self.offset: timedelta = config.options[CONF_OFFSET]
        self.is_before = config.options[_OFFSET_TYPE] == _BEFORE and bool(self.offset)

    @override
    def _watch(self, entity_id: str, run_action: TriggerActionRunner) -> _Watch:
        return _Watch(self._hass, self, partial(self._run, run_action, entity_id))

    @callback
    def _run(self, run_action: TriggerActionRunner, entity_id: str) -> None:
        run_action({ATTR_ENTITY_ID: entity_id, CONF_OFFSET: self.offset}, self.what)


class BlockStarted(_BlockTrigger):
    """A session of a plan starts."""

    what, edge, change = "block started", "start", (STATE_OFF, STATE_ON)


class BlockEnded(_BlockTrigger):
    """A session of a plan ends."""

    what, edge, change = "block ended", "end", (STATE_ON, STATE_OFF)
