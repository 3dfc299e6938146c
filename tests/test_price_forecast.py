"""What the price forecast gives to other planners: known prices alone, in forms that they take.

What they accept is described here in words of our own, as read in their code in November 2026.
"""

from datetime import datetime, timedelta
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.template import Template
from homeassistant.util import dt as dt_util
import pytest

from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.sensor import PriceSensor

from .common import Scene
from .octopus import SLOT, UK, day_of, uk

SENSOR = "sensor.octopus_agile_london_price_forecast"
QUARTER = timedelta(minutes=15)
SHAPE = {"00:00": "1.5", "02:30": "-3.25", "12:00": "0.0", "17:00": "45.0", "23:30": "9.0"}


async def forecast(scene: Scene) -> State:
    """Return the sensor, which is switched on for it."""
    er.async_get(scene.home).async_get_or_create(
        "sensor",
        DOMAIN,
        f"{scene.entry.entry_id}_price_forecast",
        suggested_object_id="octopus_agile_london_price_forecast",
        disabled_by=None,
    )
    scene.octopus.prices = day_of(SHAPE)
    await scene.set_up()
    return now_of(scene.home)


def now_of(home: HomeAssistant) -> State:
    found = home.states.get(SENSOR)
    assert found is not None
    return found


def quarters(day: str, until: str) -> list[tuple[datetime, float]]:
    """Return the quarter hours of a UK day up to a time, with their prices."""
    found, at = [], uk(day)
    while at < uk(until):
        half = at.replace(minute=at.minute // 30 * 30)
        found.append((at, float(day_of(SHAPE)(half) or 0) / 100))
        at += QUARTER
    return found


def spelled(rows: list[dict[str, Any]]) -> list[tuple[datetime, float]]:
    for row in rows:
        start, end = (datetime.fromisoformat(row[key]) for key in ("start", "end"))
        assert end - start == QUARTER
    return [(datetime.fromisoformat(row["start"]), row["value"]) for row in rows]


async def test_it_is_off_until_somebody_wants_it(scene: Scene) -> None:
    await scene.set_up()
    entry = er.async_get(scene.home).async_get(SENSOR)
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert scene.home.states.get(SENSOR) is None


@pytest.mark.parametrize(
    ("now", "today", "tomorrow", "known"),
    [
        ("2026-11-23 12:10", "2026-11-23 23:00", None, "2026-11-23 23:00"),
        ("2026-11-23 16:20", "2026-11-24 00:00", "2026-11-24 23:00", "2026-11-24 23:00"),
        ("2026-03-29 16:20", "2026-03-30 00:00", "2026-03-30 23:00", "2026-03-30 23:00"),
        ("2026-10-24 16:20", "2026-10-25 00:00", "2026-10-25 23:00", "2026-10-25 23:00"),
        ("2026-10-25 16:20", "2026-10-26 00:00", "2026-10-26 23:00", "2026-10-26 23:00"),
    ],
)
async def test_known_prices_alone(
    scene: Scene, now: str, today: str, tomorrow: str | None, known: str
) -> None:
    await scene.clock.to(now)
    found = await forecast(scene)
    midnight = dt_util.utcnow().astimezone(UK).strftime("%Y-%m-%d 00:00")
    assert spelled(found.attributes["raw_today"]) == quarters(midnight, today)
    expected = [] if tomorrow is None else quarters(f"{tomorrow[:10]} 00:00", tomorrow)
    assert spelled(found.attributes["raw_tomorrow"]) == expected
    rows = found.attributes["forecast"]
    starts = [datetime.fromisoformat(row["time"]) for row in rows]
    assert starts[0] <= dt_util.utcnow() < starts[0] + SLOT
    assert starts[-1] + SLOT == uk(known)
    assert [row["value"] for row in rows] == [float(day_of(SHAPE)(at) or 0) / 100 for at in starts]
    assert len(rows) == (uk(known) - starts[0]) // SLOT


def test_none_of_it_is_recorded() -> None:
    assert {"raw_today", "raw_tomorrow", "forecast"} <= PriceSensor._unrecorded_attributes


def ev_smart_charging_takes(state: State, now: datetime) -> list[tuple[datetime, datetime, float]]:
    """Return what EV Smart Charging reads, or fail where it would refuse the sensor.

    It looks for the start under "start", "time" or "hour" and for the price under "price" or "value",
    both in the first row of today. The second row must start as many minutes past the hour as the first
    (hours) or 15 more (quarters): half hours are refused. Ends are worked out, not read. More than 12
    of the rows must be of the present day.
    """
    read = []
    for name in ("raw_today", "raw_tomorrow"):
        rows = state.attributes[name]
        if not rows:
            continue
        start_key = next(key for key in ("start", "time", "hour") if key in rows[0])
        value_key = next(key for key in ("price", "value") if key in rows[0])
        starts = [datetime.fromisoformat(row[start_key]) for row in rows]
        assert starts[1].minute - starts[0].minute == 15
        read += [
            (start, start + QUARTER, row[value_key]) for start, row in zip(starts, rows, strict=True)
        ]
    assert len([start for start, _, _ in read if start.day == now.day]) > 12
    return read


def emhass_takes(points: dict[str, float], start: datetime, steps: int) -> list[float]:
    """Return the price of each half hour that EMHASS plans with, from times in ISO 8601 with prices.

    Times are read with their offset. Each price holds until the next point, the last one to the end,
    and a point before the first step counts for it. Each price must be a number.
    """
    times = sorted((datetime.fromisoformat(text), value) for text, value in points.items())
    assert all(time.tzinfo is not None and isinstance(value, float) for time, value in times)
    found = []
    for step in range(steps):
        at = start + step * SLOT
        found.append(([value for time, value in times if time <= at] or [times[0][1]])[-1])
    return found


@pytest.mark.parametrize("now", ["2026-11-23 12:10", "2026-11-23 16:20", "2026-10-25 16:20"])
async def test_other_planners_can_read_it(scene: Scene, now: str) -> None:
    await scene.clock.to(now)
    state = await forecast(scene)
    price, until = day_of(SHAPE), uk(f"{now[:10]} 23:00")
    read = ev_smart_charging_takes(state, dt_util.now())
    for at in (uk(now), until - SLOT):
        (found,) = [value for start, end, value in read if start <= at < end]
        assert found == float(price(at.replace(minute=at.minute // 30 * 30)) or 0) / 100
    first = uk(now).replace(minute=uk(now).minute // 30 * 30)
    steps = (until - first) // SLOT
    points = {row["time"]: row["value"] for row in state.attributes["forecast"]}
    assert emhass_takes(points, first, steps) == [
        float(price(first + step * SLOT) or 0) / 100 for step in range(steps)
    ]


async def test_the_recipe_sends_what_emhass_takes(scene: Scene) -> None:
    await scene.clock.to("2026-11-23 16:20")
    await forecast(scene)
    recipe = (Path(__file__).parent.parent / "docs/recipes.md").read_text()
    [payload] = re.findall(r"rest_command:.*?payload: >-\n(.*?)```", recipe, re.DOTALL)
    sent = json.loads(Template(payload, scene.home).async_render(parse_result=False))
    assert list(sent) == ["load_cost_forecast"]
    start = uk("2026-11-23 16:00")
    assert emhass_takes(sent["load_cost_forecast"], start, 62) == [
        float(day_of(SHAPE)(start + step * SLOT) or 0) / 100 for step in range(62)
    ]
