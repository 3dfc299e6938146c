"""What a night is made of: a car, its sensor, a plan, people and faults. Nothing happens here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tests.octopus import UK
from tests.simulation.server import Tariff

# Minutes of a night `[start, end)`, counted from its start.
type Span = tuple[int, int]
type Kind = Literal["plug_in", "plug_out", "drive", "target", "hand_on", "hand_off"]


@dataclass(frozen=True)
class Car:
    """A car: kWh, kW, and the share of the energy drawn that reaches the battery."""

    capacity: float = 50
    power: float = 7
    efficiency: float = 0.9
    true_efficiency: float = 0.9
    level: float = 40
    # Its level is reported in whole steps of so many percent, rounded down.
    step: int = 1


@dataclass(frozen=True)
class Sensor:
    """When a car reports its level: each so many minutes, or with 0 when it changes.

    Reports are `late` by so many minutes, come twice, or stop at `sleeps`. `is_forced` makes a state
    change of each, `is_gone` leaves no state while it sleeps.
    """

    every: int = 1
    late: int = 0
    is_twice: bool = False
    sleeps: int | None = None
    is_forced: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Plan:
    """What somebody has set up, besides the car. The window ends where the night does."""

    mode: Literal["block", "slots"] = "block"
    target: float = 80
    has_target_entity: bool = False
    has_energy_sensor: bool = False
    shortest_run: int = 0
    # When the window opens; None for `ready_by` alone.
    opens: int | None = None
    # p/kWh.
    price_limit: float | None = None
    charger: Literal["switch", "input_boolean"] = "switch"
    plug: Literal["binary_sensor", "input_boolean"] = "binary_sensor"


@dataclass(frozen=True)
class Deed:
    """What somebody does at a minute. `value` is points driven, or the new target."""

    minute: int
    kind: Kind
    value: float = 0


@dataclass(frozen=True)
class Faults:
    """What goes wrong, and for how long."""

    unavailable: tuple[Span, ...] = ()
    dead: tuple[Span, ...] = ()
    failing: tuple[Span, ...] = ()
    restarts: tuple[Span, ...] = ()
    reloads: tuple[int, ...] = ()


@dataclass(frozen=True)
class Night:
    """A night from `start`, a whole minute of UTC, with a deadline so many minutes later."""

    start: datetime
    deadline: int
    car: Car = Car()
    sensor: Sensor = Sensor()
    plan: Plan = Plan()
    deeds: tuple[Deed, ...] = ()
    faults: Faults = Faults()
    is_plugged: bool = True
    # When the prices of tomorrow come out; of today they are known from the beginning.
    published: int = 0
    seed: str = ""

    def at(self, minute: int) -> datetime:
        """Return the instant of a minute."""
        return self.start + timedelta(minutes=minute)

    def local(self, minute: int) -> str:
        """Return the UK time of day of a minute, as a form takes it."""
        return f"{self.at(minute).astimezone(UK):%H:%M:00}"

    @property
    def tags(self) -> list[str]:
        """Return what is special about it."""
        sensor, plan, faults = self.sensor, self.plan, self.faults
        found = {
            f"{plan.mode}": True,
            f"every {sensor.every}" if sensor.every else "on change": True,
            "late reports": sensor.late,
            "reports twice": sensor.is_twice,
            "sleeps": sensor.sleeps is not None,
            "energy sensor": plan.has_energy_sensor,
            "price limit": plan.price_limit is not None,
            "unavailable": faults.unavailable,
            "dead": faults.dead,
            "failing": faults.failing,
            "restart": faults.restarts,
            "reload": faults.reloads,
            "late prices": self.published > 300,
            **{each.kind.replace("_", " "): True for each in self.deeds},
        }
        return [tag for tag, there in found.items() if there]


def price_of_minutes(night: Night, tariff: Tariff) -> list[float | None]:
    """Return the price of each minute of a night in p/kWh."""
    found: list[float | None] = []
    price = None
    for minute in range(night.deadline):
        at = night.at(minute)
        if minute == 0 or at.minute % 30 == 0:
            given = tariff(at.replace(minute=at.minute // 30 * 30))
            price = None if given is None else float(given)
        found.append(price)
    return found


@dataclass(frozen=True)
class Call:
    """A call of a service of the charger."""

    minute: int
    is_on: bool
    failed: bool


@dataclass
class Record:
    """What happened in a night, by minutes.

    The truth of the charger (`works`, `flow`) is what an energy meter would have said; the truth of the
    car is in `level` alone, for its end.
    """

    night: Night
    reports: list[tuple[int, float]] = field(default_factory=list)
    target: list[float] = field(default_factory=list)
    plugged: list[bool] = field(default_factory=list)
    # Whether the charger could be switched, and would give something if it was on.
    reachable: list[bool] = field(default_factory=list)
    works: list[bool] = field(default_factory=list)
    is_on: list[bool] = field(default_factory=list)
    in_session: list[bool] = field(default_factory=list)
    # Whether it was on by somebody's own doing or because nobody could switch it off; or left off.
    by_hand: list[bool] = field(default_factory=list)
    left_off: list[bool] = field(default_factory=list)
    # Whether somebody laid hands on it in that minute.
    touched: list[bool] = field(default_factory=list)
    # kWh from the socket, and how long it was on in minutes, in each minute.
    flow: list[float] = field(default_factory=list)
    on_time: list[float] = field(default_factory=list)
    # p/kWh, and from which minute on that was known.
    price: list[float | None] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    level: float = 0
