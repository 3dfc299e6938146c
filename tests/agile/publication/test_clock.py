"""Prices belong to UK days, and a clock that is wrong stops nothing."""

from datetime import UTC, date

import pytest

from custom_components.octopus_agile.agile.publication import (
    RequestLog,
    due_since,
    due_until,
    horizon,
    is_clock_wrong,
    is_missing,
    next_request,
    pricing_day,
)
from custom_components.octopus_agile.agile.rates import Rates
from tests.agile.series import HOUR, MINUTE, local, pence
from tests.octopus import uk

from .home import CLOCK_CHANGES, DAY, assert_polite, publishing_at, settled_home


class TestTheClock:
    def test_a_clock_set_back_never_stops_the_asking(self) -> None:
        now = uk("2026-11-23 17:00")
        asked = RequestLog(now + 400 * DAY, failed_attempts=120, retry_after=6 * HOUR)
        assert next_request(now, uk("2026-11-23 23:00"), asked, "a home") <= now

    def test_and_asks_for_nothing_if_all_is_known(self) -> None:
        now = uk("2026-11-23 17:00")
        request = next_request(now, uk("2026-11-24 23:00"), RequestLog(now + HOUR), "a home")
        assert uk("2026-11-24 16:00") <= request <= uk("2026-11-24 16:06")

    def test_a_clock_set_back_and_forth_leaves_five_minutes_between_requests(self) -> None:
        home = settled_home(publishing_at(None), date(2026, 11, 23)).live_until(uk("2026-11-23 18:00"))
        home.now -= 30 * MINUTE
        home.requests.clear()
        home.live_until(uk("2026-11-23 18:00"))
        assert_polite(home)

    def test_a_home_that_slept_through_16_00_asks_at_once_when_it_wakes(self) -> None:
        now = uk("2026-11-23 21:00")
        asked = RequestLog(uk("2026-11-22 16:03"))
        assert next_request(now, uk("2026-11-23 23:00"), asked, "a home") <= now

    def test_a_home_without_any_price_asks_at_once(self) -> None:
        now = uk("2026-11-23 05:00")
        assert next_request(now, now, None, "a home") <= now

    def test_a_home_whose_store_reaches_far_enough_needs_no_request_when_it_starts(self) -> None:
        now = uk("2026-11-23 05:00")
        assert next_request(now, uk("2026-11-23 23:00"), None, "a home") >= uk("2026-11-23 16:00")


class TestPricingDays:
    @pytest.mark.parametrize(
        ("instant", "start", "end"),
        [
            ("2026-11-23 22:59", "2026-11-22 23:00", "2026-11-23 23:00"),
            ("2026-11-23 23:00", "2026-11-23 23:00", "2026-11-24 23:00"),
            ("2026-07-23 00:00", "2026-07-22 23:00", "2026-07-23 23:00"),
            ("2026-03-29 12:00", "2026-03-28 23:00", "2026-03-29 23:00"),
            ("2026-10-25 12:00", "2026-10-24 23:00", "2026-10-25 23:00"),
        ],
    )
    def test_a_pricing_day_runs_from_23_00_to_23_00_uk_time(
        self, instant: str, start: str, end: str
    ) -> None:
        assert pricing_day(uk(instant)) == (uk(start), uk(end))

    def test_it_has_23_or_25_hours_when_the_clocks_change(self) -> None:
        lengths = []
        for day in CLOCK_CHANGES:
            start, end = pricing_day(local(day, "12:00"))
            lengths.append(end - start)
        assert lengths == [23 * HOUR, 25 * HOUR]

    @pytest.mark.parametrize(
        ("now", "since", "until"),
        [
            ("2026-11-23 15:59", "2026-11-22 16:00", "2026-11-23 23:00"),
            ("2026-11-23 16:00", "2026-11-23 16:00", "2026-11-24 23:00"),
            ("2026-11-24 00:30", "2026-11-23 16:00", "2026-11-24 23:00"),
            ("2026-03-29 16:00", "2026-03-29 16:00", "2026-03-30 23:00"),
            ("2026-10-25 15:59", "2026-10-24 16:00", "2026-10-25 23:00"),
        ],
    )
    def test_from_16_00_uk_time_on_prices_are_due_to_23_00_of_the_next_day(
        self, now: str, since: str, until: str
    ) -> None:
        assert due_since(uk(now)) == uk(since)
        assert due_until(uk(now)) == uk(until)

    def test_times_are_given_in_utc(self) -> None:
        assert {
            at.tzinfo for at in (*pricing_day(uk("2026-07-01 12:00")), due_since(uk("2026-07-01 12:00")))
        } == {UTC}

    @pytest.mark.parametrize(
        ("now", "end"),
        [
            ("2026-11-23 00:00", "2026-11-24 23:00"),
            ("2026-11-23 15:59", "2026-11-24 23:00"),
            ("2026-11-23 23:59", "2026-11-24 23:00"),
            ("2026-03-28 12:00", "2026-03-29 23:00"),
            ("2026-10-24 12:00", "2026-10-25 23:00"),
        ],
    )
    def test_prices_reach_to_23_00_uk_time_of_the_next_day_at_most(self, now: str, end: str) -> None:
        assert horizon(uk(now)) == uk(end)


class TestPricesThatDontFitTheClock:
    # To 23:00 on the 23rd.
    RATES = pence("2026-11-23 22:00", "20", "20")

    @pytest.mark.parametrize(
        ("now", "missing"),
        [
            ("2026-11-23 22:30", False),
            ("2026-11-23 23:30", False),
            ("2026-11-24 00:30", True),
            ("2026-11-25 12:00", True),
        ],
    )
    def test_a_price_for_now_is_missing_from_the_midnight_after_it_should_have_come(
        self, now: str, missing: bool
    ) -> None:
        assert is_missing(uk(now), self.RATES) is missing
        assert not is_missing(uk(now), Rates())

    @pytest.mark.parametrize(
        ("hours", "wrong"), [(-32, True), (-31, False), (0, False), (31, False), (32, True)]
    )
    def test_the_servers_clock_tells_that_ours_is_wrong(self, hours: int, wrong: bool) -> None:
        assert is_clock_wrong(uk("2026-11-23 12:00"), self.RATES, hours * HOUR) is wrong

    @pytest.mark.parametrize(("now", "wrong"), [("2026-11-22 00:00", False), ("2026-11-21 23:59", True)])
    def test_without_it_prices_beyond_the_horizon_do(self, now: str, wrong: bool) -> None:
        assert is_clock_wrong(uk(now), self.RATES, None) is wrong
        assert not is_clock_wrong(uk(now), Rates(), None)
