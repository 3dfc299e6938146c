"""How long something takes."""

from collections.abc import Callable
import gc
from statistics import median
from time import perf_counter

MICROSECONDS = 1e6
MILLISECONDS = 1e3

# Calls before anything is timed: caches fill, the interpreter specialises its code.
_WARM_UP = 3


def median_time(action: Callable[[], object], runs: int) -> float:
    """Return the median time of `runs` calls in seconds, after a warm-up, without garbage collection."""
    for _ in range(_WARM_UP):
        action()
    times = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(runs):
            started = perf_counter()
            action()
            times.append(perf_counter() - started)
    finally:
        gc.enable()
    return median(times)
