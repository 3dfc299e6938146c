"""The export sensors say what the served rows say, on days of every kind, and go with the tariff."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.helpers import entity_registry as er
import pytest

from tests.common import Scene, attribute, repairs, restart, state
from tests.octopus import OUTGOING, SLOT, FakeOctopus, day_of, lasting, uk

from .common import FALLS_AT_MIDNIGHT, ONE_PRICE, by_rows, half_hours, local_day, set_up_with

SUNNY = {"12:30": "0.0", "13:00": "0.0", "17:00": "31.5", "17:30": "31.5"}
SENSORS = ("export_price", "next_export_price", "highest_export_price")


def values(scene: Scene) -> list[float]:
    return [float(state(scene.home, f"sensor.{key}")) for key in SENSORS]


def rates(scene: Scene) -> dict[datetime, float]:
    """Return the prices of the attribute by their starts, of which each lasts half an hour."""
    found = {}
    for rate in attribute(scene.home, "sensor.export_price", "rates"):
        start = datetime.fromisoformat(rate["start"])
        assert datetime.fromisoformat(rate["end"]) - start == timedelta(minutes=30)
        found[start] = rate["price"]
    return found


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23 12:29", [0.2, 0.0, 0.315]),
        ("2026-11-23 12:30", [0.0, 0.0, 0.315]),
        ("2026-11-23 16:50", [0.2, 0.315, 0.315]),
        ("2026-11-23 17:40", [0.315, 0.2, 0.315]),
    ],
)
async def test_outgoing_with_prices_of_zero(scene: Scene, now: str, expected: list[float]) -> None:
    scene.octopus.outgoing = day_of(SUNNY)
    await scene.clock.to("2026-11-23 12:20")
    scene = await set_up_with(scene, OUTGOING)
    await scene.clock.to(now)
    await scene.clock.to(f"{now}:30")
    assert values(scene) == expected
    # What is imported at is another tariff's.
    assert state(scene.home, "sensor.current_price") == "0.2"


async def test_the_highest_says_when(scene: Scene) -> None:
    scene.octopus.outgoing = day_of(SUNNY)
    scene = await set_up_with(scene, OUTGOING)
    start = attribute(scene.home, "sensor.highest_export_price", "start")
    assert start == "2026-11-23T17:00:00+00:00"


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-11-23"])
@pytest.mark.parametrize("code", [OUTGOING, ONE_PRICE])
async def test_all_half_hours_of_each_day_by_the_rows(scene: Scene, code: str, day: str) -> None:
    midnight = local_day(day, 1)
    price = {OUTGOING: day_of(SUNNY)}.get(code)
    scene.octopus.outgoing = day_of(SUNNY)
    rows = [
        lasting("2024-10-28 00:00", f"{midnight.astimezone():%Y-%m-%d} 00:00", "15.0"),
        lasting(f"{midnight.astimezone():%Y-%m-%d} 00:00", None, "12.0"),
    ]
    rows[0]["valid_to"] = rows[1]["valid_from"] = f"{midnight:%Y-%m-%dT%H:%M:%SZ}"
    scene.octopus.lasting[ONE_PRICE] = rows
    await scene.clock.to(f"{day} 16:20")
    scene = await set_up_with(scene, code)
    expected = {
        start: float(price(start) or 0) / 100 if price else by_rows(rows)(start)
        for start in half_hours(local_day(day), midnight + timedelta(hours=23))
    }
    assert rates(scene) == pytest.approx(expected)
    assert len([start for start in rates(scene) if start < midnight]) == {
        "2026-03-29": 46,
        "2026-10-25": 50,
        "2026-11-23": 48,
    }.get(day)


async def test_one_price_falls_at_midnight_without_a_request(scene: Scene) -> None:
    scene = await set_up_with(scene, ONE_PRICE)
    asked = len(scene.octopus.asked_for(ONE_PRICE))
    await scene.clock.to("2026-11-23 23:50")
    assert values(scene) == [0.15, 0.12, 0.15]
    await scene.clock.to("2026-11-24 00:00:10")
    assert values(scene) == [0.12, 0.12, 0.12]
    await scene.clock.to("2026-11-27 09:00")
    assert values(scene) == [0.12, 0.12, 0.12]
    last = max(rates(scene))
    assert last == uk("2026-11-28 22:30"), "nothing is known beyond the horizon"
    assert len(scene.octopus.asked_for(ONE_PRICE)) == asked


@pytest.mark.parametrize(
    ("rows", "price"),
    [
        ([lasting("2026-01-01 00:00", None, "9.5", "DIRECT_DEBIT")], "0.095"),
        (
            [
                lasting("2026-01-01 00:00", None, "8.0", "NON_DIRECT_DEBIT"),
                lasting("2026-01-01 00:00", None, "9.5", "DIRECT_DEBIT"),
            ],
            "0.095",
        ),
        ([lasting("2026-01-01 00:00", "2026-11-23 12:00", "9.5")], "unknown"),
        ([lasting("2026-11-23 12:30", None, "9.5")], "unknown"),
    ],
    ids=["direct debit", "a pair", "ended", "begins later"],
)
async def test_rows_of_each_kind(scene: Scene, rows: list[dict[str, Any]], price: str) -> None:
    scene.octopus.lasting[ONE_PRICE] = rows
    scene = await set_up_with(scene, ONE_PRICE)
    assert state(scene.home, "sensor.export_price") == price


async def test_day_and_night_prices(scene: Scene) -> None:
    scene.octopus.lasting[ONE_PRICE] = [
        lasting(f"2026-11-{day} {start}", f"2026-11-{end} {until}", price)
        for day, start, end, until, price in (
            (22, "05:30", 23, "00:30", "8.0"),
            (23, "00:30", 23, "05:30", "4.0"),
            (23, "05:30", 24, "00:30", "8.0"),
            (24, "00:30", 24, "05:30", "4.0"),
            (24, "05:30", 25, "00:30", "8.0"),
        )
    ]
    await scene.clock.to("2026-11-23 23:45")
    scene = await set_up_with(scene, ONE_PRICE)
    assert values(scene) == [0.08, 0.08, 0.08]
    await scene.clock.to("2026-11-24 00:10")
    assert values(scene) == [0.08, 0.04, 0.08]


async def test_they_go_with_the_tariff_and_come_back(scene: Scene) -> None:
    registry = er.async_get(scene.home)
    scene = await set_up_with(scene, ONE_PRICE)
    own = [f"sensor.octopus_agile_london_{key}" for key in SENSORS]
    assert all(registry.async_get(entity_id) for entity_id in own)
    options = {key: value for key, value in scene.entry.options.items() if key != "export_product"}
    scene.home.config_entries.async_update_entry(scene.entry, options=options)
    await scene.home.async_block_till_done(wait_background_tasks=True)
    assert not any(registry.async_get(entity_id) for entity_id in own)
    assert not any(scene.home.states.get(entity_id) for entity_id in own)
    assert state(scene.home, "sensor.current_price") == "0.2"


@pytest.mark.parametrize("code", ["", "export me", 7, None])
async def test_an_option_that_is_no_code_is_none(scene: Scene, code: Any) -> None:
    scene = await set_up_with(scene, code)
    assert scene.home.states.get("sensor.octopus_agile_london_export_price") is None
    assert state(scene.home, "sensor.current_price") == "0.2"


async def test_they_are_there_after_a_restart_without_a_request(scene: Scene) -> None:
    scene = await set_up_with(scene, ONE_PRICE)
    asked = len(scene.octopus.requests)
    await restart(scene.home, scene.entry)
    assert values(scene) == [0.15, 0.15, 0.15]
    assert len(scene.octopus.requests) == asked


async def test_an_outage_of_the_export_tariff_harms_nothing_else(scene: Scene) -> None:
    scene.octopus.fault, scene.octopus.fault_for = (500, "application/json", b"{}"), ONE_PRICE
    scene = await set_up_with(scene, ONE_PRICE)
    assert state(scene.home, "sensor.export_price") == "unavailable"
    assert state(scene.home, "sensor.current_price") == "0.2"
    scene.octopus.fault = None
    await scene.clock.to("2026-11-23 12:10")
    assert values(scene) == [0.15, 0.15, 0.15]


async def test_a_tariff_that_ends_is_said(scene: Scene) -> None:
    scene.octopus.lasting[ONE_PRICE] = [lasting("2026-01-01 00:00", "2026-11-25 00:00", "9.5")]
    scene = await set_up_with(scene, ONE_PRICE)
    assert repairs(scene.home) == []
    await scene.clock.walk("2026-11-25 01:00")
    assert state(scene.home, "sensor.export_price") == "unknown"
    assert repairs(scene.home) == ["export_prices_missing"]
    scene.octopus.lasting[ONE_PRICE] = FALLS_AT_MIDNIGHT
    await scene.clock.walk("2026-11-26 00:30")
    assert state(scene.home, "sensor.export_price") == "0.12"
    assert repairs(scene.home) == []


@pytest.mark.parametrize("rows", [None, []], ids=["no such tariff", "no rows"])
@pytest.mark.parametrize("code", ["POWER-PACK-24-02-15", "AGILE-OUTGOING-26-01-01"])
async def test_a_tariff_that_has_no_prices_here_is_said_within_a_day(
    scene: Scene, code: str, rows: list[Any] | None
) -> None:
    # It may have had some in the region that the home was set up for before.
    if rows is not None:
        scene.octopus.lasting[code] = rows
    scene = await set_up_with(scene, code)
    assert state(scene.home, "sensor.export_price") == "unavailable"
    assert repairs(scene.home) == []
    for half_hours_later in range(1, 49):
        await scene.clock.move_to(uk("2026-11-23 12:00") + SLOT * half_hours_later)
    assert repairs(scene.home) == ["export_prices_missing"]
    await restart(scene.home, scene.entry)
    assert repairs(scene.home) == ["export_prices_missing"]
    assert state(scene.home, "sensor.current_price") == "0.2"


def test_the_rows_of_these_tests_mean_what_they_say(octopus: FakeOctopus) -> None:
    price = by_rows(FALLS_AT_MIDNIGHT)
    assert (price(uk("2026-11-23 23:59")), price(uk("2026-11-24 00:00"))) == (0.15, 0.12)
