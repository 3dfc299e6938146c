"""What a user sees of each fault: known prices stay, what nobody knows is not shown, and it passes.

The oracle compares everything at each step; these tests say what matters of it.
"""

from datetime import timedelta
from pathlib import Path
from random import Random
import re

import pytest

from tests.common import repairs
from tests.octopus import uk

from .common import MakeSimulation, modelled_price
from .faults import FAULTS
from .server import Fault
from .troubles import HOME_FAULTS, HomeFault
from .wishes import bays

PRICE = "sensor.octopus_agile_london_current_price"
DOCS = Path(__file__).parents[2] / "docs" / "faults.md"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
async def test_a_day_with_a_fault(simulate: MakeSimulation, fault: Fault) -> None:
    simulation = simulate(uk("2026-11-23 15:00"), modelled_price)
    await simulation.start()
    simulation.server.fail(fault, uk("2026-11-23 15:30"), uk("2026-11-24 06:20"))
    # Until 23:00 prices are known, whatever the server does.
    await simulation.to(uk("2026-11-23 22:59"))
    assert float(simulation.home.state(PRICE)) != 0
    await simulation.to(uk("2026-11-23 23:00") + fault.shows_after)
    if fault.shows is not None:
        assert simulation.home.state(PRICE) == fault.shows
    # When it is over, all is as if it had never been.
    await simulation.to(uk("2026-11-24 18:10"))
    assert float(simulation.home.state(PRICE)) != 0
    until = simulation.home.state("sensor.octopus_agile_london_prices_until")
    assert until == "2026-11-25T23:00:00+00:00"
    simulation.watch.check_requests()
    simulation.check_store()


@pytest.mark.parametrize("fault", HOME_FAULTS.values(), ids=list(HOME_FAULTS))
async def test_a_day_with_a_fault_at_home(simulate: MakeSimulation, fault: HomeFault) -> None:
    simulation, rng = simulate(uk("2026-11-23 15:00"), modelled_price), Random(fault.name)
    await simulation.start()
    await simulation.to(uk("2026-11-23 20:00"))
    await fault.begin(simulation, rng)
    await simulation.changed()
    await simulation.to(uk("2026-11-24 01:30"))
    await simulation.restart(timedelta(seconds=20))
    await simulation.to(uk("2026-11-24 12:20"))
    await fault.end(simulation, rng)
    await simulation.changed()
    # When it is over, all is as if it had never been.
    await simulation.to(uk("2026-11-25 07:10"))
    car, van = simulation.home.bays
    assert car.battery.level >= 77
    assert van.battery.level <= 94
    assert [bay.entities for bay in (car, van)] == [bay.entities for bay, _ in bays()]
    assert repairs(simulation.home.hass) == []
    simulation.watch.check_requests()
    simulation.check_store()


def test_every_fault_is_in_the_documentation_and_no_other() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| ", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(rows) - {"fault", "---"}) == sorted([*FAULTS, *HOME_FAULTS])
