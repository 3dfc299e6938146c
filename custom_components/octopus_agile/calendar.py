"""The calendar of an entry: what its plans have charged in the past week, and will."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from .agile.planner import Session
from .const import DOMAIN
from .coordinator import OctopusAgileConfigEntry
from .entity import AgileEntity
from .news import local_iso

PARALLEL_UPDATES = 0

CHARGING = CalendarEntityDescription(key="charging", translation_key="charging")
_HOUR = timedelta(hours=1)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OctopusAgileConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar of an entry."""
    async_add_entities([ChargingCalendar(entry.runtime_data, CHARGING)])


class ChargingEvent(CalendarEvent):
    """An event that is told right in the hour that comes twice when the clocks go back.

    Home Assistant compares the times of events by what a clock shows, unless their offset is fixed. In
    that hour a session would not be under way, or would seem to end before it starts.
    """

    @override
    def __post_init__(self) -> None:
        """Leave out the check that is made by what a clock shows: sessions always have a length."""

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


class ChargingCalendar(AgileEntity, CalendarEntity):
    """Sessions of all plans as calendar events."""

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the session that runs, or else the next one."""
        now = dt_util.utcnow()
        coming = [found for found in self._sessions() if found[1].end > now]
        if not coming:
            return None
        return self._event(*min(coming, key=lambda found: found[1].start))

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the sessions that overlap a time, in order."""
        found = [
            (name, session)
            for name, session in self._sessions()
            if session.start < end_date and session.end > start_date
        ]
        return [self._event(*each) for each in sorted(found, key=lambda each: each[1].start)]

    def _sessions(self) -> list[tuple[str | None, Session]]:
        plans = self.coordinator.plans
        return [
            (plans.name(key), session)
            for key in plans.keys
            for session in plans[key].past + plans[key].sessions
        ]

    def _event(self, name: str | None, session: Session) -> CalendarEvent:
        """Return a session as people read it: "Charge the car, 4 h at 12.3p/kWh, £3.44"."""
        facts = [_hours(session.duration)]
        if session.mean_price is not None:
            price = _pence(session.mean_price)
            facts[0] = self._text("duration_at_price").format(duration=facts[0], price=price)
        if session.energy is not None:
            facts.append(f"{session.energy:.1f} kWh")
        if session.cost is not None:
            facts.append(_pounds(session.cost))
        title = name or self._text("cheapest_block")
        cost = f", {facts[-1]}" if session.cost is not None else ""
        return ChargingEvent(
            start=_fixed(session.start),
            end=_fixed(session.end),
            summary=f"{title}, {facts[0]}{cost}",
            description="\n".join(facts),
        )

    def _text(self, key: str) -> str:
        """Return a text in the language of the house, in English while that is still being loaded."""
        texts: dict[str, str] = {}
        for language in ("en", self.hass.config.language):
            texts |= async_get_cached_translations(self.hass, language, "common", DOMAIN)
        return texts[f"component.{DOMAIN}.common.{key}"]


def _fixed(instant: date) -> datetime:
    """Return an instant in Home Assistant's zone, with the offset that holds there then."""
    assert isinstance(instant, datetime)
    return datetime.fromisoformat(local_iso(instant))


def _hours(duration: timedelta) -> str:
    hours, rest = divmod(duration, _HOUR)
    minutes = round(rest / timedelta(minutes=1))
    parts = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0 or hours == 0)
    return " ".join(parts)


def _pence(price: Decimal) -> str:
    return f"{price * 100:.1f}p/kWh"


def _pounds(cost: Decimal) -> str:
    return f"{'-' if cost < 0 else ''}£{abs(cost):.2f}"
