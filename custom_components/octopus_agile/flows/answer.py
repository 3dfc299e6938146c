"""The answer that a set-up and a charge plan end with: the price now, and when it charges."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..agile.blocks import length_of, mean_price
from ..agile.plan import Plan, Reason, Status
from ..agile.rates import Rates
from ..agile.tariffs import Direction
from ..charges.settings import direction_of
from ..const import DOMAIN
from ..coordinator import OctopusAgileConfigEntry
from .draft import draft_plan

_HOUR = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)
# What is said of a plan without sessions.
_WHY_NOT = {
    Status.WAITING_FOR_PRICES: "answer_waiting",
    Status.OFF: "answer_off",
    Status.DEFERRED: "answer_deferred",
    Status.FINISHED: "answer_nothing",
}
# What the texts end with that are different for an export.
_SUFFIX = {Direction.IMPORT: "", Direction.EXPORT: "_export"}


class _Words:
    """The texts of an answer, in Home Assistant's language, and times on its clock."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Use the texts under "common" in the translations."""
        self._texts = texts

    def say(self, key: str, **placeholders: str) -> str:
        """Return a text."""
        return self._texts[f"component.{DOMAIN}.common.{key}"].format(**placeholders)

    def duration(self, duration: timedelta) -> str:
        """Return "4 hours" or "1 h 30 min"."""
        hours, rest = divmod(duration, _HOUR)
        if not rest:
            return self.say("answer_hour") if hours == 1 else self.say("answer_hours", hours=str(hours))
        parts = [self.say("hours", hours=str(hours))] * (hours > 0)
        return " ".join([*parts, self.say("minutes", minutes=str(round(rest / timedelta(minutes=1))))])

    def span(self, start: datetime, end: datetime) -> str:
        """Return "01:00 to 05:00 tomorrow" or "23:30 today to 03:30 tomorrow"."""
        start, last, end = map(dt_util.as_local, (start, end - _MICROSECOND, end))
        days = [self._day(start), self._day(last)]
        times = {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
        if days[0] == days[1]:
            return self.say("answer_day", day=days[0], **times)
        return self.say("answer_days", first_day=days[0], last_day=days[1], **times)

    def _day(self, at: datetime) -> str:
        days = (at.date() - dt_util.now().date()).days
        if days > 1:
            # So it may be in zones east of Britain.
            return self.say("date", date=f"{at:%d/%m}")
        return self.say("tomorrow") if days else self.say("today")


def _pence(price: Decimal) -> str:
    return f"{price * 100:.2f}"


async def async_answer(
    hass: HomeAssistant, rates: Rates, plan: Plan | None, direction: Direction = Direction.IMPORT
) -> str:
    """Return what a plan comes to, in words: "Now 22.84p. Cheapest 4 hours: ..."."""
    language = hass.config.language
    words = _Words(await async_get_translations(hass, language, "common", {DOMAIN}))
    now = rates.at(dt_util.utcnow())
    first = (
        words.say("answer_no_price")
        if now is None
        else words.say(f"answer_now{_SUFFIX[direction]}", price=_pence(now.price))
    )
    return f"{first} {_planned(words, plan, _SUFFIX[direction])}"


def _planned(words: _Words, plan: Plan | None, suffix: str) -> str:
    if plan is None:
        return words.say("answer_waiting")
    sessions = [session for session in plan.sessions if session.end > dt_util.utcnow()]
    price = mean_price(sessions)
    if price is None:
        if plan.reason is Reason.NEED_UNKNOWN:
            return words.say("answer_need_unknown")
        if plan.reason is Reason.NOTHING_TO_CHARGE:
            return words.say("answer_nothing")
        return words.say(_WHY_NOT.get(plan.status, "answer_impossible"))
    facts = {
        "duration": words.duration(length_of(sessions)),
        "times": words.span(sessions[0].start, sessions[-1].end),
        "price": _pence(price),
    }
    if plan.shortfall:
        said = words.say("answer_short", **facts)
    elif len(sessions) > 1:
        said = words.say(f"answer_sessions{suffix}", count=str(len(sessions)), **facts)
    else:
        said = words.say(f"answer_block{suffix}", **facts)
    if plan.status is Status.PROVISIONAL:
        said = f"{said} {words.say('answer_provisional')}"
    return said


async def async_answer_for(
    hass: HomeAssistant, entry: OctopusAgileConfigEntry, key: str | None, data: Mapping[str, Any]
) -> str:
    """Return the answer for a charge plan with new settings; its key is None if it is a new one."""
    charges = entry.runtime_data if entry.state is ConfigEntryState.LOADED else None
    direction = direction_of(data)
    prices = None if charges is None else charges.prices_for(direction)
    if charges is None or prices is None:
        return await async_answer(hass, Rates(()), None, direction)
    plan = draft_plan(hass, charges, prices, key, data)
    return await async_answer(hass, prices.data, plan, direction)
