"""What survives a restart: the files of prices and plans. A damaged file never stops anything."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
import shutil
from typing import Any, override

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import STORAGE_DIR, Store
from homeassistant.util.file import WriteError
from homeassistant.util.hass_dict import HassKey
from mashumaro.codecs import BasicDecoder, BasicEncoder

from .agile.battery import Battery
from .agile.blocks import Session
from .agile.history import Done, History
from .agile.months import Requests, StoredImport, StoredMonth
from .agile.plan import Plan
from .agile.publication import RequestLog
from .agile.series import Series, rates_of
from .agile.tariffs import Product
from .agile.told import Told
from .agile.windows import Window
from .const import CHARGERS, DOMAIN, LOGGER

_VERSION = 1
_RETRY = timedelta(seconds=50)
# We never write a time or number outside these limits.
_YEARS = range(2000, 2200)
_LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class StoredPrices:
    """What is stored for a tariff, with the names PriceCoordinator uses."""

    series: tuple[Series, ...] = ()
    fetched_at: datetime | None = None
    log: RequestLog | None = None
    successor: Product | None = None
    successor_checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """What is stored for a charge plan, with the names ChargePlan uses."""

    enabled: bool = True
    boosted: bool = False
    plan: Plan | None = None
    battery: Battery | None = None
    told: Told = field(default_factory=Told)

    def to_compare(self, now: datetime) -> StoredPlan:
        """Return it without what changes all the time: a running session's end, less than a percent."""
        battery = self.battery and replace(
            self.battery,
            level=Decimal(round(self.battery.level)),
            changed_at=now,
            meter=None,
            heard_at=None,
            rose_at=None,
            seen=(),
        )
        if self.plan is None:
            return replace(self, battery=battery)
        begun = tuple(
            session if session.end <= now else replace(session, end=session.start, mean_price=None)
            for session in self.plan.begun
        )
        return replace(self, battery=battery, plan=replace(self.plan, begun=begun))


@dataclass(frozen=True, slots=True)
class StoredSources:
    """What is stored of the entities that charges name: the registry's own ids by entity id."""

    ids: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredCharger:
    """What is stored for a charger.

    `ours` says that it is to be switched off again, `left_on` that somebody switched it on outside a
    session, and `left_off_at` when somebody switched it off in one. `called_at` and `called_on` are
    the last call.
    """

    entity_id: str
    ours: bool = False
    left_on: bool = False
    left_off_at: datetime | None = None
    called_at: datetime | None = None
    called_on: bool = False


@dataclass(frozen=True, slots=True)
class OffSince:
    """Since when a charger or a plug has been off."""

    entity_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class StoredChargers:
    """What is stored for the chargers of an entry."""

    chargers: tuple[StoredCharger, ...] = ()
    off: tuple[OffSince, ...] = ()


# Created once, because that takes some milliseconds.
_CODECS: dict[type, tuple[BasicDecoder[Any], BasicEncoder[Any]]] = {
    kind: (BasicDecoder(kind), BasicEncoder(kind))
    for kind in (
        *(StoredPrices, StoredPlan, StoredSources, StoredChargers, History),
        *(Requests, StoredImport, StoredMonth),
    )
}


class _Store(Store[dict[str, Any]]):
    """Home Assistant's store, which also knows whether the last write failed."""

    has_failed = False

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        try:
            await super()._async_write_data(data)
        except (OSError, WriteError) as error:
            # Log it once, or the log would fill up a full disk even more.
            if not self.has_failed:
                LOGGER.error("%s can't be written, retrying every minute: %s", self.key, error)
            self.has_failed = True
        else:
            self.has_failed = False


