"""Answers the action compare_tariffs: what each month would have cost on each tariff."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..agile.bills import Bill, Pricing, bills
from ..agile.errors import ApiNotFound
from ..agile.history import Done
from ..agile.moved import Moved, moved
from ..agile.tariffs import Tariff, is_product_code, says_export
from ..agile.usage import Usage
from ..const import CONF_PRODUCT_NAME, DOMAIN
from ..coordinator import OctopusAgileConfigEntry
from ..history.months import async_months
from .meter import MeterError, MeterUnreadable
from .past import PastPrices

# Besides the home's own.
_MOST_TARIFFS = 9
# No meter was read before. Any time may be asked for, and a year before the first is none.
_AGES_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=366)


async def async_compare(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    codes: Collection[str] | None,
    start: datetime,
    end: datetime,
) -> dict[str, Any]:
    """Return the bills of the months in `[start, end)`, as far as the meter was read, and of charges.

    Without codes, of all tariffs the entry is compared with. Raises HomeAssistantError.
    """
    comparisons = entry.runtime_data.comparisons
    here = entry.runtime_data.prices.tariff
    names = _names(entry)
    tariffs = _tariffs(here, codes if codes is not None else [each.product for each in names])
    meter = next((each.settings.meter for each in comparisons.each), None)
    try:
        # Far enough back to tell hours that weren't read from those before the meter was there.
        usage = await comparisons.async_usage(meter, max(start, _AGES_AGO) - _YEAR)
    except MeterUnreadable as error:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key=error.key) from error
    except MeterError as error:
        raise _error(error.key) from error
    if usage.start is None or usage.end is None or usage.end <= start:
        return {"here": here.code, "months": [], "charges": []}
    start, end = max(start, usage.start), min(end, usage.end)
    pasts = [comparisons.past(tariff) for tariff in tariffs]
    await _prices(hass, pasts, start)
    charges = comparisons.charges(start, end)
    months, moves = await hass.async_add_executor_job(
        _worked_out, usage, [past.pricing() for past in pasts], start, end, charges
    )
    named = [{"tariff": each.code, "name": names.get(each, each.product)} for each in tariffs]
    return {
        "here": here.code,
        "months": [_shown_month(named, month) for month in months],
        "charges": [each | _shown_charges(charged) for each, charged in zip(named, moves, strict=True)],
    }


def _names(entry: OctopusAgileConfigEntry) -> Mapping[Tariff, str]:
    """Return the names of the home's own tariff and of those it is compared with."""
    here = entry.runtime_data.prices.tariff
    others = {each.settings.tariff: each.settings.name for each in entry.runtime_data.comparisons.each}
    return {here: entry.data[CONF_PRODUCT_NAME], **others}


def _tariffs(here: Tariff, codes: Collection[str]) -> list[Tariff]:
    """Return the home's own tariff, then those with codes: of products, or of tariffs in its region."""
    tariffs = [here]
    for code in codes:
        text = code.strip().upper()
        product = (
            text.removeprefix("E-1R-").removesuffix(f"-{here.region}")
            if text.startswith("E-1R-")
            else text
        )
        if not is_product_code(product) or says_export(product):
            raise _error("no_tariff", tariff=code)
        tariffs.append(Tariff(product, here.region))
    unique = list(dict.fromkeys(tariffs))
    if len(unique) > 1 + _MOST_TARIFFS:
        raise _error("too_many_tariffs", most=str(_MOST_TARIFFS))
    return unique


async def _prices(hass: HomeAssistant, pasts: Collection[PastPrices], start: datetime) -> None:
    """Want all prices since a time, and wait for those that can be had now: the rest may take days."""
    for past in pasts:
        past.async_want(start)
    await async_months(hass).async_wait()
    for past in pasts:
        if isinstance(past.error, ApiNotFound):
            raise _error(past.error.kind, tariff=past.tariff.code)


def _worked_out(
    usage: Usage,
    joined: Collection[Callable[[], Pricing]],
    start: datetime,
    end: datetime,
    charges: Collection[Collection[Done]],
) -> tuple[list[tuple[Bill, ...]], list[Moved]]:
    """Return for each month the bills on each tariff, and of each tariff what charges cost there."""
    pricings = [each() for each in joined]
    months = list(zip(*(bills(usage, each, start, end) for each in pricings), strict=True))
    return months, [moved(charges, each.rates) for each in pricings]


def _shown_month(named: Iterable[dict[str, str]], month: tuple[Bill, ...]) -> dict[str, Any]:
    return {
        "month": f"{month[0].month:%Y-%m}",
        "whole": month[0].is_whole_month,
        "tariffs": [each | _shown(bill) for each, bill in zip(named, month, strict=True)],
    }


def _shown(bill: Bill) -> dict[str, Any]:
    return {
        "energy": _float(bill.energy),
        "energy_cost": _float(bill.energy_cost),
        "standing_charge": _float(bill.standing_charge),
        "total": _float(bill.total),
        "mean_price": None if bill.mean_price is None else _float(bill.mean_price),
        "complete": bill.is_complete,
        "hours": bill.hours,
        "hours_missing": bill.hours_missing,
        "hours_without_price": bill.hours_unpriced,
        "days_missing": bill.days_missing,
    }


def _shown_charges(charges: Moved) -> dict[str, Any]:
    return {
        "charges": charges.sessions,
        "charges_left_out": charges.left_out,
        "energy": _float(charges.energy),
        "paid": _float(charges.paid),
        "at_once": _float(charges.at_once),
        "same_times": _float(charges.same_times),
        "cheapest_times": _float(charges.cheapest_times),
    }


def _float(value: Decimal) -> float:
    """Return an exact value as a float, without rounding noise from the last division."""
    return float(round(value, 12))


def _error(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
