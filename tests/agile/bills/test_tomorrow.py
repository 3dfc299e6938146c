"""What tomorrow would cost on a usual day."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.bills import Pricing
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.tomorrow import usual_day, verdict
from custom_components.octopus_agile.agile.usage import Usage, hours
from tests.agile.series import HALF_HOUR, HOUR, local, modelled
from tests.octopus import UK

from .common import flat

DAY = timedelta(days=1)


def home(start: datetime, end: datetime) -> Usage:
    """Return a home that takes 1 kWh an hour, 3 at 18:00 and, on weekends, 2 at noon."""

    def kwh(at: datetime) -> int:
        clock = at.astimezone(UK)
        return {18: 3, 12: 2 if clock.weekday() >= 5 else 1}.get(clock.hour, 1)

    count = (end - start) // HOUR
    return Usage.of((at, kwh(at)) for at in (start + number * HOUR for number in range(count)))


def pricing_day(day: date) -> tuple[datetime, datetime]:
    return local(day - DAY, "23:00"), local(day, "23:00")


@pytest.mark.parametrize(
    ("day", "energy", "length"),
    [
        (date(2026, 11, 24), 26, 24),  # a Tuesday
        (date(2026, 11, 28), 27, 24),  # a Saturday
        (date(2026, 10, 25), 28, 25),  # a Sunday on which the clocks go back
        (date(2026, 3, 29), 26, 23),
    ],
)
def test_a_usual_day_is_that_of_its_kind_and_length(day: date, energy: int, length: int) -> None:
    start, end = pricing_day(day)
    usual = usual_day(home(start - 60 * DAY, start - 7 * HOUR), start, end)
    assert usual is not None
    assert [usual.at(number) for number in hours(end, end + DAY)] == [None] * 24
    parts = [usual.at(number) for number in hours(start, end)]
    assert len(parts) == length
    assert sum(part or 0 for part in parts) == energy * 10**9


def test_only_the_last_28_days_count_and_today_does_not() -> None:
    start, end = pricing_day(date(2026, 11, 24))
    midnight = local(date(2026, 11, 23), "00:00")
    first = midnight - 28 * DAY

    def kwh(at: datetime) -> float:
        return 9 if at < first or at >= midnight else 1

    usage = Usage.of(
        (at, kwh(at)) for at in (first - 5 * DAY + number * HOUR for number in range(33 * 24 + 15))
    )
    usual = usual_day(usage, start, end)
    assert usual is not None
    assert {usual.at(number) for number in hours(start, end)} == {10**9}


@pytest.mark.parametrize(("days", "known"), [(13, True), (12, False), (0, False)])
def test_four_readings_of_each_hour_are_enough(days: int, known: bool) -> None:
    # Before Saturday the 28th, two weekends are in the 13 days from the 14th on.
    start, end = pricing_day(date(2026, 11, 28))
    midnight = local(date(2026, 11, 27), "00:00")
    usage = home(midnight - days * DAY, midnight)
    assert (usual_day(usage, start, end) is not None) == known


# The second begins in another month than it ends.
@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 12, 1)])
def test_tomorrow_is_told_against_another_tariff(day: date) -> None:
    start, end = pricing_day(day)
    usage = home(start - 40 * DAY, start - 7 * HOUR)
    rates = modelled(start - 5 * DAY, 6, seed=5)
    found = verdict(usage, Pricing(rates, flat("0", "0.4").standing_charges), flat("0.25"), day)
    assert found is not None
    at, cost = start, Decimal(0)
    while at < end:
        rate = rates.at(at)
        assert rate is not None
        cost += rate.price * (3 if at.astimezone(UK).hour == 18 else 1) / 2
        at += HALF_HOUR
    assert found.here.energy_cost == cost
    assert round(found.here.standing_charge, 20) == Decimal("0.4")
    assert round(found.there.total, 20) == 26 * Decimal("0.25") + Decimal("0.5")
    assert round(found.saving, 20) == Decimal("6.6") - cost


def test_nothing_is_told_where_anything_is_unknown() -> None:
    day = date(2026, 11, 24)
    start, end = pricing_day(day)
    usage = home(start - 40 * DAY, start - 7 * HOUR)
    late = Pricing(Rates([Rate(start, end - HALF_HOUR, Decimal("0.2"))]), flat("0").standing_charges)
    assert verdict(usage, late, flat("0.25"), day) is None
    assert verdict(usage, flat("0.2"), late, day) is None
    assert verdict(usage, flat("0.2"), Pricing(flat("0").rates, Rates()), day) is None
    assert verdict(Usage.of([]), flat("0.2"), flat("0.25"), day) is None
    assert verdict(usage, flat("0.2"), flat("0.25"), day) is not None
