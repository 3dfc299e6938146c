"""What makes a simulation, and the prices for it."""

from collections.abc import Callable
import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from demo.prices import modelled

from .server import Tariff
from .simulation import Simulation

type MakeSimulation = Callable[[datetime, Tariff], Simulation]


@cache
def modelled_price(start: datetime) -> Decimal | None:
    """Return the modelled price of the slot that starts at an instant, in p/kWh."""
    return modelled("C", start, start + timedelta(minutes=30))[0].inc_vat


def genuine(folder: Path) -> Tariff:
    """Return the tariff of the genuine prices, which reach from 2018 to 2021."""
    prices: dict[datetime, Decimal] = {}
    for path in folder.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                start = datetime.fromisoformat(row["valid_from"]).astimezone(UTC)
                prices[start] = Decimal(row["value_inc_vat"])
    return prices.get
