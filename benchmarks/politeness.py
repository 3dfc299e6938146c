"""Requests a day and minutes from publication to entity, simulated from the publication clock alone.

Every installation is a seed. Its timer fires when `next_request` says, the answer comes at once, and no
cache lies in between. `crosscheck` finds the same in a real Home Assistant.
"""

import asyncio
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.octopus_agile.agile.publication import SHORTEST_GAP, RequestLog, next_request
from tests.common import Clock

from .home import entry, frozen, home
from .results import Section, shown, table

UK = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# The day that is simulated, UK time; the prices of its evening were published the day before.
_DUE = datetime(2026, 11, 23, 16, tzinfo=UK).astimezone(ZoneInfo("UTC"))
_KNOWN = _DUE + timedelta(hours=7)
_NEVER = _DUE + timedelta(days=30)

BUSY_SECOND = 0.02
MOST_A_DAY = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one installation did: when it asked, and minutes until it had the prices."""

    requests: list[datetime]
    delay: float

    @property
    def busiest(self) -> int:
        """The most requests within 24 hours."""
        times = self.requests
        return max(bisect_left(times, at + DAY) - n for n, at in enumerate(times))

    @property
    def gap(self) -> float:
        """The shortest time between two requests in minutes."""
        pairs = zip(self.requests, self.requests[1:], strict=False)
        return min(((after - before) / MINUTE for before, after in pairs), default=float("inf"))


def simulate(seed: str, published: datetime, until: datetime | None = None) -> Outcome:
    """Follow an installation from the day before until it has the prices, or until a time."""
    asked: RequestLog | None = RequestLog(_DUE - DAY + 3 * MINUTE, recent=(_DUE - DAY + 3 * MINUTE,))
    now = _DUE - timedelta(hours=1)
    requests: list[datetime] = []
    while True:
        at = next_request(now, max(now, _KNOWN), asked, seed)
        # Home Assistant looks again every half hour, when prices run out for instance.
        wake = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + 30 * MINUTE
        now = max(now, min(at, wake))
        if until is not None and now >= until:
            return Outcome(requests, float("nan"))
        if now < at:
            continue
        requests.append(now)
        asked = RequestLog.after_request(asked, now)
        if now >= published:
            return Outcome(requests, (now - published) / MINUTE)


def quantile(values: list[float], share: float) -> float:
    """Return the value that a share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _at(clock: str) -> datetime:
    """Return a UK time of the day simulated; before noon it is that of the next day."""
    hour, minute = map(int, clock.split(":"))
    return _DUE + (timedelta(hours=hour - 16, minutes=minute) % DAY)


def _spread(first: str, last: str, count: int) -> list[datetime]:
    """Return publication times to the microsecond, evenly spread over a time of day."""
    start, end = _at(first), _at(last)
    return [start + (end - start) * (n + 0.5) / count for n in range(count)]


_TIMES = (
    ("16:00", "16:05"),
    ("16:05", "16:20"),
    ("16:20", "16:30"),
    ("16:30", "17:00"),
    ("17:00", "18:00"),
    ("18:00", "20:00"),
    ("20:00", "22:00"),
    ("22:00", "23:59"),
    ("00:00", "08:00"),
    ("08:00", "15:30"),
)


