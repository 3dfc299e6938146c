"""What outlives a restart: the files of prices and plans. No fault in one of them stops anything."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
import shutil
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import STORAGE_DIR, Store
from homeassistant.util.file import WriteError
from homeassistant.util.hass_dict import HassKey
from mashumaro.codecs import BasicDecoder, BasicEncoder

from .agile.blocks import Session
from .agile.plan import Plan
from .agile.publication import RequestLog
from .agile.rates import Rate, Rates
from .agile.tariffs import Product
from .agile.windows import Window
from .const import DOMAIN, LOGGER

_VERSION = 1
_RETRY = timedelta(seconds=50)
# Whatever lies outside is no time or number of ours.
_YEARS = range(2000, 2200)
_LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class StoredPrices:
    """What is kept of a tariff, as its PriceCoordinator names it."""

    rates: tuple[Rate, ...] = ()
    fetched_at: datetime | None = None
    log: RequestLog | None = None
    successor: Product | None = None
    successor_checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """What is kept of a charge plan: its switch, the plan as it stands, and as it was last told."""

    enabled: bool = True
    plan: Plan | None = None
    told: Plan | None = None


# Made once: it takes some milliseconds.
_CODECS: dict[type, tuple[BasicDecoder[Any], BasicEncoder[Any]]] = {
    kind: (BasicDecoder(kind), BasicEncoder(kind)) for kind in (StoredPrices, StoredPlan)
}


class _Store(Store[dict[str, Any]]):
    """Home Assistant's store, which also tells whether the last write has failed."""

    has_failed = False

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        try:
            await super()._async_write_data(data)
        except (OSError, WriteError) as error:
            # Once, or a full disk would be filled with this.
            if not self.has_failed:
                LOGGER.error("%s can't be written and is tried again each minute: %s", self.key, error)
            self.has_failed = True
        else:
            self.has_failed = False


class JsonFile[T]:
    """One file in Home Assistant's storage that holds one dataclass.

    A write that fails is tried again each minute until it succeeds. What can't be read is renamed, so
    that it can be looked at and the next write isn't in its way.
    """

    def __init__(self, hass: HomeAssistant, name: str, kind: type[T]) -> None:
        """Prepare for a file; nothing is read yet."""
        self._hass = hass
        self._store = _Store(hass, _VERSION, f"{DOMAIN}.{name}", atomic_writes=True)
        self._decoder, self._encoder = _CODECS[kind]
        self._lock = asyncio.Lock()
        # What is still to be written, and what stops the next try.
        self._unwritten: T | None = None
        self._stop_retry: CALLBACK_TYPE | None = None
        # Where what the last load couldn't use is now, below Home Assistant's configuration folder.
        self.unusable: str | None = None

    async def async_load(self) -> T | None:
        """Return what the file holds; None where there is none, or none that can be used."""
        if self._unwritten is not None:
            return self._unwritten
        try:
            raw = await self._store.async_load()
            if raw is None:
                return None
            value: T = self._decoder.decode(raw)
            _check(value)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a file must stop nothing
            path = Path(self._store.path)
            aside = await self._hass.async_add_executor_job(_set_aside, path)
            self.unusable = f"{STORAGE_DIR}/{aside.name}"
            # Its text may hold all that the file holds.
            LOGGER.warning("%s can't be used (%.200s): it is kept as %s", path.name, error, self.unusable)
            return None
        return value

    async def async_save(self, value: T) -> None:
        """Write a value, or go on trying to until there is another."""
        self._unwritten = value
        async with self._lock:
            # Whoever waited here while another wrote may have a newer value, and another newer still.
            newest = self._unwritten
            if newest is None:
                return
            self._stop_retrying()
            await self._store.async_save(self._encoder.encode(newest))
            if self._store.has_failed:
                self._stop_retry = async_call_later(self._hass, _RETRY, self._async_retry)
            elif self._unwritten is newest:
                self._unwritten = None

    async def async_remove(self) -> None:
        """Delete the file."""
        async with self._lock:
            self._stop_retrying()
            self._unwritten = None
            # What couldn't be set aside may be in its place.
            with suppress(OSError):
                await self._store.async_remove()

    async def _async_retry(self, _now: datetime) -> None:
        self._stop_retry = None
        if self._unwritten is not None:
            await self.async_save(self._unwritten)

    @callback
    def _stop_retrying(self) -> None:
        if self._stop_retry is not None:
            self._stop_retry()
            self._stop_retry = None


_FILES: HassKey[dict[str, JsonFile[Any]]] = HassKey(f"{DOMAIN}_files")


@callback
def file_of[T](hass: HomeAssistant, name: str, kind: type[T]) -> JsonFile[T]:
    """Return the one file of a name. It outlives reloads, and with it a write that has failed."""
    files = hass.data.setdefault(_FILES, {})
    if name not in files:
        files[name] = JsonFile(hass, name, kind)
    return files[name]


async def async_remove_files(hass: HomeAssistant, name: str, *, but: Collection[str] = ()) -> None:
    """Delete all files whose names begin with a text and hold none of some others."""
    for known, file in list(hass.data.get(_FILES, {}).items()):
        if known.startswith(name) and not any(key in known for key in but):
            await file.async_remove()
            del hass.data[_FILES][known]
    folder = Path(hass.config.path(STORAGE_DIR))
    await hass.async_add_executor_job(_remove, folder, f"{DOMAIN}.{name}", but)


def _remove(folder: Path, name: str, but: Collection[str]) -> None:
    for path in folder.glob(f"{name}*"):
        if any(key in path.name for key in but):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _set_aside(path: Path) -> Path:
    """Rename a file, or whatever is in its place; return where it is then."""
    for number in range(1, 100):
        aside = path.with_name(f"{path.name}.unreadable{'' if number == 1 else f'_{number}'}")
        if not aside.exists():
            with suppress(OSError):
                return path.rename(aside)
            break
    return path


def _check(value: object) -> None:
    """Raise ValueError for what has the right type and still can't be true."""
    if isinstance(value, datetime):
        is_true = value.utcoffset() == timedelta(0) and value.year in _YEARS
    elif isinstance(value, Decimal | int):
        is_true = abs(value) < _LARGEST
    else:
        is_true = not isinstance(value, Rate | Session | Window) or value.start < value.end
    if not is_true:
        raise ValueError(f"{value} can't be true")
    if isinstance(value, tuple):
        for each in value:
            _check(each)
    elif is_dataclass(value):
        for field in fields(value):
            _check(getattr(value, field.name))
    if isinstance(value, StoredPrices):
        # Refuses what overlaps.
        Rates(value.rates)
