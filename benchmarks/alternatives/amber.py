"""Amber's prices, modelled: half-hours of one channel, a day ahead.

Its library talks to the server in threads with a client of its own, so the answers are put in place of
the library's one method that asks.
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from benchmarks.home import modelled_price

_SLOT = timedelta(minutes=30)
_AHEAD = 48


class Amber:
    """Answers what the library asks, and counts."""

    def __init__(self, mocker: AiohttpClientMocker) -> None:
        """Take the place of the library's method."""
        # Imported when it is known to be there.
        import amberelectric  # noqa: PLC0415

        self.count = 0
        amberelectric.AmberApi.get_current_prices = self._prices

    def _prices(self, site: str, **options: Any) -> list[SimpleNamespace]:
        self.count += 1
        now = dt_util.utcnow()
        first = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        return [SimpleNamespace(actual_instance=_interval(first, n)) for n in range(_AHEAD + 1)]


def _interval(first: Any, number: int) -> Any:
    from amberelectric.models.channel_type import ChannelType  # noqa: PLC0415
    from amberelectric.models.current_interval import CurrentInterval  # noqa: PLC0415
    from amberelectric.models.forecast_interval import ForecastInterval  # noqa: PLC0415
    from amberelectric.models.price_descriptor import PriceDescriptor  # noqa: PLC0415
    from amberelectric.models.spike_status import SpikeStatus  # noqa: PLC0415

    start = first + number * _SLOT
    price = float(modelled_price(start))
    return (ForecastInterval if number else CurrentInterval).construct(
        type="ForecastInterval" if number else "CurrentInterval",
        duration=30,
        spot_per_kwh=price / 2,
        per_kwh=price,
        var_date=start.date(),
        nem_time=start + _SLOT,
        start_time=start,
        end_time=start + _SLOT,
        renewables=40 + number % 7,
        channel_type=ChannelType.GENERAL,
        spike_status=SpikeStatus.NONE,
        descriptor=PriceDescriptor.NEUTRAL,
        estimate=False,
        range=None,
        advanced_price=None,
        tariff_information=None,
    )
