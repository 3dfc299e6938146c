"""What a home's meters have counted, hour by hour."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import override

from .rates import MICROSECONDS_AN_HOUR, from_microseconds, to_microseconds

# Energy counts in whole millionths of a watt-hour: finer than any meter, yet coarse enough to drop what
# floating point adds to sums, such as 0.30000000000001137.
PARTS_OF_A_KWH = 10**9
# No home draws more in an hour: three phases of 100 A give 69 kWh.
_MOST_IN_AN_HOUR = 100 * PARTS_OF_A_KWH
# One meter takes over from another when it is first heard after the other's end, or this soon before.
_HANDOVER = 7 * 24


class Usage:
    """The energy of each hour of a meter, or of several meters together. An hour may be unknown.

    Hours are counted from 1970, energy in parts of a kWh (see `PARTS_OF_A_KWH`). `first` and `last` are
    the first and the last hour that are known; without any, `last` is before `first`.
    """

    def __init__(self, parts: Mapping[int, int]) -> None:
        """Store the energy of the hours that are known."""
        self._parts = dict(parts)
        self.first, self.last = min(parts, default=0), max(parts, default=-1)

    @classmethod
    def of(cls, rows: Iterable[tuple[datetime, Decimal | float | None]]) -> Usage:
        """Return what a meter has counted by hourly statistics: the start of each hour, and its kWh.

        The start is an aware datetime on the hour, or ValueError is raised. The kWh are what the meter
        counted more than at the end of the row before, None if that isn't known. Rows may be missing.

        Unknown are the hours for which a meter shows what can't be: less than before (it was reset), more
        than a home can draw (it was replaced), or no number. The first row after missing ones holds the
        energy of the time between too. It counts where it is, as in Home Assistant's own energy
        dashboard, unless it is more than any other hour of this meter: then it can't be one hour's.
        """
        parts: dict[int, int] = {}
        resumed: list[int] = []
        expected: int | None = None
        for start, change in sorted(rows, key=lambda row: row[0]):
            number, rest = divmod(to_microseconds(start), MICROSECONDS_AN_HOUR)
            if rest:
                raise ValueError(f"the hour at {start.isoformat()} doesn't start on the hour")
            if change is None or not isfinite(change):
                continue
            if expected is not None and number > expected:
                resumed.append(number)
            expected = number + 1
            energy = round(Decimal(change) * PARTS_OF_A_KWH)
            if 0 <= energy <= _MOST_IN_AN_HOUR:
                parts[number] = energy
        late = {number: parts.pop(number) for number in resumed if number in parts}
        most = max(parts.values(), default=_MOST_IN_AN_HOUR)
        return cls(parts | {number: energy for number, energy in late.items() if energy <= most})

    @override
    def __repr__(self) -> str:
        """Return the number of known hours and their range, for logs and failing tests."""
        return f"<Usage: {len(self._parts)} hours from {self.start} to {self.end}>"

    @property
    def start(self) -> datetime | None:
        """The start of the first hour that is known, None if there is none."""
        return _from_hours(self.first) if self._parts else None

    @property
    def end(self) -> datetime | None:
        """The end of the last hour that is known, None if there is none."""
        return _from_hours(self.last + 1) if self._parts else None

    def at(self, number: int) -> int | None:
        """Return the energy of an hour, None if it isn't known."""
        return self._parts.get(number)

    def is_there(self, number: int, others: Iterable[Usage]) -> bool:
        """Tell whether this meter was there in an hour, or not yet, or was replaced by one of others.

        One that began at most a week before this one was last heard, or any time after, takes over from
        its first hour on: until then, this one is missed.
        """
        if number <= self.last:
            return number >= self.first
        later = (other.first for other in others if other.first > self.first)
        return not any(self.last - _HANDOVER <= first <= number for first in later)


def together(meters: Iterable[Usage]) -> Usage:
    """Return what several meters have counted together.

    An hour is known if each meter that was there then knows it.
    """
    heard = [meter for meter in meters if meter.start is not None]
    parts = {}
    for number in range(
        min((meter.first for meter in heard), default=0),
        max((meter.last for meter in heard), default=-1) + 1,
    ):
        energies = [meter.at(number) for meter in heard if meter.is_there(number, heard)]
        known = [energy for energy in energies if energy is not None]
        if known and len(known) == len(energies):
            parts[number] = sum(known)
    return Usage(parts)


def hours(start: datetime, end: datetime) -> range:
    """Return the hours that start in `[start, end)`, counted from 1970."""
    return range(
        -(-to_microseconds(start) // MICROSECONDS_AN_HOUR),
        -(-to_microseconds(end) // MICROSECONDS_AN_HOUR),
    )


def _from_hours(number: int) -> datetime:
    return from_microseconds(number * MICROSECONDS_AN_HOUR)
