"""Months, and when the next may be asked for."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from custom_components.octopus_agile.agile.months import Month, Requests, months_before

from .series import HOUR, utc

NOW = utc("2026-11-23 12:00")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
TIMES = st.datetimes(datetime(2018, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


class TestMonth:
    @given(TIMES)
    def test_it_holds_the_instant_and_follows_the_one_before(self, instant: datetime) -> None:
        month = Month.of(instant)
        assert month.start <= instant < month.end
        assert timedelta(days=28) <= month.end - month.start <= timedelta(days=31)
        assert month.before.end == month.start
        assert month.text == f"{instant:%Y-%m}"

    @given(TIMES, TIMES)
    def test_those_before_are_over_and_reach_back_to_the_start(
        self, end: datetime, start: datetime
    ) -> None:
        months = months_before(end, start)
        assert months == sorted(months, reverse=True)
        wanted, day = set(), start
        while day < Month.of(end).start:
            wanted.add(Month.of(day))
            day += DAY
        assert set(months) == wanted


class TestRequests:
    @given(st.lists(st.integers(0, 3000), max_size=200))
    def test_never_two_in_five_seconds_nor_41_in_a_day(self, pauses: list[int]) -> None:
        requests, now, made = Requests(), NOW, []
        for pause in pauses:
            now = max(now + SECOND * pause, requests.next_at(now))
            assert requests.next_at(now) == now
            requests = requests.after_request(now).after_answer()
            made.append(now)
        assert all(later - at >= 5 * SECOND for at, later in pairwise(made))
        assert all(later - at >= DAY for at, later in zip(made, made[40:], strict=False))

    def test_failures_wait_twice_as_long_each_time_but_never_more_than_six_hours(self) -> None:
        requests, waits = Requests(), []
        for _ in range(20):
            requests = requests.after_request(NOW).after_failure(NOW, None)
            waits.append((requests.next_at(NOW) - NOW) / timedelta(minutes=5))
        assert waits[:8] == [1, 2, 4, 8, 16, 32, 64, 72]
        assert set(waits[8:]) == {72}
        assert requests.after_failure(NOW, timedelta(days=9)).next_at(NOW) == NOW + 6 * HOUR
        assert requests.after_answer().next_at(NOW) == NOW + 5 * SECOND

    def test_a_clock_that_was_set_back_stops_nothing(self) -> None:
        requests = Requests().after_request(NOW).after_failure(NOW, None)
        assert requests.next_at(NOW - 8 * HOUR) == NOW - 8 * HOUR
