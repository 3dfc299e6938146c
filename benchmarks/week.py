"""What waiting for a cheaper day within a deadline is worth, on any series of prices."""

from argparse import ArgumentTypeError
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from custom_components.octopus_agile.agile.rates import Rate, Rates
from demo.prices import SLOT, modelled, recorded

from .deadlines import DAYS, NEEDS, Case, Costs, Series
from .results import Section, table

MODELLED = "modelled"
_YEARS = datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
_EVERY, _EVERY_QUICKLY = 3, 15
# The case of which more is told: a need in hours, and days.
_TOLD = 8, 7
# Odds are told apart up to these.
_ODDS = (0.8, 0.95, 0.99, 1)

type Results = dict[Case, Costs]


class Source(NamedTuple):
    """A series of prices and what it is called."""

    name: str
    series: Series


def source(text: str) -> Source:
    """Return the prices of a file, or modelled ones, as an argument of the command."""
    if text == MODELLED:
        slots = {slot.start: slot.inc_vat for slot in modelled("C", *_YEARS)}
    else:
        try:
            slots = recorded(Path(text))
        except (OSError, ValueError) as error:
            raise ArgumentTypeError(str(error)) from error
    rates = Rates(Rate(at, at + SLOT, price.scaleb(-2)) for at, price in sorted(slots.items()))
    return Source(Path(text).name, Series(rates))


def measure(*, quick: bool, prices: Sequence[Source] | None = None, since: date | None = None) -> Section:
    """Measure on modelled prices, or on those given; from a date on, if one is given."""
    every = _EVERY_QUICKLY if quick else _EVERY
    section = Section(
        "The week ahead",
        "A need in hours that must be met within some days, charged in slots of 30 minutes. Each day is "
        "a whole pricing day (23:00 to 23:00 UK time) whose prices come just before it. First night, "
        "even share (the same each day) and ours are mean p/kWh above perfect foresight, whose own mean "
        f"is in the last column. One day in {every} is a start, from the fifth week on, if no price is "
        "missing before its deadline. The rule leaves out past days with gaps. "
        "[What it means](../docs/week-ahead.md).",
    )
    for name, series in prices or [source(MODELLED)]:
        results = {case: series.costs(case) for case in series.cases(since, every)}
        section.tables += _tables(name, series, results)
    return section


def _tables(name: str, series: Series, results: Results) -> list[str]:
    if not results:
        return [f"Prices: {name}. No deadline has four weeks behind it and all its prices."]
    starts = {case.start for case in results}
    return [
        f"Prices: {name}; {len(starts)} starts from {min(starts)} to {max(starts)}.",
        table(
            ["need (h)", "days", "first night", "even share", "ours", "perfect"],
            ([str(need), str(days), *_means(results, need, days)] for need in NEEDS for days in DAYS),
        ),
        *_told(series, {case: each for case, each in results.items() if case[1:] == _TOLD}),
    ]


def mean(costs: Iterable[Costs]) -> Costs:
    """Return means over perfect foresight, and the mean of that, in p/kWh."""
    over = [
        (
            each.first_night - each.perfect,
            each.even_share - each.perfect,
            each.ours - each.perfect,
            each[3],
        )
        for each in costs
    ]
    return Costs(*map(fmean, zip(*over, strict=True)))


def _means(results: Results, need: int, days: int) -> list[str]:
    found = [costs for case, costs in results.items() if case[1:] == (need, days)]
    return [f"{each:.3f}" for each in mean(found)] if found else [""] * 4


def _told(series: Series, results: Results) -> list[str]:
    """Return more of one case: year by year, where waiting lost, and whether the odds were right."""
    if not results:
        return []
    need, days = _TOLD
    years: dict[str, list[Costs]] = {}
    for case, costs in results.items():
        years.setdefault(str(case.start.year), []).append(costs)
    rows = []
    for year, found in [*years.items(), ("all", list(results.values()))]:
        lost = [each.ours - each.first_night for each in found if each.ours > each.first_night + 1e-9]
        means = mean(found)
        share = (means.first_night - means.ours) / means.first_night
        by = [f"{fmean(lost):.2f}", f"{max(lost):.2f}"] if lost else ["", ""]
        numbers = [f"{each:.3f}" for each in means]
        rows.append([year, *numbers, f"{share:.0%}", f"{len(lost) / len(found):.0%}", *by])
    heads = ["year", "first night", "even share", "ours", "perfect", "of the gap", "lost", "by", "most"]
    return [
        (
            f"{need} h within {days} days, year by year: how much of the gap between first night and "
            "perfect is won; how often it was dearer than the first night, and by how much (mean and "
            "most, p/kWh)."
        ),
        table(heads, rows),
        *_odds(series, results),
    ]


def _odds(series: Series, results: Results) -> list[str]:
    """Return what was said at the start where something waited, and what came."""
    said = [(told, costs) for case, costs in results.items() if (told := series.told(case)) is not None]
    rows = []
    low = 0.0
    for high in _ODDS:
        found = [
            (told, costs) for told, costs in said if low <= told.odds < high or told.odds == high == 1
        ]
        if found:
            rows.append(
                [
                    f"{low:.0%} to {high:.0%}",
                    str(len(found)),
                    f"{fmean(told.odds for told, _ in found):.1%}",
                    f"{fmean(told.came for told, _ in found):.1%}",
                    f"{fmean(told.saving for told, _ in found):.2f}",
                    f"{fmean(costs.first_night - costs.ours for _, costs in found):.2f}",
                ]
            )
        low = high
    heads = ["odds of a cheaper day", "starts", "said", "came", "saving expected (p/kWh)", "saved"]
    return [
        "What was expected at these starts, where something waited, and what came.",
        table(heads, rows),
    ]
