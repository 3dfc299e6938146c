"""The cheapest slots with pauses are the ones that trying every set of minutes finds."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.octopus_agile.agile.blocks import Session, cheapest_block
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.slots import cheapest_slots
from tests.octopus import uk

from .series import HALF_HOUR, HOUR, MINUTE, NOTHING, modelled, pence, utc

START = utc("2026-11-23 00:00")
# Series by chance are made of steps of this length.
STEP = 10 * MINUTE
# Prices count in this unit. A start costs a multiple of so many of them for a step.
UNIT = Decimal("1E-8")
START_COST = 27_720

# What a set of steps costs, how many runs it has, and the sum of its steps: less is better.
type Score = tuple[int, int, int]


def by_brute_force(prices: list[int | None], need: int, shortest: int, start_cost: int) -> Score | None:
    """Go from step to step, and keep the best for each time used and time the last run has lasted."""
    shortest = max(1, min(shortest, need))
    # (steps used, steps of the run that goes on, counted up to the shortest; 0 in a pause)
    best: dict[tuple[int, int], Score] = {(0, 0): (0, 0, 0)}

    def offer(found: dict[tuple[int, int], Score], state: tuple[int, int], score: Score) -> None:
        if state not in found or score < found[state]:
            found[state] = score

    for step, price in enumerate(prices):
        found: dict[tuple[int, int], Score] = {}
        for (used, lasted), (cost, runs, sum_of_steps) in best.items():
            if lasted in (0, shortest):
                offer(found, (used, 0), (cost, runs, sum_of_steps))
            if price is None or used == need:
                continue
            starts = 0 if lasted else 1
            paid = start_cost if starts and runs else 0
            score = cost + price + paid, runs + starts, sum_of_steps + step
            offer(found, (used + 1, min(lasted + 1, shortest)), score)
        best = found
    ends = [score for (used, lasted), score in best.items() if used == need and lasted in (0, shortest)]
    return min(ends, default=None)


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
    found = cheapest_slots(
        rates,
        need * STEP,
        START,
        START + steps * STEP,
        shortest_run=shortest * STEP,
        start_cost=starts * START_COST * UNIT / 6,
    )
    if found is None:
        assert expected is None
        return
    assert score(rates, found, starts * START_COST) == expected
    assert sum((session.duration for session in found), NOTHING) == need * STEP
    assert all(session.duration >= min(shortest, need) * STEP for session in found)
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
    found = cheapest_slots(
        rates,
        need * MINUTE,
        start,
        start + minutes * MINUTE,
        shortest_run=shortest * MINUTE,
        start_cost=starts * START_COST * UNIT / 60,
    )
    if found is None:
        assert expected is None
        return
    assert expected is not None
    # The brute force counts minutes from the window's start.
    cost, runs, total = expected
    assert score(rates, found, starts * START_COST, MINUTE) == (cost, runs, total + opens * need)
    assert sum((session.duration for session in found), NOTHING) == need * MINUTE
    assert all(session.duration >= min(shortest, need) * MINUTE for session in found)


@pytest.mark.parametrize(
    ("minutes", "shortest", "start_cost"),
    [(45, 60, 0), (120, 120, 0), (234, 120, 0), (234, 30, 9), (227, 0, 9)],
)
def test_in_one_run_it_is_the_cheapest_block(minutes: int, shortest: int, start_cost: int) -> None:
    """Whether there is no time for another start, or no money."""
    rates = modelled(utc("2026-03-01 00:00"), days=40, seed=31)
    for day in range(38):
        start = utc("2026-03-01 00:13") + day * 24 * HOUR
        end = start + 24 * HOUR
        found = cheapest_slots(
            rates,
            minutes * MINUTE,
            start,
            end,
            shortest_run=shortest * MINUTE,
            start_cost=Decimal(start_cost),
        )
        assert found == (cheapest_block(rates, minutes * MINUTE, start, end),)


def slots(rates: Rates, minutes: int, shortest: int = 0, start_cost: str = "0") -> list[str] | None:
    """Return sessions of a morning as texts that can be read."""
    found = cheapest_slots(
        rates,
        minutes * MINUTE,
        START,
        START + 12 * HOUR,
        shortest_run=shortest * MINUTE,
        start_cost=Decimal(start_cost),
    )
    return None if found is None else [f"{s.start:%H:%M}-{s.end:%H:%M}" for s in found]


class TestSlots:
    PRICES = pence("2026-11-23 00:00", "10", "5", "20", "6", "7", "30", "5")

    def test_the_cheapest_time_is_used(self) -> None:
        assert slots(self.PRICES, 90) == ["00:30-01:00", "01:30-02:00", "03:00-03:30"]

    def test_slots_that_follow_each_other_are_one_session(self) -> None:
        assert slots(self.PRICES, 120) == ["00:30-01:00", "01:30-02:30", "03:00-03:30"]

    def test_part_of_a_slot_is_used_where_the_need_is_no_multiple_of_it(self) -> None:
        assert slots(self.PRICES, 70) == ["00:30-01:00", "01:30-01:40", "03:00-03:30"]

    def test_of_equals_the_fewest_sessions_win(self) -> None:
        assert slots(pence("2026-11-23 00:00", "5", "9", "5", "5"), 60) == ["01:00-02:00"]

    def test_of_as_many_the_earliest_win(self) -> None:
        assert slots(pence("2026-11-23 00:00", "9", "5", "5", "9", "5", "5"), 60) == ["00:30-01:30"]
        assert slots(pence("2026-11-23 00:00", "9", "5", "9", "5", "9", "5"), 60) == [
            "00:30-01:00",
            "01:30-02:00",
        ]

    def test_none_is_shorter_than_the_shortest_run(self) -> None:
        assert slots(self.PRICES, 90, shortest=60) == ["00:30-02:00"]
        assert slots(self.PRICES, 65, shortest=30) == ["00:25-01:00", "03:00-03:30"]
        assert slots(self.PRICES, 75, shortest=30) == ["00:30-01:00", "01:30-02:15"]
        assert slots(self.PRICES, 100, shortest=30) == ["00:30-01:00", "01:30-02:10", "03:00-03:30"]

    def test_a_need_shorter_than_that_is_met_in_one_run(self) -> None:
        assert slots(self.PRICES, 20, shortest=30) == ["00:30-00:50"]
        assert slots(self.PRICES, 37, shortest=60) == ["00:23-01:00"]
        assert slots(self.PRICES, 100, shortest=120) == ["00:30-02:10"]

    def test_another_start_must_be_worth_its_cost(self) -> None:
        # Half an hour at 5p instead of 10p saves 2.5p for each kW.
        assert slots(pence("2026-11-23 00:00", "10", "5", "20", "5"), 60, start_cost="0.024") == [
            "00:30-01:00",
            "01:30-02:00",
        ]
        assert slots(pence("2026-11-23 00:00", "10", "5", "20", "5"), 60, start_cost="0.026") == [
            "00:00-01:00"
        ]

    def test_prices_at_other_times_do_not_change_what_a_start_costs(self) -> None:
        """However many digits they have."""
        around = pence("2026-11-23 12:00", "33.3333")
        for start_cost, expected in (
            ("0.024", ["00:30-01:00", "01:30-02:00"]),
            ("0.026", ["00:00-01:00"]),
        ):
            rates = pence("2026-11-23 00:00", "10", "5", "20", "5").merge(around)
            assert slots(rates, 60, start_cost=start_cost) == expected

    def test_no_session_bridges_a_gap(self) -> None:
        assert slots(pence("2026-11-23 00:00", "5", None, "5"), 60) == ["00:00-00:30", "01:00-01:30"]
        assert slots(pence("2026-11-23 00:00", "5", None, "5"), 60, shortest=60) is None
        assert slots(pence("2026-11-23 00:00", "5", None, "5", "5", None, "5"), 120, shortest=60) is None

    def test_there_are_none_if_the_known_prices_hold_too_little_time(self) -> None:
        assert slots(self.PRICES, 211) is None
        assert slots(self.PRICES, 210) == ["00:00-03:30"]

    def test_there_are_none_without_prices(self) -> None:
        assert slots(Rates(), 30) is None
        assert slots(Rates(), 100, shortest=30) is None

    @pytest.mark.parametrize("duration", [NOTHING, -MINUTE])
    def test_a_duration_is_needed(self, duration: timedelta) -> None:
        with pytest.raises(ValueError, match="above zero"):
            cheapest_slots(self.PRICES, duration, START, START + HOUR)

    @pytest.mark.parametrize("minutes", [-30, 0.5, 20, 37, 45])
    def test_the_shortest_run_is_a_multiple_of_half_an_hour(self, minutes: float) -> None:
        with pytest.raises(ValueError, match="multiple of 30 minutes"):
            cheapest_slots(self.PRICES, HOUR, START, START + HOUR, shortest_run=minutes * MINUTE)

    @pytest.mark.parametrize("shortest", [0, 30, 60])
    def test_of_many_equal_prices_the_first_are_taken(self, shortest: int) -> None:
        """As when all are at the cap."""
        rates = pence("2026-11-23 00:00", *["99.99"] * 577)
        start = START + 13 * MINUTE
        found = cheapest_slots(
            rates, 227 * MINUTE, start, START + 288 * HOUR, shortest_run=shortest * MINUTE
        )
        assert found is not None
        assert [(session.start, session.end) for session in found] == [(start, start + 227 * MINUTE)]

    def test_the_window_may_start_and_end_within_slots(self) -> None:
        start, end = START + 40 * MINUTE, START + 100 * MINUTE
        found = cheapest_slots(self.PRICES, HALF_HOUR, start, end)
        assert found is not None
        assert [(session.start, session.end) for session in found] == [
            (start, START + HOUR),
            (START + 90 * MINUTE, end),
        ]

    @pytest.mark.parametrize("shortest", [0, 30, 60])
    @pytest.mark.parametrize("start", [START, START + timedelta(seconds=1, microseconds=3)])
    def test_two_days_by_the_microsecond_take_no_long_time(self, start: datetime, shortest: int) -> None:
        rates = modelled(START, days=2, seed=5)
        found = cheapest_slots(
            rates,
            5 * HOUR + timedelta(seconds=7),
            start,
            start + 47 * HOUR,
            shortest_run=shortest * MINUTE,
        )
        assert found is not None
        assert sum((session.duration for session in found), NOTHING) == 5 * HOUR + timedelta(seconds=7)


def half_hours(chance: random.Random, count: int) -> list[int | None]:
    """Return prices of half-hours in pence: small numbers with ties, gaps and prices below zero."""
    kind = chance.choice(["ties", "spread"])
    prices: list[int | None] = [
        chance.randint(1, 3) if kind == "ties" else chance.randint(-5, 35) for _ in range(count)
    ]
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        prices[chance.randrange(count)] = None
    return prices


def as_rates(first: datetime, prices: list[int | None]) -> Rates:
    """Return half-hours from an instant on as prices in pounds."""
    return Rates(
        Rate(first + slot * HALF_HOUR, first + (slot + 1) * HALF_HOUR, Decimal(price) / 100)
        for slot, price in enumerate(prices)
        if price is not None
    )


def runs_of(chosen: tuple[int, ...]) -> list[list[int]]:
    """Return half-hours that follow each other together."""
    runs: list[list[int]] = []
    for slot in chosen:
        if runs and runs[-1][-1] == slot - 1:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    return runs


def by_trying_all_subsets(
    prices: list[int | None], need: int, least: int, start_cost: int
) -> Score | None:
    """Return what the best set of half-hours costs, in runs of so many of them at least."""
    known = [slot for slot, price in enumerate(prices) if price is not None]
    scores = [
        (
            sum(prices[slot] or 0 for slot in chosen) + start_cost * (len(runs) - 1),
            len(runs),
            sum(chosen),
        )
        for chosen in combinations(known, need)
        for runs in [runs_of(chosen)]
        if all(len(run) >= least for run in runs)
    ]
    return min(scores, default=None)


@pytest.mark.parametrize("shortest", [0, 30, 60, 90])
@pytest.mark.parametrize("seed", range(10))
def test_no_set_of_half_hours_of_a_small_day_is_cheaper(seed: int, shortest: int) -> None:
    """All subsets are tried. With a need and a shortest run in half-hours no others can be better."""
    chance = random.Random(seed)
    for _ in range(6):
        prices = half_hours(chance, 10)
        need = chance.randint(1, 6)
        start_cost = chance.choice([0, 0, 1, 4])
        least = min(need, max(1, shortest // 30))
        expected = by_trying_all_subsets(prices, need, least, start_cost)
        rates = pence("2026-11-23 00:00", *(None if p is None else str(p) for p in prices))
        found = cheapest_slots(
            rates,
            need * HALF_HOUR,
            START,
            START + 10 * HALF_HOUR,
            shortest_run=shortest * MINUTE,
            # For half an hour at 1 kW.
            start_cost=Decimal(start_cost) / 100 / 2,
        )
        if expected is None:
            assert found is None
            continue
        assert found is not None
        slots_used = [
            slot
            for session in found
            for slot in range((session.start - START) // HALF_HOUR, -((START - session.end) // HALF_HOUR))
        ]
        assert (
            sum(prices[slot] or 0 for slot in slots_used) + start_cost * (len(found) - 1),
            len(found),
            sum(slots_used),
        ) == expected


# Windows in UK time: plain, over midnight, cut within slots, and over both changes of the clocks.
WINDOWS = [
    ("2026-11-23 00:00", "2026-11-23 12:00"),
    ("2026-11-23 18:00", "2026-11-24 07:00"),
    ("2026-11-23 17:50", "2026-11-24 06:35"),
    ("2026-03-28 22:00", "2026-03-29 07:00"),
    ("2026-10-24 22:00", "2026-10-25 07:00"),
]


@pytest.mark.parametrize("shortest", [0, 30, 60, 90, 120])
@pytest.mark.parametrize(("opens", "closes"), WINDOWS)
def test_random_needs_of_a_night_are_met_at_the_least_cost(
    opens: str, closes: str, shortest: int
) -> None:
    """1,000 of them, against going through the night in steps of 5 minutes."""
    step = 5 * MINUTE
    chance = random.Random(f"{opens} {shortest}")
    start, end = uk(opens), uk(closes)
    for _ in range(40):
        first = start.replace(minute=start.minute // 30 * 30)
        prices = half_hours(chance, -((first - end) // HALF_HOUR))
        rates = as_rates(first, prices)
        steps = [
            prices[(start + number * step - first) // HALF_HOUR]
            for number in range((end - start) // step)
        ]
        need = chance.randint(1, 40)
        start_cost = chance.choice([0, 0, 3, 12])
        expected = by_brute_force(steps, need, shortest * MINUTE // step, start_cost)
        found = cheapest_slots(
            rates,
            need * step,
            start,
            end,
            shortest_run=shortest * MINUTE,
            # What the price of 12 steps, an hour, is to 1 kW.
            start_cost=Decimal(start_cost) / 100 / 12,
        )
        if expected is None:
            assert found is None
            continue
        assert found is not None
        used = [
            (session.start + number * step - start) // step
            for session in found
            for number in range(session.duration // step)
        ]
        assert len(used) == need
        assert all(session.duration >= min(need * step, shortest * MINUTE) for session in found)
        cost = sum(steps[number] or 0 for number in used) + start_cost * (len(found) - 1)
        assert (cost, len(found), sum(used)) == expected
