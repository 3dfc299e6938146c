"""A plan for export that follows a battery discharges it down to a level, when that pays most."""

from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.octopus_agile.agile.battery import Battery, Report
from custom_components.octopus_agile.agile.direction import as_filling, hear
from custom_components.octopus_agile.agile.tariffs import Direction
from tests.charge_plans import FROM_BATTERY, add_plan, details, plan, sessions
from tests.charges.news import News
from tests.common import Scene, restart
from tests.flows.common import adding
from tests.octopus import uk

from .common import entry_of, in_the_afternoon

LEVEL, SWITCH = "sensor.battery", "switch.battery_export"
DEAR_AT_17 = {"17:00": "30.0", "17:30": "32.0", "18:00": "26.0", "18:30": "24.0"}
# 30 points of 10 kWh, of which nine tenths reach the grid, are 2.7 kWh: an hour.
SELL: dict[str, Any] = {
    **FROM_BATTERY,
    "target": 20,
    "capacity": 10,
    "efficiency": 90,
    "power": 2.7,
    "earliest_start": "15:00:00",
    "ready_by": "22:00:00",
    "direction": "export",
}


def say(home: HomeAssistant, level: float) -> None:
    """Let the battery's sensor report a level."""
    home.states.async_set(LEVEL, str(level), {"unit_of_measurement": "%"})


@pytest.fixture
async def sold(scene: Scene) -> Scene:
    """A home in the afternoon with half a battery, of which it may sell all but a fifth."""
    entry = await in_the_afternoon(scene, SWITCH, DEAR_AT_17)
    say(scene.home, 50)
    await add_plan(scene.home, entry, **SELL)
    return scene


def runs(scene: Scene) -> bool:
    """Tell whether the plan says to discharge."""
    return plan(scene.home, "binary_sensor.charge_now") == "on"


class Falling:
    """A battery that loses a point in so many minutes while the plan runs, down to a reserve."""

    def __init__(self, scene: Scene, level: float, minutes: float, reserve: float = 0) -> None:
        self.scene, self.level, self.minutes, self.reserve = scene, level, minutes, reserve
        self.ran, self.was_on = 0, False

    def minute(self) -> None:
        """Look at what the last minute has taken."""
        if self.was_on:
            self.ran += 1
            self.level = max(self.level - 1 / self.minutes, self.reserve)
        self.was_on = runs(self.scene)
        say(self.scene.home, ceil(round(self.level, 6)))


async def test_it_sells_what_is_above_the_level_when_that_pays_most(sold: Scene) -> None:
    home = sold.home
    assert (plan(home, "sensor.status"), sessions(home)) == ("planned", ["23 17:00-18:00"])
    assert plan(home, "sensor.price") == "0.31"
    assert float(plan(home, "sensor.energy")) == pytest.approx(2.7)
    assert float(plan(home, "sensor.estimated_earnings")) == pytest.approx(2.7 * 0.31)
    # At once, from 15:00 on, it would get 20p.
    assert float(plan(home, "sensor.saving")) == pytest.approx(2.7 * (0.31 - 0.20))


async def test_it_stops_at_the_level_and_sells_again_what_the_sun_has_brought(sold: Scene) -> None:
    home, battery = sold.home, Falling(sold, 50, minutes=2)
    await sold.clock.walk("2026-11-23 18:10", battery.minute)
    assert battery.level == pytest.approx(20)
    assert (plan(home, "sensor.status"), runs(sold)) == ("finished", False)
    assert float(plan(home, "sensor.saved")) == pytest.approx(2.7 * (0.31 - 0.20), abs=0.01)
    # So small a rise is noise.
    say(home, 22)
    await sold.clock.walk("2026-11-23 18:20")
    assert plan(home, "sensor.status") == "finished"
    # This isn't: 20 points take 40 minutes.
    say(home, 40)
    await sold.clock.walk("2026-11-23 18:26")
    # The dearest 40 minutes that are left before ten.
    assert sessions(home)[-1] == "23 18:25-19:05"


async def test_a_battery_that_empties_sooner_ends_it_sooner(sold: Scene) -> None:
    battery = Falling(sold, 50, minutes=1)
    await sold.clock.walk("2026-11-23 17:50", battery.minute)
    assert battery.level == pytest.approx(20, abs=1)
    assert battery.ran in (29, 30, 31)
    assert plan(sold.home, "sensor.status") == "finished"


