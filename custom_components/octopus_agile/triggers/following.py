"""Follows each entity of a trigger's target by itself, also those that join or leave it later."""

from collections.abc import Callable, Mapping
from typing import Protocol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.typing import ConfigType


class Watch(Protocol):
    """What follows one entity."""

    @callback
    def async_changed(self, old: State | None, new: State | None) -> None:
        """Handle a new state, or the first one."""

    @callback
    def async_stop(self) -> None:
        """Cancel everything that is pending."""


async def async_follow_each(
    hass: HomeAssistant,
    target: ConfigType,
    entity_filter: Callable[[set[str]], set[str]],
    watch: Callable[[str], Watch],
) -> CALLBACK_TYPE:
    """Follow each of a target's entities by a watch of its own. Return an unsubscribe callback."""
    watches: dict[str, Watch] = {}

    @callback
    def changed(data: TargetStateChangedData) -> None:
        event = data.state_change_event.data
        watches[event["entity_id"]].async_changed(event["old_state"], event["new_state"])

    @callback
    def targets_changed(added: set[str], removed: set[str], states: Mapping[str, State | None]) -> None:
        for entity_id in removed:
            watches.pop(entity_id).async_stop()
        for entity_id in added:
            watches[entity_id] = watch(entity_id)
            watches[entity_id].async_changed(None, states[entity_id])

    unsubscribe = await async_track_target_selector_state_change_event(
        hass, target, changed, entity_filter, targets_changed
    )

    @callback
    def detach() -> None:
        unsubscribe()
        for each in watches.values():
            each.async_stop()

    return detach
