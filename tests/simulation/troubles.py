"""Everything that can go wrong at home, by name. What a user sees of each stands in docs/faults.md."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from .simulation import Simulation

_MINUTE = timedelta(minutes=1)

# Begins something, or ends it.
type Step = Callable[[Simulation, Random], Awaitable[None]]


async def _nothing(simulation: Simulation, rng: Random) -> None:
    """Do nothing: it's over by itself."""


@dataclass(frozen=True)
class HomeFault:
    """Something that goes wrong at home for a while: how it begins and ends, and for how many hours."""

    name: str
    begin: Step
    end: Step = _nothing
    hours: tuple[float, ...] = (0.4, 2, 7)


def _level(name: str, *states: str) -> HomeFault:
    """Let the sensor of a level show something else."""

    async def begin(simulation: Simulation, rng: Random) -> None:
        rng.choice(simulation.home.bays).trouble.level = rng.choice(states)

    return HomeFault(name, begin, _heal)


async def _heal(simulation: Simulation, rng: Random) -> None:
    for bay in simulation.home.bays:
        bay.trouble.clear()


def _charger(name: str, flag: str) -> HomeFault:
    """Let a charger not do what it should."""

    async def begin(simulation: Simulation, rng: Random) -> None:
        setattr(rng.choice(simulation.home.bays).trouble, flag, True)

    return HomeFault(name, begin, _heal)


async def _ahead(simulation: Simulation, rng: Random) -> None:
    await simulation.leap(rng.choice([2, 7, 20, 45, 90, 180]) * _MINUTE)


async def _back(simulation: Simulation, rng: Random) -> None:
    await simulation.leap(-rng.choice([1, 6, 17, 31, 60]) * _MINUTE)


async def _fill_disk(simulation: Simulation, rng: Random) -> None:
    simulation.fill_disk()


async def _clear_disk(simulation: Simulation, rng: Random) -> None:
    simulation.clear_disk()


async def _rename(simulation: Simulation, rng: Random) -> None:
    bay = rng.choice(simulation.home.bays)
    key = rng.choice([key for key in bay.entities if key != "charger"])
    await simulation.rename(bay, key, rng.choice(["_renamed", "_renamed_again"]))


async def _name_back(simulation: Simulation, rng: Random) -> None:
    for bay in simulation.home.bays:
        for key in bay.entities:
            if "_renamed" in bay.entities[key]:
                await simulation.rename(bay, key, "")


_ALL = [
    HomeFault("clock set ahead", _ahead),
    HomeFault("clock set back", _back),
    _level("level that is no number", "nan", "inf", "-inf", "half full"),
    _level("level unknown", "unknown", "unavailable", ""),
    _level("absurd level", "-3", "250", "1e9", "0"),
    _level("wrong level", "3", "99", "100"),
    _charger("charger out of reach", "is_gone"),
    _charger("charger that refuses", "is_failing"),
    _charger("dead charger", "is_dead"),
    HomeFault("full disk", _fill_disk, _clear_disk),
    HomeFault("renamed source", _rename, _name_back),
]

HOME_FAULTS = {fault.name: fault for fault in _ALL}
