"""Adds past prices to the statistics of an entry: the month that is known, and years on request."""

import asyncio
from datetime import UTC, datetime

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_RECORDER_5MIN_STATISTICS_GENERATED
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from ..agile.errors import ApiError
from ..agile.hours import start_of_hour
from ..agile.months import Month, StoredImport, months_before
from ..agile.rates import Rates
from ..const import DOMAIN
from ..prices import PriceCoordinator
from ..serialize import common_text
from ..store import file_of
from .months import Want, async_months
from .statistics import PriceStatistics

# What follows the entry's id in the name of the file of an import.
IMPORT_FILE = "price_history"
# The first month of Agile.
_FIRST = datetime(2018, 2, 1, tzinfo=UTC)


class PriceImporter:
    """Keeps an entry's statistics complete, and imports its prices of years.

    Months that have come wait in `_unwritten` until the recorder can take them; after a restart they come
    again, from disk.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, prices: PriceCoordinator) -> None:
        """Start with no import."""
        self._hass = hass
        self._entry = entry
        self._prices = prices
        self._statistics = PriceStatistics(hass, entry.entry_id)
        self._file = file_of(hass, f"{entry.entry_id}.{IMPORT_FILE}", StoredImport)
        self._notification = f"{DOMAIN}_{IMPORT_FILE}_{entry.entry_id}"
        # The import that isn't finished, how many months it has and has got, and why it ended early.
        self._import: StoredImport | None = None
        self._months = self._came = 0
        self._refusal: ApiError | None = None
        self._unwritten: dict[Month, Rates] = {}
        self._writing = asyncio.Lock()
        # The hour in which the known prices were last filled in; None while that has to be tried again.
        self._filled_in: datetime | None = None
        self._stop_fetching: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Fill in what is known, now that the entity exists, and go on with an import."""
        # Fired also once the recorder has compiled what it missed while Home Assistant was off.
        compiled = EVENT_RECORDER_5MIN_STATISTICS_GENERATED
        self._entry.async_on_unload(self._hass.bus.async_listen(compiled, self._async_compiled))
        self._entry.async_on_unload(self._async_stop)
        stored = await self._file.async_load()
        # What was wanted of a former tariff isn't this one's past.
        if stored is not None and stored.tariff == self._prices.tariff.code:
            self._async_fetch(stored)
        self._async_write_soon()

    @callback
    def _async_stop(self) -> None:
        """Stop; what is left of an import goes on when the entry is set up again."""
        self._async_stop_fetching()
        persistent_notification.async_dismiss(self._hass, self._notification)

    async def async_import(self, start: datetime) -> None:
        """Import the prices since a time, as far as Octopus has them. Raises ServiceValidationError."""
        if start >= dt_util.utcnow():
            raise _error("start_not_past")
        if self._statistics.entity_id is None:
            raise _error("current_price_not_recorded")
        start = max(start, _FIRST)
        if self._import is not None:
            start = min(start, self._import.start)
        wanted = StoredImport(start, self._prices.tariff.code)
        await self._file.async_save(wanted)
        self._async_fetch(wanted)

    @callback
    def _async_fetch(self, wanted: StoredImport) -> None:
        """Want the months that are over; of this one, the coordinator has the prices.

        Of a product that has ended, it has those of the last month with a price.
        """
        self._async_stop_fetching()
        ended = self._prices.data.end if self._prices.successor else None
        months = months_before(ended or dt_util.utcnow(), wanted.start)
        self._import, self._months, self._came = wanted, len(months), 0
        want = Want(self._prices.tariff, months, self._async_came, self._async_ended)
        self._stop_fetching = async_months(self._hass).async_want(want)
        self._async_tell()

    @callback
    def _async_stop_fetching(self) -> None:
        if self._stop_fetching is not None:
            self._stop_fetching()
            self._stop_fetching = None

    @callback
    def _async_came(self, month: Month, rates: Rates) -> None:
        """Write a month; without any price the tariff began after it, and nothing came before."""
        if not rates:
            self._async_ended(None)
            return
        assert self._import is not None
        self._unwritten[month] = rates.between(max(self._import.start, month.start), month.end)
        self._came += 1
        self._async_tell()
        self._async_write_soon()

    @callback
    def _async_ended(self, error: ApiError | None) -> None:
        """Finish once everything is written."""
        self._async_stop_fetching()
        self._refusal = error
        self._async_write_soon()

    @callback
    def _async_compiled(self, _event: Event) -> None:
        if self._unwritten or self._filled_in != start_of_hour(dt_util.utcnow()):
            self._async_write_soon()

    @callback
    def _async_write_soon(self) -> None:
        self._entry.async_create_background_task(self._hass, self._write(), f"{DOMAIN} statistics")

    async def _write(self) -> None:
        """Write what the recorder can take: the known prices once an hour, and the months that came."""
        async with self._writing:
            this_hour = start_of_hour(dt_util.utcnow())
            if self._filled_in != this_hour:
                is_done = await self._statistics.async_add(self._prices.data)
                self._filled_in = this_hour if is_done else None
            while self._unwritten:
                # Taken out first: meanwhile the same month may come again, with more of it wanted.
                month, rates = self._unwritten.popitem()
                if not await self._statistics.async_add(rates):
                    self._unwritten.setdefault(month, rates)
                    return
            if self._import is not None and self._stop_fetching is None:
                await self._finish()

    async def _finish(self) -> None:
        self._import = None
        await self._file.async_remove()
        if self._refusal is None:
            persistent_notification.async_dismiss(self._hass, self._notification)
        else:
            self._async_notify("import_refused")

    @callback
    def _async_tell(self) -> None:
        self._async_notify("import_progress", done=str(self._came), total=str(self._months))

    @callback
    def _async_notify(self, key: str, **placeholders: str) -> None:
        persistent_notification.async_create(
            self._hass,
            common_text(self._hass, key, title=self._entry.title, **placeholders),
            common_text(self._hass, "import_title"),
            self._notification,
        )


def _error(key: str) -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)
