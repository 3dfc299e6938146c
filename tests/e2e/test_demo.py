"""The demo as somebody meets it who tries it: a car that is charged, and blueprints to choose from."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from demo.folder import BLUEPRINTS, REPOSITORY
from demo.home import Home, _token

from .common import SHOWN, Demo, run_demo

CHARGER, LEVEL = "input_boolean.car_charger", "sensor.car_battery"


async def wait_for(home: Home, entity: str, until: Callable[[str], bool]) -> str:
    """Wait until an entity's state will do, and return it."""
    for _ in range(100):
        state: str = (await home.get(f"/api/states/{entity}"))["state"]
        if until(state):
            return state
        await asyncio.sleep(0.1)
    raise AssertionError(f"{entity} is {state}")


async def home_at(session: aiohttp.ClientSession, demo: Demo, at: datetime) -> Home:
    """Go on to a time, and log in: a token lasts half an hour."""
    demo.set_clock(at)
    await asyncio.sleep(0.5)
    return Home(session, demo.url, await _token(session, demo.url, is_new=False))


@pytest.mark.usefixtures("socket_enabled")
async def test_the_demo_offers_the_blueprints_and_charges_a_car(tmp_path: Path) -> None:
    begin = SHOWN.replace(hour=20)
    async with aiohttp.ClientSession() as session:
        with run_demo(tmp_path, "--published", at=begin, car=True) as demo:
            home = await home_at(session, demo, begin)
            offered = await home.command("blueprint/list", domain="automation")
            ours = {f"octopus-agile-ha/{file.name}" for file in (REPOSITORY / BLUEPRINTS).glob("*.yaml")}
            assert ours <= offered.keys()

            state = await home.get("/api/states/sensor.charge_the_car_start")
            start = datetime.fromisoformat(state["state"])
            assert start > begin
            await wait_for(home, CHARGER, "off".__eq__)
            home = await home_at(session, demo, start + timedelta(minutes=1))
            await wait_for(home, CHARGER, "on".__eq__)
            before = await wait_for(home, LEVEL, str.isdecimal)
            # An hour brings 11 %, and the charge goes on.
            home = await home_at(session, demo, start + timedelta(hours=1))
            after = await wait_for(home, LEVEL, before.__ne__)
            assert 8 < int(after) - int(before) < 14
            await wait_for(home, "sensor.charge_the_car_status", "charging".__eq__)
