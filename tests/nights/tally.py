"""Many nights: what they come to, and whether that is good enough."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tests.simulation.server import Tariff

from .draw import draw
from .oracle import Verdict, judge
from .world import Driver, World

# How much more than the least all nights together may cost.
MOST_COST = 1.03


@dataclass(frozen=True)
class Season:
    """Prices, and the days on which nights may begin."""

    tariff: Tariff
    first: date
    days: int


async def live(seed: str, season: Season, driver: Driver) -> Verdict:
    """Live through a night and judge it."""
    night = draw(seed, season.tariff, season.first, season.days)
    verdict = judge(await World(night, season.tariff).live(driver))
    verdict.errors = driver.errors
    return verdict


@dataclass
class Tally:
    """What nights have come to."""

    verdicts: list[Verdict] = field(default_factory=list)

    async def add(self, seeds: list[str], season: Season, driver: Callable[[], Driver]) -> None:
        """Live through nights, each with a driver of its own."""
        self.verdicts += [await live(seed, season, driver()) for seed in seeds]

    @property
    def failed(self) -> list[Verdict]:
        """Return the nights with a failure of their own."""
        return [each for each in self.verdicts if each.failures]

    @property
    def cost(self) -> float:
        """Return what all has cost, as a multiple of the least."""
        least = sum(each.least for each in self.verdicts)
        return sum(each.paid for each in self.verdicts) / least if least > 0 else float("inf")

    @property
    def is_good(self) -> bool:
        """Tell whether all criteria are met."""
        return not self.failed and self.cost <= MOST_COST

    def lines(self) -> list[str]:
        """Return the summary as a table, and each failure with its seed."""
        could = [each for each in self.verdicts if each.could_be_full]
        others = [each for each in self.verdicts if not each.could_be_full]
        full = sum(each.is_full for each in could)
        rows = [
            ("nights", f"{len(self.verdicts)}"),
            ("could have been full", f"{len(could)}"),
            ("of these, full", f"{full} ({_share(full, len(could))})"),
            (
                "of the others, as full as they could be",
                f"{sum(each.is_as_full for each in others)} of {len(others)}",
            ),
            ("cost", f"£{sum(each.paid for each in self.verdicts) / 100:.2f}"),
            ("cost / least cost", f"{self.cost:.4f} (at most {MOST_COST})"),
            ("minutes on outside sessions", f"{sum(each.outside for each in self.verdicts)}"),
            ("sessions with wrong calls", f"{sum(len(each.wrong_calls) for each in self.verdicts)}"),
            ("nights with a failure", f"{len(self.failed)}"),
        ]
        table = [
            "| what | result |",
            "| --- | ---: |",
            *(f"| {name} | {value} |" for name, value in rows),
        ]
        failures = [
            f"- {each.night.seed}: {'; '.join(each.failures)} ({', '.join(each.night.tags)})"
            for each in self.failed
        ]
        return [*table, *([""] if failures else []), *failures]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "none"
