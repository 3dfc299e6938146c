"""A meter says what the charger has delivered, whatever the clock and a sleeping battery say."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.charge_plans import FROM_BATTERY, add_plan, plan, sessions
from tests.common import Clock

from .news import News

METERED = {**FROM_BATTERY, "energy_sensor": "sensor.meter"}


def count(home: HomeAssistant, wh: float) -> None:
    """Let the meter show a number of watt hours."""
    home.states.async_set("sensor.meter", str(wh), {"unit_of_measurement": "Wh"})


async def test_a_charger_that_is_slower_than_it_should_be_gets_the_time_it_takes(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    home.states.async_set("sensor.battery", "60")
    count(home, 1_000_000)
    await add_plan(home, entry, **METERED)
    assert sessions(home) == ["24 02:00-04:00"]
    await clock.to("2026-11-24 02:00")
    # 14 kWh are missing, and it gives 3.5 kW, not 7.
    for minute in range(1, 242):
        count(home, 1_000_000 + minute * 3500 / 60)
        await clock.walk(f"2026-11-24 {2 + minute // 60:02}:{minute % 60:02}")
        if minute == 119:
            assert plan(home, "binary_sensor.charge_now") == "on"
            assert sessions(home)[0][-5:] in ("04:59", "05:00", "05:01")
    assert plan(home, "sensor.status") == "finished"
    (session,) = sessions(home)
    assert session[-5:] in ("05:58", "05:59", "06:00")


@pytest.mark.parametrize(
    ("shown", "unit"),
    [
        ("unavailable", "Wh"),
        ("nan", "Wh"),
        ("-5", "Wh"),
        ("a lot", "Wh"),
        ("1000", "%"),
        ("1000", ["Wh"]),
    ],
)
async def test_a_meter_that_says_nothing_leaves_it_to_the_clock(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry, shown: str, unit: Any
) -> None:
    home.states.async_set("sensor.battery", "60")
    count(home, 1_000_000)
    await add_plan(home, entry, **METERED)
    await clock.to("2026-11-24 02:00")
    home.states.async_set("sensor.meter", shown, {"unit_of_measurement": unit})
    await clock.walk("2026-11-24 04:01")
    assert plan(home, "sensor.status") == "finished"
    assert sessions(home) == ["24 02:00-04:00"]


async def test_a_plan_that_cannot_be_used_cannot_be_boosted(
    home: HomeAssistant, news: News, entry: MockConfigEntry
) -> None:
    await add_plan(home, entry, charger="light.lamp")
    assert plan(home, "sensor.status") == "unavailable"
    with pytest.raises(ServiceValidationError):
        entry.runtime_data.plans[1].async_boost()
