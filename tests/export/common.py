"""A home with an export tariff, and its prices worked out from the rows that were served."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.common import Scene, once_more
from tests.octopus import OUTGOING, SLOT, UK, day_of, lasting, product

ONE_PRICE = "OUTGOING-VAR-24-10-26"
PENCE = 100
# 15p until a midnight, 12p from then on.
FALLS_AT_MIDNIGHT = [
    lasting("2024-10-28 00:00", "2026-11-24 00:00", "15.0"),
    lasting("2026-11-24 00:00", None, "12.0"),
]
EXPORTS = [product(code, direction="EXPORT") for code in (OUTGOING, ONE_PRICE)]


async def set_up_with(scene: Scene, code: str) -> Scene:
    """Set up the entry with an export tariff. Return the scene with that entry."""
    scene.octopus.products += EXPORTS
    scene.octopus.lasting.setdefault(ONE_PRICE, FALLS_AT_MIDNIGHT)
    entry = once_more(scene.entry, options={**scene.entry.options, "export_product": code})
    scene = Scene(scene.home, scene.clock, scene.octopus, entry)
    await scene.set_up()
    return scene


def entry_of(scene: Scene) -> MockConfigEntry:
    """Return the entry that is set up."""
    [entry] = scene.home.config_entries.async_entries("octopus_agile")
    assert isinstance(entry, MockConfigEntry)
    return entry


async def in_the_afternoon(scene: Scene, switch: str, pence: dict[str, str]) -> MockConfigEntry:
    """Set up the entry with Agile Outgoing, soon before the switch of a battery may go on."""
    scene.octopus.outgoing = day_of(pence)
    await scene.clock.to("2026-11-23 14:50")
    await set_up_with(scene, OUTGOING)
    scene.home.states.async_set(switch, "off")
    return entry_of(scene)


def by_rows(rows: list[dict[str, Any]]) -> Callable[[datetime], float | None]:
    """Return the price at an instant in GBP/kWh, by rows that last."""

    def price(at: datetime) -> float | None:
        for row in rows:
            until = row["valid_to"]
            if datetime.fromisoformat(row["valid_from"]) <= at and (
                until is None or at < datetime.fromisoformat(until)
            ):
                return float(row["value_inc_vat"]) / PENCE
        return None

    return price


def half_hours(start: datetime, end: datetime) -> list[datetime]:
    """Return the starts of the half hours of a period."""
    return [start + SLOT * number for number in range(int((end - start) / SLOT))]


def local_day(day: str, days: int = 0) -> datetime:
    """Return the start of a UK day in UTC, or of one so many days later."""
    date = datetime.fromisoformat(day).date() + timedelta(days=days)
    return datetime.combine(date, datetime.min.time(), UK).astimezone(dt_util.UTC)


async def ask(hass: HomeAssistant, scene: Scene, action: str, **data: Any) -> Any:
    """Return the answer of an action of ours."""
    return await hass.services.async_call(
        "octopus_agile",
        action,
        {"config_entry_id": scene.entry.entry_id, **data},
        blocking=True,
        return_response=True,
    )
