"""What deadlines some days ahead would have cost: by the product's rule, by simpler ones, with foresight.

Each begins with a day whose prices are known. Those of each day after come just before it, and the
product (`agile/week.py`) says how much is charged in them. Windows are whole pricing days, 23:00 to 23:00
UK time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from custom_components.octopus_agile.agile.publication import DAY_START, UK
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.scenarios import SCENARIOS, Past, pricing_day
from custom_components.octopus_agile.agile.week import Choice, Outlook
from custom_components.octopus_agile.agile.windows import Window

NEEDS = (4, 8, 16)
DAYS = (2, 3, 5, 7)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SLOT = timedelta(minutes=30)
# The prices that a home keeps.
_KEPT = 35 * _DAY


class Case(NamedTuple):
    """A need in hours that must be met by the end of so many days from `start` on."""

    start: date
    need: int
    days: int


class Costs(NamedTuple):
    """What a case costs in p/kWh: charged at once, in even shares, by the rule, and with foresight."""

    first_night: float
    even_share: float
    ours: float
    perfect: float


class Told(NamedTuple):
    """What is said at the start: the odds of a cheaper day, whether one came, and the saving in p/kWh."""

    odds: float
    came: bool
    saving: float


class Series:
    """A series of prices, seen day by day."""

    def __init__(self, rates: Rates) -> None:
        """Sort each whole day's prices, in p/kWh. Days that lack a price are left out."""
        self._rates = rates
        slots: dict[date, list[float]] = {}
        for rate in rates:
            slots.setdefault(pricing_day(rate.start), []).append(float(rate.price * 100))
        self.days = {
            day: sorted(prices)
            for day, prices in sorted(slots.items())
            if len(prices) * _SLOT == _start(day + _DAY) - _start(day)
        }
        self._past = lru_cache(maxsize=32)(self._past_of)
        self._outlook = lru_cache(maxsize=256)(self._outlook_of)

    def cases(self, since: date | None, every: int) -> Iterator[Case]:
        """Give every case that begins on each `every`th day, has four weeks behind it, and all prices."""
        if not self.days:
            return
        at = max(since or date.min, min(self.days) + SCENARIOS * _DAY)
        while at <= max(self.days):
            for days in DAYS:
                if all(at + n * _DAY in self.days for n in range(days)):
                    yield from (Case(at, need, days) for need in NEEDS)
            at += every * _DAY

    def costs(self, case: Case) -> Costs:
        """Return what a case costs in p/kWh."""
        start, need, days = case
        known = [self.days[start + n * _DAY] for n in range(days)]
        ours, rest = 0.0, need * _HOUR
        for n in range(days):
            now = self.choice(start + n * _DAY, days - n - 1, rest).now if rest else rest
            ours += _cost(known[n], now / _HOUR)
            rest -= now
        assert not rest
        return Costs(
            _cost(known[0], need) / need,
            sum(_cost(day, need / days) for day in known) / need,
            ours / need,
            _cost(sorted(price for day in known for price in day), need) / need,
        )

    def choice(self, day: date, ahead: int, need: timedelta) -> Choice:
        """Return what is charged of a need on a day that has just become known, with some days ahead."""
        usable = self._rates.overlapping(_start(day), _start(day + _DAY))
        return self._outlook(day, ahead).choose(need, usable)

    def told(self, case: Case) -> Told | None:
        """Return what is said on the first day; None if nothing waits."""
        start, need, days = case
        choice = self.choice(start, days - 1, need * _HOUR)
        if not choice.later or choice.odds is None or choice.expected_saving is None:
            return None
        later, first = choice.later / _HOUR, self.days[start]
        here = _cost(first, need) - _cost(first, need - later)
        came = any(_cost(self.days[start + n * _DAY], later) < here for n in range(1, days))
        return Told(choice.odds, came, float(choice.expected_saving * 100))

    def _past_of(self, day: date) -> Past:
        end = _start(day + _DAY)
        return Past(self._rates.overlapping(end - _KEPT, end))

    def _outlook_of(self, day: date, ahead: int) -> Outlook:
        days = [day + n * _DAY for n in range(1, ahead + 1)]
        return Outlook(self._past(day), [Window(_start(each), _start(each + _DAY)) for each in days])


def _start(day: date) -> datetime:
    """Return when a pricing day starts: the evening before its date."""
    return datetime.combine(day - _DAY, DAY_START, UK).astimezone(UTC)


def _cost(prices: list[float], hours: float) -> float:
    """Return what the cheapest hours of half-hourly prices, the cheapest first, cost in pence per kW."""
    whole, part = divmod(hours * 2, 1)
    cost = sum(prices[: int(whole)]) + (prices[int(whole)] * part if part else 0)
    return cost / 2
