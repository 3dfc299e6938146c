"""The band that the card shows: what the slots ahead may cost."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import quantiles

import pytest

from custom_components.octopus_agile.agile.publication import UK
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.scenarios import Past
from tests.agile.series import HALF_HOUR, HOUR, local, modelled

DAY = timedelta(days=1)


def by_hand(known: Rates, slot: datetime, last: date, ahead: int) -> list[float]:
    """Return the quantiles of a slot (UK time), by the definition, from 28 whole days."""
    levels, prices = [], []
    for n in range(28):
        day = last - n * DAY
        start = local(day - DAY, "23:00")
        levels.append(sum(float(rate.price) for rate in known.overlapping(start, start + DAY)) / 48)
        offset = (slot.hour + slot.minute / 60 + 1) % 24 * HOUR
        rate = known.at(start + offset)
        assert rate is not None
        prices.append(float(rate.price))
    shift = (levels[0] - sum(levels) / 28) * 0.6**ahead
    tenths = quantiles([price + shift for price in prices], n=10, method="inclusive")
    return [tenths[0], tenths[4], tenths[8]]


def test_it_is_what_the_last_four_weeks_say() -> None:
    last = date(2026, 1, 20)
    end = local(last, "23:00")
    known = modelled(end - 31 * DAY, 31, seed=5)
    until = end + 3 * DAY - 90 * HALF_HOUR / 60
    band = Past(known).band(until)
    assert [each.start for each in band] == [end + n * HALF_HOUR for n in range(len(band))]
    assert band[-1].start < until <= band[-1].end
    for each in band:
        ahead = (each.start - end) // DAY + 1
        expected = by_hand(known, each.start.astimezone(UK), last, ahead)
        assert [each.low, each.middle, each.high] == pytest.approx(expected)


@pytest.mark.parametrize(("change", "slots"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50)])
def test_a_day_whose_clocks_change_has_its_own_slots(change: date, slots: int) -> None:
    start = local(change - DAY, "23:00")
    starts = [start - n * HALF_HOUR for n in range(30 * 48, 0, -1)]
    known = Rates(Rate(at, at + HALF_HOUR, Decimal(at.astimezone(UK).hour) / 100) for at in starts)
    band = Past(known).band(local(change, "23:00"))
    assert len(band) == slots
    assert all(each.low == each.middle == each.high for each in band)
    assert [round(each.middle * 100) for each in band] == [
        each.start.astimezone(UK).hour for each in band
    ]


def test_a_day_of_which_half_is_known_has_a_band_for_the_rest() -> None:
    noon = local(date(2026, 1, 20), "12:00")
    band = Past(modelled(noon - 31 * DAY, 31, seed=6)).band(noon + 12 * HOUR)
    assert (band[0].start, band[-1].end) == (noon, noon + 12 * HOUR)


@pytest.mark.parametrize(("days", "shown"), [(0, 0), (6, 0), (7, 48)])
def test_fewer_than_seven_days_show_nothing(days: int, shown: int) -> None:
    end = local(date(2026, 1, 20), "23:00")
    assert len(Past(modelled(end - days * DAY, days, seed=7)).band(end + DAY)) == shown
