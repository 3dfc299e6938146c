"""A meter made up hour by hour, in the place of a recorder: a real one is too slow for a year."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from custom_components.octopus_agile.comparisons import comparisons, meter

from .wishes import METER

HOUR = timedelta(hours=1)
# An hour is in the statistics a little after it is over.
_COMPILED = timedelta(seconds=12)


def reading(hour: datetime) -> Decimal | None:
    """Return what was counted in an hour in kWh; None for some hours that were never recorded."""
    number = int(hour.timestamp()) // 3600
    if number % 53 == 0:
        return None
    # What is counted after a gap must be less than in some other hour to be believed.
    return Decimal("0.125") if number % 53 == 1 else Decimal(200 + number * 6007 % 1500) / 1000


class Meter:
    """What a recorder says of the meter of a home, since `begins`, which is on the hour."""

    begins: datetime

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the recorder's place where comparisons ask it."""

        async def meters(_hass: object, chosen: str | None) -> set[str]:
            assert chosen == METER
            return {METER}

        monkeypatch.setattr(comparisons, "async_meters", meters)
        monkeypatch.setattr(meter, "get_instance", lambda _hass: self)
        monkeypatch.setattr(meter, "statistics_during_period", self._statistics)

    async def async_add_executor_job(self, question: Callable[[], Any]) -> Any:
        """Answer at once."""
        return question()

    def _statistics(self, _hass: object, start: datetime, *_args: Any) -> dict[str, list[Any]]:
        rows = []
        hour, now = max(start, self.begins), dt_util.utcnow()
        while hour + HOUR + _COMPILED <= now:
            if (counted := reading(hour)) is not None:
                rows.append({"start": hour.timestamp(), "change": float(counted)})
            hour += HOUR
        return {METER: rows}