async def test_a_level_that_does_not_fall_is_told(sold: Scene) -> None:
    news = News(sold.home)
    await sold.clock.walk("2026-11-23 17:59", lambda: say(sold.home, 50))
    assert plan(sold.home, "sensor.status") == "stalled"
    [told] = news.of("charge_stalled")
    assert told["level"] == 50


async def test_one_that_stops_at_its_own_reserve_is_finished(sold: Scene) -> None:
    battery = Falling(sold, 50, minutes=2, reserve=26)
    await sold.clock.walk("2026-11-23 20:00", battery.minute)
    assert plan(sold.home, "sensor.status") == "finished"
    assert details(sold.home, "sensor.status", "reason") == "limit_of_the_car"


async def test_a_level_of_zero_for_a_minute_is_none(sold: Scene) -> None:
    await sold.clock.walk("2026-11-23 17:10", Falling(sold, 50, minutes=2).minute)
    say(sold.home, 0)
    await sold.clock.walk("2026-11-23 17:20")
    assert (runs(sold), plan(sold.home, "sensor.status")) == (True, "charging")
    assert sessions(sold.home) == ["23 17:00-18:00"]


async def test_what_is_known_outlives_a_restart(sold: Scene) -> None:
    before = sessions(sold.home)
    sold.home.states.async_set(LEVEL, "unavailable")
    await restart(sold.home, entry_of(sold))
    assert (plan(sold.home, "sensor.status"), sessions(sold.home)) == ("planned", before)


async def test_a_plan_that_is_turned_round_knows_the_same_battery(sold: Scene) -> None:
    entry = entry_of(sold)
    [subentry] = entry.subentries.values()
    data = {**subentry.data, "direction": "import", "target": 80}
    sold.home.config_entries.async_update_subentry(entry, subentry, data=data)
    await sold.home.async_block_till_done(wait_background_tasks=True)
    await sold.clock.walk("2026-11-23 14:53")
    # 30 points of 10 kWh, of which a tenth is lost: 3.33 kWh.
    assert float(plan(sold.home, "sensor.energy")) == pytest.approx(10 * 0.3 / 0.9, abs=0.05)


async def test_it_is_made_in_the_forms(sold: Scene) -> None:
    flow = await adding(sold.home, entry_of(sold), "state_of_charge")
    battery = {key: SELL[key] for key in ("state_of_charge", "target", "capacity", "power")}
    await flow.answer(name="Sell", **battery)
    await flow.answer(earliest_start="15:00:00", ready_by="22:00:00", direction="export")
    assert flow.form["type"] is FlowResultType.CREATE_ENTRY
    placeholders = flow.form["description_placeholders"] or {}
    assert placeholders["answer"] == (
        "Export pays 20.00p now. Best 1 hour for export: 17:00 to 18:00 today, 31.00p."
    )
    assert sessions(sold.home, "Sell") == ["23 17:00-18:00"]


class TestBelief:
    """What is believed of a battery that is discharged, in the words of one that is charged."""

    NOW = uk("2026-11-23 12:00")

    def heard(self, *levels: int, battery: Battery | None = None) -> Battery:
        """Return what is known after reports ten minutes apart."""
        now = self.NOW
        for level in levels:
            report = Report(level=Decimal(level), target=Decimal(20), at=now)
            battery = hear(battery, report, now, Decimal(5), Direction.EXPORT)
            now += timedelta(minutes=10)
        assert battery is not None
        return battery

    @pytest.mark.parametrize(
        ("levels", "level", "missing"),
        [
            ([50], 50, 30),
            ([50, 45], 45, 25),
            ([50, 20], 50, 30),  # more than it can have lost: doubted
            ([50, 20, 20], 20, 0),
            ([50, 0, 0, 0], 50, 30),  # of sensors that know nothing
            ([50, 100, 100], 100, 80),
            ([20, 22], 22, 0),  # noise
            ([20, 23], 23, 3),
            ([4, 0], 0, 0),
        ],
    )
    def test_levels_stay_what_they_are(self, levels: list[int], level: int, missing: int) -> None:
        battery = self.heard(*levels)
        assert (battery.level, battery.target) == (Decimal(level), Decimal(20))
        assert as_filling(battery, Direction.EXPORT).missing == missing
        assert as_filling(as_filling(battery, Direction.EXPORT), Direction.EXPORT) == battery

    def test_nothing_is_known_before_the_first_report(self) -> None:
        report = Report(level=None, target=Decimal(20), at=self.NOW)
        assert hear(None, report, self.NOW, Decimal(0), Direction.EXPORT) is None
