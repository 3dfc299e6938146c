"""The entities of a house at night: a car's level, a plug, a target, an energy meter and a charger."""

from datetime import datetime
from typing import Any, Protocol, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .charger import CallFailed
from .world import World

LEVEL, ENERGY, TARGET = "sensor.car_level", "sensor.charger_energy", "input_number.car_target"
_SHOWS = {
    LEVEL: {"device_class": "battery", "unit_of_measurement": "%", "state_class": "measurement"},
    ENERGY: {"device_class": "energy", "unit_of_measurement": "kWh", "state_class": "total_increasing"},
}


class Things:
    """Shows a world to Home Assistant, and switches its charger when asked to."""

    def __init__(self, world: World) -> None:
        """Show a world."""
        self._world = world
        self._hass: HomeAssistant
        self._switch: ChargerSwitch | None = None
        plan = world.night.plan
        self.charger = f"{plan.charger}.car_charger"
        self.plug = f"{plan.plug}.car_plugged_in"
        # What was shown last, and the level that was reported last.
        self._shown: dict[str, str] = {}
        self._level: str | None = None

    async def move_in(self, hass: HomeAssistant) -> None:
        """Appear in a Home Assistant that starts."""
        self._hass = hass
        self._shown = {}
        if self._world.night.plan.charger == "switch":
            assert await async_setup_component(hass, "switch", {})
            self._switch = ChargerSwitch(self, self.charger)
            await hass.data[DATA_INSTANCES]["switch"].async_add_entities([self._switch])
        else:
            self._switch = None
            for service in ("turn_on", "turn_off"):
                hass.services.async_register("input_boolean", service, self._called)
        if self._level is not None:
            self._show_level()
        self.show([])

    def show(self, reports: list[float]) -> None:
        """Show what has changed, and reports of the level."""
        for level in reports:
            self._level = f"{level:g}"
            self._show_level()
        for entity_id, state in self._states().items():
            self._show(entity_id, state)

    def are_new(self) -> bool:
        """Tell whether there is something to be shown."""
        return any(self._shown.get(each) != state for each, state in self._states().items())

    def _states(self) -> dict[str, str]:
        """Return how all is, but for a level that is reported."""
        world, plan = self._world, self._world.night.plan
        states = {
            self.charger: self._charger_state(),
            self.plug: "on" if world.people.is_plugged else "off",
        }
        if plan.has_target_entity:
            states[TARGET] = f"{float(world.people.target)}"
        if plan.has_energy_sensor:
            states[ENERGY] = f"{1234 + world.delivered:.3f}"
        if self._is_gone:
            states[LEVEL] = "unavailable"
        return states

    @property
    def is_reachable(self) -> bool:
        """Tell whether the charger can be reached."""
        return self._world.charger.is_available

    @property
    def is_on(self) -> bool:
        """Tell whether the charger is on."""
        return self._world.charger.is_on

    def switch(self, *, on: bool, context: Context | None = None) -> None:
        """Switch the charger, because somebody called it."""
        try:
            self._world.call(on=on, at=self._minutes(dt_util.utcnow()))
        except CallFailed as error:
            raise HomeAssistantError("the charger doesn't answer") from error
        finally:
            self._show(self.charger, self._charger_state(), context=context)

    def _minutes(self, at: datetime) -> float:
        return (at - self._world.night.start).total_seconds() / 60

    async def _called(self, call: ServiceCall) -> None:
        named = call.data["entity_id"]
        assert named in (self.charger, [self.charger]), f"a call for {named}"
        self.switch(on=call.service == "turn_on", context=call.context)

    def _charger_state(self) -> str:
        charger = self._world.charger
        if not charger.is_available:
            return "unavailable"
        return "on" if charger.is_on else "off"

    @property
    def _is_gone(self) -> bool:
        return self._world.is_asleep and self._world.night.sensor.is_gone

    def _show_level(self) -> None:
        assert self._level is not None
        self._shown[LEVEL] = state = "unavailable" if self._is_gone else self._level
        forced = self._world.night.sensor.is_forced
        self._hass.states.async_set(LEVEL, state, _SHOWS[LEVEL], force_update=forced)

    def _show(self, entity_id: str, state: str, context: Context | None = None) -> None:
        if self._shown.get(entity_id) == state:
            return
        self._shown[entity_id] = state
        if self._switch is not None and entity_id == self.charger:
            self._switch.async_write_ha_state()
        else:
            self._hass.states.async_set(entity_id, state, _SHOWS.get(entity_id), context=context)


class Charger(Protocol):
    """What somebody sees of a charger, and does with it."""

    @property
    def is_reachable(self) -> bool: ...

    @property
    def is_on(self) -> bool: ...

    def switch(self, *, on: bool) -> None: ...


class ChargerSwitch(SwitchEntity):
    """A charger that is a real switch."""

    _attr_should_poll = False
    _attr_name = "Car charger"

    def __init__(self, charger: Charger, entity_id: str) -> None:
        """Show a charger."""
        self._charger = charger
        self.entity_id = entity_id

    @property
    @override
    def available(self) -> bool:
        return self._charger.is_reachable

    @property
    @override
    def is_on(self) -> bool:
        return self._charger.is_on

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._charger.switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._charger.switch(on=False)
