"""The entities that charges and comparisons name: followed when renamed, reported when gone."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    CALLBACK_TYPE,
    CoreState,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
    split_entity_id,
    valid_entity_id,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import (
    async_track_entity_registry_updated_event,
    async_track_state_change_event,
)
from homeassistant.helpers.start import async_at_started

from . import const
from .store import StoredSources, file_of

# The name of their file, besides those of the plans.
SOURCES = "sources"
_KEYS = (
    const.CONF_SOC,
    const.CONF_TARGET_ENTITY,
    const.CONF_CHARGER,
    const.CONF_PLUGGED_IN,
    const.CONF_ENERGY_SENSOR,
    const.CONF_METER,
)


def _sources_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the entities that options name, by option. Leave out what can't be one.

    A statistic that is no entity's is none.
    """
    named = {key: options[key] for key in _KEYS if isinstance(options.get(key), str)}
    return {key: entity_id for key, entity_id in named.items() if valid_entity_id(entity_id)}


def _options_of(entry: ConfigEntry) -> dict[str | None, Mapping[str, Any]]:
    """Return the options of an entry's own charge (None), and of its subentries by their ids."""
    return {None: entry.options} | {key: each.data for key, each in entry.subentries.items()}


@callback
def gone_sources(hass: HomeAssistant, entry: ConfigEntry, subentry_id: str | None) -> list[str] | None:
    """Return a charge's entities that no longer exist, without those that are merely unavailable.

    None while Home Assistant starts: they may only not have been created yet.
    """
    if hass.state is not CoreState.running:
        return None
    # A plan that was just deleted has none.
    named = _sources_of(_options_of(entry).get(subentry_id, {}))
    registry = er.async_get(hass)

    def is_gone(entity_id: str) -> bool:
        if (registered := registry.async_get(entity_id)) is not None:
            return registered.disabled
        return hass.states.get(entity_id) is None

    return sorted({each for each in named.values() if is_gone(each)})


class Sources:
    """Keeps the options of an entry, its charge plans and comparisons pointing at the same entities.

    The registry's own id of each entity is kept on disk. It stays the same when the entity gets another
    entity id, so a new name is noticed even if the entry wasn't loaded at the time.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, on_change: Callable[[], None]) -> None:
        """Call `on_change` when an entity may have been renamed, gone or come back."""
        self._hass = hass
        self._entry = entry
        self._on_change = on_change
        self._file = file_of(hass, f"{entry.entry_id}.{SOURCES}", StoredSources)
        self._stored = StoredSources()
        self._stop_tracking: list[CALLBACK_TYPE] = []

    async def async_restore(self) -> None:
        """Follow what was renamed while the entry wasn't loaded, before its options are read."""
        self._stored = await self._file.async_load() or self._stored
        self._async_follow()

    @callback
    def async_start(self) -> None:
        """Follow what is renamed from now on."""
        entry = self._entry
        entry.async_on_unload(entry.add_update_listener(self._async_entry_changed))
        entry.async_on_unload(self._async_stop)
        self._async_track()
        entry.async_on_unload(async_at_started(self._hass, self._async_started))

    @callback
    def _async_started(self, _hass: HomeAssistant) -> None:
        self._async_look()

    async def _async_entry_changed(self, _hass: HomeAssistant, _entry: ConfigEntry) -> None:
        self._async_track()

    @callback
    def _async_stop(self) -> None:
        while self._stop_tracking:
            self._stop_tracking.pop()()

    @callback
    def _async_track(self) -> None:
        """Follow the entities that are named now."""
        self._async_stop()
        self._async_follow()
        entities = list(self._named())
        self._stop_tracking = [
            async_track_entity_registry_updated_event(self._hass, entities, self._async_registered),
            async_track_state_change_event(self._hass, entities, self._async_state_changed),
        ]

    @callback
    def _async_registered(self, _event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        self._async_look_soon()

    @callback
    def _async_state_changed(self, event: Event[EventStateChangedData]) -> None:
        # One without a registry entry exists as long as it has a state.
        if event.data["old_state"] is None or event.data["new_state"] is None:
            self._async_look_soon()

    @callback
    def _async_look_soon(self) -> None:
        """Look once a renamed entity has moved its state, so that nobody takes it for unknown."""

        async def look() -> None:
            self._async_look()

        self._entry.async_create_background_task(
            self._hass, look(), f"{const.DOMAIN} sources", eager_start=False
        )

    @callback
    def _async_look(self) -> None:
        self._async_follow()
        self._on_change()

    def _named(self) -> set[str]:
        every = _options_of(self._entry).values()
        return {entity_id for options in every for entity_id in _sources_of(options).values()}

    @callback
    def _async_follow(self) -> None:
        """Put new entity ids into the options, and remember the registry's own ids."""
        registry, known = er.async_get(self._hass), dict(self._stored.ids)
        renamed: dict[str, str] = {}
        ids: dict[str, str] = {}
        for named in self._named():
            # One that was deleted is replaced by the next that has its entity id.
            kept = registry.async_get(known[named]) if named in known else None
            if kept is not None and kept.domain != split_entity_id(named)[0]:
                # No rename does that, but a damaged file does: options aren't changed because of one.
                kept = None
            if (registered := kept or registry.async_get(named)) is not None:
                ids[registered.entity_id] = registered.id
                if registered.entity_id != named:
                    renamed[named] = registered.entity_id
            elif named in known:
                ids[named] = known[named]
        if ids != known:
            self._stored = StoredSources(ids)
            saving = self._file.async_save(self._stored)
            self._hass.async_create_task(saving, f"{const.DOMAIN} save")
        if renamed:
            self._async_rename(renamed)

    @callback
    def _async_rename(self, renamed: Mapping[str, str]) -> None:
        def changed(options: Mapping[str, Any]) -> dict[str, Any]:
            new = {key: renamed.get(each, each) for key, each in _sources_of(options).items()}
            return {**options, **new}

        entry, entries = self._entry, self._hass.config_entries
        const.LOGGER.info("Following renamed entities: %s", renamed)
        entries.async_update_entry(entry, options=changed(entry.options))
        for each in entry.subentries.values():
            entries.async_update_subentry(entry, each, data=changed(each.data))
