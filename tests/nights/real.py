"""The integration itself as the driver of a night, in a Home Assistant whose clock is the night's."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import subentry
from tests.common import ENTRY_DATA, ENTRY_OPTIONS
from tests.octopus import SLOT
from tests.simulation.disk import Disk
from tests.simulation.home import Home
from tests.simulation.server import Octopus, evening

from .charger import within
from .night import Night
from .things import ENERGY, LEVEL, TARGET, Things
from .world import World

# Times of timers are floats, which are off by less than the first; the second is more than that.
_ROUNDING, _INSTANT = timedelta(microseconds=2), timedelta(microseconds=10)
_CHARGE_NOW = "binary_sensor.charge_the_car_charge_now"


def settings(night: Night, things: Things) -> dict[str, Any]:
    """Return what somebody has set up for a night, as a charge plan's subentry holds it."""
    plan, car = night.plan, night.car
    return {
        "need": "state_of_charge",
        "energy": None,
        "state_of_charge": LEVEL,
        "target": plan.target,
        "target_entity": TARGET if plan.has_target_entity else None,
        "capacity": car.capacity,
        "power": car.power,
        "efficiency": round(car.efficiency * 100),
        "earliest_start": None if plan.opens is None else night.local(plan.opens),
        "ready_by": night.local(night.deadline),
        "mode": plan.mode,
        "shortest_run": plan.shortest_run,
        "price_limit": plan.price_limit,
        "charger": things.charger,
        "plugged_in": things.plug,
        "energy_sensor": ENERGY if plan.has_energy_sensor else None,
    }


def entry_with(plan: dict[str, Any]) -> MockConfigEntry:
    """Return an entry with a charge plan."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Octopus Agile London",
        # Always the same, because it says at which seconds the entry asks for prices.
        entry_id="01M844DZG0T5QECSCR14MV3CN3",
        data=ENTRY_DATA,
        options=ENTRY_OPTIONS,
        subentries_data=[subentry(**plan).as_dict()],
    )


class NightHome(Home):
    """A home with the things of a night."""

    def __init__(
        self, folder: Path, freezer: FrozenDateTimeFactory, entry: MockConfigEntry, things: Things
    ) -> None:
        """Set an entry up with the night's plan."""
        super().__init__(folder, freezer, entry)
        self._things = things

    @override
    async def prepare(self) -> None:
        await self._things.move_in(self.hass)


class Integration:
    """Lives through a night with the real integration."""

    def __init__(self, folder: Path, freezer: FrozenDateTimeFactory, disk: Disk, server: Octopus) -> None:
        """Prepare for a night."""
        # Whether the clock stops each minute, or only where something is due.
        self.every_minute = False
        self._folder = folder
        self._freezer = freezer
        self._disk = disk
        self._server = server
        self.in_session = False
        self.known_until = 0
        self._answers = 0
        self._is_down = False
        # What went wrong in the code, by the log.
        self.errors: list[str] = []

    async def begin(self, world: World) -> None:
        """Start Home Assistant at the start of a night."""
        self._world, self._night = world, world.night
        self._disk.clear()
        self._server.given.clear()
        self._server.good.clear()
        self._server.horizon = self.horizon
        self._freezer.move_to(self._night.start)
        self._things = Things(world)
        entry = entry_with(self.plan(self._night, self._things))
        self.home = NightHome(self._folder, self._freezer, entry, self._things)
        await self.home.start()

    def horizon(self, now: datetime) -> datetime:
        """Return how far prices are out at a time."""
        night = self._night
        return evening(night.start, days=now >= night.at(night.published))

    def plan(self, night: Night, things: Things) -> dict[str, Any]:
        """Return what somebody has set up."""
        return settings(night, things)

    async def minute(self, reports: list[float]) -> None:
        """Show what is new, and let everything run that is due within the minute."""
        night, now = self._night, self._world.now
        is_down = within(night.faults.restarts, now)
        if is_down and not self._is_down:
            await self.home.stop()
        elif self._is_down and not is_down:
            self._freezer.move_to(night.at(now))
            await self.home.start()
        self._is_down = is_down
        if is_down:
            return
        await self._run_until(night.at(now) + _INSTANT)
        is_new = bool(reports) or self._things.are_new() or now in night.faults.reloads
        if is_new or self.every_minute:
            self._freezer.move_to(max(night.at(now), dt_util.utcnow()))
            self._things.show(reports)
            await self.home.settle()
        if now in night.faults.reloads:
            await self.home.reload()
        await self._run_until(night.at(now + 1) - _INSTANT)
        self._look()

    async def end(self) -> None:
        """Stop Home Assistant."""
        await self.home.close()
        self.errors = [each for each in self.home.complaints.take() if "Traceback" in each]

    def _look(self) -> None:
        found = self.home.hass.states.get(_CHARGE_NOW)
        # While the entry is away nobody knows, and a session goes on.
        if found is not None and found.state in ("on", "off"):
            self.in_session = found.state == "on"
        if len(self._server.good) != self._answers:
            self._answers = len(self._server.good)
            until = max(self._server.given, default=self._night.start) + SLOT
            self.known_until = int((until - self._night.start) / timedelta(minutes=1))

    async def _run_until(self, instant: datetime) -> None:
        """Run what is due before an instant, each at its own time: between, nothing can happen."""
        while (due := self._next_timer()) is not None and due < instant:
            await self._move_to(due + _ROUNDING)

    async def _move_to(self, instant: datetime) -> None:
        """Move the clock, by which the loop runs its timers, unless it is there already."""
        if instant > dt_util.utcnow():
            self._freezer.move_to(instant)
        # The loop looks at the clock in the first of its rounds, and runs what is due in the second.
        for _ in range(2):
            await asyncio.sleep(0)
        await self.home.settle()

    def _next_timer(self) -> datetime | None:
        loop = self.home.hass.loop
        handles = get_scheduled_timer_handles(loop)
        # The loop keeps the next one in front, but one that is cancelled stays where it is.
        first = next(iter(handles), None)
        if first is not None and first.cancelled():
            first = min((each for each in handles if not each.cancelled()), default=None)
        return None if first is None else dt_util.utcnow() + timedelta(seconds=first.when() - loop.time())
