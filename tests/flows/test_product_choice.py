"""Setting up: which version of Agile it is."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from tests.common import Clock
from tests.config_flow.forms import CHARGE, answer, default, more, offered, start, suggested, to_charge
from tests.octopus import AGILE, FakeOctopus, Prices, product, uk

# Noon on a Monday in November.
pytestmark = pytest.mark.usefixtures("clock")


def until(text: str) -> Prices:
    """Return prices that end at a UK local time."""
    end = uk(text)
    return lambda start: {True: "20.0"}.get(start < end)


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
        flow = await answer(home, await to_charge(home), **CHARGE, more={"other_product": True})
        assert flow["step_id"] == "product"
        assert offered(flow, "product") == [AGILE, "AGILE-23-12-06", "AGILE-18-02-21"]
        assert default(flow, "product") == AGILE
        flow = await answer(home, flow, product="AGILE-18-02-21")
        schema = flow["data_schema"]
        assert schema is not None
        assert "other_product" not in more(flow).schema.schema
        flow = await answer(home, flow, **CHARGE)
        assert flow["result"].data["product_name"] == "Agile Octopus February 2018"

    async def test_my_version_is_another_keeps_what_the_charge_is_to_be(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        energy = {"charge_energy": 24.5}
        charge = {"charge_duration": 3.5, "ready_by": "07:00:00", "more": energy}
        other = {"more": {**energy, "other_product": True}}
        flow = await answer(home, await to_charge(home), **(charge | other))
        flow = await answer(home, flow, product=AGILE)
        assert {field: suggested(flow, field) for field in charge} == charge
        flow = await answer(home, flow, **charge)
        expected = {"charge_duration": 3.5, "ready_by": "07:00:00", **energy}
        assert flow["result"].options == expected

    async def test_one_that_cannot_be_checked_is_offered(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.publishing.add("AGILE-23-12-06")
        flow = await to_charge(home)
        octopus.fault = (500, "application/json", b"{}")
        octopus.fault_for = "AGILE-24-04-03"
        flow = await answer(home, flow, **CHARGE, more={"other_product": True})
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
        flow = await answer(home, await to_charge(home), **CHARGE, more={"other_product": True})
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
        flow = await answer(home, flow, **CHARGE, more={"other_product": True})
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
        flow = await answer(home, await to_charge(home), **CHARGE, more={"other_product": True})
        assert "AGILE-BB-24-10-01" not in offered(flow, "product")
        flow = await answer(home, flow, product="AGILE-BB-24-10-01")
        assert flow["errors"] == {"product": "invalid_product"}
        assert (await answer(home, flow, product=AGILE))["step_id"] == "charge"

    async def test_a_code_typed_by_hand_is_taken_if_the_api_knows_it(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.publishing.add("AGILE-VAR-22-10-19")
        flow = await answer(home, await to_charge(home), **CHARGE, more={"other_product": True})
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
        flow = await answer(home, flow, **CHARGE, more={"other_product": True})
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
