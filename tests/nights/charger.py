"""A charger: it is switched by calls and by hands, and has its faults."""

from .night import Call, Faults, Span


class CallFailed(Exception):
    """A charger that refuses a call."""


def within(spans: tuple[Span, ...], minute: int) -> bool:
    """Tell whether a minute lies in one of some spans."""
    return any(start <= minute < end for start, end in spans)


class Charger:
    """A charger with a log of calls."""

    def __init__(self, faults: Faults) -> None:
        """Begin switched off."""
        self._faults = faults
        self.minute = 0
        self.is_on = False
        self.calls: list[Call] = []
        # The minutes of the last call, failed or not, and of the last hand laid on it.
        self.called = self.touched = -10

    @property
    def is_available(self) -> bool:
        """Tell whether it can be reached."""
        return not within(self._faults.unavailable, self.minute)

    @property
    def is_failing(self) -> bool:
        """Tell whether it refuses calls."""
        return within(self._faults.failing, self.minute)

    @property
    def works(self) -> bool:
        """Tell whether it gives something when it is on."""
        return not within(self._faults.dead, self.minute)

    def call(self, *, on: bool) -> None:
        """Switch it by a call. Raises CallFailed."""
        failed = self.is_failing or not self.is_available
        self.calls.append(Call(self.minute, on, failed))
        self.called = self.minute
        if self.is_failing:
            raise CallFailed
        if not failed:
            self.is_on = on

    def touch(self, *, on: bool) -> None:
        """Switch it by hand."""
        self.is_on = on
        self.touched = self.minute
