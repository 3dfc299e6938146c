"""Whatever a language model makes up, a tool answers in JSON or says in words why it can't."""

import json
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.llm import LLMContext, ToolInput
import pytest
import voluptuous as vol

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import add_plan
from tests.common import Scene

from .common import Cases
from .test_home import some_of

# Home Assistant has such tools since 2026.10.
pytest.importorskip("homeassistant.components.llm")

MODEL: dict[str, Any] = {
    "day": "tomorrow",
    "hours": 2.5,
    "earliest_start": "12:00:00",
    "ready_by": "07:00:00",
}


async def test_tools(home: HomeAssistant, scene: Scene, cases: Cases) -> None:
    from custom_components.octopus_agile import llm  # noqa: PLC0415 - older ones have nothing to import

    await scene.clock.to("2026-11-23 16:10")
    await scene.set_up()
    await add_plan(home, scene.entry)
    kinds = [llm.GetPricesTool, llm.FindCheapestTimeTool, llm.GetPlansTool]
    context = LLMContext(
        platform="test", context=Context(), language="en", assistant="conversation", device_id=None
    )
    answers = 0
    for rng in cases("tools", 0.02):
        tool = rng.choice(kinds)({scene.entry.title: scene.entry}, set())
        fields = sorted(str(key) for key in tool.fields)
        data = some_of(rng, {key: MODEL[key] for key in fields})
        try:
            asked = ToolInput(f"{DOMAIN}__{tool.name}", data)
            result = await tool.async_call(home, asked, context)
        except vol.Invalid:
            continue
        answers += 1
        assert result.error == ("error" in result.data)
        json.dumps(result.data, allow_nan=False)
    assert answers
