"""How a need is divided when more than prices counts, and what is said of it."""

from datetime import timedelta
from decimal import Decimal
from math import inf

import pytest

from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.scenarios import Past
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.week import Choice, Outlook
from custom_components.octopus_agile.agile.windows import Window
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, NOTHING

from .oracle import Night, midnight, rates_of, windows

# What nights of eight half-hours cost: in all seven before, and tonight.
ORDINARY = [10] * 8
SLOTS = len(ORDINARY)


def outlook(
    tonight: Night, ahead: int = 3, *, past: Night = ORDINARY, limit: str | None = None
) -> Outlook:
    """Return what is ahead if tonight is known; its own level is left of it at first."""
    nights = [*[past] * 27, tonight]
    coming = windows(range(28, 28 + ahead), SLOTS)
    return Outlook(Past(rates_of(nights)), coming, None if limit is None else Decimal(limit))


def known(tonight: Night, count: int = SLOTS) -> Rates:
    return rates_of([*[ORDINARY] * 27, tonight]).between(midnight(27), midnight(27) + HALF_HOUR * count)


def hours(choice: Choice) -> tuple[float, float]:
    return choice.now / HOUR, choice.later / HOUR


# Five half-hours are cheaper than what is ahead, one is dearer.
MIXED = [2, 40, 40, 2, 2, 2, 2, 40]


def test_what_is_cheaper_than_the_days_ahead_is_charged_now() -> None:
    choice = outlook(MIXED).choose(4 * HOUR, known(MIXED))
    assert hours(choice) == (2.5, 1.5)
    assert choice.expected_price is not None
    assert 0.09 < choice.expected_price < 0.17


@pytest.mark.parametrize(("least", "now"), [(1, 2.5), (3, 3), (4, 4), (9, 4)])
def test_as_much_is_charged_now_as_is_asked_for(least: int, now: float) -> None:
    choice = outlook(MIXED).choose(4 * HOUR, known(MIXED), least=least * HOUR)
    assert choice.now == now * HOUR


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, (2.5, 0.5)),
        # Half an hour isn't worth a session.
        (60, (2, 1)),
        # Neither is an hour and a half, so all is charged on one day.
        (120, (3, 0)),
        # A run may be as short as the need.
        (600, (3, 0)),
    ],
)
def test_no_part_is_shorter_than_the_shortest_run(minutes: int, expected: tuple[float, float]) -> None:
    choice = outlook(MIXED).choose(3 * HOUR, known(MIXED), shortest_run=minutes * MINUTE)
    assert hours(choice) == expected


def test_least_wins_over_the_shortest_run() -> None:
    choice = outlook(MIXED).choose(3 * HOUR, known(MIXED), shortest_run=2 * HOUR, least=2.5 * HOUR)
    assert choice.now >= 2.5 * HOUR


@pytest.mark.parametrize(("pence", "expected"), [(0, (2.5, 0.5)), (4, (2.5, 0.5)), (50, (3, 0))])
def test_two_parts_must_be_worth_another_start(pence: int, expected: tuple[float, float]) -> None:
    choice = outlook(MIXED).choose(3 * HOUR, known(MIXED), start_cost=Decimal(pence) / 100)
    assert hours(choice) == expected


def test_a_price_limit_makes_the_days_ahead_no_dearer_than_itself() -> None:
    dear = [30] * SLOTS
    assert outlook(dear, past=dear).marginals[0] == pytest.approx(0.3)
    limited = outlook(dear, past=dear, limit="0.12")
    assert set(limited.blocks(HOUR)[0]) == {0.12}
    assert limited.marginals == pytest.approx([0.12] * 3 * SLOTS)
    # Where no block fits, no limit makes one fit.
    assert set(limited.blocks(5 * HOUR)[0]) == {float("inf")}


@pytest.mark.parametrize("mode", Mode)
def test_equal_prices_are_not_waited_for(mode: Mode) -> None:
    same = [11] * SLOTS
    choice = outlook(same, past=same).choose(90 * MINUTE, known(same), mode=mode)
    assert choice == Choice(90 * MINUTE, NOTHING, None, Decimal(0), 0)


@pytest.mark.parametrize("need", [NOTHING, -HOUR])
def test_no_need_is_no_question(need: timedelta) -> None:
    with pytest.raises(ValueError, match="nothing"):
        outlook(ORDINARY).choose(need, known(ORDINARY))


def test_no_more_is_charged_now_than_fits() -> None:
    cheap = [1] * SLOTS
    assert hours(outlook(cheap).choose(4 * HOUR, known(cheap, 3))) == (1.5, 2.5)


