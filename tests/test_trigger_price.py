"""Automations run when the current price crosses a threshold in pence."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from .automations import Runs, automate, target
from .common import Scene
from .octopus import day_of

PRICE = "sensor.octopus_agile_london_current_price"
CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"}
TARGETS = pytest.mark.parametrize("kind", ["entity", "device", "area"])


@pytest.fixture
def runs(home: HomeAssistant) -> Runs:
    """What automations have done."""
    return Runs(home)


class TestPriceCrossed:
    @TARGETS
    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"threshold": {"type": "below", "value": {"number": 10}}}, ["24 02:00"]),
            ({"threshold": {"type": "above", "value": {"number": 10}}}, ["24 04:00"]),
            ({"threshold": {"type": "below", "value": {"number": 4.5}}}, ["24 02:30"]),
            ({"threshold": {"type": "below", "value": {"entity": "input_number.limit"}}}, ["24 02:30"]),
            (
                {"threshold": {"type": "below", "value": {"number": 10}}, "for": {"minutes": 45}},
                ["24 02:45"],
            ),
        ],
    )
    async def test_when_it_crosses(
        self, scene: Scene, runs: Runs, kind: str, options: dict[str, Any], expected: list[str]
    ) -> None:
        scene.octopus.prices = day_of(CHEAP_AT_2)
        scene.home.states.async_set("input_number.limit", "4.5")
        await scene.clock.to("2026-11-23 20:15")
        await scene.set_up()
        trigger = {"trigger": "octopus_agile.price_crossed", "target": target(scene.home, kind, PRICE)}
        await automate(scene.home, {**trigger, "options": options})
        await scene.clock.walk("2026-11-24 02:20")
        await scene.home.config_entries.async_reload(scene.entry.entry_id)
        await scene.clock.walk("2026-11-24 08:00")
        if "for" in options:
            # The reload ends the wait, as with the triggers of Home Assistant itself.
            expected = []
        assert runs.taken() == [f"{at} sensor.current_price" for at in expected]

    @pytest.mark.parametrize(
        ("threshold", "price", "expected"),
        [
            # In floats, 0.0725 * 100 is a little below 7.25, and 0.07 * 100 a little above 7.
            ({"type": "below", "value": {"number": 7.25}}, "0.0725", False),
            ({"type": "below", "value": {"number": 7.25}}, "0.07249", True),
            ({"type": "above", "value": {"number": 7}}, "0.07", False),
            ({"type": "above", "value": {"number": 7}}, "0.0701", True),
            ({"type": "below", "value": {"number": 0}}, "-0.0001", True),
            ({"type": "between", "value_min": {"number": 7}, "value_max": {"number": 8}}, "0.07", True),
            ({"type": "below", "value": {"entity": "input_number.pounds"}}, "0.0725", False),
            ({"type": "below", "value": {"entity": "input_number.pounds"}}, "0.0724", True),
            ({"type": "below", "value": {"entity": "input_number.pence"}}, "0.0725", False),
            ({"type": "below", "value": {"entity": "input_number.pence"}}, "0.0724", True),
            ({"type": "below", "value": {"entity": "input_number.gone"}}, "0.01", False),
        ],
    )
    async def test_exactly_in_pence(
        self, scene: Scene, runs: Runs, threshold: dict[str, Any], price: str, expected: bool
    ) -> None:
        await scene.set_up()
        home = scene.home
        home.states.async_set("input_number.pounds", "0.0725", {"unit_of_measurement": "GBP/kWh"})
        home.states.async_set("input_number.pence", "7.25", {"unit_of_measurement": "p/kWh"})
        trigger = {"trigger": "octopus_agile.price_crossed", "target": {"entity_id": PRICE}}
        await automate(home, {**trigger, "options": {"threshold": threshold}})
        # Neither above nor below anything that is asked for here, as it stands.
        before = {"above": "-1", "below": "1", "between": "1"}[threshold["type"]]
        for value in (before, price):
            home.states.async_set(PRICE, value, {"unit_of_measurement": "GBP/kWh"})
            await home.async_block_till_done()
        assert bool(runs.taken()) is expected

    async def test_what_is_no_number_is_never_crossed(self, scene: Scene, runs: Runs) -> None:
        await scene.set_up()
        trigger = {"trigger": "octopus_agile.price_crossed", "target": {"entity_id": PRICE}}
        await automate(
            scene.home,
            {**trigger, "options": {"threshold": {"type": "below", "value": {"number": 99}}}},
        )
        for value in ("1", "unknown", "unavailable", "cheap"):
            scene.home.states.async_set(PRICE, value)
            await scene.home.async_block_till_done()
        assert runs.taken() == []

    @pytest.mark.parametrize("number", [float("nan"), float("inf"), "cheap"])
    async def test_a_threshold_that_is_no_number_is_refused(self, scene: Scene, number: Any) -> None:
        config = {
            "alias": "test",
            "triggers": [
                {
                    "trigger": "octopus_agile.price_crossed",
                    "target": {"entity_id": PRICE},
                    "options": {"threshold": {"type": "below", "value": {"number": number}}},
                }
            ],
            "actions": [],
        }
        await async_setup_component(scene.home, "automation", {"automation": config})
        await scene.home.async_block_till_done()
        assert scene.home.states.is_state("automation.test", "unavailable")
