"""Lives through a night minute by minute, with somebody who drives the charger; nobody judges here."""

from typing import Protocol

from tests.simulation.server import Tariff

from .car import Battery, Reports
from .charger import Charger, within
from .night import Night, Record, price_of_minutes
from .people import People


class Driver(Protocol):
    """Whoever switches the charger: the integration, or a simple one of the tests."""

    @property
    def in_session(self) -> bool:
        """Tell whether it means to charge now."""
        ...

    @property
    def known_until(self) -> int:
        """Return up to which minute it knows the prices."""
        ...

    @property
    def errors(self) -> list[str]:
        """Return what went wrong in its own code."""
        ...

    async def begin(self, world: World) -> None:
        """Get to know the world, before its first minute."""

    async def minute(self, reports: list[float]) -> None:
        """Live through the minute that has begun, with the reports that arrive at its start."""

    async def end(self) -> None:
        """Leave, after the deadline."""


class World:
    """A night while it lasts."""

    def __init__(self, night: Night, tariff: Tariff) -> None:
        """Prepare a night with the prices of its time."""
        self.night = night
        self.now = 0
        self.battery = Battery(night.car)
        self.charger = Charger(night.faults)
        self.people = People(night, self.battery, self.charger)
        self.record = Record(night, price=price_of_minutes(night, tariff))
        self.record.known = [night.deadline] * night.deadline
        # kWh from the socket so far, and minutes on with a car.
        self.delivered = self.on_minutes = 0.0
        self._known = 0
        self._reports = Reports(night.sensor)
        self._settled = 0.0
        self._flow = self._on_time = 0.0

    @property
    def is_down(self) -> bool:
        """Tell whether Home Assistant is being restarted."""
        return within(self.night.faults.restarts, self.now)

    @property
    def is_asleep(self) -> bool:
        """Tell whether the sensor of the level sleeps."""
        sleeps = self.night.sensor.sleeps
        return sleeps is not None and self.now >= sleeps

    async def live(self, driver: Driver) -> Record:
        """Live until the deadline."""
        await driver.begin(self)
        for minute in range(self.night.deadline):
            self.now = self.charger.minute = minute
            self.people.act(minute, in_session=driver.in_session)
            await driver.minute(self._arriving())
            self.flow_until(minute + 1)
            self._write_down(driver)
        self.record.calls = self.charger.calls
        self.record.level = self.battery.level
        await driver.end()
        return self.record

    def flow_until(self, at: float) -> None:
        """Let energy flow, or not, up to a time in minutes. To be called before anything is switched."""
        if self.charger.is_on and self.people.is_plugged and at > self._settled:
            self._on_time += at - self._settled
            self.on_minutes += at - self._settled
            if self.charger.works:
                drawn = self.battery.charge(at - self._settled)
                self._flow += drawn
                self.delivered += drawn
        self._settled = max(at, self._settled)

    def call(self, *, on: bool, at: float | None = None) -> None:
        """Switch the charger by a call, at a time in minutes. Raises CallFailed."""
        self.flow_until(self.now if at is None else at)
        self.charger.call(on=on)

    def _arriving(self) -> list[float]:
        """Return the reports that arrive now; what would while Home Assistant is down is lost."""
        arrived = self._reports.arriving(self.now, self.battery.shown)
        if self.is_down:
            return []
        # Whoever comes back asks the car.
        is_back = self.now > 0 and within(self.night.faults.restarts, self.now - 1)
        if is_back and not self.is_asleep and not self.night.sensor.late and not arrived:
            arrived = [self.battery.shown]
        self.record.reports += [(self.now, value) for value in arrived]
        return arrived

    def _write_down(self, driver: Driver) -> None:
        record, charger, people = self.record, self.charger, self.people
        in_session = driver.in_session
        people.notice(in_session=in_session)
        reachable = charger.is_available and not charger.is_failing and not self.is_down
        record.target.append(people.target)
        record.plugged.append(people.is_plugged)
        record.reachable.append(reachable)
        record.works.append(charger.works)
        record.is_on.append(charger.is_on)
        record.in_session.append(in_session)
        stuck = not in_session and not reachable and charger.is_on
        record.by_hand.append(people.has_turned_on or stuck)
        record.left_off.append(people.has_turned_off)
        record.touched.append(charger.touched == self.now)
        record.flow.append(self._flow)
        record.on_time.append(self._on_time)
        self._flow = self._on_time = 0.0
        until = min(driver.known_until, self.night.deadline)
        for minute in range(self._known, until):
            record.known[minute] = self.now
        self._known = max(self._known, until)