@pytest.mark.parametrize("mode", Mode)
def test_with_no_known_time_left_all_waits(mode: Mode) -> None:
    choice = outlook([10] * SLOTS).choose(2 * HOUR, Rates(), mode=mode)
    assert hours(choice) == (0, 2)
    assert choice.expected_price == pytest.approx(Decimal("0.1"))
    assert choice.expected_saving is None
    assert choice.odds is None


@pytest.mark.parametrize(
    ("need", "nights", "mode", "least"),
    [
        # Two hours are to spare: of 12 hours ahead, 10 may wait.
        (10, 3, Mode.SLOTS, 0),
        (11, 3, Mode.SLOTS, 1),
        (3, 1, Mode.SLOTS, 1),
        (3, 0, Mode.SLOTS, 3),
        (2, 1, Mode.BLOCK, 0),
        (3, 1, Mode.BLOCK, 3),
        (4, 2, Mode.BLOCK, 0),
        # It fits into no window.
        (5, 3, Mode.BLOCK, 5),
        (1, 0, Mode.BLOCK, 1),
    ],
)
def test_what_may_wait_fits_with_two_hours_to_spare(
    need: int, nights: int, mode: Mode, least: int
) -> None:
    assert outlook(ORDINARY, nights).least(need * HOUR, mode) == least * HOUR
    dear = [100] * SLOTS
    choice = outlook(dear, nights).choose(need * HOUR, known(dear), mode=mode)
    fits = 4 * HOUR if mode is Mode.SLOTS else least * HOUR
    if need <= 4:
        assert choice.now == min(least * HOUR, fits)


def test_a_block_that_fits_nowhere_is_divided() -> None:
    choice = outlook(MIXED).choose(6 * HOUR, known(MIXED), mode=Mode.BLOCK)
    assert hours(choice) == (2.5, 3.5)


def test_a_block_that_can_neither_wait_nor_fit_now_is_divided() -> None:
    # What waits would fill its window, with no time to spare.
    choice = outlook([5] * SLOTS, 1).choose(3 * HOUR, known([5] * SLOTS, 2), mode=Mode.BLOCK)
    assert hours(choice) == (1, 2)


def test_a_minimum_is_charged_now_although_the_block_can_neither_wait_nor_fit() -> None:
    least = 2.5 * HOUR
    choice = outlook([5] * SLOTS, 1).choose(
        3 * HOUR, known([40] * SLOTS, 5), mode=Mode.BLOCK, least=least
    )
    assert hours(choice) == (2.5, 0.5)


def test_a_block_may_be_divided_for_what_is_needed_at_once() -> None:
    dear = [40] * SLOTS
    choice = outlook(dear).choose(2 * HOUR, known(dear), mode=Mode.BLOCK, least=HOUR)
    assert hours(choice) == (1, 1)


def test_a_window_over_2300_is_one_chance_for_a_block() -> None:
    # From 22:00 to 01:00: an hour at 1p, one at 5p, one at 9p.
    evening = midnight(10) - 2 * HOUR
    starts = [evening - timedelta(days=n) + HOUR * hour for n in range(10, 0, -1) for hour in range(3)]
    prices = [Decimal(price) / 100 for price in [1, 5, 9] * 10]
    halves = [
        (at + half, price)
        for at, price in zip(starts, prices, strict=True)
        for half in (NOTHING, HALF_HOUR)
    ]
    past = Past(Rates(Rate(at, at + HALF_HOUR, price) for at, price in halves))
    ahead = Outlook(past, [Window(evening, evening + 3 * HOUR)])
    found = [[round(price * 100, 6) for price in set(each)] for each in ahead.blocks(2 * HOUR)]
    assert found == [[inf], [3]]


def test_odds_are_those_of_days_that_do_not_know_each_other() -> None:
    # A fourth of the known nights are cheap, tonight is like the mean, and there are two more to come.
    nights = [*([4] * SLOTS for _ in range(7)), *([20] * SLOTS for _ in range(20)), [16] * SLOTS]
    ahead = Outlook(Past(rates_of(nights)), windows(range(28, 30), SLOTS))
    assert ahead.choose(HOUR, known([16] * SLOTS)).odds == pytest.approx(1 - 0.75**2)


def test_nobody_is_ever_sure_of_a_cheaper_day() -> None:
    dear = [100] * SLOTS
    assert outlook(dear).choose(HOUR, known(dear)).odds == 0.95


def test_odds_are_of_what_waits_alone() -> None:
    # The rest of tonight costs 40p, and no day ahead does. A short need finds its cheap part now.
    choice = outlook(MIXED).choose(4 * HOUR, known(MIXED))
    assert choice.odds == 0.95
    assert outlook(MIXED).choose(HOUR, known(MIXED)).odds == 0
