"""Whatever the files of any kind hold, they are read whole or set aside, and the home is there."""

from copy import deepcopy
from datetime import timedelta
import json
from pathlib import Path
from random import Random
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_dumps
from homeassistant.util import dt as dt_util
from homeassistant.util.json import json_loads
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.agile.history import History
from custom_components.octopus_agile.agile.months import Requests, StoredImport, StoredMonth
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import (
    JsonFile,
    StoredChargers,
    StoredPlan,
    StoredPrices,
    StoredSources,
)
from tests.common import Clock, forget
from tests.octopus import FakeOctopus
from tests.released.lived import ENTRY_ID, register

from .common import Cases
from .mutate import mutated

RELEASED = Path(__file__).parent.parent / "released"
[*_, NEWEST] = sorted(RELEASED.glob("*.json"))
FOUND: dict[str, Any] = json.loads(NEWEST.read_text())
# By the beginning or the end of their names; all others are of plans.
KINDS: dict[str, type[Any]] = {
    f"{DOMAIN}.prices.": StoredPrices,
    f"{DOMAIN}.months.": StoredMonth,
    f"{DOMAIN}.history_requests": Requests,
    ".history": History,
    ".sources": StoredSources,
    ".chargers": StoredChargers,
    ".price_history": StoredImport,
}
# A few prices of each series: a damage at a random place is as often in anything else.
SMALL: dict[str, Any] = {key: deepcopy(file["data"]) for key, file in FOUND["files"].items()}
for each in SMALL.values():
    for series in each.get("series", ()):
        series["prices"] = series["prices"][-15:]


def kind_of(key: str) -> type[Any]:
    for part, kind in KINDS.items():
        if key.startswith(part) or key.endswith(part):
            return kind
    return StoredPlan


def damaged(rng: Random, storage: dict[str, Any], key: str, data: Any) -> bool:
    """Put a file in the storage that is like another; tell whether that could be done."""
    try:
        # A file holds what Home Assistant's own reader makes of it.
        data = json_loads(json_dumps(mutated(rng, data)))
    except TypeError:
        return False
    version, minor = rng.choice([1] * 9 + [0, 2, "x"]), rng.choice([1, 1, 2])
    storage[key] = {"version": version, "minor_version": minor, "key": key, "data": data}
    return True


async def test_stored_files(hass: HomeAssistant, hass_storage: dict[str, Any], cases: Cases) -> None:
    key, read = f"{DOMAIN}.some", set()
    for rng in cases("stored files", 5 / 6):
        name, genuine = rng.choice(list(SMALL.items()))
        kind = kind_of(name)
        if not damaged(rng, hass_storage, key, genuine):
            continue
        file: JsonFile[Any] = JsonFile(hass, "some", kind)
        stored = await file.async_load()
        if stored is None:
            # Unless nothing was in it.
            assert file.unusable is not None or hass_storage[key]["data"] is None
            continue
        # What can be read is the same when it is written and read again.
        read.add(kind)
        await file.async_save(stored)
        assert await JsonFile(hass, "some", kind).async_load() == stored
    assert read == {StoredPlan, *KINDS.values()}


async def test_set_up_with_stored_files(
    home: HomeAssistant,
    octopus: FakeOctopus,
    clock: Clock,
    hass_storage: dict[str, Any],
    cases: Cases,
) -> None:
    await clock.to("2026-11-24 16:30")
    register(home)
    written = dict(FOUND["entry"])
    entry = MockConfigEntry(
        domain=DOMAIN, entry_id=ENTRY_ID, subentries_data=written.pop("subentries"), **written
    )
    entry.add_to_hass(home)
    for rng in cases("set-up with stored files", 0.004):
        forget(home)
        for key, data in SMALL.items():
            damaged(rng, hass_storage, key, data)
        await home.config_entries.async_setup(ENTRY_ID)
        await home.async_block_till_done(wait_background_tasks=True)
        assert entry.state is ConfigEntryState.LOADED
        for plan in entry.runtime_data.plans:
            assert plan.failure is None
            assert plan.plan is not None
        # Asks again sometime, and not for ever.
        due = entry.runtime_data.prices.next_request(dt_util.utcnow())
        assert due <= dt_util.utcnow() + timedelta(days=2)
        await home.config_entries.async_unload(ENTRY_ID)
