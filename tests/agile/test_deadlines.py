"""The time between deadlines, and the windows before them, with both clock changes."""

from datetime import datetime, time, timedelta
from random import Random

import pytest

from custom_components.octopus_agile.agile.windows import (
    EVERY_DAY,
    Deadlines,
    Window,
    repeating_window,
)
from tests.agile.series import HOUR, NOTHING
from tests.octopus import UK, uk

NIGHTS = repeating_window(time(22), time(6), UK)
BY_FRIDAY = Deadlines(NIGHTS, frozenset({4}))


def spelled(windows: list[Window]) -> list[str]:
    return [
        f"{each.start.astimezone(UK):%d %H:%M}-{each.end.astimezone(UK):%d %H:%M}" for each in windows
    ]


@pytest.mark.parametrize(
    ("days", "now", "start", "end"),
    [
        ({4}, "2026-11-23 12:00", "2026-11-20 06:00", "2026-11-27 06:00"),
        ({4}, "2026-11-27 05:59", "2026-11-20 06:00", "2026-11-27 06:00"),
        ({4}, "2026-11-27 06:00", "2026-11-27 06:00", "2026-12-04 06:00"),
        ({0, 4}, "2026-11-23 12:00", "2026-11-23 06:00", "2026-11-27 06:00"),
        # An hour more and an hour less.
        ({6}, "2026-10-24 12:00", "2026-10-18 06:00", "2026-10-25 06:00"),
        ({6}, "2026-03-28 12:00", "2026-03-22 06:00", "2026-03-29 06:00"),
    ],
)
def test_it_lasts_from_one_deadline_to_the_next(days: set[int], now: str, start: str, end: str) -> None:
    found = Deadlines(NIGHTS, frozenset(days)).current_or_next(uk(now))
    assert found == Window(uk(start), uk(end))


@pytest.mark.parametrize(
    ("days", "available", "hours"),
    [({4}, EVERY_DAY, 56), ({0, 4}, EVERY_DAY, 24), (EVERY_DAY, EVERY_DAY, 8), ({4}, {5, 6}, 16)],
)
def test_its_length_is_the_least_room_before_a_deadline(
    days: set[int], available: set[int], hours: int
) -> None:
    daily = repeating_window(time(22), time(6), UK, frozenset(available))
    assert Deadlines(daily, frozenset(days)).length == hours * HOUR


def test_a_deadline_may_have_no_window_before_it() -> None:
    daily = repeating_window(time(22), time(6), UK, frozenset({0}))
    assert Deadlines(daily, frozenset({1})).length == 8 * HOUR
    assert Deadlines(daily, frozenset({0, 1})).length == NOTHING
    assert Deadlines(daily, frozenset({1, 2})).length == NOTHING


def test_at_once_is_one_window_after_the_other() -> None:
    assert spelled(BY_FRIDAY.at_once(uk("2026-11-23 12:00"), 10 * HOUR)) == [
        "23 22:00-24 06:00",
        "24 22:00-25 00:00",
    ]
    assert spelled(BY_FRIDAY.at_once(uk("2026-11-24 05:00"), HOUR)) == ["24 05:00-24 06:00"]
    assert spelled(NIGHTS.at_once(uk("2026-11-23 12:00"), HOUR)) == ["23 12:00-23 13:00"]


def test_a_window_closes_at_its_end() -> None:
    now, end = uk("2026-11-23 12:00"), uk("2026-11-24 06:00")
    assert BY_FRIDAY.closing(now) == NIGHTS.closing(now) == end
    assert NIGHTS.room(now, end) == 18 * HOUR
    assert NIGHTS.room(end, now) == NOTHING


@pytest.mark.parametrize("seed", range(20))
def test_all_time_is_open_or_closed(seed: int) -> None:
    chance = Random(seed)
    opens, closes = (time(chance.randrange(24), chance.choice([0, 30])) for _ in range(2))
    days = frozenset(chance.sample(range(7), chance.randrange(1, 8)))
    found = Deadlines(repeating_window(opens, closes, UK, days), frozenset({4}))
    start = uk("2026-10-20 00:00") + timedelta(minutes=chance.randrange(10000))
    end = start + timedelta(minutes=chance.randrange(1, 10000))
    parts = sorted(
        [*found.daily.until(start, end), *found.closed(start, end)], key=lambda each: each.start
    )
    edges: list[datetime] = [start]
    for each in parts:
        assert each.start == edges[-1]
        edges.append(each.end)
    assert edges[-1] == end
    assert found.room(start, end) + sum(
        (each.end - each.start for each in found.closed(start, end)), NOTHING
    ) == (end - start)
