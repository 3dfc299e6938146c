"""The command: measures, prints Markdown, and fails if a budget is broken."""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
import sys
from time import monotonic

from . import loop, memory, planning, politeness, recorded, startup, week
from .alternatives import measured
from .machine import machine
from .results import Section, markdown

PARTS: dict[str, Callable[..., Section]] = {
    "requests": politeness.measure,
    "planning": planning.measure,
    "setup": startup.measure,
    "loop": loop.measure,
    "recorder": recorded.measure,
    "memory": memory.measure,
    "week": week.measure,
    "alternatives": measured.measure,
}


def main(given: Sequence[str] | None = None) -> int:
    """Measure what is asked for; return 1 where a budget is broken."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, about three minutes in all")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part; can be repeated")
    parser.add_argument("--output", type=Path, metavar="FILE", help="also write the Markdown there")
    parser.add_argument(
        "--prices",
        action="append",
        type=week.source,
        metavar="CSV",
        help=f"prices for the week ahead, or the word {week.MODELLED}; can be repeated",
    )
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="begin the week ahead on this date"
    )
    options = parser.parse_args(given)

    parts = PARTS | {"week": partial(PARTS["week"], prices=options.prices, since=options.since)}
    sections = []
    for name in options.only or parts:
        started = monotonic()
        sections.append(parts[name](quick=options.quick))
        print(f"{name}: {monotonic() - started:.1f} s", file=sys.stderr, flush=True)
    text = _report(sections, quick=options.quick)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    broken = [number for section in sections for number in section.numbers if number.is_broken]
    for number in broken:
        print(f"Over budget: {number.what}: {number.value} {number.unit}", file=sys.stderr)
    return 1 if broken else 0


def _report(sections: list[Section], *, quick: bool) -> str:
    how = "scripts/benchmark --quick" if quick else "scripts/benchmark"
    head = (
        "# Benchmark results\n\n"
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with `{how}` on: {machine()}. "
        "[README.md](README.md) says what is measured, and how."
    )
    return "\n\n".join([head, *map(markdown, sections)])
