"""Whatever the entities that charges read say, a plan says what it does, and nothing else suffers."""

from datetime import timedelta
from random import Random
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import InvalidStateError
from homeassistant.util import dt as dt_util

from tests.charge_plans import FROM_BATTERY, add_plan, plan
from tests.chargers.garage import CHARGER, PLUG, Garage
from tests.common import Scene, state

from .common import Cases
from .mutate import junk

STATUSES = {
    *("waiting_for_prices", "provisional", "planned", "deferred", "charging", "stalled", "finished"),
    *("impossible", "unavailable", "off"),
}
READ: dict[str, tuple[list[str], dict[str, Any]]] = {
    "sensor.battery": (["20", "55.5", "80", "100", "0"], {"unit_of_measurement": "%"}),
    "number.limit": (["60", "80", "100"], {"unit_of_measurement": "%"}),
    "sensor.energy": (["10.5", "11", "3"], {"unit_of_measurement": "kWh", "device_class": "energy"}),
    PLUG: (["on", "off"], {}),
    CHARGER: (["on", "off"], {}),
}


def say(rng: Random, hass: HomeAssistant) -> None:
    """Let one of the entities say something, say it otherwise, or go."""
    entity_id = rng.choice(list(READ))
    usual, attributes = READ[entity_id]
    kind = rng.random()
    if kind < 0.05:
        hass.states.async_remove(entity_id)
        return
    value = rng.choice([*usual, "unknown", "unavailable"]) if kind < 0.6 else str(junk(rng))
    if rng.random() < 0.2:
        attributes = {key: junk(rng) for key in (*attributes, "unit_of_measurement")}
    try:
        hass.states.async_set(entity_id, value, attributes)
    except InvalidStateError:
        # Home Assistant takes no state that is so long.
        return


async def test_states(scene: Scene, cases: Cases) -> None:
    home, clock = scene.home, scene.clock
    garage = Garage(scene)
    for entity_id, (usual, attributes) in READ.items():
        home.states.async_set(entity_id, usual[0], attributes)
    await clock.to("2026-11-23 16:10")
    await scene.set_up()
    measured = {**FROM_BATTERY, "target_entity": "number.limit", "energy_sensor": "sensor.energy"}
    await add_plan(home, scene.entry, charger=CHARGER, plugged_in=PLUG, **measured)
    seen = set()
    for rng in cases("states", 0.03):
        for _ in range(rng.randrange(1, 5)):
            say(rng, home)
        await clock.move_to(dt_util.utcnow() + timedelta(minutes=rng.choice([0, 0, 1, 5, 31])))
        assert [each.failure for each in scene.entry.runtime_data.plans] == [None, None]
        status = plan(home, "sensor.status")
        assert status in STATUSES
        seen.add(status)
        missing = home.states.get("sensor.charge_the_car_energy")
        assert missing is not None
        if missing.state not in ("unknown", "unavailable"):
            # No more than an empty battery takes.
            assert 0 <= float(missing.state) <= 70 / 0.01
        # Its own charge goes by none of them.
        assert state(home, "sensor.current_price") == "0.2"
        garage.taken()
    assert len(seen) > 1
