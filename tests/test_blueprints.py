"""Every blueprint imports, and its automation does what its description says."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint import models
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from .charge_plans import add_plan
from .common import Clock, set_up
from .house import BLUEPRINTS, Record, from_blueprint, install_blueprints
from .octopus import FakeOctopus, day_of, uk

CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"}
CAR = "binary_sensor.charge_the_car_charge_now"
CHARGER = "input_boolean.charger"
PLUG = "input_boolean.plug"
EVENTS = "event.octopus_agile_london_prices"


@pytest.fixture(autouse=True)
async def _house(
    tmp_path: Path, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    """A house with our blueprints, a charger and a plug, in the evening."""
    octopus.prices = day_of(CHEAP_AT_2)
    install_blueprints(tmp_path)
    home.config.config_dir = str(tmp_path)
    await async_setup_component(home, "homeassistant", {})
    await async_setup_component(home, "input_boolean", {"input_boolean": {"charger": {}, "plug": {}}})
    await clock.to("2026-11-23 20:15")
    await set_up(home, entry)


async def automate(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Make an automation from a blueprint."""
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: from_blueprint(name, **inputs)})
    await hass.async_block_till_done()
    assert hass.states.is_state(f"automation.{name}", "on")


async def turn(hass: HomeAssistant, entity_id: str, *, on: bool) -> None:
    """Switch something by hand."""
    service = "turn_on" if on else "turn_off"
    await hass.services.async_call("homeassistant", service, {"entity_id": entity_id}, blocking=True)
    await hass.async_block_till_done()


@pytest.fixture
def charger(home: HomeAssistant) -> Record:
    """When the charger was switched."""
    record = Record()
    record.async_follow(home, CHARGER)
    return record


@pytest.mark.parametrize("path", sorted(BLUEPRINTS.glob("*.yaml")), ids=lambda path: path.stem)
async def test_it_can_be_imported(home: HomeAssistant, path: Path) -> None:
    await async_setup_component(home, AUTOMATION, {})
    blueprint = await async_get_blueprints(home).async_get_blueprint(f"octopus_agile/{path.name}")
    assert isinstance(blueprint, models.Blueprint)
    assert blueprint.validate() is None
    assert blueprint.name.startswith("Octopus Agile: ")
    source = blueprint.metadata["source_url"]
    assert source.startswith("https://github.com/")
    assert source.endswith(f"/blueprints/automation/octopus_agile/{path.name}")


