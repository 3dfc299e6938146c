"""What a language model can ask through Home Assistant's own API for them."""

from datetime import datetime
import json
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN

from .charge_plans import add_plan
from .common import ENTRY_DATA, Scene, set_up
from .octopus import OUTGOING, day_of

# Home Assistant has such tools since 2026.10.
pytest.importorskip("homeassistant.components.llm")
probatio = pytest.importorskip("probatio")

PRICE = "sensor.octopus_agile_london_current_price"
CHARGE = "switch.octopus_agile_london_charge_enabled"
PRICES = {"02:00": "5.0", "02:30": "4.0", "12:00": "12.345", "17:00": "-3.0", "18:00": "35.55"}


@pytest.fixture
async def home(home: HomeAssistant) -> HomeAssistant:
    """A home with an assistant."""
    assert await async_setup_component(home, "homeassistant", {})
    assert await async_setup_component(home, "llm", {})
    return home


@pytest.fixture
async def asked(scene: Scene) -> Scene:
    """A home after tomorrow's prices have come."""
    scene.octopus.prices = day_of(PRICES)
    await scene.clock.to("2026-11-23 16:10")
    await scene.set_up()
    async_expose_entity(scene.home, "conversation", PRICE, True)
    return scene


async def api(home: HomeAssistant) -> llm.APIInstance:
    """Return what a conversation works with."""
    context = llm.LLMContext(
        platform="test", context=Context(), language="en", assistant="conversation", device_id=None
    )
    return await llm.async_get_api(home, llm.LLM_API_ASSIST, context)


async def tools(home: HomeAssistant) -> list[str]:
    """Return the names of our tools."""
    return [tool.name for tool in (await api(home)).tools if tool.name.startswith(DOMAIN)]


async def ask(home: HomeAssistant, tool: str, **data: Any) -> dict[str, Any]:
    """Return the answer of a tool, which is never too long."""
    instance = await api(home)
    result = await instance.async_call_tool(llm.ToolInput(f"{DOMAIN}__{tool}", data))
    assert result.error == ("error" in result.data)
    assert len(json.dumps(result.data)) < 2000
    found: dict[str, Any] = result.data
    return found


class TestOffered:
    async def test_all_three_can_be_described_to_a_model(self, asked: Scene) -> None:
        assert await tools(asked.home) == [
            f"{DOMAIN}__{name}" for name in ("get_prices", "find_cheapest_time", "get_plans")
        ]
        instance = await api(asked.home)
        for tool in instance.tools:
            if tool.name.startswith(DOMAIN):
                assert tool.title
                assert tool.description
                assert tool.annotations.read_only
                described = probatio.to_openapi(
                    tool.parameters, custom_serializer=instance.custom_serializer
                )
                assert described["type"] == "object"

    async def test_only_if_something_is_exposed(self, asked: Scene) -> None:
        for state in asked.home.states.async_all():
            async_expose_entity(asked.home, "conversation", state.entity_id, False)
        assert await tools(asked.home) == []
        async_expose_entity(asked.home, "conversation", CHARGE, True)
        assert len(await tools(asked.home)) == 3

    async def test_none_to_another_api(self, asked: Scene) -> None:
        from custom_components.octopus_agile.llm import async_get_tools  # noqa: PLC0415

        context = (await api(asked.home)).llm_context
        assert async_get_tools(asked.home, context, "other") is None

    async def test_of_several_tariffs_one_is_named(self, asked: Scene) -> None:
        other = MockConfigEntry(
            domain=DOMAIN,
            title=asked.entry.title,
            data={**ENTRY_DATA, "region": "A"},
            options=dict(asked.entry.options),
        )
        await set_up(asked.home, other)
        for state in asked.home.states.async_all():
            async_expose_entity(asked.home, "conversation", state.entity_id, True)
        names = [asked.entry.title, f"{asked.entry.title}, AGILE-24-10-01"]
        for name in names:
            assert (await ask(asked.home, "get_prices", tariff=name))["complete"]
        plans = await ask(asked.home, "get_plans", tariff=names[1])
        assert [plan["name"] for plan in plans["plans"]] == ["Octopus Agile Eastern England"]


