"""When prices are asked for: soon after they come, and never often."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
import random
from statistics import median, quantiles

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.publication import (
    MOST_REQUESTS,
    Asked,
    due_since,
    due_until,
    next_request,
    pricing_day,
    requests_left,
)
from tests.octopus import UK, uk

from .series import HOUR, MINUTE, NOTHING, local

DAY = 24 * HOUR


@dataclass(frozen=True)
class Down:
    """What a server in trouble says: nothing, or how long to leave it alone."""

    retry_after: timedelta | None = None


# What the API answers at an instant: how far its prices reach, or that it is down.
type Server = Callable[[datetime], datetime | Down]


def publishing_at(clock: time | None, besides: dict[date, time | None] | None = None) -> Server:
    """Return a server that publishes at the same time every day but for some; None is never."""

    def reach(now: datetime) -> datetime | Down:
        day = now.astimezone(UK).date() + timedelta(days=1)
        while True:
            # The prices of a day come on the eve.
            eve = day - timedelta(days=1)
            at = (besides or {}).get(eve, clock)
            if at is not None and datetime.combine(eve, at, UK) <= now:
                return local(day, "23:00")
            if day.year < 2026:
                return local(day, "23:00")
            day = eve

    return reach


@dataclass
class Home:
    """An installation that asks when it is told to, and wakes every half hour besides."""

    server: Server
    now: datetime
    known_until: datetime | None = None
    seed: str = "a home"
    asked: Asked | None = None
    requests: list[datetime] = field(default_factory=list)
    # When prices came that weren't known before.
    shown: list[datetime] = field(default_factory=list)

    def next(self) -> datetime:
        known = self.now if self.known_until is None else max(self.now, self.known_until)
        return next_request(self.now, known, self.asked, self.seed)

    def live_until(self, end: datetime) -> Home:
        while True:
            at = self.next()
            if at <= self.now:
                self._ask()
                continue
            wake = (
                self.now.replace(minute=self.now.minute // 30 * 30, second=0, microsecond=0) + 30 * MINUTE
            )
            self.now = min(at, wake)
            if self.now >= end:
                self.now = end
                return self

    def _ask(self) -> None:
        self.requests.append(self.now)
        self.asked = Asked.again(self.asked, self.now)
        match self.server(self.now):
            case Down(retry_after):
                self.asked = replace(self.asked, retry_after=retry_after)
            case reach if self.known_until is None or reach > self.known_until:
                self.known_until = reach
                self.shown.append(self.now)
                self.asked = replace(self.asked, in_vain=0)

    def requests_between(self, start: datetime, end: datetime) -> list[datetime]:
        return [at for at in self.requests if start <= at < end]


def settled_home(server: Server, day: date, seed: str = "a home") -> Home:
    """Return a home that got the prices of a day on its eve, at midnight of that day."""
    eve = local(day - timedelta(days=1), "16:03")
    return Home(server, local(day, "00:00"), local(day, "23:00"), seed, Asked(eve))


def assert_polite(home: Home) -> None:
    """Never two requests within five minutes, never more than 60 within a day."""
    requests = home.requests
    gaps = [after - before for before, after in pairwise(requests)]
    assert all(gap >= 5 * MINUTE for gap in gaps)
    for first, last in zip(requests, requests[60:], strict=False):
        assert last - first >= DAY


def one_day(publishes: str | None, day: date = date(2026, 11, 23), seed: str = "a home") -> Home:
    """Return a home after a day and night, from midnight to noon of the next day."""
    clock = None if publishes is None else time.fromisoformat(publishes)
    home = settled_home(publishing_at(time(16, 5), {day: clock}), day, seed)
    return home.live_until(local(day + timedelta(days=1), "12:00"))


SEEDS = [f"home {number}" for number in range(40)]
CLOCK_CHANGES = [date(2026, 3, 29), date(2026, 10, 25)]


class TestAnOrdinaryDay:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("publishes", ["16:00", "16:05", "16:15"])
    def test_prices_are_shown_within_six_minutes_with_a_few_requests(
        self, seed: str, publishes: str
    ) -> None:
        home = one_day(publishes, seed=seed)
        (shown,) = home.shown
        assert NOTHING <= shown - uk(f"2026-11-23 {publishes}") <= 6 * MINUTE
        assert len(home.requests) <= 4
        assert_polite(home)

    def test_nobody_is_asked_before_16_00_while_prices_are_known(self) -> None:
        assert min(one_day("16:05", seed=seed).requests[0] for seed in SEEDS) >= uk("2026-11-23 16:00")

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
        asked = Asked(uk("2026-11-22 16:03"))
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
        asked = Asked(uk("2026-11-23 17:00"), in_vain=3)
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
            request = next_request(now, now + 11 * HOUR, Asked(now - 20 * HOUR), "a home")
            seconds.add(request - local(date(2026, 11, day), "16:00"))
        assert len(seconds) == 28


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

    def test_without_a_price_for_now_nobody_waits_for_16_00_to_pass(self) -> None:
        now = uk("2026-11-23 16:00")
        for seed in SEEDS:
            assert next_request(now, now, Asked(now - HOUR, in_vain=4), seed) <= now

    @pytest.mark.parametrize("minutes", [0, 1, 7, 60, 300])
    def test_a_server_that_asks_to_be_left_alone_is(self, minutes: int) -> None:
        server = down_for(2, uk("2026-11-23 15:00"), minutes * MINUTE)
        home = settled_home(server, date(2026, 11, 23)).live_until(uk("2026-11-25 00:00"))
        gaps = [after - before for before, after in pairwise(home.requests)]
        assert len(gaps) >= 4
        assert min(gaps) >= max(minutes, 5) * MINUTE

    def test_it_is_so_even_if_it_gave_what_was_due_before(self) -> None:
        now = uk("2026-11-23 15:59")
        asked = Asked(now, in_vain=1, retry_after=20 * MINUTE)
        assert next_request(now, uk("2026-11-23 23:00"), asked, "a home") == now + 20 * MINUTE

    def test_a_server_cannot_send_anybody_away_for_more_than_six_hours(self) -> None:
        asked = Asked(uk("2026-11-23 16:03"), in_vain=1, retry_after=365 * DAY)
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


class TestTheClock:
    def test_a_clock_set_back_never_stops_the_asking(self) -> None:
        now = uk("2026-11-23 17:00")
        asked = Asked(now + 400 * DAY, in_vain=120, retry_after=6 * HOUR)
        assert next_request(now, uk("2026-11-23 23:00"), asked, "a home") <= now

    def test_and_asks_for_nothing_if_all_is_known(self) -> None:
        now = uk("2026-11-23 17:00")
        request = next_request(now, uk("2026-11-24 23:00"), Asked(now + HOUR), "a home")
        assert uk("2026-11-24 16:00") <= request <= uk("2026-11-24 16:06")

    def test_a_clock_set_back_and_forth_leaves_five_minutes_between_requests(self) -> None:
        home = settled_home(publishing_at(None), date(2026, 11, 23)).live_until(uk("2026-11-23 18:00"))
        home.now -= 30 * MINUTE
        home.requests.clear()
        home.live_until(uk("2026-11-23 18:00"))
        assert_polite(home)

    def test_a_home_that_slept_through_16_00_asks_at_once_when_it_wakes(self) -> None:
        now = uk("2026-11-23 21:00")
        asked = Asked(uk("2026-11-22 16:03"))
        assert next_request(now, uk("2026-11-23 23:00"), asked, "a home") <= now

    def test_a_home_without_any_price_asks_at_once(self) -> None:
        now = uk("2026-11-23 05:00")
        assert next_request(now, now, None, "a home") <= now

    def test_a_home_whose_store_reaches_far_enough_needs_no_request_when_it_starts(self) -> None:
        now = uk("2026-11-23 05:00")
        assert next_request(now, uk("2026-11-23 23:00"), None, "a home") >= uk("2026-11-23 16:00")


class TestTheLimit:
    """Sixty requests in 24 hours, whatever the server does."""

    @pytest.mark.parametrize("minutes", [1, 7, 30, 45])
    def test_a_server_that_gives_a_little_at_a_time(self, minutes: int) -> None:
        step = minutes * MINUTE

        def reach(now: datetime) -> datetime:
            return now - (now - uk("2026-11-23 00:00")) % step + step

        home = Home(reach, uk("2026-11-23 15:00")).live_until(uk("2026-11-28 15:00"))
        assert_polite(home)
        assert len(home.requests) > 100

    @settings(max_examples=50)
    @given(st.randoms(use_true_random=False))
    def test_a_server_that_does_as_it_likes(self, chance: random.Random) -> None:
        def reach(now: datetime) -> datetime | Down:
            if chance.random() < 0.3:
                return Down(chance.choice([None, NOTHING, MINUTE, HOUR, 30 * HOUR]))
            return now + chance.uniform(-1, 3) * HOUR

        assert_polite(Home(reach, uk("2026-11-23 15:00")).live_until(uk("2026-11-26 15:00")))

    def test_who_has_asked_sixty_times_waits_for_a_day_to_pass(self) -> None:
        start = uk("2026-11-23 00:00")
        times = tuple(start + k * 6 * MINUTE for k in range(60))
        asked = Asked(times[-1], 1, recent=times)
        now = times[-1] + HOUR
        assert requests_left(asked, now) == 0
        assert next_request(now, now, asked, "a home") == start + DAY
        assert requests_left(asked, start + DAY) == 1

    def test_who_has_never_asked_has_all_of_them_left(self) -> None:
        assert requests_left(None, uk("2026-11-23 00:00")) == MOST_REQUESTS == 60

    def test_requests_that_a_wrong_clock_made_in_the_future_are_not_counted(self) -> None:
        now = uk("2026-11-23 12:00")
        before = Asked(now + HOUR, 1, recent=(now - HOUR, now + HOUR))
        assert Asked.again(before, now).recent == (now - HOUR, now)


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
