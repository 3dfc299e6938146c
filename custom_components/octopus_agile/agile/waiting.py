"""What of a charge waits for cheaper days before its deadline, and what that has won or lost."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from .blocks import Session
from .week import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How a need was divided at `at`, with prices known until `known_until`, and what was expected then.

    `need` was missing. The `choice` says how much of it waits for the days ahead, and what comes of that;
    they have `room` for so much. `basis` is a fingerprint of the prices and settings it was chosen by.
    """

    at: datetime
    known_until: datetime
    basis: str
    need: timedelta
    room: timedelta
    choice: Choice

    def left(self, need: timedelta) -> timedelta:
        """Return how much waits of a need that is hardly another one."""
        return need if self.choice.later >= self.need else min(self.choice.later, need)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wager:
    """What waits before one deadline, against charging it when that was first refused.

    It waited for what came after `since`; `left` of it, in kWh, is still to be charged, and would have
    cost `price` in GBP/kWh. `won` is what has been saved so far, in GBP.
    """

    deadline: datetime
    since: datetime
    left: Decimal
    price: Decimal
    won: Decimal = Decimal(0)

    def charged(self, session: Session, energy: Decimal | None) -> Wager:
        """Return it after a finished session that drew so many kWh, None if nobody knows."""
        if (
            energy is None
            or session.mean_price is None
            or not self.since <= session.start < self.deadline
        ):
            return self
        part = min(energy, self.left)
        return replace(
            self, left=self.left - part, won=self.won + part * (self.price - session.mean_price)
        )


def wager(waiting: Waiting | None, power: Decimal | None, deadline: datetime) -> Wager | None:
    """Return what begins with a division; None if nothing was refused, or its energy isn't known."""
    if waiting is None or power is None or (choice := waiting.choice).refused_price is None:
        return None
    energy = power * Decimal(choice.refused / timedelta(hours=1))
    return Wager(deadline=deadline, since=waiting.known_until, left=energy, price=choice.refused_price)
