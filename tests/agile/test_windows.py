"""Windows come again in local time, whatever the clocks do."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.windows import RepeatingWindow, Window, repeating_window
from tests.octopus import UK, uk

from .series import HOUR, utc

BERLIN = ZoneInfo("Europe/Berlin")
MICROSECOND = timedelta(microseconds=1)
NIGHT = repeating_window(time(20, 30), time(7), UK)
MORNING = repeating_window(time(5), time(9), UK)
PRICING_DAY = repeating_window(None, None, UK)


def spelled(window: Window) -> tuple[str, str]:
    """Return a window in UK local time."""
    start, end = (f"{at.astimezone(UK):%Y-%m-%d %H:%M}" for at in (window.start, window.end))
    return start, end


def at(window: RepeatingWindow, text: str) -> tuple[str, str]:
    return spelled(window.current_or_next(uk(text)))


class TestAWindowWithinADay:
    @pytest.mark.parametrize("clock", ["00:00", "04:59", "05:00", "08:59"])
    def test_before_and_within_it_is_todays(self, clock: str) -> None:
        assert at(MORNING, f"2026-11-23 {clock}") == ("2026-11-23 05:00", "2026-11-23 09:00")

    @pytest.mark.parametrize("clock", ["09:00", "12:00", "23:59"])
    def test_from_its_end_on_it_is_tomorrows(self, clock: str) -> None:
        assert at(MORNING, f"2026-11-23 {clock}") == ("2026-11-24 05:00", "2026-11-24 09:00")

    def test_it_ends_where_it_ends_to_the_microsecond(self) -> None:
        end = uk("2026-11-23 09:00")
        assert MORNING.current_or_next(end - MICROSECOND).end == end
        assert MORNING.current_or_next(end).end == end + 24 * HOUR


class TestAWindowOverMidnight:
    @pytest.mark.parametrize("instant", ["2026-11-23 20:30", "2026-11-24 00:00", "2026-11-24 06:59"])
    def test_it_is_one_window_from_evening_to_morning(self, instant: str) -> None:
        assert at(NIGHT, instant) == ("2026-11-23 20:30", "2026-11-24 07:00")

    @pytest.mark.parametrize("instant", ["2026-11-24 07:00", "2026-11-24 20:29"])
    def test_by_day_it_is_the_coming_night(self, instant: str) -> None:
        assert at(NIGHT, instant) == ("2026-11-24 20:30", "2026-11-25 07:00")


class TestOneTimeAlone:
    @pytest.mark.parametrize(
        "window",
        [
            repeating_window(time(7), None, UK),
            repeating_window(None, time(7), UK),
        ],
        ids=["earliest start", "ready by"],
    )
    def test_it_opens_and_closes_the_window_a_day_apart(self, window: RepeatingWindow) -> None:
        assert at(window, "2026-11-23 06:59") == ("2026-11-22 07:00", "2026-11-23 07:00")
        assert at(window, "2026-11-23 07:00") == ("2026-11-23 07:00", "2026-11-24 07:00")
        assert window.has_deadline

    def test_midnight_is_a_time_like_others(self) -> None:
        window = repeating_window(time(0), None, UK)
        assert at(window, "2026-11-23 00:00") == ("2026-11-23 00:00", "2026-11-24 00:00")


class TestWithoutTimes:
    def test_it_is_the_pricing_day(self) -> None:
        assert at(PRICING_DAY, "2026-11-23 22:59") == ("2026-11-22 23:00", "2026-11-23 23:00")
        assert at(PRICING_DAY, "2026-11-23 23:00") == ("2026-11-23 23:00", "2026-11-24 23:00")

    def test_it_is_the_pricing_day_of_the_uk_in_any_zone(self) -> None:
        elsewhere = repeating_window(None, None, BERLIN)
        assert at(elsewhere, "2026-07-23 12:00") == ("2026-07-22 23:00", "2026-07-23 23:00")

    def test_nobody_asked_for_its_end(self) -> None:
        assert not PRICING_DAY.has_deadline


class TestWeekdays:
    def test_it_opens_on_its_days_only(self) -> None:
        weekend = repeating_window(time(5), time(9), UK, frozenset({5, 6}))
        # The 28th of November 2026 is a Saturday.
        assert at(weekend, "2026-11-23 05:30") == ("2026-11-28 05:00", "2026-11-28 09:00")
        assert at(weekend, "2026-11-28 09:00") == ("2026-11-29 05:00", "2026-11-29 09:00")
        assert at(weekend, "2026-11-29 09:00") == ("2026-12-05 05:00", "2026-12-05 09:00")

    def test_over_midnight_the_day_on_which_it_opens_counts(self) -> None:
        friday = repeating_window(time(22), time(6), UK, frozenset({4}))
        assert at(friday, "2026-11-28 05:59") == ("2026-11-27 22:00", "2026-11-28 06:00")
        assert at(friday, "2026-11-28 06:00") == ("2026-12-04 22:00", "2026-12-05 06:00")

    def test_they_hold_without_times_too(self) -> None:
        sunday = repeating_window(None, None, BERLIN, frozenset({6}))
        assert at(sunday, "2026-11-23 12:00") == ("2026-11-22 23:00", "2026-11-23 23:00")
        assert at(sunday, "2026-11-24 12:00") == ("2026-11-29 23:00", "2026-11-30 23:00")

    def test_it_needs_one(self) -> None:
        with pytest.raises(ValueError, match="day of the week"):
            repeating_window(time(5), time(9), UK, frozenset())


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        (time(5), time(9), 4),
        (time(20, 30), time(7), 10.5),
        (time(0), time(23, 59, 30), 23 + 59.5 / 60),
        (time(7), None, 24),
        (None, None, 24),
    ],
)
def test_its_length_is_that_of_an_ordinary_day(
    opens: time | None, closes: time | None, hours: float
) -> None:
    assert repeating_window(opens, closes, UK).length == hours * HOUR


class TestClockChanges:
    def test_a_day_in_spring_has_23_hours(self) -> None:
        window = PRICING_DAY.current_or_next(uk("2026-03-29 12:00"))
        assert (window.start, window.end) == (utc("2026-03-28 23:00"), utc("2026-03-29 22:00"))

    def test_a_day_in_autumn_has_25_hours(self) -> None:
        window = PRICING_DAY.current_or_next(uk("2026-10-25 12:00"))
        assert (window.start, window.end) == (utc("2026-10-24 22:00"), utc("2026-10-25 23:00"))

    def test_a_night_keeps_its_times_of_day(self) -> None:
        spring, autumn = (
            NIGHT.current_or_next(uk(f"{day} 22:00")) for day in ("2026-03-28", "2026-10-24")
        )
        assert spelled(spring) == ("2026-03-28 20:30", "2026-03-29 07:00")
        assert spelled(autumn) == ("2026-10-24 20:30", "2026-10-25 07:00")
        assert spring.end - spring.start == 9.5 * HOUR
        assert autumn.end - autumn.start == 11.5 * HOUR

    def test_the_hour_that_comes_twice_is_in_the_window_both_times(self) -> None:
        window = repeating_window(time(1), time(2), UK).current_or_next(uk("2026-10-25 00:00"))
        assert (window.start, window.end) == (utc("2026-10-25 00:00"), utc("2026-10-25 02:00"))

    @pytest.mark.parametrize(("opens", "closes"), [(time(1), time(2)), (time(1, 30), time(2, 15))])
    def test_a_window_in_the_hour_that_is_left_out_is_left_out(self, opens: time, closes: time) -> None:
        window = repeating_window(opens, closes, UK).current_or_next(uk("2026-03-29 00:30"))
        assert window.start.astimezone(UK).date() == date(2026, 3, 30)

    def test_a_window_whose_times_are_both_left_out_comes_an_hour_later(self) -> None:
        window = repeating_window(time(1, 10), time(1, 50), UK).current_or_next(uk("2026-03-29 00:30"))
        assert spelled(window) == ("2026-03-29 02:10", "2026-03-29 02:50")

    def test_another_zones_clock_changes_are_its_own(self) -> None:
        window = repeating_window(time(22), time(6), ZoneInfo("America/New_York"))
        found = window.current_or_next(utc("2026-11-01 05:30"))
        assert (found.start, found.end) == (utc("2026-11-01 02:00"), utc("2026-11-01 11:00"))


clocks = st.none() | st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UK)),  # noqa: DTZ001
    clocks,
    clocks,
    st.sampled_from([UK, BERLIN, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")]),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_the_window_is_never_over_has_its_times_of_day_and_is_followed_by_another(
    instant: datetime, opens: time | None, closes: time | None, zone: ZoneInfo, days: frozenset[int]
) -> None:
    repeating = repeating_window(opens, closes, zone, days)
    window = repeating.current_or_next(instant)
    assert window.start < window.end
    assert window.end > instant
    assert window.end - window.start <= 25 * HOUR
    # Opens at its time of day, unless the clocks leave that out.
    start = window.start.astimezone(repeating.zone)
    assert start.weekday() in days
    existing = abs(start.utcoffset() or HOUR) == abs((start - HOUR).utcoffset() or HOUR)
    assert start.time() == repeating.opens or not existing
    following = repeating.current_or_next(window.end)
    assert following.start > window.start
    assert following.end > window.end


def test_every_minute_of_a_year_of_pricing_days_lies_in_its_window() -> None:
    day, window = date(2026, 1, 1), PRICING_DAY.current_or_next(uk("2026-01-01 00:00"))
    while day.year == 2026:
        following = PRICING_DAY.current_or_next(window.end)
        assert following.start == window.end
        day, window = day + timedelta(days=1), following


def test_windows_until_a_deadline_are_cut_at_both_ends() -> None:
    nights = RepeatingWindow(time(22), time(7), UK, frozenset({0, 1, 4}))
    # From Tuesday 01:00 to Saturday 05:00.
    found = nights.until(utc("2026-11-24 01:00"), utc("2026-11-28 05:00"))
    assert found == [
        Window(utc("2026-11-24 01:00"), utc("2026-11-24 07:00")),
        Window(utc("2026-11-24 22:00"), utc("2026-11-25 07:00")),
        Window(utc("2026-11-27 22:00"), utc("2026-11-28 05:00")),
    ]
    assert nights.until(utc("2026-11-25 08:00"), utc("2026-11-27 22:00")) == []
    assert nights.until(utc("2026-11-25 08:00"), utc("2026-11-25 08:00")) == []
