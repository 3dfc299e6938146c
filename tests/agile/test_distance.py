"""How far sessions are from where others were."""

from datetime import timedelta
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.blocks import Session, distance

from .plan.charge import november


def sessions(*texts: str) -> tuple[Session, ...]:
    """Return sessions of the 24th from texts like "02:00-04:00"."""
    edges = (text.split("-") for text in texts)
    return tuple(
        Session(november(f"24 {start}"), november(f"24 {end}"), Decimal("0.05")) for start, end in edges
    )


@pytest.mark.parametrize(
    ("old", "new", "minutes"),
    [
        ([], [], 0),
        (["02:00-04:00"], ["02:00-04:00"], 0),
        (["02:00-04:00"], ["02:10-04:00"], 10),
        (["02:00-04:00"], ["02:10-03:40"], 20),
        (["02:00-04:00"], ["02:00-04:25"], 25),
        (["02:00-03:00", "05:00-06:00"], ["02:00-03:00", "05:05-06:05"], 5),
        # One that is split by a pause of half an hour, and the other way about.
        (["02:00-04:00"], ["02:00-03:00", "03:30-04:30"], 30),
        (["02:00-03:00", "03:30-04:30"], ["02:00-04:00"], 30),
        # One more, and one less.
        (["02:00-03:00"], ["02:00-03:00", "05:00-05:30"], 30),
        (["02:00-03:00", "05:00-05:30"], ["02:00-03:00"], 30),
        (["02:00-03:00"], ["03:00-03:30", "05:00-05:30"], 60),
    ],
)
def test_it_is_as_far_as_people_would_say(old: list[str], new: list[str], minutes: int) -> None:
    assert distance(sessions(*old), sessions(*new)) == timedelta(minutes=minutes)


def test_from_some_to_none_and_back_it_is_the_longest_there_is() -> None:
    assert distance(sessions("02:00-04:00"), ()) == timedelta.max
    assert distance((), sessions("02:00-04:00")) == timedelta.max
