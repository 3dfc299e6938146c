"""A driver of weeks who waits as long as the rule permits, and saboteurs that prove the oracle."""

from typing import override

from tests.nights.world import World

from .oracle import Paper
from .week import Week


class Latest:
    """Charges as late as it may, by the level as it is."""

    def __init__(self, week: Week) -> None:
        """Begin with nothing to do."""
        self.in_session = False
        self.known_until = 0
        self.errors: list[str] = []
        self.week = week

    async def begin(self, world: World) -> None:
        """Get to know the world."""
        self._world = world
        self._paper = Paper(self.week, world.record)
        self._deadlines = [*self.week.deadlines(), world.night.deadline]

    async def minute(self, reports: list[float]) -> None:
        """Live through a minute."""
        world, now = self._world, self._world.now
        self.known_until = self.week.minute(self.week.horizon(world.night.at(now)))
        self.in_session = world.people.is_plugged and self.wants(now)
        if world.charger.is_on != self.in_session:
            world.call(on=self.in_session)

    async def end(self) -> None:
        """Leave."""

    def wants(self, now: int) -> bool:
        """Tell whether to charge in a minute."""
        return self._paper.open[now] and now < self.known_until and self._must(now)

    def _must(self, now: int) -> bool:
        deadline = next(each for each in self._deadlines if each > now)
        level = self._world.battery.level
        return self._paper.must(now, deadline, self.known_until, level)


class ForgetsTheDeadline(Latest):
    """Waits for a price that is really good."""

    @override
    def _must(self, now: int) -> bool:
        price = self._world.record.price[now]
        is_full = self._world.battery.level >= self.week.night.plan.target
        return price is not None and price < 1 and not is_full


class ForgetsTheMinimum(Latest):
    """Thinks of the deadline alone."""

    @override
    async def begin(self, world: World) -> None:
        await super().begin(world)
        self._paper.minimum = None


class TrustsAForecast(Latest):
    """Begins before the prices are out."""

    @override
    def wants(self, now: int) -> bool:
        is_full = self._world.battery.level >= self.week.night.plan.target
        return self._paper.open[now] and now >= self.known_until and not is_full
