"""What any released version has written can be used by this one; what a newer one has isn't harmed.

`released/` holds an entry and its stored files for every version, as that version wrote them at 16:20 on
2026-11-24: the entry's own charge and a charge plan run, another plan is switched off, and Octopus has
been out of reach since 16:00. `released/lived.py` says how that came to be.
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

from custom_components.octopus_agile.const import DOMAIN

from .charge_plans import plan
from .common import Clock, repairs, state
from .octopus import FakeOctopus
from .released.lived import ENTRY_ID, register

ROOT = Path(__file__).parent.parent
RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted((path.stem for path in RELEASED.glob("*.json")), key=AwesomeVersion)
MANIFEST = ROOT / "custom_components/octopus_agile/manifest.json"
THIS_VERSION: str = json.loads(MANIFEST.read_text())["version"]
FOUND_AGAIN = ("chargers", "price_history", "sources")


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
    register(hass)
    hass.states.async_set("input_boolean.charger", "on")
    hass.states.async_set("binary_sensor.plug", "on")
    hass.states.async_set("sensor.battery", "55", {"unit_of_measurement": "%"})
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
    assert state(hass, "sensor.export_price") == "0.050625"
    # Of the first evening; the second has only begun.
    assert state(hass, "sensor.saved") == "0.4919375"
    assert plan(hass, "sensor.saved") == "1.5640625"


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
    # There is no recorder here, and so no meter.
    assert repairs(home) == ["comparison_no_meter"]


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
        told = issue.translation_placeholders["file"]
        # Prices and plans, which people miss; the rest is found again without them.
        missed = {".storage/" + key for key in found["files"] if ".prices." in key or ENTRY_ID in key}
        found_again = {f".storage/{DOMAIN}.{ENTRY_ID}.{name}" for name in FOUND_AGAIN}
        assert set(told.split(", ")) == missed - found_again


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
        # But for when months were asked for: a new entry is no reason to ask more often.
        left = [key for key in found["files"] if (folder / key).exists()]
        assert left == [f"{DOMAIN}.history_requests"]
