"""How many cases there are, and what was counted."""

from collections.abc import Iterator
import os
from random import Random
from time import process_time

import pytest

from .common import Cases

# All targets together; ./scripts/fuzz asks for more.
CASES = int(os.environ.get("FUZZ_CASES", "6000"))
SEED = os.environ.get("FUZZ_SEED", "1")

_counted: dict[str, tuple[int, float]] = {}


class Case(Random):
    """A random source that says which it is, so that a failing case can be made again."""

    def __init__(self, name: str) -> None:
        """Begin with a name."""
        super().__init__(name)
        self.name = name


@pytest.fixture
def cases() -> Cases:
    """Count the cases of a target. None may compute for longer than a few seconds."""

    def give(target: str, share: float) -> Iterator[Random]:
        started = process_time()
        for number in range(max(1, round(CASES * share))):
            begun = process_time()
            case = Case(f"{SEED} {target} {number}")
            try:
                yield case
            except GeneratorExit:
                print(f"failing case: {case.name}")
                raise
            assert process_time() - begun < 5, f"{case.name} takes too long"
            _counted[target] = number + 1, process_time() - started

    return give


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was tried, where ./scripts/fuzz asked for it."""
    if "FUZZ_CASES" in os.environ:
        terminalreporter.write_line(f"{'target':24}{'cases':>8}{'CPU s':>9}")
        for target, (number, seconds) in _counted.items():
            terminalreporter.write_line(f"{target:24}{number:8}{seconds:9.1f}")
        total = sum(number for number, _ in _counted.values())
        terminalreporter.write_line(f"{'all':24}{total:8}   seed {SEED}")
