"""A clock that a file sets: so a real Home Assistant can be watched at any time, and at a boundary.

The file holds an instant in ISO 8601. When it is read, it is that time, and time goes on from there;
when the file changes, it jumps, and whatever was to happen in between happens at once.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
import time

import time_machine

# How often the file is looked at, in seconds.
_LOOK_EVERY = 0.1


class FileClock:
    """Moves this process's time as a file says."""

    def __init__(self, path: Path) -> None:
        """Set the time, and follow the file until the process ends."""
        self._path = path
        self._text = self._read()
        self._traveller = time_machine.travel(datetime.fromisoformat(self._text), tick=True).start()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking = Lock()
        Thread(target=self._follow, daemon=True).start()

    def move_timers_of(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let a loop's timers move along: they are kept by a clock that knows no jumps."""
        self._loop = loop

    def now(self) -> datetime:
        """Return the time as the file says it at this very moment, in UTC."""
        self._look()
        return datetime.now(UTC)

    def _read(self) -> str:
        # Editors end files with a newline.
        return self._path.read_text(encoding="utf-8").strip()

    def _follow(self) -> None:
        while True:
            # The real clock's: how long this sleeps is not the file's business.
            time.sleep(_LOOK_EVERY)
            self._look()

    def _look(self) -> None:
        with self._looking:
            text = self._read()
            if text in ("", self._text):
                return
            self._text = text
            to = datetime.fromisoformat(text)
            seconds = to.timestamp() - time.time()
            self._traveller.move_to(to, tick=True)
            if self._loop is not None:
                self._loop.call_soon_threadsafe(_hasten, self._loop, seconds)


def _hasten(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    """Bring all timers of a loop nearer, which leaves them in order."""
    handles: list[asyncio.TimerHandle] = loop._scheduled  # type: ignore[attr-defined]  # noqa: SLF001
    for handle in handles:
        handle._when -= seconds  # type: ignore[attr-defined]  # noqa: SLF001
