"""A home that has used everything a version stores, until 16:20 on 2026-11-24."""

from copy import deepcopy
from datetime import timedelta
import json
import re
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    RegistryEntryWithDefaults,
    mock_registry,
)

from custom_components.octopus_agile.const import DOMAIN
from tests.chargers.garage import CHARGER, Garage
from tests.common import Scene, forget, once_more, set_up
from tests.comparisons.common import FLEXIBLE, METER, fetched, read, use_grid, write
from tests.config_flow.forms import answer, to_charge
from tests.export.common import EXPORTS
from tests.flows.common import adding
from tests.octopus import OUTGOING, day_of, lasting, product, uk

ENTRY_ID = "01M844DZG0T5QECSCR14MV3CN3"
# The id of what was added under a name: Home Assistant makes others each time.
SUBENTRIES = {
    "Charge the car": "01M844F0C5W2ZC4Q5F2V7NSW1A",
    "Dishwasher": "01M844F1XBY1PQ8C6K0TQW3D2B",
    "Van": "01M844F2V6C1XT0M4BZ6J7E8RK",
    "Flexible Octopus": "01M844F3QAFS9GJ6W4X5D1H0PN",
}
SOURCES = {
    CHARGER: "0f5e2a7c9b1d4e38a6c05d7b8e9f1023",
    "binary_sensor.plug": "1a6f3b8d0c2e4f49b7d16e8c9fa02134",
    "sensor.battery": "2b704c9e1d3f405ac8e27f9d0ab13245",
}
PRICES = day_of({"13:00": "5.25", "16:00": "-1.5", "16:30": "5.0625", "17:00": "6", "18:00": "-3"})
FIRST = uk("2026-11-22 23:00")


def register(hass: HomeAssistant) -> None:
    """Register the entities that charges name, always under the same ids."""
    entries: dict[str, er.RegistryEntry] = {
        entity_id: RegistryEntryWithDefaults(
            entity_id=entity_id, id=known_as, unique_id=entity_id, platform="test"
        )
        for entity_id, known_as in SOURCES.items()
    }
    mock_registry(hass, entries)


async def lived(scene: Scene) -> tuple[MockConfigEntry, Garage]:
    """Set everything up by its forms on a Monday, and live until Tuesday at 16:20."""
    home, octopus = scene.home, scene.octopus
    register(home)
    octopus.products += [*EXPORTS, product(FLEXIBLE, full_name="Flexible Octopus")]
    octopus.prices = octopus.outgoing = lambda start: PRICES(start) if start >= FIRST else None
    octopus.lasting = {FLEXIBLE: [lasting("2024-10-01 00:00", None, "26.1135")]}
    await scene.clock.to("2026-11-23 12:00:10")
    garage = Garage(scene)
    home.states.async_set("binary_sensor.plug", "on")
    home.states.async_set("sensor.battery", "55", {"unit_of_measurement": "%"})
    await use_grid(home, METER)
    await write(home, METER, read(uk("2026-11-22 00:00"), uk("2026-11-23 12:00")))
    entry = await _entry(home)
    await _subentries(home, entry)
    await fetched(scene, 30)
    await home.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.dishwasher_enabled"}, blocking=True
    )
    await scene.clock.to("2026-11-23 12:15")
    while dt_util.utcnow() < uk("2026-11-24 16:00"):
        await scene.clock.to(f"{dt_util.now() + timedelta(minutes=15):%Y-%m-%d %H:%M}")
    octopus.fault = (503, "text/plain", b"")
    await home.services.async_call(
        DOMAIN,
        "import_price_history",
        {"config_entry_id": ENTRY_ID, "start": "2026-10-01 00:00"},
        blocking=True,
    )
    await scene.clock.walk("2026-11-24 16:20")
    return entry, garage


async def _entry(home: HomeAssistant) -> MockConfigEntry:
    """Set up a tariff with export by its forms, under the id that is always the same."""
    charge = {"charge_duration": 1.25, "ready_by": "19:00:00"}
    more = {"charge_energy": 8.5, "earliest_start": "15:30:00"}
    await answer(home, await to_charge(home), **charge, more=more)
    [made] = home.config_entries.async_entries(DOMAIN)
    flow = await home.config_entries.options.async_init(made.entry_id)
    for answers in ({**charge, "more": more, "change_export": True}, {"export_product": OUTGOING}):
        flow = await home.config_entries.options.async_configure(flow["flow_id"], answers)
    await home.async_block_till_done(wait_background_tasks=True)
    entry = once_more(made)
    await home.config_entries.async_remove(made.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    forget(home)
    entry = once_more(entry, entry_id=ENTRY_ID)
    await set_up(home, entry)
    return entry


async def _subentries(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """Add three charge plans and a comparison by their forms."""
    afternoon = {"earliest_start": "12:00:00", "ready_by": "20:00:00"}
    flow = await adding(home, entry, "energy")
    await flow.answer(name="Charge the car", energy=10.5, power=7)
    await flow.answer(
        **afternoon, mode="slots", charger=CHARGER, plugged_in="binary_sensor.plug", price_limit=35
    )
    await flow.answer(shortest_run=30, start_cost=0)
    flow = await adding(home, entry, "duration")
    await flow.answer(name="Dishwasher", duration=1.5)
    await flow.answer()
    flow = await adding(home, entry, "state_of_charge")
    await flow.answer(
        name="Van", state_of_charge="sensor.battery", target=80, capacity=60, power=7, efficiency=90
    )
    await flow.answer(earliest_start="18:00:00", ready_by="07:00:00", deadline="by_day")
    await flow.answer(days=["fri"], minimum=30)
    handler = (entry.entry_id, "comparison")
    form = await home.config_entries.subentries.async_init(handler, context={"source": "user"})
    await home.config_entries.subentries.async_configure(form["flow_id"], {"product": FLEXIBLE})
    await home.async_block_till_done(wait_background_tasks=True)


def written(entry: ConfigEntry, storage: dict[str, Any]) -> dict[str, Any]:
    """Return what is stored of an entry and by it, under ids that are always the same."""
    found = {
        "entry": {
            key: value
            for key, value in entry.as_dict().items()
            if key in {"version", "minor_version", "title", "unique_id", "data", "options", "subentries"}
        },
        "files": {key: deepcopy(each) for key, each in storage.items() if key.startswith(f"{DOMAIN}.")},
    }
    text = json.dumps(found)
    for each in entry.subentries.values():
        text = text.replace(each.subentry_id, SUBENTRIES[each.title])
    made: dict[str, Any] = json.loads(text)
    made["files"] = dict(sorted(made["files"].items()))
    return made


def as_text(value: Any) -> str:
    """Return a value as JSON, with a line for each list or object that holds no other."""
    text = json.dumps(value, indent=2) + "\n"
    return re.sub(
        r"([\[{])\s+([^][{}]+?)\s+([\]}])",
        lambda each: f"{each[1]}{re.sub(r',\s+', ', ', each[2])}{each[3]}",
        text,
    )
