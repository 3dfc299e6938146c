"""Actions that return the known prices, or the best time for any need, or import past prices."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from . import const
from .agile.blocks import Session, cheapest_block, mean_price
from .agile.clock import next_minute
from .agile.direction import best_sessions
from .agile.quantities import average_power, decimal_or_none, hours, time_for
from .agile.rates import Rates
from .agile.slots import Mode
from .agile.tariffs import Direction
from .comparisons.action import async_compare
from .coordinator import OctopusAgileConfigEntry
from .serialize import local_iso, rate_dict

GET_PRICES = "get_prices"
FIND_CHEAPEST = "find_cheapest"
BEST_TIMES = "best_times"
IMPORT_PRICE_HISTORY = "import_price_history"
COMPARE_TARIFFS = "compare_tariffs"
_SEARCH: HassKey[asyncio.Lock] = HassKey(f"{const.DOMAIN}_search")
_START = "start"
_END = "end"
_DURATIONS = "durations"
_TARIFFS = "tariffs"
# Hours, if none are given; and how many can be.
_USUAL_DURATIONS = (0.5, 1.0, 2.0, 3.0, 4.0)
_MOST_DURATIONS = 24


def _number(value: Any) -> float:
    """Validate a number; reject integers too large for a float."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise vol.Invalid("expected a number") from error


_SCHEMA = vol.Schema({vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string})
_DIRECTED_SCHEMA = _SCHEMA.extend(
    {vol.Optional(const.CONF_DIRECTION, default=Direction.IMPORT): vol.Coerce(Direction)}
)
_GET_PRICES_SCHEMA = _DIRECTED_SCHEMA.extend(
    {vol.Optional(_START): cv.datetime, vol.Optional(_END): cv.datetime}
)
_BEST_TIMES_SCHEMA = _SCHEMA.extend({vol.Optional(_DURATIONS): vol.All(cv.ensure_list, [_number])})
_IMPORT_PRICE_HISTORY_SCHEMA = _SCHEMA.extend({vol.Required(_START): cv.datetime})
_COMPARE_TARIFFS_SCHEMA = _SCHEMA.extend(
    {
        vol.Optional(_TARIFFS): vol.All(cv.ensure_list, [cv.string]),
        vol.Required(_START): cv.datetime,
        vol.Optional(_END): cv.datetime,
    }
)
_FIND_CHEAPEST_SCHEMA = _DIRECTED_SCHEMA.extend(
    {
        vol.Optional(const.CONF_DURATION): _number,
        vol.Optional(const.CONF_ENERGY): _number,
        vol.Optional(const.CONF_POWER): _number,
        vol.Optional(const.CONF_EARLIEST_START): cv.datetime,
        vol.Optional(const.CONF_READY_BY): cv.datetime,
        vol.Optional(const.CONF_MODE, default=Mode.BLOCK): vol.Coerce(Mode),
        vol.Optional(const.CONF_SHORTEST_RUN, default=0): _number,
        vol.Optional(const.CONF_PRICE_LIMIT): _number,
    }
)
# The minimum and maximum of each number. Not in the schema, whose errors can't be translated.
_LIMITS = {
    const.CONF_DURATION: (0.05, 168),
    _DURATIONS: (0.05, 168),
    const.CONF_ENERGY: (0.01, 1000),
    const.CONF_POWER: (0.01, 1000),
    const.CONF_SHORTEST_RUN: (0, 1440),
    const.CONF_PRICE_LIMIT: (-100, 100),
}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, handler, schema in (
        (GET_PRICES, _get_prices, _GET_PRICES_SCHEMA),
        (FIND_CHEAPEST, _find_cheapest, _FIND_CHEAPEST_SCHEMA),
        (BEST_TIMES, _best_times, _BEST_TIMES_SCHEMA),
    ):
        hass.services.async_register(
            const.DOMAIN, name, handler, schema=schema, supports_response=SupportsResponse.ONLY
        )
    hass.services.async_register(
        const.DOMAIN,
        COMPARE_TARIFFS,
        _compare_tariffs,
        schema=_COMPARE_TARIFFS_SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        const.DOMAIN, IMPORT_PRICE_HISTORY, _import_price_history, schema=_IMPORT_PRICE_HISTORY_SCHEMA
    )


def _entry(call: ServiceCall) -> OctopusAgileConfigEntry:
    """Return the entry given in a call."""
    entry: OctopusAgileConfigEntry = service.async_get_config_entry(
        call.hass, const.DOMAIN, call.data[ATTR_CONFIG_ENTRY_ID]
    )
    return entry


def _rates(call: ServiceCall) -> Rates:
    """Return the rates of the entry given in a call, in the direction given."""
    entry = _entry(call)
    prices = entry.runtime_data.prices_for(call.data.get(const.CONF_DIRECTION, Direction.IMPORT))
    if prices is None:
        raise _error("no_export_tariff", entry=entry.title)
    return prices.data


def _instant(call: ServiceCall, key: str) -> datetime | None:
    """Return a time from a call in UTC; without an offset it is in Home Assistant's time zone."""
    value: datetime | None = call.data.get(key)
    try:
        return None if value is None else dt_util.as_utc(value)
    except OverflowError as error:
        raise _error("time_out_of_range") from error


def _error(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=const.DOMAIN, translation_key=key, translation_placeholders=placeholders
    )


