"""For any series of prices, slots are as good as the best that trying everything finds."""

from datetime import datetime, timedelta

from hypothesis import given, settings, strategies as st

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.slots import cheapest_slots
from tests.agile.series import HALF_HOUR, MINUTE, NOTHING

from .common import START, START_COST, STEP, UNIT, Score, by_brute_force


def score(rates: Rates, sessions: tuple[Session, ...], start_cost: int, step: timedelta = STEP) -> Score:
    """Return what sessions cost, by the prices of their steps."""
    cost = sum_of_steps = 0
    for session in sessions:
        at = session.start
        while at < session.end:
            rate = rates.at(at)
            assert rate is not None
            cost += int(rate.price / UNIT)
            sum_of_steps += (at - START) // step
            at += step
    return cost + start_cost * (len(sessions) - 1), len(sessions), sum_of_steps


def assert_durations(sessions: tuple[Session, ...], need: timedelta, shortest: timedelta) -> None:
    """Together they last as long as is needed, and none is shorter than it may be."""
    assert sum((session.duration for session in sessions), NOTHING) == need
    assert all(session.duration >= min(shortest, need) for session in sessions)


@st.composite
def small_series(draw: st.DrawFn) -> Rates:
    """Slots of up to 90 minutes, with gaps, ties and prices below zero."""
    at = START
    rates = []
    slots = st.tuples(
        st.sampled_from([0, 0, 0, 0, 2]),
        st.one_of(st.just(3), st.integers(1, 9)),
        st.one_of(st.integers(-2, 2).map(lambda price: price * 1_000), st.integers(-2_000, 9_000)),
    )
    for gap, length, price in draw(st.lists(slots, min_size=1, max_size=9)):
        start = at + gap * STEP
        at = start + length * STEP
        rates.append(Rate(start, at, price * UNIT))
    return Rates(rates)


def stepped(rates: Rates, start: datetime, steps: int, step: timedelta) -> list[int | None]:
    """Return the prices of steps that follow each other, None in a gap."""
    return [
        int(rate.price / UNIT) if (rate := rates.at(start + number * step)) else None
        for number in range(steps)
    ]


@given(
    small_series(),
    st.integers(1, 40),
    st.sampled_from([0, 3, 6, 9]),
    st.sampled_from([0, 0, 1, 3]),
    st.integers(30, 60),
)
@settings(max_examples=600)
def test_any_sessions_are_as_good_as_the_best_that_trying_every_step_finds(
    rates: Rates, need: int, shortest: int, starts: int, steps: int
) -> None:
    expected = by_brute_force(stepped(rates, START, steps, STEP), need, shortest, starts * START_COST)
    cost = starts * START_COST * UNIT / 6
    found = cheapest_slots(
        rates, need * STEP, START, START + steps * STEP, shortest_run=shortest * STEP, start_cost=cost
    )
    if found is None:
        assert expected is None
        return
    assert score(rates, found, starts * START_COST) == expected
    assert_durations(found, need * STEP, shortest * STEP)
    assert all(session.mean_price == rates.mean(session.start, session.end) for session in found)


def by_the_minute(prices: list[int | None], need: int, shortest: int, start_cost: int) -> Score | None:
    """Try every minute as the end of a run of every length, for each time used."""
    shortest = max(1, min(shortest, need))
    # Of sessions that have ended by a minute, by the minutes used.
    ended: list[dict[int, Score]] = [{0: (0, 0, 0)}]
    # Of those whose last run reaches a minute and is long enough.
    running: dict[int, Score] = {}
    for minute, price in enumerate(prices):
        longer = {}
        if price is not None:
            for used, (cost, runs, total) in running.items():
                longer[used + 1] = cost + price, runs, total + minute
        last = prices[max(0, minute + 1 - shortest) : minute + 1]
        known = [each for each in last if each is not None]
        if len(known) == shortest:
            minutes = sum(range(minute + 1 - shortest, minute + 1))
            for used, (cost, runs, total) in ended[minute + 1 - shortest].items():
                paid = start_cost if runs else 0
                begun = cost + sum(known) + paid, runs + 1, total + minutes
                longer[used + shortest] = min(longer.get(used + shortest, begun), begun)
        running = {used: score for used, score in longer.items() if used <= need}
        closed = dict(ended[-1])
        for used, score in running.items():
            closed[used] = min(closed.get(used, score), score)
        ended.append(closed)
    return ended[-1].get(need)


@st.composite
def cut_half_hours(draw: st.DrawFn) -> Rates:
    """Half-hours with ties and prices below zero, of which any minutes may be another plan's."""
    price = st.one_of(st.integers(-2, 2).map(lambda price: price * 1_000), st.integers(-2_000, 9_000))
    rates = Rates(
        Rate(START + slot * HALF_HOUR, START + (slot + 1) * HALF_HOUR, price * UNIT)
        for slot, price in enumerate(draw(st.lists(price, min_size=4, max_size=12)))
    )
    for begin, length in draw(st.lists(st.tuples(st.integers(0, 360), st.integers(1, 50)), max_size=2)):
        rates = rates.without(START + begin * MINUTE, START + (begin + length) * MINUTE)
    return rates


@given(
    cut_half_hours(),
    st.integers(1, 200),
    st.sampled_from([0, 30, 60, 90]),
    st.sampled_from([0, 0, 1, 3]),
    st.integers(0, 59),
    st.integers(100, 360),
)
@settings(max_examples=200, deadline=None)
def test_in_windows_that_cut_half_hours_no_set_of_minutes_is_better(
    rates: Rates, need: int, shortest: int, starts: int, opens: int, minutes: int
) -> None:
    start = START + opens * MINUTE
    prices = stepped(rates, start, minutes, MINUTE)
    expected = by_the_minute(prices, need, shortest, starts * START_COST)
    end, least, paid = start + minutes * MINUTE, shortest * MINUTE, starts * START_COST * UNIT / 60
    found = cheapest_slots(rates, need * MINUTE, start, end, shortest_run=least, start_cost=paid)
    if found is None:
        assert expected is None
        return
    assert expected is not None
    # The brute force counts minutes from the window's start.
    cost, runs, total = expected
    assert score(rates, found, starts * START_COST, MINUTE) == (cost, runs, total + opens * need)
    assert_durations(found, need * MINUTE, shortest * MINUTE)
