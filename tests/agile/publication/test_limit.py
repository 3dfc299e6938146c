"""Prices are never asked for too often."""

from datetime import datetime
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.publication import (
    MOST_REQUESTS,
    RequestLog,
    next_request,
    requests_left,
)
from tests.agile.series import HOUR, MINUTE, NOTHING
from tests.octopus import uk

from .home import DAY, Down, Home, assert_polite


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
        asked = RequestLog(times[-1], 1, recent=times)
        now = times[-1] + HOUR
        assert requests_left(asked, now) == 0
        assert next_request(now, now, asked, "a home") == start + DAY
        assert requests_left(asked, start + DAY) == 1

    def test_who_has_never_asked_has_all_of_them_left(self) -> None:
        assert requests_left(None, uk("2026-11-23 00:00")) == MOST_REQUESTS == 60

    def test_requests_that_a_wrong_clock_made_in_the_future_are_not_counted(self) -> None:
        now = uk("2026-11-23 12:00")
        before = RequestLog(now + HOUR, 1, recent=(now - HOUR, now + HOUR))
        assert RequestLog.after_request(before, now).recent == (now - HOUR, now)
