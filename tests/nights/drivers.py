"""Simple drivers: one that does all that can be done, and saboteurs that prove the oracle."""

from typing import override

from .belief import Belief
from .charger import CallFailed
from .oracle import planner_of
from .world import World


class Perfect:
    """Charges at the cheapest time, believes the reports, and tries again what has failed."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self.in_session = False
        self.known_until = 0
        self.errors: list[str] = []
        # Until when it leaves a charger alone that somebody has switched off in a session.
        self._leaves_alone: float | None = None

    async def begin(self, world: World) -> None:
        """Get to know the world."""
        night = world.night
        self._world = world
        self._night = night
        self._belief = Belief(night.car.capacity, night.car.efficiency, night.car.step)
        self._planner = planner_of(night, world.record.price)
        self._delivered = self._minutes = 0.0
        # Up to when today's prices reach: until 23:00 UK time.
        self._today = next(
            (minute for minute in range(night.deadline) if night.local(minute) == "23:00:00"),
            night.deadline,
        )

    async def minute(self, reports: list[float]) -> None:
        """Live through a minute."""
        world, now = self._world, self._world.now
        if world.is_down:
            return
        self._take_in_energy()
        for level in reports:
            self._belief.hear(now, level)
        self.known_until = self._night.deadline if now >= self._night.published else self._today
        missing = self._belief.missing(now, world.people.target)
        self.in_session = missing is not None and self.wants(now, missing)
        if missing is None or not self._is_left_off(now, missing):
            self._switch()

    async def end(self) -> None:
        """Leave."""

    def wants(self, now: int, missing: float) -> bool:
        """Tell whether to charge now."""
        return self._planner.wants(now, missing, self.known_until, plugged=self._world.people.is_plugged)

    def _is_left_off(self, now: int, missing: float) -> bool:
        """Tell whether somebody has switched the charger off in a session whose end is still to come."""
        if not self.in_session or not self._world.people.has_turned_off:
            self._leaves_alone = None
            return False
        if self._leaves_alone is None:
            self._leaves_alone = now + missing / self._night.car.power * 60
        self.in_session = now < self._leaves_alone
        return self.in_session

    def _take_in_energy(self) -> None:
        """Take in what the charger has given since the last minute, as far as that can be seen."""
        world = self._world
        if self._night.plan.has_energy_sensor:
            self._belief.deliver(world.delivered - self._delivered)
            self._delivered = world.delivered
        else:
            minutes = world.on_minutes
            self._belief.deliver((minutes - self._minutes) / 60 * self._night.car.power)
            self._minutes = minutes

    def _switch(self) -> None:
        charger = self._world.charger
        if self._world.people.has_turned_on or not charger.is_available:
            return
        if charger.is_on != self.in_session:
            try:
                self._world.call(on=self.in_session)
            except CallFailed:
                return


class NeverWaits(Perfect):
    """Charges as soon as there is a car."""

    @override
    def wants(self, now: int, missing: float) -> bool:
        price, limit = self._world.record.price[now], self._night.plan.price_limit
        is_there = self._world.people.is_plugged and now >= (self._night.plan.opens or 0)
        may = price is not None and (limit is None or price <= limit) and now < self.known_until
        return missing > 1e-6 and is_there and may


class NeverRetries(Perfect):
    """Charges once, at the cheapest time and for as long as it takes by what was known then."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        super().__init__()
        self._ends: float | None = None

    @override
    def wants(self, now: int, missing: float) -> bool:
        if self._ends is None and super().wants(now, missing):
            self._ends = now + missing / self._night.car.power * 60
        price, limit = self._world.record.price[now], self._night.plan.price_limit
        is_cheap = limit is None or (price is not None and price <= limit)
        return self._ends is not None and now < self._ends and is_cheap


class NeverCharges(Perfect):
    """Does nothing."""

    @override
    def wants(self, now: int, missing: float) -> bool:
        return False


class LeavesOn(Perfect):
    """Doesn't switch off what it has switched on."""

    @override
    def _switch(self) -> None:
        if self.in_session:
            super()._switch()
