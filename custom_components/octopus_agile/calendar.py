"""The calendar of an entry: what its plans have done in 13 months, and what they will do."""

from datetime import date, datetime, timedelta
from typing import Any, override

from homeassistant.components import calendar
from homeassistant.components.calendar import CalendarEntity, CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .agile.blocks import Session
from .agile.history import Done
from .agile.plan import Status
from .charges.charge_plan import ChargePlan
from .coordinator import OctopusAgileConfigEntry
from .entity import main_device
from .serialize import common_text, local_iso

PARALLEL_UPDATES = 0

CHARGING = CalendarEntityDescription(key="charging")
_HOUR = timedelta(hours=1)
# Events have a status since Home Assistant 2026.10.
_STATUS: Any = getattr(calendar, "CalendarEventStatus", None)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar of an entry."""
    async_add_entities([ChargingCalendar(entry)])


class ChargingEvent(CalendarEvent):
    """An event with correct times in the hour that repeats when the clocks go back.

    Home Assistant compares event times by wall clock unless they have a fixed offset. In that hour a
    running session would seem not to have started, or to end before it starts.
    """

    @override
    def __post_init__(self) -> None:
        """Skip the wall-clock check: sessions always have a length."""

    @property
    @override
    def start_datetime_local(self) -> datetime:
        """When it starts."""
        return _fixed(self.start)

    @property
    @override
    def end_datetime_local(self) -> datetime:
        """When it ends."""
        return _fixed(self.end)


class ChargingCalendar(CalendarEntity):
    """The sessions of all plans as calendar events."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description = CHARGING
    _attr_translation_key = CHARGING.key

    def __init__(self, entry: OctopusAgileConfigEntry) -> None:
        """Show the sessions of an entry's plans."""
        self._charges = entry.runtime_data
        self._attr_unique_id = f"{entry.entry_id}_{CHARGING.key}"
        self._attr_device_info = main_device(entry)

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to changes in the plans."""
        await super().async_added_to_hass()
        self.async_on_remove(self._charges.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Available whenever the prices are."""
        return self._charges.prices.is_available(dt_util.utcnow())

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the current session, or else the next one."""
        coming = ((plan, each) for plan in self._charges.plans for each in _coming(plan))
        found = min(coming, key=lambda found: found[1].start, default=None)
        return None if found is None else self._event(*found)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the sessions that overlap a period, in order."""
        sessions: list[tuple[ChargePlan, Session | Done]] = [
            (plan, session)
            for plan in self._charges.plans
            for session in plan.history.done + _coming(plan)
        ]
        found = [each for each in sessions if each[1].start < end_date and each[1].end > start_date]
        return [self._event(*each) for each in sorted(found, key=lambda each: each[1].start)]

    def _event(self, plan: ChargePlan, session: Session | Done) -> CalendarEvent:
        """Return a session as a readable event: "Charge the car, 4 h at 12.34p/kWh, £3.44"."""
        paid = session.paid if isinstance(session, Done) else session.cost
        facts = [self._duration(session.duration)]
        if session.mean_price is not None:
            price = self._text("price", price=f"{session.mean_price * 100:.2f}")
            facts[0] = self._text("duration_at_price", duration=facts[0], price=price)
        if session.energy is not None:
            facts.append(self._text("energy", energy=f"{session.energy:.1f}"))
        if paid is not None:
            # Joined, or a line may end with the sign.
            sign = "-\N{WORD JOINER}" if paid < 0 else ""
            facts.append(sign + self._text("cost", cost=f"{abs(paid):.2f}"))
        title = plan.name or self._text("cheapest_block")
        cost = f", {facts[-1]}" if paid is not None else ""
        return ChargingEvent(
            start=_fixed(session.start),
            end=_fixed(session.end),
            summary=f"{title}, {facts[0]}{cost}",
            description="\n".join(facts),
            **_status(plan, session),
        )

    def _duration(self, duration: timedelta) -> str:
        hours, rest = divmod(duration, _HOUR)
        minutes = round(rest / timedelta(minutes=1))
        parts = [self._text("hours", hours=str(hours))] * (hours > 0)
        parts += [self._text("minutes", minutes=str(minutes))] * (minutes > 0 or hours == 0)
        return " ".join(parts)

    def _text(self, key: str, **placeholders: str) -> str:
        return common_text(self.hass, key, **placeholders)


def _coming(plan: ChargePlan) -> tuple[Session, ...]:
    """Return a plan's running session and those to come."""
    now = dt_util.utcnow()
    return tuple(session for session in plan.sessions if session.end > now)


def _status(plan: ChargePlan, session: Session | Done) -> dict[str, Any]:
    """Return that a session is tentative if it may still move because not all prices are known."""
    is_open = plan.plan is not None and plan.plan.status is Status.PROVISIONAL
    is_tentative = is_open and session.start > dt_util.utcnow()
    return {} if _STATUS is None else {"status": _STATUS("tentative" if is_tentative else "confirmed")}


def _fixed(instant: date) -> datetime:
    """Return an instant in Home Assistant's zone, with the offset in force at that time."""
    assert isinstance(instant, datetime)
    return datetime.fromisoformat(local_iso(instant))
