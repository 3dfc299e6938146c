"""What a user sees of each fault: known prices stay, what nobody knows is not shown, and it passes.

The oracle compares everything at each step; these tests say what matters of it.
"""

from pathlib import Path
import re

import pytest

from tests.octopus import uk

from .common import MakeSimulation, modelled_price
from .faults import FAULTS
from .server import Fault

PRICE = "sensor.octopus_agile_london_current_price"
DOCS = Path(__file__).parents[2] / "docs" / "faults.md"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
async def test_a_day_with_a_fault(simulate: MakeSimulation, fault: Fault) -> None:
    simulation = simulate(uk("2026-11-23 12:00"), modelled_price)
    await simulation.start()
    simulation.server.fail(fault, uk("2026-11-23 13:00"), uk("2026-11-24 12:20"))
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


def test_every_fault_is_in_the_documentation_and_no_other() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| ", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(rows) - {"fault", "---"}) == sorted(FAULTS)