def measure(*, quick: bool) -> Section:
    """Measure everything about requests that needs no Home Assistant."""
    count = 300 if quick else 3_000
    section = Section(
        "Requests, and minutes from publication to entity",
        f"Simulated with the publication clock alone: {count:,} installations (seeds) in each row, each "
        "with its own publication time, spread evenly over the row's span (UK time; after midnight it "
        "is the next day's). Answers come at once, without a cache in between.",
    )
    rows, before_six, shortest, busiest = _by_time(count)
    heads = ["published", "requests: median", "most", "delay: median", "95%", "longest (min)"]
    section.tables.append(table(heads, rows))
    ordinary = [simulate(f"ordinary {n}", at) for n, at in enumerate(_spread("16:00", "16:20", count))]
    most = max(len(each.requests) for each in ordinary)
    section.add("Requests on an ordinary day", most, "", 4, "the most of any; published 16:00 to 16:20")
    section.add("Delay, median", median(before_six), "min", 3, "published before 18:00")
    section.add("Delay, 95%", quantile(before_six, 0.95), "min", 6, "published before 18:00")
    vain = [simulate(f"vain {n}", _NEVER, _DUE + 4 * DAY) for n in range(count // 10)]
    shortest = min(shortest, *(each.gap for each in vain))
    busiest = max(busiest, *(each.busiest for each in vain))
    section.add(
        "Shortest gap is under 5 minutes by",
        max(0.0, SHORTEST_GAP / MINUTE - shortest),
        "min",
        0,
        f"the shortest of all gaps was {shortest:.2f} min",
    )
    section.add("Requests in 24 hours", busiest, "", MOST_A_DAY, "most, also where prices never come")
    _busy_second(section, 3_000 if quick else 10_000)
    _crosschecks(section, ("16:10",) if quick else ("16:00", "16:10", "16:25", "17:00", "17:45"))
    return section


def _by_time(count: int) -> tuple[list[list[str]], list[float], float, int]:
    """Return rows by publication time, delays of the early ones, shortest gap, most in 24 hours."""
    rows, early, shortest, busiest = [], [], float("inf"), 0
    for first, last in _TIMES:
        outcomes = [simulate(f"{first} {n}", at) for n, at in enumerate(_spread(first, last, count))]
        delays = [each.delay for each in outcomes]
        counts = [len(each.requests) for each in outcomes]
        if "16:00" <= first < "18:00":
            early += delays
        shortest = min(shortest, *(each.gap for each in outcomes))
        busiest = max(busiest, *(each.busiest for each in outcomes))
        figures = [median(counts), max(counts), median(delays), quantile(delays, 0.95), max(delays)]
        rows.append([f"{first} to {last}", *map(shown, figures)])
    return rows, early, shortest, busiest


@dataclass(frozen=True, slots=True)
class Compared:
    """What a real Home Assistant did on a day, and what the simulation says it does."""

    clock: str
    requests: int
    delay: float
    simulated: Outcome

    @property
    def agree(self) -> bool:
        """Whether both asked as often, and had the prices at the same second."""
        return (
            self.requests == len(self.simulated.requests)
            and abs(self.delay - self.simulated.delay) < timedelta(seconds=1) / MINUTE
        )

    @property
    def row(self) -> list[str]:
        """The row of a table."""
        found, model = self.requests, self.simulated
        delays = f"{self.delay:.2f}", f"{model.delay:.2f}"
        return [self.clock, str(found), str(len(model.requests)), *delays]


async def crosscheck(clock: str) -> Compared:
    """Let a real Home Assistant wait for prices that come at a UK time of day."""
    day = "2026-11-23"
    with frozen(f"{day} 12:00") as freezer:
        async with home() as house:
            house.octopus.publishes_at = time.fromisoformat(clock)
            ours = entry()
            await house.set_up(ours)
            steps = Clock(house.hass, freezer)
            await steps.walk(f"{day} 15:59")
            asked = len(house.octopus.requests)
            before = _prices_until(house.hass)
            while _prices_until(house.hass) == before:
                # The simulation's gaps belong to the exact times of the requests before.
                due = ours.runtime_data.prices.next_request(dt_util.utcnow())
                await steps.move_to(max(due, dt_util.utcnow() + timedelta(seconds=1)))
            delay = (dt_util.utcnow() - _at(clock)) / MINUTE
            requests = len(house.octopus.requests) - asked
            return Compared(clock, requests, delay, simulate(ours.entry_id, _at(clock)))


def _crosschecks(section: Section, clocks: tuple[str, ...]) -> None:
    compared = [asyncio.run(crosscheck(clock)) for clock in clocks]
    section.add(
        "Days on which a real Home Assistant did otherwise",
        sum(not each.agree for each in compared),
        "",
        0,
    )
    section.tables.append(
        "One installation in a real Home Assistant, on a frozen clock that stops at each request:\n\n"
        + table(
            ["published", "requests", "simulated", "minutes to the entity", "simulated"],
            [each.row for each in compared],
        )
    )


def _prices_until(hass: HomeAssistant) -> str:
    (found,) = [each for each in hass.states.async_all() if each.entity_id.endswith("_prices_until")]
    return found.state


def _busy_second(section: Section, installations: int) -> None:
    """Add how many ask in the same second, on ordinary days and after a day on which no prices came."""
    for name, published in (
        ("published 16:00", _at("16:00")),
        ("published 16:05", _at("16:05")),
        ("published 17:00", _at("17:00")),
        ("published 22:00", _at("22:00")),
        ("published 16:05, a day late", _at("16:05") + DAY),
    ):
        seconds: Counter[datetime] = Counter()
        for n in range(installations):
            outcome = simulate(f"{n:026}", published)
            last = [at for at in outcome.requests if at > outcome.requests[-1] - DAY]
            seconds.update(at.replace(microsecond=0) for at in last)
        share = max(seconds.values()) / seconds.total()
        section.add(
            f"Busiest second, {name}",
            share * 100,
            "% of the day's requests",
            BUSY_SECOND * 100,
            f"{installations:,} installations, {seconds.total():,} requests",
        )
