"""Automations made of our triggers run when they should, and only then."""

from typing import Any

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.trigger import async_get_all_descriptions
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.trigger import TRIGGERS

from .automations import Runs, automate, target
from .charge_plans import FROM_BATTERY, add_plan
from .common import Clock, Scene, run_timers, set_up
from .octopus import FakeOctopus, day_of, uk

CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"}
CAR = "binary_sensor.charge_the_car_charge_now"
MAIN = "binary_sensor.octopus_agile_london_cheapest_block"
EVENTS = "event.octopus_agile_london_prices"
TARGETS = pytest.mark.parametrize("kind", ["entity", "device", "area"])


def block(what: str, target: dict[str, Any], offset: str, offset_type: str = "before") -> dict[str, Any]:
    """Return a trigger some time before or after a block has "started" or "ended"."""
    options = {"offset": offset, "offset_type": offset_type}
    return {"trigger": f"octopus_agile.block_{what}", "target": target, "options": options}


@pytest.fixture
def runs(hass: HomeAssistant) -> Runs:
    """What automations did."""
    return Runs(hass)


@pytest.fixture
async def _car(home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry) -> None:
    """A plan to charge the car from 02:00 to 04:00."""
    octopus.prices = day_of(CHEAP_AT_2)
    await clock.to("2026-11-23 20:15")
    await set_up(home, entry)
    await add_plan(home, entry)


