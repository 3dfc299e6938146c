"""Tell me about tonight's charge, and what goes wrong."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.octopus_agile.const import WEEKDAYS
from tests.charge_plans import add_plan, turn
from tests.common import Clock, Scene
from tests.octopus import day_of

from .common import CAR, automate

PLAN = "event.charge_the_car_plan"
COST = "sensor.charge_the_car_estimated_cost"
INPUTS = {"session": CAR, "plan": PLAN, "cost": COST, "at": "20:30:00"}


@pytest.fixture
def notes(home: HomeAssistant) -> list[ServiceCall]:
    """What somebody was told."""
    told: list[ServiceCall] = async_mock_service(home, "persistent_notification", "create")
    return told


def messages(notes: list[ServiceCall]) -> list[str]:
    """Return what somebody was told since the last time."""
    told = [note.data["message"].strip() for note in notes]
    notes.clear()
    return told


class TestEvening:
    async def test_it_tells_once_when_it_runs_and_for_how_much(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        await add_plan(home, entry)
        await automate(home, "tonight", **INPUTS)
        await clock.walk("2026-11-23 20:29")
        assert notes == []
        await clock.walk("2026-11-23 20:31")
        assert [note.data["title"] for note in notes] == ["Charge the car"]
        assert messages(notes) == ["Charge the car: 02:00 to 04:00, £0.70, done by 04:00"]
        await clock.walk("2026-11-24 08:00")
        assert messages(notes) == []

    async def test_at_20_00_and_without_a_cost_by_default(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        await add_plan(home, entry)
        await automate(home, "tonight", session=CAR, plan=PLAN)
        await clock.walk("2026-11-24 19:59")
        assert messages(notes) == []
        await clock.walk("2026-11-24 20:01")
        assert messages(notes) == ["Charge the car: 02:00 to 04:00, done by 04:00"]

    async def test_each_session_and_what_is_paid_for_it(
        self, scene: Scene, notes: list[ServiceCall]
    ) -> None:
        await scene.clock.to("2026-11-24 12:00")
        scene.octopus.prices = day_of({"01:00": "-10.0", "01:30": "-10.0", "03:00": "-9", "03:30": "-9"})
        await scene.clock.to("2026-11-24 16:10")
        await add_plan(scene.home, scene.entry, mode="slots", shortest_run=0)
        await automate(scene.home, "tonight", **INPUTS)
        await scene.clock.walk("2026-11-24 20:31")
        assert messages(notes) == [
            "Charge the car: 01:00 to 02:00 and 03:00 to 04:00, -£1.33, done by 04:00"
        ]

    async def test_the_entrys_own_charge_has_the_name_of_its_device(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        night = {**entry.options, "charge_duration": 2.0, "ready_by": "07:00:00"}
        home.config_entries.async_update_entry(entry, options=night)
        await automate(
            home,
            "tonight",
            session="binary_sensor.octopus_agile_london_cheapest_block",
            plan="event.octopus_agile_london_plan",
            cost="sensor.octopus_agile_london_estimated_cost",
            at="21:00:00",
        )
        await clock.walk("2026-11-23 21:01")
        assert messages(notes) == ["Octopus Agile London: 02:00 to 04:00, £1.40, done by 04:00"]

    async def test_what_may_still_change_is_said(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        await add_plan(home, entry)
        await automate(home, "tonight", **INPUTS)
        home.states.async_set("sensor.charge_the_car_status", "provisional", {"device_class": "enum"})
        await clock.walk("2026-11-23 20:31")
        assert messages(notes) == [
            "Charge the car: 02:00 to 04:00, £0.70, done by 04:00. Not all prices are known yet"
        ]

    async def test_what_does_not_fit_is_said(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        await add_plan(home, entry)
        await automate(home, "tonight", **INPUTS)
        short = {"device_class": "enum", "shortfall": 23}
        home.states.async_set("sensor.charge_the_car_status", "planned", short)
        await clock.walk("2026-11-23 20:31")
        assert messages(notes) == ["Charge the car: 02:00 to 04:00, £0.70, 23 min too short"]

    @pytest.mark.parametrize(
        ("expected", "said"),
        [
            ({"odds": 0.62, "expected_saving": 1.4}, ", 62% likely, saves about £1.40"),
            ({"odds": None, "expected_saving": None}, ""),
            ({"odds": 0.35, "expected_saving": -0.0}, ", 35% likely"),
        ],
    )
    async def test_what_waits_is_said(
        self,
        scene: Scene,
        notes: list[ServiceCall],
        expected: dict[str, Any],
        said: str,
    ) -> None:
        home = scene.home
        await add_plan(home, scene.entry, earliest_start="04:00:00", ready_by="03:00:00", days=["sat"])
        await automate(home, "tonight", **{**INPUTS, "at": "20:45:00"})
        await scene.clock.walk("2026-11-23 20:32")
        waits = {"device_class": "enum", "deadline": "2026-11-27T07:00:00+00:00", **expected}
        home.states.async_set("sensor.charge_the_car_status", "deferred", waits)
        await scene.clock.walk("2026-11-23 20:46")
        assert messages(notes) == [f"Charge the car: waiting for a cheaper day before Friday 07:00{said}"]

    async def test_nothing_is_said_too(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        # The next one is in the night to Saturday.
        plan_id = await add_plan(home, entry, days=["fri"])
        await automate(home, "tonight", **INPUTS)
        await clock.walk("2026-11-23 20:31")
        assert messages(notes) == ["Charge the car: nothing tonight"]
        await turn(home, on=False)
        await clock.walk("2026-11-24 20:31")
        assert messages(notes) == ["Charge the car: off"]
        await turn(home, on=True)
        too_dear = {**entry.subentries[plan_id].data, "price_limit": 1, "days": WEEKDAYS}
        home.config_entries.async_update_subentry(entry, entry.subentries[plan_id], data=too_dear)
        await clock.walk("2026-11-25 20:31")
        # That it can't be completed may have been told before.
        assert messages(notes)[-1] == "Charge the car: can't be charged"
        broken = {**entry.subentries[plan_id].data, "energy": "much"}
        home.config_entries.async_update_subentry(entry, entry.subentries[plan_id], data=broken)
        await clock.walk("2026-11-26 20:31")
        assert messages(notes)[-1] == "Charge the car: the plan is unavailable"


class TestEvents:
    """Events are told at once."""

    def tell(self, home: HomeAssistant, kind: str, at: str = "02:30:00.000", **details: Any) -> None:
        """Let the plan's event entity tell of an event."""
        home.states.async_set(PLAN, f"2026-11-24T{at}+00:00", {"event_type": kind, **details})

    async def test_a_charge_that_stalls_or_cannot_be_completed(
        self, home: HomeAssistant, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        await add_plan(home, entry)
        await automate(home, "tonight", **INPUTS)
        self.tell(home, "plan_changed")
        await home.async_block_till_done()
        assert messages(notes) == []
        self.tell(home, "charge_stalled", level=52.0)
        await home.async_block_till_done()
        assert messages(notes) == ["Charge the car: the charge has stalled, the battery is still at 52%"]
        ready_by = "2026-11-24T05:17:00+00:00"
        self.tell(home, "charge_incomplete", shortfall=23, ready_by=ready_by)
        await home.async_block_till_done()
        assert messages(notes) == ["Charge the car: can't be completed by 05:17, 23 min too short"]
        self.tell(home, "charge_stalled", "02:40:00.000", level=None)
        await home.async_block_till_done()
        assert messages(notes) == ["Charge the car: the charge has stalled"]

    async def test_is_no_news_after_a_reload(
        self, home: HomeAssistant, entry: MockConfigEntry, notes: list[ServiceCall]
    ) -> None:
        await add_plan(home, entry)
        self.tell(home, "charge_stalled")
        await automate(home, "tonight", **INPUTS)
        home.states.async_set(PLAN, "unavailable")
        self.tell(home, "charge_stalled")
        # Nor is another name.
        self.tell(home, "charge_stalled", friendly_name="Plan of the car")
        home.states.async_remove(PLAN)
        self.tell(home, "charge_stalled")
        await home.async_block_till_done()
        assert messages(notes) == []
