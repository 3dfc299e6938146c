"""Fetches the prices of whole months and half years, of any tariff, slowly, and keeps each for good.

It has a budget of its own, apart from the requests for prices of now: see `Requests`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..agile.client import AgileClient
from ..agile.errors import ApiError, ApiTooLong, ApiUnavailable
from ..agile.months import LONGEST, Period, Requests, Span, StoredMonth
from ..agile.rates import Rates
from ..agile.series import rates_of, series_of
from ..agile.tariffs import Tariff
from ..const import DOMAIN, LOGGER
from ..store import JsonFile, file_of
from ..timers import WallClockTimer


@dataclass(eq=False)
class Want:
    """Months of a tariff that somebody wants, in this order, and whom to tell of each.

    `on_month` gets a month and its rates, none if nothing was published; the want may be cancelled in
    it. `on_end` is called after the last, or with the error if there is no such tariff or an answer
    can't be used. An outage ends nothing. With `standing` the rates are standing charges in GBP a day.
    """

    tariff: Tariff
    months: Sequence[Period]
    on_month: Callable[[Any, Rates], None]
    on_end: Callable[[ApiError | None], None]
    standing: bool = False


class Months:
    """The months of all tariffs, for whoever wants them. Wants are forgotten by a restart.

    What is on disk comes at once. What has to be fetched comes when the limits allow, first for those who
    want the least: nobody waits for an import of years.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without anything wanted."""
        self._hass = hass
        self._client = AgileClient(async_get_clientsession(hass))
        self._wants: list[Want] = []
        self._requests: Requests | None = None
        self._file = file_of(hass, "history_requests", Requests)
        self._timer = WallClockTimer(hass, f"{DOMAIN} history", self._async_look)
        # Whether there may be something to serve, and whether all is served that can be had now.
        self._is_due = False
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    @callback
    def async_want(self, want: Want) -> CALLBACK_TYPE:
        """Serve a want as soon as the limits allow. Return a callback that cancels what is left of it."""
        self._wants.append(want)
        self._async_look()

        def cancel() -> None:
            if want in self._wants:
                self._wants.remove(want)
            if not self._wants:
                self._timer.stop()

        return cancel

    async def async_wait(self) -> None:
        """Wait until all has come that can be had now: what is on disk, and one answer at most."""
        await self._is_idle.wait()

    @callback
    def _end(self, want: Want, error: ApiError | None) -> None:
        """End a want, unless it was cancelled meanwhile."""
        if want in self._wants:
            self._wants.remove(want)
            want.on_end(error)

    @callback
    def _tell(self, want: Want, month: Period, rates: Rates) -> None:
        """Tell of the next month of a want, unless it was cancelled meanwhile."""
        if want in self._wants:
            want.months = want.months[1:]
            want.on_month(month, rates)

    @callback
    def _async_look(self) -> None:
        self._is_due = True
        if self._is_idle.is_set():
            self._is_idle.clear()
            # Not at once: whoever wants something shall know how to cancel it before the first answer.
            self._hass.async_create_background_task(self._work(), f"{DOMAIN} history", eager_start=False)

    async def _work(self) -> None:
        """Serve wants until none is left or it is too early for the next request."""
        try:
            while self._is_due:
                self._is_due = False
                for want in list(self._wants):
                    await self._serve_kept(want)
                if await self._request():
                    self._is_due = True
        finally:
            self._is_idle.set()

    def _file_of(self, want: Want) -> JsonFile[StoredMonth]:
        return file_of(self._hass, f"months.{want.tariff.code}.{want.months[0].text}", StoredMonth)

    async def _serve_kept(self, want: Want) -> None:
        """Tell of the next months of a want that are on disk. End it after its last one."""
        while want in self._wants:
            if not want.months:
                self._end(want, None)
                return
            month, kept = want.months[0], await self._file_of(want).async_load()
            if kept is None or not kept.is_good(month, dt_util.utcnow()):
                return
            if isinstance(month, Span) and kept.is_too_long:
                _divide(want, month)
            else:
                self._tell(want, month, await self._hass.async_add_executor_job(rates_of, kept.series))

    async def _request(self) -> bool:
        """Ask for a month. Return False if none can be had now; then the timer is set."""
        requests = self._requests = self._requests or await self._file.async_load() or Requests()
        if self._is_due or not self._wants:
            return False
        now = dt_util.utcnow()
        if (soonest := requests.next_at(now)) <= now:
            want = min(self._wants, key=lambda each: len(each.months))
            month = want.months[0]
            answer = await self._fetch(want, month, self._file_of(want), requests.after_request(now), now)
            if isinstance(answer, Rates):
                self._tell(want, month, answer)
            if not isinstance(answer, datetime):
                return True
            soonest = answer
        self._timer.set(soonest)
        return False

    async def _fetch(
        self, want: Want, month: Period, file: JsonFile[StoredMonth], requests: Requests, now: datetime
    ) -> Rates | datetime | None:
        """Return a month's prices; in an outage when to try again; None if there is nothing to tell."""
        # It counts, also if we are stopped before the answer comes.
        await self._save(requests)
        try:
            # One page: more of them would be more requests than the limits allow for.
            if want.standing:
                rates = await self._client.standing_charges(want.tariff, month.start, month.end)
            else:
                rates = await self._client.rates(want.tariff, month.start, month.end, most_pages=1)
        except ApiUnavailable as error:
            LOGGER.debug("%s of %s: %s", month.text, want.tariff.code, error)
            await self._save(requests.after_failure(now, error.retry_after))
            return requests.after_failure(now, error.retry_after).next_at(now)
        except ApiError as error:
            LOGGER.debug("%s of %s: %s", month.text, want.tariff.code, error)
            if isinstance(error, ApiTooLong) and isinstance(month, Span) and not want.standing:
                # It isn't asked for as a whole again.
                await file.async_save(StoredMonth(now, is_too_long=True))
                await self._save(requests.after_answer())
                _divide(want, month)
                return None
            await self._save(requests.after_failure(now, None))
            self._end(want, error)
            return None
        await self._save(requests.after_answer())
        rates, stored = await self._hass.async_add_executor_job(_cut, rates, month, now)
        await file.async_save(stored)
        return rates

    async def _save(self, requests: Requests) -> None:
        self._requests = requests
        await self._file.async_save(requests)


@callback
def _divide(want: Want, span: Span) -> None:
    """Want the months of what comes next, as it has more rows than one answer holds."""
    want.months = [*span.months(dt_util.utcnow()), *want.months[1:]]


def _cut(rates: Rates, month: Period, now: datetime) -> tuple[Rates, StoredMonth]:
    """Return the rates of a month, and how they are kept."""
    rates = rates.between(month.start, month.end)
    if any(rate.end - rate.start > LONGEST for rate in rates):
        rates = rates.in_slots(month.end, LONGEST)
    return rates, StoredMonth(now, series_of(rates))


_MONTHS: HassKey[Months] = HassKey(f"{DOMAIN}_months")


@callback
def async_months(hass: HomeAssistant) -> Months:
    """Return the one that fetches months, for all entries."""
    if _MONTHS not in hass.data:
        hass.data[_MONTHS] = Months(hass)
    return hass.data[_MONTHS]
