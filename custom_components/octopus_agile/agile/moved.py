"""What moving charges to cheaper times has saved, and what the charges would have cost elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from .blocks import mean_price
from .history import Done
from .rates import Rates
from .slots import cheapest_slots
from .windows import Window

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Moved:
    """The finished sessions of which everything is known, and how many are `left_out` because it isn't.

    `energy` is in kWh, and all else in GBP: what was `paid`, and what the same energy would have cost
    charged `at_once`, on a tariff at the `same_times`, and there at the `cheapest_times` of the windows.
    """

    sessions: int = 0
    left_out: int = 0
    energy: Decimal = _ZERO
    paid: Decimal = _ZERO
    at_once: Decimal = _ZERO
    same_times: Decimal = _ZERO
    cheapest_times: Decimal = _ZERO

    def __add__(self, other: Moved) -> Moved:
        """Return what both come to."""
        return Moved(
            self.sessions + other.sessions,
            self.left_out + other.left_out,
            self.energy + other.energy,
            self.paid + other.paid,
            self.at_once + other.at_once,
            self.same_times + other.same_times,
            self.cheapest_times + other.cheapest_times,
        )


def moved(plans: Iterable[Iterable[Done]], rates: Rates) -> Moved:
    """Return what the finished sessions of plans cost, and would have cost at other times and prices.

    The cheapest times are as good as they could have been: nobody remembers whether the car was there all
    that time. Sessions of a plan that had the same window are placed together, as one need of as much
    time with their energy spread evenly. Of a window with an unknown price all are left out: its cheapest
    time may be just there.
    """
    total = Moved()
    for sessions in plans:
        by_window: dict[Window | None, list[Done]] = {}
        for done in sessions:
            by_window.setdefault(done.window, []).append(done)
        for window, together in by_window.items():
            total += _of_one_window(together, window, rates)
    return total


def _of_one_window(sessions: Iterable[Done], window: Window | None, rates: Rates) -> Moved:
    """Return what the sessions of one plan in one window come to."""
    total, needed = Moved(), timedelta(0)
    for done in sessions:
        price = rates.mean(done.start, done.end)
        if done.energy is None or done.paid is None or done.at_once is None or price is None:
            total += Moved(left_out=1)
        else:
            needed += done.duration
            total += Moved(1, 0, done.energy, done.paid, done.at_once, done.energy * price)
    if not needed:
        return total
    cheapest = None if window is None else _cheapest(needed, window, rates)
    if cheapest is None:
        return Moved(left_out=total.sessions + total.left_out)
    return total + Moved(cheapest_times=total.energy * cheapest)


def _cheapest(needed: timedelta, window: Window, rates: Rates) -> Decimal | None:
    """Return the mean price of the cheapest time in a window, None if it isn't known or too short."""
    prices = rates.between(window.start, window.end)
    if prices.mean(window.start, window.end) is None:
        return None
    return mean_price(cheapest_slots(prices, needed, window.start, window.end) or ())
