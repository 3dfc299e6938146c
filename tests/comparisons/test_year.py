"""A year on the home's own tariff and on another, to the penny."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from tests.common import Scene, set_up
from tests.octopus import UK, FakeOctopus, uk

from .common import (
    HERE,
    METER,
    THERE,
    Readings,
    cost,
    fetched,
    flexible,
    half_hourly,
    read,
    shown,
    write,
)

FIRST = uk("2025-10-20 00:00")
LAST = uk("2026-11-23 12:00")
YEAR_AGO = uk("2025-11-23 00:00")
PENNY = 0.005


def standing(start: datetime, end: datetime, before_april: str, since: str) -> float:
    """Return the standing charge in pounds of a time, by its local days and the share of the last."""
    total, day = 0.0, start.astimezone(UK).date()
    while (opens := datetime(day.year, day.month, day.day, tzinfo=UK)) < end:
        day += timedelta(days=1)
        closes = datetime(day.year, day.month, day.day, tzinfo=UK)
        # By timestamps, or a day with a clock change would seem to have 24 hours.
        seconds = min(end, closes).timestamp() - max(start, opens).timestamp()
        price = before_april if opens < uk("2026-04-01 00:00") else since
        total += float(price) / 100 * seconds / (closes.timestamp() - opens.timestamp())
    return total


def here(readings: Readings, start: datetime, end: datetime) -> float:
    return float(cost(readings, half_hourly, start, end)) + standing(start, end, "37.6525", "37.6525")


def there(readings: Readings, start: datetime, end: datetime) -> float:
    return float(cost(readings, flexible, start, end)) + standing(start, end, "41", "45")


def energies(readings: Readings, start: datetime, end: datetime) -> list[Decimal]:
    return [energy for hour, energy in readings.items() if start <= hour < end]


def nothing_leaves(octopus: FakeOctopus, wire: AiohttpClientMocker) -> None:
    """Check that all requests ask for public prices of whole months or more, and say nothing else."""
    for method, _, body, headers in wire.mock_calls:
        assert (method, body, headers) == ("GET", None, {"Accept": "application/json"})
    asked = octopus.requests + octopus.requests_for_charges
    assert len(asked) > 12
    for _, url in asked:
        assert url.path.split("/")[-2] in {"standard-unit-rates", "standing-charges", "products"}
        assert set(url.query) <= {"period_from", "period_to", "page_size", "brand"}
        assert "grid" not in str(url)


async def bills_of(scene: Scene) -> Any:
    return await scene.home.services.async_call(
        "octopus_agile",
        "compare_tariffs",
        {"config_entry_id": scene.entry.entry_id, "start": "2025-09-01 00:00"},
        blocking=True,
        return_response=True,
    )


def check_months(answer: Any, readings: Readings) -> None:
    """Check the answer for all months that the meter has."""
    assert answer["here"] == HERE
    numbers = [*range(10, 13), *range(1, 12)]
    assert [int(each["month"][5:]) for each in answer["months"]] == numbers
    assert [each["whole"] for each in answer["months"]] == [False, *[True] * 12, False]
    for each in answer["months"]:
        first = uk(f"{each['month']}-01 00:00")
        start = max(first, FIRST)
        end = min(uk(f"{(first + timedelta(days=32)).astimezone(UK):%Y-%m}-01 00:00"), LAST)
        for bill, code, worked_out in zip(each["tariffs"], (HERE, THERE), (here, there), strict=True):
            assert bill["tariff"] == code
            assert bill["total"] == pytest.approx(worked_out(readings, start, end), abs=PENNY)
            assert bill["energy"] == pytest.approx(float(sum(energies(readings, start, end))))
            assert bill["complete"] is True
            assert bill["mean_price"] * bill["energy"] == pytest.approx(bill["energy_cost"])


async def test_thirteen_months(
    home: HomeAssistant, compared: Scene, aioclient_mock: AiohttpClientMocker
) -> None:
    readings = read(FIRST, LAST)
    await write(home, METER, readings)
    await set_up(home, compared.entry)
    await fetched(compared, 18)
    month = uk("2026-11-01 00:00")
    for key, expected in {
        "cost_here": here(readings, month, LAST),
        "cost_there": there(readings, month, LAST),
        "saving": there(readings, month, LAST) - here(readings, month, LAST),
        "saving_in_a_year": there(readings, YEAR_AGO, LAST) - here(readings, YEAR_AGO, LAST),
    }.items():
        state = shown(home, key)
        assert float(state.state) == pytest.approx(expected, abs=PENNY), key
        assert state.attributes["complete"] is True
        assert state.attributes["until"] == "2026-11-23T12:00:00+00:00"
    assert shown(home, "saving_in_a_year").attributes["since"] == "2025-11-23T00:00:00+00:00"
    check_months(await bills_of(compared), readings)
    nothing_leaves(compared.octopus, aioclient_mock)
