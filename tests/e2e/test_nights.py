"""Nights in a real Home Assistant, driven over REST as somebody from outside would.

The clock is set to just before something is to happen; a car is what its sensors say.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from demo.home import Hass, Home, HomeError

from .common import SHOWN, UK, Demo, run_demo

CHARGER, OTHER, PLUG = "input_boolean.car_charger", "input_boolean.other_charger", "input_boolean.plug"
LEVEL, TARGET = "sensor.car_level", "sensor.car_target"
FLOWS = "/api/config/config_entries/subentries/flow"
NIGHT = {"earliest_start": "18:00:00", "ready_by": "07:00:00"}
# 10% take an hour.
BATTERY = {
    "state_of_charge": LEVEL,
    "target": 80,
    "capacity": 70,
    "power": 7,
    "more": {"target_entity": TARGET, "efficiency": 100},
}


def price_at(local: datetime) -> float:
    """Return prices that are low from 02:00 to 04:00, and lowest in the second of these hours."""
    return {2: 5.0, 3: 4.0}.get(local.hour, 15.0 + local.hour)


class Garage:
    """A demo with two chargers, a plug and a car, in the night that follows its evening."""

    def __init__(self, demo: Demo, home: Home) -> None:
        self.demo = demo
        self.home = home

    async def to(self, clock: str) -> None:
        """Let it be a time of the night, like "02:00:01"."""
        night = SHOWN.date() + timedelta(days=1)
        at = datetime.fromisoformat(f"{night} {clock}").replace(tzinfo=UK)
        self.demo.set_clock(at)
        # Until it is that time there, and once more until its timers know.
        number = 0
        while at > datetime.fromisoformat((await self.say("sensor.clock", number))["last_changed"]):
            number += 1
            await asyncio.sleep(0.05)
        await self.look("sensor.clock")

    async def add_plan(self, name: str, need: str, answers: dict[str, Any], **changes: Any) -> None:
        """Add a charge plan through its forms."""
        entry_id = await self.home.entry_id()
        flow = await self.home.post(FLOWS, {"handler": [entry_id, "charge_plan"]})
        for each in ({"next_step_id": need}, {"name": name, **answers}, {**NIGHT, **changes}):
            flow = await self.home.post(f"{FLOWS}/{flow['flow_id']}", each)
        assert flow["type"] == "create_entry", flow
        await self.becomes(f"sensor.{name.lower()}_status", "planned")

    async def turn(self, entity_id: str, *, on: bool) -> None:
        service = "turn_on" if on else "turn_off"
        await self.home.post(f"/api/services/input_boolean/{service}", {"entity_id": entity_id})

    async def say(self, entity_id: str, percent: int) -> Any:
        """Let a sensor of the car report a percentage, perhaps the same again; return its state."""
        state = {"state": str(percent), "attributes": {"unit_of_measurement": "%"}}
        return await self.home.post(f"/api/states/{entity_id}", state)

    async def look(self, entity_id: str) -> Any:
        return await self.home.get(f"/api/states/{entity_id}")

    async def becomes(self, entity_id: str, state: str) -> str:
        """Wait until an entity is in a state, and return since when it is, as UK time."""
        found: Any = None
        for _ in range(300):
            # It isn't there yet while the entry is reloaded for it.
            with suppress(HomeError):
                found = await self.look(entity_id)
                if found["state"] == state:
                    return f"{datetime.fromisoformat(found['last_changed']).astimezone(UK):%H:%M}"
            await asyncio.sleep(0.1)
        raise AssertionError(f"not {state}: {found}")

    async def tells(self, event_type: str) -> Any:
        """Wait until the car's plan tells something, and return what."""
        told: Any = None
        for _ in range(300):
            told = (await self.look("event.car_plan"))["attributes"]
            if told["event_type"] == event_type:
                return told
            await asyncio.sleep(0.1)
        raise AssertionError(f"not {event_type}: {told}")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo whose nights are cheap from 02:00 to 04:00, with tomorrow's prices."""
    prices = price_at, SHOWN.replace(hour=0, minute=0) - timedelta(days=3)
    with run_demo(tmp_path, prices=prices, at=SHOWN) as demo:
        yield demo


