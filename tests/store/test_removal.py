"""What nobody needs any more is gone from the real disk."""

from pathlib import Path
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import add_plan
from tests.common import forget, repairs, set_up
from tests.octopus import AGILE, FakeOctopus

from .common import PRICES_FILE, a_folder, ours, write


@pytest.mark.usefixtures("clock", "octopus")
class TestRemoval:
    """What nobody needs any more is gone from the real disk."""

    async def test_an_entry_that_is_removed_leaves_nothing(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        for name in (PRICES_FILE, f"{DOMAIN}.{entry.entry_id}.main"):
            a_folder(folder / name)
        (folder / f"{PRICES_FILE}.corrupt.2026").touch()
        await set_up(home, entry)
        await add_plan(home, entry)
        assert len(ours(folder)) == 8
        await home.config_entries.async_remove(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert ours(folder) == []
        assert repairs(home) == []

    async def test_one_that_was_never_set_up_leaves_nothing_either(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        for name in (PRICES_FILE, f"{DOMAIN}.{entry.entry_id}.main"):
            write(folder / name, {})
        entry.add_to_hass(home)
        await home.config_entries.async_remove(entry.entry_id)
        assert ours(folder) == []

    async def test_what_cannot_be_deleted_stops_nothing(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        await set_up(home, entry)
        with (
            patch("os.unlink", side_effect=PermissionError),
            patch.object(Path, "unlink", side_effect=PermissionError),
        ):
            await home.config_entries.async_remove(entry.entry_id)
        assert home.config_entries.async_entries(DOMAIN) == []

    async def test_files_of_others_stay(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        other = MockConfigEntry(domain=DOMAIN, title="Other", data={**entry.data, "region": "A"})
        await set_up(home, other)
        before = ours(folder)
        await set_up(home, entry)
        (folder / "octopus_energy.prices").touch()
        await home.config_entries.async_remove(entry.entry_id)
        assert ours(folder) == before
        assert (folder / "octopus_energy.prices").exists()

    async def test_prices_that_another_entry_shows_stay(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        other = MockConfigEntry(domain=DOMAIN, title="Other", data=dict(entry.data))
        await set_up(home, other)
        await set_up(home, entry)
        await home.config_entries.async_remove(entry.entry_id)
        assert (folder / PRICES_FILE).exists()

    async def test_prices_of_a_tariff_that_was_left_go(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry, folder: Path
    ) -> None:
        await set_up(home, entry)
        home.config_entries.async_update_entry(entry, data={**entry.data, "region": "N"})
        await home.async_block_till_done(wait_background_tasks=True)
        plans = [f"{entry.entry_id}.main", f"{entry.entry_id}.main.history"]
        assert ours(folder) == [*plans, f"prices.E-1R-{AGILE}-N", f"prices.E-1R-{AGILE}-N.standing"]
        # Back again at once: what is known needs no second request, and is kept again.
        home.config_entries.async_update_entry(entry, data={**entry.data, "region": "C"})
        await home.async_block_till_done(wait_background_tasks=True)
        assert ours(folder) == [*plans, f"prices.E-1R-{AGILE}-C", f"prices.E-1R-{AGILE}-C.standing"]
        assert len(octopus.asked_for("-C/standard-unit-rates")) == 1
        assert len(octopus.asked_for("-C/standing-charges")) == 1

    async def test_a_plan_that_is_deleted_takes_its_file_and_no_other(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        await set_up(home, entry)
        car, boiler = [await add_plan(home, entry, name) for name in ("Car", "Boiler")]
        a_folder(folder / f"{DOMAIN}.{entry.entry_id}.{car}.unreadable")
        (folder / f"{DOMAIN}.{entry.entry_id}.{car}.history").touch()
        home.config_entries.async_remove_subentry(entry, car)
        await home.async_block_till_done(wait_background_tasks=True)
        assert entry.state is ConfigEntryState.LOADED
        kept = {f"{entry.entry_id}.{name}" for name in ("main", "main.history", boiler)}
        prices = PRICES_FILE.removeprefix(f"{DOMAIN}.")
        assert set(ours(folder)) == {*kept, prices, f"{prices}.standing"}

    async def test_so_does_one_that_is_deleted_while_the_entry_is_not_loaded(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        await set_up(home, entry)
        key = await add_plan(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        home.config_entries.async_remove_subentry(entry, key)
        forget(home)
        await home.config_entries.async_setup(entry.entry_id)
        assert [name for name in ours(folder) if key in name] == []
