"""What triggers share that follow each entity of their target, also those that join or leave it later."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol, cast, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..entity import filter_entities


class Watch(Protocol):
    """What follows one entity."""

    @callback
    def async_changed(self, old: State | None, new: State | None) -> None:
        """Handle a new state, or the first one."""

    @callback
    def async_stop(self) -> None:
        """Cancel everything that is pending."""


class FollowingTrigger(Trigger):
    """A trigger that follows each entity of its target by a watch of its own."""

    _schema: ClassVar[vol.Schema]
    # Which of our entities it follows, by their platform and translation keys.
    _domain: ClassVar[str]
    _keys: ClassVar[frozenset[str]]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the options."""
        return cast(ConfigType, cls._schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Store the target."""
        super().__init__(hass, config)
        assert config.target is not None
        self._target = config.target

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Follow the target's entities."""
        watches: dict[str, Watch] = {}

        @callback
        def changed(data: TargetStateChangedData) -> None:
            event = data.state_change_event.data
            watches[event["entity_id"]].async_changed(event["old_state"], event["new_state"])

        @callback
        def targets_changed(
            added: set[str], removed: set[str], states: Mapping[str, State | None]
        ) -> None:
            for entity_id in removed:
                watches.pop(entity_id).async_stop()
            for entity_id in added:
                watches[entity_id] = self._watch(entity_id, run_action)
                watches[entity_id].async_changed(None, states[entity_id])

        unsubscribe = await async_track_target_selector_state_change_event(
            self._hass, self._target, changed, self._entity_filter, targets_changed
        )

        @callback
        def detach() -> None:
            unsubscribe()
            for each in watches.values():
                each.async_stop()

        return detach

    def _entity_filter(self, entities: set[str]) -> set[str]:
        return filter_entities(self._hass, self._domain, self._keys, entities)

    @abstractmethod
    def _watch(self, entity_id: str, run_action: TriggerActionRunner) -> Watch:
        """Return what follows an entity and runs the action."""
