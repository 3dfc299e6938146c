"""A value that is kept until something changes that it is made from."""

from collections.abc import Callable


class Kept[T]:
    """The last value, and what it was made from."""

    def __init__(self) -> None:
        """Start without one."""
        self._last: tuple[object, T] | None = None

    def get(self, sources: object, make: Callable[[], T]) -> T:
        """Return the value made from some sources: the last one if these are equal to its own.

        Sources must be all that the value depends on, and must not change in place.
        """
        if self._last is None or self._last[0] != sources:
            self._last = sources, make()
        return self._last[1]
