"""Timers that are kept by name, so that setting one again moves it."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

# A clock that is this far off what a timer has counted was set anew.
_SET_ANEW = timedelta(minutes=1)


class Timers:
    """Timers by key, all of which can be stopped together."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        """Start without a timer; the name is for logs."""
        self._hass = hass
        self._name = name
        self._timers: dict[object, tuple[datetime, CALLBACK_TYPE]] = {}

    @callback
    def set(self, key: object, until: datetime, action: Callable[[datetime], Any]) -> None:
        """Run an action at a time, at once if that is past.

        A timer set for the same time stays, and so does one that is due: it is about to run, and what
        it was set for must not be missed.

        It counts the time from now on, whatever becomes of the clock. If that has been set back
        meanwhile, the action runs all the same, to follow it; it doesn't wait for the old time.
        """
        if key in self._timers:
            pending = self._timers[key][0]
            if pending == until or pending <= dt_util.utcnow():
                return
        self.stop(key)

        @callback
        def run(now: datetime) -> None:
            del self._timers[key]
            if timedelta(0) < until - dt_util.utcnow() < _SET_ANEW:
                # Timers run a little early at times.
                self.set(key, until, action)
            else:
                self._hass.async_run_hass_job(HassJob(action, self._name), now, background=True)

        job = HassJob(run, self._name, cancel_on_shutdown=True)
        delay = max(until - dt_util.utcnow(), timedelta(0))
        self._timers[key] = until, async_call_later(self._hass, delay, job)

    @callback
    def stop(self, key: object) -> None:
        """Forget a timer, if there is one."""
        if key in self._timers:
            self._timers.pop(key)[1]()

    @callback
    def stop_others(self, keys: Collection[object]) -> None:
        """Forget all timers but those named."""
        for key in self._timers.keys() - set(keys):
            self.stop(key)

    @callback
    def stop_all(self) -> None:
        """Forget all timers."""
        self.stop_others(())
