"""What moving charges to cheaper times has saved, and what it would have saved on another tariff."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from .blocks import Session, mean_price
from .history import Done
from .rates import Rates
from .windows import Window

# Places the charge of one window: a duration in known prices from a start to an end.
type Planner = Callable[[Rates, timedelta, Window], Iterable[Session]]


@dataclass(frozen=True, slots=True)
class Moved:
    """The sessions of which everything is known, and how many are `left_out` because it isn't.

    `energy` is in kWh, and all else in GBP: what was `paid`, what the same energy would have cost charged
    `at_once`, and `there`, at the same times on another tariff.
    """

    sessions: int
    left_out: int
    energy: Decimal
    paid: Decimal
    at_once: Decimal
    there: Decimal

    @property
    def saving(self) -> Decimal:
        """What not charging at once has saved; negative if it cost more."""
        return self.at_once - self.paid

    @property
    def saving_there(self) -> Decimal:
        """What being here rather than there has saved on the charges alone."""
        return self.there - self.paid


@dataclass(frozen=True, slots=True)
class Followed:
    """What finished sessions would have cost in the cheapest time of their windows on a tariff.

    Of the `sessions` that count, `energy` is in kWh, `paid` is what was paid for them, and `cost` what
    they would have cost, in GBP. Those of which anything isn't known are `left_out`.
    """

    sessions: int
    left_out: int
    energy: Decimal
    paid: Decimal
    cost: Decimal

    @property
    def saving(self) -> Decimal:
        """What was saved against it; negative if it would have been cheaper."""
        return self.cost - self.paid


def moved(sessions: Iterable[Done], there: Rates) -> Moved:
    """Return what finished sessions cost, and would have cost at once and on another tariff."""
    count = left_out = 0
    energy = paid = at_once = elsewhere = Decimal(0)
    for done in sessions:
        price = there.mean(done.start, done.end)
        if done.energy is None or done.paid is None or done.at_once is None or price is None:
            left_out += 1
            continue
        count += 1
        energy += done.energy
        paid += done.paid
        at_once += done.at_once
        elsewhere += done.energy * price
    return Moved(count, left_out, energy, paid, at_once, elsewhere)


def followed(sessions: Iterable[tuple[Done, Window]], rates: Rates, planner: Planner) -> Followed:
    """Return what finished sessions would have cost on a tariff, had they followed its cheapest times.

    Each session comes with the window it had. Those of one window are planned together, as one need of
    as much time, with their energy spread evenly. A window of which any price is unknown is left out: its
    cheapest time may be where the price isn't known. So is one that is shorter than its sessions.

    It is the best there could have been: nobody remembers whether the car was there all that time.
    """
    by_window: dict[Window, list[Done]] = {}
    for done, window in sessions:
        by_window.setdefault(window, []).append(done)
    count = left_out = 0
    energy = paid = cost = Decimal(0)
    for window, part in by_window.items():
        known = [
            (done.duration, done.energy, done.paid)
            for done in part
            if done.energy is not None and done.paid is not None
        ]
        needed = sum((duration for duration, _, _ in known), timedelta(0))
        price = _cheapest(needed, window, rates, planner)
        if price is None:
            left_out += len(part)
            continue
        count += len(known)
        left_out += len(part) - len(known)
        used = sum((kwh for _, kwh, _ in known), Decimal(0))
        energy += used
        paid += sum((pounds for _, _, pounds in known), Decimal(0))
        cost += used * price
    return Followed(count, left_out, energy, paid, cost)


def _cheapest(needed: timedelta, window: Window, rates: Rates, planner: Planner) -> Decimal | None:
    """Return the mean price of the cheapest time in a window, None if it isn't known."""
    if not needed or rates.mean(window.start, window.end) is None:
        return None
    return mean_price(planner(rates, needed, window))
