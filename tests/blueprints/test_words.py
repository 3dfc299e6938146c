"""The morning summary and the evening one: the best times, the dearest hours, what is below zero."""

from datetime import datetime, time

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.common import Clock
from tests.octopus import FakeOctopus, day_of

from .common import automate

NIGHT = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0", "04:00": "7.04", "04:30": "8"}
NOON = {"12:00": "1", "12:30": "-1.25", "13:00": "-3", "13:30": "1", "14:00": "2", "14:30": "2"}
PEAK = {"16:00": "30", "16:30": "31", "17:00": "35.16", "17:30": "33", "18:00": "32", "19:30": "29"}


@pytest.fixture
def notes(home: HomeAssistant) -> list[ServiceCall]:
    """What somebody was told."""
    told: list[ServiceCall] = async_mock_service(home, "persistent_notification", "create")
    return told


def told(notes: list[ServiceCall]) -> list[tuple[str, str]]:
    """Return the titles and messages since the last time."""
    found = [(note.data["title"], note.data["message"].strip()) for note in notes]
    notes.clear()
    return found


class TestMorning:
    TITLE = "Electricity today"

    async def test_it_tells_of_the_rest_of_the_day(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        notes: list[ServiceCall],
    ) -> None:
        await automate(home, "morning_word", tariff=entry.entry_id)
        await clock.to("2026-11-24 12:00")
        octopus.prices = day_of(NIGHT | NOON | PEAK)
        await clock.walk("2026-11-24 16:30")
        notes.clear()
        await clock.walk("2026-11-25 06:59")
        assert notes == []
        await clock.walk("2026-11-25 07:01")
        # What is over, as the night, is no advice.
        best = "Best 3 h: 12:00 to 15:00, 0.3p."
        dearest = "Dearest: 16:00 to 18:30 and 19:30 to 20:00, up to 35.2p."
        below = "Below zero: 12:30 to 13:30, down to -3.0p."
        assert told(notes) == [(self.TITLE, f"{best} {dearest} {below}")]

    async def test_a_day_at_one_price_has_no_dearest_hours(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        notes: list[ServiceCall],
    ) -> None:
        octopus.prices = day_of({})
        await automate(home, "morning_word", tariff=entry.entry_id, hours=1.5, at="21:00:00")
        await clock.walk("2026-11-23 21:01")
        assert told(notes) == [(self.TITLE, "Best 1.5 h: 21:00 to 22:30, 20.0p.")]

    async def test_what_does_not_fit_or_is_not_known_is_not_told(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        await automate(home, "morning_word", tariff=entry.entry_id, hours=12, at="21:00:00")
        await home.config_entries.async_unload(entry.entry_id)
        await clock.to("2026-11-23 21:00:01")
        assert told(notes) == [(self.TITLE, "Today's prices aren't known.")]


class TestEvening:
    TITLE = "Electricity tonight and tomorrow"

    async def test_it_tells_of_tonight_and_tomorrow(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        notes: list[ServiceCall],
    ) -> None:
        octopus.prices = day_of(NIGHT | NOON | PEAK)
        await clock.walk("2026-11-24 16:30")
        await automate(home, "evening_word", tariff=entry.entry_id)
        await clock.walk("2026-11-24 20:01")
        tonight = "Tonight, best 3 h: 02:00 to 05:00, 5.8p."
        tomorrow = "Tomorrow, best 3 h: 12:00 to 15:00, 0.3p."
        dearest = "Dearest: 16:00 to 18:30 and 19:30 to 20:00, up to 35.2p."
        below = "Below zero: 12:30 to 13:30, down to -3.0p."
        assert told(notes) == [(self.TITLE, f"{tonight} {tomorrow} {dearest} {below}")]

    async def test_before_they_are_published_that_is_said(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        notes: list[ServiceCall],
    ) -> None:
        octopus.publishes_at = time(23, 30)
        await automate(home, "evening_word", tariff=entry.entry_id, hours=2, morning="06:00:00")
        await clock.to("2026-11-24 20:00:01")
        message = "Tonight, best 2 h: 20:01 to 22:01, 20.0p. Tomorrow's prices aren't known yet."
        assert told(notes) == [(self.TITLE, message)]

    async def test_both_clock_changes_are_told_in_local_time(
        self,
        home: HomeAssistant,
        clock: Clock,
        entry: MockConfigEntry,
        notes: list[ServiceCall],
        octopus: FakeOctopus,
    ) -> None:
        def prices(start: datetime) -> str:
            return "-1" if 0 <= start.hour < 2 else "30" if start.hour == 17 else "20"

        octopus.prices = prices
        await automate(home, "evening_word", tariff=entry.entry_id, hours=2)
        for day, hours in (("2027-03-27", "00:00 to 03:00"), ("2027-10-30", "01:00 to 02:00")):
            await clock.to(f"{day} 12:00")
            await clock.walk(f"{day} 16:20")
            notes.clear()
            await clock.to(f"{day} 20:00:01")
            ((_, message),) = told(notes)
            assert f"Tonight, best 2 h: {hours}, -1.0p." in message
            assert f"Below zero: {hours}, down to -1.0p." in message
