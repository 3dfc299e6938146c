"""What plans have done is remembered as it was: real times, measured energy, and money."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.agile.history import Done
from custom_components.octopus_agile.charges.charge_plan import ChargePlan
from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import add_plan, turn
from tests.common import Scene, forget, repairs, restart, state
from tests.octopus import day_of, uk

from .news import CHEAP_AT_2

METER = "sensor.charger_energy"


def show(hass: HomeAssistant, value: object, unit: str | None = "kWh") -> None:
    """Let the meter show a value."""
    attributes = {} if unit is None else {"unit_of_measurement": unit}
    hass.states.async_set(METER, str(value), attributes)


def plan_of(entry: MockConfigEntry, key: str) -> ChargePlan:
    """Return a plan by its key."""
    found: ChargePlan = next(each for each in entry.runtime_data.plans if each.key == key)
    return found


def done_by(entry: MockConfigEntry, key: str) -> list[Done]:
    """Return what a plan has done."""
    return list(plan_of(entry, key).history.done)


@pytest.fixture
async def key(scene: Scene) -> str:
    """A plan that charges 14 kWh from 02:00 to 04:00 for 5p, after an evening at 20p."""
    scene.octopus.prices = day_of(CHEAP_AT_2)
    await scene.clock.to("2026-11-23 16:10")
    await scene.set_up()
    show(scene.home, 1000)
    return await add_plan(scene.home, scene.entry, energy_sensor=METER)


async def charge(scene: Scene, first: float = 6, then: float = 6, *, restarts: bool = False) -> None:
    """Live through the night, with what the meter counts in each of the two hours."""
    await scene.clock.walk("2026-11-24 02:59")
    show(scene.home, 1000 + first)
    if restarts:
        await restart(scene.home, scene.entry)
    await scene.clock.walk("2026-11-24 03:59")
    show(scene.home, 1000 + first + then)
    await scene.clock.walk("2026-11-24 04:01")


class TestSession:
    async def test_it_is_remembered_with_what_the_meter_says(self, scene: Scene, key: str) -> None:
        await charge(scene)
        (done,) = done_by(scene.entry, key)
        assert (done.start, done.end) == (uk("2026-11-24 02:00"), uk("2026-11-24 04:00"))
        assert (done.energy, done.paid, done.at_once) == (Decimal(12), Decimal("0.6"), Decimal("2.4"))
        assert plan_of(scene.entry, key).history.saved == Decimal("1.8")

    @pytest.mark.parametrize("restarts", [False, True])
    async def test_it_outlives_a_restart_in_it_and_after_it(
        self, scene: Scene, key: str, restarts: bool
    ) -> None:
        await charge(scene, restarts=restarts)
        await restart(scene.home, scene.entry)
        (done,) = done_by(scene.entry, key)
        assert done.energy == 12
        assert plan_of(scene.entry, key).history.saved == Decimal("1.8")

    async def test_one_that_ends_while_home_assistant_is_off_is_remembered_too(
        self, scene: Scene, key: str
    ) -> None:
        await scene.clock.walk("2026-11-24 02:30")
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        forget(scene.home)
        await scene.clock.to("2026-11-24 05:00")
        show(scene.home, 1013)
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        (done,) = done_by(scene.entry, key)
        assert (done.end, done.energy) == (uk("2026-11-24 04:00"), Decimal(13))

    async def test_one_that_is_cut_short_is_remembered_as_it_was(self, scene: Scene, key: str) -> None:
        await scene.clock.walk("2026-11-24 02:30")
        show(scene.home, 1003)
        await turn(scene.home, on=False)
        (done,) = done_by(scene.entry, key)
        assert (done.end, done.energy) == (uk("2026-11-24 02:30"), Decimal(3))

    async def test_one_that_ends_because_nothing_is_to_be_charged_is_remembered_with_its_energy(
        self, scene: Scene, key: str
    ) -> None:
        await scene.clock.walk("2026-11-24 03:00")
        running = state(scene.home, "binary_sensor.cheapest_block")
        options = {**scene.entry.options, "charge_duration": 0.0}
        scene.home.config_entries.async_update_entry(scene.entry, options=options)
        await scene.home.async_block_till_done()
        # 28 kWh in 4 hours.
        done = done_by(scene.entry, "main")[-1]
        assert (running, done.energy) == ("on", 7 * Decimal(done.duration / timedelta(hours=1)))

    async def test_without_a_meter_it_is_time_and_power(self, scene: Scene, key: str) -> None:
        show(scene.home, "unavailable")
        await scene.clock.walk("2026-11-24 04:01")
        # The entry's own charge has power as well: 28 kWh in 4 hours.
        assert [each.energy for each in done_by(scene.entry, key)] == [14]
        assert [each.energy for each in done_by(scene.entry, "main")] == [28, 28]

    async def test_while_the_plug_is_out_nothing_is_saved(self, scene: Scene, key: str) -> None:
        scene.home.states.async_set("binary_sensor.plug", "off")
        away = await add_plan(scene.home, scene.entry, "Away", plugged_in="binary_sensor.plug")
        await scene.clock.walk("2026-11-24 07:01")
        assert {each.energy for each in done_by(scene.entry, away)} == {0}
        assert plan_of(scene.entry, away).history.saved == 0

    async def test_while_the_plug_is_out_nothing_is_delivered(self, scene: Scene) -> None:
        scene.octopus.prices = day_of(CHEAP_AT_2)
        await scene.clock.to("2026-11-23 16:10")
        await scene.set_up()
        scene.home.states.async_set("input_boolean.plug", "off")
        key = await add_plan(scene.home, scene.entry, plugged_in="input_boolean.plug")
        await scene.clock.walk("2026-11-24 03:00")
        scene.home.states.async_set("input_boolean.plug", "on")
        await scene.clock.walk("2026-11-24 05:01")
        (done,) = done_by(scene.entry, key)
        assert (done.end, done.energy) == (uk("2026-11-24 05:00"), Decimal(14))

    async def test_where_no_energy_is_known_it_is_unknown(self, scene: Scene, key: str) -> None:
        washer = await add_plan(
            scene.home, scene.entry, "Washer", need="duration", duration=2, energy=None
        )
        plan = plan_of(scene.entry, washer)
        assert plan.history.saved == 0
        await scene.clock.walk("2026-11-24 04:01")
        assert [each.energy for each in done_by(scene.entry, washer)] == [None]
        assert plan.history.saved is None

    async def test_the_entrys_own_charge_has_its_meter(self, scene: Scene, key: str) -> None:
        options = {**scene.entry.options, "energy_sensor": METER}
        scene.home.config_entries.async_update_entry(scene.entry, options=options)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        await charge(scene)
        assert done_by(scene.entry, "main")[-1].energy == 12


class TestMeter:
    @pytest.mark.parametrize(
        ("before", "after", "unit"),
        [(1_000_000, 1_012_000, "Wh"), (1.000, 1.012, "MWh"), ("1000.0", "1012.00", "kWh")],
    )
    async def test_it_is_read_in_its_unit(
        self, scene: Scene, key: str, before: object, after: object, unit: str
    ) -> None:
        show(scene.home, before, unit)
        await scene.clock.walk("2026-11-24 03:00")
        show(scene.home, after, unit)
        await scene.clock.walk("2026-11-24 04:01")
        assert [each.energy for each in done_by(scene.entry, key)] == [12]

    @pytest.mark.parametrize(
        ("value", "unit"),
        [
            ("nan", "kWh"),
            ("inf", "kWh"),
            ("-5", "kWh"),
            ("unknown", "kWh"),
            ("1e9", "kWh"),
            (5, "W"),
            (5, None),
        ],
    )
    async def test_what_cannot_be_is_unknown(
        self, scene: Scene, key: str, value: object, unit: str | None
    ) -> None:
        await scene.clock.walk("2026-11-24 03:00")
        show(scene.home, value, unit)
        await scene.clock.walk("2026-11-24 04:01")
        # By time and power.
        assert [each.energy for each in done_by(scene.entry, key)] == [14]
        assert repairs(scene.home) == []

    async def test_what_is_no_entity_harms_one_plan(self, scene: Scene, key: str) -> None:
        await add_plan(scene.home, scene.entry, "Other", energy_sensor=5)
        assert repairs(scene.home) == ["plan_unusable"]


async def test_a_file_that_cannot_be_used_is_set_aside_and_said(
    scene: Scene, key: str, hass_storage: dict[str, Any]
) -> None:
    await charge(scene)
    await scene.home.config_entries.async_unload(scene.entry.entry_id)
    hass_storage[f"{DOMAIN}.{scene.entry.entry_id}.{key}.history"]["data"]["saved"] = "NaN"
    forget(scene.home)
    await scene.home.config_entries.async_setup(scene.entry.entry_id)
    assert repairs(scene.home) == ["file_unusable"]
    assert done_by(scene.entry, key) == []
    assert plan_of(scene.entry, key).history.saved == 0
