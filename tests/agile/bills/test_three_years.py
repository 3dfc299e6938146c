"""Three years of a home, each month to the penny, against half-hours that are added up in integers."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
import random

import pytest

from custom_components.octopus_agile.agile.bills import Pricing, bills, in_total
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.usage import Usage
from tests.agile.series import HALF_HOUR, HOUR, genuine, local, modelled, utc
from tests.octopus import UK

from .common import UNIT

# Six clock changes; the genuine prices hold all of it.
START, END = utc("2018-06-01 00:00") - HOUR, utc("2021-06-01 00:00") - HOUR
# When a tariff changes its price, in the middle of a month too, and its standing charge: in GBP / 1e6.
PRICES = [(date(2018, 1, 1), 171_234), (date(2019, 4, 1), 205_590), (date(2020, 9, 17), 148_855)]
CHARGES = [(date(2018, 1, 1), 212_500), (date(2020, 1, 1), 240_005), (date(2020, 11, 12), 199_999)]
# An hour in which the statistics show each of these, in Wh, instead of what was used.
ODD = {
    utc("2019-02-10 05:00"): -4_711_000,  # a reset that Home Assistant took for use
    utc("2019-08-20 14:00"): 23_456_789,  # another meter, with another count
    utc("2018-10-28 01:00"): None,  # the second hour after 01:00
}
# Home Assistant was off: no rows.
OFF = [(utc("2018-12-24 18:00"), 9), (utc("2020-10-24 22:00"), 6), (utc("2019-03-31 00:00"), 2)]


def used() -> Iterator[tuple[datetime, int]]:
    """Give the Wh of each hour: a base, an evening, and a car on some nights."""
    chance = random.Random(17)
    at = START
    while at < END:
        hour = at.astimezone(UK).hour
        car = 7_000 if hour < 4 and at.toordinal() % 3 == 0 else 0
        yield at, chance.randrange(80, 600) + (900 if 17 <= hour < 21 else 0) + car
        at += HOUR


def statistics() -> dict[datetime, int | None]:
    """Return what the statistics show of them."""
    off = {start + number * HOUR for start, hours in OFF for number in range(hours)}
    return {at: ODD.get(at, wh) for at, wh in used() if at not in off}


def known(shown: dict[datetime, int | None]) -> dict[datetime, int]:
    return {at: wh for at, wh in shown.items() if at not in ODD and wh is not None}


def agile(rates: Rates) -> Rates:
    """Return half-hours with an hour and a half without a price."""
    return rates.without(utc("2020-05-05 11:30"), utc("2020-05-05 13:00"))


def night_and_day() -> Rates:
    """Return cheap nights from 00:30 to 04:30 on the clock, so that prices change within hours."""
    rates, day = [], date(2018, 5, 30)
    while day < date(2021, 6, 3):
        edges = [local(day, "00:30"), local(day, "04:30"), local(day + timedelta(days=1), "00:30")]
        rates += [Rate(edges[0], edges[1], 50_000 * UNIT), Rate(edges[1], edges[2], 140_700 * UNIT)]
        day += timedelta(days=1)
    return Rates(rates)


def stepped(steps: list[tuple[date, int]]) -> Rates:
    """Return long rows, the last of them to the end of what can be known."""
    edges = [*(local(day, "00:00") for day, _ in steps), END + timedelta(days=2)]
    return Rates(
        Rate(start, end, value * UNIT)
        for start, end, (_, value) in zip(edges[:-1], edges[1:], steps, strict=True)
    )


def by_half_hours(energies: dict[datetime, int], rates: Rates) -> dict[tuple[int, int], Counter[str]]:
    """Return for each local month what it cost in millionths of a pound, all in integers."""
    prices = {}
    for rate in rates:
        at = max(rate.start, START)
        while at < min(rate.end, END):
            prices[at] = int(rate.price / UNIT)
            at += HALF_HOUR
    found: dict[tuple[int, int], Counter[str]] = {}
    at = START
    while at < END:
        day = at.astimezone(UK)
        month = found.setdefault((day.year, day.month), Counter())
        halves = [prices.get(at), prices.get(at + HALF_HOUR)]
        if at not in energies or None in halves:
            month["missing"] += 1
        else:
            month["wh"] += energies[at]
            # Half of the energy at each: in halves of a Wh, thousands of which are a kWh.
            month["cost"] += sum(energies[at] * price for price in halves if price is not None)
        if day.time() == time(0):
            month["charge"] += [value for since, value in CHARGES if since <= day.date()][-1]
        at += HOUR
    return found


def assert_to_the_penny(rates: Rates) -> None:
    shown = statistics()
    usage = Usage.of((at, None if wh is None else wh / 1000) for at, wh in shown.items())
    found = list(bills(usage, Pricing(rates, stepped(CHARGES)), START, END))
    expected = by_half_hours(known(shown), rates)
    assert len(found) == 36
    assert [(bill.month.year, bill.month.month) for bill in found] == list(expected)
    for bill, month in zip(found, expected.values(), strict=True):
        assert bill.energy == Decimal(month["wh"]) / 1000
        assert bill.energy_cost == Decimal(month["cost"]) / 2000 * UNIT
        assert bill.standing_charge == Decimal(month["charge"]) * UNIT
        assert bill.hours_missing == month["missing"]
        assert bill.is_whole_month
        assert bill.is_complete == (not month["missing"])
    # The odd hours and those off, each once, and what has no price.
    unread = len(ODD) + sum(hours for _, hours in OFF)
    assert in_total(found).hours_unread == unread
    assert in_total(found).hours == (END - START) // HOUR


def test_modelled_half_hours() -> None:
    assert_to_the_penny(agile(modelled(START - HOUR, 1100, seed=3)))


def test_genuine_half_hours(octopus_data: Path) -> None:
    assert_to_the_penny(agile(genuine(octopus_data)))


@pytest.mark.parametrize("rates", [stepped(PRICES), night_and_day()], ids=["one price", "night and day"])
def test_tariffs_of_long_rows(rates: Rates) -> None:
    assert_to_the_penny(rates)
