"""What is tried to find the cheapest slots."""

from decimal import Decimal

from tests.agile.series import MINUTE, utc

START = utc("2026-11-23 00:00")
# Series by chance are made of steps of this length.
STEP = 10 * MINUTE
# Prices count in this unit. A start costs a multiple of so many of them for a step.
UNIT = Decimal("1E-8")
START_COST = 27_720

# What a set of steps costs, how many runs it has, and the sum of its steps: less is better.
type Score = tuple[int, int, int]


def by_brute_force(prices: list[int | None], need: int, shortest: int, start_cost: int) -> Score | None:
    """Go from step to step, and keep the best for each time used and time the last run has lasted."""
    shortest = max(1, min(shortest, need))
    # (steps used, steps of the run that goes on, counted up to the shortest; 0 in a pause)
    best: dict[tuple[int, int], Score] = {(0, 0): (0, 0, 0)}

    def offer(found: dict[tuple[int, int], Score], state: tuple[int, int], score: Score) -> None:
        if state not in found or score < found[state]:
            found[state] = score

    for step, price in enumerate(prices):
        found: dict[tuple[int, int], Score] = {}
        for (used, lasted), (cost, runs, sum_of_steps) in best.items():
            if lasted in (0, shortest):
                offer(found, (used, 0), (cost, runs, sum_of_steps))
            if price is None or used == need:
                continue
            starts = 0 if lasted else 1
            paid = start_cost if starts and runs else 0
            score = cost + price + paid, runs + starts, sum_of_steps + step
            offer(found, (used + 1, min(lasted + 1, shortest)), score)
        best = found
    ends = [score for (used, lasted), score in best.items() if used == need and lasted in (0, shortest)]
    return min(ends, default=None)
