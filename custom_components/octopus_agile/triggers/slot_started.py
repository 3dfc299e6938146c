"""The trigger for each half hour with a price: it tells the price."""

from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import (
    Event,
    EventStateReportedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_track_state_report_event
from homeassistant.helpers.trigger import TriggerActionRunner
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..entity import CURRENT_PRICE
from .following import FollowingTrigger

# How late a sensor may say that a slot has started. A clock that leaps starts none.
_LATE = timedelta(seconds=30)


class SlotStarted(FollowingTrigger):
    """A half hour with a price starts."""

    _schema = vol.Schema(
        {vol.Required(CONF_TARGET): cv.TARGET_FIELDS, vol.Optional(CONF_OPTIONS, default=dict): {}}
    )
    _domain, _keys = SENSOR_DOMAIN, CURRENT_PRICE

    @override
    def _watch(self, entity_id: str, run_action: TriggerActionRunner) -> _Sensor:
        return _Sensor(self._hass, entity_id, run_action)


class _Sensor:
    """A price sensor, which says something at each half hour, also if the price is the same again."""

    def __init__(self, hass: HomeAssistant, entity_id: str, run_action: TriggerActionRunner) -> None:
        """Follow what it reports; changes of its state are told from outside."""
        self._run_action = run_action
        self._last: datetime | None = None
        self.async_stop = async_track_state_report_event(hass, entity_id, self._async_reported)

    @callback
    def _async_reported(self, event: Event[EventStateReportedData]) -> None:
        self.async_changed(None, event.data["new_state"])

    @callback
    def async_changed(self, _old: State | None, state: State | None) -> None:
        """Handle what it says: run the action if a slot has just started."""
        now = dt_util.utcnow()
        slot = None if state is None else _slot_at(state, now)
        if state is None or slot is None:
            return
        start, before = datetime.fromisoformat(slot["start"]), self._last
        self._last = start
        if before is not None and before < start > now - _LATE:
            self._run_action({ATTR_ENTITY_ID: state.entity_id, **slot}, "slot started")


def _slot_at(state: State, now: datetime) -> dict[str, Any] | None:
    """Return the slot of an instant that a sensor knows: its start, end and price."""
    for rate in state.attributes.get("rates", ()):
        if datetime.fromisoformat(rate["start"]) <= now < datetime.fromisoformat(rate["end"]):
            return dict(rate)
    return None
