"""The options choose an export tariff, by name or by a code, and let go of it."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.common import Scene, state
from tests.config_flow.forms import CHARGE, suggested
from tests.octopus import AGILE, OUTGOING, lasting, product

from .common import EXPORTS, FALLS_AT_MIDNIGHT, ONE_PRICE, set_up_with

FLUX = "FLUX-EXPORT-23-02-14"


@pytest.fixture
async def chosen(scene: Scene) -> Scene:
    """A home without an export tariff, to which three are offered."""
    scene.octopus.products += [
        *EXPORTS,
        product(FLUX, direction="EXPORT", full_name="Octopus Flux Export"),
        product("BUSINESS-EXPORT-24-01-01", direction="EXPORT", is_business=True),
        product("PREPAY-EXPORT-24-01-01", direction="EXPORT", is_prepay=True),
        product("FOREIGN-EXPORT-24-01-01", direction="EXPORT", brand="BULB"),
        product("GO-VAR-22-10-14"),
        product("SIDEWAYS-24-01-01", direction=["EXPORT"]),
    ]
    scene.octopus.lasting[ONE_PRICE] = scene.octopus.lasting["GO-VAR-22-10-14"] = FALLS_AT_MIDNIGHT
    await scene.set_up()
    return scene


async def options(scene: Scene, *, change: bool = True) -> ConfigFlowResult:
    flow = await scene.home.config_entries.options.async_init(scene.entry.entry_id)
    return await scene.home.config_entries.options.async_configure(
        flow["flow_id"], {**CHARGE, "change_export": change}
    )


async def answer(scene: Scene, flow: ConfigFlowResult, **answers: Any) -> ConfigFlowResult:
    flow = await scene.home.config_entries.options.async_configure(flow["flow_id"], answers)
    await scene.home.async_block_till_done(wait_background_tasks=True)
    return flow


def offered(flow: ConfigFlowResult) -> list[str]:
    schema = flow["data_schema"]
    assert schema is not None
    return [option["label"] for option in schema.schema["export_product"].config["options"]]


async def test_those_for_homes_are_offered_newest_first(chosen: Scene) -> None:
    assert offered(await options(chosen)) == [
        f"Full name of {ONE_PRICE} ({ONE_PRICE})",
        f"Octopus Flux Export ({FLUX})",
        f"Full name of {OUTGOING} ({OUTGOING})",
    ]


@pytest.mark.parametrize(
    ("code", "price"), [(ONE_PRICE, "0.15"), (f" {ONE_PRICE.lower()} ", "0.15"), (OUTGOING, "0.2")]
)
async def test_one_is_chosen(chosen: Scene, code: str, price: str) -> None:
    flow = await answer(chosen, await options(chosen), export_product=code)
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    assert chosen.entry.options == {**CHARGE, "export_product": code.strip().upper()}
    assert state(chosen.home, "sensor.export_price") == price
    # One for the form and the entry together.
    assert len(chosen.octopus.asked_for(code.strip().upper())) == 1


async def test_a_code_that_is_no_longer_sold_is_typed_by_hand(chosen: Scene) -> None:
    chosen.octopus.lasting["OUTGOING-FIX-12M-19-05-13"] = [lasting("2019-05-13 00:00", None, "5.5")]
    await answer(chosen, await options(chosen), export_product="OUTGOING-FIX-12M-19-05-13")
    assert state(chosen.home, "sensor.export_price") == "0.055"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (AGILE, "invalid_export_product"),
        ("AGILE-18-02-21", "invalid_export_product"),
        ("GO-VAR-22-10-14", "invalid_export_product"),
        ("OUTGOING-99-01-01", "invalid_export_product"),
        ("what I have", "invalid_export_product"),
        (FLUX, "no_prices"),
    ],
)
async def test_what_pays_for_no_export_is_refused(chosen: Scene, code: str, error: str) -> None:
    chosen.octopus.lasting[FLUX] = [lasting("2023-02-14 00:00", "2026-11-01 00:00", "9.0")]
    flow = await answer(chosen, await options(chosen), export_product=code)
    assert (flow["step_id"], flow["errors"]) == ("export", {"export_product": error})
    assert suggested(flow, "export_product") == code
    assert "export_product" not in chosen.entry.options
    flow = await answer(chosen, flow, export_product=ONE_PRICE)
    assert flow["type"] is FlowResultType.CREATE_ENTRY


async def test_what_has_no_rows_at_all_is_refused(chosen: Scene) -> None:
    chosen.octopus.lasting[FLUX] = []
    flow = await answer(chosen, await options(chosen), export_product=FLUX)
    assert flow["errors"] == {"export_product": "no_prices"}


async def test_an_outage_can_be_waited_for(chosen: Scene) -> None:
    chosen.octopus.fault = (500, "application/json", b"{}")
    flow = await options(chosen)
    assert (flow["step_id"], flow["errors"]) == ("export", {"base": "cannot_connect"})
    assert offered(flow) == []
    flow = await answer(chosen, flow, export_product=ONE_PRICE)
    assert flow["errors"] == {"base": "cannot_connect"}
    chosen.octopus.fault = None
    flow = await answer(chosen, flow, export_product=ONE_PRICE)
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    assert state(chosen.home, "sensor.export_price") == "0.15"


async def test_it_stays_while_the_charge_changes_and_goes_when_left_empty(scene: Scene) -> None:
    scene = await set_up_with(scene, ONE_PRICE)
    asked = len(scene.octopus.requests)
    await options(scene, change=False)
    assert scene.entry.options == {**CHARGE, "export_product": ONE_PRICE}
    flow = await options(scene)
    assert suggested(flow, "export_product") == ONE_PRICE
    await answer(scene, flow, export_product=ONE_PRICE)
    assert scene.entry.options == {**CHARGE, "export_product": ONE_PRICE}
    # Only for the list.
    assert len(scene.octopus.requests) == asked + 1
    await answer(scene, await options(scene))
    assert scene.entry.options == CHARGE
    assert scene.home.states.get("sensor.octopus_agile_london_export_price") is None