async def _get_prices(call: ServiceCall) -> ServiceResponse:
    """Return the known rates that overlap a period; by default all from the start of today."""
    rates = _rates(call)
    start, end = _instant(call, _START), _instant(call, _END)
    if start is None:
        start = dt_util.as_utc(dt_util.start_of_local_day())
    if end is not None and end <= start:
        raise _error("end_before_start")
    return {
        "rates": [rate_dict(rate) for rate in rates.overlapping(start, end)],
        "prices_until": None if rates.end is None else local_iso(rates.end),
    }


async def _import_price_history(call: ServiceCall) -> None:
    """Import the prices since a time into the statistics, in the background."""
    importer, start = _entry(call).runtime_data.importer, _instant(call, _START)
    assert start is not None
    await importer.async_import(start)


async def _compare_tariffs(call: ServiceCall) -> ServiceResponse:
    """Return what a home's meter would have cost on its own tariff and on others, month by month."""
    entry, now = _entry(call), dt_util.utcnow()
    start, end = _instant(call, _START), min(_instant(call, _END) or now, now)
    assert start is not None
    if end <= start:
        raise _error("end_before_start")
    return await async_compare(call.hass, entry, call.data.get(_TARIFFS), start, end)


async def _find_cheapest(call: ServiceCall) -> ServiceResponse:
    """Return the cheapest sessions for a need within a period, future or past; the dearest of exports."""
    rates = _rates(call)
    _check_numbers(call)
    duration, power = _need(call)
    start = _instant(call, const.CONF_EARLIEST_START) or next_minute(dt_util.utcnow())
    ready_by = _instant(call, const.CONF_READY_BY)
    if ready_by is not None and ready_by <= start:
        raise _error("end_before_start")
    end = ready_by or max(rates.end or start, start)
    # One at a time and outside the event loop, so that many calls don't slow Home Assistant down.
    async with call.hass.data.setdefault(_SEARCH, asyncio.Lock()):
        sessions = await call.hass.async_add_executor_job(_search, call, rates, duration, start, end)
    if not sessions:
        raise _error("need_does_not_fit", hours=f"{duration / timedelta(hours=1):g}")
    found = [replace(session, power=power) for session in sessions]
    costs = [session.cost for session in found if session.cost is not None]
    return {
        "sessions": [
            {
                "start": local_iso(session.start),
                "end": local_iso(session.end),
                "mean_price": _float(session.mean_price),
                "energy": _float(session.energy),
                "cost": _float(session.cost),
            }
            for session in found
        ],
        "mean_price": _float(mean_price(found)),
        "cost": _float(sum(costs, Decimal(0))) if costs else None,
        "complete": rates.known_until(start) >= end,
    }


async def _best_times(call: ServiceCall) -> ServiceResponse:
    """Return the cheapest block from now on for each of some durations; without times if none fits."""
    rates = _rates(call)
    _check_numbers(call)
    durations = call.data.get(_DURATIONS, _USUAL_DURATIONS)
    if len(durations) > _MOST_DURATIONS:
        raise _error("too_many_durations", most=f"{_MOST_DURATIONS}")
    start = next_minute(dt_util.utcnow())
    end = max(rates.end or start, start)
    async with call.hass.data.setdefault(_SEARCH, asyncio.Lock()):
        blocks = await call.hass.async_add_executor_job(
            lambda: [cheapest_block(rates, hours(duration), start, end) for duration in durations]
        )
    return {
        "times": [
            {
                "duration": duration,
                "start": None if block is None else local_iso(block.start),
                "end": None if block is None else local_iso(block.end),
                "mean_price": None if block is None else _float(block.mean_price),
            }
            for duration, block in zip(durations, blocks, strict=True)
        ]
    }


def _check_numbers(call: ServiceCall) -> None:
    """Reject numbers that are out of range."""
    for key, (least, most) in _LIMITS.items():
        given = call.data.get(key, [])
        # This comparison is False for NaN, so it is rejected too.
        if not all(least <= value <= most for value in (given if isinstance(given, list) else [given])):
            raise _error("number_out_of_range", field=key, least=f"{least:g}", most=f"{most:g}")
    if call.data.get(const.CONF_SHORTEST_RUN, 0) % 30:
        raise _error("shortest_run_in_half_hours")


def _need(call: ServiceCall) -> tuple[timedelta, Decimal | None]:
    """Return how long to run, and the average power in kW if it is known."""
    data = call.data
    energy, power = (decimal_or_none(data.get(key)) for key in (const.CONF_ENERGY, const.CONF_POWER))
    if const.CONF_DURATION in data:
        if energy is not None and power is not None:
            raise _error("need_said_twice")
        duration = hours(data[const.CONF_DURATION])
    elif energy is None or power is None:
        raise _error("need_missing")
    else:
        duration = time_for(energy, power)
        if duration > timedelta(hours=_LIMITS[const.CONF_DURATION][1]):
            raise _error("need_too_long", hours=f"{_LIMITS[const.CONF_DURATION][1]}")
    return duration, power if energy is None else average_power(energy, duration)


def _search(
    call: ServiceCall, rates: Rates, duration: timedelta, start: datetime, end: datetime
) -> tuple[Session, ...]:
    direction = call.data[const.CONF_DIRECTION]
    limit = decimal_or_none(call.data.get(const.CONF_PRICE_LIMIT))
    shortest = timedelta(minutes=call.data[const.CONF_SHORTEST_RUN])
    mode = call.data[const.CONF_MODE]
    return best_sessions(
        rates, duration, start, end, direction=direction, limit=limit, mode=mode, shortest_run=shortest
    )


def _float(value: Decimal | None) -> float | None:
    """Return an exact value as a float, without rounding noise from the last division."""
    return None if value is None else float(round(value, 12))
