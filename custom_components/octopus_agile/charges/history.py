"""What a plan has done: on disk, and kept up to date with the plan and its energy meter."""

from datetime import datetime, timedelta
from decimal import Decimal

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..agile.history import Done, History
from ..agile.plan import Plan, Settings
from ..const import DOMAIN
from ..store import file_of


class HistoryStore:
    """A plan's history, written when a session starts or has finished."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        """Set up its file, without reading it."""
        self._hass = hass
        self.file = file_of(hass, f"{name}.history", History)
        self._history = History()

    @property
    def done(self) -> tuple[Done, ...]:
        """The finished sessions of the last 13 months, in order."""
        return self._history.done

    @property
    def saved(self) -> Decimal | None:
        """What all sessions have saved in GBP, older ones too; None if that isn't known of any."""
        return self._history.known_saved

    @property
    def from_waiting(self) -> Decimal:
        """What waiting for cheaper days has won or lost in GBP, before deadlines that are over."""
        return self._history.from_waiting

    @property
    def counted(self) -> Decimal | None:
        """What the meter has counted in kWh since it was first read; None while it can't be read."""
        meter = self._history.meter
        return meter.total if meter is not None and meter.is_heard else None

    async def async_restore(self) -> None:
        """Restore it from its file."""
        self._history = await self.file.async_load() or self._history

    @callback
    def async_read(self, meter: str, value: Decimal | None) -> None:
        """Look at an energy meter: what it shows in kWh, None if that is no number."""
        self._history = self._history.read(meter, value, dt_util.utcnow())

    @callback
    def async_shift(self, leap: timedelta) -> None:
        """Follow a clock that was set back."""
        self._history = self._history.shift(leap)

    @callback
    def async_follow(
        self, plan: Plan, now: datetime, at_once: Decimal | None, off: datetime | None, settings: Settings
    ) -> None:
        """Remember what has finished, and what waits; see `History.follow` and `History.wait`."""
        before, flow, window = self._history, settings.direction, settings.window
        followed = before.follow(plan, now, at_once, off, direction=flow, window=window)
        self._history = followed.wait(plan.waiting, settings.power, plan.window.end, now)
        if self._history is not before:
            self._hass.async_create_task(self.file.async_save(self._history), f"{DOMAIN} save")
