"""Tools for language models: prices, the cheapest time and plans, in answers of less than 2 kB.

Loaded only by a Home Assistant that has them, from 2026.10 on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
import json
from typing import Any, ClassVar, override

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.components.llm import LLMTools
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.helpers.selector import TimeSelector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .agile.rates import Rate
from .agile.tariffs import Direction
from .charges.charge_plan import ChargePlan
from .const import CONF_DURATION, CONF_EARLIEST_START, CONF_PRODUCT, CONF_READY_BY, DOMAIN
from .coordinator import OctopusAgileConfigEntry
from .services import FIND_CHEAPEST

_LARGEST_ANSWER = 1900
_TODAY = "today"
_UNIT = {"unit": "pence per kWh"}
# What a plan of either direction comes to.
_MONEY = {Direction.IMPORT: "cost_pounds", Direction.EXPORT: "earnings_pounds"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a tool is asked: of which entry, with which arguments, and in what context."""

    hass: HomeAssistant
    entry: OctopusAgileConfigEntry
    data: dict[str, Any]
    context: Context | None


class AgileTool(Tool):
    """A tool that reads from a tariff, named by the title of its entry if there are several."""

    annotations = ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)
    integration = DOMAIN
    fields: ClassVar[dict[Any, Any]] = {}

    def __init__(self, entries: dict[str, OctopusAgileConfigEntry], devices: set[str]) -> None:
        """Use these entries by title, and the plans of these devices: the ids of the exposed ones."""
        self._entries = entries
        self._devices = devices
        several = {vol.Required("tariff"): vol.In(list(entries))} if len(entries) > 1 else {}
        self.parameters = vol.Schema({**several, **self.fields})

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Return the answer, or what is wrong in words that can be repeated."""
        data = self.parameters(tool_input.tool_args)
        entry = self._entries[data.get("tariff", next(iter(self._entries)))]
        try:
            return ToolResult(data=await self._answer(_Asked(hass, entry, data, llm_context.context)))
        except HomeAssistantError as error:
            return ToolResult(data={"error": str(error)}, error=True)

    async def _answer(self, asked: _Asked) -> dict[str, Any]:
        raise NotImplementedError


class GetPricesTool(AgileTool):
    """The prices of a day."""

    name = f"{DOMAIN}__get_prices"
    title = "Get electricity prices"
    description = (
        "Get the half-hourly electricity prices for today or tomorrow, with the price now, the lowest, "
        "the highest and the average. Below zero you are paid to use electricity. Prices up to 23:00 "
        "tomorrow are usually published between 16:00 and 16:30; later ones are not known yet."
    )
    fields = {vol.Optional("day", default=_TODAY): vol.In([_TODAY, "tomorrow"])}

    @override
    async def _answer(self, asked: _Asked) -> dict[str, Any]:
        rates, now = asked.entry.runtime_data.prices.data, dt_util.utcnow()
        is_today = asked.data["day"] == _TODAY
        today = dt_util.now().date()
        first = today if is_today else today + timedelta(days=1)
        start, end = (
            dt_util.as_utc(dt_util.start_of_local_day(day)) for day in (first, first + timedelta(days=1))
        )
        # A slot belongs to the day it starts in.
        found = rates.between(start, end)
        current = {"now": _of(rates.at(now))} if is_today else {}
        return {
            "date": first.isoformat(),
            **_UNIT,
            **current,
            "lowest": _of(found.lowest),
            "highest": _of(found.highest),
            "average": _pence(found.average),
            "prices": [_of(rate) for rate in found],
            "complete": found.known_until(start) == end,
            "known_until": None if rates.end is None else _minute(rates.end),
        }


class FindCheapestTimeTool(AgileTool):
    """The cheapest time for something that runs for some hours."""

    name = f"{DOMAIN}__find_cheapest_time"
    title = "Find the cheapest time"
    description = (
        "Find the cheapest time, within the known prices, to run something such as a washing machine "
        "for a number of hours without a pause. Times of day are local."
    )
    fields = {
        vol.Optional("hours", default=1.0, description="How long it runs"): vol.All(
            vol.Coerce(float), vol.Range(min=0.25, max=24)
        ),
        vol.Optional(
            "earliest_start", description="It may not start before this time of day"
        ): TimeSelector(),
        vol.Optional("ready_by", description="It must be finished by this time of day"): TimeSelector(),
    }

    @override
    async def _answer(self, asked: _Asked) -> dict[str, Any]:
        rates, now = asked.entry.runtime_data.prices.data, dt_util.utcnow()
        data, entry_id = asked.data, asked.entry.entry_id
        duration = timedelta(hours=data["hours"])
        action: dict[str, Any] = {ATTR_CONFIG_ENTRY_ID: entry_id, CONF_DURATION: data["hours"]}
        after = now
        for key in (CONF_EARLIEST_START, CONF_READY_BY):
            if key in data:
                after = _next(data[key], after)
                action[key] = after.isoformat()
        answer: Any = await asked.hass.services.async_call(
            DOMAIN,
            FIND_CHEAPEST,
            action,
            blocking=True,
            context=asked.context,
            return_response=True,
        )
        (session,) = answer["sessions"]
        return {
            "start": session["start"],
            "end": session["end"],
            **_UNIT,
            "mean_price": round(session["mean_price"] * 100, 2),
            "mean_price_if_started_now": _pence(rates.mean(now, now + duration)),
            "known_until": None if rates.end is None else _minute(rates.end),
        }


class GetPlansTool(AgileTool):
    """What the charge plans will do."""

    name = f"{DOMAIN}__get_plans"
    title = "Get charge plans"
    description = (
        "Get what each charge plan will do, for example for an electric car: whether it is charging, "
        "when it will charge, at what price, and what that will cost or, for export, earn."
    )

    @override
    async def _answer(self, asked: _Asked) -> dict[str, Any]:
        registry = dr.async_get(asked.hass)
        plans = []
        for plan in asked.entry.runtime_data.plans:
            key = asked.entry.entry_id if plan.is_main else plan.key
            device = registry.async_get_device_by_identifier((DOMAIN, key), asked.entry.entry_id)
            if device is not None and device.id in self._devices:
                name = device.name_by_user or device.name
                plans.append({"name": name, **_plan(plan, dt_util.utcnow())})
        if len(json.dumps(plans)) > _LARGEST_ANSWER:
            short = ("name", "status", "start", "end")
            plans = [{key: plan[key] for key in short if key in plan} for plan in plans]
        total = len(plans)
        while len(json.dumps(plans)) > _LARGEST_ANSWER:
            plans.pop()
        left_out = total - len(plans)
        return {"plans": plans} | ({"plans_left_out": left_out} if left_out else {})


def _plan(plan: ChargePlan, now: datetime) -> dict[str, Any]:
    """Return what a plan will do, from now on."""
    if plan.failure is not None or plan.plan is None:
        return {"status": "unusable"}
    coming = [session for session in plan.sessions if session.end > now]
    told: dict[str, Any] = {"status": plan.now.status.value, "reason": plan.now.reason}
    if coming:
        told |= {
            "charging_now": coming[0].start <= now,
            "start": _minute(coming[0].start),
            "end": _minute(coming[-1].end),
            "sessions": len(coming),
            "mean_price_pence_per_kwh": _pence(plan.now.mean_price),
            "energy_kwh": _rounded(plan.energy),
            _MONEY[plan.prices.tariff.direction]: _rounded(plan.cost),
        }
    return {key: value for key, value in told.items() if value is not None}


def _next(text: str, after: datetime) -> datetime:
    """Return when it is next a local time of day, like "07:00", in UTC."""
    clock, local = cv.time(text), dt_util.as_local(after)
    today, tomorrow = (
        datetime.combine(local.date() + timedelta(days=days), clock, local.tzinfo) for days in (0, 1)
    )
    # When the clocks go back, a time of day may come twice.
    times = (dt_util.as_utc(each) for each in (today, today.replace(fold=1), tomorrow))
    return next(at for at in times if at > after)


def _of(rate: Rate | None) -> list[Any] | None:
    """Return the start of a slot, without its date but with its offset, and its price in pence."""
    if rate is None:
        return None
    return [_minute(rate.start)[len("2026-11-23T") :], _pence(rate.price)]


def _minute(instant: datetime) -> str:
    return dt_util.as_local(instant).isoformat(timespec="minutes")


def _pence(pounds: Decimal | None) -> float | None:
    return None if pounds is None else float(round(pounds * 100, 2))


def _rounded(value: Decimal | None) -> float | None:
    return None if value is None else float(round(value, 2))


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools for the tariffs of which an entity is exposed to the assistant."""
    if api_id != LLM_API_ASSIST:
        return None
    registry = er.async_get(hass)
    entries: dict[str, OctopusAgileConfigEntry] = {}
    devices: set[str] = set()
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        exposed = {
            each.device_id
            for each in er.async_entries_for_config_entry(registry, entry.entry_id)
            if each.device_id and async_should_expose(hass, llm_context.assistant, each.entity_id)
        }
        if exposed:
            # Two versions of Agile in one region have the same title.
            is_taken = entry.title in entries
            entries[f"{entry.title}, {entry.data[CONF_PRODUCT]}" if is_taken else entry.title] = entry
            devices |= exposed
    if not entries:
        return None
    tools = (GetPricesTool, FindCheapestTimeTool, GetPlansTool)
    return LLMTools(tools=[tool(entries, devices) for tool in tools])