class TestPrices:
    async def test_today(self, asked: Scene) -> None:
        day = await ask(asked.home, "get_prices")
        assert (day["date"], day["complete"]) == ("2026-11-23", True)
        assert day["now"] == ["16:00+00:00", 20.0]
        assert day["lowest"] == ["17:00+00:00", -3.0]
        assert day["highest"] == ["18:00+00:00", 35.55]
        assert len(day["prices"]) == 48
        assert ["12:00+00:00", 12.34] in day["prices"]
        assert day["average"] == round((45 * 20 + 5 + 4 + 12.345 - 3 + 35.55 - 2 * 20) / 48, 2)

    async def test_tomorrow_ends_where_prices_end(self, asked: Scene) -> None:
        day = await ask(asked.home, "get_prices", day="tomorrow")
        assert "now" not in day
        assert (day["date"], day["complete"]) == ("2026-11-24", False)
        assert day["known_until"] == "2026-11-24T23:00+00:00"
        assert len(day["prices"]) == 46
        await asked.clock.to("2026-11-24 00:10")
        assert (await ask(asked.home, "get_prices", day="tomorrow"))["lowest"] is None

    async def test_the_day_the_clocks_go_back_has_an_hour_twice(self, scene: Scene) -> None:
        scene.octopus.prices = day_of({}, otherwise="-19.949999")
        await scene.clock.to("2026-10-25 18:00")
        await scene.set_up()
        async_expose_entity(scene.home, "conversation", PRICE, True)
        day = await ask(scene.home, "get_prices")
        assert len(day["prices"]) == 50
        assert [start for start, _ in day["prices"] if start.startswith("01:30")] == [
            "01:30+01:00",
            "01:30+00:00",
        ]


class TestCheapestTime:
    async def test_is_an_hour_from_now_on(self, asked: Scene) -> None:
        found = await ask(asked.home, "find_cheapest_time")
        assert (found["start"], found["end"]) == (
            "2026-11-24T02:00:00+00:00",
            "2026-11-24T03:00:00+00:00",
        )
        assert (found["mean_price"], found["mean_price_if_started_now"]) == (4.5, 16.17)

    async def test_within_times_of_day(self, asked: Scene) -> None:
        found = await ask(asked.home, "find_cheapest_time", hours=0.5, earliest_start="3:00")
        assert found["start"] == "2026-11-24T17:00:00+00:00"
        found = await ask(
            asked.home, "find_cheapest_time", hours=2, earliest_start="17:00:00", ready_by="20:00:00"
        )
        assert found["start"] == "2026-11-23T17:00:00+00:00"

    async def test_a_time_of_day_is_the_next_one_when_the_clocks_change(self, scene: Scene) -> None:
        # The sooner, the cheaper.
        scene.octopus.prices = lambda at: f"{at.timestamp() // 1800 % 1000}"
        await scene.clock.to("2026-10-25 01:20")
        await scene.set_up()
        async_expose_entity(scene.home, "conversation", PRICE, True)
        for now, start in (
            ("2026-10-25T01:20+01:00", "2026-10-25T01:30:00+01:00"),
            ("2026-10-25T01:40+01:00", "2026-10-25T01:30:00+00:00"),
            ("2026-10-25T01:20+00:00", "2026-10-25T01:30:00+00:00"),
            # On this day, half past one never comes.
            ("2027-03-28T00:40+00:00", "2027-03-28T02:30:00+01:00"),
        ):
            await scene.clock.move_to(datetime.fromisoformat(now))
            found = await ask(scene.home, "find_cheapest_time", hours=0.5, earliest_start="01:30")
            assert found["start"] == start

    async def test_what_is_wrong_is_said(self, asked: Scene) -> None:
        answer = await ask(asked.home, "find_cheapest_time", hours=24, ready_by="18:00")
        assert "doesn't fit" in answer["error"]


