"""How long planning takes, and how that grows with the slots."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from math import log

from custom_components.octopus_agile.agile.blocks import cheapest_block
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.scenarios import Past
from custom_components.octopus_agile.agile.slots import cheapest_slots
from custom_components.octopus_agile.agile.week import Outlook
from custom_components.octopus_agile.agile.windows import repeating_window
from demo.prices import UK

from .prices import DAY, START, fresh_rates, rates
from .results import Section, shown, table
from .timing import MICROSECONDS, MILLISECONDS, median_time

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
_SPANS = {"96 slots": 2, "336 slots (7 days)": 7, "17,568 slots (a year)": 366}
_RUNS = {2: 2_000, 7: 600, 366: 15}
_SLOTS_RUNS = {2: 150, 7: 40, 366: 3}

type _Case = Callable[[Rates, int], object]


def _block(duration: timedelta) -> _Case:
    return lambda series, days: cheapest_block(series, duration, START, START + days * DAY)


def _limited(duration: timedelta) -> _Case:
    return lambda series, days: cheapest_block(
        series.at_most(Decimal("0.25")), duration, START, START + days * DAY
    )


def _slots(
    need: timedelta,
    run: int = 0,
    start_cost: str = "0",
    price_limit: str | None = None,
    after: int = 0,
) -> _Case:
    def find(series: Rates, days: int) -> object:
        usable = series if price_limit is None else series.at_most(Decimal(price_limit))
        return cheapest_slots(
            usable,
            need,
            START + after * MINUTE,
            START + days * DAY,
            shortest_run=run * MINUTE,
            start_cost=Decimal(start_cost),
        )

    return find


_BLOCKS: dict[str, _Case] = {
    "block, 4 h": _block(4 * HOUR),
    "block, 3 h 37 min": _block(217 * MINUTE),
    "block, 4 h, price limit 25p": _limited(4 * HOUR),
}
_SLOTTED: dict[str, _Case] = {
    "slots, 4 h": _slots(4 * HOUR),
    "slots, 4 h, runs of 30 min": _slots(4 * HOUR, 30),
    "slots, 4 h, runs of 60 min": _slots(4 * HOUR, 60),
    "slots, 4 h, runs of 60 min, price limit 25p": _slots(4 * HOUR, 60, price_limit="0.25"),
    "slots, 4 h, runs of 60 min, 1p a start": _slots(4 * HOUR, 60, "0.01"),
    "slots, 3 h 47 min from 00:13, runs of 30 min": _slots(227 * MINUTE, 30, after=13),
    "slots, 3 h 47 min from 00:13, runs of 60 min": _slots(227 * MINUTE, 60, after=13),
    "slots, 10 h, runs of 60 min": _slots(10 * HOUR, 60),
    "slots, 9 h 53 min from 00:13, runs of 60 min": _slots(593 * MINUTE, 60, after=13),
}


def measure(*, quick: bool) -> Section:
    """Measure planning in all its modes."""
    section = Section(
        "Planning",
        "Modelled prices; the whole span is the window. Median of "
        f"{_RUNS[2]:,}, {_RUNS[7]} and {_RUNS[366]} runs for blocks, of {_SLOTS_RUNS[2]}, "
        f"{_SLOTS_RUNS[7]} and {_SLOTS_RUNS[366]} for slots, after 3 to warm up"
        f"{', a tenth of these here' if quick else ''}; without garbage collection. Growth is the "
        "exponent of time against slots, from two days to the longest span: 1 is linear.",
    )
    rows: list[list[str]] = []
    times: dict[tuple[str, int], float] = {}
    for cases, runs in ((_BLOCKS, _RUNS), (_SLOTTED, _SLOTS_RUNS)):
        for name, case in cases.items():
            skip_year = quick and runs is _SLOTS_RUNS
            spans = [days for days in _SPANS.values() if days <= 7 or not skip_year]
            for days in spans:
                times[name, days] = _time(case, days, max(3, runs[days] // (10 if quick else 1)))
            rows.append(_row(name, {days: times[name, days] for days in spans}))
    section.tables.append(table(["mode", *_SPANS, "growth"], rows))
    _budgets(section, times)
    cold = median_time(lambda: _BLOCKS["block, 4 h"](fresh_rates(2), 2), 20)
    made = median_time(lambda: fresh_rates(2), 20)
    section.add(
        "Cheapest block over 96 slots, first time",
        (cold - made) * MICROSECONDS,
        "µs",
        method="on a series that has just come: with the integers that all later ones share",
    )
    week = median_time(_week(48 * HOUR), 30)
    what = "a week ahead, whole days; from the rates to the choice"
    section.add("Waiting within a week, 48 h", week * MILLISECONDS, "ms", 20, what)
    return section


def _week(need: timedelta) -> Callable[[], object]:
    """Return what divides a need between two known days and a week ahead, from nothing."""
    known = fresh_rates(35)
    now, end = START + 33 * DAY, START + 35 * DAY
    windows = repeating_window(None, None, UK).until(now, end + 7 * DAY)
    return lambda: Outlook(Past(known), windows).choose(need, known.between(now, end))


def _time(case: _Case, days: int, runs: int) -> float:
    series = rates(days)
    return median_time(lambda: case(series, days), runs)


def _row(name: str, times: dict[int, float]) -> list[str]:
    longest = max(times)
    growth = log(times[longest] / times[2]) / log(longest / 2)
    cells = [_readable(times[days]) if days in times else "" for days in _SPANS.values()]
    return [name, *cells, f"{growth:.2f}"]


def _readable(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{shown(seconds * MICROSECONDS)} µs"
    return f"{shown(seconds * MILLISECONDS)} ms"


def _growth(
    section: Section, name: str, times: dict[tuple[str, int], float], days: tuple[int, int], limit: float
) -> None:
    """Budget how the time grows from some days to more: an exponent, less the 1 of a linear growth."""
    few, many = days
    exponent = log(times[name, many] / times[name, few]) / log(many / few)
    what = f"exponent from {few} to {many} days, less 1"
    section.add(f"{name}, growth beyond linear", max(0.0, exponent - 1), "", limit, what)


def _budgets(section: Section, times: dict[tuple[str, int], float]) -> None:
    for name in ("block, 4 h", "block, 3 h 37 min"):
        section.add(f"{name}, 96 slots", times[name, 2] * MICROSECONDS, "µs", 30)
        section.add(f"{name}, a year", times[name, 366] * MILLISECONDS, "ms", 10)
        _growth(section, name, times, (7, 366), 0.15)
    for name in ("slots, 3 h 47 min from 00:13, runs of 60 min", "slots, 10 h, runs of 60 min"):
        limit = 8 if "10 h" in name else 4
        section.add(f"{name}, 96 slots", times[name, 2] * MILLISECONDS, "ms", limit)
    for run in (30, 60):
        name = f"slots, 4 h, runs of {run} min"
        section.add(f"{name}, 96 slots", times[name, 2] * MILLISECONDS, "ms", 3)
        _growth(section, name, times, (2, 7), 0.25)
