"""The automations of the use cases do what is said of them, over a restart too."""

from pathlib import Path
import re

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.charge_plans import add_plan
from tests.common import Clock, set_up
from tests.octopus import FakeOctopus, day_of

PAGE = (Path(__file__).parents[2] / "docs/use-cases.md").read_text(encoding="utf-8")
PRICES = {
    "02:00": "5.0",
    "02:30": "4.0",
    "03:00": "5.0",
    "03:30": "6.0",
    "17:00": "40.0",
    "17:30": "41.0",
}


@pytest.fixture(autouse=True)
async def _home(home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry) -> None:
    octopus.prices = day_of(PRICES)
    await async_setup_component(home, "homeassistant", {})
    await set_up(home, entry)


async def restart_into(home: HomeAssistant, alias: str) -> None:
    """Start the automation of that name, as it is on the page, with Home Assistant."""
    [code] = re.findall(rf"```yaml\n# automation\n(alias: {alias}\n.*?)```", PAGE, re.DOTALL)
    home.set_state(CoreState.not_running)
    assert await async_setup_component(home, AUTOMATION, {AUTOMATION: parse_yaml(code)})
    await home.async_block_till_done()
    await home.async_start()
    await home.async_block_till_done()


class TestHomeBattery:
    """A battery that has a mode, and the plan "Home battery"."""

    @pytest.fixture
    async def modes(self, home: HomeAssistant, entry: MockConfigEntry) -> list[ServiceCall]:
        await add_plan(home, entry, "Home battery")
        home.states.async_set("select.battery_mode", "self_use")
        calls: list[ServiceCall] = async_mock_service(home, "select", "select_option")
        return calls

    async def test_it_follows_the_plan(
        self, home: HomeAssistant, clock: Clock, modes: list[ServiceCall]
    ) -> None:
        await clock.to("2026-11-24 01:30")
        await restart_into(home, "Home battery follows its plan")
        assert [call.data["option"] for call in modes] == ["self_use"]
        await clock.walk("2026-11-24 02:10")
        assert [call.data["option"] for call in modes] == ["self_use", "charge"]
        await clock.walk("2026-11-24 04:10")
        assert [call.data["option"] for call in modes] == ["self_use", "charge", "self_use"]

    @pytest.mark.parametrize(("at", "mode"), [("02:30", "charge"), ("04:30", "self_use")])
    async def test_what_was_missed_is_caught_up_with(
        self, home: HomeAssistant, clock: Clock, modes: list[ServiceCall], at: str, mode: str
    ) -> None:
        await clock.walk(f"2026-11-24 {at}")
        await restart_into(home, "Home battery follows its plan")
        assert [call.data["option"] for call in modes] == [mode]

    async def test_it_waits_for_the_battery_to_come_back(
        self, home: HomeAssistant, clock: Clock, modes: list[ServiceCall]
    ) -> None:
        await restart_into(home, "Home battery follows its plan")
        home.states.async_set("select.battery_mode", "unavailable")
        await clock.walk("2026-11-24 02:30")
        modes.clear()
        home.states.async_set("select.battery_mode", "self_use")
        await home.async_block_till_done()
        assert [call.data["option"] for call in modes] == ["charge"]


class TestHeatPump:
    """A heat pump that does less while the price is high."""

    @pytest.fixture
    def temperatures(self, home: HomeAssistant) -> list[ServiceCall]:
        calls: list[ServiceCall] = async_mock_service(home, "climate", "set_temperature")
        return calls

    async def test_it_does_less_and_goes_on(
        self, home: HomeAssistant, clock: Clock, temperatures: list[ServiceCall]
    ) -> None:
        await restart_into(home, "Heat pump pauses at high prices")
        await clock.to("2026-11-23 16:59")
        temperatures.clear()
        await clock.to("2026-11-23 17:00")
        assert [call.data["temperature"] for call in temperatures] == [18]
        await clock.to("2026-11-23 17:30")
        await clock.to("2026-11-23 18:00")
        assert [call.data["temperature"] for call in temperatures] == [18, 20]

    @pytest.mark.parametrize(("at", "temperature"), [("17:10", 18), ("18:10", 20)])
    async def test_what_was_missed_is_caught_up_with(
        self,
        home: HomeAssistant,
        clock: Clock,
        temperatures: list[ServiceCall],
        at: str,
        temperature: int,
    ) -> None:
        await clock.to(f"2026-11-23 {at}")
        await restart_into(home, "Heat pump pauses at high prices")
        assert [call.data["temperature"] for call in temperatures] == [temperature]

    async def test_nothing_is_changed_while_the_price_is_not_known(
        self, home: HomeAssistant, clock: Clock, temperatures: list[ServiceCall], octopus: FakeOctopus
    ) -> None:
        octopus.fault = (503, "text/plain", b"")
        await clock.to("2026-11-24 12:00")
        await restart_into(home, "Heat pump pauses at high prices")
        assert temperatures == []
