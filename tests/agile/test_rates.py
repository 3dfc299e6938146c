"""Prices are a series on the UTC line, and what isn't known stays unknown."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.rates import Rate, Rates, from_microseconds, to_microseconds
from tests.octopus import UK, uk

from .series import HALF_HOUR, HOUR, MINUTE, pence, spelled, utc

START = utc("2026-11-23 00:00")
NIGHT = pence("2026-11-23 00:00", "10", "20", None, "-5", "5")


@st.composite
def series(draw: st.DrawFn) -> Rates:
    """Slots of any length, some of them with a gap before."""
    at = START + draw(st.integers(0, 60)) * MINUTE
    rates = []
    for gap, length, price in draw(
        st.lists(
            st.tuples(st.sampled_from([0, 0, 7, 30]), st.integers(1, 45), st.integers(-9, 9)), max_size=8
        )
    ):
        start = at + gap * MINUTE
        at = start + length * MINUTE
        rates.append(Rate(start, at, Decimal(price)))
    return Rates(rates)


instants = st.integers(-10, 9 * 90).map(lambda minute: START + minute * MINUTE)


def price_at(rates: Rates, instant: datetime) -> Decimal | None:
    rate = rates.at(instant)
    return None if rate is None else rate.price


class TestLookingUpAPrice:
    def test_a_slot_holds_from_its_start(self) -> None:
        assert price_at(NIGHT, utc("2026-11-23 00:30")) == Decimal("0.20")

    def test_a_slot_no_longer_holds_at_its_end(self) -> None:
        assert price_at(NIGHT, utc("2026-11-23 01:00")) is None
        assert price_at(NIGHT, utc("2026-11-23 00:59:59.999999")) == Decimal("0.20")

    def test_nothing_is_known_within_a_gap(self) -> None:
        assert NIGHT.at(utc("2026-11-23 01:15")) is None

    def test_nothing_is_known_before_the_first_slot_and_after_the_last(self) -> None:
        assert NIGHT.at(utc("2026-11-22 23:59:59")) is None
        assert NIGHT.at(utc("2026-11-23 02:30")) is None

    def test_an_instant_may_be_given_in_any_zone(self) -> None:
        summer = pence("2026-07-01 12:00", "7")
        assert price_at(summer, datetime(2026, 7, 1, 13, 15, tzinfo=UK)) == Decimal("0.07")

    def test_nothing_is_known_of_no_rates(self) -> None:
        assert Rates().at(START) is None


class TestTheSeries:
    def test_it_goes_through_its_slots_in_order_of_time(self) -> None:
        assert spelled(NIGHT) == ["00:00-00:30 10", "00:30-01:00 20", "01:30-02:00 -5", "02:00-02:30 5"]
        assert len(NIGHT) == 4

    def test_it_ends_where_its_last_slot_ends(self) -> None:
        assert NIGHT.end == utc("2026-11-23 02:30")
        assert Rates().end is None

    def test_it_is_false_without_a_slot(self) -> None:
        assert not Rates()
        assert NIGHT

    def test_two_series_are_equal_if_their_slots_and_prices_are(self) -> None:
        assert pence("2026-11-23 00:00", "10") == pence("2026-11-23 00:00", "10.0")
        assert pence("2026-11-23 00:00", "10") != pence("2026-11-23 00:00", "11")
        assert pence("2026-11-23 00:00", "10") != pence("2026-11-23 00:30", "10")
        assert Rates() != ()

    def test_it_names_its_span(self) -> None:
        assert repr(Rates()) == "<Rates: none>"
        assert repr(NIGHT) == "<Rates: 4 from 2026-11-23 00:00:00+00:00 to 2026-11-23 02:30:00+00:00>"

    @pytest.mark.parametrize(
        ("first", "second", "complaint"),
        [
            (("00:00", "00:30"), ("00:15", "00:45"), "before the last one ends"),
            (("00:30", "01:00"), ("00:00", "00:30"), "before the last one ends"),
            (("00:00", "00:30"), ("00:00", "00:30"), "before the last one ends"),
            (("00:00", "00:30"), ("00:30", "00:30"), "no length"),
            (("00:00", "00:30"), ("01:00", "00:45"), "no length"),
        ],
        ids=["overlapping", "backward", "twice", "empty", "ends before it starts"],
    )
    def test_it_refuses_slots_that_make_no_line(
        self, first: tuple[str, str], second: tuple[str, str], complaint: str
    ) -> None:
        slots = [
            Rate(utc(f"2026-11-23 {start}"), utc(f"2026-11-23 {end}"), Decimal(1))
            for start, end in (first, second)
        ]
        with pytest.raises(ValueError, match=complaint):
            Rates(slots)


class TestAPartOfTheSeries:
    def test_overlapping_slots_are_whole(self) -> None:
        found = NIGHT.overlapping(utc("2026-11-23 00:45"), utc("2026-11-23 01:45"))
        assert spelled(found) == ["00:30-01:00 20", "01:30-02:00 -5"]

    def test_a_slot_that_only_touches_the_period_is_left_out(self) -> None:
        found = NIGHT.overlapping(utc("2026-11-23 00:30"), utc("2026-11-23 01:30"))
        assert spelled(found) == ["00:30-01:00 20"]

    def test_without_an_end_all_later_slots_are_in_it(self) -> None:
        assert spelled(NIGHT.overlapping(utc("2026-11-23 01:10"))) == ["01:30-02:00 -5", "02:00-02:30 5"]

    def test_between_two_instants_slots_are_cut(self) -> None:
        found = NIGHT.between(utc("2026-11-23 00:45"), utc("2026-11-23 01:31"))
        assert spelled(found) == ["00:45-01:00 20", "01:30-01:31 -5"]

    @pytest.mark.parametrize("clock", ["00:00", "00:15", "01:15", "09:00"])
    def test_a_period_without_length_holds_nothing(self, clock: str) -> None:
        instant = utc(f"2026-11-23 {clock}")
        assert not NIGHT.overlapping(instant, instant)
        assert not NIGHT.between(instant, instant)
        assert NIGHT.mean(instant, instant) is None

    def test_a_period_that_ends_before_it_starts_holds_nothing(self) -> None:
        assert not NIGHT.between(utc("2026-11-23 02:15"), utc("2026-11-23 00:15"))

    @given(series(), instants, instants)
    def test_between_two_instants_every_price_is_the_same_and_none_is_beyond(
        self, rates: Rates, start: datetime, end: datetime
    ) -> None:
        part = rates.between(start, end)
        for minute in range(-15, 9 * 91):
            instant = START + minute * MINUTE
            expected = price_at(rates, instant) if start <= instant < end else None
            assert price_at(part, instant) == expected

    def test_dear_slots_become_gaps_under_a_limit(self) -> None:
        assert spelled(NIGHT.at_most(Decimal("0.10"))) == [
            "00:00-00:30 10",
            "01:30-02:00 -5",
            "02:00-02:30 5",
        ]

    def test_a_limit_may_be_below_zero(self) -> None:
        assert spelled(NIGHT.at_most(Decimal("-0.05"))) == ["01:30-02:00 -5"]
        assert not NIGHT.at_most(Decimal("-0.0501"))


class TestTakingTimeAway:
    @pytest.mark.parametrize(
        ("start", "end", "left"),
        [
            ("00:10", "00:20", ["00:00-00:10 10", "00:20-00:30 10", "00:30-01:00 20"]),
            ("00:15", "00:45", ["00:00-00:15 10", "00:45-01:00 20"]),
            ("00:00", "00:30", ["00:30-01:00 20"]),
            ("00:00", "09:00", []),
            ("01:00", "01:30", ["00:00-00:30 10", "00:30-01:00 20"]),
        ],
    )
    def test_it_becomes_a_gap(self, start: str, end: str, left: list[str]) -> None:
        rates = pence("2026-11-23 00:00", "10", "20")
        assert spelled(rates.without(utc(f"2026-11-23 {start}"), utc(f"2026-11-23 {end}"))) == left

    @given(series(), instants, instants)
    def test_every_other_price_stays(self, rates: Rates, one: datetime, other: datetime) -> None:
        start, end = sorted((one, other))
        left = rates.without(start, end)
        for minute in range(-1, 9 * 90):
            instant = START + minute * MINUTE
            assert price_at(left, instant) == (
                None if start <= instant < end else price_at(rates, instant)
            )


class TestMerging:
    def test_new_slots_come_after_the_old(self) -> None:
        merged = pence("2026-11-23 00:00", "1", "2").merge(pence("2026-11-23 01:00", "3"))
        assert spelled(merged) == ["00:00-00:30 1", "00:30-01:00 2", "01:00-01:30 3"]

    def test_a_gap_is_filled_by_newer_slots(self) -> None:
        merged = NIGHT.merge(pence("2026-11-23 01:00", "8"))
        assert spelled(merged)[2] == "01:00-01:30 8"
        assert len(merged) == 5

    def test_the_newer_price_of_a_slot_wins(self) -> None:
        merged = pence("2026-11-23 00:00", "1", "2", "3").merge(pence("2026-11-23 00:30", "9"))
        assert spelled(merged) == ["00:00-00:30 1", "00:30-01:00 9", "01:00-01:30 3"]

    def test_of_a_slot_overlapped_in_the_middle_both_ends_stay(self) -> None:
        merged = pence("2026-11-23 00:00", "1", length=3 * HOUR).merge(pence("2026-11-23 01:00", "9"))
        assert spelled(merged) == ["00:00-01:00 1", "01:00-01:30 9", "01:30-03:00 1"]

    def test_a_newer_slot_may_cover_several_old_ones_in_part(self) -> None:
        merged = pence("2026-11-23 00:00", "1", "2", "3").merge(
            pence("2026-11-23 00:15", "9", length=HOUR)
        )
        assert spelled(merged) == ["00:00-00:15 1", "00:15-01:15 9", "01:15-01:30 3"]

    def test_nothing_is_lost_by_merging_with_nothing(self) -> None:
        assert NIGHT.merge(Rates()) == NIGHT
        assert Rates().merge(NIGHT) == NIGHT

    @given(series(), series())
    def test_at_every_instant_the_newer_price_holds_or_else_the_older(
        self, older: Rates, newer: Rates
    ) -> None:
        merged = older.merge(newer)
        for minute in range(-1, 9 * 90):
            instant = START + minute * MINUTE
            expected = price_at(newer, instant)
            if expected is None:
                expected = price_at(older, instant)
            assert price_at(merged, instant) == expected


class TestHowFarPricesAreKnown:
    def test_they_are_known_to_the_next_gap(self) -> None:
        assert NIGHT.known_until(utc("2026-11-23 00:10")) == utc("2026-11-23 01:00")

    def test_they_are_known_to_the_end_after_the_last_gap(self) -> None:
        assert NIGHT.known_until(utc("2026-11-23 01:30")) == utc("2026-11-23 02:30")

    @pytest.mark.parametrize("clock", ["01:00", "01:29", "02:30", "05:00"])
    def test_in_a_gap_and_after_the_end_they_are_known_to_the_instant_itself(self, clock: str) -> None:
        instant = utc(f"2026-11-23 {clock}")
        assert NIGHT.known_until(instant) == instant

    def test_each_stretch_without_a_gap_is_a_span(self) -> None:
        rates = pence("2026-11-23 00:00", "1", "2", None, "3")
        assert rates.spans == [
            (utc("2026-11-23 00:00"), utc("2026-11-23 01:00")),
            (utc("2026-11-23 01:30"), utc("2026-11-23 02:00")),
        ]

    def test_of_no_rates_nothing_is_known(self) -> None:
        assert Rates().known_until(START) == START

    @given(series(), instants)
    def test_it_is_the_first_minute_without_a_price(self, rates: Rates, instant: datetime) -> None:
        minute = instant
        while rates.at(minute) is not None:
            minute += MINUTE
        assert rates.known_until(instant) == minute


class TestMeans:
    def test_a_mean_is_by_time(self) -> None:
        assert NIGHT.mean(utc("2026-11-23 00:15"), utc("2026-11-23 01:00")) == Decimal(50) / 3 / 100

    def test_a_mean_may_cover_part_of_one_slot(self) -> None:
        assert NIGHT.mean(utc("2026-11-23 01:40"), utc("2026-11-23 01:41")) == Decimal("-0.05")

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("00:30", "02:00"),
            ("00:30", "01:01"),
            ("01:29", "02:00"),
            ("02:00", "02:31"),
            ("01:00", "01:30"),
        ],
        ids=["gap within", "gap at the end", "gap at the start", "beyond the end", "only a gap"],
    )
    def test_there_is_no_mean_over_time_that_is_not_known(self, start: str, end: str) -> None:
        assert NIGHT.mean(utc(f"2026-11-23 {start}"), utc(f"2026-11-23 {end}")) is None

    def test_the_average_is_weighted_by_the_length_of_slots(self) -> None:
        rates = Rates(
            [
                Rate(START, START + HALF_HOUR, Decimal("0.10")),
                Rate(START + HOUR, START + 4 * HOUR, Decimal("0.24")),
            ]
        )
        assert rates.average == Decimal("0.22")

    def test_there_is_no_average_of_nothing(self) -> None:
        assert Rates().average is None

    def test_the_average_of_a_day_of_25_hours_counts_all_of_them(self) -> None:
        start, end = uk("2026-10-25 00:00"), uk("2026-10-26 00:00")
        rates = pence("2026-10-24 23:00", *["10"] * 49, "60")
        assert (rates.end, end - start) == (end, timedelta(hours=25))
        assert rates.mean(start, end) == Decimal("0.11")

    def test_fifteen_decimals_are_counted_exactly(self) -> None:
        rates = Rates(
            [
                Rate(START, START + HALF_HOUR, Decimal("0.100000000000001")),
                Rate(START + HALF_HOUR, START + HOUR, Decimal("-0.000000000000003")),
            ]
        )
        assert rates.average == Decimal("0.049999999999999")
        assert rates.mean(START, START + HOUR) == Decimal("0.049999999999999")

    def test_prices_of_other_precision_mix_exactly(self) -> None:
        rates = pence("2026-11-23 00:00", "100", "1E+2", "0.0000000000001", "0")
        assert rates.average == Decimal("0.50000000000000025")

    @given(series(), instants, instants)
    def test_a_mean_is_what_counting_minutes_gives(
        self, rates: Rates, start: datetime, end: datetime
    ) -> None:
        prices = [
            price_at(rates, start + minute * MINUTE) for minute in range(max(0, (end - start) // MINUTE))
        ]
        known = [price for price in prices if price is not None]
        if not prices or len(known) < len(prices):
            assert rates.mean(start, end) is None
        else:
            mean = Fraction(sum(known)) / len(known)
            assert rates.mean(start, end) == Decimal(mean.numerator) / mean.denominator


class TestExtremes:
    def test_the_lowest_and_highest_are_slots(self) -> None:
        assert spelled(filter(None, [NIGHT.lowest, NIGHT.highest])) == [
            "01:30-02:00 -5",
            "00:30-01:00 20",
        ]

    def test_of_equals_they_are_the_earliest(self) -> None:
        flat = pence("2026-11-23 00:00", "7", "7", "7")
        assert spelled(filter(None, [flat.lowest, flat.highest])) == ["00:00-00:30 7", "00:00-00:30 7"]

    def test_nothing_has_none(self) -> None:
        assert Rates().lowest is None
        assert Rates().highest is None


@given(st.datetimes(timezones=st.just(UK)).filter(lambda instant: 1 < instant.year < 9999))
def test_an_instant_survives_being_counted(instant: datetime) -> None:
    assert from_microseconds(to_microseconds(instant)) == instant.astimezone(START.tzinfo)