class TestPlans:
    async def test_what_they_will_do(self, asked: Scene) -> None:
        await add_plan(asked.home, asked.entry, "Car")
        async_expose_entity(asked.home, "conversation", "binary_sensor.car_charge_now", True)
        main, car = (await ask(asked.home, "get_plans"))["plans"]
        assert main["name"] == "Octopus Agile London"
        assert car == {
            "name": "Car",
            "status": "planned",
            "charging_now": False,
            "start": "2026-11-24T01:00+00:00",
            "end": "2026-11-24T03:00+00:00",
            "sessions": 1,
            "mean_price_pence_per_kwh": 12.25,
            "energy_kwh": 14.0,
            "cost_pounds": 1.72,
        }
        await asked.clock.to("2026-11-24 01:30")
        assert (await ask(asked.home, "get_plans"))["plans"][1]["charging_now"]
        await asked.clock.to("2026-11-24 08:00")
        (_, car) = (await ask(asked.home, "get_plans"))["plans"]
        assert (car["status"], car["sessions"]) == ("provisional", 1)

    async def test_an_export_earns(self, asked: Scene) -> None:
        options = {**asked.entry.options, "export_product": OUTGOING}
        asked.home.config_entries.async_update_entry(asked.entry, options=options)
        await asked.home.async_block_till_done(wait_background_tasks=True)
        await add_plan(asked.home, asked.entry, "Sell", direction="export")
        async_expose_entity(asked.home, "conversation", "binary_sensor.sell_charge_now", True)
        (_, sell) = (await ask(asked.home, "get_plans"))["plans"]
        assert sell["earnings_pounds"] == 2.8
        assert "cost_pounds" not in sell

    async def test_one_that_is_not_exposed_is_not_told(self, asked: Scene) -> None:
        await add_plan(asked.home, asked.entry, "Car")
        async_expose_entity(asked.home, "conversation", "switch.car_enabled", False)
        (plan,) = (await ask(asked.home, "get_plans"))["plans"]
        assert plan["name"] == "Octopus Agile London"

    async def test_one_that_cannot_be_used(self, asked: Scene) -> None:
        plan_id = await add_plan(asked.home, asked.entry, "Car")
        async_expose_entity(asked.home, "conversation", "switch.car_enabled", True)
        subentry = asked.entry.subentries[plan_id]
        broken = {**subentry.data, "energy": "much"}
        asked.home.config_entries.async_update_subentry(asked.entry, subentry, data=broken)
        await asked.home.async_block_till_done()
        (_, car) = (await ask(asked.home, "get_plans"))["plans"]
        assert car == {"name": "Car", "status": "unusable"}

    async def test_many_are_told_in_short(self, asked: Scene) -> None:
        for number in range(11):
            await add_plan(asked.home, asked.entry, f"Car number {number}")
            switch = f"switch.car_number_{number}_enabled"
            async_expose_entity(asked.home, "conversation", switch, True)
        plans = (await ask(asked.home, "get_plans"))["plans"]
        assert len(plans) == 12
        assert plans[1].keys() == {"name", "status", "start", "end"}

    async def test_of_more_than_fit_it_says_how_many_are_left_out(self, asked: Scene) -> None:
        for number in range(8):
            await add_plan(asked.home, asked.entry, f"Car {number}, the one{', as everyone says' * 10}")
        for state in asked.home.states.async_all("switch"):
            async_expose_entity(asked.home, "conversation", state.entity_id, True)
        answer = await ask(asked.home, "get_plans")
        assert len(answer["plans"]) + answer["plans_left_out"] == 9
        assert answer["plans"][-1].keys() == {"name", "status", "start", "end"}
