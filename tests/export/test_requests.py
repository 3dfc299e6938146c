"""Export prices are asked for as often as they change, and nothing twice within five minutes."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests.common import Scene, ask_for_update, restart, state
from tests.octopus import AGILE, FIVE_MINUTES, OUTGOING, FakeOctopus, lasting, uk

from .common import ONE_PRICE, set_up_with

STANDING = "standing-charges"
WEEK = 7 * 24 * 3600


def times(octopus: FakeOctopus) -> dict[str, list[float]]:
    """Return when each thing was asked for, by the path of its address."""
    found: dict[str, list[float]] = {}
    for at, url in octopus.requests + octopus.requests_for_charges:
        found.setdefault(url.path, []).append(at.timestamp())
    return found


def shortest_gap(octopus: FakeOctopus) -> float:
    gaps = [after - before for each in times(octopus).values() for before, after in pairwise(each)]
    return min(gaps, default=WEEK)


async def start_again(scene: Scene) -> None:
    """Let Home Assistant start again, which is no wish of anybody's for new prices, as a reload is."""
    scene.home.set_state(CoreState.not_running)
    await restart(scene.home, scene.entry)
    scene.home.set_state(CoreState.running)


async def test_an_ordinary_day(scene: Scene) -> None:
    scene = await set_up_with(scene, OUTGOING)
    await scene.clock.to("2026-11-23 23:30")
    scene.octopus.requests.clear()
    scene.octopus.requests_for_charges.clear()
    await scene.clock.to("2026-11-24 15:59")
    await scene.clock.walk("2026-11-24 16:30")
    for hour in range(17, 24):
        await scene.clock.to(f"2026-11-24 {hour}:30")
    assert {path.split("/")[-3]: len(asked) for path, asked in times(scene.octopus).items()} == {
        f"E-1R-{AGILE}-C": 1,
        f"E-1R-{OUTGOING}-C": 1,
    }
    assert state(scene.home, "sensor.prices_until") == "2026-11-25T23:00:00+00:00"


async def test_what_lasts_is_asked_for_once_a_week(scene: Scene) -> None:
    scene = await set_up_with(scene, ONE_PRICE)
    for day in range(1, 16):
        date = uk("2026-11-23 12:00") + timedelta(days=day)
        for clock in ("06:00", "16:10", "16:20"):
            await scene.clock.to(f"{date:%Y-%m-%d} {clock}")
    for what in (ONE_PRICE, STANDING):
        asked = scene.octopus.asked_for(what)
        assert len(asked) == 3
        assert all((after - before).total_seconds() >= WEEK for before, after in pairwise(asked))
    assert state(scene.home, "sensor.export_price") == "0.12"
    assert shortest_gap(scene.octopus) >= FIVE_MINUTES.total_seconds()


@pytest.mark.parametrize("code", [OUTGOING, ONE_PRICE])
async def test_nothing_twice_within_five_minutes(scene: Scene, code: str) -> None:
    scene = await set_up_with(scene, code)
    home: HomeAssistant = scene.home
    await async_setup_component(home, "homeassistant", {})
    for minute in (1, 3, 6, 8, 11):
        await scene.clock.to(f"2026-11-23 12:{minute:02}")
        await ask_for_update(home)
        entity = {"entity_id": ["sensor.octopus_agile_london_export_price"]}
        entity["entity_id"].append("sensor.octopus_agile_london_standing_charge")
        await home.services.async_call("homeassistant", "update_entity", entity, blocking=True)
        await home.config_entries.async_reload(scene.entry.entry_id)
        flow = await home.config_entries.options.async_init(scene.entry.entry_id)
        flow = await home.config_entries.options.async_configure(
            flow["flow_id"], {"charge_duration": 4.0, "change_export": True}
        )
        assert flow["step_id"] == "export"
    assert shortest_gap(scene.octopus) >= FIVE_MINUTES.total_seconds()
    assert len(scene.octopus.asked_for(code)) == 3
    await restart(home, scene.entry)
    assert len(scene.octopus.asked_for(code)) == 3


async def test_what_fails_is_asked_for_less_and_less_often(scene: Scene) -> None:
    scene.octopus.fault, scene.octopus.fault_for = (500, "application/json", b"{}"), STANDING
    scene = await set_up_with(scene, ONE_PRICE)
    for quarter in range(96):
        at = uk("2026-11-23 12:00") + quarter * timedelta(minutes=15)
        await scene.clock.to(f"{at:%Y-%m-%d %H:%M}")
    asked = scene.octopus.asked_for(STANDING)
    assert 5 <= len(asked) <= 12
    gaps = [after - before for before, after in pairwise(asked)]
    assert gaps == sorted(gaps)
    assert state(scene.home, "sensor.standing_charge") == "unavailable"


async def test_rows_that_end_soon_are_asked_for_each_day(scene: Scene) -> None:
    scene.octopus.lasting[ONE_PRICE] = [lasting("2026-11-01 00:00", "2026-11-24 12:00", "9.5")]
    scene = await set_up_with(scene, ONE_PRICE)
    await scene.clock.to("2026-11-24 11:00")
    assert len(scene.octopus.asked_for(ONE_PRICE)) == 1
    scene.octopus.lasting[ONE_PRICE] = [lasting("2026-11-01 00:00", None, "9.5")]
    await scene.clock.to("2026-11-24 12:10")
    assert len(scene.octopus.asked_for(ONE_PRICE)) == 2
    await scene.clock.to("2026-11-25 12:20")
    assert len(scene.octopus.asked_for(ONE_PRICE)) == 2
    assert state(scene.home, "sensor.export_price") == "0.095"


async def test_an_ordinary_day_of_restarts(scene: Scene) -> None:
    scene = await set_up_with(scene, OUTGOING)
    await scene.clock.to("2026-11-23 23:30")
    scene.octopus.requests.clear()
    scene.octopus.requests_for_charges.clear()
    for at in ("03:00", "15:58", "16:00", "16:04", "16:09", "16:12", "16:13", "16:20", "19:00", "23:30"):
        await scene.clock.to(f"2026-11-24 {at}")
        await start_again(scene)
    found = times(scene.octopus)
    assert {path.split("/")[-3] for path in found} == {f"E-1R-{AGILE}-C", f"E-1R-{OUTGOING}-C"}
    assert max(len(asked) for asked in found.values()) <= 4
    assert shortest_gap(scene.octopus) >= FIVE_MINUTES.total_seconds()
    assert state(scene.home, "sensor.prices_until") == "2026-11-25T23:00:00+00:00"


async def test_in_a_fortnight_of_restarts_each_lasting_thing_is_asked_for_once_a_week(
    scene: Scene,
) -> None:
    scene = await set_up_with(scene, ONE_PRICE)
    for day in range(1, 15):
        date = uk("2026-11-23 12:00") + timedelta(days=day)
        for clock in ("06:00", "16:20"):
            await scene.clock.to(f"{date:%Y-%m-%d} {clock}")
            await start_again(scene)
    for what in (ONE_PRICE, STANDING):
        asked = scene.octopus.asked_for(what)
        assert len(asked) == 2
        assert all((after - before).total_seconds() >= WEEK for before, after in pairwise(asked))
    agile = [at for at, url in scene.octopus.requests if AGILE in url.path]
    by_day = Counter(at.date() for at in agile)
    assert max(by_day.values()) <= 4
    assert shortest_gap(scene.octopus) >= FIVE_MINUTES.total_seconds()
