"""What the event entities tell of prices and plans."""

from typing import Any

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from tests.charge_plans import CAR, times

CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"}
EVENTS = [
    "event.octopus_agile_london_prices",
    "event.octopus_agile_london_plan",
    "event.charge_the_car_plan",
    "event.slots_plan",
    "event.first_plan",
]


class News:
    """What the event entities tell, one by one."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen."""
        self._news: list[dict[str, Any]] = []
        self._last: dict[str, tuple[str, dict[str, Any]]] = {}

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            new = event.data["new_state"]
            # After a reload the entity shows the last news again.
            if new is None or new.state in ("unavailable", "unknown"):
                return
            told = new.state, dict(new.attributes)
            if told != self._last.get(new.entity_id):
                self._news.append(told[1])
                self._last[new.entity_id] = told

        async_track_state_change_event(hass, EVENTS, changed)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return what was told of a kind since the last time."""
        found = [each for each in self._news if each["event_type"] == kind]
        self._news.clear()
        return found

    def moves(self, title: str = CAR) -> list[tuple[list[str], list[str], str]]:
        """Return how a plan was moved since the last time: from when, to when, why."""
        return [
            (times(each["old_sessions"]), times(each["new_sessions"]), each["reason"])
            for each in self.of("plan_changed")
            if each["plan"] == title
        ]
