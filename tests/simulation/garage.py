"""A bay of a garage: a car that is driven and charged, and what Home Assistant sees of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal

import attr
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from tests.nights.car import Battery
from tests.nights.night import Car
from tests.nights.things import ChargerSwitch
from tests.octopus import UK

_MINUTE = timedelta(minutes=1)
_SHOWS = {
    "level": {"device_class": "battery", "unit_of_measurement": "%", "state_class": "measurement"},
    "energy": {
        "device_class": "energy",
        "unit_of_measurement": "kWh",
        "state_class": "total_increasing",
    },
}


@dataclass(frozen=True)
class Deed:
    """Something that somebody does with a car. `points` are those driven."""

    at: datetime
    kind: Literal["leave", "return"]
    points: int = 0


@dataclass(frozen=True)
class Call:
    """A call of the charger, in vain if that was how it was, and the charger said so."""

    at: datetime
    is_on: bool
    in_vain: bool


@dataclass
class Trouble:
    """What is wrong with a bay now.

    The charger can't be reached, refuses calls, or gives nothing when it is on; the sensor of the level
    shows something else.
    """

    is_gone: bool = False
    is_failing: bool = False
    is_dead: bool = False
    level: str | None = None

    @property
    def is_there(self) -> bool:
        """Tell whether there is any."""
        return self.is_gone or self.is_failing or self.is_dead or self.level is not None

    def clear(self) -> None:
        """Put all right."""
        self.is_gone = self.is_failing = self.is_dead = False
        self.level = None


@dataclass
class Bay:
    """A bay with a car. `entities` are its entity ids, by what they are: they may be renamed."""

    name: str
    car: Car
    entities: dict[str, str]
    trouble: Trouble = field(default_factory=Trouble)
    is_plugged: bool = True
    is_on: bool = False
    delivered: float = 0.0
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing to do."""
        self.battery = Battery(self.car)
        self.deeds: list[Deed] = []
        self._settled = dt_util.utcnow()
        self._shown: dict[str, str] = {}
        self._switch: ChargerSwitch | None = None
        self._hass: HomeAssistant

    @property
    def is_flowing(self) -> bool:
        """Tell whether the car is being charged."""
        return self.is_on and self.is_plugged and not self.trouble.is_dead

    @property
    def is_reachable(self) -> bool:
        """Tell whether the charger can be reached."""
        return not self.trouble.is_gone

    @property
    def points(self) -> float:
        """Percent in a minute of charging."""
        return self.car.power / 60 * self.car.true_efficiency / self.car.capacity * 100

    def drive(self, day: date, rng: Random) -> None:
        """Draw what somebody does with the car on a day: on most days it is away for a while."""
        if rng.random() < 0.8:
            leaves = rng.choice([time(7, 20), time(8, 45), time(13)])
            back = rng.choice([time(15, 10), time(17, 40), time(19, 25), time(22, 35)])
            points = rng.choice([4, 9, 16, 25, 38])
            for kind, at in (("leave", leaves), ("return", back)):
                when = datetime.combine(day, at, UK).astimezone(dt_util.UTC)
                when += rng.randrange(600) * timedelta(seconds=1)
                self.deeds.append(Deed(when, kind, points))  # type: ignore[arg-type]

    async def move_in(self, hass: HomeAssistant) -> None:
        """Appear in a Home Assistant that starts."""
        self._hass, self._shown = hass, {}
        registry = er.async_get(hass)
        for key, entity_id in self.entities.items():
            if key == "charger":
                continue
            domain, name = entity_id.split(".")
            unique_id = f"{self.name}_{key}"
            made = registry.async_get_or_create(domain, "garage", unique_id, suggested_object_id=name)
            assert made.entity_id == entity_id
            # The registry's file would have kept it.
            registry.entities[entity_id] = attr.evolve(made, id=unique_id)
        charger = self.entities["charger"]
        if charger.startswith("switch."):
            assert await async_setup_component(hass, "switch", {})
            self._switch = ChargerSwitch(self, charger)
            await hass.data[DATA_INSTANCES]["switch"].async_add_entities([self._switch])
        else:
            for service in ("turn_on", "turn_off"):
                hass.services.async_register("input_boolean", service, self._called)
        self.live()

    def rename(self, key: str, ending: str) -> None:
        """Give one of the entities another entity id: its first one with an ending, or without."""
        old = self.entities[key]
        new = self.entities[key] = old.split("_renamed")[0] + ending
        er.async_get(self._hass).async_update_entity(old, new_entity_id=new)
        self._hass.states.async_remove(old)
        self._shown.pop(key, None)
        self.live()

    def live(self) -> None:
        """Live up to now, and show what has changed."""
        now = dt_util.utcnow()
        while self.deeds and self.deeds[0].at <= now:
            deed = self.deeds.pop(0)
            self._flow_until(now)
            self.is_plugged = deed.kind == "return"
            if deed.kind == "return":
                self.battery.drive(deed.points)
        self._flow_until(now)
        self._show()

    def leap(self, leap: timedelta) -> None:
        """Follow a clock that is set: no time has passed."""
        self._settled += leap

    def next_stop(self, now: datetime) -> datetime | None:
        """Return when something happens by itself next: a deed, or another percent."""
        stops = [deed.at for deed in self.deeds[:1]]
        level = self.battery.level
        if self.is_flowing and level < 100:
            minutes = ((level + 1e-6) // 1 + 1 - level) / self.points
            stops.append(now + max(minutes, 1 / 60) * _MINUTE + timedelta(milliseconds=50))
        return min(stops, default=None)

    def switch(self, *, on: bool) -> None:
        """Switch the charger, because somebody called it."""
        now = dt_util.utcnow()
        self._flow_until(now)
        trouble = self.trouble
        is_refused = trouble.is_gone or trouble.is_failing
        self.calls.append(Call(now, on, in_vain=self.is_on is on and not is_refused))
        if trouble.is_failing:
            raise HomeAssistantError("the charger doesn't answer")
        if not trouble.is_gone:
            self.is_on = on
        self._show()

    async def _called(self, call: ServiceCall) -> None:
        named = call.data["entity_id"]
        assert named in (self.entities["charger"], [self.entities["charger"]]), f"a call for {named}"
        self.switch(on=call.service == "turn_on")

    def _flow_until(self, now: datetime) -> None:
        if self.is_flowing and now > self._settled:
            self.delivered += self.battery.charge((now - self._settled) / _MINUTE)
        self._settled = now

    def _state(self, key: str) -> str:
        if key == "level":
            return f"{self.battery.shown:g}" if self.trouble.level is None else self.trouble.level
        if key == "plug":
            return "on" if self.is_plugged else "off"
        if key == "energy":
            return f"{1234 + self.delivered:.3f}"
        return "unavailable" if self.trouble.is_gone else "on" if self.is_on else "off"

    def _show(self) -> None:
        for key, entity_id in self.entities.items():
            # Anew for each: what is shown may switch the charger at once.
            state = self._state(key)
            if self._shown.get(key) == state:
                continue
            self._shown[key] = state
            if key == "charger" and self._switch is not None:
                self._switch.async_write_ha_state()
            else:
                self._hass.states.async_set(entity_id, state, _SHOWS.get(key))
