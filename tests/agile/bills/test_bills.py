"""Bills by hand: months, days, what is missing, and two tariffs side by side."""

from datetime import date
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.bills import (
    Bill,
    Pricing,
    all_compared,
    bills,
    compared,
    in_total,
    months,
    year_until,
)
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.usage import Usage
from tests.agile.series import HOUR, local, pence, utc

from .common import every_hour, flat, meter, row

HOURLESS = Usage.of([])


def one(usage: Usage, pricing: Pricing, start: str, end: str) -> Bill:
    [bill] = bills(usage, pricing, utc(start), utc(end))
    return bill


def test_an_hour_costs_its_energy_at_its_price() -> None:
    bill = one(meter("2026-11-23 00:00", "2", "3"), flat("0.25"), "2026-11-23 00:00", "2026-11-24 00:00")
    assert bill.energy == 5
    assert bill.energy_cost == Decimal("1.25")
    assert (bill.standing_charge, bill.total) == (Decimal("0.5"), Decimal("1.75"))
    assert (bill.hours, bill.hours_unread, bill.hours_unpriced, bill.hours_missing) == (24, 22, 0, 22)
    assert (bill.mean_price, bill.is_complete) == (Decimal("0.25"), False)


def test_two_prices_in_an_hour_count_by_their_time() -> None:
    start = utc("2026-11-23 00:00")
    halves = pence("2026-11-23 00:00", "10", "30")
    assert energy_cost("2", halves) == Decimal("0.40")
    # A price that changes at 00:45.
    quarters = Rates(
        [row(start, start + HOUR * 3 / 4, "0.1"), row(start + HOUR * 3 / 4, start + HOUR, "0.3")]
    )
    assert energy_cost("2", quarters) == Decimal("0.30")


def energy_cost(kwh: str, rates: Rates) -> Decimal:
    pricing = Pricing(rates, Rates())
    usage = meter("2026-11-23 00:00", kwh)
    return one(usage, pricing, "2026-11-23 00:00", "2026-11-23 01:00").energy_cost


def test_prices_below_zero_pay() -> None:
    assert energy_cost("4", pence("2026-11-23 00:00", "-5", "-5")) == Decimal("-0.20")


@pytest.mark.parametrize("prices", [["10", None], [None, "10"], []])
def test_an_hour_without_all_its_prices_is_left_out(prices: list[str | None]) -> None:
    pricing = Pricing(pence("2026-11-23 00:00", *prices), flat("0").standing_charges)
    bill = one(meter("2026-11-23 00:00", "2"), pricing, "2026-11-23 00:00", "2026-11-23 01:00")
    assert bill.energy == bill.energy_cost == 0
    assert bill.mean_price is None
    assert (bill.hours_unread, bill.hours_unpriced, bill.days_missing) == (0, 1, 0)


def test_a_month_is_the_local_one() -> None:
    # In British Summer Time, July begins at 23:00 UTC.
    usage = meter("2026-06-30 22:00", "1", "2", "4")
    first, second = bills(usage, flat("1"), local(date(2026, 6, 1), "00:00"), utc("2026-07-01 01:00"))
    assert [first.energy, second.energy] == [1, 6]
    assert (first.month, second.month) == (date(2026, 6, 1), date(2026, 7, 1))
    assert (first.is_whole_month, second.is_whole_month) == (True, False)


@pytest.mark.parametrize(("month", "hours"), [(3, 743), (10, 745), (11, 720), (12, 744)])
def test_months_have_their_hours_and_each_day_its_charge(month: int, hours: int) -> None:
    start = local(date(2026, month, 1), "00:00")
    end = local(date(2026 + month // 12, month % 12 + 1, 1), "00:00")
    [bill] = bills(every_hour(start, end), flat("0.2", "0.4567"), start, end)
    assert bill.hours == bill.energy == hours
    assert bill.is_complete
    assert bill.is_whole_month
    days = 30 if month == 11 else 31
    assert bill.standing_charge == Decimal("0.4567") * days


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 23)])
def test_a_day_in_parts_costs_no_more_than_whole(day: date) -> None:
    begin, middle, end = (
        local(day, "00:00"),
        local(day, "12:00"),
        local(day.replace(day=day.day + 1), "00:00"),
    )
    parts = [*bills(HOURLESS, flat("0"), begin, middle), *bills(HOURLESS, flat("0"), middle, end)]
    assert all(0 < part.standing_charge < Decimal("0.5") for part in parts)
    assert round(in_total(parts).standing_charge, 20) == Decimal("0.5")
    assert in_total(parts).days_missing == 0


