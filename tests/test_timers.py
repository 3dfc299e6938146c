"""Timers by name: moved by being set again, but never so that what is due is missed."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.octopus_agile.timers import Timers

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
