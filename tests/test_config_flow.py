"""Setting up: from a postcode to an entry, with every wrong turn and the way back."""

import logging
from typing import Any
from unittest.mock import patch

import aiohttp
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlowResult
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import AgileStore

from .conftest import Clock, set_up, state
from .octopus import AGILE, FakeOctopus, Prices, day_of, product, uk

CHARGE = {"charge_duration": 4.0}
HTML = (403, "text/html", b"<html>403 Forbidden</html>")
DEAD_SERVERS = {
    "no connection": aiohttp.ClientConnectionError("https://api.octopus.energy/?postcode=SW1A1AA"),
    "a time-out": TimeoutError(),
    "status 500": (500, "application/json", b"{}"),
    "a page": HTML,
    "half an answer": (200, "application/json", b'{"results": ['),
}
# What no charge can be, and what the form says to it.
WRONG_CHARGES = {
    "too short": ({"charge_duration": 0.4}, {"charge_duration": "invalid_duration"}),
    "too long": ({"charge_duration": 6.1}, {"charge_duration": "invalid_duration"}),
    "no energy": ({"charge_energy": 0}, {"charge_energy": "invalid_energy"}),
    "too much energy": ({"charge_energy": 200.1}, {"charge_energy": "invalid_energy"}),
    "a short night": (
        {"earliest_start": "23:00:00", "ready_by": "02:30:00"},
        {"ready_by": "window_too_short"},
    ),
    "a short afternoon": (
        {"earliest_start": "12:00:00", "ready_by": "15:59:00"},
        {"ready_by": "window_too_short"},
    ),
}


@pytest.fixture(autouse=True)
def _now(clock: Clock) -> None:
    """All of this happens at noon on a Monday in November."""


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def answer(hass: HomeAssistant, flow: ConfigFlowResult, **answers: Any) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], answers)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def to_charge(hass: HomeAssistant) -> ConfigFlowResult:
    return await answer(hass, await start(hass), postcode="SW1A 1AA")


def until(text: str) -> Prices:
    """Return prices that end at a UK local time."""
    end = uk(text)
    return lambda start: {True: "20.0"}.get(start < end)


def offered(flow: ConfigFlowResult, field: str) -> list[str]:
    """Return the values that a field offers."""
    schema = flow["data_schema"]
    assert schema is not None
    return [option["value"] for option in schema.schema[field].config["options"]]


def suggested(flow: ConfigFlowResult, field: str) -> Any:
    """Return what a field is filled in with."""
    schema = flow["data_schema"]
    assert schema is not None
    (key,) = (key for key in schema.schema if key == field)
    return (key.description or {}).get("suggested_value")


def default(flow: ConfigFlowResult, field: str) -> Any:
    schema = flow["data_schema"]
    assert schema is not None
    (key,) = (key for key in schema.schema if key == field)
    return key.default()


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
        flow = await answer(home, flow, charge_duration=4.0, charge_energy=28.0)
        assert flow["type"] is FlowResultType.CREATE_ENTRY
        entry = flow["result"]
        assert entry.title == "Agile Octopus, London"
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

    @pytest.mark.parametrize("answers", [{"postcode": "ZZ9 9ZZ"}, {"postcode": "  "}, {}])
    async def test_none_or_an_empty_one_offers_all_regions(
        self, home: HomeAssistant, octopus: FakeOctopus, answers: dict[str, str]
    ) -> None:
        flow = await answer(home, await start(home), **answers)
        assert flow["step_id"] == "region"
        assert offered(flow, "region") == list("ABCDEFGHJKLMNP")

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
        flow = await answer(home, await to_charge(home), **CHARGE, other_product=True)
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


