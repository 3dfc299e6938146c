"""A timer that follows the wall clock, even when the clock leaps."""

from collections.abc import Callable
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

# How often to check the clock while nothing is due.
_LOOK = timedelta(minutes=1)
# Clocks are corrected slightly all the time; more than this is a leap.
_LEAP = timedelta(seconds=5)


class WallClockTimer:
    """Runs an action at a given time, or within a minute of a leap of the system clock.

    Home Assistant's own timers count seconds: if a clock without a battery is only corrected hours
    after boot, they still wait for the old time. The action must check the clock itself and set the
    timer again.
    """

    def __init__(self, hass: HomeAssistant, name: str, action: Callable[[], None]) -> None:
        """Create a stopped timer; the name is for logs."""
        self._hass = hass
        self._action = action
        self._job = HassJob(self._async_wake, name, cancel_on_shutdown=True)
        self._stop_waiting: CALLBACK_TYPE | None = None
        self._due = self._set_at = dt_util.utcnow()
        self._counted = hass.loop.time()

    @callback
    def set(self, due: datetime) -> None:
        """Run the action at a time, or soon if that is past. Replaces any time set before."""
        self.stop()
        self._due, self._set_at, self._counted = due, dt_util.utcnow(), self._hass.loop.time()
        self._wait()

    @callback
    def stop(self) -> None:
        """Stop the timer."""
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None

    @property
    def leap(self) -> timedelta:
        """How far the clock has leapt since a time was last set; negative if it was set back."""
        counted = timedelta(seconds=max(self._hass.loop.time() - self._counted, 0))
        leap = dt_util.utcnow() - self._set_at - counted
        return leap if abs(leap) > _LEAP else timedelta(0)

    def _wait(self) -> None:
        wait = min(max(self._due - dt_util.utcnow(), timedelta(0)), _LOOK)
        self._stop_waiting = async_call_later(self._hass, wait, self._job)

    @callback
    def _async_wake(self, _now: datetime) -> None:
        self._stop_waiting = None
        if self.leap or self._due <= dt_util.utcnow():
            self._action()
        else:
            self._wait()