@pytest_asyncio.fixture(loop_scope="session")
async def garage(socket_enabled: None, demo: Demo) -> AsyncIterator[Garage]:
    """Somebody who has logged in to it and made helpers."""
    port = urlsplit(demo.url).port
    assert port is not None
    async with aiohttp.ClientSession() as session:
        home = await Home.open(session, Hass(demo.config, port, None))
        # The other token is over after half an hour, which a night is not.
        lasting = await home.command("auth/long_lived_access_token", client_name="night", lifespan=9)
        home = Home(session, demo.url, lasting)
        for name in ("Other charger", "Plug"):
            await home.command("input_boolean/create", name=name)
        yield Garage(demo, home)


async def test_chargers_are_switched_once_and_only_while_the_plug_is_in(garage: Garage) -> None:
    hours = {"duration": 2, "energy": 14}
    await garage.add_plan("Plain", "duration", hours, charger=CHARGER)
    await garage.add_plan("Late", "duration", hours, charger=OTHER, more={"plugged_in": PLUG})
    await garage.to("01:59:58")
    assert await garage.becomes(CHARGER, "on") == "02:00"
    assert await garage.becomes("binary_sensor.late_charge_now", "on") == "02:00"
    assert (await garage.look(OTHER))["state"] == "off"
    await garage.to("02:30:00")
    await garage.turn(PLUG, on=True)
    assert await garage.becomes(OTHER, "on") == "02:30"
    await garage.to("03:59:58")
    # It has been on for the whole session.
    assert await garage.becomes(CHARGER, "on") == "02:00"
    assert await garage.becomes(CHARGER, "off") == "04:00"
    await garage.to("04:29:58")
    assert await garage.becomes(OTHER, "on") == "02:30"
    assert await garage.becomes(OTHER, "off") == "04:30"


async def test_the_battery_is_believed_all_night(garage: Garage) -> None:
    await garage.say(LEVEL, 70)
    await garage.say(TARGET, 80)
    await garage.add_plan("Car", "state_of_charge", BATTERY, charger=CHARGER)
    await garage.to("02:59:58")
    assert await garage.becomes(CHARGER, "on") == "03:00"
    await garage.to("03:59:58")
    await garage.say(LEVEL, 80)
    await garage.becomes(CHARGER, "off")
    await garage.becomes("sensor.car_status", "finished")
    # The target is raised.
    await garage.to("04:05:00")
    await garage.say(TARGET, 85)
    await garage.to("04:06:30")
    await garage.becomes("sensor.car_status", "planned")
    await garage.to("04:07:01")
    assert await garage.becomes(CHARGER, "on") == "04:07"
    await garage.to("04:37:00")
    await garage.say(LEVEL, 85)
    await garage.becomes(CHARGER, "off")
    # It is driven, and comes back with more to charge than there is time.
    await garage.to("04:40:00")
    await garage.say(LEVEL, 51)
    await garage.to("04:45:30")
    assert (await garage.tells("charge_incomplete"))["shortfall"] == 70
    await garage.to("04:46:01")
    assert await garage.becomes(CHARGER, "on") == "04:46"
    # Nothing arrives, until something does.
    await garage.to("05:17:00")
    await garage.say(LEVEL, 51)
    await garage.becomes("sensor.car_status", "stalled")
    assert (await garage.tells("charge_stalled"))["level"] == 51
    await garage.to("05:30:00")
    await garage.say(LEVEL, 52)
    await garage.becomes("sensor.car_status", "charging")
    await garage.to("06:59:58")
    assert await garage.becomes(CHARGER, "on") == "04:46"
    assert await garage.becomes(CHARGER, "off") == "07:00"
