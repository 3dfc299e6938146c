"""A home, a server and a clock: goes from one moment at which something happens to the next."""

from copy import deepcopy
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
from .server import Book, Octopus
from .watch import Watch
from .wishes import MAIN, SALE, WATER, bays, make_entry, wishes


class LivedIn(Home):
    """A home with cars."""

    bays: list[Bay]

    @override
    async def prepare(self) -> None:
        for bay in self.bays:
            await bay.move_in(self.hass)


# What a plan's settings call the entities of a bay.
_OPTIONS = {"level": "state_of_charge", "plug": "plugged_in", "energy": "energy_sensor"}
_AFTERWARDS = timedelta(hours=1)


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
        # What is on the disk since it has been full.
        self._kept: tuple[dict[str, PlanOracle], dict[str, Book]] | None = None
        self._explained: dict[str, datetime] = {}
        self.watch.explained = self._explains
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

    def _explains(self, line: str) -> bool:
        """Tell whether a line of the log tells of a trouble that there was within the last hour."""
        now = dt_util.utcnow()
        if self._disk.is_full:
            self._explained["can't be written"] = self._explained["Error writing config"] = now
        for bay in self.home.bays:
            if bay.trouble.is_failing:
                self._explained[f"{bay.entities['charger']} can't be switched"] = now
        return any(text in line and at > now - _AFTERWARDS for text, at in self._explained.items())

    async def changed(self) -> None:
        """Look at what somebody or something has just changed at home."""
        await self._live()
        self.check()

    async def leap(self, leap: timedelta) -> None:
        """Set the clock ahead or back, which is noticed within a minute."""
        before = dt_util.utcnow()
        await self._live()
        self.home.set_clock(leap)
        self.watch.forgotten()
        for bay in self.home.bays:
            bay.leap(leap)
        await self.home.notice()
        self.watch.leapt(leap, before)
        for guard in self.guards:
            guard.disturbed()

    def fill_disk(self) -> None:
        """Let nothing be written any more."""
        self._disk.is_full = True
        self._kept = deepcopy((self.watch.plans, self.server.books))

    def clear_disk(self) -> None:
        """Let everything be written again."""
        self._disk.is_full, self._kept = False, None

    def _forget(self) -> None:
        """Go back to what could still be written."""
        if self._kept is None:
            return
        plans, books = deepcopy(self._kept)
        for name, plan in plans.items():
            plan.wish = self.watch.plans[name].wish
            self.watch.plans[name] = plan
        for code, book in books.items():
            self.server.books[code].given = book.given
        self.watch.forgotten()

    async def rename(self, bay: Bay, key: str, ending: str) -> None:
        """Rename an entity that a plan uses: the plan follows."""
        bay.rename(key, ending)
        await self.home.settle()
        if self.home.is_up:
            settings = self.home.entry.subentries[self.keys[bay.name]].data
            assert settings[_OPTIONS[key]] == bay.entities[key]

    async def restart(self, away: timedelta) -> None:
        """Restart Home Assistant, which takes a while."""
        await self.home.stop()
        self._freezer.tick(away)
        self._forget()
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
        """Compare what is on the disk with what the server has given, unless it couldn't be written."""
        if self._disk.is_full:
            return
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
