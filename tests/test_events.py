"""News come after the entities show what they are about, and are heard after an outage too."""

from typing import Any

import aiohttp
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .automations import Runs, automate
from .charge_plans import add_plan
from .common import Clock, set_up, state
from .octopus import FakeOctopus, day_of

EVENTS = "event.octopus_agile_london_prices"
PLANS = ("event.octopus_agile_london_plan", "event.charge_the_car_plan")


@pytest.mark.parametrize("kind", ["prices_published", "negative_prices_announced"])
async def test_what_is_published_after_prices_have_run_out_is_heard(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, kind: str
) -> None:
    octopus.prices = day_of({"02:00": "-1.0"})
    await set_up(home, entry)
    runs = Runs(home)
    await automate(
        home, {"trigger": f"octopus_agile.{kind}", "target": {"entity_id": EVENTS}}, action=None
    )
    octopus.fault = aiohttp.ClientConnectionError()
    await clock.walk("2026-11-23 23:30")
    assert state(home, "sensor.current_price") == "unavailable"
    assert runs.taken() == []
    octopus.fault = None
    await clock.walk("2026-11-24 00:40")
    assert state(home, "sensor.current_price") == "0.2"
    assert len(runs.taken()) == 1
    await home.services.async_call("automation", "turn_off", {"entity_id": "automation.test"})
    await home.async_block_till_done()


async def test_they_come_after_the_entities(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    octopus.prices = day_of({"02:00": "1.0"})
    shown: list[tuple[str, str]] = []

    @callback
    def look(event: Event[Any]) -> None:
        if event.data["entity_id"] in (EVENTS, *PLANS):
            shown.append((state(home, "sensor.lowest_price"), state(home, "sensor.cheapest_block_price")))

    home.bus.async_listen("state_changed", look)
    await clock.walk("2026-11-23 16:10")
    # Prices published, and the charge of the next window planned with them.
    assert shown
    assert set(shown) == {("0.01", "0.17625")}


async def test_long_lists_stay_out_of_the_database(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    octopus.prices = day_of({"02:00": "-1.0", "02:30": "-2.0"})
    assert await async_setup_component(home, "homeassistant", {})
    await set_up(home, entry)
    await add_plan(home, entry)
    recorded: list[set[str]] = []

    @callback
    def take(event: Event[Any]) -> None:
        if event.data["entity_id"] in (EVENTS, *PLANS) and (new := event.data["new_state"]):
            hidden = (new.state_info or {}).get("unrecorded_attributes", frozenset())
            recorded.append(set(new.attributes) - set(hidden))
            assert {"slots", "old_sessions", "new_sessions"} <= hidden

    home.bus.async_listen("state_changed", take)
    await clock.walk("2026-11-23 16:10")
    assert recorded
    everything = set().union(*recorded)
    assert {"until", "new_slots", "hours", "plan", "reason", "status"} <= everything
    assert not everything & {"slots", "old_sessions", "new_sessions"}
