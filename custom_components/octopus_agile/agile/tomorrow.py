"""What tomorrow's prices would cost on a usual day, here and on another tariff."""

from datetime import UTC, date, datetime, time, timedelta

from .bills import Comparison, Pricing, all_compared, compared
from .publication import DAY_START, UK
from .usage import Usage, hours

_DAY = timedelta(days=1)
_DAYS = 28
# Two weekends.
_FEWEST_READINGS = 4


def verdict(usage: Usage, here: Pricing, there: Pricing, day: date) -> Comparison | None:
    """Return the comparison of the pricing day that ends on `day`, with what is usual on such days.

    The pricing day is the one whose prices are published together, from 23:00 to 23:00 local time. None
    if too little was read for a usual day, or a price or standing charge isn't known.
    """
    start, end = (datetime.combine(at, DAY_START, UK).astimezone(UTC) for at in (day - _DAY, day))
    usual = usual_day(usage, start, end)
    if usual is None:
        return None
    found = all_compared(compared(usual, here, there, start, end))
    return found if found.here.is_complete else None


def usual_day(usage: Usage, start: datetime, end: datetime) -> Usage | None:
    """Return what is usual in each hour of `[start, end)`, by the 28 days before that of `start`.

    That is the mean of the same local hour, of days from Monday to Friday or of weekends. None if any was
    read fewer than four times.
    """
    today = datetime.combine(start.astimezone(UK).date(), time(0), UK)
    read: dict[tuple[bool, int], list[int]] = {}
    for number in hours((today - _DAYS * _DAY).astimezone(UTC), today.astimezone(UTC)):
        if (energy := usage.at(number)) is not None:
            read.setdefault(_kind(number), []).append(energy)
    parts = {}
    for number in hours(start, end):
        energies = read.get(_kind(number), [])
        if len(energies) < _FEWEST_READINGS:
            return None
        parts[number] = round(sum(energies) / len(energies))
    return Usage(parts)


def _kind(number: int) -> tuple[bool, int]:
    """Return whether an hour, counted from 1970, is on a weekend, and which it is of its local day."""
    start = datetime.fromtimestamp(number * 3600, UK)
    return start.weekday() >= 5, start.hour
