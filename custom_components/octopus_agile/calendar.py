"""The calendar of an entry: what its plans have charged in the past week, and will."""

from datetime import date, datetime, timedelta, tzinfo
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

from .agile.blocks import Session
from .const import DOMAIN
from .coordinator import AgileCoordinator, OctopusAgileConfigEntry
from .entity import AgileEntity
from .kept import Kept
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

    def __init__(self, coordinator: AgileCoordinator, description: CalendarEntityDescription) -> None:
        """Show the sessions of a coordinator's plans."""
        super().__init__(coordinator, description)
        self._kept: Kept[CalendarEvent] = Kept()

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the session that runs, or else the next one."""
        found = self._current_or_next()
        if found is None:
            return None
        # Home Assistant asks for it three times at each writing, and it checks every one made.
        return self._kept.get((found, self._words()), lambda: self._event(*found))

    @override
    def _shown(self) -> object:
        found, now = self._current_or_next(), dt_util.utcnow()
        is_on = found is not None and found[1].start <= now
        # Who looks at a calendar is told of all its events when its state is written.
        plans = [self.coordinator.plans[key] for key in self.coordinator.plans.keys]
        return plans, found, is_on, self._words(), self.available

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

    def _current_or_next(self) -> tuple[str | None, Session] | None:
        now = dt_util.utcnow()
        coming = (found for found in self._sessions() if found[1].end > now)
        return min(coming, key=lambda found: found[1].start, default=None)

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

    def _words(self) -> tuple[str, str, tzinfo]:
        """Return what the texts of an event depend on, besides the session."""
        words = self._text("cheapest_block"), self._text("duration_at_price")
        return *words, dt_util.get_default_time_zone()

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
