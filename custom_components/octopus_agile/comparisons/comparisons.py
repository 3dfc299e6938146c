"""The comparisons of an entry: worked out after midnight, and when prices come."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
import zlib

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..agile.bills import Comparison, Pricing, all_compared, compared, year_until
from ..agile.history import Done
from ..agile.hours import start_of_hour
from ..agile.moved import Moved, moved
from ..agile.publication import UK
from ..agile.rates import Rates
from ..agile.tariffs import Tariff
from ..agile.tomorrow import verdict
from ..agile.usage import Usage
from ..const import DOMAIN
from ..issues import async_update_meter_issues
from ..prices import PriceCoordinator
from ..timers import WallClockTimer
from .meter import MeterError, MeterUnreadable, async_meters, async_usage
from .past import PastPrices
from .settings import ComparisonSettings, comparisons_of

# By then the first hour of the day is in the statistics, so that a new month has begun, too.
_AFTER_MIDNIGHT = timedelta(hours=1, minutes=10)
# Installations don't ask all at once for what isn't over yet.
_SPREAD = 3000
# A year, and days enough for what is read at its start.
_READ_BACK = timedelta(days=368)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a comparison, or the `problem` with it: a key of a text.

    `month` is the local month so far, `year` the year that ends at the meter's last hour, or since the
    meter was first read; None if nothing of it is known. `tomorrow` is what tomorrow's prices cost on a
    usual day, None until they're published. `charges` are the finished ones of that year.
    """

    problem: str | None = None
    month: Comparison | None = None
    year: Comparison | None = None
    tomorrow: Comparison | None = None
    charges: Moved | None = None


class Compared:
    """One comparison, and what came of it last."""

    def __init__(self, settings: ComparisonSettings) -> None:
        """Start without a result."""
        self.settings = settings
        self.result = Result()
        self._listeners: list[CALLBACK_TYPE] = []

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Notify a listener of each result. Return an unsubscribe callback."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_take(self, result: Result) -> None:
        """Take a result, and tell of it."""
        self.result = result
        for listener in list(self._listeners):
            listener()


