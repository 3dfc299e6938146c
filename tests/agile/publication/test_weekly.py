"""What holds for months is asked for once a week, sooner where it ends or an answer fails."""

from datetime import datetime
from itertools import pairwise

import pytest

from custom_components.octopus_agile.agile.publication import (
    DAY,
    RequestLog,
    next_weekly_request,
    period_to_request,
)
from tests.agile.series import HOUR, MINUTE
from tests.octopus import uk

NOW = uk("2026-11-23 12:00")
LONG = NOW + 10 * DAY
SEEDS = ["", "a", "b", "c"]


def due(known_until: datetime, log: RequestLog | None, seed: str = "a") -> datetime:
    return next_weekly_request(NOW, known_until, log, seed)


def test_at_once_at_first_and_after_the_clock_was_set_back() -> None:
    assert due(NOW, None) == NOW
    assert due(LONG, RequestLog(NOW + HOUR)) == NOW


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("known_until", "days"),
    [("2026-12-03 12:00", 7), ("2026-11-24 23:00", 7), ("2026-11-24 22:30", 1), ("2026-11-23 12:00", 1)],
)
def test_each_week_or_each_day_if_it_ends_before_the_horizon(
    known_until: str, days: int, seed: str
) -> None:
    wait = due(uk(known_until), RequestLog(NOW), seed) - NOW
    assert days * DAY <= wait <= days * DAY + 2 * MINUTE


def test_installations_do_not_ask_in_step() -> None:
    assert len({due(LONG, RequestLog(NOW), seed) for seed in SEEDS}) == len(SEEDS)


def test_after_failures_less_and_less_often() -> None:
    waits = [due(NOW, RequestLog(NOW, failed)) - NOW for failed in range(1, 200)]
    assert waits[0] >= 5 * MINUTE
    assert all(before <= after for before, after in pairwise(waits))
    assert waits[1] - waits[0] > 5 * MINUTE
    assert DAY <= waits[-1] < DAY + 2 * MINUTE


def test_a_server_that_asks_for_patience_gets_it() -> None:
    assert due(NOW, RequestLog(NOW, 1, retry_after=HOUR)) == NOW + HOUR


@pytest.mark.parametrize("known", [True, False])
def test_always_all_that_is_kept_is_asked_for(known: bool) -> None:
    assert period_to_request(NOW, known=known, weekly=True) == (NOW - 35 * DAY, LONG)