async def test_all_are_described(
    home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    await async_setup_component(home, AUTOMATION, {})
    await home.async_block_till_done(wait_background_tasks=True)
    descriptions = await async_get_all_descriptions(home)
    ours = {key: value for key, value in descriptions.items() if key.startswith("octopus_agile")}
    assert set(ours) == {f"octopus_agile.{key}" for key in TRIGGERS}
    assert all(description and description["target"] for description in ours.values())


@pytest.mark.usefixtures("_car")
class TestBlocks:
    @TARGETS
    @pytest.mark.parametrize(
        ("what", "options", "expected"),
        [
            ("started", None, "24 02:00"),
            ("ended", None, "24 04:00"),
            ("started", {"offset": "00:10:00", "offset_type": "before"}, "24 01:50"),
            ("started", {"offset": "00:10:00", "offset_type": "after"}, "24 02:10"),
            ("ended", {"offset": {"minutes": 15}, "offset_type": "before"}, "24 03:45"),
            ("ended", {"offset": {"minutes": 15}, "offset_type": "after"}, "24 04:15"),
            ("started", {"offset": "00:00:00", "offset_type": "before"}, "24 02:00"),
        ],
    )
    async def test_once_at_the_time_by_each_target(
        self,
        home: HomeAssistant,
        clock: Clock,
        runs: Runs,
        kind: str,
        what: str,
        options: dict[str, Any] | None,
        expected: str,
    ) -> None:
        trigger = {"trigger": f"octopus_agile.block_{what}", "target": target(home, kind, CAR)}
        if options is not None:
            trigger["options"] = options
        await automate(home, trigger)
        await clock.walk("2026-11-24 08:00")
        assert runs.taken() == [f"{expected} {CAR}"]

    async def test_of_a_device_only_its_blocks(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, runs: Runs, entry: MockConfigEntry
    ) -> None:
        """The price below zero, which is on for half an hour, is another thing."""
        await automate(
            home, {"trigger": "octopus_agile.block_started", "target": target(home, "device", MAIN)}
        )
        octopus.prices = day_of({"01:00": "-5.0"})
        await clock.to("2026-11-24 16:10")
        await clock.walk("2026-11-25 05:00")
        taken = runs.taken()
        assert len(taken) == 2
        assert {run.split()[2] for run in taken} == {"binary_sensor.cheapest_block"}

    async def test_entities_of_others_in_the_area_are_not_meant(
        self, home: HomeAssistant, clock: Clock, runs: Runs
    ) -> None:
        await async_setup_component(home, "input_boolean", {"input_boolean": {"other": {}}})
        home.states.async_set("binary_sensor.other", "off")
        await automate(
            home,
            {
                "trigger": "octopus_agile.block_started",
                "target": {"entity_id": ["input_boolean.other", "binary_sensor.other"]},
            },
        )
        home.states.async_set("binary_sensor.other", "on")
        home.states.async_set("input_boolean.other", "on")
        await home.async_block_till_done()
        assert runs.taken() == []

    @pytest.mark.parametrize("offset", ["00:00:00", "00:10:00"])
    @pytest.mark.parametrize("offset_type", ["before", "after"])
    async def test_a_reload_is_no_start_and_no_end(
        self, scene: Scene, runs: Runs, offset: str, offset_type: str
    ) -> None:
        await automate(scene.home, block("started", {"entity_id": CAR}, offset, offset_type))
        for at in ("2026-11-24 01:40", "2026-11-24 01:55", "2026-11-24 02:30", "2026-11-24 03:00"):
            await scene.clock.walk(at)
            await scene.home.config_entries.async_reload(scene.entry.entry_id)
            await scene.home.async_block_till_done(wait_background_tasks=True)
        assert len(runs.taken()) == 1

    async def test_before_it_follows_a_plan_that_moves(
        self, home: HomeAssistant, clock: Clock, runs: Runs, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "60")
        await add_plan(home, entry, "Battery", **FROM_BATTERY)
        await automate(
            home, block("ended", {"entity_id": "binary_sensor.battery_charge_now"}, "00:30:00")
        )
        await clock.walk("2026-11-24 02:15")
        home.states.async_set("sensor.battery", "75")
        await home.async_block_till_done()
        await clock.walk("2026-11-24 07:00")
        # Half an hour is left from 02:15 on: too late for the original 03:30, just past for 02:15.
        assert runs.taken() == []

    async def test_before_it_does_not_run_early_when_the_clock_is_set_back(
        self, home: HomeAssistant, clock: Clock, runs: Runs
    ) -> None:
        await automate(home, block("started", {"entity_id": CAR}, "00:10:00"))
        await clock.to("2026-11-23 12:15")
        run_timers(home, uk("2026-11-24 01:50"))
        await home.async_block_till_done(wait_background_tasks=True)
        assert runs.taken() == []
        await clock.to("2026-11-24 01:50")
        assert runs.taken() == ["24 01:50 binary_sensor.charge_the_car_charge_now"]

    async def test_before_each_run_of_a_plan_that_pauses(
        self, home: HomeAssistant, clock: Clock, runs: Runs, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "Slots", mode="slots", energy=7, shortest_run=0, price_limit=5)
        await automate(
            home, block("started", {"entity_id": "binary_sensor.slots_charge_now"}, "00:05:00")
        )
        await clock.walk("2026-11-24 07:00")
        assert runs.taken() == ["24 01:55 binary_sensor.slots_charge_now"]

    @pytest.mark.parametrize(
        ("what", "offset", "expected"),
        [
            ("started", "00:45:00", ["24 00:15", "24 02:15", "24 04:15"]),
            ("started", "02:30:00", ["23 22:30", "24 00:30", "24 02:30"]),
            ("started", "04:30:00", ["23 20:30", "23 22:30", "24 00:30"]),
            ("ended", "02:00:00", ["23 23:30", "24 01:30", "24 03:30"]),
        ],
    )
    async def test_before_each_also_where_the_pause_is_shorter_than_the_offset(
        self, scene: Scene, runs: Runs, what: str, offset: str, expected: list[str]
    ) -> None:
        scene.octopus.prices = day_of({"01:00": "1.0", "03:00": "1.0", "05:00": "1.0"})
        await scene.clock.to("2026-11-24 16:10")
        await scene.clock.to("2026-11-24 20:15")
        await add_plan(scene.home, scene.entry, "Slots", mode="slots", energy=10.5, shortest_run=0)
        await automate(scene.home, block(what, {"entity_id": "binary_sensor.slots_charge_now"}, offset))
        await scene.clock.walk("2026-11-25 07:00")
        later = [f"{int(at[:2]) + 1} {at[3:]} binary_sensor.slots_charge_now" for at in expected]
        assert runs.taken() == later

    @pytest.mark.parametrize("offset_type", ["before", "after"])
    async def test_switched_off_it_is_silent(
        self, home: HomeAssistant, clock: Clock, runs: Runs, offset_type: str
    ) -> None:
        await automate(home, block("started", {"entity_id": CAR}, "00:10:00", offset_type))
        await clock.walk("2026-11-24 02:05" if offset_type == "after" else "2026-11-24 01:45")
        await home.services.async_call(
            AUTOMATION, "turn_off", {"entity_id": "automation.test"}, blocking=True
        )
        await clock.walk("2026-11-24 03:00")
        assert runs.taken() == []

    async def test_a_plan_that_was_removed_is_silent(
        self, home: HomeAssistant, clock: Clock, runs: Runs, entry: MockConfigEntry
    ) -> None:
        await automate(home, block("started", {"entity_id": CAR}, "00:10:00"))
        (plan_id,) = entry.subentries
        home.config_entries.async_remove_subentry(entry, plan_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert home.states.get(CAR) is None
        await clock.walk("2026-11-24 03:00")
        assert runs.taken() == []

    async def test_a_plan_that_is_added_later_to_the_area_is_meant_too(
        self, home: HomeAssistant, clock: Clock, runs: Runs, entry: MockConfigEntry
    ) -> None:
        await automate(home, block("started", target(home, "area", CAR), "00:10:00"))
        await add_plan(home, entry, "Later", earliest_start="03:00:00")
        target(home, "area", "binary_sensor.later_charge_now")
        await home.async_block_till_done()
        await clock.walk("2026-11-24 05:00")
        assert runs.taken() == [f"24 01:50 {CAR}", "24 02:50 binary_sensor.later_charge_now"]

    async def test_what_leaves_the_area_is_no_longer_meant(
        self, home: HomeAssistant, clock: Clock, runs: Runs
    ) -> None:
        await automate(home, block("started", target(home, "area", CAR), "00:10:00"))
        entity = er.async_get(home).async_get(CAR)
        assert entity is not None
        assert entity.device_id is not None
        dr.async_get(home).async_update_device(entity.device_id, area_id=None)
        await clock.walk("2026-11-24 03:00")
        assert runs.taken() == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"options": {"offset": "-00:10:00"}},
            {"options": {"offset_type": "around"}},
            {"target": None},
        ],
    )
    async def test_what_makes_no_sense_is_refused(
        self, home: HomeAssistant, wrong: dict[str, Any]
    ) -> None:
        trigger = {"trigger": "octopus_agile.block_started", "target": {"entity_id": CAR}, **wrong}
        config = {"alias": "test", "triggers": [trigger], "actions": []}
        await async_setup_component(home, AUTOMATION, {AUTOMATION: config})
        await home.async_block_till_done()
        state = home.states.get("automation.test")
        assert state is not None
        assert state.state == "unavailable"


