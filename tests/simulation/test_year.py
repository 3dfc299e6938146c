"""A year of a home: restarts, faults, late prices, changed minds; an oracle looks at every step.

The suite takes some of its days, `./scripts/simulate` takes all 366.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
import os
from pathlib import Path
from random import Random
from statistics import median

from homeassistant.util import dt as dt_util
import pytest

from tests.octopus import UK

from .common import MakeSimulation, genuine, modelled_price
from .faults import FAULTS
from .server import Horizon, evening
from .simulation import Simulation
from .troubles import HOME_FAULTS, HomeFault

DAYS = int(os.environ.get("SIMULATED_DAYS", "0"))
FROM = os.environ.get("SIMULATED_FROM", "")
SEED = os.environ.get("SIMULATED_SEED", "1")
_MINUTE = timedelta(minutes=1)

# When faults at home are over, and what they were drawn with.
type Ends = list[tuple[datetime, HomeFault, Random]]


def published(seed: str) -> Horizon:
    """Return a horizon that moves on at another time each day: soon after 16:00, at times much later."""

    def clock(day: date) -> time:
        rng = Random(f"{seed} {day}")
        late = rng.random()
        minutes = rng.randrange(1, 45) if late < 0.85 else rng.randrange(45, 479)
        return (datetime.combine(day, time(16)) + minutes * _MINUTE).time()

    def horizon(now: datetime) -> datetime:
        local = now.astimezone(UK)
        return evening(now, days=local.time() >= clock(local.date()))

    return horizon


async def go(simulation: Simulation, until: datetime, over: Ends) -> None:
    """Go to an instant, and let faults at home end where they do."""
    while over and over[0][0] <= until:
        at, fault, rng = over.pop(0)
        await simulation.to(at)
        await fault.end(simulation, rng)
        await simulation.changed()
    await simulation.to(until)


async def begin(simulation: Simulation, fault: HomeFault, rng: Random, over: Ends) -> None:
    """Let a fault at home begin, at times with a restart in it."""
    await fault.begin(simulation, rng)
    await simulation.changed()
    hours = rng.choice(fault.hours)
    if rng.random() < 0.3:
        await simulation.to(dt_util.utcnow() + timedelta(hours=hours / 2))
        await simulation.restart(timedelta(seconds=rng.randrange(5, 90)))
    over.append((dt_util.utcnow() + timedelta(hours=hours), fault, rng))
    over.sort(key=lambda each: each[0])


async def happen(simulation: Simulation, kind: str, rng: Random, over: Ends) -> list[str]:
    """Let something happen; return the name of the fault that has begun, if one has."""
    now = dt_util.utcnow()
    match kind:
        case "restart":
            await simulation.restart(timedelta(seconds=rng.randrange(5, 90)))
        case "reload" if simulation.home.is_up:
            await simulation.reload()
        case "ask" if simulation.home.is_up:
            await simulation.ask()
        case "fault":
            fault = rng.choice(list(FAULTS.values()))
            simulation.server.fail(fault, now, now + timedelta(hours=rng.choice([0.3, 2, 9, 26, 48])))
            return [fault.name]
        case "trouble" if simulation.home.is_up:
            trouble = rng.choice(list(HOME_FAULTS.values()))
            await begin(simulation, trouble, Random(rng.random()), over)
            return [trouble.name]
        case "need":
            await simulation.set_need(rng.choice([0.5, 1.25, 2.75, 4, 6]), rng.choice([7, 28.5]))
        # By day: a need that grows in the night may fit no longer, which the oracle can't judge.
        case "water" if rng.random() < 0.2 and 8 <= now.hour < 19:
            await simulation.set_water(rng.choice([1, 3, 4.5]), rng.choice([30, 60, 90]))
    return []


async def one_day(simulation: Simulation, midnight: datetime, rng: Random, over: Ends) -> list[str]:
    """Live through a day in which all kinds of things happen; return the faults that began."""
    faults = []
    for bay in simulation.home.bays:
        bay.drive(midnight.date(), rng)
    # Sums are worked out in the first two hours; what they need may come a little later.
    await go(simulation, midnight + timedelta(hours=3, minutes=10), over)
    simulation.accountant.check()
    moments = sorted(midnight + rng.randrange(195, 24 * 60 - 5) * _MINUTE for _ in range(5))
    kinds = [
        "restart",
        rng.choice(["reload", "ask", "nothing", "nothing"]),
        rng.choice(["fault", "nothing", "nothing"]),
        rng.choice(["need", "water"]),
        "trouble" if rng.random() < 0.2 else "nothing",
    ]
    rng.shuffle(kinds)
    for moment, kind in zip(moments, kinds, strict=True):
        # At any second.
        await go(simulation, moment + timedelta(seconds=rng.randrange(60)), over)
        faults += await happen(simulation, kind, rng, over)
    await go(simulation, midnight + timedelta(days=1), over)
    simulation.check_store()
    return faults


async def live(simulation: Simulation, start: datetime, days: int, seed: str) -> str:
    """Live for some days and return what there was."""
    simulation.server.horizon = published(seed)
    await simulation.start()
    rng = Random(seed)
    faults: Counter[str] = Counter()
    over: Ends = []
    for number in range(days):
        faults.update(await one_day(simulation, start + number * timedelta(days=1), rng, over))
    simulation.watch.check_requests()
    asked = Counter(at.date() for at, _ in simulation.server.requests)
    completed = {name: len(spans) for name, spans in simulation.watch.completed.items()}
    kept = {guard.name: (guard.deadlines, guard.judged, guard.kept) for guard in simulation.guards}
    return (
        f"{days} days from {start:%Y-%m-%d}, seed {seed}: {simulation.watch.checks} checks; "
        f"requests a day {median(asked.values())} (median), {max(asked.values())} (most); "
        f"sessions completed {completed}; plans moved {simulation.watch.moves} times; "
        f"deadlines, those judged, those kept {kept}; "
        f"sums judged on {simulation.accountant.judged} of {simulation.accountant.looked} days; "
        f"{faults.total()} faults of {len(faults)} kinds"
    )


@pytest.mark.parametrize(
    "first",
    ["2026-10-23", "2027-03-26", "2027-01-10", "2026-12-23"],
    ids=["clocks go back", "clocks go forward", "winter", "Christmas"],
)
async def test_some_days_with_modelled_prices(simulate: MakeSimulation, first: str) -> None:
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    simulation = simulate(start, modelled_price)
    print(await live(simulation, start, 5, f"{SEED} {first}"))


async def test_some_days_with_genuine_prices(simulate: MakeSimulation, octopus_data: Path) -> None:
    start = datetime(2019, 12, 5, tzinfo=UTC)
    print(await live(simulate(start, genuine(octopus_data)), start, 5, SEED))


@pytest.mark.skipif(not DAYS, reason="run by ./scripts/simulate")
async def test_a_year(simulate: MakeSimulation, request: pytest.FixtureRequest) -> None:
    folder: Path | None = request.config.getoption("--octopus-data")
    first = FROM or ("2026-07-01" if folder is None else "2019-07-01")
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    tariff = modelled_price if folder is None else genuine(folder)
    print(await live(simulate(start, tariff), start, DAYS, SEED))
