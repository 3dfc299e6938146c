"""Years of prices come within the limits of requests, and never hold Home Assistant's loop for long."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from yarl import URL

from benchmarks.loop import watched
from custom_components.octopus_agile.agile.months import MOST_A_DAY, SPACING
from tests.common import Scene, set_up
from tests.octopus import NEWER, UK, FakeOctopus, lasting, uk
from tests.simulation.disk import Disk

from .common import HERE, METER, compare, comparison, fetched, read, shown, write
from .test_problems import action_of

COSY, GO = "COSY-22-12-08", "GO-VAR-22-10-14"
# More versions of Agile, as there have been.
OLD, OLDER = "AGILE-23-12-06", "AGILE-24-04-03"
# In seconds.
LONGEST_HOLD = 0.015
YEAR = read(uk("2025-10-20 00:00"), uk("2026-11-23 12:00"))


def daily(*changes: tuple[str, str]) -> list[dict[str, Any]]:
    """Return rows of a tariff that changes its price at times of day, newest first, for 13 months."""
    edges = []
    day = uk("2025-10-01 12:00").astimezone(UK).date()
    while day < uk("2026-11-25 12:00").astimezone(UK).date():
        edges += [(f"{day} {at}", price) for at, price in changes]
        day += timedelta(days=1)
    return [lasting(start, end, price) for (start, price), (end, _) in pairwise(edges)][::-1]


@pytest.fixture
async def many(compared: Scene) -> Scene:
    """A home with a year of its meter, and tariffs of few rows and of many."""
    octopus = compared.octopus
    octopus.lasting[GO] = daily(("00:30", "8.5"), ("05:30", "27.35"))
    octopus.lasting[COSY] = daily(
        ("04:00", "13.2"), ("07:00", "27"), ("13:00", "13.2"), ("16:00", "40.5")
    )
    octopus.publishing |= {NEWER, OLD, OLDER}
    await write(compared.home, METER, YEAR)
    return compared


def asked(octopus: FakeOctopus, begun: datetime) -> list[datetime]:
    """Return when past prices were asked for: first at once, beside what the home itself needs then."""
    requests = octopus.requests + octopus.requests_for_charges
    return [begun, *sorted(at for at, url in requests if at > begun and is_past(url))]


def is_past(url: URL) -> bool:
    """Tell whether whole months are asked for, and not the prices of now and some weeks before."""
    start = datetime.fromisoformat(url.query["period_from"])
    return (start.day, start.hour) == (1, 0)


def is_complete(home: HomeAssistant, *tariffs: str) -> list[bool]:
    return [shown(home, "saving_in_a_year", each).attributes.get("complete", False) for each in tariffs]


async def test_a_year_of_agile_and_three_of_few_rows_is_there_within_two_minutes(
    home: HomeAssistant, many: Scene
) -> None:
    compare(many.entry, comparison(), comparison("Go", GO), comparison("Cosy", COSY))
    begun = dt_util.utcnow()
    await set_up(home, many.entry)
    for _ in range(24):
        await fetched(many, 1)
        if is_complete(home, "flexible_octopus", "go", "cosy") == [True] * 3:
            break
    assert is_complete(home, "flexible_octopus", "go", "cosy") == [True] * 3
    assert dt_util.utcnow() - begun <= timedelta(minutes=2)
    requests = asked(many.octopus, begun)
    assert len(requests) <= MOST_A_DAY
    assert min(after - before for before, after in pairwise(requests)) >= SPACING
    bills = [bill for month in (await action_of(many))["months"] for bill in month["tariffs"]]
    assert [bill["complete"] for bill in bills] == [True] * 4


async def test_further_half_hourly_ones_go_on_the_next_day(home: HomeAssistant, many: Scene) -> None:
    names = ["newer", "old", "older"]
    compare(many.entry, comparison("Newer", NEWER), comparison("Old", OLD), comparison("Older", OLDER))
    begun = dt_util.utcnow()
    await set_up(home, many.entry)
    await fetched(many, MOST_A_DAY + 5)
    assert len(asked(many.octopus, begun)) == MOST_A_DAY
    assert is_complete(home, *names) == [True, False, False]
    # The action says the same of each tariff in the first month of the year.
    first = (await action_of(many, start="2025-11-24 00:00", end="2025-12-01 00:00"))["months"][0]
    assert [bill["complete"] for bill in first["tariffs"]] == [True, True, False, False]
    assert first["tariffs"][0]["tariff"] == HERE
    # Nothing is asked until a day has passed since the first request.
    until = dt_util.utcnow()
    await many.clock.to("2026-11-24 11:59")
    more = [url for at, url in many.octopus.requests if at > until and is_past(url)]
    assert more == []
    await many.clock.to("2026-11-24 12:01")
    await fetched(many, 30)
    assert is_complete(home, *names) == [True] * 3


@pytest.fixture
def elsewhere(many: Scene) -> Iterator[None]:
    """Let Octopus make up its answers elsewhere, and no mock look through files: that isn't our doing."""
    octopus, answer = many.octopus, many.octopus._value
    asked: list[URL] = []

    def note(url: URL) -> tuple[int, None]:
        asked.append(url)
        return 200, None

    # A context of its own ends before the harness's mock of the disk, over which it lies, is taken away.
    with ThreadPoolExecutor(1) as pool, pytest.MonkeyPatch.context() as patched:
        Disk().spin(patched)
        octopus._value = note  # type: ignore[method-assign]
        octopus.page = lambda: pool.submit(lambda: json.dumps(answer(asked[-1])[1]).encode()).result()
        yield


@pytest.mark.usefixtures("elsewhere")
async def test_no_call_holds_the_loop_for_long(home: HomeAssistant, many: Scene) -> None:
    """Not for more than 15 ms.

    It is the processor time of the loop's own thread, so that what else runs doesn't count.
    """
    compare(many.entry, comparison("Newer", NEWER), comparison("Cosy", COSY))
    await set_up(home, many.entry)
    asyncio.get_running_loop().set_debug(False)

    async def longest(work: Callable[[], Awaitable[Any]]) -> float:
        with watched() as holds:
            await work()
        return holds.longest

    steps = [await longest(partial(fetched, many, 1)) for _ in range(32)]
    assert is_complete(home, "newer", "cosy") == [True, True]
    calls = [await longest(partial(action_of, many, start="2025-11-01 00:00")) for _ in range(3)]
    assert max(steps + calls) < LONGEST_HOLD, (steps, calls)
