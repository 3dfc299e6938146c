"""Setting up: from a postcode to an entry, with every wrong turn and the way back."""

import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.octopus_agile.const import DOMAIN
from tests.common import state
from tests.octopus import AGILE, FakeOctopus, product

from .forms import (
    CHARGE,
    DEAD_SERVERS,
    HTML,
    WRONG_CHARGES,
    answer,
    default,
    more,
    offered,
    start,
    suggested,
    to_charge,
)


class TestPostcode:
    """The first step."""

    @pytest.mark.parametrize("postcode", ["SW1A 1AA", "sw1a1aa", " SW1A1AA "])
    async def test_one_region_leads_to_an_entry(
        self, home: HomeAssistant, octopus: FakeOctopus, postcode: str
    ) -> None:
        flow = await answer(home, await start(home), postcode=postcode)
        assert flow["step_id"] == "charge"
        assert flow["description_placeholders"] == {
            "region": "London",
            "product": f"Full name of {AGILE} ({AGILE})",
        }
        flow = await answer(home, flow, charge_duration=4.0, more={"charge_energy": 28.0})
        assert flow["type"] is FlowResultType.CREATE_ENTRY
        assert flow["description_placeholders"] == {
            "answer": "Now 20.00p. Cheapest 4 hours: 12:00 to 16:00 today, 20.00p.",
            "dashboards": '<a href="/octopus-agile">',
            "dashboards_end": "</a>",
            "integration": "/config/integrations/integration/octopus_agile",
        }
        entry = flow["result"]
        assert entry.title == "Octopus Agile London"
        assert entry.unique_id == f"E-1R-{AGILE}-C"
        assert entry.data == {
            "region": "C",
            "product": AGILE,
            "product_name": f"Full name of {AGILE}",
        }
        assert entry.options == {"charge_duration": 4.0, "charge_energy": 28.0}
        assert entry.state is ConfigEntryState.LOADED
        assert state(home, "sensor.current_price") == "0.2"

    async def test_several_regions_are_offered_and_no_others(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.groups["NR11AA"] = ["_B", "_A"]
        flow = await answer(home, await start(home), postcode="NR1 1AA")
        assert flow["step_id"] == "region"
        assert offered(flow, "region") == ["A", "B"]
        flow = await answer(home, flow, region="B")
        flow = await answer(home, flow, **CHARGE)
        assert flow["result"].unique_id == f"E-1R-{AGILE}-B"

    @pytest.mark.parametrize("answers", [{"postcode": "  "}, {}])
    async def test_an_empty_one_offers_all_regions(
        self, home: HomeAssistant, octopus: FakeOctopus, answers: dict[str, str]
    ) -> None:
        flow = await answer(home, await start(home), **answers)
        assert (flow["step_id"], flow["errors"]) == ("region", {})
        assert offered(flow, "region") == list("ABCDEFGHJKLMNP")

    async def test_an_unknown_one_is_named_and_no_region_is_chosen_for_you(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        flow = await answer(home, await start(home), postcode=" zz1 1ZZ ")
        assert (flow["step_id"], flow["errors"]) == ("region", {"base": "unknown_postcode"})
        assert flow["description_placeholders"] == {"postcode": "ZZ1 1ZZ"}
        assert offered(flow, "region") == list("ABCDEFGHJKLMNP")
        # Of a required choice the browser would take the first.
        schema = flow["data_schema"]
        assert schema is not None
        assert not any(isinstance(key, vol.Required) for key in schema.schema)
        assert suggested(flow, "region") is None
        flow = await answer(home, flow)
        assert (flow["step_id"], flow["errors"]) == ("region", {"region": "region_missing"})
        flow = await answer(home, await answer(home, flow, region="N"), **CHARGE)
        assert flow["result"].unique_id == f"E-1R-{AGILE}-N"

    async def test_nonsense_is_refused_and_kept_to_correct(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        flow = await answer(home, await start(home), postcode="nonsense")
        assert flow["errors"] == {"postcode": "invalid_postcode"}
        assert suggested(flow, "postcode") == "nonsense"
        assert octopus.requests == []
        flow = await answer(home, flow, postcode="SW1A 1AA")
        assert flow["step_id"] == "charge"

    @pytest.mark.parametrize("fault", [*DEAD_SERVERS.values(), None], ids=[*DEAD_SERVERS, "none"])
    async def test_it_is_nowhere_to_be_found_afterwards(
        self,
        home: HomeAssistant,
        octopus: FakeOctopus,
        hass_storage: dict[str, Any],
        caplog: pytest.LogCaptureFixture,
        fault: Any,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        octopus.fault = fault
        await to_charge(home)
        octopus.fault = None
        flow = await answer(home, await to_charge(home), **CHARGE)
        everything = f"{flow['result'].as_dict()} {hass_storage} {caplog.text}".upper()
        assert "SW1A" not in everything


class TestDeadServer:
    """Where the API is out of reach, nothing typed is lost and the flow goes on when it is back."""

    @pytest.mark.parametrize("fault", DEAD_SERVERS.values(), ids=DEAD_SERVERS)
    async def test_in_the_first_step(self, home: HomeAssistant, octopus: FakeOctopus, fault: Any) -> None:
        octopus.fault = fault
        flow = await to_charge(home)
        assert (flow["step_id"], flow["errors"]) == ("user", {"base": "cannot_connect"})
        assert suggested(flow, "postcode") == "SW1A 1AA"
        octopus.fault = None
        flow = await answer(home, flow, postcode="SW1A 1AA")
        flow = await answer(home, flow, **CHARGE)
        assert flow["type"] is FlowResultType.CREATE_ENTRY

    @pytest.mark.parametrize("fault", DEAD_SERVERS.values(), ids=DEAD_SERVERS)
    async def test_in_the_region_step(
        self, home: HomeAssistant, octopus: FakeOctopus, fault: Any
    ) -> None:
        flow = await answer(home, await start(home))
        octopus.fault = fault
        flow = await answer(home, flow, region="N")
        assert (flow["step_id"], flow["errors"]) == ("region", {"base": "cannot_connect"})
        assert suggested(flow, "region") == "N"
        octopus.fault = None
        flow = await answer(home, await answer(home, flow, region="N"), **CHARGE)
        assert flow["result"].unique_id == f"E-1R-{AGILE}-N"

    @pytest.mark.parametrize("fault", DEAD_SERVERS.values(), ids=DEAD_SERVERS)
    async def test_in_the_product_step(
        self, home: HomeAssistant, octopus: FakeOctopus, fault: Any
    ) -> None:
        flow = await answer(home, await to_charge(home), **CHARGE, more={"other_product": True})
        octopus.fault = fault
        flow = await answer(home, flow, product="AGILE-23-12-06")
        assert (flow["step_id"], flow["errors"]) == ("product", {"base": "cannot_connect"})
        assert suggested(flow, "product") == "AGILE-23-12-06"
        octopus.fault = None
        octopus.publishing.add("AGILE-23-12-06")
        flow = await answer(home, await answer(home, flow, product="AGILE-23-12-06"), **CHARGE)
        assert flow["result"].unique_id == "E-1R-AGILE-23-12-06-C"

    @pytest.mark.parametrize("question", ["grid-supply-points", "products/?brand", "unit-rates"])
    async def test_whichever_question_it_fails_to_answer(
        self, home: HomeAssistant, octopus: FakeOctopus, question: str
    ) -> None:
        octopus.fault = HTML
        octopus.fault_for = question
        flow = await to_charge(home)
        assert (flow["step_id"], flow["errors"]) == ("user", {"base": "cannot_connect"})
        octopus.fault = None
        flow = await answer(home, await answer(home, flow, postcode="SW1A 1AA"), **CHARGE)
        assert flow["type"] is FlowResultType.CREATE_ENTRY


class TestCharge:
    """The last step."""

    async def test_it_begins_with_four_hours_of_the_product_on_sale(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        flow = await to_charge(home)
        assert default(flow, "charge_duration") == 4.0
        assert more(flow).options == {"collapsed": True}
        assert "other_product" in more(flow).schema.schema

    @pytest.mark.parametrize("duration", [0, 0.5, 3.5, 6])
    async def test_durations_within_the_limits_are_taken(
        self, home: HomeAssistant, octopus: FakeOctopus, duration: float
    ) -> None:
        flow = await answer(home, await to_charge(home), charge_duration=duration)
        assert flow["result"].options == {"charge_duration": duration}

    @pytest.mark.parametrize(("wrong", "errors"), WRONG_CHARGES.values(), ids=WRONG_CHARGES)
    async def test_what_cannot_be_is_refused_and_kept_to_correct(
        self,
        home: HomeAssistant,
        octopus: FakeOctopus,
        wrong: dict[str, Any],
        errors: dict[str, str],
    ) -> None:
        home.states.async_set("switch.wallbox", "off")
        answers = {**CHARGE, **wrong}
        flow = await answer(home, await to_charge(home), **answers)
        assert (flow["step_id"], flow["errors"]) == ("charge", errors)
        assert {field: suggested(flow, field) for field in answers} == answers
        more = {"charge_energy": 200, "earliest_start": "23:00:00"}
        flow = await answer(home, flow, **CHARGE, ready_by="03:00:00", more=more)
        assert flow["type"] is FlowResultType.CREATE_ENTRY

    async def test_the_same_tariff_again_is_refused(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        entry.add_to_hass(home)
        flow = await to_charge(home)
        assert (flow["type"], flow["reason"]) == (FlowResultType.ABORT, "already_configured")

    async def test_of_two_flows_for_the_same_tariff_one_wins(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        first, second = await to_charge(home), await to_charge(home)
        assert first["flow_id"] != second["flow_id"]
        assert (await answer(home, first, **CHARGE))["type"] is FlowResultType.CREATE_ENTRY
        # Home Assistant itself ends the other.
        assert home.config_entries.flow.async_progress() == []
        assert len(home.config_entries.async_entries(DOMAIN)) == 1

    async def test_a_flow_that_comes_to_the_same_tariff_later_is_refused(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.publishing.add("AGILE-23-12-06")
        octopus.products.append(product("AGILE-23-12-06"))
        first, second = await to_charge(home), await to_charge(home)
        first = await answer(home, first, product=AGILE)
        assert (await answer(home, first, **CHARGE))["type"] is FlowResultType.CREATE_ENTRY
        second = await answer(home, second, product=AGILE)
        assert (second["type"], second["reason"]) == (FlowResultType.ABORT, "already_configured")

    async def test_further_charges_can_be_added_to_the_entry(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        flow = await answer(home, await to_charge(home), **CHARGE)
        assert flow["result"].supported_subentry_types == {
            "charge_plan": {"supports_reconfigure": True},
            "comparison": {"supports_reconfigure": True},
        }
