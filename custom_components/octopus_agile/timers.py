"""Timers that are kept by name, so that setting one again moves it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util


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
        """
        if key in self._timers:
            pending = self._timers[key][0]
            if pending == until or pending <= dt_util.utcnow():
                return
        self.stop(key)

        @callback
        def run(now: datetime) -> None:
            del self._timers[key]
            self._hass.async_run_hass_job(HassJob(action, self._name), now, background=True)

        job = HassJob(run, self._name, cancel_on_shutdown=True)
        self._timers[key] = until, async_track_point_in_utc_time(self._hass, job, until)

    @callback
    def stop(self, key: object) -> None:
        """Forget a timer, if there is one."""
        if key in self._timers:
            self._timers.pop(key)[1]()

    @callback
    def stop_all(self) -> None:
        """Forget all timers."""
        for key in list(self._timers):
            self.stop(key)
