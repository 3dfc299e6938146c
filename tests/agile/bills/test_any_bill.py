"""For any meter and any prices, a bill is what its minutes add up to."""

from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings, strategies as st

from custom_components.octopus_agile.agile.bills import Bill, Pricing, bills, compared, in_total
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.usage import Usage
from tests.agile.series import HOUR, MINUTE, utc
from tests.octopus import UK

from .common import UNIT

# Evenings before the clocks change, months and years end, and one that is like any other.
EVENINGS = ["2026-03-28", "2026-10-24", "2026-03-31", "2026-12-31", "2026-07-31", "2026-11-23"]

type Month = tuple[int, int]


@st.composite
def series(draw: st.DrawFn, start: datetime, longest: int) -> Rates:
    """Rows of some minutes to days, with gaps and prices below zero."""
    at = start - timedelta(hours=3)
    rates = []
    lengths = st.one_of(st.sampled_from([30, 60, 1440]), st.integers(1, longest))
    row = st.tuples(st.sampled_from([0, 0, 0, 25, 60]), lengths, st.integers(-300_000, 1_000_000))
    for gap, length, price in draw(st.lists(row, max_size=24)):
        first = at + gap * MINUTE
        at = first + length * MINUTE
        rates.append(Rate(first, at, price * UNIT))
    return Rates(rates)


@st.composite
def homes(draw: st.DrawFn) -> tuple[datetime, datetime, dict[datetime, int], Pricing, Pricing]:
    """A time of up to 27 hours, what was used in each of its hours in Wh, and two tariffs."""
    start = utc(f"{draw(st.sampled_from(EVENINGS))} 19:00") + draw(st.integers(0, 90)) * MINUTE
    end = start + draw(st.integers(1, 27 * 60)) * MINUTE
    energies = draw(st.lists(st.one_of(st.none(), st.integers(0, 9_000)), min_size=29, max_size=29))
    first = start.replace(minute=0)
    used = {first + number * HOUR: wh for number, wh in enumerate(energies) if wh is not None}
    here, there = (
        Pricing(draw(series(start, 300)), draw(series(start - 23 * HOUR, 3000))) for _ in range(2)
    )
    return start, end, used, here, there


def by_minutes(
    start: datetime, end: datetime, used: dict[datetime, int], pricings: list[Pricing]
) -> dict[Month, list[Fraction]]:
    """Return for each local month the kWh, what is missing, and what energy and days cost on each."""
    found: dict[Month, list[Fraction]] = {}
    days: dict[tuple[Month, int], list[list[Fraction | None]]] = {}
    at = start
    while at < end:
        local = at.astimezone(UK)
        month = found.setdefault((local.year, local.month), [Fraction(0)] * (4 + 2 * len(pricings)))
        day = days.setdefault(((local.year, local.month), local.day), [])
        day.append([price_at(pricing.standing_charges, at) for pricing in pricings])
        if at.minute == 0:
            minutes = [[price_at(each.rates, at + m * MINUTE) for each in pricings] for m in range(60)]
            if at not in used:
                month[1] += 1
            elif any(price is None for prices in minutes for price in prices):
                month[2] += 1
            else:
                month[0] += Fraction(used[at], 1000)
                for index in range(len(pricings)):
                    cost = sum((prices[index] or 0 for prices in minutes), Fraction(0))
                    month[4 + index] += Fraction(used[at], 60_000) * cost
        at += MINUTE
    for (key, number), charges in days.items():
        noon = datetime(*key, number, 12, tzinfo=UK)
        length = 60 * (24 + {"2026-03-29": -1, "2026-10-25": 1}.get(f"{noon:%Y-%m-%d}", 0))
        if any(price is None for prices in charges for price in prices):
            found[key][3] += 1
        else:
            for index in range(len(pricings)):
                total = Fraction(sum(prices[index] or 0 for prices in charges))
                found[key][4 + len(pricings) + index] += total / length
    return found


def price_at(rates: Rates, at: datetime) -> Fraction | None:
    rate = rates.at(at)
    return None if rate is None else Fraction(rate.price)


def spoken(bill: Bill) -> list[Fraction]:
    missing = (bill.hours_unread, bill.hours_unpriced, bill.days_missing)
    return [Fraction(bill.energy), *map(Fraction, missing)]


def assert_equal(one: Fraction, other: Fraction) -> None:
    """Exact, but for the 28th digit of a decimal."""
    assert abs(one - other) < Fraction(1, 10**20)


@given(homes())
@settings(max_examples=80)
def test_any_bill_is_the_sum_of_its_minutes(
    home: tuple[datetime, datetime, dict[datetime, int], Pricing, Pricing],
) -> None:
    start, end, used, here, there = home
    usage = Usage({int(at.timestamp()) // 3600: wh * 10**6 for at, wh in used.items()})
    found = list(bills(usage, here, start, end))
    expected = by_minutes(start, end, used, [here])
    assert [(bill.month.year, bill.month.month) for bill in found] == list(expected)
    for bill, month in zip(found, expected.values(), strict=True):
        assert spoken(bill) == month[:4]
        assert_equal(Fraction(bill.energy_cost), month[4])
        assert_equal(Fraction(bill.standing_charge), month[5])
    both = list(compared(usage, here, there, start, end))
    for pair, month in zip(both, by_minutes(start, end, used, [here, there]).values(), strict=True):
        assert spoken(pair.here) == spoken(pair.there) == month[:4]
        for bill, index in ((pair.here, 0), (pair.there, 1)):
            assert_equal(Fraction(bill.energy_cost), month[4 + index])
            assert_equal(Fraction(bill.standing_charge), month[6 + index])
    assert in_total(found).hours == sum(bill.hours for bill in found)
