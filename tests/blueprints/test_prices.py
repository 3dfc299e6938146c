"""Tell me of negative prices, and switch by price."""

import aiohttp
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.charge_plans import add_plan
from tests.common import Clock, Scene
from tests.house import Record
from tests.octopus import FakeOctopus, day_of

from .common import CHARGER, EVENTS, automate


class TestNegativePrices:
    async def test_it_tells_when_and_how_much(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        # Cheap enough to move a plan that is waiting for its time, which is another event at once.
        await add_plan(home, entry, earliest_start="17:00:00", ready_by="15:00:00")
        notes = async_mock_service(home, "persistent_notification", "create")
        await automate(home, "negative_prices", prices=EVENTS)
        octopus.prices = day_of({"11:00": "-1.5", "11:30": "-3.25", "13:00": "-0.01"})
        await clock.walk("2026-11-24 16:30")
        (note,) = notes
        assert note.data["message"].strip() == (
            "1.5 hours below zero from Wed 11:00 to Wed 13:30, down to -3.2p/kWh."
        )

    async def test_otherwise_it_is_silent(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus
    ) -> None:
        notes = async_mock_service(home, "persistent_notification", "create")
        await automate(home, "negative_prices", prices=EVENTS)
        await clock.walk("2026-11-24 16:30")
        assert notes == []


class TestPriceLimitSwitch:
    """An automation for the charger, with a limit or with none."""

    @pytest.fixture(params=[{"limit": 10}])
    async def _switch(self, home: HomeAssistant, _house: None, request: pytest.FixtureRequest) -> None:
        """Switch the charger by price."""
        price = "sensor.octopus_agile_london_current_price"
        await automate(home, "price_limit_switch", price=price, device=CHARGER, **request.param)

    @pytest.mark.usefixtures("_switch")
    async def test_on_below_and_off_above_the_limit(self, clock: Clock, charger: Record) -> None:
        await clock.walk("2026-11-24 08:00")
        assert charger.changes == ["24 02:00:00 on", "24 04:00:00 off"]

    @pytest.mark.parametrize("_switch", [{}], indirect=True)
    @pytest.mark.usefixtures("_switch")
    async def test_by_default_only_when_one_is_paid(
        self, clock: Clock, octopus: FakeOctopus, charger: Record
    ) -> None:
        octopus.prices = day_of({"11:00": "-1.5", "11:30": "0"})
        await clock.walk("2026-11-25 13:00")
        assert charger.changes == ["25 11:00:00 on", "25 11:30:00 off"]

    @pytest.mark.usefixtures("_switch")
    async def test_while_the_price_is_not_known_it_is_left_as_it_is(
        self, scene: Scene, charger: Record
    ) -> None:
        await scene.clock.walk("2026-11-24 03:00")
        await scene.home.config_entries.async_unload(scene.entry.entry_id)
        await scene.clock.walk("2026-11-24 05:00")
        assert charger.changes == ["24 02:00:00 on"]
        scene.octopus.fault = aiohttp.ClientConnectionError("the line is dead")
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        await scene.home.async_block_till_done()
        assert charger.changes == ["24 02:00:00 on", "24 05:00:00 off"]
