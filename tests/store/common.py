"""What tests keep on disk, and how they damage it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.util.file import WriteError

from custom_components.octopus_agile.agile.battery import Battery
from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.history import Done, History, Meter, Running
from custom_components.octopus_agile.agile.plan import Plan, Status
from custom_components.octopus_agile.agile.publication import RequestLog
from custom_components.octopus_agile.agile.series import Series
from custom_components.octopus_agile.agile.tariffs import Product
from custom_components.octopus_agile.agile.told import Told
from custom_components.octopus_agile.agile.windows import Window
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import StoredPlan, StoredPrices, StoredSources
from tests.octopus import AGILE, uk

NOON = uk("2026-11-23 12:00")
SLOT = timedelta(minutes=30)
HOURS = timedelta(hours=2)
PRICES_FILE = f"{DOMAIN}.prices.E-1R-{AGILE}-C"
SERIES = (
    Series(NOON, SLOT, (Decimal("-0.05"),)),
    # A gap stays one.
    Series(NOON + HOURS, SLOT, (Decimal("0.2415"),)),
)
PRICES = StoredPrices(
    series=SERIES,
    fetched_at=NOON,
    log=RequestLog(NOON, 3, timedelta(hours=1), (NOON - HOURS, NOON)),
    successor=Product("AGILE-26-11-01", "Agile Octopus"),
    successor_checked_at=NOON,
)
WINDOW = Window(NOON, NOON + HOURS)
PLAN = StoredPlan(
    enabled=False,
    plan=Plan(
        status=Status.CHARGING,
        window=WINDOW,
        begun=(Session(NOON, NOON + SLOT, Decimal("0.1")),),
        past=(Session(NOON - HOURS, NOON - SLOT, None),),
        shortfall=SLOT,
        since=NOON,
        idle=(Window(NOON, NOON + SLOT),),
        stalled_at=NOON,
    ),
    battery=Battery(
        level=Decimal("61.5"),
        target=Decimal(80),
        changed_at=NOON,
        meter=Decimal("12.3"),
        doubted=Decimal(30),
        doubted_since=NOON + SLOT,
        seen=(Decimal(60), Decimal("61.5")),
    ),
    told=Told(
        plan=Plan(
            status=Status.PLANNED,
            window=WINDOW,
            ahead=(Session(NOON + SLOT, NOON + HOURS, Decimal("0.1")),),
        ),
        short_by=NOON + HOURS,
    ),
)

HISTORY = History(
    done=(
        Done(NOON - HOURS, NOON, Decimal("13.9"), Decimal("-0.7"), Decimal("2.8"), Decimal("-0.05")),
        Done(NOON, NOON + SLOT, None, None, None, window=Window(NOON, NOON + HOURS)),
    ),
    saved=Decimal("120.5"),
    meter=Meter("sensor.meter", Decimal("1234.5"), NOON, Decimal("13.9"), is_heard=False),
    running=Running(NOON, Decimal("13.9"), window=Window(NOON, NOON + HOURS)),
)
SOURCES = StoredSources({"sensor.battery": "0123456789abcdef0123456789abcdef"})


def ours(folder: Path) -> list[str]:
    """Return what is kept, without what comes before the name."""
    return sorted(path.name.removeprefix(f"{DOMAIN}.") for path in folder.glob(f"{DOMAIN}*"))


def write(path: Path, data: Any, version: Any = 1) -> None:
    """Write a file as Home Assistant does."""
    text = {"version": version, "minor_version": 1, "key": path.name, "data": data}
    path.write_text(json.dumps(text))


@contextmanager
def disk_full(error: type[Exception] = WriteError) -> Iterator[None]:
    """Let every write fail."""
    name = "homeassistant.helpers.storage.write_utf8_file_atomic"
    with patch(name, side_effect=error("No space left on device")):
        yield


def a_folder(path: Path) -> None:
    """Put a folder in a file's place, with something in it."""
    path.mkdir()
    (path / "note").touch()
