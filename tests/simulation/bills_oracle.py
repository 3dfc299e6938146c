"""What a comparison has to show, worked out hour by hour from the books of prices and the meter."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from homeassistant.util import dt as dt_util

from tests.octopus import AGILE, SLOT, UK

from .home import Home
from .meter import HOUR, Meter, reading
from .server import FLEXIBLE, STANDING, Octopus, flexible

_SENSOR = "sensor.compared_with_flexible_octopus_"
_DAY = timedelta(days=1)
_CENT = Decimal("0.001")
# After an outage the past is asked for again within six hours.
_SLOW = timedelta(hours=10)


def midnight(instant: datetime) -> datetime:
    """Return the start of the UK day that an instant lies in."""
    return datetime.combine(instant.astimezone(UK).date(), time(0), UK).astimezone(dt_util.UTC)


@dataclass
class Sum:
    """What a time costs here and there in pounds, and how many of its hours are left out."""

    here: Decimal
    there: Decimal
    energy: Decimal
    missing: int


class Accountant:
    """Looks once a day whether the comparison adds up."""

    def __init__(self, home: Home, server: Octopus, meter: Meter) -> None:
        """Start before the home does."""
        self._home, self._server, self._meter = home, server, meter
        # How often it looked, and how often there was no outage that would explain what is missing.
        self.looked = self.judged = 0

    def check(self) -> None:
        """Compare the month's and the year's sums with those of the home."""
        now = dt_util.utcnow()
        if not self._home.is_up:
            return
        self.looked += 1
        # A price may have been corrected since the sums were worked out.
        if any(at > midnight(now) + HOUR for at in self._server.good):
            return
        spells = self._server.spells
        is_out = any(
            each.fault.everywhere and each.end > now - _SLOW and each.start < now for each in spells
        )
        # At the set-up there may be no hour of the month yet.
        may_lack = is_out or self.looked == 1
        is_judged = self._check_sum("cost_here", now, may_lack=may_lack)
        is_judged &= self._check_sum("saving_in_a_year", now, may_lack=may_lack)
        self.judged += is_judged

    def _check_sum(self, key: str, now: datetime, *, may_lack: bool) -> bool:
        """Compare the sums over a sensor's time. Return False if something is rightly missing."""
        if self._home.state(_SENSOR + key) == "unknown":
            assert may_lack, f"{key} is unknown at {now}"
            return False
        shown = self._home.attributes(_SENSOR + key)
        since, until = (datetime.fromisoformat(shown[name]) for name in ("since", "until"))
        self._check_time(key, since, until, now)
        found = self._sum(since, until, now)
        if may_lack and (shown["hours_missing"] != found.missing or shown["days_missing"]):
            return False
        assert shown["hours_missing"] == found.missing, (key, shown, found)
        assert shown["days_missing"] == 0, (key, shown)
        assert shown["complete"] is (found.missing == 0), (key, shown, found)
        saving = found.there - found.here
        costs = {"cost_here": found.here, "cost_there": found.there, "saving": saving}
        for name, expected in costs.items() if key == "cost_here" else [(key, saving)]:
            state = Decimal(self._home.state(_SENSOR + name))
            assert abs(state - expected) < _CENT, f"{name} is {state}, not {expected} at {now}"
        assert abs(Decimal(str(shown["energy"])) - found.energy) < _CENT, (shown, found)
        return True

    def _check_time(self, key: str, since: datetime, until: datetime, now: datetime) -> None:
        """Fail unless sums begin with the month or the meter's year, and were worked out today."""
        begins = self._meter.begins
        first = midnight(begins) if midnight(begins) == begins else midnight(begins + _DAY)
        today = now.astimezone(UK)
        year_ago = today.replace(year=today.year - 1, day=min(today.day, 28 if today.month == 2 else 31))
        opens = midnight(year_ago) if key == "saving_in_a_year" else midnight(today.replace(day=1))
        assert since == max(first, opens), (key, since, first, opens)
        assert midnight(now) <= until <= now, (key, until, now)

    def _sum(self, since: datetime, until: datetime, now: datetime) -> Sum:
        this_month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        given, past = self._server.given, self._server.past
        found = Sum(Decimal(0), Decimal(0), Decimal(0), 0)
        hour = since.astimezone(dt_util.UTC)
        while hour < until:
            book = given if hour >= this_month else past
            counted, halves = reading(hour), (book.get(hour), book.get(hour + SLOT))
            if counted is None or halves[0] is None or halves[1] is None:
                found.missing += 1
            else:
                found.energy += counted
                found.here += counted * (halves[0] + halves[1]) / 200
                found.there += counted * flexible(hour) / 100
            hour += HOUR
        days = self._days(since, until)
        found.here += days * Decimal(STANDING[AGILE]) / 100
        found.there += days * Decimal(STANDING[FLEXIBLE]) / 100
        return found

    @staticmethod
    def _days(since: datetime, until: datetime) -> Decimal:
        """Return how many days a time has, the last by its share; each begins as the clocks say."""
        last = midnight(until)
        whole = (last.astimezone(UK).date() - since.astimezone(UK).date()).days
        length = midnight(last + _DAY + 2 * HOUR) - last
        return whole + Decimal((until - last) // timedelta(seconds=1)) / (length // timedelta(seconds=1))
