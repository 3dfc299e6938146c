"""A charge whose plan lives on through days of November 2026, and their prices."""

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.need import FixedNeed, LiveNeed
from custom_components.octopus_agile.agile.plan import Plan, Settings, Status
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.replan import replan
from custom_components.octopus_agile.agile.windows import repeating_window
from tests.agile.series import HALF_HOUR, HOUR
from tests.octopus import UK, uk

# All days here are days in November, when UK time is UTC.
NIGHT = repeating_window(time(0), time(6), UK)
PRICING_DAY = repeating_window(None, None, UK)


def november(text: str) -> datetime:
    """Return a time in November 2026, like "24 02:30"."""
    return uk(f"2026-11-{text}")


def prices(start: str, end: str, pence: dict[str, float] | None = None) -> Rates:
    """Return half-hours at 20p, but for those at given times of day, or at given days and times."""
    rates = []
    at = november(start)
    while at < november(end):
        price = (pence or {}).get(f"{at:%d %H:%M}", (pence or {}).get(f"{at:%H:%M}", 20))
        rates.append(Rate(at, at + HALF_HOUR, Decimal(str(price)) / 100))
        at += HALF_HOUR
    return Rates(rates)


CHEAP_AT_2 = {"02:00": 5.0, "02:30": 5.0, "03:00": 6.0, "03:30": 6.0}
TODAY = prices("22 23:00", "23 23:00", CHEAP_AT_2)
TO_TOMORROW = prices("22 23:00", "24 23:00", CHEAP_AT_2)
FOR_DAYS = prices("22 23:00", "30 23:00", CHEAP_AT_2)


def spelled(sessions: tuple[Session, ...]) -> list[str]:
    """Return sessions as texts like "24 02:00-04:00"."""
    return [f"{session.start:%d %H:%M}-{session.end:%H:%M}" for session in sessions]


def live(hours: float, heard: str) -> LiveNeed:
    """Return what a battery lacked when it was heard at a time in November."""
    return LiveNeed(hours * HOUR, november(heard))


class Charge:
    """A plan that lives on from one moment to the next."""

    def __init__(self, hours: float = 2, rates: Rates = TO_TOMORROW, **settings: Any) -> None:
        self.rates = rates
        self.settings = Settings(**{"need": FixedNeed(hours * HOUR), "window": NIGHT, **settings})
        self.plan: Plan | None = None
        self.taken: tuple[Session, ...] = ()

    def at(
        self, text: str, hours: float | None = None, rates: Rates | None = None, **settings: Any
    ) -> Plan:
        """Move to a time in November; a need, prices or settings may be new then."""
        self.rates = rates or self.rates
        self.settings = replace(self.settings, **settings)
        if hours is not None:
            self.settings = replace(self.settings, need=FixedNeed(hours * HOUR))
        self.plan = replan(self.settings, self.rates, november(text), self.plan, self.taken)
        return self.plan

    def restart(self) -> None:
        """Lose what a store doesn't keep: all but what has begun."""
        assert self.plan is not None
        self.plan = replace(self.plan, status=Status.WAITING_FOR_PRICES, ahead=(), reason=None)