class TestNews:
    @TARGETS
    @pytest.mark.parametrize(
        ("trigger", "prices", "expected"),
        [
            ("prices_published", {}, True),
            ("negative_prices_announced", {}, False),
            ("prices_published", {"03:00": "-1.0"}, True),
            ("negative_prices_announced", {"03:00": "-1.0"}, True),
        ],
    )
    async def test_once_when_prices_come(
        self, scene: Scene, runs: Runs, kind: str, trigger: str, prices: dict[str, str], expected: bool
    ) -> None:
        scene.octopus.prices = day_of(prices)
        await scene.set_up()
        await automate(
            scene.home,
            {"trigger": f"octopus_agile.{trigger}", "target": target(scene.home, kind, EVENTS)},
        )
        await scene.clock.to("2026-11-23 16:10")
        assert runs.taken() == (["23 16:10 event.prices"] if expected else [])
        # The next half hours, a reload and plans that move are no news of prices.
        await scene.clock.walk("2026-11-23 18:00")
        await scene.home.config_entries.async_reload(scene.entry.entry_id)
        await add_plan(scene.home, scene.entry)
        await scene.clock.walk("2026-11-23 20:00")
        assert runs.taken() == []


PLAN = "event.charge_the_car_plan"


def tell(hass: HomeAssistant, kind: str, at: str = "02:30:00.000") -> None:
    """Let the plan's event entity tell of an event at a time of the night."""
    hass.states.async_set(PLAN, f"2026-11-24T{at}+00:00", {"event_type": kind})


@pytest.mark.usefixtures("_car")
class TestStalled:
    @TARGETS
    async def test_once_when_a_charge_stalls(self, home: HomeAssistant, runs: Runs, kind: str) -> None:
        tell(home, "plan_changed", "02:00:00.000")
        trigger = {"trigger": "octopus_agile.charge_stalled", "target": target(home, kind, PLAN)}
        await automate(home, trigger)
        tell(home, "charge_stalled")
        await home.async_block_till_done()
        assert runs.taken() == [f"23 20:15 {PLAN}"]
        # What is told in the same millisecond is another thing, and so is what follows.
        tell(home, "charge_incomplete")
        tell(home, "plan_changed", "02:40:00.000")
        await home.async_block_till_done()
        assert runs.taken() == []

    async def test_a_reload_is_no_news(self, scene: Scene, runs: Runs) -> None:
        trigger = {"trigger": "octopus_agile.charge_stalled", "target": {"entity_id": PLAN}}
        await automate(scene.home, trigger)
        tell(scene.home, "charge_stalled")
        await scene.home.async_block_till_done()
        assert len(runs.taken()) == 1
        scene.home.states.async_set(PLAN, "unavailable")
        tell(scene.home, "charge_stalled")
        await scene.home.async_block_till_done()
        assert runs.taken() == []

    async def test_prices_are_another_thing(self, scene: Scene, runs: Runs) -> None:
        scene.home.states.async_set(EVENTS, "2026-11-24T02:00:00.000+00:00", {"event_type": "published"})
        trigger = {"trigger": "octopus_agile.charge_stalled", "target": {"entity_id": EVENTS}}
        await automate(scene.home, trigger)
        scene.home.states.async_set(
            EVENTS, "2026-11-24T02:30:00.000+00:00", {"event_type": "charge_stalled"}
        )
        await scene.home.async_block_till_done()
        assert runs.taken() == []
