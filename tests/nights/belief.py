"""What the reports call for: how much a battery still needs, as far as anybody can know."""

# So much further than expected may a level be, in percent, before it has to stay for a while in minutes.
_SURPRISE, _LEAP, _STAYS = 3, 20, 5
_FLAT_AFTER = 5


class Belief:
    """What is known of a battery by its reports and by what the charger was seen to give."""

    def __init__(self, capacity: float, efficiency: float, step: int) -> None:
        """Know nothing of the level."""
        # kWh from the socket for a percent.
        self.point = capacity / 100 / efficiency
        self._step = step
        self._level: float | None = None
        # kWh since the level changed, of which the level as reported can hide a step at most.
        self._since = 0.0
        self._surprise: tuple[int, float] | None = None

    def deliver(self, energy: float) -> None:
        """Take in that the charger seems to have given some energy."""
        self._since += energy

    def hear(self, minute: int, level: float) -> None:
        """Take in a report. Exactly 0 after more than 5 is what sensors say that know nothing."""
        if level == 0 and self._level is not None and self._level > _FLAT_AFTER:
            self._surprise = None
        elif self._level is None or not self._is_odd(level):
            self._surprise = None
            self._believe(level)
        elif self._surprise is None or abs(level - self._surprise[1]) > _SURPRISE:
            self._surprise = minute, level
        else:
            self._surprise = self._surprise[0], level

    def missing(self, minute: int, target: float) -> float | None:
        """Return the kWh from the socket that are missing, None as long as nobody knows."""
        if self._surprise is not None and minute - self._surprise[0] >= _STAYS:
            level = self._surprise[1]
            self._surprise = None
            self._believe(level)
        if self._level is None:
            return None
        return max(0.0, (target - self._level) * self.point - self._since)

    def _is_odd(self, level: float) -> bool:
        """Tell whether a level is one that may be a slip of the sensor."""
        assert self._level is not None
        moved = level - self._level
        could = self._since / self.point + _SURPRISE
        return abs(moved) > _LEAP or moved < -_SURPRISE or moved > could

    def _believe(self, level: float) -> None:
        if level == self._level:
            self._since = min(self._since, self._step * self.point)
        else:
            self._level, self._since = level, 0.0
