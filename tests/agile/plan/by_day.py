"""Plans with a deadline over days, in a November of days that cost the same all day long."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from custom_components.octopus_agile.agile.plan import Plan
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.replan import replan
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.windows import Deadlines, repeating_window
from tests.agile.series import HALF_HOUR
from tests.octopus import UK, uk

from .charge import Charge, november

# 22:00 to 06:00, and the weekday of a deadline: the 27th is a Friday.
NIGHTS = repeating_window(time(22), time(6), UK)
BY_FRIDAY = Deadlines(NIGHTS, frozenset({4}))
_DAY = timedelta(days=1)

# Prices in p/kWh by pricing day, or by pricing day and hour of the day.
type Pence = dict[int | tuple[int, int], float]


def pricing_days(pence: Pence, *, until: int, days: int = 28, otherwise: float = 20) -> Rates:
    """Return pricing days up to a day in November; each costs the same all day long, or hour by hour.

    Every fourth of those before the 23rd cost 8p, the others 24p.
    """
    rates = []
    last = date(2026, 11, until)
    at = uk(f"{last - days * _DAY} 23:00")
    while at < uk(f"{last} 23:00"):
        day = (at.astimezone(UK) + timedelta(hours=1)).date()
        past = 8.0 if day.toordinal() % 4 == 0 else 24.0
        is_past = day < date(2026, 11, 23)
        price = past if is_past else pence.get((day.day, at.hour), pence.get(day.day, otherwise))
        rates.append(Rate(at, at + HALF_HOUR, Decimal(str(price)) / 100))
        at += HALF_HOUR
    return Rates(rates)


class Week(Charge):
    """A charge by Friday whose prices come at four each day."""

    def __init__(self, hours: float = 4, days: int = 28, **settings: Any) -> None:
        self.pence: Pence = {}
        self.days = days
        defaults = {"window": BY_FRIDAY, "mode": Mode.SLOTS, "power": Decimal(7)}
        super().__init__(hours, Rates(), **{**defaults, **settings})
        self.now = november("23 00:00")
        self._known: dict[int, Rates] = {}

    def known(self, now: datetime) -> Rates:
        """Return the prices known at a time, the same object as long as no others come."""
        until = now.day + (now.hour >= 16)
        if until not in self._known:
            self._known[until] = pricing_days(self.pence, until=until, days=self.days)
        return self._known[until]

    def look(self, text: str, **settings: Any) -> Plan:
        """Look at the plan at a time in November, with the prices known then."""
        return self.at(text, rates=self.known(november(text)), **settings)

    def live_until(self, text: str, step: timedelta = HALF_HOUR) -> Plan:
        """Look again and again until a time."""
        assert self.plan is not None
        while self.now < november(text):
            self.now = min(self.now + step, november(text))
            self.plan = replan(self.settings, self.known(self.now), self.now, self.plan, self.taken)
        return self.plan

    def begin(self, text: str) -> Plan:
        """Look at the plan for the first time."""
        self.now = november(text)
        return self.look(text)
