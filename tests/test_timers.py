"""Timers by name: moved by being set again, but never so that what is due is missed."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.timers import Timers

from .common import Clock, run_timers, set_up, state
from .octopus import FakeOctopus, day_of, uk

MINUTE = timedelta(minutes=1)


async def test_one_that_is_due_is_not_moved_away(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    ran: list[str] = []
    timers = Timers(hass, "test")

    @callback
    def first(now: datetime) -> None:
        ran.append("first")

    @callback
    def second(now: datetime) -> None:
        ran.append("second")

    start = dt_util.utcnow()
    timers.set("change", start + MINUTE, first)
    freezer.move_to(start + MINUTE)
    timers.set("change", start + 2 * MINUTE, second)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert ran == ["first"]


async def test_one_that_is_not_yet_due_is_moved(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    ran: list[datetime] = []
    timers = Timers(hass, "test")

    @callback
    def run(now: datetime) -> None:
        ran.append(now)

    start = dt_util.utcnow()
    timers.set("change", start + MINUTE, run)
    timers.set("change", start + 2 * MINUTE, run)
    freezer.move_to(start + MINUTE)
    async_fire_time_changed(hass)
    assert ran == []
    freezer.move_to(start + 2 * MINUTE)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(ran) == 1


async def test_one_does_not_run_early(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    ran: list[datetime] = []
    timers = Timers(hass, "test")

    @callback
    def run(now: datetime) -> None:
        ran.append(now)

    start = dt_util.utcnow()
    timers.set("change", start + MINUTE, run)
    # What counts the time goes a little faster than the clock.
    freezer.move_to(start + MINUTE - timedelta(milliseconds=20))
    async_fire_time_changed(hass, start + MINUTE)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert ran == []
    freezer.move_to(start + MINUTE)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(ran) == 1


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
