"""What entities have to show, worked out from the book of prices by the plainest means there are.

Nothing of the integration is used here. Prices are exact fractions of a pound, times whole seconds of
UTC, and the cheapest is found by trying everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
SLOT = timedelta(minutes=30)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
_TICK = timedelta(microseconds=1)
_SLOT = SLOT // _TICK

# Start of a slot -> p/kWh.
type Book = Mapping[datetime, Decimal]
type Span = tuple[datetime, datetime]


def slot_of(instant: datetime) -> datetime:
    """Return the start of the half hour an instant lies in."""
    return instant.replace(minute=instant.minute // 30 * 30, second=0, microsecond=0)


@cache
def pounds(pence: Decimal) -> Fraction:
    """Return p/kWh as GBP/kWh, exactly."""
    return Fraction(pence) / 100


@dataclass(frozen=True)
class Prices:
    """What the price entities show; None for what isn't known."""

    current: Fraction | None
    next: Fraction | None
    lowest: Fraction | None
    lowest_start: datetime | None
    highest: Fraction | None
    highest_start: datetime | None
    average: Fraction | None
    until: datetime | None
    rates: tuple[tuple[datetime, Fraction], ...]


def prices(book: Book, now: datetime) -> Prices:
    """Return what is to be seen of a book of prices at an instant."""
    slot = slot_of(now)
    midnight = datetime.combine(now.astimezone(UK).date(), time(0), UK).astimezone(UTC)
    # Nothing is ever out for longer than until the evening of the next day.
    around = (midnight + SLOT * number for number in range(4 * 48))
    known = [start for start in around if start in book]
    coming = [start for start in known if start >= slot]
    lowest = min(coming, key=lambda start: (book[start], start), default=None)
    highest = min(coming, key=lambda start: (-book[start], start), default=None)

    def price(start: datetime | None) -> Fraction | None:
        return pounds(book[start]) if start is not None and start in book else None

    return Prices(
        price(slot),
        price(slot + SLOT),
        price(lowest),
        lowest,
        price(highest),
        highest,
        Fraction(sum(book[start] for start in coming)) / (100 * len(coming)) if coming else None,
        max(known or book) + SLOT if book else None,
        tuple((start, pounds(book[start])) for start in known),
    )


def known_until(book: Book, instant: datetime) -> datetime:
    """Return how far prices are known from an instant on without a gap."""
    slot = slot_of(instant)
    if slot not in book:
        return instant
    while slot in book:
        slot += SLOT
    return slot


def stretches(book: Book, start: datetime, end: datetime) -> list[Span]:
    """Return the parts of `[start, end)` in which every price is known."""
    found: list[Span] = []
    while start < end:
        until = min(known_until(book, start), end)
        if until > start:
            found.append((start, until))
        start = max(until, slot_of(start) + SLOT)
    return found


def most(known: list[Span], need: timedelta, shortest: timedelta) -> timedelta:
    """Return how much of a need fits, in runs of at least `shortest` unless it is all one, by trying."""
    best = max((min(need, end - start) for start, end in known), default=timedelta(0))
    for number in range(1, len(known) + 1):
        for chosen in combinations(known, number):
            lengths = [end - start for start, end in chosen]
            fits = min(need, sum(lengths, timedelta(0)))
            if min(lengths) >= shortest and fits >= number * shortest:
                best = max(best, fits)
    return best


def cost(book: Book, start: datetime, end: datetime) -> Fraction | None:
    """Return price times seconds over `[start, end)`, None where any part isn't known."""
    total = Fraction(0)
    while start < end:
        slot = slot_of(start)
        if slot not in book:
            return None
        until = min(slot + SLOT, end)
        total += pounds(book[slot]) * int((until - start).total_seconds())
        start = until
    return total


def mean(book: Book, spans: list[Span]) -> Fraction | None:
    """Return the mean price of spans by time, None where any part isn't known."""
    total, seconds = Fraction(0), 0
    for start, end in spans:
        part = cost(book, start, end)
        if part is None:
            return None
        total += part
        seconds += int((end - start).total_seconds())
    return total / seconds if seconds else None


def window(opens: time, closes: time, instant: datetime) -> Span:
    """Return the window, between UK times of day, that an instant lies in, or else the next one."""
    day = instant.astimezone(UK).date() - DAY
    while True:
        last = day if closes > opens else day + DAY
        start = datetime.combine(day, opens, UK).astimezone(UTC)
        end = datetime.combine(last, closes, UK).astimezone(UTC)
        if instant < end and start < end:
            return start, end
        day += DAY


def next_minute(instant: datetime) -> datetime:
    """Return an instant, rounded up to a whole minute."""
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + MINUTE


