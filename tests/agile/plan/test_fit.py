"""What fits: as much as possible in runs that are long enough."""

from datetime import timedelta
from itertools import combinations

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.fit import most_that_fits
from tests.agile.series import MINUTE, NOTHING


@pytest.mark.parametrize(
    ("lengths", "need", "shortest", "fits"),
    [
        ((), 60, 0, 0),
        ((40, 20), 60, 0, 60),
        ((40, 20), 90, 0, 60),
        ((40, 20), 60, 30, 40),
        # Two runs of an hour are too much, and one is too little.
        ((60, 60), 90, 60, 60),
        ((60, 60), 120, 60, 120),
        # A single run may be shorter than the shortest: then it is all there is.
        ((20,), 60, 60, 20),
        ((90, 70), 20, 60, 20),
    ],
)
def test_the_most_that_fits(lengths: tuple[int, ...], need: int, shortest: int, fits: int) -> None:
    spans = [length * MINUTE for length in lengths]
    assert most_that_fits(spans, need * MINUTE, shortest * MINUTE) == fits * MINUTE


@given(st.lists(st.integers(1, 40), max_size=6), st.integers(1, 120), st.sampled_from([0, 3, 6, 9]))
def test_it_is_what_trying_all_choices_gives(lengths: list[int], need: int, shortest: int) -> None:
    best = max([min(need, each) for each in lengths], default=0)
    for number in range(1, len(lengths) + 1):
        for chosen in combinations(lengths, number):
            fits = min(need, sum(chosen))
            if min(chosen) >= shortest and fits >= number * shortest:
                best = max(best, fits)
    spans = [timedelta(minutes=each) for each in lengths]
    found = most_that_fits(spans, need * MINUTE, shortest * MINUTE)
    assert found == best * MINUTE
    assert found >= NOTHING
