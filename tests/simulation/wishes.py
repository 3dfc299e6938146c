"""What the simulated home wants: its plans as the oracles read them, and as its entry has them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import subentry
from tests.common import ENTRY_DATA
from tests.nights.night import Car
from tests.octopus import OUTGOING, UK

from .garage import Bay
from .oracle import Span, window
from .plan_oracle import Wish
from .server import FLEXIBLE

MAIN = "main"
CAR, WATER, SALE = "charge_the_car", "heat_the_water", "sell_the_rest"
METER = "sensor.grid_import"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def wishes() -> dict[str, Wish]:
    """Return what the home wants: its own charge, a car in one go, water in the cheapest slots.

    And to sell what is left in a battery when that pays most.
    """
    return {
        MAIN: Wish(timedelta(hours=4), Fraction(28)),
        CAR: Wish(timedelta(hours=2), Fraction(14), time(18), time(7)),
        WATER: Wish(
            timedelta(hours=3),
            Fraction(9),
            time(22),
            time(7),
            in_slots=True,
            shortest=timedelta(minutes=60),
        ),
        SALE: Wish(timedelta(hours=1, minutes=30), Fraction(5), time(15), time(22)),
    }


@dataclass(frozen=True)
class Fill:
    """To fill a car to a level each night, or on certain mornings, counted from Monday."""

    title: str
    target: int
    opens: time
    ready_by: time
    mode: str = "block"
    days: frozenset[int] | None = None

    @property
    def name(self) -> str:
        """How its entities begin."""
        return self.title.lower().replace(" ", "_")

    def window(self, instant: datetime) -> Span:
        """Return the window an instant lies in, or else the next one."""
        return window(self.opens, self.ready_by, instant)

    def is_deadline(self, closes: datetime) -> bool:
        """Tell whether it must be full when a window closes."""
        return self.days is None or closes.astimezone(UK).weekday() in self.days


FILL = Fill("Fill the car", 80, time(18), time(7))
# Ready on Tuesdays and Fridays.
FILL_BY_DAY = Fill("Fill the van", 90, time(20, 30), time(6, 30), "slots", frozenset({1, 4}))


def bays() -> list[tuple[Bay, Fill]]:
    """Return the cars, each with what is wanted of it."""
    car = {
        "level": "sensor.car_level",
        "plug": "binary_sensor.car_plug",
        "energy": "sensor.car_energy",
        "charger": "switch.car_charger",
    }
    van = {
        "level": "sensor.van_level",
        "plug": "input_boolean.van_plug",
        "charger": "input_boolean.van_charger",
    }
    return [
        (Bay(FILL.name, Car(capacity=52, power=7.4, level=55), car), FILL),
        (Bay(FILL_BY_DAY.name, Car(capacity=64, power=7.4, level=62), van), FILL_BY_DAY),
    ]


def filling(bay: Bay, wish: Fill) -> ConfigSubentry:
    """Return a car's plan as it is stored."""
    by_day = {} if wish.days is None else {"deadline": "by_day", "days": _names(wish.days)}
    return subentry(
        wish.title,
        need="state_of_charge",
        energy=None,
        state_of_charge=bay.entities["level"],
        target=wish.target,
        capacity=bay.car.capacity,
        power=bay.car.power,
        efficiency=round(bay.car.efficiency * 100),
        earliest_start=f"{wish.opens}",
        ready_by=f"{wish.ready_by}",
        mode=wish.mode,
        charger=bay.entities["charger"],
        plugged_in=bay.entities["plug"],
        energy_sensor=bay.entities.get("energy"),
        **by_day,
    )


def _names(days: frozenset[int]) -> list[str]:
    return [_WEEKDAYS[day] for day in sorted(days)]


def fixed() -> dict[str, ConfigSubentry]:
    """Return the plans of a fixed need, as they're stored, by name."""
    return {
        CAR: subentry(),
        WATER: subentry(
            "Heat the water",
            need="duration",
            duration=3,
            energy=9,
            power=None,
            earliest_start="22:00:00",
            mode="slots",
            shortest_run=60,
        ),
        SALE: subentry(
            "Sell the rest",
            need="duration",
            duration=1.5,
            energy=5,
            power=None,
            earliest_start="15:00:00",
            ready_by="22:00:00",
            direction="export",
        ),
    }


def make_entry(filled: list[tuple[Bay, Fill]]) -> tuple[MockConfigEntry, dict[str, str]]:
    """Return the entry that goes with the wishes, and the subentries' ids by the plans' names."""
    plans = fixed() | {wish.name: filling(bay, wish) for bay, wish in filled}
    comparison = ConfigSubentry(
        data=MappingProxyType({"product": FLEXIBLE, "product_name": "Flexible Octopus", "meter": METER}),
        subentry_type="comparison",
        title="Flexible Octopus",
        unique_id=None,
    )
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Octopus Agile London",
        # Always the same, because it says at which seconds the entry asks for prices.
        entry_id="01M844DZG0T5QECSCR14MV3CN3",
        data=ENTRY_DATA,
        options={"charge_duration": 4.0, "charge_energy": 28.0, "export_product": OUTGOING},
        subentries_data=[each.as_dict() for each in (*plans.values(), comparison)],
    )
    return entry, {MAIN: MAIN, **dict(zip(plans, entry.subentries, strict=False))}
