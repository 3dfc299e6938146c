"""What days ahead may cost: each of the last four weeks' days as it was, moved to the present level.

A pricing day runs from 23:00 to 23:00 UK time; its prices come all at once. Days are compared by UK
local time, so a scenario's evening is the evening, whatever the clocks have done in between. All of this
is a guess: it may delay a charge, and it is never a price.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from math import inf, sumprod
from typing import NamedTuple

from .blocks import cheapest_block
from .publication import DAY, DAY_START, UK
from .rates import Rates
from .windows import Window

# How many pricing days back the scenarios reach, and how few of them are too few.
SCENARIOS = 28
FEWEST = 7
# How much of the difference between the newest day and the four weeks is left after each day.
KEPT = 0.6

_HALF_HOUR = timedelta(minutes=30)
_MINUTES_A_DAY = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """The part `[start, end)` of a window that lies in one pricing day, and all that is unknown of it."""

    start: datetime
    end: datetime
    window: Window


class Day(NamedTuple):
    """The time in which a charge may run on a pricing day whose prices are unknown, by its UK date."""

    date: date
    spans: tuple[Span, ...]

    @property
    def length(self) -> timedelta:
        """How long a charge may run on it."""
        return sum((span.end - span.start for span in self.spans), timedelta(0))


class _Piece(NamedTuple):
    """A slot or a part of it: the slot's start in minutes from the pricing day's midnight, its length."""

    slot: int
    length: timedelta


type _Shape = tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class Scenarios:
    """What one day may cost: prices in GBP/kWh of each of its pieces, as each scenario had them.

    `lengths` are those of the pieces, `dates` those of the scenarios. `shift` is to be added to every
    price, for the present level.
    """

    dates: list[date]
    curves: list[list[float]]
    lengths: list[timedelta]
    shift: float


@dataclass(frozen=True, slots=True)
class Band:
    """What the slot `[start, end)` (UTC) may cost: in GBP/kWh, 10%, 50% and 90% of days stay below it."""

    start: datetime
    end: datetime
    low: float
    middle: float
    high: float


class Past:
    """The days that are known, as scenarios for those that aren't. Make one for each series of rates."""

    def __init__(self, rates: Rates) -> None:
        """Take all rates that are known, past ones too."""
        self.rates = rates
        self.known_until = rates.end or _EPOCH
        self._newest = pricing_day(self.known_until - timedelta.resolution)
        self._found: dict[_Shape, Scenarios] = {}
        self._blocks: dict[tuple[object, ...], list[float]] = {}

    @cached_property
    def _prices(self) -> dict[date, dict[int, float]]:
        """The price in GBP/kWh by pricing day and minute of local time."""
        first = datetime.combine(self._newest - SCENARIOS * DAY, DAY_START, UK)
        prices: dict[date, dict[int, float]] = {}
        for rate in self.rates.overlapping(first):
            day, minutes = _place(rate.start)
            # Of an hour that the clocks repeat, the first stands for both.
            prices.setdefault(day, {}).setdefault(minutes, float(rate.price))
        return prices

    @cached_property
    def newest_prices(self) -> str:
        """The known prices of the newest two pricing days, to tell whether others have come."""
        newest = self.rates.overlapping(self.known_until - 2 * DAY)
        return f"{self.known_until} {' '.join(str(rate.price) for rate in newest)}"

    def scenarios(self, day: Day) -> Scenarios | None:
        """Return what a day may cost; None if fewer than 7 days are known.

        A day that lacks a price counts as unknown; so does the one whose clocks skip an hour in question.
        """
        shape = _shape(day)
        if shape not in self._found:
            self._found[shape] = self._compared(shape)
        found = self._found[shape]
        if len(found.dates) < FEWEST:
            return None
        distance = max((day.date - self._newest).days, 1)
        return replace(found, shift=found.shift * KEPT**distance)

    def blocks(self, day: Day, dates: Iterable[date], need: timedelta) -> list[float]:
        """Return the mean price in GBP/kWh of the cheapest block in a day's windows, for each scenario.

        All of a window counts on the day it ends: only then is it known. Infinite where no block fits.
        """
        midnight = _midnight(day.date)
        windows = [span.window for span in day.spans if span.end == span.window.end]
        spans = [
            (_local(each.start) - midnight, _local(each.end) - midnight)
            for each in windows
            if each.start + need <= each.end
        ]
        key = (need, tuple(spans), tuple(dates))
        if key not in self._blocks:
            self._blocks[key] = [self._block(spans, each, need) for each in dates]
        return self._blocks[key]

    def band(self, until: datetime) -> list[Band]:
        """Return what each slot from the end of the known prices until an instant may cost.

        Nothing if fewer than 7 whole days are known.
        """
        found: list[Band] = []
        for day in days_ahead([Window(self.known_until, until)], self.known_until):
            scenarios = self.scenarios(_whole(day))
            if scenarios is None:
                return []
            at = _whole(day).spans[0].start
            for length, *prices in zip(scenarios.lengths, *scenarios.curves, strict=True):
                if self.known_until <= at < until:
                    likely = _quantiles([price + scenarios.shift for price in prices])
                    found.append(Band(at, at + length, *likely))
                at += length
        return found

    def _compared(self, shape: _Shape) -> Scenarios:
        """Return what the known days cost in the pieces of a day, and how far the newest is off them."""
        curves = {}
        for age in range(SCENARIOS):
            day = self._newest - age * DAY
            prices = self._prices.get(day, {})
            if all(piece.slot in prices for piece in shape):
                curves[day] = [prices[piece.slot] for piece in shape]
        lengths = [piece.length for piece in shape]
        all_of_it = sum(lengths, timedelta(0))
        weights = [length / all_of_it for length in lengths]
        levels = [sumprod(curve, weights) for curve in curves.values()]
        # The newest comes first.
        gap = levels[0] - sum(levels) / len(levels) if levels else 0.0
        return Scenarios(list(curves), list(curves.values()), lengths, gap)

    def _block(self, spans: list[tuple[timedelta, timedelta]], of: date, need: timedelta) -> float:
        """Return the mean price of the cheapest block in spans of local time on a known day."""
        cheapest = inf
        for span in spans:
            start, end = ((_midnight(of) + each).replace(tzinfo=UK).astimezone(UTC) for each in span)
            block = cheapest_block(self.rates, need, start, end)
            if block is not None and block.mean_price is not None:
                cheapest = min(cheapest, float(block.mean_price))
        return cheapest


