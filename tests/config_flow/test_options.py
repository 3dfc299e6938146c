"""An entry changes its charge."""

from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from tests.common import Scene, set_up, state
from tests.octopus import FakeOctopus, day_of

from .forms import CHARGE, WRONG_CHARGES, suggested


class TestOptions:
    """Changing the charge."""

    async def test_the_plan_follows_at_once_without_a_request(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"17:00": "5.0", "17:30": "5.0"})
        await set_up(home, entry)
        requests = len(octopus.requests)
        states = async_capture_events(home, EVENT_STATE_CHANGED)
        charge = {"charge_duration": 1.0, "ready_by": "22:00:00"}
        later = {"earliest_start": "16:00:00"}
        flow = await home.config_entries.options.async_init(entry.entry_id)
        assert suggested(flow, "more") == {"charge_energy": 28.0}
        flow = await home.config_entries.options.async_configure(
            flow["flow_id"], {**charge, "more": later}
        )
        await home.async_block_till_done()
        assert flow["type"] is FlowResultType.CREATE_ENTRY
        assert entry.options == {**charge, **later}
        assert state(home, "sensor.cheapest_block_start") == "2026-11-23T17:00:00+00:00"
        assert state(home, "sensor.estimated_cost") == "unknown"
        assert len(octopus.requests) == requests
        # A reload would make all of them unavailable for a moment.
        assert STATE_UNAVAILABLE not in {event.data["new_state"].state for event in states}

    async def test_a_number_that_is_none_is_refused_by_the_entity_too(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        before = dict(entry.options)
        for key in ("charge_duration", "charge_energy"):
            for value in ("nan", "inf", "-inf", 1e300, -1):
                with pytest.raises(ServiceValidationError):
                    await home.services.async_call(
                        "number",
                        "set_value",
                        {"entity_id": f"number.octopus_agile_london_{key}", "value": value},
                        blocking=True,
                    )
        assert entry.options == before
        assert state(home, "sensor.plan_status") == "charging"

    async def test_what_is_left_empty_is_no_more(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        times = {"earliest_start": "13:00:00", "ready_by": "22:00:00"}
        entry.add_to_hass(home)
        home.config_entries.async_update_entry(entry, options={**entry.options, **times})
        await home.config_entries.async_setup(entry.entry_id)
        assert state(home, "sensor.cheapest_block_start") == "2026-11-23T13:00:00+00:00"
        flow = await home.config_entries.options.async_init(entry.entry_id)
        assert suggested(flow, "ready_by") == "22:00:00"
        assert suggested(flow, "more") == {"charge_energy": 28.0, "earliest_start": "13:00:00"}
        await home.config_entries.options.async_configure(flow["flow_id"], CHARGE)
        await home.async_block_till_done()
        assert entry.options == CHARGE
        assert state(home, "sensor.cheapest_block_start") == "2026-11-23T12:00:00+00:00"

    @pytest.mark.parametrize(("wrong", "errors"), WRONG_CHARGES.values(), ids=WRONG_CHARGES)
    async def test_what_cannot_be_is_refused_and_kept_to_correct(
        self, scene: Scene, wrong: dict[str, Any], errors: dict[str, str]
    ) -> None:
        scene.home.states.async_set("switch.wallbox", "off")
        await scene.set_up()
        answers = {**CHARGE, **wrong}
        flow = await scene.home.config_entries.options.async_init(scene.entry.entry_id)
        flow = await scene.home.config_entries.options.async_configure(flow["flow_id"], answers)
        assert (flow["step_id"], flow["errors"]) == ("init", errors)
        assert {field: suggested(flow, field) for field in answers} == answers
        assert scene.entry.options == {"charge_duration": 4.0, "charge_energy": 28.0}
        flow = await scene.home.config_entries.options.async_configure(
            flow["flow_id"], {"charge_duration": 2.0}
        )
        assert flow["type"] is FlowResultType.CREATE_ENTRY