class JsonFile[T]:
    """One file in Home Assistant's storage that contains one dataclass.

    A failed write is retried every minute, and when Home Assistant stops. An unreadable file is
    renamed, so that it can be inspected and isn't overwritten by the next write.
    """

    def __init__(self, hass: HomeAssistant, name: str, kind: type[T]) -> None:
        """Set up the file without reading it."""
        self._hass = hass
        self._store = _Store(hass, _VERSION, f"{DOMAIN}.{name}", atomic_writes=True)
        self._decoder, self._encoder = _CODECS[kind]
        self._lock = asyncio.Lock()
        # What is still to be written, and the callback that cancels the next retry.
        self._unwritten: T | None = None
        self._stop_retry: CALLBACK_TYPE | None = None
        # Where the unusable file from the last load is now, relative to the configuration folder.
        self.unusable: str | None = None
        # The next retry may come too late.
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, self._async_write)

    async def async_load(self) -> T | None:
        """Return the file's content; None if there is no file or it is unusable."""
        if self._unwritten is not None:
            return self._unwritten
        try:
            raw = await self._store.async_load()
            if raw is None:
                return None
            # Not on the loop: half a year of prices takes long.
            check = self._hass.async_add_executor_job
            value: T = await check(lambda: _checked(self._decoder.decode(raw)))
        except Exception as error:  # noqa: BLE001 - a damaged file must not stop anything
            path = Path(self._store.path)
            aside = await self._hass.async_add_executor_job(_set_aside, path)
            self.unusable = f"{STORAGE_DIR}/{aside.name}"
            # The error's text may contain the whole file, so cut it short.
            LOGGER.warning("%s can't be used (%.200s): kept as %s", path.name, error, self.unusable)
            return None
        return value

    async def async_save(self, value: T) -> None:
        """Write a value, retrying until it succeeds or a newer value replaces it."""
        self._unwritten = value
        await self._async_write()

    async def _async_write(self, _: object = None) -> None:
        async with self._lock:
            # While this call waited for the lock, another may have set a newer value.
            newest = self._unwritten
            if newest is None:
                return
            self._stop_retrying()
            await self._store.async_save(self._encoder.encode(newest))
            if self._store.has_failed:
                self._stop_retry = async_call_later(self._hass, _RETRY, self._async_write)
            elif self._unwritten is newest:
                self._unwritten = None

    async def async_remove(self) -> None:
        """Delete the file."""
        async with self._lock:
            self._stop_retrying()
            self._unwritten = None
            # A directory that couldn't be renamed may be in its place.
            with suppress(OSError):
                await self._store.async_remove()

    @callback
    def _stop_retrying(self) -> None:
        if self._stop_retry is not None:
            self._stop_retry()
            self._stop_retry = None


_FILES: HassKey[dict[str, JsonFile[Any]]] = HassKey(f"{DOMAIN}_files")


@callback
def file_of[T](hass: HomeAssistant, name: str, kind: type[T]) -> JsonFile[T]:
    """Return the shared file with a name. It outlives reloads, and so do its pending retries."""
    files = hass.data.setdefault(_FILES, {})
    if name not in files:
        files[name] = JsonFile(hass, name, kind)
    return files[name]


async def async_remove_files(hass: HomeAssistant, name: str, *, but: Collection[str] = ()) -> None:
    """Delete all files whose names start with `name` and contain none of `but`."""
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
    """Rename a file, or whatever is in its place, and return its new path."""
    for number in range(1, 100):
        aside = path.with_name(f"{path.name}.unreadable{'' if number == 1 else f'_{number}'}")
        if not aside.exists():
            with suppress(OSError):
                return path.rename(aside)
            break
    return path


def _checked[T](value: T) -> T:
    """Return a value. Raise ValueError if it is of the right type and still can't be right."""
    if isinstance(value, datetime):
        is_true = value.utcoffset() == timedelta(0) and value.year in _YEARS
    elif isinstance(value, Decimal | float | int):
        is_true = -_LARGEST < value < _LARGEST
    elif isinstance(value, StoredCharger):
        is_true = value.entity_id.startswith(CHARGERS)
    else:
        is_true = not isinstance(value, Session | Window | Done) or value.start < value.end
    if not is_true:
        raise ValueError(f"{value} can't be true")
    if isinstance(value, tuple):
        for each in value:
            _checked(each)
    elif is_dataclass(value):
        for field in fields(value):
            _checked(getattr(value, field.name))
    if isinstance(value, StoredPrices | StoredMonth):
        # Raises if slots overlap or have no length.
        _checked(rates_of(value.series).end)
    return value
