"""An entry changes its region and its product."""

from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.prices import PriceCoordinator
from tests.common import Scene, set_up, state
from tests.octopus import AGILE, FakeOctopus, day_of

from .forms import HTML, answer, suggested


async def change(
    hass: HomeAssistant, entry: MockConfigEntry, *, region: str, product: str = AGILE
) -> ConfigFlowResult:
    """Go through the dialog, and return how it ended."""
    flow = await answer(hass, await entry.start_reconfigure_flow(hass), region=region)
    return await answer(hass, flow, product=product)


class TestReconfigure:
    """Changing region and product of an entry."""

    async def test_it_takes_both_and_keeps_the_entities(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.publishing.add("AGILE-23-12-06")
        await set_up(home, entry)
        registry = er.async_get(home)
        ids = {each.entity_id for each in er.async_entries_for_config_entry(registry, entry.entry_id)}
        octopus.prices = day_of({}, otherwise="7.5")
        flow = await entry.start_reconfigure_flow(home)
        assert flow["step_id"] == "reconfigure"
        assert suggested(flow, "region") == "C"
        flow = await answer(home, flow, region="N")
        assert flow["step_id"] == "product"
        assert suggested(flow, "product") == AGILE
        flow = await answer(home, flow, product="AGILE-23-12-06")
        assert flow["reason"] == "reconfigure_successful"
        assert entry.unique_id == "E-1R-AGILE-23-12-06-N"
        assert entry.title == "Octopus Agile South Scotland"
        assert entry.data["region"] == "N"
        assert entry.options == {"charge_duration": 4.0, "charge_energy": 28.0}
        assert ids == {
            each.entity_id for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        }
        assert state(home, "sensor.current_price") == "0.075"
        (device,) = dr.async_entries_for_config_entry(dr.async_get(home), entry.entry_id)
        assert device.name == "Octopus Agile South Scotland"
        assert device.model_id == "AGILE-23-12-06"

    @pytest.mark.parametrize(
        ("region", "code"), [("N", AGILE), ("C", "AGILE-23-12-06")], ids=["region", "product"]
    )
    async def test_it_takes_one_alone(self, scene: Scene, region: str, code: str) -> None:
        scene.octopus.publishing.add("AGILE-23-12-06")
        await scene.set_up()
        scene.octopus.prices = day_of({}, otherwise="7.5")
        flow = await change(scene.home, scene.entry, region=region, product=code)
        assert flow["reason"] == "reconfigure_successful"
        assert scene.entry.unique_id == f"E-1R-{code}-{region}"
        assert state(scene.home, "sensor.current_price") == "0.075"

    async def test_a_title_that_somebody_gave_stays(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        home.config_entries.async_update_entry(entry, title="Mum's flat")
        await change(home, entry, region="N")
        assert entry.data["region"] == "N"
        assert entry.title == "Mum's flat"

    async def test_its_prices_are_not_asked_for_again(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await change(home, entry, region="N")
        assert len(octopus.asked_for(f"E-1R-{AGILE}-N/standard-unit-rates")) == 1

    async def test_an_entry_that_waits_for_prices_goes_on_with_them_at_once(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.fault = (404, "application/json", b"{}")
        octopus.fault_for = f"E-1R-{AGILE}-C"
        await set_up(home, entry)
        assert home.states.async_entity_ids() == []
        await change(home, entry, region="N")
        assert entry.state is ConfigEntryState.LOADED

    async def test_an_entry_whose_set_up_went_wrong_is_set_up_anew(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        with patch.object(PriceCoordinator, "async_restore", side_effect=OSError):
            await set_up(home, entry)
        assert entry.state.name == "SETUP_ERROR"
        await change(home, entry, region="N")
        assert entry.state is ConfigEntryState.LOADED

    async def test_changing_nothing_is_fine(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        flow = await change(home, entry, region="C")
        assert flow["reason"] == "reconfigure_successful"
        assert entry.unique_id == f"E-1R-{AGILE}-C"

    async def test_a_tariff_that_another_entry_has_is_refused(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        MockConfigEntry(domain=DOMAIN, unique_id=f"E-1R-{AGILE}-N").add_to_hass(home)
        await set_up(home, entry)
        flow = await change(home, entry, region="N")
        assert flow["reason"] == "already_configured"
        assert entry.unique_id == f"E-1R-{AGILE}-C"

    async def test_a_dead_server_can_be_waited_for(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        flow = await entry.start_reconfigure_flow(home)
        octopus.fault = HTML
        flow = await answer(home, flow, region="N")
        assert (flow["step_id"], flow["errors"]) == ("reconfigure", {"base": "cannot_connect"})
        assert suggested(flow, "region") == "N"
        octopus.fault = None
        flow = await answer(home, flow, region="N")
        octopus.fault = HTML
        flow = await answer(home, flow, product=AGILE)
        assert (flow["step_id"], flow["errors"]) == ("product", {"base": "cannot_connect"})
        octopus.fault = None
        flow = await answer(home, flow)
        assert flow["reason"] == "reconfigure_successful"
