"""The repair that changes the product."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN

from .common import Clock, Scene, forget, repairs, set_up, state
from .octopus import AGILE, NEWER, FakeOctopus

type Fix = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def fix(home: HomeAssistant) -> Fix:
    """Start the fix of the only repair, or go on with it; return the answer."""
    await async_setup_component(home, "repairs", {})
    flows = repairs_flow_manager(home)
    assert flows is not None

    async def step(flow_id: str | None = None) -> dict[str, Any]:
        if flow_id is None:
            (issue_id,) = [key for domain, key in ir.async_get(home).issues if domain == DOMAIN]
            answer = await flows.async_init(DOMAIN, data={"issue_id": issue_id})
        else:
            answer = await flows.async_configure(flow_id, {})
        await home.async_block_till_done(wait_background_tasks=True)
        return dict(answer)

    return step


class TestWithdrawnProduct:
    @pytest.mark.parametrize("not_found", [False, True], ids=["no more prices", "no such tariff"])
    async def test_the_successor_is_offered_and_taken(
        self, scene: Scene, fix: Fix, not_found: bool
    ) -> None:
        await scene.set_up()
        scene.octopus.end_product(not_found=not_found)
        await scene.clock.walk("2026-11-24 06:00")
        assert repairs(scene.home) == ["product_withdrawn"]

        form = await fix()
        assert form["step_id"] == "confirm"
        assert form["description_placeholders"] == {
            "product": f"Full name of {AGILE} ({AGILE})",
            "successor": f"Full name of {NEWER} ({NEWER})",
        }
        done = await fix(form["flow_id"])
        assert done["type"] == "create_entry"
        assert repairs(scene.home) == []
        assert scene.entry.data["product"] == NEWER
        assert scene.entry.data["product_name"] == f"Full name of {NEWER}"
        assert scene.entry.unique_id == f"E-1R-{NEWER}-C"
        assert state(scene.home, "sensor.current_price") == "0.2"

    async def test_it_is_offered_where_there_was_no_price_to_start_with(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, fix: Fix
    ) -> None:
        octopus.end_product(not_found=True)
        await set_up(home, entry)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        assert repairs(home) == ["product_withdrawn"]
        form = await fix()
        await fix(form["flow_id"])
        assert state(home, "sensor.current_price") == "0.2"
        assert repairs(home) == []

    async def test_it_goes_away_when_the_product_publishes_again(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, fix: Fix
    ) -> None:
        await set_up(home, entry)
        octopus.end_product(not_found=False)
        await clock.walk("2026-11-24 06:00")
        form = await fix()
        octopus.publishing.add(AGILE)
        octopus.ended.clear()
        await clock.walk("2026-11-24 10:00")
        assert repairs(home) == []
        done = await fix(form["flow_id"])
        assert (done["type"], done["reason"]) == ("abort", "no_successor")
        assert entry.data["product"] == AGILE

    async def test_a_successor_that_is_set_up_already_is_not_set_up_twice(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, fix: Fix
    ) -> None:
        octopus.publishing.add(NEWER)
        newer = MockConfigEntry(
            domain=DOMAIN,
            title="Octopus Agile London",
            unique_id=f"E-1R-{NEWER}-C",
            data={**entry.data, "product": NEWER},
            options=dict(entry.options),
        )
        await set_up(home, newer)
        await set_up(home, entry)
        octopus.end_product(not_found=True)
        await clock.walk("2026-11-24 06:00")
        form = await fix()
        done = await fix(form["flow_id"])
        assert (done["type"], done["reason"]) == ("abort", "already_configured")
        assert entry.data["product"] == AGILE

    async def test_an_entry_that_is_deleted_meanwhile_is_not_changed(
        self, scene: Scene, fix: Fix
    ) -> None:
        scene.octopus.end_product(not_found=True)
        await scene.set_up()
        form = await fix()
        await scene.home.config_entries.async_remove(scene.entry.entry_id)
        done = await fix(form["flow_id"])
        assert (done["type"], done["reason"]) == ("abort", "entry_gone")

    async def test_it_outlives_a_restart(self, scene: Scene, fix: Fix) -> None:
        await scene.set_up()
        scene.octopus.end_product(not_found=False)
        await scene.clock.walk("2026-11-24 06:00")
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        forget(scene.home)
        # Not asked again before the evening.
        scene.octopus.fault = aiohttp.ClientConnectionError()
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        assert repairs(scene.home) == ["product_withdrawn"]
        form = await fix()
        assert form["description_placeholders"]["successor"] == f"Full name of {NEWER} ({NEWER})"
