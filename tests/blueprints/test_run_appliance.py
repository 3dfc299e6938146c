"""Run an appliance at the best time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.common import fire_due_timers
from tests.house import Record
from tests.octopus import uk

from .common import CHARGER, PLUG, automate


class TestRunAppliance:
    """The plug is the button here, and the charger the appliance."""

    @pytest.fixture(autouse=True)
    async def _waits(
        self, home: HomeAssistant, _house: None, freezer: FrozenDateTimeFactory
    ) -> AsyncIterator[None]:
        """Prepare to move the time while an automation waits: it counts as not done till then."""
        self._hass = home
        self._freezer = freezer
        yield
        await home.services.async_call(
            AUTOMATION, "turn_off", {"entity_id": "automation.run_appliance"}, blocking=True
        )

    async def walk(self, text: str) -> None:
        """Go to a UK time minute by minute."""
        while (now := dt_util.utcnow()) < uk(text):
            self._freezer.move_to(now + timedelta(minutes=1))
            fire_due_timers(self._hass)
            await self.settle()

    async def settle(self) -> None:
        """Let everything run that doesn't wait for a time."""
        for _ in range(3):
            await self._hass.async_add_executor_job(lambda: None)
        for _ in range(20):
            await asyncio.sleep(0)

    async def press(self, *, on: bool = True) -> None:
        """Press the button."""
        service = "turn_on" if on else "turn_off"
        await self._hass.services.async_call("input_boolean", service, {"entity_id": PLUG}, blocking=True)
        await self.settle()

    async def make(self, entry: MockConfigEntry, **inputs: Any) -> None:
        """Make the automation."""
        await automate(
            self._hass, "run_appliance", tariff=entry.entry_id, ready=PLUG, appliance=CHARGER, **inputs
        )

    @pytest.mark.parametrize(
        ("inputs", "pressed", "expected"),
        [
            ({}, "2026-11-23 20:20", "24 02:00:00 on"),
            ({"duration": 0.5}, "2026-11-23 20:20", "24 02:30:00 on"),
            ({"ready_by": "23:30:00"}, "2026-11-23 20:20", "23 20:20:00 on"),
            ({"ready_by": "02:30:00"}, "2026-11-24 00:15", "24 00:30:00 on"),
            # It doesn't fit: at once.
            ({"ready_by": "03:00:00"}, "2026-11-24 02:10", "24 02:10:00 on"),
            # The deadline, tomorrow, is later than what is known: the best of what is.
            ({"ready_by": "13:00:00", "duration": 1}, "2026-11-24 14:30", "24 14:30:00 on"),
        ],
    )
    async def test_it_runs_at_the_cheapest_time_before_the_deadline(
        self,
        entry: MockConfigEntry,
        charger: Record,
        inputs: dict[str, Any],
        pressed: str,
        expected: str,
    ) -> None:
        await self.make(entry, **inputs)
        await self.walk(pressed)
        await self.press()
        await self.walk("2026-11-24 15:00")
        assert charger.changes == [expected]

    async def test_unloaded_again_it_does_not_run(self, entry: MockConfigEntry, charger: Record) -> None:
        await self.make(entry)
        await self.press()
        await self.walk("2026-11-24 01:00")
        await self.press(on=False)
        await self.walk("2026-11-24 05:00")
        assert charger.changes == []

    async def test_pressed_again_it_starts_over(self, entry: MockConfigEntry, charger: Record) -> None:
        await self.make(entry, duration=1)
        await self.press()
        await self.walk("2026-11-24 01:00")
        await self.press(on=False)
        await self.press()
        await self.walk("2026-11-24 05:00")
        assert charger.changes == ["24 02:00:00 on"]

    async def test_without_prices_it_runs_at_once(
        self, home: HomeAssistant, entry: MockConfigEntry, charger: Record
    ) -> None:
        await self.make(entry)
        await home.config_entries.async_unload(entry.entry_id)
        await self.press()
        assert charger.changes == ["23 20:15:00 on"]
