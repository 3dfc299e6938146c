"""What any released version has written can be used by this one; what a newer one has isn't harmed.

`released/` holds an entry and its stored files for every version, as that version wrote them at 16:20 on
2026-11-24: the entry's own charge and a charge plan run, another plan is switched off, and Octopus has
been out of reach since 16:00. `pytest tests/test_released.py --write-released` writes the one of this
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
from custom_components.octopus_agile.store import StoredPlan, StoredPrices, file_of

from .charge_plans import plan
from .common import Clock, forget, state
from .octopus import FakeOctopus

ROOT = Path(__file__).parent.parent
RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted((path.stem for path in RELEASED.glob("*.json")), key=AwesomeVersion)
MANIFEST = ROOT / "custom_components/octopus_agile/manifest.json"
THIS_VERSION: str = json.loads(MANIFEST.read_text())["version"]
ENTRY_ID = "01M844DZG0T5QECSCR14MV3CN3"
PRICES = f"{DOMAIN}.prices.E-1R-AGILE-24-10-01-C"


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
    storage.update(deepcopy(found["files"]))
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
    await hass.config_entries.async_unload(ENTRY_ID)
    storage.update(deepcopy(found["files"]))
    forget(hass)
    for key in found["files"]:
        kind = StoredPrices if key == PRICES else StoredPlan
        file = file_of(hass, key.removeprefix(f"{DOMAIN}."), kind)
        await file.async_save(await file.async_load())
    files = {key: storage[key] for key in found["files"]}
    return {"entry": {key: entry[key] for key in found["entry"]}, "files": files}


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
        found["entry"]["minor_version"] = 7
        found["entry"]["options"]["colour"] = "blue"
        for file in found["files"].values():
            file["minor_version"] = 7
            file["data"]["weather"] = ["windy"]
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
        assert {key: hass_storage[key] for key in found["files"]} == found["files"]

    async def test_a_file_of_a_newer_major_version_is_done_without_and_told_of(
        self,
        home: HomeAssistant,
        octopus: FakeOctopus,
        hass_storage: dict[str, Any],
        found: dict[str, Any],
    ) -> None:
        octopus.fault = None
        for file in found["files"].values():
            file["version"] = 2
        entry = await start_with(home, hass_storage, found)
        assert entry.state is ConfigEntryState.LOADED
        assert state(home, "sensor.current_price") == "0.2"
        issue = ir.async_get(home).async_get_issue(DOMAIN, f"file_unusable_{ENTRY_ID}")
        assert issue is not None
        assert issue.translation_placeholders is not None
        assert issue.translation_placeholders["file"].count(".storage/") == 4


class TestRemoval:
    """A newer version has been here, and people delete what it has left. On a real disk."""

    @pytest.fixture
    def hass_config_dir(self, hass_tmp_config_dir: str) -> str:
        return hass_tmp_config_dir

    @pytest.fixture
    def hass_storage(self) -> dict[str, Any]:
        """Nothing in the place of the real files."""
        return {}

    @pytest.fixture
    def folder(self, hass: HomeAssistant) -> Path:
        """Where Home Assistant keeps files; what this version has written is there."""
        path = Path(hass.config.path(".storage"))
        path.mkdir(exist_ok=True)
        for key, file in written_by(VERSIONS[-1])["files"].items():
            (path / key).write_text(json.dumps(file))
        return path

    async def test_an_entry_of_a_newer_version_can_be_removed_with_all_that_was_kept(
        self, home: HomeAssistant, folder: Path
    ) -> None:
        found = written_by(VERSIONS[-1])
        found["entry"]["version"] = 2
        found["entry"]["data"] = {"tariff": "in a way that nobody knows yet"}
        entry = await start_with(home, {}, found)
        assert entry.state is ConfigEntryState.MIGRATION_ERROR
        await home.config_entries.async_remove(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert [key for key in found["files"] if (folder / key).exists()] == []
