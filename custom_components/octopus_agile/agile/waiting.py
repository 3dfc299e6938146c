"""What of a charge waits for cheaper days before its deadline, and what that has won or lost."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from .blocks import Session

_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How a need was divided at `at`, with prices known until `known_until`, and what was expected then.

    `need` was missing, of which `later` waits for the days ahead; they have `room` for so much. `basis`
    stands for the prices and settings it was chosen by. `expected_price` is what waits will cost in
    GBP/kWh, `expected_saving` what that saves in GBP for each kWh of the need, and `odds` how likely a
    cheaper day comes; None where there is nothing to expect or to compare. `refused` of what waits could
    have been charged in known prices, for `refused_price` in GBP/kWh.
    """

    at: datetime
    known_until: datetime
    basis: int
    need: timedelta
    later: timedelta
    room: timedelta
    expected_price: Decimal | None = None
    expected_saving: Decimal | None = None
    odds: float | None = None
    refused: timedelta = _NOTHING
    refused_price: Decimal | None = None

    def left(self, need: timedelta) -> timedelta:
        """Return how much waits of a need that is hardly another one."""
        return need if self.later >= self.need else min(self.later, need)


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
    if waiting is None or waiting.refused_price is None or power is None:
        return None
    energy = power * Decimal(waiting.refused / timedelta(hours=1))
    return Wager(deadline=deadline, since=waiting.known_until, left=energy, price=waiting.refused_price)