class TestChargeDuringPlan:
    @pytest.fixture(autouse=True)
    async def _plan(self, home: HomeAssistant, _house: None, entry: MockConfigEntry) -> None:
        """A plan from 02:00 to 04:00."""
        await add_plan(home, entry)

    async def test_on_and_off_with_the_plan(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:00:00 on", "24 04:00:00 off"]

    async def test_without_a_car_nothing_is_switched(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER, plug=PLUG)
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == []

    async def test_a_car_that_comes_late_is_charged_from_then_on(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER, plug=PLUG)
        await clock.walk("2026-11-24 02:40")
        await turn(home, PLUG, on=True)
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:40:00 on", "24 04:00:00 off"]

    async def test_unavailable_stops_nothing(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER, plug=PLUG)
        await turn(home, PLUG, on=True)
        await clock.walk("2026-11-24 02:30")
        await home.config_entries.async_unload(entry.entry_id)
        home.states.async_set(PLUG, "unavailable")
        await clock.walk("2026-11-24 03:00")
        assert home.states.is_state(CHARGER, "on")
        await home.config_entries.async_setup(entry.entry_id)
        home.states.async_set(PLUG, "on")
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:00:00 on", "24 04:00:00 off"]

    async def test_an_end_while_the_plan_could_not_be_read_is_made_up_for(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 03:50")
        await home.config_entries.async_unload(entry.entry_id)
        await clock.walk("2026-11-24 04:30")
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done()
        assert charger.changes == ["24 02:00:00 on", "24 04:30:00 off"]

    @pytest.mark.parametrize(
        ("gone", "back", "expected"),
        [
            # The relay was on when it went, and comes back so.
            ("03:50", "04:20", ["24 02:00:00 on", "24 04:20:00 off"]),
            ("02:30", "03:00", ["24 02:00:00 on", "24 04:00:00 off"]),
        ],
        ids=["over the end", "within"],
    )
    async def test_a_charger_that_was_unavailable_is_looked_after(
        self,
        home: HomeAssistant,
        clock: Clock,
        charger: Record,
        gone: str,
        back: str,
        expected: list[str],
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk(f"2026-11-24 {gone}")
        home.states.async_set(CHARGER, "unavailable")
        await clock.walk(f"2026-11-24 {back}")
        home.states.async_set(CHARGER, "on")
        await home.async_block_till_done()
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == expected

    async def test_a_charger_that_was_unavailable_at_the_start_is_switched_on_late(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 01:50")
        home.states.async_set(CHARGER, "unavailable")
        await clock.walk("2026-11-24 02:20")
        home.states.async_set(CHARGER, "off")
        await home.async_block_till_done()
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:20:00 on", "24 04:00:00 off"]

    @pytest.mark.parametrize("at", ["2026-11-23 21:00", "2026-11-24 05:00"], ids=["before", "after"])
    async def test_what_a_person_charges_at_another_time_is_left_alone(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, charger: Record, at: str
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER, plug=PLUG)
        await clock.walk(at)
        await turn(home, CHARGER, on=True)
        charger.changes.clear()
        # Nothing that happens meanwhile is taken for an end.
        await turn(home, PLUG, on=True)
        await home.config_entries.async_reload(entry.entry_id)
        await home.async_block_till_done()
        home.states.async_set(CHARGER, "unavailable")
        await clock.walk(at.replace(":00", ":20"))
        home.states.async_set(CHARGER, "on")
        await clock.walk(at.replace(":00", ":50"))
        assert charger.changes == []

    async def test_switched_off_by_hand_it_stays_off(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 03:00")
        await turn(home, CHARGER, on=False)
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:00:00 on", "24 03:00:00 off"]

    async def test_the_plan_switched_off_stops_the_charge(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 03:00")
        await turn(home, "switch.charge_the_car_enabled", on=False)
        assert charger.changes == ["24 02:00:00 on", "24 03:00:00 off"]


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
            async_fire_time_changed(self._hass)
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

    async def test_pressed_again_it_begins_anew(self, entry: MockConfigEntry, charger: Record) -> None:
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


class TestNegativePrices:
    async def test_it_tells_when_and_how_much(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        # Cheap enough to move a plan that is waiting for its time, which is another event at once.
        await add_plan(home, entry, earliest_start="17:00:00", ready_by="15:00:00")
        notes = async_mock_service(home, "persistent_notification", "create")
        await automate(home, "negative_prices", prices=EVENTS)
        octopus.prices = day_of({"11:00": "-1.5", "11:30": "-3.25", "13:00": "-0.01"})
        await clock.walk("2026-11-24 16:30")
        (note,) = notes
        assert note.data["message"].strip() == (
            "1.5 hours below zero from Wed 11:00 to Wed 13:30, down to -3.2p/kWh."
        )

    async def test_otherwise_it_is_silent(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus
    ) -> None:
        notes = async_mock_service(home, "persistent_notification", "create")
        await automate(home, "negative_prices", prices=EVENTS)
        await clock.walk("2026-11-24 16:30")
        assert notes == []


class TestPriceLimitSwitch:
    async def test_on_below_and_off_above_the_limit(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        await automate(
            home,
            "price_limit_switch",
            price="sensor.octopus_agile_london_current_price",
            limit=0.1,
            device=CHARGER,
        )
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:00:00 on", "24 04:00:00 off"]

    async def test_by_default_only_when_one_is_paid(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, charger: Record
    ) -> None:
        octopus.prices = day_of({"11:00": "-1.5", "11:30": "0"})
        await automate(
            home,
            "price_limit_switch",
            price="sensor.octopus_agile_london_current_price",
            device=CHARGER,
        )
        await clock.walk("2026-11-25 13:00")
        assert charger.changes == ["25 11:00:00 on", "25 11:30:00 off"]

    async def test_while_the_price_is_not_known_it_is_left_as_it_is(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        charger: Record,
    ) -> None:
        await automate(
            home,
            "price_limit_switch",
            price="sensor.octopus_agile_london_current_price",
            limit=0.1,
            device=CHARGER,
        )
        await clock.walk("2026-11-24 03:00")
        await home.config_entries.async_unload(entry.entry_id)
        await clock.walk("2026-11-24 05:00")
        assert charger.changes == ["24 02:00:00 on"]
        octopus.fault = aiohttp.ClientConnectionError("the line is dead")
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done()
        assert charger.changes == ["24 02:00:00 on", "24 05:00:00 off"]
