"""A server in trouble and a tariff that has ended are asked ever more seldom, but not given up."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.publication import RequestLog, next_request
from tests.agile.series import HOUR, MINUTE
from tests.octopus import uk

from .home import DAY, SEEDS, Down, Home, Server, assert_polite, publishing_at, settled_home


def down_for(days: float, start: datetime, retry_after: timedelta | None = None) -> Server:
    healthy = publishing_at(time(16, 5))

    def server(now: datetime) -> datetime | Down:
        return Down(retry_after) if start <= now < start + days * DAY else healthy(now)

    return server


class TestAnOutage:
    @pytest.mark.parametrize("starts", ["2026-11-23 00:00", "2026-11-23 15:55", "2026-11-23 16:05"])
    @pytest.mark.parametrize("days", [0.1, 1.0, 5.0])
    def test_prices_are_back_within_two_hours_or_some_six_after_days(
        self, starts: str, days: float
    ) -> None:
        for seed in SEEDS[:10]:
            server = down_for(days, uk(starts))
            home = settled_home(server, date(2026, 11, 23), seed).live_until(uk("2026-12-01 00:00"))
            back = max(uk(starts) + days * DAY, uk("2026-11-23 16:05"))
            assert (
                min(shown for shown in home.shown if shown >= back) - back
                <= (2.1 if days < 2 else 6.2) * HOUR
            )
            assert_polite(home)

    @pytest.mark.parametrize("hour", range(24))
    def test_a_new_home_that_never_gets_an_answer_stays_polite(self, hour: int) -> None:
        start = uk("2026-11-23 00:00") + hour * HOUR + 7 * MINUTE
        home = Home(down_for(9, start - DAY), start).live_until(start + 7 * DAY)
        assert home.requests[0] == start
        assert_polite(home)

    def test_a_new_home_without_an_answer_asks_again_soon_whatever_the_hour(self) -> None:
        start = uk("2026-11-23 03:00")
        home = Home(down_for(0.5, start), start).live_until(start + HOUR)
        assert len(home.requests) >= 3
        assert home.requests[1] - start <= 12 * MINUTE

    def test_without_a_price_for_now_nobody_waits_for_long_when_prices_are_due(self) -> None:
        now = uk("2026-11-23 16:00")
        for seed in SEEDS:
            at = next_request(now, now, RequestLog(now - HOUR, failed_attempts=4), seed)
            assert now <= at < now + 2 * MINUTE

    def test_ten_thousand_homes_without_a_price_dont_ask_in_the_same_second(self) -> None:
        now = uk("2026-11-23 16:00")
        seconds = Counter(
            next_request(
                now, now, RequestLog(now - HOUR, failed_attempts=4), f"installation {number}"
            ).replace(microsecond=0)
            for number in range(10_000)
        )
        assert max(seconds.values()) <= 200

    @pytest.mark.parametrize("minutes", [0, 1, 7, 60, 300])
    def test_a_server_that_asks_to_be_left_alone_is(self, minutes: int) -> None:
        server = down_for(2, uk("2026-11-23 15:00"), minutes * MINUTE)
        home = settled_home(server, date(2026, 11, 23)).live_until(uk("2026-11-25 00:00"))
        gaps = [after - before for before, after in pairwise(home.requests)]
        assert len(gaps) >= 4
        assert min(gaps) >= max(minutes, 5) * MINUTE

    def test_it_is_so_even_if_it_gave_what_was_due_before(self) -> None:
        now = uk("2026-11-23 15:59")
        asked = RequestLog(now, failed_attempts=1, retry_after=20 * MINUTE)
        assert next_request(now, uk("2026-11-23 23:00"), asked, "a home") == now + 20 * MINUTE

    def test_a_server_cannot_send_anybody_away_for_more_than_six_hours(self) -> None:
        asked = RequestLog(uk("2026-11-23 16:03"), failed_attempts=1, retry_after=365 * DAY)
        assert next_request(asked.at, asked.at, asked, "a home") == asked.at + 6 * HOUR

    @given(st.data(), st.integers(0, 48 * 60), st.sampled_from(SEEDS))
    @settings(max_examples=40, deadline=None)
    def test_whatever_happens_the_api_is_asked_politely(
        self, data: st.DataObject, minute: int, seed: str
    ) -> None:
        start = uk("2026-10-24 00:00") + minute * MINUTE
        healthy = publishing_at(
            time(16, 20),
            data.draw(
                st.dictionaries(
                    st.integers(20, 29).map(lambda day: date(2026, 10, day)),
                    st.none() | st.times(time(16)),
                    max_size=9,
                )
            ),
        )
        retry = st.none() | st.integers(0, 20_000).map(lambda seconds: timedelta(seconds=seconds))
        trouble = data.draw(
            st.dictionaries(st.integers(0, 5 * 24), st.booleans() | retry.map(Down), max_size=60)
        )

        def server(now: datetime) -> datetime | Down:
            match trouble.get((now - start) // HOUR):
                case Down() as down:
                    return down
                case True:
                    # Answers without a price, as a tariff does that has ended.
                    return start - DAY
                case _:
                    return healthy(now)

        assert_polite(Home(server, start, seed=seed).live_until(start + 5 * DAY))


class TestATariffThatHasEnded:
    @pytest.mark.parametrize("seed", SEEDS[:10])
    def test_after_some_two_days_it_is_asked_about_six_times_a_day(self, seed: str) -> None:
        def server(now: datetime) -> datetime:
            return uk("2026-11-23 23:00")

        home = settled_home(server, date(2026, 11, 23), seed).live_until(uk("2026-12-10 00:00"))
        assert_polite(home)
        for day in range(26, 39):
            start = uk("2026-11-01 00:00") + (day - 1) * DAY
            assert 1 <= len(home.requests_between(start, start + DAY)) <= 6

    def test_it_is_taken_up_again_if_prices_come_after_all(self) -> None:
        home = settled_home(down_for(10, uk("2026-11-23 15:00")), date(2026, 11, 23))
        home.live_until(uk("2026-12-10 00:00"))
        (*_, last) = home.shown
        assert uk("2026-12-09 16:05") <= last <= uk("2026-12-09 16:11")
