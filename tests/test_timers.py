"""A timer goes by the clock on the wall, also where that clock leaps."""

from datetime import timedelta
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.timers import WallClockTimer

from .common import Clock, run_timers, set_up, state
from .octopus import FakeOctopus, day_of, uk

MINUTE = timedelta(minutes=1)


class Bell:
    """A timer that takes down when it rings."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.rang: list[timedelta] = []
        self._start = dt_util.utcnow()
        self.timer = WallClockTimer(hass, "test", self._ring)

    def set(self, after: timedelta) -> None:
        self.timer.set(self._start + after)

    def _ring(self) -> None:
        self.rang.append(dt_util.utcnow() - self._start)


@pytest.fixture
def bell(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Bell:
    return Bell(hass)


async def move(hass: HomeAssistant, freezer: FrozenDateTimeFactory, by: timedelta) -> None:
    freezer.tick(by)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_it_runs_when_its_time_has_come_and_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(3 * MINUTE)
    for _ in range(5):
        await move(hass, freezer, MINUTE)
    assert bell.rang == [3 * MINUTE]


async def test_the_last_time_set_is_the_one_that_counts(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(MINUTE)
    bell.set(2 * MINUTE)
    await move(hass, freezer, MINUTE)
    assert bell.rang == []
    await move(hass, freezer, MINUTE)
    assert bell.rang == [2 * MINUTE]


async def test_a_time_that_is_past_is_soon(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(-MINUTE)
    await move(hass, freezer, timedelta(seconds=1))
    assert bell.rang == [timedelta(seconds=1)]


async def test_stopped_it_runs_no_more(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(MINUTE)
    bell.timer.stop()
    bell.timer.stop()
    await move(hass, freezer, 2 * MINUTE)
    assert bell.rang == []


async def test_it_does_not_run_early(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(MINUTE)
    # What counts the time goes a little faster than the clock.
    freezer.tick(MINUTE - timedelta(milliseconds=20))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(milliseconds=20))
    assert bell.rang == []
    await move(hass, freezer, timedelta(milliseconds=20))
    assert bell.rang == [MINUTE]


async def test_a_clock_set_ahead_is_seen_within_a_minute(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(60 * MINUTE)
    counted, start = hass.loop.time(), dt_util.utcnow()
    freezer.tick(14 * MINUTE)
    with patch.object(hass.loop, "time", return_value=counted + 60):
        assert bell.timer.leap == 13 * MINUTE
        run_timers(hass, start + MINUTE)
    assert bell.rang == [14 * MINUTE]


async def test_a_clock_set_back_is_seen_within_a_minute(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(60 * MINUTE)
    start = dt_util.utcnow()
    freezer.move_to(start - 180 * MINUTE)
    assert bell.timer.leap == -180 * MINUTE
    run_timers(hass, start + MINUTE)
    assert bell.rang == [-180 * MINUTE]


async def test_a_clock_that_is_put_right_by_a_little_has_not_leapt(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, bell: Bell
) -> None:
    bell.set(60 * MINUTE)
    freezer.move_to(dt_util.utcnow() - timedelta(seconds=4))
    assert bell.timer.leap == timedelta(0)


async def test_one_does_not_wait_for_a_time_that_a_clock_set_back_comes_to_hours_later(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    octopus.prices = day_of({"07:00": "7.0", "07:30": "7.5", "12:00": "12.0"})
    await set_up(home, entry)
    assert state(home, "sensor.current_price") == "0.12"
    await clock.to("2026-11-23 07:10")
    assert state(home, "sensor.current_price") == "0.12"
    # Half an hour later by what counts the time.
    run_timers(home, uk("2026-11-23 12:30"))
    await home.async_block_till_done(wait_background_tasks=True)
    assert state(home, "sensor.current_price") == "0.07"
    await clock.to("2026-11-23 07:30")
    assert state(home, "sensor.current_price") == "0.075"
