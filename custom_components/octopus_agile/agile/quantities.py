"""Numbers that people enter and sensors show, as exact quantities; what can't be one is refused."""

from datetime import timedelta
from decimal import Decimal
import math

from .rates import MICROSECONDS_AN_HOUR

_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
# Any larger number is a typo or a fault, whatever its unit.
_LARGEST = 1e6


def to_decimal(value: float) -> Decimal:
    """Return a number exactly as it was written. Raises ValueError if it can't be right."""
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise ValueError(f"{value} isn't a usable number")
    return Decimal(str(value))


def decimal_or_none(value: float | None) -> Decimal | None:
    """Return a number exactly as it was written, None if there is none."""
    return None if value is None else to_decimal(value)


def above_zero(value: float) -> Decimal:
    """Return a number above zero exactly as it was written. Raises ValueError."""
    number = to_decimal(value)
    if number <= 0:
        raise ValueError(f"{value} isn't above zero")
    return number


def pounds(pence: float) -> Decimal:
    """Return pence as pounds. Raises ValueError."""
    return to_decimal(pence).scaleb(-2)


def hours(value: float) -> timedelta:
    """Return a number of hours as a duration in whole minutes: at least one, or 0. Raises ValueError."""
    if value == 0:
        return timedelta(0)
    return max(timedelta(minutes=round(above_zero(value) * 60)), _MINUTE)


def time_for(energy: Decimal, power: Decimal) -> timedelta:
    """Return how long an energy in kWh takes at a power in kW, rounded up to a whole minute."""
    exact = timedelta(microseconds=int(energy / power * MICROSECONDS_AN_HOUR))
    return -(-exact // _MINUTE) * _MINUTE


def average_power(energy: Decimal, duration: timedelta) -> Decimal:
    """Return the power in kW that draws an energy in kWh over a duration."""
    return energy * MICROSECONDS_AN_HOUR / (duration // _MICROSECOND)
