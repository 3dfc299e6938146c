"""What is believed of a meter's hours."""

from decimal import Decimal
from math import inf, nan

import pytest

from custom_components.octopus_agile.agile.usage import Usage, hours, together
from tests.agile.series import HALF_HOUR, HOUR, utc

from .common import every_hour, meter, rows

START = "2026-11-23 00:00"


def kwh(usage: Usage, count: int, start: str = START) -> list[float | None]:
    """Return what hours hold, from a time on."""
    numbers = hours(utc(start), utc(start) + count * HOUR)
    return [None if (parts := usage.at(number)) is None else parts / 10**9 for number in numbers]


def test_hours_are_as_they_were_read() -> None:
    usage = meter(START, "0.5", 0.25, None, 0)
    assert kwh(usage, 5) == [0.5, 0.25, None, 0, None]
    assert (usage.start, usage.end) == (utc(START), utc(START) + 4 * HOUR)
    assert repr(usage) == "<Usage: 3 hours from 2026-11-23 00:00:00+00:00 to 2026-11-23 04:00:00+00:00>"


def test_the_noise_of_floating_point_is_dropped() -> None:
    [parts] = [
        meter(START, 1000.3 - 1000.0).at(number) for number in hours(utc(START), utc(START) + HOUR)
    ]
    assert parts == 300_000_000


@pytest.mark.parametrize("odd", [-0.001, -5000.0, 100.001, 41_234.5, nan, inf, -inf, Decimal("NaN")])
def test_a_meter_that_was_reset_or_replaced_leaves_one_hour_unknown(odd: float) -> None:
    assert kwh(meter(START, 2, odd, 1), 3) == [2, None, 1]


def test_a_meter_without_hours_has_no_start() -> None:
    usage = meter(START, None, nan)
    assert (usage.start, usage.end) == (None, None)


def test_an_hour_that_starts_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-11-23T00:30:00"):
        Usage.of([(utc(START) + HALF_HOUR, 1.0)])


@pytest.mark.parametrize(
    ("after", "counts"), [(1.5, True), (4.0, True), (4.1, False), (70, False), (None, False)]
)
@pytest.mark.parametrize("missing", [True, False])
def test_what_comes_after_a_gap_counts_if_it_can_be_one_hours(
    after: float | None, counts: bool, missing: bool
) -> None:
    given = rows(START, 1, 4, None, None, after, 1)
    usage = Usage.of([each for each in given if each[1] is not None] if missing else given)
    assert kwh(usage, 6) == [1, 4, None, None, after if counts else None, 1]


def test_rows_may_come_in_any_order() -> None:
    given = rows(START, 1, 2, 3)
    assert kwh(Usage.of(reversed(given)), 3) == [1, 2, 3]


class TestTogether:
    """Several meters of a home."""

    def test_their_hours_add_up(self) -> None:
        assert kwh(together([meter(START, 1, 2), meter(START, 0.5, 0.25)]), 2) == [1.5, 2.25]

    def test_an_hour_that_one_misses_is_unknown(self) -> None:
        assert kwh(together([meter(START, 1, 2, 3), meter(START, 1, None, 1)]), 3) == [2, None, 4]

    def test_one_that_was_not_there_yet_is_not_missed(self) -> None:
        late = meter("2026-11-23 01:00", 5)
        assert kwh(together([meter(START, 1, 2), late]), 2) == [1, 7]

    def test_one_that_stopped_is_missed(self) -> None:
        assert kwh(together([meter(START, 1, 2, 3), meter(START, 1)]), 3) == [2, None, None]

    @pytest.mark.parametrize("begins", ["2026-11-23 01:00", "2026-11-23 02:00", "2026-12-24 02:00"])
    def test_one_that_was_replaced_is_missed_until_then(self, begins: str) -> None:
        other = every_hour(utc(START), utc(begins) + 3 * HOUR)
        replaced = together([meter(START, 1, 2), meter(begins, 5, 5), other])
        assert kwh(replaced, 1) == [2]
        assert kwh(replaced, 1, "2026-11-23 01:00") == [3 + 5 * (begins == "2026-11-23 01:00")]
        assert kwh(replaced, 2, begins)[1:] == [6]
        between = hours(utc(START) + 2 * HOUR, utc(begins))
        assert {replaced.at(number) for number in between} <= {None}

    def test_one_that_began_long_before_did_not_replace_it(self) -> None:
        both = together([every_hour(utc(START), utc("2026-12-24 00:00")), meter("2026-11-24 00:00", 5)])
        assert kwh(both, 2, "2026-11-24 00:00") == [6, None]
        ended = together(
            [meter(START, *[1] * 200), every_hour(utc(START) + HOUR, utc("2026-12-24 00:00"))]
        )
        assert kwh(ended, 1, "2026-12-10 00:00") == [None]

    def test_none_know_nothing(self) -> None:
        assert together([]).start is None
        assert kwh(together([meter(START), meter(START, 1)]), 1) == [1]
