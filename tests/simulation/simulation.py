"""A home, a server and a clock: goes from one moment at which something happens to the next."""

from datetime import datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util

from custom_components.octopus_agile.const import DOMAIN
from tests.octopus import AGILE

from .bills_oracle import Accountant
from .disk import Disk
from .garage import Bay
from .garage_oracle import Guard
from .home import Home
from .meter import Meter
from .plan_oracle import PlanOracle
from .server import Octopus
from .watch import Watch
from .wishes import MAIN, SALE, WATER, bays, make_entry, wishes


class LivedIn(Home):
    """A home with cars."""

    bays: list[Bay]

    @override
    async def prepare(self) -> None:
        for bay in self.bays:
            await bay.move_in(self.hass)

class Simulation:
    """Moves the clock, and compares all with the oracle wherever it stops."""

    def __init__(
        self,
        folder: Path,
        freezer: FrozenDateTimeFactory,
        disk: Disk,
        server: Octopus,
        meter: Meter,
    ) -> None:
        """Prepare a home with its disk and its meter."""
        self._freezer = freezer
        self._disk = disk
        self.server = server
        filled = bays()
        entry, self.keys = make_entry(filled)
        self.home = LivedIn(folder, freezer, entry)
        self.home.bays = [bay for bay, _ in filled]
        self.guards = [Guard(self.home, server, *each) for each in filled]
        self.accountant = Accountant(self.home, server, meter)
        plans = {name: PlanOracle(wish) for name, wish in wishes().items()}
        keys = {name: self.keys[name] for name in plans}
        self.watch = Watch(self.home, server, plans, keys, frozenset({SALE}))
        self.watch.also_charges = lambda: any(guard.is_on for guard in self.guards)

    async def start(self) -> None:
        """Start Home Assistant."""
        await self.home.start()
        self.check()

    def check(self, *, update: bool = True, by_hand: bool = False) -> None:
        """Compare all: see `Watch.check`."""
        self.watch.check(update=update, by_hand=by_hand)
        for guard in self.guards:
            guard.check()

    async def to(self, until: datetime) -> None:
        """Go to an instant, stopping wherever something may happen by itself."""
        while (now := dt_util.utcnow()) < until:
            edges = [plan.next_change(now) for plan in self.watch.plans.values()]
            stops = [until, self.home.next_stop(), *(edge for edge in edges if edge is not None)]
            more = [at for guard in self.guards if (at := guard.next_stop(now)) is not None]
            stop = min(stops + more)
            asked = len(self.server.requests)
            await self.home.move_to(stop)
            await self._live()
            # At a moment that means nothing to anybody, all has to be as it was.
            happens = stop in stops[1:] or len(self.server.requests) > asked
            self.check(update=happens)

    async def _live(self) -> None:
        """Let the cars be driven and charged up to now."""
        for bay in self.home.bays:
            bay.live()
        await self.home.settle()

    async def restart(self, away: timedelta) -> None:
        """Restart Home Assistant, which takes a while."""
        await self.home.stop()
        self._freezer.tick(away)
        await self.home.start()
        self.watch.restarted()
        for guard in self.guards:
            guard.disturbed()
        self.check()

    async def reload(self) -> None:
        """Reload the entry, which asks for prices."""
        before = dt_util.utcnow()
        self.watch.restarted()
        await self.home.reload()
        self.check()
        self.watch.check_asked(before)

    async def ask(self) -> None:
        """Ask for prices by hand."""
        before = dt_util.utcnow()
        await self.home.ask()
        self.check()
        self.watch.check_asked(before)

    def check_store(self) -> None:
        """Compare what is on the disk with what the server has given."""
        self.watch.check_store(self._disk.read(f"{DOMAIN}.prices.E-1R-{AGILE}-C"))

    async def set_need(self, hours: float, energy: float) -> None:
        """Change the main plan's need."""
        wish = self.watch.plans[MAIN].wish
        wish.duration = timedelta(hours=hours)
        await self.home.set_number("charge_duration", hours)
        self.check(by_hand=True)
        wish.energy = Fraction(str(energy))
        await self.home.set_number("charge_energy", energy)
        self.check(by_hand=True)

    async def set_window(self, opens: time | None, closes: time | None) -> None:
        """Change the main plan's window."""
        wish = self.watch.plans[MAIN].wish
        wish.opens, wish.closes = opens, closes
        await self.home.configure(
            earliest_start=opens and opens.isoformat(), ready_by=closes and closes.isoformat()
        )
        self.check(by_hand=True)

    async def set_water(self, hours: float, shortest: int) -> None:
        """Change need and shortest run, in minutes, of the plan in slots."""
        wish = self.watch.plans[WATER].wish
        wish.duration, wish.shortest = timedelta(hours=hours), timedelta(minutes=shortest)
        await self.home.change_plan(self.keys[WATER], duration=hours, shortest_run=shortest)
        self.check(by_hand=True)

    async def switch(self, name: str, *, on: bool) -> None:
        """Switch a charge plan on or off."""
        self.watch.plans[name].wish.is_on = on
        await self.home.switch_plan(name, on=on)
        self.check(by_hand=True)
