"""The prices and standing charges of a tariff over years. They come slowly, the newest first."""

from collections.abc import Callable
from datetime import date, datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..agile.bills import Pricing
from ..agile.errors import ApiError
from ..agile.months import Month, Period, half_years, is_complete, months_before, standing_span
from ..agile.publication import horizon
from ..agile.rates import Rates
from ..agile.tariffs import Tariff
from ..history.months import Want, async_months
from ..prices import PriceCoordinator


class PastPrices:
    """The past of a tariff, as far as it was wanted and has come.

    Of the tariff that the home is on, `latest` has this month, and the last one until it has come.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        tariff: Tariff,
        on_change: CALLBACK_TYPE,
        latest: PriceCoordinator | None = None,
    ) -> None:
        """Start with nothing wanted."""
        self._hass = hass
        self.tariff = tariff
        self._on_change = on_change
        self._latest = latest
        self._parts: dict[Period, Rates] = {}
        # Those that were complete when they came.
        self._final: set[Period] = set()
        self._standing = Rates()
        self._wanted: tuple[datetime, date] | None = None
        self._stop: list[CALLBACK_TYPE] = []
        self._open = 0
        # Why nothing more comes, if that is Octopus's answer.
        self.error: ApiError | None = None

    @callback
    def async_want(self, start: datetime) -> None:
        """Fetch what is missing since a time. What isn't over is looked at anew once a day."""
        now = dt_util.utcnow()
        if self._wanted is not None and self._wanted[1] == now.date() and self._wanted[0] <= start:
            return
        # One that looks back further must not forget what another has wanted.
        start = start if self._wanted is None else min(start, self._wanted[0])
        self._wanted, self.error = (start, now.date()), None
        self.async_stop()
        missing = [each for each in self._periods(start, now) if each not in self._final]
        self._async_fetch([standing_span(now)], self._async_charges_came, standing=True)
        self._async_fetch(missing, self._async_came)

    def _periods(self, start: datetime, now: datetime) -> list[Period]:
        """Return what to fetch, the newest first."""
        if not self.tariff.is_half_hourly:
            return [*half_years(start, horizon(now))]
        end = now if self._latest else Month.of(horizon(now)).end
        return [*months_before(end, start)]

    @callback
    def _async_fetch(
        self, periods: list[Period], on_month: Callable[[Period, Rates], None], *, standing: bool = False
    ) -> None:
        self._open += 1
        want = Want(self.tariff, periods, on_month, self._async_ended, standing)
        self._stop.append(async_months(self._hass).async_want(want))

    @callback
    def async_stop(self) -> None:
        """Stop fetching."""
        while self._stop:
            self._stop.pop()()
        self._open = 0

    @callback
    def _async_charges_came(self, _period: Period, charges: Rates) -> None:
        self._standing = charges or self._standing

    @callback
    def _async_came(self, period: Period, rates: Rates) -> None:
        if rates:
            is_first = not self._parts
            # A half year may come by the month when it has become too long.
            for each in [
                part for part in self._parts if part.start < period.end and period.start < part.end
            ]:
                del self._parts[each]
            self._parts[period] = rates
            if is_complete(period, dt_util.utcnow()):
                self._final.add(period)
            # Not for each: working it out takes long. The next is after the last, or tomorrow.
            if is_first:
                self._on_change()
        elif self._latest or any(later.start > period.start for later in self._parts):
            # The tariff began after it. Before anything later has come, it may rather have ended.
            self.async_stop()
            self._on_change()

    @callback
    def _async_ended(self, error: ApiError | None) -> None:
        self.error = error or self.error
        self._open -= 1
        if self._open == 0:
            self._on_change()

    @property
    def has_all(self) -> bool:
        """Whether everything has come that there is."""
        return self._open == 0

    def pricing(self) -> Callable[[], Pricing]:
        """Return what makes the prices known now into one series: it takes long, so not on the loop."""
        parts, standing = list(self._parts.values()), self._standing
        latest = Rates() if self._latest is None else self._latest.data

        def joined() -> Pricing:
            slots = sorted((rate for part in parts for rate in part), key=lambda rate: rate.start)
            return Pricing(latest.merge(Rates(slots)), standing)

        return joined
