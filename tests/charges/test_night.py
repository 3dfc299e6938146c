"""A night as it may go: whatever happens to prices, server and Home Assistant, the car charges once."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import FROM_BATTERY, plan, sessions, subentry
from tests.common import ENTRY_DATA, ENTRY_OPTIONS
from tests.house import House
from tests.octopus import FakeOctopus, Prices, day_of, uk

CAR = "binary_sensor.charge_the_car_charge_now"
MAIN = "binary_sensor.octopus_agile_london_cheapest_block"
CHEAP_FROM_2 = {
    "02:00": "5.0",
    "02:30": "4.0",
    "03:00": "5.0",
    "03:30": "6.0",
    "04:00": "7.0",
    "04:30": "7.5",
    "05:00": "8.0",
    "05:30": "9.0",
}
IN_TWO_RUNS = {"01:30": "5.0", "02:00": "5.0", "03:30": "5.0", "04:00": "5.0"}
# What is published at 02:30 for a running session's time, and the time after it.
REVISED = {**dict.fromkeys(CHEAP_FROM_2, "60.0"), "06:00": "-20.0", "06:30": "-20.0"}

type MakeHouse = Callable[..., House]


@pytest.fixture
async def make_house(
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    octopus: FakeOctopus,
) -> AsyncIterator[MakeHouse]:
    """Make a house at noon on a Monday in November, with a charge plan if one is given."""
    freezer.move_to(uk("2026-11-23 12:00"))
    houses: list[House] = []

    def make(session: str, charge_plan: ConfigSubentry | None = None) -> House:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Octopus Agile London",
            data=ENTRY_DATA,
            options=ENTRY_OPTIONS,
            subentries_data=[] if charge_plan is None else [charge_plan.as_dict()],
        )
        houses.append(House(tmp_path, freezer, entry, session))
        return houses[-1]

    yield make
    for house in houses:
        await house.stop()


def revised(before: Prices, after: Prices, known: str) -> Prices:
    """Return prices that are others from 02:30 on; until then none are known after a UK time."""

    def price(start: datetime) -> str | None:
        if dt_util.utcnow() >= uk("2026-11-24 02:30"):
            return after(start)
        return before(start) if start < uk(known) else None

    return price


@pytest.mark.parametrize(
    ("session", "charge_plan", "prices", "runs"),
    [
        pytest.param(MAIN, None, CHEAP_FROM_2, ["02:00 on", "06:00 off"], id="the entry's own charge"),
        pytest.param(CAR, subentry(), CHEAP_FROM_2, ["02:00 on", "04:00 off"], id="a plan"),
        pytest.param(
            CAR,
            subentry(mode="slots"),
            IN_TWO_RUNS,
            ["01:30 on", "02:30 off", "03:30 on", "04:30 off"],
            id="a plan that pauses",
        ),
    ],
)
@pytest.mark.parametrize(
    "known",
    [
        pytest.param("2026-11-24 23:00", id="all prices known"),
        # It asks on through the night, and learns the revised prices while it charges.
        pytest.param("2026-11-24 12:00", id="some prices missing"),
    ],
)
async def test_a_night_with_everything(
    make_house: MakeHouse,
    octopus: FakeOctopus,
    session: str,
    charge_plan: ConfigSubentry | None,
    prices: dict[str, str],
    runs: list[str],
    known: str,
) -> None:
    octopus.prices = revised(day_of(prices), day_of(REVISED), known)
    octopus.publishes_at = time(16, 10)
    house = make_house(session, charge_plan)
    await house.start()
    await house.clock.walk("2026-11-23 18:00")
    await house.turn("input_boolean.plug", on=True)
    house.session.changes.clear()
    await house.clock.walk("2026-11-24 00:40")
    await house.reload()
    await house.clock.walk("2026-11-24 01:00")
    octopus.fault = aiohttp.ClientConnectionError("the line is dead")
    await house.clock.walk("2026-11-24 02:10")
    await house.restart()
    await house.clock.walk("2026-11-24 05:00")
    octopus.fault = None
    await house.clock.walk("2026-11-24 06:55")

    price = "20.0" if known.endswith("23:00") else "-20.0"
    assert float(house.state("sensor.octopus_agile_london_current_price")) == float(price) / 100
    await house.clock.walk("2026-11-24 09:00")

    assert house.charger.changes == [f"24 {run[:5]}:00{run[5:]}" for run in runs]
    assert house.session.changes == house.charger.changes


class Battery:
    """The battery of a car, and the sensor that tells how full it is, in whole percent."""

    def __init__(self, house: House, percent_an_hour: float) -> None:
        """Start at 50%, with the speed at which it takes in while the charger is on."""
        self._house = house
        self._speed = percent_an_hour
        self._charge = 50.0
        self.is_heard = True
        self.starts: set[str] = set()

    def minute(self) -> None:
        """Charge for a minute if the charger is on, and tell. Note the start that the plan gives."""
        if self._house.state("input_boolean.charger") == "on":
            self._charge = min(self._charge + self._speed / 60, 100)
            self.starts.add(plan(self._house.hass, "sensor.start"))
        self.tell()

    def tell(self) -> None:
        """Let the sensor tell the state of charge."""
        value = str(int(self._charge)) if self.is_heard else "unavailable"
        self._house.hass.states.async_set("sensor.battery", value)


@pytest.mark.parametrize(
    ("percent_an_hour", "ends"),
    [
        pytest.param(10.0, "05:00", id="as expected"),
        # 30% take four and a half hours, an hour and a half longer than thought.
        pytest.param(6.67, "06:30", id="short"),
        pytest.param(3.0, "07:00", id="so short that the window closes"),
        pytest.param(15.0, "04:00", id="ahead"),
    ],
)
async def test_a_night_with_a_live_state_of_charge(
    make_house: MakeHouse, octopus: FakeOctopus, percent_an_hour: float, ends: str
) -> None:
    octopus.prices = revised(day_of(CHEAP_FROM_2), day_of(REVISED), "2026-11-24 12:00")
    house = make_house(CAR, subentry(**FROM_BATTERY))
    battery = Battery(house, percent_an_hour)
    await house.start()
    battery.tell()
    await house.clock.walk("2026-11-23 18:00", battery.minute)
    await house.turn("input_boolean.plug", on=True)
    await house.clock.walk("2026-11-24 00:40", battery.minute)
    assert sessions(house.hass) == ["24 02:00-05:00"]
    await house.reload()
    await house.clock.walk("2026-11-24 01:00", battery.minute)
    octopus.fault = aiohttp.ClientConnectionError("the line is dead")
    await house.clock.walk("2026-11-24 02:10", battery.minute)
    # The sensor comes back later than Home Assistant.
    await house.restart()
    await house.clock.walk("2026-11-24 02:12")
    await house.clock.walk("2026-11-24 03:00", battery.minute)
    battery.is_heard = False
    await house.clock.walk("2026-11-24 03:20", battery.minute)
    battery.is_heard = True
    await house.clock.walk("2026-11-24 05:00", battery.minute)
    octopus.fault = None
    await house.clock.walk("2026-11-24 09:00", battery.minute)

    (begun, on), (ended, off) = (change[3:].split() for change in house.charger.changes)
    assert (begun, on, off) == ("02:00:00", "on", "off")
    # As exact as a sensor of whole percents: one of them takes so many minutes.
    a_percent = 60 / percent_an_hour
    late = minutes_between(ends, ended)
    assert -a_percent - 2 <= late <= a_percent + 2
    assert battery.starts == {"24 02:00"}


def minutes_between(start: str, end: str) -> float:
    """Return how many minutes lie between two times of day."""
    first, last = (datetime.fromisoformat(f"2026-11-24 {text}") for text in (start, end))
    return (last - first).total_seconds() / 60