# Several plans ask for the same one, and a home has few tariffs.
_LATEST: deque[Past] = deque(maxlen=4)


def past_of(rates: Rates) -> Past:
    """Return the past of a series of rates; the latest ones are remembered."""
    for past in _LATEST:
        if past.rates is rates:
            return past
    _LATEST.append(Past(rates))
    return _LATEST[-1]


def pricing_day(at: datetime) -> date:
    """Return the UK date of an instant's pricing day: from 23:00 on it is the next day's."""
    return _place(at)[0]


def days_ahead(windows: Iterable[Window], known_until: datetime) -> tuple[Day, ...]:
    """Return the time of windows for which no price has come yet, by pricing day."""
    spans: dict[date, list[Span]] = {}
    for window in windows:
        start = max(window.start, known_until)
        unknown = Window(start, window.end)
        while start < window.end:
            day = pricing_day(start)
            end = min(window.end, datetime.combine(day, DAY_START, UK).astimezone(UTC))
            spans.setdefault(day, []).append(Span(start, end, unknown))
            start = end
    return tuple(Day(day, tuple(found)) for day, found in spans.items())


def _whole(day: Day) -> Day:
    """Return all of a pricing day."""
    start, end = (
        datetime.combine(each, DAY_START, UK).astimezone(UTC) for each in (day.date - DAY, day.date)
    )
    return Day(day.date, (Span(start, end, Window(start, end)),))


def _shape(day: Day) -> _Shape:
    pieces = []
    for span in day.spans:
        at = span.start
        while at < span.end:
            slot = at - (at - _EPOCH) % _HALF_HOUR
            until = min(slot + _HALF_HOUR, span.end)
            pieces.append(_Piece(_place(slot)[1], until - at))
            at = until
    return tuple(pieces)


def _place(at: datetime) -> tuple[date, int]:
    """Return the pricing day of an instant, and the minutes of local time from that day's midnight."""
    local = at.astimezone(UK)
    minutes = local.hour * 60 + local.minute
    if local.hour < DAY_START.hour:
        return local.date(), minutes
    return local.date() + DAY, minutes - _MINUTES_A_DAY


def _local(at: datetime) -> datetime:
    """Return the UK local time of an instant, without its zone: arithmetic on it is that of a clock."""
    return at.astimezone(UK).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0))


def _quantiles(prices: list[float]) -> list[float]:
    """Return the 10%, 50% and 90% quantiles, between two prices in proportion."""
    prices = sorted(prices)
    found = []
    for share in (0.1, 0.5, 0.9):
        index, rest = divmod(share * (len(prices) - 1), 1)
        lower, upper = prices[int(index)], prices[min(int(index) + 1, len(prices) - 1)]
        found.append(lower + (upper - lower) * rest)
    return found
