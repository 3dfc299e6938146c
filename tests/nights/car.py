"""A car and the sensor of its level."""

from collections import deque

from .night import Car, Sensor


class Battery:
    """A battery that takes what it is given, until it is full."""

    def __init__(self, car: Car) -> None:
        """Begin with the car's level."""
        self.car = car
        self.level = car.level
        self._per_kwh = 100 * car.true_efficiency / car.capacity

    def charge(self, minutes: float) -> float:
        """Charge for a time; return the kWh drawn from the socket."""
        most = self.car.power * minutes / 60
        drawn = min(most, (100 - self.level) / self._per_kwh)
        self.level = 100 if drawn < most else self.level + drawn * self._per_kwh
        return drawn

    def drive(self, points: float) -> None:
        """Use some of it."""
        self.level = max(1, self.level - points)

    @property
    def shown(self) -> float:
        """Return the level as it is reported."""
        # A hair's breadth, because sums of floats come out just below whole percents.
        return (self.level + 1e-9) // self.car.step * self.car.step


class Reports:
    """Gives the reports of a level as they arrive."""

    def __init__(self, sensor: Sensor) -> None:
        """Begin with no report."""
        self._sensor = sensor
        self._last: float | None = None
        self._on_the_way: deque[tuple[int, float]] = deque()

    def arriving(self, minute: int, shown: float) -> list[float]:
        """Return what arrives in a minute. To be asked for each, in order."""
        sensor = self._sensor
        is_awake = sensor.sleeps is None or minute < sensor.sleeps
        is_due = minute % sensor.every == 0 if sensor.every else shown != self._last
        # The first is there when Home Assistant is.
        if is_awake and (is_due or self._last is None):
            late = 0 if self._last is None else sensor.late
            self._on_the_way.append((minute + late, shown))
            if sensor.is_twice:
                self._on_the_way.append((minute + late + 1, shown))
            self._last = shown
        arrived = [value for at, value in self._on_the_way if at == minute]
        self._on_the_way = deque(each for each in self._on_the_way if each[0] > minute)
        return arrived
