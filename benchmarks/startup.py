"""Set-up of an entry from its store, beside a null integration with the same entities."""

import asyncio
from collections.abc import Callable
from functools import partial
from statistics import median
import subprocess
import sys
from time import perf_counter
from typing import Any

from homeassistant.config_entries import ConfigFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.loader import async_get_integration
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.octopus_agile.const import DOMAIN, PLATFORMS

from .home import HandClock, Home, entry, home
from .loop import DAY
from .results import Section
from .timing import MILLISECONDS

NULL = "null_tariff"

# Imports of ours alone, in an interpreter that already has all of Home Assistant's that they need.
_IMPORT = """
import importlib, sys, time
names = {names!r}
for name in names:
    importlib.import_module(name)
for name in [name for name in sys.modules if name.startswith("custom_components.")]:
    del sys.modules[name]
started = time.perf_counter()
for name in names:
    importlib.import_module(name)
print(time.perf_counter() - started)
"""


class _Static(Entity):
    """An entity that always says the same."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, registered: er.RegistryEntry, state: str, attributes: Any, device: Any) -> None:
        self._attr_unique_id = registered.unique_id
        self._attr_name = registered.original_name
        self._attr_state = state
        self._attr_extra_state_attributes = attributes
        self._attr_device_info = device


# What our files hold, by their names.
type _Files = dict[str, str]
type _Snapshot = dict[str, list[Callable[[], _Static]]]


async def stored_by_a_run(plans: int) -> tuple[_Files, _Snapshot]:
    """Return the files that a run leaves, and the entities as they then are."""
    clock = HandClock(f"{DAY} 16:10")
    with clock.running():
        async with home() as house:
            ours = entry(plans=plans)
            await house.set_up(ours)
            stored = (house.folder / ".storage").glob(f"{DOMAIN}.*")
            files = {file.name: file.read_text() for file in stored}
            # Those of the prices, of the standing charges, of the entry's own charge and of each plan.
            assert len(files) == 2 + 1 + plans, sorted(files)
            return files, _snapshot(house.hass, ours)


def _snapshot(hass: HomeAssistant, ours: MockConfigEntry) -> _Snapshot:
    found: _Snapshot = {}
    devices = dr.async_get(hass)
    for registered in er.async_entries_for_config_entry(er.async_get(hass), ours.entry_id):
        if registered.disabled:
            continue
        state = hass.states.get(registered.entity_id)
        device = devices.async_get(registered.device_id or "")
        assert state is not None
        assert isinstance(device, dr.DeviceEntry)
        info = {
            "identifiers": {(NULL, next(iter(device.identifiers))[1])},
            "name": device.name,
            "manufacturer": device.manufacturer,
            "model": device.model,
            "entry_type": device.entry_type,
        }
        made = partial(_Static, registered, state.state, dict(state.attributes), info)
        found.setdefault(registered.domain, []).append(made)
    return found


def _null_entry(hass: HomeAssistant, snapshot: _Snapshot) -> MockConfigEntry:
    """Return an entry of an integration that does nothing but add these entities."""

    async def set_up(hass: HomeAssistant, entry: Any) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, list(snapshot))
        return True

    mock_integration(hass, MockModule(NULL, async_setup_entry=set_up))
    mock_platform(hass, f"{NULL}.config_flow", MockPlatform())
    for platform, entities in snapshot.items():

        async def add(hass: Any, entry: Any, async_add: Any, made: Any = entities) -> None:
            async_add([make() for make in made])

        mock_platform(hass, f"{NULL}.{platform}", MockPlatform(async_setup_entry=add))
    return MockConfigEntry(domain=NULL, entry_id="01M844DZG0T5QECSCRNULL00")


async def _warm(house: Home) -> None:
    """Load what Home Assistant loads once: its entity platforms and our manifest."""
    integration = await async_get_integration(house.hass, DOMAIN)
    await integration.async_get_platforms(PLATFORMS)
    for platform in PLATFORMS:
        await (await async_get_integration(house.hass, platform)).async_get_component()


async def once(files: _Files | None, snapshot: _Snapshot, plans: int) -> float:
    """Return seconds of setting up ours, or the null integration where no files are given."""
    clock = HandClock(f"{DAY} 16:10")
    with clock.running():
        async with home() as house:
            await _warm(house)
            if files is None:
                made = _null_entry(house.hass, snapshot)
            else:
                made = entry(plans=plans)
                storage = house.folder / ".storage"
                storage.mkdir(exist_ok=True)
                for name, text in files.items():
                    (storage / name).write_text(text)
            made.add_to_hass(house.hass)
            started = perf_counter()
            with mock_config_flow(NULL, ConfigFlow):
                assert await house.hass.config_entries.async_setup(made.entry_id)
            await house.hass.async_block_till_done()
            taken = perf_counter() - started
            assert not house.octopus.requests, "the store must do without a request"
            return taken


def _import_time() -> float:
    package = f"custom_components.{DOMAIN}"
    names = [package, *(f"{package}.{platform}" for platform in PLATFORMS)]
    command = [sys.executable, "-c", _IMPORT.format(names=names)]
    times = [float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3)]
    return median(times)


def measure(*, quick: bool) -> Section:
    """Measure the set-up with 1 and with 10 plans."""
    runs = 5 if quick else 15
    section = Section(
        "Set-up from the store",
        f"A real Home Assistant, a new one for each of {runs} runs (median), with stored files and no "
        "request. Beside it, a null integration adds the same entities, devices and states and does "
        "nothing else: what it takes is Home Assistant's own work. Both find their modules imported. "
        "The imports, which Home Assistant does in a thread when it starts, are measured separately.",
    )
    for plans in (1, 10):
        files, snapshot = asyncio.run(stored_by_a_run(plans - 1))
        # In turns, so that both see the same machine; the first of each warms up.
        pairs = [
            (
                asyncio.run(once(files, snapshot, plans - 1)),
                asyncio.run(once(None, snapshot, plans - 1)),
            )
            for _ in range(runs + 1)
        ][1:]
        ours, null = (median(times) * MILLISECONDS for times in zip(*pairs, strict=True))
        name = f"{plans} plan{'s' * (plans > 1)}"
        section.add(f"Set-up with {name}", ours, "ms", method="in all")
        section.add(f"Null integration, entities of {name}", null, "ms")
        section.add(f"Beyond Home Assistant's own work, {name}", ours - null, "ms", 50, "the difference")
    section.add("Imports", _import_time() * MILLISECONDS, "ms", method="all our modules, median of 3")
    return section