class Sums:
    """The cost of any span, in no time at all: in a ten-thousandth of a penny times microseconds.

    Times are microseconds since `origin`, because of a hundred thousand of them.
    """

    def __init__(self, book: Book, start: datetime, end: datetime) -> None:
        """Add up what is known of `[start, end)`, in the slots that overlap it."""
        self.origin = slot_of(start)
        self.units: list[int] = []
        self.sums = [0]
        self.unknown = [0]
        slot = self.origin
        while slot < end:
            pence = book.get(slot)
            units = 0 if pence is None else int(pence.scaleb(6))
            self.units.append(units)
            self.sums.append(self.sums[-1] + units * _SLOT)
            self.unknown.append(self.unknown[-1] + (pence is None))
            slot += SLOT
        self.units.append(0)

    def time(self, instant: datetime) -> int:
        """Return an instant as it is counted here."""
        return (instant - self.origin) // _TICK

    def cost(self, start: int, end: int) -> int | None:
        """Return the cost of a span, None where any part isn't known."""
        first, after_first = divmod(start, _SLOT)
        last, after_last = divmod(end, _SLOT)
        if self.unknown[last + (after_last > 0)] > self.unknown[first]:
            return None
        total = self.sums[last] + self.units[last] * after_last
        return total - self.sums[first] - self.units[first] * after_first


def cheapest_block(book: Book, duration: timedelta, start: datetime, end: datetime) -> Span | None:
    """Return the cheapest block within `[start, end)`, of equals the earliest, by trying every minute.

    The cost is a straight line between the instants at which the block's start or its end meets the
    edge of a slot, so these are tried too, where they are no whole minutes.
    """
    if start + duration > end:
        return None
    sums = Sums(book, start, end)
    length, first, last = duration // _TICK, sums.time(start), sums.time(end - duration)
    tries = set(range(first, last + 1, MINUTE // _TICK))
    edges = range(0, sums.time(end) + 1, _SLOT)
    tries.update(edges, (edge - length for edge in edges))
    tries.add(last)
    found = [
        (total, at)
        for at in tries
        if first <= at <= last
        if (total := sums.cost(at, at + length)) is not None
    ]
    if not found:
        return None
    start = sums.origin + min(found)[1] * _TICK
    return start, start + duration


@dataclass(frozen=True)
class Worth:
    """What a choice of spans is worth: the least cost wins, then the fewest spans, then the earliest."""

    cost: Fraction
    spans: int
    lateness: Fraction


def worth(book: Book, spans: list[Span], origin: datetime) -> Worth | None:
    """Return what spans are worth, None where any part isn't known."""
    total, late = Fraction(0), Fraction(0)
    for start, end in spans:
        part = cost(book, start, end)
        if part is None:
            return None
        total += part
        first, last = ((at - origin).total_seconds() for at in (start, end))
        late += Fraction(int(last * last - first * first))
    return Worth(total, len(spans), late)


def cheapest_slots(
    book: Book, need: timedelta, shortest: timedelta, start: datetime, end: datetime
) -> Worth | None:
    """Return the worth of the cheapest spans of a need within `[start, end)`, None where none fit.

    By trying all ways to use or not use each step in turn. All times must be whole minutes; a step is
    the longest time that divides them all.
    """
    shortest = min(shortest, need)
    step = next(
        MINUTE * n
        for n in (30, 15, 10, 5, 1)
        if not any(
            int(time.total_seconds()) % (60 * n) for time in (need, shortest, start - slot_of(start))
        )
    )
    count, most, least = (end - start) // step, need // step, shortest // step
    seconds = int(step.total_seconds())
    # (cost, spans, lateness), as one number each.
    cells: list[int | None] = []
    for n in range(count):
        pence = book.get(slot_of(start + step * n))
        first, last = n * seconds, (n + 1) * seconds
        late = last * last - first * first
        cells.append(None if pence is None else int(pence.scaleb(6)) * seconds * _ONE_COST + late)
    best = _try_all(cells, most, least)
    if best is None:
        return None
    rest, late = divmod(best, _ONE_SPAN)
    total, spans = divmod(rest, _SPANS)
    return Worth(Fraction(total, 10**8), spans, Fraction(late))


_ONE_SPAN = 10**14
_SPANS = 1000
_ONE_COST = _ONE_SPAN * _SPANS


def _try_all(cells: list[int | None], most: int, least: int) -> int | None:
    """Return the least sum of `most` cells in spans of at least `least`, each span counted."""
    # By how many are used: the best where the last cell isn't used or ends a span, at each edge.
    ended: list[dict[int, int]] = [{0: 0}]
    going: dict[int, int] = {}
    for n, cell in enumerate(cells, 1):
        if cell is None:
            going = {}
        else:
            going = {used + 1: total + cell for used, total in going.items() if used < most}
            span = cells[n - least : n] if n >= least else [None]
            if None not in span:
                worth_of_span = sum(each for each in span if each is not None) + _ONE_SPAN
                for used, total in ended[n - least].items():
                    after, value = used + least, total + worth_of_span
                    if after <= most and value < going.get(after, value + 1):
                        going[after] = value
        now = dict(ended[-1])
        for used, total in going.items():
            if total < now.get(used, total + 1):
                now[used] = total
        ended.append(now)
    return ended[-1].get(most)
