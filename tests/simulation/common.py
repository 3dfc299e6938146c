"""What makes a simulation, and the modelled prices for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from demo.prices import modelled

from .server import Tariff
from .simulation import Simulation

type MakeSimulation = Callable[[datetime, Tariff], Simulation]


def modelled_price(start: datetime) -> Decimal | None:
    """Return the modelled price of the slot that starts at an instant, in p/kWh."""
    return modelled("C", start, start + timedelta(minutes=30))[0].inc_vat
