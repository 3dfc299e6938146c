"""Weeks with the integration itself. `./scripts/simulate --weeks 1000` lives through a thousand."""

from collections.abc import Callable
import os
from typing import Any

import pytest

from tests.nights.conftest import Surroundings
from tests.nights.seasons import MODELLED
from tests.nights.tally import Season
from tests.nights.world import World

from .drivers import ForgetsTheDeadline, ForgetsTheMinimum, Latest, TrustsAForecast
from .oracle import Verdict, judge
from .real import Weekly
from .week import draw

WEEKS = int(os.environ.get("SIMULATED_WEEKS", "0"))
SEED = os.environ.get("SIMULATED_SEED", "1")

type Live = Callable[[str], Any]


@pytest.fixture
def live(surroundings: Surroundings, prices: Season) -> Live:
    """Live through a week, by its seed."""

    async def one(seed: str) -> Verdict:
        driver = Weekly(*surroundings)
        driver.week = draw(seed, prices.first, prices.days)
        verdict = judge(driver.week, await World(driver.week.night, prices.tariff).live(driver))
        verdict.failures += driver.errors
        return verdict

    return one


def lines(verdicts: list[Verdict]) -> list[str]:
    """Return what weeks have come to."""
    energy = sum(each.energy for each in verdicts)
    failed = [each for each in verdicts if each.failures]
    return [
        f"{len(verdicts)} weeks, {sum(each.deadlines for each in verdicts)} deadlines",
        f"{sum(each.kept for each in verdicts)} found the target",
        f"{sum(each.minima for each in verdicts)} mornings with a minimum",
        f"{energy:.0f} kWh at {sum(each.paid for each in verdicts) / max(energy, 1):.2f}p",
        f"{len(failed)} failed",
        *(f"{each.seed}: {'; '.join(each.failures)}"[:400] for each in failed),
    ]


async def by(driver: type[Latest], count: int) -> list[Verdict]:
    """Let somebody live through weeks."""
    verdicts = []
    for number in range(count):
        week = draw(f"drivers {number}", MODELLED.first, MODELLED.days)
        verdicts.append(judge(week, await World(week.night, MODELLED.tariff).live(driver(week))))
    return verdicts


async def test_whoever_waits_as_long_as_the_rule_permits_fails_nothing() -> None:
    verdicts = await by(Latest, 10)
    assert not any(each.failures for each in verdicts), "\n".join(lines(verdicts))
    # And the weeks aren't of the kind that nobody can master.
    assert sum(each.kept for each in verdicts) >= 7


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        (ForgetsTheDeadline, "deadline at minute"),
        (ForgetsTheMinimum, "minimum at minute"),
        (TrustsAForecast, "at an unpublished price"),
    ],
)
async def test_saboteurs_are_found_out(driver: type[Latest], said: str) -> None:
    verdicts = await by(driver, 10)
    failed = [each for each in verdicts if any(said in failure for failure in each.failures)]
    assert len(failed) >= 2
    assert any(str(each.seed) in line for each in failed for line in lines(verdicts))


# In parts, for each processor to have some.
@pytest.mark.parametrize("first", [0, 10, 20])
async def test_thirty_weeks(live: Live, first: int) -> None:
    verdicts = [await live(f"1 {number}") for number in range(first, first + 10)]
    assert not any(each.failures for each in verdicts), "\n".join(lines(verdicts))
    assert sum(each.kept for each in verdicts) >= 8


@pytest.mark.skipif(not WEEKS, reason="run by ./scripts/simulate")
async def test_many_weeks(live: Live) -> None:
    verdicts = []
    for number in range(WEEKS):
        verdicts.append(await live(f"{SEED} {number}"))
        if verdicts[-1].failures or not len(verdicts) % 10:
            print(
                f"\n{len(verdicts)} weeks, {verdicts[-1].seed}: {verdicts[-1].failures}"[:500], flush=True
            )
    print("\n".join(["", *lines(verdicts)]))
    if any(each.failures for each in verdicts):
        pytest.fail("not all criteria are met", pytrace=False)
