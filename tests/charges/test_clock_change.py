"""The hour that comes twice: a session in it is told by its instants, not by what a clock shows."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.common import Scene, state
from tests.octopus import uk

CALENDAR = "calendar.octopus_agile_london_charging"
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    """Return an instant of the night in which the clocks go back at 01:00 UTC, like "00:45"."""
    return datetime.fromisoformat(f"2026-10-25 {text}+00:00")


async def events(home: HomeAssistant) -> list[tuple[str, str]]:
    """Return when the calendar's events of that morning start and end."""
    answer = await home.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": CALENDAR,
            "start_date_time": uk("2026-10-25 00:00"),
            "end_date_time": uk("2026-10-25 12:00"),
        },
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    found: Any = answer[CALENDAR]
    return [(each["start"], each["end"]) for each in found["events"]]


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("00:30", "01:00", ("2026-10-25T01:30:00+01:00", "2026-10-25T01:00:00+00:00")),
        ("00:30", "01:30", ("2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00")),
        ("01:00", "01:30", ("2026-10-25T01:00:00+00:00", "2026-10-25T01:30:00+00:00")),
        ("00:00", "02:30", ("2026-10-25T01:00:00+01:00", "2026-10-25T02:30:00+00:00")),
    ],
)
async def test_a_session_runs_its_whole_length(
    scene: Scene,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    start: str,
    end: str,
    shown: tuple[str, str],
) -> None:
    begins, ends = utc(start), utc(end)
    scene.octopus.prices = lambda slot: "5.0" if begins <= slot < ends else "20.0"
    await scene.clock.to("2026-10-24 17:00")
    scene.entry.add_to_hass(scene.home)
    hours = (ends - begins) / timedelta(hours=1)
    scene.home.config_entries.async_update_entry(scene.entry, options={"charge_duration": hours})
    await scene.home.config_entries.async_setup(scene.entry.entry_id)
    await scene.home.async_block_till_done(wait_background_tasks=True)

    for instant, running in (
        (begins - MINUTE, "off"),
        (begins, "on"),
        (ends - MINUTE, "on"),
        (ends, "off"),
    ):
        freezer.move_to(instant)
        async_fire_time_changed(scene.home)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert state(scene.home, "calendar.charging") == running, instant
        assert state(scene.home, "binary_sensor.cheapest_block") == running, instant

    assert await events(scene.home) == [shown]
    assert "Error" not in caplog.text
