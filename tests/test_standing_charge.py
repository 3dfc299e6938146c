"""The standing charge is the one that holds now, in pounds a day as its row gives it."""

from typing import Any

import pytest

from .common import Scene, restart, state
from .octopus import lasting

UP_AT_MIDNIGHT = [
    lasting("2026-01-01 00:00", "2026-11-24 00:00", "37.6525"),
    lasting("2026-11-24 00:00", None, "45.0"),
]
PAIR = [
    lasting("2026-01-01 00:00", None, "50.79", "NON_DIRECT_DEBIT"),
    lasting("2026-01-01 00:00", None, "45.57", "DIRECT_DEBIT"),
]


@pytest.mark.parametrize(
    ("rows", "today", "tomorrow"),
    [
        (UP_AT_MIDNIGHT, "0.376525", "0.45"),
        (PAIR, "0.4557", "0.4557"),
        ([lasting("2026-01-01 00:00", "2026-11-24 00:00", "30.0")], "0.3", "unknown"),
        ([], "unavailable", "unavailable"),
    ],
    ids=["rises at midnight", "a pair", "ends", "none"],
)
async def test_by_its_rows(scene: Scene, rows: list[dict[str, Any]], today: str, tomorrow: str) -> None:
    scene.octopus.standing_charges = rows
    await scene.set_up()
    assert state(scene.home, "sensor.standing_charge") == today
    await scene.clock.to("2026-11-24 00:00:30")
    assert state(scene.home, "sensor.standing_charge") == tomorrow


async def test_it_outlives_a_restart_and_an_outage(scene: Scene) -> None:
    await scene.set_up()
    found = scene.home.states.get("sensor.octopus_agile_london_standing_charge")
    assert found is not None
    assert found.attributes["unit_of_measurement"] == "GBP/d"
    scene.octopus.fault = (500, "application/json", b"{}")
    await restart(scene.home, scene.entry)
    assert state(scene.home, "sensor.standing_charge") == "0.376525"
    for day in (24, 28, 30):
        await scene.clock.to(f"2026-11-{day} 12:00")
        assert state(scene.home, "sensor.standing_charge") == "0.376525"
    # What was said to hold was believed for ten days.
    await scene.clock.to("2026-12-20 12:00")
    assert state(scene.home, "sensor.standing_charge") == "unavailable"
    scene.octopus.fault = None
    await scene.clock.to("2026-12-21 13:00")
    assert state(scene.home, "sensor.standing_charge") == "0.376525"
