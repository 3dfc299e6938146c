"""Which time ahead counts, and which known days it is compared with."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.publication import UK
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.scenarios import Past, days_ahead, pricing_day
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.week import Choice, Outlook
from custom_components.octopus_agile.agile.windows import RepeatingWindow, Window
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, NOTHING, local, modelled, utc

DAY = timedelta(days=1)


def priced(end: datetime, days: int, price: Callable[[datetime], int]) -> Rates:
    """Return days of prices until an instant, each by its UK local time, in pence."""
    starts = [end - HALF_HOUR * n for n in range(days * 48, 0, -1)]
    return Rates(Rate(at, at + HALF_HOUR, Decimal(price(at.astimezone(UK))) / 100) for at in starts)


def by_clock(at: datetime) -> int:
    """A price that tells the local time: 130 is half past one."""
    return at.hour * 100 + at.minute


def windows(opens: str, closes: str, first: date, days: int) -> list[Window]:
    """Return windows on so many days from a pricing day on."""
    window = RepeatingWindow(time.fromisoformat(opens), time.fromisoformat(closes), UK)
    return window.until(local(first - DAY, "23:00"), local(first + (days - 1) * DAY, "23:00"))


def pennies(outlook: Outlook) -> list[int]:
    return [round(price * 100) for price in outlook.marginals]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # The clocks go from 01:00 to 02:00: no half hour between.
        (date(2026, 3, 29), [0, 30, 200, 230]),
        # They go from 02:00 back to 01:00: both hours are like one.
        (date(2026, 10, 25), [0, 30, 100, 100, 130, 130, 200, 230]),
    ],
)
def test_a_day_ahead_whose_clocks_change(change: date, expected: list[int]) -> None:
    known = priced(local(change - DAY, "23:00"), 30, by_clock)
    assert pennies(Outlook(Past(known), windows("00:00", "03:00", change, 1))) == expected


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("after", [1, 5, 27])
def test_known_days_whose_clocks_have_changed(change: date, after: int) -> None:
    day = change + after * DAY
    known = priced(local(day - DAY, "23:00"), 30, by_clock)
    past = Past(known)
    [ahead] = days_ahead(windows("00:00", "03:00", day, 1), past.known_until)
    found = past.scenarios(ahead)
    assert found is not None
    assert all(
        [round(price * 100) for price in curve] == [0, 30, 100, 130, 200, 230] for curve in found.curves
    )
    # The night that had no 01:00 is none to compare with.
    assert len(found.dates) == (27 if change.month == 3 else 28)
    assert (change in found.dates) == (change.month == 10)
    block = Outlook(past, windows("00:00", "03:00", day, 1)).blocks(HOUR)
    assert [round(price * 100) for price in block[0]] == [15] * len(found.dates)


def test_a_window_over_2300_belongs_to_two_pricing_days() -> None:
    first = date(2026, 1, 12)
    ahead = days_ahead(windows("21:30", "00:45", first, 2), local(first - DAY, "23:00"))
    assert [day.date for day in ahead] == [first, first + DAY]
    assert [[(span.end - span.start) / HOUR for span in day.spans] for day in ahead] == [
        [1.75, 1.5],
        [1.75, 1.5],
    ]
    # The first one's evening is known already; the second's is part of the same window.
    assert [day.spans[0].window for day in ahead] == [
        Window(local(first - DAY, "23:00"), local(first, "00:45")),
        Window(local(first, "21:30"), local(first + DAY, "00:45")),
    ]


def test_pricing_days_begin_at_2300_uk_time() -> None:
    assert pricing_day(utc("2026-06-01 21:59")) == date(2026, 6, 1)
    assert pricing_day(utc("2026-06-01 22:00")) == date(2026, 6, 2)
    assert pricing_day(utc("2026-01-01 22:59")) == date(2026, 1, 1)
    assert pricing_day(utc("2026-01-01 23:00")) == date(2026, 1, 2)


def test_parts_of_slots_count_in_steps_of_five_minutes() -> None:
    first = date(2026, 1, 12)
    known = priced(local(first - DAY, "23:00"), 30, by_clock)
    outlook = Outlook(Past(known), windows("00:10", "01:17", first, 2))
    assert outlook.step == 5 * MINUTE
    # 20 minutes at 0p, 30 at 30p and, of 17, 15 at 100p, on each of two days.
    assert pennies(outlook) == [0] * 8 + [30] * 12 + [100] * 6
    assert outlook.room == 2 * 67 * MINUTE


def test_a_window_of_minutes_is_nothing_to_expect() -> None:
    first = date(2026, 1, 12)
    known = priced(local(first - DAY, "23:00"), 30, by_clock)
    outlook = Outlook(Past(known), windows("00:10", "00:14", first, 2))
    assert outlook.marginals == []
    usable = known.between(local(first - DAY, "20:00"), local(first - DAY, "21:00"))
    assert outlook.choose(HALF_HOUR, usable).now == HALF_HOUR


@settings(max_examples=25)
@given(
    st.integers(0, 287),
    st.integers(1, 288),
    st.sampled_from(["2026-01-12", "2026-03-31", "2026-10-23"]),
    st.integers(1, 6),
    st.integers(1, 600),
    st.sampled_from(Mode),
    st.integers(0, 900),
)
def test_any_window_gives_a_division_that_keeps_the_deadline(
    opens: int, length: int, day: str, days: int, need: int, mode: Mode, later: int
) -> None:
    first = date.fromisoformat(day)
    start = local(first - DAY, "23:00")
    known = modelled(start - 35 * DAY, 35, seed=opens)
    midnight = datetime.combine(first, time(0))
    opening, closing = ((midnight + 5 * MINUTE * each).time() for each in (opens, opens + length))
    window = RepeatingWindow(opening, closing, UK)
    now = start - 12 * HOUR + later * MINUTE
    spans = window.until(now, start + days * DAY)
    outlook = Outlook(Past(known), spans)
    usable = Rates(rate for span in spans for rate in known.between(span.start, span.end))
    room = sum((rate.end - rate.start for rate in usable), NOTHING)
    choice = outlook.choose(need * MINUTE, usable, mode=mode)
    assert choice.now + choice.later == need * MINUTE
    assert choice.now <= room
    ahead = sum((span.end - max(span.start, start) for span in spans if span.end > start), NOTHING)
    assert outlook.room == ahead
    if choice.now < room and mode is Mode.SLOTS:
        assert choice.later <= max(ahead - 2 * HOUR, NOTHING)
    assert choice.odds is None or 0 <= choice.odds <= 0.95


def with_a_gap(known: Rates, day: date, clock: str) -> Rates:
    at = local(day, clock)
    return known.without(at, at + HALF_HOUR)


def test_a_day_with_a_gap_in_the_window_is_no_scenario() -> None:
    first = date(2026, 1, 12)
    past = Past(
        with_a_gap(
            with_a_gap(priced(local(first - DAY, "23:00"), 30, by_clock), first - 3 * DAY, "01:30"),
            first - 5 * DAY,
            "12:00",
        )
    )
    [ahead] = days_ahead(windows("00:00", "03:00", first, 1), past.known_until)
    found = past.scenarios(ahead)
    assert found is not None
    assert set(found.dates) == {first - n * DAY for n in range(1, 29)} - {first - 3 * DAY}
    # A block doesn't lie over the gap.
    prices = past.blocks(ahead, [first - 5 * DAY, first - 3 * DAY], 3 * HOUR)
    assert [round(price * 100) if price < 100 else None for price in prices] == [115, None]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("days", "waits"), [(0, False), (6, False), (7, True)])
def test_with_fewer_than_seven_days_nothing_waits(days: int, waits: bool, mode: Mode) -> None:
    first = date(2026, 1, 12)
    # Dear on the last day before, and cheap on all others.
    last = local(first - DAY, "00:00")
    known = priced(local(first - DAY, "23:00"), days, lambda at: 5 if at < last else 30)
    evening = Window(local(first - DAY, "20:00"), local(first - DAY, "22:00"))
    outlook = Outlook(Past(known), [evening, *windows("00:00", "07:00", first, 3)])
    choice = outlook.choose(HOUR, known.between(evening.start, evening.end), mode=mode)
    assert outlook.is_known == waits
    if waits:
        assert (choice.now, choice.later) == (NOTHING, HOUR)
        assert choice.expected_price is not None
    else:
        now = HOUR if days else NOTHING
        assert choice == Choice(now, HOUR - now, None, Decimal(0) if days else None)


def test_days_that_are_left_out_are_not_waited_for() -> None:
    # A Monday whose prices are known, and a car that is at home at weekends: five days later.
    monday = date(2026, 1, 12)
    known = priced(local(monday, "23:00"), 30, lambda at: 30 if at.date() == monday else 10)
    weekends = RepeatingWindow(time(0), time(7), UK, frozenset({5, 6}))
    outlook = Outlook(
        Past(known), weekends.until(local(monday, "16:00"), local(monday + 6 * DAY, "23:00"))
    )
    assert [day.date.weekday() for day in outlook.days] == [5, 6]
    # Of the newest day's 20p more, less 20p / 28 for the mean, 0.6 are left after each day.
    excess = (30 - (27 * 10 + 30) / 28) * 0.6**5
    assert outlook.curves[0][-1][0] * 100 == pytest.approx(10 + excess)
    assert outlook.curves[1][-1][0] * 100 == pytest.approx(10 + excess * 0.6)
