"""A home, a server and a clock: goes from one moment at which something happens to the next."""

from datetime import datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import subentry
from tests.common import ENTRY_DATA
from tests.octopus import AGILE, OUTGOING

from .disk import Disk
from .home import Home
from .plan_oracle import PlanOracle, Wish
from .server import Octopus
from .watch import MAIN, Watch

CAR, WATER, SALE = "charge_the_car", "heat_the_water", "sell_the_rest"


def wishes() -> dict[str, Wish]:
    """Return what the home wants: its own charge, a car in one go, water in the cheapest slots.

    And to sell what is left in a battery when that pays most.
    """
    return {
        MAIN: Wish(timedelta(hours=4), Fraction(28)),
        CAR: Wish(timedelta(hours=2), Fraction(14), time(18), time(7)),
        WATER: Wish(
            timedelta(hours=3),
            Fraction(9),
            time(22),
            time(7),
            in_slots=True,
            shortest=timedelta(minutes=60),
        ),
        SALE: Wish(timedelta(hours=1, minutes=30), Fraction(5), time(15), time(22)),
    }


def make_entry() -> MockConfigEntry:
    """Return the entry that goes with the wishes."""
    plans = [
        subentry(),
        subentry(
            "Heat the water",
            need="duration",
            duration=3,
            energy=9,
            power=None,
            earliest_start="22:00:00",
            mode="slots",
            shortest_run=60,
        ),
        subentry(
            "Sell the rest",
            need="duration",
            duration=1.5,
            energy=5,
            power=None,
            earliest_start="15:00:00",
            ready_by="22:00:00",
            direction="export",
        ),
    ]
    return MockConfigEntry(
        domain=DOMAIN,
        title="Octopus Agile London",
        # Always the same, because it says at which seconds the entry asks for prices.
        entry_id="01M844DZG0T5QECSCR14MV3CN3",
        data=ENTRY_DATA,
        options={"charge_duration": 4.0, "charge_energy": 28.0, "export_product": OUTGOING},
        subentries_data=[plan.as_dict() for plan in plans],
    )


class Simulation:
    """Moves the clock, and compares all with the oracle wherever it stops."""

    def __init__(
        self,
        folder: Path,
        freezer: FrozenDateTimeFactory,
        disk: Disk,
        server: Octopus,
    ) -> None:
        """Prepare a home with its disk."""
        self._freezer = freezer
        self._disk = disk
        self.server = server
        entry = make_entry()
        self.home = Home(folder, freezer, entry)
        car, water, sale = entry.subentries
        plans = {name: PlanOracle(wish) for name, wish in wishes().items()}
        self.keys = {MAIN: MAIN, CAR: car, WATER: water, SALE: sale}
        self.watch = Watch(self.home, server, plans, self.keys, frozenset({SALE}))

    async def start(self) -> None:
        """Start Home Assistant."""
        await self.home.start()
        self.watch.check()

    async def to(self, until: datetime) -> None:
        """Go to an instant, stopping wherever something may happen by itself."""
        while (now := dt_util.utcnow()) < until:
            edges = [plan.next_change(now) for plan in self.watch.plans.values()]
            stops = [until, self.home.next_stop(), *(edge for edge in edges if edge is not None)]
            stop = min(stops)
            asked = len(self.server.requests)
            await self.home.move_to(stop)
            # At a moment that means nothing to anybody, all has to be as it was.
            happens = stop in stops[1:] or len(self.server.requests) > asked
            self.watch.check(update=happens)

    async def restart(self, away: timedelta) -> None:
        """Restart Home Assistant, which takes a while."""
        await self.home.stop()
        self._freezer.tick(away)
        await self.home.start()
        self.watch.restarted()
        self.watch.check()

    async def reload(self) -> None:
        """Reload the entry, which asks for prices."""
        before = dt_util.utcnow()
        self.watch.restarted()
        await self.home.reload()
        self.watch.check()
        self.watch.check_asked(before)

    async def ask(self) -> None:
        """Ask for prices by hand."""
        before = dt_util.utcnow()
        await self.home.ask()
        self.watch.check()
        self.watch.check_asked(before)

    def check_store(self) -> None:
        """Compare what is on the disk with what the server has given."""
        self.watch.check_store(self._disk.read(f"{DOMAIN}.prices.E-1R-{AGILE}-C"))

    async def set_need(self, hours: float, energy: float) -> None:
        """Change the main plan's need."""
        wish = self.watch.plans[MAIN].wish
        wish.duration = timedelta(hours=hours)
        await self.home.set_number("charge_duration", hours)
        self.watch.check(by_hand=True)
        wish.energy = Fraction(str(energy))
        await self.home.set_number("charge_energy", energy)
        self.watch.check(by_hand=True)

    async def set_window(self, opens: time | None, closes: time | None) -> None:
        """Change the main plan's window."""
        wish = self.watch.plans[MAIN].wish
        wish.opens, wish.closes = opens, closes
        await self.home.configure(
            earliest_start=opens and opens.isoformat(), ready_by=closes and closes.isoformat()
        )
        self.watch.check(by_hand=True)

    async def set_water(self, hours: float, shortest: int) -> None:
        """Change need and shortest run, in minutes, of the plan in slots."""
        wish = self.watch.plans[WATER].wish
        wish.duration, wish.shortest = timedelta(hours=hours), timedelta(minutes=shortest)
        await self.home.change_plan(self.keys[WATER], duration=hours, shortest_run=shortest)
        self.watch.check(by_hand=True)

    async def switch(self, name: str, *, on: bool) -> None:
        """Switch a charge plan on or off."""
        self.watch.plans[name].wish.is_on = on
        await self.home.switch_plan(name, on=on)
        self.watch.check(by_hand=True)
