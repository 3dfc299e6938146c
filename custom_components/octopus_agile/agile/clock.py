"""Round times on the clock."""

from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


def next_minute(now: datetime) -> datetime:
    """Return the first whole minute that isn't past, so that plans start at readable times."""
    whole = now.replace(second=0, microsecond=0)
    return whole if whole == now else whole + _MINUTE


def next_half_hour(now: datetime) -> datetime:
    """Return the next instant at which a slot may start."""
    return now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + 30 * _MINUTE
