"""The cheapest minutes for what is missing, looked for again whenever something has changed."""

from collections.abc import Sequence
from itertools import accumulate
from math import ceil


def cheapest_minutes(usable: Sequence[int], price: Sequence[float], count: int) -> set[int]:
    """Return the cheapest of some minutes, of equals the earliest."""
    return set(sorted(usable, key=lambda minute: (price[minute], minute))[:count])


def cheapest_block(usable: Sequence[int], price: Sequence[float], count: int) -> set[int]:
    """Return the cheapest minutes that follow each other; where there is no such block, any."""
    sums = [0.0, *accumulate(price[minute] for minute in usable)]
    found = [
        (sums[index + count] - sums[index], index)
        for index in range(len(usable) - count + 1)
        if usable[index + count - 1] - usable[index] == count - 1
    ]
    if not found:
        return cheapest_minutes(usable, price, count)
    first = usable[min(found)[1]]
    return set(range(first, first + count))


class Planner:
    """Says minute by minute whether to charge, from what is known by then.

    A block that has begun goes on as long as something is missing. Where the need doesn't fit into the
    minutes whose prices are known, it waits for the rest if there is any.
    """

    def __init__(
        self,
        price: Sequence[float | None],
        *,
        opens: int,
        in_block: bool,
        power: float,
        limit: float | None,
    ) -> None:
        """Plan for minutes with prices."""
        self._price = [float("inf") if each is None else each for each in price]
        self._may = [
            each is not None and minute >= opens and (limit is None or each <= limit)
            for minute, each in enumerate(price)
        ]
        self._opens = opens
        self._in_block = in_block
        self._per_minute = power / 60
        self._plan: set[int] = set()
        self._known_until = -1
        # What should be missing by now, had all gone by the plan.
        self._expected = 0.0
        self._runs = False

    def wants(self, minute: int, missing: float, known_until: int, *, plugged: bool) -> bool:
        """Tell whether to charge in a minute. To be asked in each while there is a car."""
        if missing <= 1e-6 or not plugged:
            self._runs = False
            self._known_until = -1
            return False
        may = self._may[minute] and minute < known_until
        if self._in_block and self._runs and may:
            return True
        is_news = abs(missing - self._expected) > 1.5 * self._per_minute
        if is_news or known_until != self._known_until or (self._runs and self._in_block):
            self._known_until, self._expected = known_until, missing
            self._plan = self._cheapest(minute, missing, known_until)
        self._runs = minute in self._plan
        if self._runs:
            self._expected -= self._per_minute
        return self._runs

    def _cheapest(self, minute: int, missing: float, known_until: int) -> set[int]:
        end = min(known_until, len(self._price))
        usable = [each for each in range(max(minute, self._opens), end) if self._may[each]]
        count = ceil(missing / self._per_minute - 1e-6)
        if count > len(usable) and end < len(self._price):
            return set()
        pick = cheapest_block if self._in_block else cheapest_minutes
        return pick(usable, self._price, count)
