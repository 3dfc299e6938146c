"""The prices that nights and weeks are lived through with: genuine ones, or modelled ones."""

from datetime import date
from pathlib import Path

from tests.simulation.common import genuine, modelled_price

from .tally import Season

MODELLED = Season(modelled_price, date(2026, 10, 1), 365)


def season(folder: Path | None) -> Season:
    """Return the genuine prices of a folder, or modelled ones."""
    return MODELLED if folder is None else Season(genuine(folder), date(2018, 3, 1), 1200)
