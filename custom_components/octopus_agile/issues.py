"""Creates the repair issues of an entry, and deletes them once they are resolved."""

from collections.abc import Collection, Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .agile.publication import is_clock_wrong, is_missing
from .charges import ChargePlan
from .const import DOMAIN
from .prices import PriceCoordinator


@callback
def async_update_issues(
    hass: HomeAssistant, entry: ConfigEntry, prices: PriceCoordinator, plans: Iterable[ChargePlan]
) -> None:
    """Create or delete the issues about prices, plans and the clock."""
    now, rates, successor = dt_util.utcnow(), prices.data, prices.successor

    def show(key: str, *, when: bool, about: str = "", fixable: bool = False, **texts: str) -> None:
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

    show("clock_wrong", when=is_clock_wrong(now, rates, prices.client.server_ahead))
    show("prices_missing", when=successor is None and is_missing(now, rates))
    show(
        "product_withdrawn",
        when=successor is not None,
        fixable=True,
        product=prices.tariff.product,
        successor=successor.full_name if successor else "",
    )
    files = [prices.file, *(plan.file for plan in plans)]
    unusable = [file.unusable for file in files if file is not None and file.unusable is not None]
    show("file_unusable", when=bool(unusable), file=", ".join(unusable))
    for plan in plans:
        show(
            "plan_unusable", when=plan.failure is not None, about=plan.key, plan=plan.name or entry.title
        )


@callback
def async_delete_issues(
    hass: HomeAssistant, entry_id: str, *, of_plans_but: Collection[str] | None = None
) -> None:
    """Delete an entry's issues: all of them, or only those of plans not in `of_plans_but`."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain != DOMAIN or not issue_id.endswith(entry_id):
            continue
        if of_plans_but is not None:
            is_of_plan = issue_id.startswith("plan_unusable")
            if not is_of_plan or any(key in issue_id for key in of_plans_but):
                continue
        ir.async_delete_issue(hass, DOMAIN, issue_id)