class TestProduct:
    """Which version of Agile it is."""

    async def test_three_on_sale_are_offered_the_newest_first(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        codes = ["AGILE-25-01-01", AGILE, "AGILE-26-05-01"]
        octopus.products = [product(code) for code in codes]
        octopus.publishing = set(codes)
        flow = await to_charge(home)
        assert flow["step_id"] == "product"
        assert offered(flow, "product") == ["AGILE-26-05-01", "AGILE-25-01-01", AGILE]
        assert default(flow, "product") == "AGILE-26-05-01"
        assert flow["description_placeholders"] == {"region": "London"}
        flow = await answer(home, flow, product="AGILE-25-01-01")
        assert flow["step_id"] == "charge"
        flow = await answer(home, flow, **CHARGE)
        assert flow["result"].unique_id == "E-1R-AGILE-25-01-01-C"

    async def test_past_ones_are_offered_in_their_place_among_those_on_sale(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.products = [product(AGILE), product("AGILE-23-12-06")]
        octopus.publishing = {AGILE, "AGILE-24-04-03", "AGILE-23-12-06"}
        flow = await to_charge(home)
        assert offered(flow, "product") == [AGILE, "AGILE-24-04-03", "AGILE-23-12-06"]
        assert default(flow, "product") == AGILE

    async def test_export_other_brands_and_businesses_are_not_offered(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.products += [
            product("AGILE-OUTGOING-19-05-13", direction="EXPORT"),
            product("AGILE-BB-24-10-01", brand="BULB"),
            product("AGILE-BUSINESS-24-10-01", is_business=True),
            product("VAR-22-11-01"),
        ]
        assert (await to_charge(home))["step_id"] == "charge"

    async def test_my_version_is_another_leads_to_all_that_publish(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.publishing |= {"AGILE-24-04-03", "AGILE-23-12-06", "AGILE-18-02-21"}
        octopus.ended = {"AGILE-24-04-03"}
        flow = await answer(home, await to_charge(home), **CHARGE, other_product=True)
        assert flow["step_id"] == "product"
        assert offered(flow, "product") == [AGILE, "AGILE-23-12-06", "AGILE-18-02-21"]
        assert default(flow, "product") == AGILE
        flow = await answer(home, flow, product="AGILE-18-02-21")
        schema = flow["data_schema"]
        assert schema is not None
        assert "other_product" not in schema.schema
        flow = await answer(home, flow, **CHARGE)
        assert flow["result"].data["product_name"] == "Agile Octopus February 2018"

    async def test_my_version_is_another_keeps_what_the_charge_is_to_be(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        charge = {"charge_duration": 3.5, "charge_energy": 24.5, "ready_by": "07:00:00"}
        flow = await answer(home, await to_charge(home), **charge, other_product=True)
        flow = await answer(home, flow, product=AGILE)
        assert {field: suggested(flow, field) for field in charge} == charge
        flow = await answer(home, flow, **charge)
        assert flow["result"].options == charge

    async def test_one_that_cannot_be_checked_is_offered(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.publishing.add("AGILE-23-12-06")
        flow = await to_charge(home)
        octopus.fault = (500, "application/json", b"{}")
        octopus.fault_for = "AGILE-24-04-03"
        flow = await answer(home, flow, **CHARGE, other_product=True)
        assert offered(flow, "product") == [AGILE, "AGILE-24-04-03", "AGILE-23-12-06"]

    @pytest.mark.parametrize(
        "code",
        [
            "",
            "AGILE-OUTGOING-19-05-13",
            "VAR-22-11-01",
            "AGILE-../?x",
            "AGILE-24-10-01/../../accounts",
            "AGILE-24-10-01?period_from=2020",
            "AGILE-24-10-01%2F",
            "AGILE-24\n-10-01",
            "AGILE-24-10-01\x00",
            "AGILE-\N{FULLWIDTH DIGIT TWO}4-10-01",
            "AGILE-" + "1" * 100,
        ],
    )
    async def test_a_code_that_can_be_none_is_refused_without_asking(
        self, home: HomeAssistant, octopus: FakeOctopus, code: str
    ) -> None:
        octopus.publishing |= {"AGILE-OUTGOING-19-05-13", "VAR-22-11-01"}
        flow = await answer(home, await to_charge(home), **CHARGE, other_product=True)
        requests = len(octopus.requests)
        flow = await answer(home, flow, product=code)
        assert flow["errors"] == {"product": "invalid_product"}
        assert suggested(flow, "product") == code
        assert len(octopus.requests) == requests
        assert (await answer(home, flow, product=AGILE))["step_id"] == "charge"

    @pytest.mark.parametrize("code", ["AGILE-99-01-01", "AGILE-VAR-22-10-19"])
    async def test_a_code_that_the_api_does_not_know_for_the_region_is_refused(
        self, home: HomeAssistant, octopus: FakeOctopus, code: str
    ) -> None:
        # The API knows the second, but not in the north of Scotland.
        octopus.publishing.add("AGILE-VAR-22-10-19")
        flow = await answer(home, await start(home))
        flow = await answer(home, flow, region="P")
        flow = await answer(home, flow, **CHARGE, other_product=True)
        flow = await answer(home, flow, product=code)
        assert flow["errors"] == {"product": "invalid_product"}
        assert suggested(flow, "product") == code
        assert (await answer(home, flow, product=AGILE))["step_id"] == "charge"

    @pytest.mark.parametrize("changes", [{"brand": "BULB"}, {"is_business": True}])
    async def test_a_code_that_is_not_for_homes_or_not_of_octopus_is_refused(
        self, home: HomeAssistant, octopus: FakeOctopus, changes: dict[str, Any]
    ) -> None:
        octopus.products.append(product("AGILE-BB-24-10-01", **changes))
        octopus.publishing.add("AGILE-BB-24-10-01")
        flow = await answer(home, await to_charge(home), **CHARGE, other_product=True)
        assert "AGILE-BB-24-10-01" not in offered(flow, "product")
        flow = await answer(home, flow, product="AGILE-BB-24-10-01")
        assert flow["errors"] == {"product": "invalid_product"}
        assert (await answer(home, flow, product=AGILE))["step_id"] == "charge"

    async def test_a_code_typed_by_hand_is_taken_if_the_api_knows_it(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.publishing.add("AGILE-VAR-22-10-19")
        flow = await answer(home, await to_charge(home), **CHARGE, other_product=True)
        flow = await answer(home, flow, product=" agile-var-22-10-19 ")
        flow = await answer(home, flow, **CHARGE)
        assert flow["result"].data["product"] == "AGILE-VAR-22-10-19"
        assert flow["result"].data["product_name"] == "Full name of AGILE-VAR-22-10-19"

    async def test_one_without_prices_is_refused(
        self, home: HomeAssistant, octopus: FakeOctopus, clock: Clock
    ) -> None:
        octopus.ended = {AGILE}
        flow = await to_charge(home)
        assert flow["step_id"] == "product"
        flow = await answer(home, flow, product=AGILE)
        assert flow["errors"] == {"product": "no_prices"}
        # The answer is asked for anew once the API may have another.
        octopus.ended = set()
        await clock.to("2026-11-23 12:06")
        assert (await answer(home, flow, product=AGILE))["step_id"] == "charge"

    @pytest.mark.parametrize("known", [AGILE, "AGILE-VAR-22-10-19"], ids=["on sale", "typed"])
    async def test_one_that_has_published_nothing_for_two_days_has_ended(
        self, home: HomeAssistant, octopus: FakeOctopus, known: str
    ) -> None:
        octopus.publishing |= {"AGILE-23-12-06", known}
        octopus.prices = until("2026-11-21 11:30")
        flow = await to_charge(home)
        assert (flow["step_id"], offered(flow, "product")) == ("product", [AGILE])
        flow = await answer(home, flow, product=known)
        assert flow["errors"] == {"product": "no_prices"}
        assert suggested(flow, "product") == known

    @pytest.mark.parametrize("end", ["2026-11-21 12:30", "2026-11-22 23:00"])
    async def test_one_whose_prices_are_late_has_not_ended(
        self, home: HomeAssistant, octopus: FakeOctopus, end: str
    ) -> None:
        octopus.publishing.add("AGILE-23-12-06")
        octopus.prices = until(end)
        flow = await to_charge(home)
        assert flow["step_id"] == "charge"
        flow = await answer(home, flow, **CHARGE, other_product=True)
        assert offered(flow, "product") == [AGILE, "AGILE-23-12-06"]

    async def test_where_none_is_on_sale_a_code_can_be_typed(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.products = []
        octopus.publishing = set()
        flow = await to_charge(home)
        assert flow["step_id"] == "product"
        assert offered(flow, "product") == []
        octopus.publishing = {"AGILE-26-05-01"}
        flow = await answer(home, await answer(home, flow, product="AGILE-26-05-01"), **CHARGE)
        assert flow["result"].unique_id == "E-1R-AGILE-26-05-01-C"


class TestCharge:
    """The last step."""

    async def test_it_begins_with_four_hours_of_the_product_on_sale(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        flow = await to_charge(home)
        assert default(flow, "charge_duration") == 4.0
        assert default(flow, "other_product") is False

    @pytest.mark.parametrize("duration", [0.5, 3.5, 6])
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
        answers = {**CHARGE, **wrong}
        flow = await answer(home, await to_charge(home), **answers)
        assert (flow["step_id"], flow["errors"]) == ("charge", errors)
        assert {field: suggested(flow, field) for field in answers} == answers
        flow = await answer(
            home, flow, **CHARGE, charge_energy=200, earliest_start="23:00:00", ready_by="03:00:00"
        )
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
        assert flow["result"].supported_subentry_types == {"charge_plan": {"supports_reconfigure": True}}


class TestPoliteness:
    """A set-up asks for each thing once."""

    async def test_one_request_each_for_region_products_and_prices(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        await answer(home, await to_charge(home), **CHARGE)
        assert [url.path.split("/")[-2] for _, url in octopus.requests] == [
            "grid-supply-points",
            "products",
            "standard-unit-rates",
        ]

    async def test_of_several_products_only_those_that_may_have_ended_are_asked_for(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.products = [product(code) for code in (AGILE, "AGILE-26-05-01", "AGILE-25-01-01")]
        octopus.publishing = {row["code"] for row in octopus.products}
        flow = await answer(home, await to_charge(home), product=AGILE)
        await answer(home, flow, **CHARGE)
        # The four that are no longer sold, and the one that was chosen.
        assert len(octopus.asked_for("standard-unit-rates")) == 5
        assert len(octopus.asked_for(f"E-1R-{AGILE}-C")) == 1
        assert len(octopus.requests) == 7

    @pytest.mark.parametrize(
        ("again", "requests", "price"),
        [("2026-11-23 12:05", 1, "0.2"), ("2026-11-23 12:06", 2, "0.01")],
    )
    async def test_another_set_up_asks_for_the_same_prices_only_after_five_minutes(
        self,
        home: HomeAssistant,
        octopus: FakeOctopus,
        clock: Clock,
        again: str,
        requests: int,
        price: str,
    ) -> None:
        await to_charge(home)
        await clock.to(again)
        octopus.prices = day_of({}, otherwise="1.0")
        await answer(home, await to_charge(home), **CHARGE)
        assert len(octopus.asked_for("standard-unit-rates")) == requests
        assert state(home, "sensor.current_price") == price

    async def test_prices_of_a_set_up_that_was_given_up_do_not_return_later(
        self, home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await clock.to("2026-11-23 12:10")
        octopus.prices = day_of({}, otherwise="99.0")
        assert (await to_charge(home))["reason"] == "already_configured"
        octopus.prices = day_of({})
        await clock.to("2026-11-23 16:10")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        requests = len(octopus.requests)
        await home.config_entries.async_reload(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert len(octopus.requests) == requests
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        assert state(home, "sensor.current_price") == "0.2"

    async def test_prices_of_a_set_up_that_was_given_up_are_added_to_where_newer_are_due(
        self, home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await to_charge(home)
        await clock.to("2026-11-23 16:10")
        await set_up(home, entry)
        await clock.to("2026-11-23 16:20")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"


async def test_prices_of_a_tariff_that_is_set_up_are_not_asked_for_again(
    home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    assert (await to_charge(home))["reason"] == "already_configured"
    flow = await answer(home, await entry.start_reconfigure_flow(home), region="C")
    assert (await answer(home, flow, product=AGILE))["reason"] == "reconfigure_successful"
    assert len(octopus.asked_for(f"{AGILE}-C/standard-unit-rates")) == 1


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
        assert entry.title == "Agile Octopus, South Scotland"
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
    async def test_it_takes_one_alone(
        self,
        home: HomeAssistant,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        region: str,
        code: str,
    ) -> None:
        octopus.publishing.add("AGILE-23-12-06")
        await set_up(home, entry)
        octopus.prices = day_of({}, otherwise="7.5")
        flow = await answer(home, await entry.start_reconfigure_flow(home), region=region)
        flow = await answer(home, flow, product=code)
        assert flow["reason"] == "reconfigure_successful"
        assert entry.unique_id == f"E-1R-{code}-{region}"
        assert state(home, "sensor.current_price") == "0.075"

    async def test_its_prices_are_not_asked_for_again(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        flow = await answer(home, await entry.start_reconfigure_flow(home), region="N")
        await answer(home, flow, product=AGILE)
        assert len(octopus.asked_for(f"E-1R-{AGILE}-N")) == 1

    async def test_an_entry_that_waits_for_prices_goes_on_with_them_at_once(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.fault = (404, "application/json", b"{}")
        octopus.fault_for = f"E-1R-{AGILE}-C"
        await set_up(home, entry)
        assert home.states.async_entity_ids() == []
        flow = await answer(home, await entry.start_reconfigure_flow(home), region="N")
        await answer(home, flow, product=AGILE)
        assert entry.state is ConfigEntryState.LOADED

    async def test_an_entry_whose_set_up_went_wrong_is_set_up_anew(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        with patch.object(AgileStore, "async_load", side_effect=OSError):
            await set_up(home, entry)
        assert entry.state.name == "SETUP_ERROR"
        flow = await answer(home, await entry.start_reconfigure_flow(home), region="N")
        await answer(home, flow, product=AGILE)
        assert entry.state is ConfigEntryState.LOADED

    async def test_changing_nothing_is_fine(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        flow = await answer(home, await entry.start_reconfigure_flow(home), region="C")
        flow = await answer(home, flow, product=AGILE)
        assert flow["reason"] == "reconfigure_successful"
        assert entry.unique_id == f"E-1R-{AGILE}-C"

    async def test_a_tariff_that_another_entry_has_is_refused(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        MockConfigEntry(domain=DOMAIN, unique_id=f"E-1R-{AGILE}-N").add_to_hass(home)
        await set_up(home, entry)
        flow = await answer(home, await entry.start_reconfigure_flow(home), region="N")
        flow = await answer(home, flow, product=AGILE)
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
        flow = await answer(home, flow, product=AGILE)
        assert flow["reason"] == "reconfigure_successful"


class TestOptions:
    """Changing the charge."""

    async def test_the_plan_follows_at_once_without_a_request(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"17:00": "5.0", "17:30": "5.0"})
        await set_up(home, entry)
        requests = len(octopus.requests)
        states = async_capture_events(home, EVENT_STATE_CHANGED)
        charge = {"charge_duration": 1.0, "earliest_start": "16:00:00", "ready_by": "22:00:00"}
        flow = await home.config_entries.options.async_init(entry.entry_id)
        assert suggested(flow, "charge_energy") == 28.0
        flow = await home.config_entries.options.async_configure(flow["flow_id"], charge)
        await home.async_block_till_done()
        assert flow["type"] is FlowResultType.CREATE_ENTRY
        assert entry.options == charge
        assert state(home, "sensor.cheapest_block_start") == "2026-11-23T17:00:00+00:00"
        assert state(home, "sensor.estimated_cost") == "unknown"
        assert len(octopus.requests) == requests
        # A reload would make all of them unavailable for a moment.
        assert STATE_UNAVAILABLE not in {event.data["new_state"].state for event in states}

    async def test_what_is_left_empty_is_no_more(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        times = {"earliest_start": "13:00:00", "ready_by": "22:00:00"}
        entry.add_to_hass(home)
        home.config_entries.async_update_entry(entry, options={**entry.options, **times})
        await home.config_entries.async_setup(entry.entry_id)
        assert state(home, "sensor.cheapest_block_start") == "2026-11-23T13:00:00+00:00"
        flow = await home.config_entries.options.async_init(entry.entry_id)
        assert {field: suggested(flow, field) for field in times} == times
        await home.config_entries.options.async_configure(flow["flow_id"], CHARGE)
        await home.async_block_till_done()
        assert entry.options == CHARGE
        assert state(home, "sensor.cheapest_block_start") == "2026-11-23T12:00:00+00:00"

    @pytest.mark.parametrize(("wrong", "errors"), WRONG_CHARGES.values(), ids=WRONG_CHARGES)
    async def test_what_cannot_be_is_refused_and_kept_to_correct(
        self,
        home: HomeAssistant,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        wrong: dict[str, Any],
        errors: dict[str, str],
    ) -> None:
        await set_up(home, entry)
        answers = {**CHARGE, **wrong}
        flow = await home.config_entries.options.async_init(entry.entry_id)
        flow = await home.config_entries.options.async_configure(flow["flow_id"], answers)
        assert (flow["step_id"], flow["errors"]) == ("init", errors)
        assert {field: suggested(flow, field) for field in answers} == answers
        assert entry.options == {"charge_duration": 4.0, "charge_energy": 28.0}
        flow = await home.config_entries.options.async_configure(
            flow["flow_id"], {"charge_duration": 2.0}
        )
        assert flow["type"] is FlowResultType.CREATE_ENTRY
