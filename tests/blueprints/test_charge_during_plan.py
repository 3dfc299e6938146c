"""Charge during the plan: a charger follows a plan, whatever comes between."""

from collections.abc import Awaitable, Callable

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.charge_plans import add_plan
from tests.common import Clock
from tests.house import Record

from .common import CAR, CHARGER, PLUG, automate, turn

OURS = "switch.charge_the_car_enabled"


async def remove(home: HomeAssistant, entry: MockConfigEntry) -> None:
    (plan_id,) = entry.subentries
    home.config_entries.async_remove_subentry(entry, plan_id)


async def delete(home: HomeAssistant, entry: MockConfigEntry) -> None:
    await home.config_entries.async_remove(entry.entry_id)


async def disable(home: HomeAssistant, entry: MockConfigEntry) -> None:
    by = ConfigEntryDisabler.USER
    await home.config_entries.async_set_disabled_by(entry.entry_id, by)


async def disable_entity(home: HomeAssistant, entry: MockConfigEntry) -> None:
    by = er.RegistryEntryDisabler.USER
    er.async_get(home).async_update_entity(CAR, disabled_by=by)


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

    async def test_a_reload_stops_nothing(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER, plug=PLUG)
        await turn(home, PLUG, on=True)
        await clock.walk("2026-11-24 02:30")
        await home.config_entries.async_reload(entry.entry_id)
        home.states.async_set(PLUG, "unavailable")
        await clock.walk("2026-11-24 03:00")
        assert home.states.is_state(CHARGER, "on")
        home.states.async_set(PLUG, "on")
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:00:00 on", "24 04:00:00 off"]

    @pytest.mark.parametrize("gone", [remove, delete, disable, disable_entity])
    async def test_a_plan_that_goes_away_takes_the_charge_along(
        self,
        home: HomeAssistant,
        clock: Clock,
        entry: MockConfigEntry,
        charger: Record,
        gone: Callable[[HomeAssistant, MockConfigEntry], Awaitable[None]],
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 03:00")
        await gone(home, entry)
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:00:00 on", "24 03:01:00 off"]

    @pytest.mark.parametrize("state", ["unavailable", "unknown"])
    async def test_a_plan_that_cannot_be_read_for_a_minute_stops_the_charge_until_it_can(
        self, home: HomeAssistant, clock: Clock, charger: Record, state: str
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 02:30")
        home.states.async_set(CAR, state)
        await clock.walk("2026-11-24 02:45")
        home.states.async_set(CAR, "on")
        await home.async_block_till_done()
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == [
            "24 02:00:00 on",
            "24 02:31:00 off",
            "24 02:45:00 on",
            "24 04:00:00 off",
        ]

    async def test_a_plan_that_goes_away_outside_a_session_stops_nothing(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, charger: Record
    ) -> None:
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await turn(home, CHARGER, on=True)
        await remove(home, entry)
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["23 20:15:00 on"]

    async def test_a_charger_of_ours_is_said_once_the_automation_is_saved(
        self, home: HomeAssistant, clock: Clock
    ) -> None:
        notes = async_mock_service(home, "persistent_notification", "create")
        await automate(home, "charge_during_plan", session=CAR, charger=OURS)
        home.bus.async_fire("automation_reloaded")
        await home.async_block_till_done()
        (note,) = notes
        assert OURS in note.data["message"]
        assert "charge_during_plan" in note.data["message"]
        await clock.walk("2026-11-24 05:00")
        assert home.states.is_state(OURS, "on")

    async def test_a_charger_of_another_is_left_alone_when_automations_are_saved(
        self, home: HomeAssistant, clock: Clock, charger: Record
    ) -> None:
        notes = async_mock_service(home, "persistent_notification", "create")
        await automate(home, "charge_during_plan", session=CAR, charger=CHARGER)
        await clock.walk("2026-11-24 05:00")
        await turn(home, CHARGER, on=True)
        home.bus.async_fire("automation_reloaded")
        await clock.walk("2026-11-24 05:30")
        assert charger.changes == ["24 02:00:00 on", "24 04:00:00 off", "24 05:00:00 on"]
        assert notes == []

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
