"""A need is a fixed time in each window, or what a battery lacks."""

from datetime import timedelta

import pytest

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.clock import next_minute
from custom_components.octopus_agile.agile.need import FixedNeed, LiveNeed, Runs

from .series import HOUR, MINUTE, SECOND, utc

OPENS = utc("2026-11-24 00:00")
RAN = Runs(
    (
        Session(utc("2026-11-23 22:00"), utc("2026-11-23 23:00"), None),
        Session(utc("2026-11-24 01:00"), utc("2026-11-24 02:00"), None),
        Session(utc("2026-11-24 03:00"), utc("2026-11-24 05:00"), None),
    )
)


@pytest.mark.parametrize(
    ("now", "left"),
    [("00:30", 180), ("01:00", 180), ("01:20", 160), ("02:30", 120), ("03:30", 90), ("05:00", 0)],
)
def test_of_a_fixed_need_what_has_run_in_the_window_is_done(now: str, left: int) -> None:
    remaining = FixedNeed(3 * HOUR).remaining(RAN, OPENS, utc(f"2026-11-24 {now}"))
    assert remaining == left * MINUTE


@pytest.mark.parametrize(
    ("heard", "left"),
    [("00:30", 30), ("01:30", 60), ("02:30", 90), ("03:20", 110), ("03:30", 120), ("04:00", 120)],
)
def test_of_a_live_need_what_has_run_since_it_was_heard_is_done(heard: str, left: int) -> None:
    need = LiveNeed(2 * HOUR, utc(f"2026-11-24 {heard}"))
    assert need.remaining(RAN, OPENS, utc("2026-11-24 03:30")) == left * MINUTE


def test_more_than_was_needed_leaves_less_than_nothing() -> None:
    assert FixedNeed(HOUR).remaining(RAN, OPENS, utc("2026-11-24 05:00")) == -2 * HOUR


def test_a_fixed_need_ends_to_the_second_and_a_live_one_at_a_whole_minute() -> None:
    now = utc("2026-11-24 01:00") + 20 * SECOND
    assert FixedNeed(HOUR).ends(now, HOUR) == now + HOUR
    assert LiveNeed(HOUR, now).ends(now, HOUR) == utc("2026-11-24 02:01")


def test_the_next_minute_of_a_whole_one_is_itself() -> None:
    at = utc("2026-11-24 01:00")
    assert next_minute(at) == at
    assert next_minute(at + timedelta(microseconds=1)) == at + MINUTE
