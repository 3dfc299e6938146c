"""What any released version has written can be used by this one; what a newer one has isn't harmed.

`released/` holds an entry and its stored file for every version, as that version wrote them at 16:20 on
2026-11-24: the entry's own charge and a charge plan run, another plan is switched off, and Octopus has
been out of reach since 16:00. `pytest tests/test_migration.py --write-released` writes the one of this
version, from the newest that there is.
"""

from copy import deepcopy
import json
from pathlib import Path
import re
from typing import Any

from awesomeversion import AwesomeVersion
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.config_flow import OctopusAgileConfigFlow
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import AgileStore

from .charge_plans import plan
from .common import Clock, state
from .octopus import FakeOctopus

ROOT = Path(__file__).parent.parent
RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted((path.stem for path in RELEASED.glob("*.json")), key=AwesomeVersion)
MANIFEST = ROOT / "custom_components/octopus_agile/manifest.json"
THIS_VERSION: str = json.loads(MANIFEST.read_text())["version"]
ENTRY_ID = "01M844DZG0T5QECSCR14MV3CN3"
STORE = f"{DOMAIN}.{ENTRY_ID}"


@pytest.fixture
async def later(clock: Clock, octopus: FakeOctopus) -> None:
    """Ten minutes after the files were written; Octopus is still out of reach."""
    await clock.to("2026-11-24 16:30")
    octopus.fault = (503, "text/plain", b"")


def written_by(version: str) -> dict[str, Any]:
    """Return what a version wrote."""
    found: dict[str, Any] = json.loads((RELEASED / f"{version}.json").read_text())
    return found


async def start_with(
    hass: HomeAssistant, storage: dict[str, Any], found: dict[str, Any]
) -> MockConfigEntry:
    """Set up what was written."""
    written = dict(found["entry"])
    entry = MockConfigEntry(
        domain=DOMAIN, entry_id=ENTRY_ID, subentries_data=written.pop("subentries"), **written
    )
    entry.add_to_hass(hass)
    storage[STORE] = deepcopy(found["store"])
    await hass.config_entries.async_setup(ENTRY_ID)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entry


def assert_goes_on(hass: HomeAssistant) -> None:
    """Fail unless prices, running sessions and switches are as they were."""
    assert state(hass, "sensor.current_price") == "0.050625"
    assert state(hass, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
    assert state(hass, "binary_sensor.cheapest_block") == "on"
    assert state(hass, "sensor.cheapest_block_start") == "2026-11-24T16:00:00+00:00"
    assert state(hass, "sensor.cheapest_block_end") == "2026-11-24T17:15:00+00:00"
    assert state(hass, "sensor.plan_status") == "charging"
    assert plan(hass, "binary_sensor.charge_now") == "on"
    assert plan(hass, "sensor.start") == "24 16:00"
    assert plan(hass, "switch.enabled", "Dishwasher") == "off"
    assert plan(hass, "sensor.status", "Dishwasher") == "off"


def test_every_version_is_here() -> None:
    told = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    expected = {*told, THIS_VERSION}
    assert expected == set(VERSIONS)
    assert expected == {path.stem for path in RELEASED.glob("*.texts")}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.usefixtures("later")
async def test_what_a_version_wrote_is_used(
    home: HomeAssistant, hass_storage: dict[str, Any], version: str
) -> None:
    entry = await start_with(home, hass_storage, written_by(version))
    assert entry.state is ConfigEntryState.LOADED
    assert_goes_on(home)


async def rewritten(
    hass: HomeAssistant, storage: dict[str, Any], found: dict[str, Any]
) -> dict[str, Any]:
    """Return what this version writes when it has found that, converted where need be."""
    entry = (await start_with(hass, storage, found)).as_dict()
    storage[STORE] = deepcopy(found["store"])
    store = AgileStore(hass, ENTRY_ID, found["store"]["data"]["tariff"])
    await store.async_save(await store.async_load())
    return {"entry": {key: entry[key] for key in found["entry"]}, "store": storage[STORE]}


def as_text(value: Any) -> str:
    """Return a value as JSON, with a line for each list that holds no other."""
    text = json.dumps(value, indent=2) + "\n"
    return re.sub(r"\[\s+([^][{}]+?)\s+\]", lambda each: f"[{re.sub(r',\s+', ', ', each[1])}]", text)


@pytest.mark.usefixtures("later")
async def test_this_version_writes_what_is_here(
    home: HomeAssistant, hass_storage: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """A change of what is written needs another version, with a file of its own here."""
    written = await rewritten(home, hass_storage, written_by(VERSIONS[-1]))
    file = RELEASED / f"{THIS_VERSION}.json"
    if request.config.getoption("write_released") and not file.exists():
        file.write_text(as_text(written))
    assert written_by(THIS_VERSION) == written
    flow = OctopusAgileConfigFlow
    version = written["entry"]["version"], written["entry"]["minor_version"]
    assert version == (flow.VERSION, flow.MINOR_VERSION)


@pytest.mark.usefixtures("later")
class TestGoingBack:
    """A newer version has been here, and people went back to this one."""

    @pytest.fixture
    def found(self) -> dict[str, Any]:
        return written_by(VERSIONS[-1])

    async def test_what_a_newer_minor_version_has_added_is_passed_over(
        self, home: HomeAssistant, hass_storage: dict[str, Any], found: dict[str, Any]
    ) -> None:
        found["entry"]["minor_version"] = found["store"]["minor_version"] = 7
        found["entry"]["options"]["colour"] = "blue"
        found["store"]["data"]["weather"] = ["windy"]
        entry = await start_with(home, hass_storage, found)
        assert entry.state is ConfigEntryState.LOADED
        assert entry.options["colour"] == "blue"
        assert_goes_on(home)

    async def test_an_entry_of_a_newer_major_version_stays_as_it_is(
        self, home: HomeAssistant, hass_storage: dict[str, Any], found: dict[str, Any]
    ) -> None:
        found["entry"]["version"] = 2
        entry = await start_with(home, hass_storage, found)
        assert entry.state is ConfigEntryState.MIGRATION_ERROR
        assert entry.version == 2
        assert entry.data == found["entry"]["data"]
        assert hass_storage[STORE] == found["store"]

    async def test_it_can_be_removed_with_all_that_was_kept(
        self, home: HomeAssistant, hass_storage: dict[str, Any], found: dict[str, Any]
    ) -> None:
        found["entry"]["version"] = 2
        found["entry"]["data"] = {"tariff": "in a way that nobody knows yet"}
        entry = await start_with(home, hass_storage, found)
        await home.config_entries.async_remove(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert [key for key in hass_storage if key.startswith(DOMAIN)] == []

    async def test_a_file_of_a_newer_major_version_is_set_aside_and_told_of(
        self,
        home: HomeAssistant,
        octopus: FakeOctopus,
        hass_storage: dict[str, Any],
        found: dict[str, Any],
    ) -> None:
        octopus.fault = None
        found["store"]["version"] = 2
        entry = await start_with(home, hass_storage, found)
        assert entry.state is ConfigEntryState.LOADED
        aside = hass_storage[f"{STORE}.unreadable"]["data"]
        assert aside == {"version": 2, "minor_version": 1, "data": found["store"]["data"]}
        assert ir.async_get(home).async_get_issue(DOMAIN, f"store_unreadable_{ENTRY_ID}")
