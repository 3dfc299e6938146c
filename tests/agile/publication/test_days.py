"""Prices are asked for soon after they come, on ordinary days and on late ones."""

from collections import Counter
from datetime import date, datetime, time, timedelta
import random
from statistics import median, quantiles

import pytest

from custom_components.octopus_agile.agile.publication import RequestLog, next_request
from tests.agile.series import HOUR, MINUTE, NOTHING, local
from tests.octopus import uk

from .home import CLOCK_CHANGES, SEEDS, assert_polite, one_day, publishing_at, settled_home


class TestAnOrdinaryDay:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("publishes", ["16:00", "16:05", "16:15", "16:20"])
    def test_prices_are_shown_within_six_minutes_with_a_few_requests(
        self, seed: str, publishes: str
    ) -> None:
        home = one_day(publishes, seed=seed)
        (shown,) = home.shown
        assert NOTHING <= shown - uk(f"2026-11-23 {publishes}") <= 6 * MINUTE
        assert len(home.requests) <= 4
        assert_polite(home)

    def test_nobody_is_asked_before_16_04_while_prices_are_known(self) -> None:
        assert min(one_day("16:05", seed=seed).requests[0] for seed in SEEDS) >= uk("2026-11-23 16:04")

    def test_nobody_is_asked_again_until_the_next_day_once_they_are_there(self) -> None:
        home = one_day("16:05")
        assert home.requests[-1] == home.shown[-1]
        home.live_until(uk("2026-11-24 16:00"))
        assert home.requests[-1] == home.shown[-1]

    @pytest.mark.parametrize("day", CLOCK_CHANGES)
    def test_prices_are_due_at_16_00_uk_time_when_the_clocks_change(self, day: date) -> None:
        for seed in SEEDS:
            home = one_day("16:00", day, seed)
            (shown,) = home.shown
            assert local(day, "16:00") <= home.requests[0] <= shown <= local(day, "16:06")

    @pytest.mark.parametrize("day", [day - timedelta(days=1) for day in CLOCK_CHANGES])
    def test_and_on_the_eve_of_it(self, day: date) -> None:
        home = settled_home(publishing_at(time(16, 5)), day)
        home.live_until(local(day + timedelta(days=2), "00:00"))
        first, second = home.shown
        assert local(day, "16:05") <= first <= local(day, "16:11")
        assert (
            local(day + timedelta(days=1), "16:05") <= second <= local(day + timedelta(days=1), "16:11")
        )

    def test_a_week_takes_at_most_four_requests_a_day(self) -> None:
        for seed in SEEDS:
            home = settled_home(publishing_at(time(16, 15)), date(2026, 10, 22), seed)
            home.live_until(uk("2026-10-29 00:00"))
            assert len(home.shown) == 7
            assert len(home.requests) <= 28


class TestALateDay:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_in_the_evening_prices_are_shown_within_16_minutes(self, seed: str) -> None:
        home = one_day("21:30", seed=seed)
        (shown,) = home.shown
        assert NOTHING <= shown - uk("2026-11-23 21:30") <= 16 * MINUTE
        assert_polite(home)

    @pytest.mark.parametrize(
        ("publishes", "within"), [("18:30", 16 * MINUTE), ("19:55", 16 * MINUTE), ("23:00", 31 * MINUTE)]
    )
    def test_the_later_they_come_the_longer_the_gaps(self, publishes: str, within: timedelta) -> None:
        for seed in SEEDS:
            home = one_day(publishes, seed=seed)
            assert home.shown[0] - uk(f"2026-11-23 {publishes}") <= within
            assert_polite(home)

    @pytest.mark.parametrize(
        ("publishes", "within"), [("02:00", 62), ("04:30", 62), ("06:40", 125), ("11:00", 125)]
    )
    def test_prices_that_come_in_the_night_or_morning_are_found_before_long(
        self, publishes: str, within: int
    ) -> None:
        """The night after 23:00 UK time has no prices then: asking is never given up."""
        published = uk(f"2026-11-24 {publishes}")

        def server(now: datetime) -> datetime:
            return uk("2026-11-24 23:00") if now >= published else uk("2026-11-23 23:00")

        for seed in SEEDS:
            home = settled_home(server, date(2026, 11, 23), seed).live_until(uk("2026-11-24 15:00"))
            assert home.shown[0] - published <= within * MINUTE
            assert_polite(home)

    def test_partial_prices_are_taken_and_the_rest_is_asked_for(self) -> None:
        def server(now: datetime) -> datetime:
            return uk("2026-11-24 23:00") if now >= uk("2026-11-23 16:40") else uk("2026-11-24 05:00")

        home = settled_home(server, date(2026, 11, 23)).live_until(uk("2026-11-24 00:00"))
        assert len(home.shown) == 2
        assert home.shown[1] <= uk("2026-11-23 16:46")
        assert_polite(home)

    def test_a_day_without_prices_does_not_slow_down_the_next(self) -> None:
        never: dict[date, time | None] = {date(2026, 11, 23): None}
        for seed in SEEDS:
            home = settled_home(publishing_at(time(16, 10), never), date(2026, 11, 23), seed)
            home.live_until(uk("2026-11-24 20:00"))
            assert home.shown[-1] - uk("2026-11-24 16:10") <= 6 * MINUTE
            assert_polite(home)


class TestTheDelay:
    def test_over_usual_times_of_publication_it_is_three_minutes_in_the_middle_and_six_at_most(
        self,
    ) -> None:
        chance = random.Random(5)
        delays = []
        for number in range(300):
            published = uk("2026-11-23 16:00") + chance.randrange(7200) * timedelta(seconds=1)
            home = one_day(f"{published:%H:%M:%S}", seed=f"installation {number}")
            delays.append((home.shown[0] - published) / MINUTE)
        assert min(delays) >= 0
        assert median(delays) <= 3
        assert quantiles(delays, n=20)[-1] <= 6

    def test_ten_thousand_homes_dont_ask_in_the_same_second(self) -> None:
        now = uk("2026-11-23 12:00")
        asked = RequestLog(uk("2026-11-22 16:03"))
        seconds = Counter(
            next_request(now, uk("2026-11-23 23:00"), asked, f"installation {number}").replace(
                microsecond=0
            )
            for number in range(10_000)
        )
        assert max(seconds.values()) <= 200
        assert min(seconds) >= uk("2026-11-23 16:00")
        assert max(seconds) < uk("2026-11-23 16:06")

    def test_homes_that_ask_in_vain_in_the_same_second_drift_apart(self) -> None:
        asked = RequestLog(uk("2026-11-23 17:00"), failed_attempts=3)
        again = {
            next_request(asked.at, uk("2026-11-23 23:00"), asked, f"installation {number}").replace(
                microsecond=0
            )
            for number in range(100)
        }
        assert len(again) > 10

    def test_the_same_home_asks_at_another_second_each_day(self) -> None:
        seconds = set()
        for day in range(1, 29):
            now = local(date(2026, 11, day), "12:00")
            request = next_request(now, now + 11 * HOUR, RequestLog(now - 20 * HOUR), "a home")
            seconds.add(request - local(date(2026, 11, day), "16:00"))
        assert len(seconds) == 28
