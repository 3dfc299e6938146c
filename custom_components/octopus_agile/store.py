"""What outlives a restart: the prices, when they were asked for, and the sessions that have begun."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
import sys
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .agile.blocks import Session
from .agile.plan import Plan, Status
from .agile.publication import RequestLog
from .agile.rates import Rate, Rates
from .agile.tariffs import Product
from .agile.windows import Window
from .const import DOMAIN, LOGGER
from .kept import Kept

_VERSION = 1


@dataclass(slots=True)
class Stored:
    """What is kept of an entry.

    `fetched` is when the server last gave prices, `successor` the product that publishes in the place
    of one that has ended, `looked` when that was last looked for, `plans` are by subentry,
    `switched_off` names those that are off.
    """

    rates: Rates = field(default_factory=Rates)
    fetched: datetime | None = None
    asked: RequestLog | None = None
    successor: Product | None = None
    looked: datetime | None = None
    plans: dict[str, Plan] = field(default_factory=dict)
    switched_off: set[str] = field(default_factory=set)


class _File(Store[dict[str, Any]]):
    """The file itself.

    A newer minor version only adds to it. What another major version wrote is handed on in a shape that
    can't be read, so that it is set aside.
    """

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: Any
    ) -> dict[str, Any]:
        if old_major_version == _VERSION:
            data: dict[str, Any] = old_data
            return data
        return {"version": old_major_version, "minor_version": old_minor_version, "data": old_data}


class AgileStore:
    """Reads and writes one entry's file."""

    def __init__(self, hass: HomeAssistant, entry_id: str, tariff: str = "") -> None:
        """Keep prices of a tariff; those of another are not read. To remove it, none is needed."""
        self._key = f"{DOMAIN}.{entry_id}"
        self._tariff = tariff
        self._hass = hass
        # A week of prices takes longest to write down, and changes once a day.
        self._rates: Kept[list[list[str]]] = Kept()
        # Where the load has put what it couldn't read.
        self.set_aside: str | None = None
        # Without a limit, going back to an older version of us would stop the set-up.
        self._store = _File(hass, _VERSION, self._key, max_readable_version=sys.maxsize)

    async def async_load(self) -> Stored:
        """Return what was kept. What can't be read is set aside, and nothing is returned of it."""
        raw = await self._store.async_load()
        if raw is None:
            return Stored()
        try:
            return _read(raw, self._tariff)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            aside = [copy async for copy in self._copies()][-1]
            await aside.async_save(raw)
            self.set_aside = aside.key
            LOGGER.warning(
                "The stored prices could not be read (%s); they are kept as %s", error, aside.key
            )
            return Stored()

    async def async_save(self, stored: Stored) -> None:
        """Write all there is to keep."""
        rates = self._rates.get(stored.rates, lambda: _write_rates(stored.rates))
        await self._store.async_save(_write(stored, self._tariff, rates))

    async def async_remove(self) -> None:
        """Delete the file, and what was set aside of it."""
        await self._store.async_remove()
        async for copy in self._copies():
            await copy.async_remove()

    async def _copies(self) -> AsyncIterator[Store[Any]]:
        """Give the files that were set aside, and last the next one, which isn't there yet."""
        number, is_there = 1, True
        while is_there:
            name = "unreadable" if number == 1 else f"unreadable_{number}"
            copy: Store[Any] = Store(self._hass, _VERSION, f"{self._key}.{name}")
            number, is_there = number + 1, await copy.async_load() is not None
            yield copy


def _write_rates(rates: Rates) -> list[list[str]]:
    return [[rate.start.isoformat(), rate.end.isoformat(), str(rate.price)] for rate in rates]


def _write(stored: Stored, tariff: str, rates: list[list[str]]) -> dict[str, Any]:
    asked = stored.asked
    return {
        "tariff": tariff,
        "rates": rates,
        "fetched": stored.fetched and stored.fetched.isoformat(),
        "asked": asked
        and {
            "at": asked.at.isoformat(),
            "failed_attempts": asked.failed_attempts,
            "retry_after": _optional(asked.retry_after, timedelta.total_seconds),
            "recent": [at.isoformat() for at in asked.recent],
        },
        "successor": stored.successor and [stored.successor.code, stored.successor.full_name],
        "looked": stored.looked and stored.looked.isoformat(),
        "plans": {
            key: {
                "window": [plan.window.start.isoformat(), plan.window.end.isoformat()],
                "begun": [_write_session(session) for session in plan.begun],
                "past": [_write_session(session) for session in plan.past],
                "met": plan.met,
            }
            for key, plan in stored.plans.items()
        },
        "switched_off": sorted(stored.switched_off),
    }


def _write_session(session: Session) -> list[str | None]:
    mean, power = session.mean_price, session.power
    return [
        session.start.isoformat(),
        session.end.isoformat(),
        None if mean is None else str(mean),
        None if power is None else str(power),
    ]


def _read(raw: dict[str, Any], tariff: str) -> Stored:
    plans = {
        str(key): Plan(
            # What a plan is up to follows from its sessions as soon as it is looked at.
            status=Status.WAITING_FOR_PRICES,
            window=Window(*map(_instant, value["window"])),
            begun=tuple(map(_read_session, value["begun"])),
            past=tuple(map(_read_session, value["past"])),
            met=value["met"] is True,
        )
        for key, value in raw["plans"].items()
    }
    switched_off = set(map(str, raw["switched_off"]))
    if raw["tariff"] != tariff:
        return Stored(plans=plans, switched_off=switched_off)
    return Stored(
        rates=Rates(
            Rate(_instant(start), _instant(end), _decimal(price)) for start, end, price in raw["rates"]
        ),
        fetched=_optional(raw["fetched"], _instant),
        asked=_optional(raw["asked"], _read_asked),
        successor=_optional(raw.get("successor"), _read_product),
        looked=_optional(raw.get("looked"), _instant),
        plans=plans,
        switched_off=switched_off,
    )


def _read_asked(value: dict[str, Any]) -> RequestLog:
    retry_after = _optional(value["retry_after"], float)
    return RequestLog(
        _instant(value["at"]),
        int(value["failed_attempts"]),
        None if retry_after is None else timedelta(seconds=retry_after),
        # What the very first files lack.
        tuple(map(_instant, value.get("recent", []))),
    )


def _read_product(value: list[str]) -> Product:
    code, full_name = map(str, value)
    return Product(code, full_name)


def _read_session(value: list[str | None]) -> Session:
    start, end, mean, power = value
    session = Session(
        _instant(start), _instant(end), _optional(mean, _decimal), _optional(power, _decimal)
    )
    if session.start >= session.end:
        raise ValueError("a session has no length")
    return session


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.utcoffset() != timedelta(0):
        raise ValueError("a time is not in UTC")
    return instant


def _decimal(value: Any) -> Decimal:
    number = Decimal(value)
    if not number.is_finite():
        raise InvalidOperation("a price is not a number")
    return number


def _optional[T](value: Any, read: Callable[[Any], T]) -> T | None:
    return None if value is None else read(value)
