"""Plans that aren't saved yet, as they will be once they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..agile.blocks import Session
from ..agile.direction import replan
from ..agile.plan import Plan, Settings
from ..agile.rates import Rates
from ..chargers.sharing import Sharer, by_precedence, rivals_of, taken_from
from ..charges.battery import hear_battery
from ..charges.settings import charger_of, main_data, plan_settings
from ..coordinator import ChargeCoordinator
from ..prices import PriceCoordinator


@dataclass(frozen=True)
class _Draft:
    """A charge plan with new settings; `plan` is how it stands with the old ones, None if it is new."""

    charger: str
    prices: PriceCoordinator
    settings: Settings
    plan: Plan | None
    failure: ClassVar[None] = None

    @property
    def sessions(self) -> tuple[Session, ...]:
        return () if self.plan is None else self.plan.sessions

    @property
    def boosted(self) -> bool:
        return self.settings.boost


def first_plan(options: Mapping[str, Any], rates: Rates) -> Plan:
    """Return the plan that an entry will have for its own charge once it is set up."""
    return replan(plan_settings(main_data(options)), rates, dt_util.utcnow(), None)


def draft_plan(
    hass: HomeAssistant,
    charges: ChargeCoordinator,
    prices: PriceCoordinator,
    key: str | None,
    data: Mapping[str, Any],
) -> Plan:
    """Return what a charge plan will be with new settings; its key is None if it is a new one."""
    now = dt_util.utcnow()
    own = next((plan for plan in charges.plans if plan.key == key), None)
    known = (None, None, None) if own is None else (own.battery, own.plan, own.history.counted)
    battery, measured = hear_battery(hass, data, *known)
    settings = plan_settings(data, enabled=own is None or own.enabled, battery=battery, measured=measured)
    if own is not None:
        settings = replace(settings, idle_since=own.idle_since, boost=own.boosted)
    draft = _Draft(charger_of(data), prices, settings, None if own is None else own.plan)
    plans: list[Sharer] = [each for each in charges.plans if each is not own]
    # The newest is the last one, also where deadlines are the same.
    plans.insert(len(plans) if own is None else charges.plans.index(own), draft)
    settings = replace(settings, rivals=rivals_of(draft, plans))
    taken = taken_from(draft, by_precedence(plans, now), now)
    return replan(settings, prices.data, now, draft.plan, taken)
