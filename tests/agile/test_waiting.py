"""What waiting has won or lost is what was charged later, against what was refused for it."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.history import History
from custom_components.octopus_agile.agile.waiting import Waiting, wager
from custom_components.octopus_agile.agile.week import Choice
from tests.agile.series import HOUR, utc

NOW, KNOWN, FRIDAY = (utc(f"2026-11-{text}") for text in ("23 17:00", "24 23:00", "27 06:00"))
WAITING = Waiting(
    at=NOW,
    known_until=KNOWN,
    basis="1",
    need=3 * HOUR,
    room=20 * HOUR,
    choice=Choice(HOUR, 2 * HOUR, refused=2 * HOUR, refused_price=Decimal("0.20")),
)


def session(at: datetime, price: str | None = "0.05") -> Session:
    return Session(at, at + HOUR, None if price is None else Decimal(price))


def test_it_begins_where_something_was_refused_and_its_energy_is_known() -> None:
    begun = wager(WAITING, Decimal(7), FRIDAY)
    assert begun is not None
    assert (begun.left, begun.price, begun.since) == (Decimal(14), Decimal("0.20"), KNOWN)
    assert wager(WAITING, None, FRIDAY) is None
    assert wager(None, Decimal(7), FRIDAY) is None
    unrefused = replace(WAITING, choice=Choice(HOUR, 2 * HOUR))
    assert wager(unrefused, Decimal(7), FRIDAY) is None


@pytest.mark.parametrize(
    ("at", "energy", "won"),
    [
        (KNOWN, 7, "1.05"),
        # Not more than was refused.
        (KNOWN, 20, "2.10"),
        # What known prices had anyway, what nobody knows, and what came too late.
        (KNOWN - timedelta(minutes=1), 7, "0"),
        (KNOWN, None, "0"),
        (FRIDAY, 7, "0"),
    ],
)
def test_only_what_was_charged_later_counts(at: datetime, energy: int | None, won: str) -> None:
    begun = wager(WAITING, Decimal(7), FRIDAY)
    assert begun is not None
    drawn = None if energy is None else Decimal(energy)
    assert begun.charged(session(at), drawn).won == Decimal(won)
    assert begun.charged(session(at, None), drawn).won == 0


def test_it_is_settled_at_the_deadline_and_begins_again_after_it() -> None:
    history = History().wait(WAITING, Decimal(7), FRIDAY, NOW)
    assert history.wager is not None
    won = replace(history, wager=history.wager.charged(session(KNOWN), Decimal(7)))
    # Another division before the deadline changes nothing of it.
    dearer = replace(WAITING.choice, refused_price=Decimal(1))
    same = won.wait(replace(WAITING, choice=dearer), Decimal(7), FRIDAY, KNOWN)
    assert same == won
    settled = won.wait(None, Decimal(7), FRIDAY + 168 * HOUR, FRIDAY)
    assert (settled.wager, settled.from_waiting) == (None, Decimal("1.05"))
    anew = won.wait(WAITING, Decimal(7), FRIDAY + 168 * HOUR, FRIDAY)
    assert anew.wager is not None
    assert (anew.wager.won, anew.from_waiting) == (Decimal(0), Decimal("1.05"))
