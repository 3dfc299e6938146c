"""The trigger for slots runs at each half hour with a known price, and tells it."""

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from .automations import automate, target
from .common import Scene
from .octopus import day_of, uk

PRICE = "sensor.octopus_agile_london_current_price"


@pytest.fixture(name="told")
async def _told(home: HomeAssistant) -> list[str]:
    """What automations are told."""
    heard: list[str] = []

    @callback
    def tell(call: ServiceCall) -> None:
        heard.append(f"{dt_util.now():%d %H:%M} {call.data['told']}")

    home.services.async_register("test", "told", tell)
    return heard


async def _automate(scene: Scene, kind: str = "entity") -> None:
    await automate(
        scene.home,
        {"trigger": "octopus_agile.slot_started", "target": target(scene.home, kind, PRICE)},
        action={
            "action": "test.told",
            "data": {"told": "{{ trigger.start[11:16] }}-{{ trigger.end[11:16] }} {{ trigger.price }}"},
        },
    )


@pytest.mark.parametrize("kind", ["entity", "device", "area"])
async def test_each_once_with_its_price(scene: Scene, told: list[str], kind: str) -> None:
    scene.octopus.prices = day_of({"13:00": "-2.5", "13:30": "0.0"})
    await scene.set_up()
    await _automate(scene, kind)
    await scene.clock.walk("2026-11-23 14:05")
    # Also where the price stays.
    assert told == [
        "23 12:30 12:30-13:00 0.2",
        "23 13:00 13:00-13:30 -0.025",
        "23 13:30 13:30-14:00 0.0",
        "23 14:00 14:00-14:30 0.2",
    ]


async def test_none_without_a_price_or_in_the_middle(scene: Scene, told: list[str]) -> None:
    gap = uk("2026-11-23 12:30")
    scene.octopus.prices = lambda start: None if start == gap else "20.0"
    await scene.set_up()
    await _automate(scene)
    await scene.clock.walk("2026-11-23 13:02")
    assert told == ["23 13:00 13:00-13:30 0.2"]
    # A clock that leaps starts none.
    await scene.clock.to("2026-11-23 15:10")
    await scene.clock.walk("2026-11-23 15:31")
    assert told[1:] == ["23 15:30 15:30-16:00 0.2"]


async def test_it_follows_a_sensor_that_goes_and_comes(scene: Scene, told: list[str]) -> None:
    await scene.set_up()
    await _automate(scene, "device")
    registry = er.async_get(scene.home)
    registry.async_update_entity(PRICE, new_entity_id="sensor.price")
    await scene.home.async_block_till_done(wait_background_tasks=True)
    await scene.clock.walk("2026-11-23 12:31")
    assert told == ["23 12:30 12:30-13:00 0.2"]
    await scene.home.services.async_call(AUTOMATION, "turn_off", {"entity_id": "automation.test"})
    await scene.clock.walk("2026-11-23 13:01")
    assert len(told) == 1
