"""Whoever does all that can be done passes, and saboteurs don't: so the oracle is just."""

import pytest

from .draw import draw
from .drivers import LeavesOn, NeverCharges, NeverRetries, NeverWaits, Perfect
from .seasons import MODELLED
from .story import story
from .tally import MOST_COST, Tally
from .world import World


async def tally(driver: type[Perfect], nights: int = 60) -> Tally:
    found = Tally()
    await found.add([f"drivers {number}" for number in range(nights)], MODELLED, driver)
    return found


async def test_whoever_does_all_that_can_be_done_passes() -> None:
    found = await tally(Perfect, 150)
    assert found.is_good, "\n".join(found.lines())
    # What it does isn't cheaper than the least either: the least is one that can be had.
    assert 0.99 < found.cost < 1.01
    # The nights aren't of the kind that nobody can master.
    assert sum(each.could_be_full for each in found.verdicts) > 100


async def test_whoever_never_waits_fails_on_cost_alone() -> None:
    found = await tally(NeverWaits)
    assert found.failed == []
    assert found.cost > MOST_COST + 0.2


async def test_whoever_never_tries_again_fails_on_dead_chargers() -> None:
    found = await tally(NeverRetries)
    dead = [each for each in found.failed if "dead" in each.night.tags and each.could_be_full]
    assert dead
    assert all("could have been full" in each.failures[0] for each in dead)


@pytest.mark.parametrize("driver", [NeverCharges, LeavesOn])
async def test_whoever_does_nothing_or_too_much_fails(driver: type[Perfect]) -> None:
    found = await tally(driver, 10)
    assert len(found.failed) >= 8
    assert any(str(each.night.seed) in line for each in found.failed for line in found.lines())


async def test_a_night_is_told_in_the_order_of_time() -> None:
    night = draw("drivers 3", MODELLED.tariff, MODELLED.first, MODELLED.days)
    told = story(await World(night, MODELLED.tariff).live(Perfect()))
    assert any("session starts" in line for line in told)
    assert any("charges until" in line for line in told)
    assert "the car has" in told[-1]
