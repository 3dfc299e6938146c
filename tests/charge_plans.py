"""Charge plans for tests, and how they look from outside."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN, SUBENTRY_PLAN, WEEKDAYS

CAR = "Charge the car"
# Two hours of a night, at 7 kW.
NIGHT: dict[str, Any] = {
    "need": "energy",
    "energy": 14,
    "power": 7,
    "earliest_start": "18:00:00",
    "ready_by": "07:00:00",
    "days": WEEKDAYS,
    "mode": "block",
    "shortest_run": 30,
    "start_cost": 0,
}
# To 80% of 70 kWh: 10% take an hour.
FROM_BATTERY: dict[str, Any] = {
    "need": "state_of_charge",
    "energy": None,
    "state_of_charge": "sensor.battery",
    "target": 80,
    "capacity": 70,
    "efficiency": 100,
}


def subentry(title: str = CAR, **data: Any) -> ConfigSubentry:
    """Return a charge plan of a night, with changes; None takes a setting away."""
    settings = {key: value for key, value in {**NIGHT, **data}.items() if value is not None}
    return ConfigSubentry(
        data=MappingProxyType(settings), subentry_type=SUBENTRY_PLAN, title=title, unique_id=None
    )


async def add_plan(hass: HomeAssistant, entry: MockConfigEntry, title: str = CAR, **data: Any) -> str:
    """Add a charge plan to an entry that is set up. Return its id."""
    added = subentry(title, **data)
    hass.config_entries.async_add_subentry(entry, added)
    await hass.async_block_till_done(wait_background_tasks=True)
    return added.subentry_id


async def turn(hass: HomeAssistant, *, on: bool) -> None:
    """Switch the plan on or off."""
    await hass.services.async_call(
        "switch",
        "turn_on" if on else "turn_off",
        {"entity_id": "switch.charge_the_car_enabled"},
        blocking=True,
    )


def plan(hass: HomeAssistant, key: str, title: str = CAR) -> str:
    """Return the state of a plan's entity, like "sensor.status"; times as UK time, like "24 02:30"."""
    platform, name = key.split(".")
    found = hass.states.get(f"{platform}.{title.lower().replace(' ', '_')}_{name}")
    assert found is not None, f"{title} has no {key}"
    if found.attributes.get("device_class") == "timestamp" and (
        at := dt_util.parse_datetime(found.state)
    ):
        return f"{dt_util.as_local(at):%d %H:%M}"
    return found.state


def details(hass: HomeAssistant, key: str, name: str, title: str = CAR) -> Any:
    """Return an attribute of a plan's entity."""
    platform, entity = key.split(".")
    found = hass.states.get(f"{platform}.{title.lower().replace(' ', '_')}_{entity}")
    assert found is not None, f"{title} has no {key}"
    return found.attributes[name]


def times(sessions: list[dict[str, str]]) -> list[str]:
    """Return sessions as events and attributes give them, like "24 02:00-04:00"."""
    return [f"{each['start'][8:16].replace('T', ' ')}-{each['end'][11:16]}" for each in sessions]


def sessions(hass: HomeAssistant, title: str = CAR) -> list[str]:
    """Return the sessions of a plan, like "24 02:00-04:00", in UK time."""
    return times(details(hass, "sensor.start", "sessions", title))


def device(hass: HomeAssistant, identifier: str) -> dr.DeviceEntry | None:
    """Return our device with an identifier."""
    entries = hass.config_entries.async_entries(DOMAIN)
    devices = (
        device
        for entry in entries
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    )
    return next((each for each in devices if (DOMAIN, identifier) in each.identifiers), None)