def test_a_charge_that_changes_counts_from_its_day_and_a_missing_one_is_counted() -> None:
    days = [local(date(2026, 7, day), "00:00") for day in (1, 2, 3, 5)]
    charges = Rates([row(days[0], days[1], "0.4"), row(days[1], days[2], "0.6")])
    [bill] = bills(HOURLESS, Pricing(Rates(), charges), days[0], days[3])
    assert (bill.standing_charge, bill.days_missing) == (Decimal("1.0"), 2)
    assert not bill.is_complete


def test_an_hour_belongs_where_it_starts() -> None:
    usage = meter("2026-11-23 10:00", "1", "2", "4")
    assert one(usage, flat("1"), "2026-11-23 10:30", "2026-11-23 12:30").energy == 6


def test_no_time_has_no_months() -> None:
    now = utc("2026-11-23 00:00")
    assert list(months(now, now)) == []
    with pytest.raises(ValueError, match="no bill"):
        in_total([])


def test_months_meet_where_the_clock_says() -> None:
    spans = list(months(utc("2026-03-10 05:00"), utc("2026-05-02 00:00")))
    assert spans == [
        (utc("2026-03-10 05:00"), utc("2026-03-31 23:00")),
        (utc("2026-03-31 23:00"), utc("2026-04-30 23:00")),
        (utc("2026-04-30 23:00"), utc("2026-05-02 00:00")),
    ]


def test_two_tariffs_are_compared_over_what_both_know() -> None:
    start, end = utc("2026-11-23 00:00"), utc("2026-11-24 00:00")
    usage = meter("2026-11-23 00:00", *["1"] * 24)
    # 10p from noon on only, and no standing charge.
    here = Pricing(Rates([row(utc("2026-11-23 12:00"), end, "0.1")]), Rates())
    [found] = compared(usage, here, flat("0.25", "0.5"), start, end)
    assert (found.here.total, found.there.total) == (Decimal("1.2"), Decimal(3))
    assert found.saving == Decimal("1.8")
    assert found.here.energy == found.there.energy == 12
    assert found.there.hours_unpriced == 12
    assert found.there.days_missing == 1


def test_months_add_up() -> None:
    start, end = utc("2026-01-01 00:00"), utc("2026-03-01 00:00")
    usage = every_hour(start, utc("2026-02-28 12:00"), 0.5)
    parts = list(compared(usage, flat("0.2", "0.5"), flat("0.3", "0.25"), start, end))
    year = all_compared(parts)
    assert [part.here.month.month for part in parts] == [1, 2]
    assert (year.here.start, year.here.end) == (start, end)
    assert (year.here.hours, year.here.hours_unread) == (59 * 24, 12)
    assert year.here.energy == Decimal((59 * 24 - 12) / 2)
    assert year.saving == sum(part.saving for part in parts) == year.here.energy / 10 - Decimal("14.75")


class TestYear:
    """How far back a year goes."""

    def test_is_twelve_months_where_the_meter_goes_as_far(self) -> None:
        usage = every_hour(utc("2025-01-01 00:00"), utc("2025-01-02 00:00"))
        assert year_until(usage, utc("2026-07-16 12:00")) == local(date(2025, 7, 16), "00:00")
        assert year_until(usage, utc("2028-02-29 12:00")) == utc("2027-02-28 00:00")
        assert year_until(usage, utc("2028-03-01 00:00")) == utc("2027-03-01 00:00")

    @pytest.mark.parametrize(
        ("first", "since"),
        [("2026-06-03 23:00", "2026-06-03 23:00"), ("2026-06-04 00:00", "2026-06-04 23:00")],
    )
    def test_begins_with_the_first_whole_day_of_the_meter(self, first: str, since: str) -> None:
        assert year_until(meter(first, "1"), utc("2026-07-16 12:00")) == utc(since)

    def test_there_is_none_without_a_day_of_a_meter(self) -> None:
        assert year_until(HOURLESS, utc("2026-07-16 12:00")) is None
        assert year_until(meter("2026-07-16 01:00", "1"), utc("2026-07-16 12:00")) is None