class Comparisons:
    """Owns the comparisons of an entry, and the past prices that they and the action need."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        prices: PriceCoordinator,
        charges: Callable[[], Iterable[Iterable[Done]]],
    ) -> None:
        """Create the comparisons that are set up. `charges` gives what each plan has finished."""
        self._hass = hass
        self._entry = entry
        self._prices = prices
        self._charges = charges
        self.each = [Compared(settings) for settings in comparisons_of(entry)]
        self._pasts: dict[Tariff, PastPrices] = {}
        self._usages: dict[frozenset[str], tuple[datetime, Usage]] = {}
        self._timer = WallClockTimer(hass, f"{DOMAIN} comparisons", self._async_daily)
        self._is_due = self._is_working = False

    @callback
    def async_start(self) -> None:
        """Work out what there is to compare, now and every day."""
        self._entry.async_on_unload(self._async_stop)
        if self.each:
            self._entry.async_on_unload(self._prices.async_on_published(self._async_published))
            self._async_daily()

    @callback
    def _async_stop(self) -> None:
        self._timer.stop()
        for past in self._pasts.values():
            past.async_stop()

    @callback
    def past(self, tariff: Tariff) -> PastPrices:
        """Return the past of a tariff."""
        if tariff not in self._pasts:
            latest = self._prices if tariff == self._prices.tariff else None
            self._pasts[tariff] = PastPrices(self._hass, tariff, self._async_look, latest)
        return self._pasts[tariff]

    @property
    def here(self) -> PastPrices:
        """The past of the tariff that the home is on."""
        return self.past(self._prices.tariff)

    async def async_usage(self, chosen: str | None, start: datetime) -> Usage:
        """Return what a meter has counted since a time. Raises MeterError."""
        return await async_usage(self._hass, await async_meters(self._hass, chosen), start)

    @callback
    def charges(self, start: datetime, end: datetime = _FOR_EVER) -> list[list[Done]]:
        """Return what each plan has finished that started in `[start, end)`."""
        return [[done for done in plan if start <= done.start < end] for plan in self._charges()]

    @callback
    def _async_published(self, _rates: Rates) -> None:
        self._async_look()

    @callback
    def _async_daily(self) -> None:
        """Look, and again after the next midnight in Britain."""
        now = dt_util.utcnow()
        after = _AFTER_MIDNIGHT + timedelta(seconds=zlib.crc32(self._entry.entry_id.encode()) % _SPREAD)
        today = now.astimezone(UK).replace(hour=0, minute=0, second=0, microsecond=0)
        due = today + after
        self._timer.set(dt_util.as_utc(due if due > now else due + timedelta(days=1)))
        self._async_look()

    @callback
    def _async_look(self) -> None:
        self._is_due = True
        if self.each and not self._is_working:
            self._is_working = True
            self._entry.async_create_background_task(
                self._hass, self._work(), f"{DOMAIN} comparisons", eager_start=False
            )

    async def _work(self) -> None:
        """Work out all comparisons, once more if something came meanwhile."""
        try:
            while self._is_due:
                self._is_due = False
                for each in self.each:
                    await self._compare(each)
        finally:
            self._is_working = False

    async def _compare(self, each: Compared) -> None:
        settings = each.settings
        try:
            usage = await self._last_year(settings.meter)
        except MeterUnreadable:
            # What was known still holds.
            return
        except MeterError as error:
            self._show(each, error.key)
            return
        start = None if usage.end is None else year_until(usage, usage.end)
        if start is None:
            self._show(each, "too_early")
            return
        there = self.past(settings.tariff)
        for past in (there, self.here):
            past.async_want(start)
        charges = self.charges(start)
        pricings = self.here.pricing(), there.pricing()
        has_all = there.has_all
        work = partial(_result, usage, start, pricings, charges, dt_util.utcnow())
        result = await self._hass.async_add_executor_job(work)
        if result.year is None and has_all:
            result = replace(result, problem="no_prices")
        self._show(each, None, result)

    async def _last_year(self, chosen: str | None) -> Usage:
        """Return what a meter has counted in a year; new hours are there once an hour."""
        meters = frozenset(await async_meters(self._hass, chosen))
        this_hour = start_of_hour(dt_util.utcnow())
        if meters not in self._usages or self._usages[meters][0] != this_hour:
            usage = await async_usage(self._hass, meters, this_hour - _READ_BACK)
            self._usages[meters] = this_hour, usage
        return self._usages[meters][1]

    @callback
    def _show(self, each: Compared, problem: str | None, result: Result | None = None) -> None:
        settings = each.settings
        async_update_meter_issues(self._hass, self._entry, settings.subentry_id, settings.name, problem)
        each.async_take(result or Result(problem))


def _result(
    usage: Usage,
    start: datetime,
    joined: tuple[Callable[[], Pricing], Callable[[], Pricing]],
    charges: Iterable[Iterable[Done]],
    now: datetime,
) -> Result:
    """Return the month so far, the year that starts at a time, and tomorrow."""
    assert usage.end is not None
    here, there, end = joined[0](), joined[1](), usage.end
    today = now.astimezone(UK)
    first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Result(
        month=_known(usage, (here, there), max(start, first.astimezone(UTC)), end),
        year=_known(usage, (here, there), start, end),
        tomorrow=verdict(usage, here, there, today.date() + timedelta(days=1)),
        charges=moved(charges, there.rates),
    )


def _known(
    usage: Usage, pricings: tuple[Pricing, Pricing], start: datetime, end: datetime
) -> Comparison | None:
    """Return the comparison of a time, None if no hour of it is known of both."""
    if start >= end:
        return None
    found = all_compared(compared(usage, *pricings, start, end))
    return found if found.here.hours_missing < found.here.hours else None
