"""Creates the repair issues of an entry, and deletes them once they are resolved."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .agile.publication import is_clock_wrong, is_missing
from .charges.charge_plan import ChargePlan
from .const import DOMAIN
from .prices import PriceCoordinator
from .sources import gone_sources

# So many requests in vain take about half a day.
_IN_VAIN = 8


@callback
def async_update_issues(
    hass: HomeAssistant,
    entry: ConfigEntry,
    prices: PriceCoordinator,
    plans: Iterable[ChargePlan],
    *,
    export: PriceCoordinator | None = None,
    standing: PriceCoordinator | None = None,
) -> None:
    """Create or delete the issues about prices, plans and the clock."""
    now, rates, successor = dt_util.utcnow(), prices.data, prices.successor

    show = partial(_show, hass, entry)
    show("clock_wrong", when=is_clock_wrong(now, rates, prices.client.server_ahead))
    show("prices_missing", when=successor is None and is_missing(now, rates))
    show(
        "product_withdrawn",
        when=successor is not None,
        fixable=True,
        product=prices.tariff.product,
        successor=successor.full_name if successor else "",
    )
    show(
        "export_prices_missing",
        when=export is not None and _has_none(export, now),
        product="" if export is None else export.tariff.product,
    )
    files = [
        *(each.file for each in (prices, export, standing) if each is not None),
        *(file for plan in plans for file in (plan.file, plan.history.file)),
    ]
    unusable = [file.unusable for file in files if file is not None and file.unusable is not None]
    show("file_unusable", when=bool(unusable), file=", ".join(unusable))
    for plan in plans:
        name = plan.name or entry.title
        show("plan_unusable", when=plan.failure is not None, about=plan.key, plan=name)
        if (gone := gone_sources(hass, entry, plan.subentry_id)) is not None:
            show("source_gone", when=bool(gone), about=plan.key, plan=name, entities=", ".join(gone))


@callback
def async_update_charger_issue(
    hass: HomeAssistant, entry: ConfigEntry, charger: str, plan: str, *, when: bool
) -> None:
    """Create or delete the issue about a charger of a plan that can't be switched."""
    _show(
        hass, entry, "charger_failed", when=when, about=charger, plan=plan or entry.title, charger=charger
    )


@callback
def async_update_meter_issues(
    hass: HomeAssistant, entry: ConfigEntry, subentry_id: str, tariff: str, problem: str | None
) -> None:
    """Create the issue about the meter of a comparison, and delete those that no longer hold."""
    show = partial(_show, hass, entry, about=subentry_id, tariff=tariff)
    show("comparison_no_meter", when=problem == "no_meter")
    show("comparison_meter_unknown", when=problem == "meter_unknown")
    show("comparison_meter_not_energy", when=problem == "meter_not_energy")
    show("comparison_meter_exports", when=problem == "meter_exports")


@callback
def async_delete_issues(
    hass: HomeAssistant, entry_id: str, *, of_plans_but: Collection[str] | None = None
) -> None:
    """Delete an entry's issues: all of them, or only those of plans not in `of_plans_but`."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain != DOMAIN or not issue_id.endswith(entry_id):
            continue
        if of_plans_but is not None:
            is_of_plan = issue_id.startswith(("plan_unusable", "source_gone", "comparison_"))
            if not is_of_plan or any(key in issue_id for key in of_plans_but):
                continue
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _has_none(export: PriceCoordinator, now: datetime) -> bool:
    """Tell whether prices for export are missing. In another region, there may never have been any."""
    if export.data:
        return is_missing(now, export.data)
    return export.log is not None and export.log.failed_attempts >= _IN_VAIN


def _show(
    hass: HomeAssistant,
    entry: ConfigEntry,
    key: str,
    *,
    when: bool,
    about: str = "",
    fixable: bool = False,
    **texts: str,
) -> None:
    """Create an issue, or delete it. `about` is what there may be several of."""
    issue_id = f"{key}{about and '_'}{about}_{entry.entry_id}"
    if not when:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id},
        is_fixable=fixable,
        severity=ir.IssueSeverity.ERROR if fixable else ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"title": entry.title, **texts},
    )
