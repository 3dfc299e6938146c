"""Automations run while our conditions hold, and only then."""

from typing import Any

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import async_get_all_descriptions
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .automations import Runs, automate, target
from .charge_plans import add_plan
from .common import Clock, set_up
from .octopus import FakeOctopus, day_of

CAR = "binary_sensor.charge_the_car_charge_now"
MAIN = "binary_sensor.octopus_agile_london_cheapest_block"
PRICE = "sensor.octopus_agile_london_current_price"
TARGETS = pytest.mark.parametrize("kind", ["entity", "device", "area"])


@pytest.fixture(autouse=True)
async def _car(home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry) -> None:
    """A plan to charge the car from 02:00 to 04:00."""
    octopus.prices = day_of({"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"})
    await clock.to("2026-11-23 20:15")
    await set_up(home, entry)
    await add_plan(home, entry)


class Asked:
    """An automation with a condition that is asked whether it holds."""

    def __init__(self, hass: HomeAssistant, clock: Clock) -> None:
        """Take down what it does."""
        self._hass = hass
        self._clock = clock
        self._runs = Runs(hass)

    async def make(self, condition: str, targets: dict[str, Any], **options: Any) -> None:
        """Make the automation."""
        config: dict[str, Any] = {"condition": f"octopus_agile.{condition}", "target": targets}
        if options:
            config["options"] = options
        await automate(
            self._hass, {"trigger": "event", "event_type": "asked"}, config, {"action": "test.ran"}
        )

    async def at(self, text: str) -> bool:
        """Go to a UK time and ask."""
        await self._clock.walk(text)
        return await self.now()

    async def now(self) -> bool:
        """Ask."""
        self._hass.bus.async_fire("asked")
        await self._hass.async_block_till_done()
        return bool(self._runs.taken())


@pytest.fixture
def asked(home: HomeAssistant, clock: Clock) -> Asked:
    """An automation to be made."""
    return Asked(home, clock)


async def test_all_are_described(home: HomeAssistant) -> None:
    await async_setup_component(home, AUTOMATION, {})
    await home.async_block_till_done(wait_background_tasks=True)
    descriptions = await async_get_all_descriptions(home)
    ours = {key: value for key, value in descriptions.items() if key.startswith("octopus_agile")}
    assert set(ours) == {"octopus_agile.is_in_cheapest_block", "octopus_agile.is_price_below"}
    assert all(description and description["target"] for description in ours.values())


class TestIsInCheapestBlock:
    @TARGETS
    async def test_while_a_session_runs(self, home: HomeAssistant, asked: Asked, kind: str) -> None:
        await asked.make("is_in_cheapest_block", target(home, kind, CAR))
        assert not await asked.at("2026-11-24 01:59")
        assert await asked.at("2026-11-24 02:00")
        assert await asked.at("2026-11-24 03:59")
        assert not await asked.at("2026-11-24 04:00")

    async def test_for_a_while(self, home: HomeAssistant, asked: Asked) -> None:
        await asked.make("is_in_cheapest_block", {"entity_id": CAR}, **{"for": "00:30:00"})
        assert not await asked.at("2026-11-24 02:29")
        assert await asked.at("2026-11-24 02:31")

    @pytest.mark.parametrize(("behavior", "expected"), [("any", True), ("all", False)])
    async def test_of_several(
        self,
        home: HomeAssistant,
        entry: MockConfigEntry,
        asked: Asked,
        behavior: str,
        expected: bool,
    ) -> None:
        await add_plan(home, entry, "Later", earliest_start="03:00:00")
        await asked.make(
            "is_in_cheapest_block",
            {"entity_id": [CAR, "binary_sensor.later_charge_now"]},
            behavior=behavior,
        )
        assert await asked.at("2026-11-24 02:30") is expected
        assert await asked.at("2026-11-24 03:30")

    async def test_of_a_device_only_its_blocks(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, asked: Asked
    ) -> None:
        """A price below zero is another thing."""
        octopus.prices = lambda start: "-50" if f"{start:%d %H}" == "24 23" else "-60"
        await clock.to("2026-11-24 16:10")
        await asked.make("is_in_cheapest_block", target(home, "device", MAIN))
        assert not await asked.at("2026-11-24 23:10")
        assert home.states.is_state("binary_sensor.octopus_agile_london_negative_price", "on")
        assert await asked.at("2026-11-25 00:10")

    async def test_what_is_unavailable_does_not_count(
        self, home: HomeAssistant, entry: MockConfigEntry, asked: Asked
    ) -> None:
        await asked.make("is_in_cheapest_block", {"entity_id": CAR})
        assert await asked.at("2026-11-24 02:10")
        await home.config_entries.async_unload(entry.entry_id)
        assert not await asked.now()


class TestIsPriceBelow:
    @TARGETS
    @pytest.mark.parametrize(
        ("limit", "expected"),
        [(20, [False, True, True, False]), (5, [False, False, True, False]), (-1, [False] * 4)],
    )
    async def test_while_it_is(
        self, home: HomeAssistant, asked: Asked, kind: str, limit: float, expected: list[bool]
    ) -> None:
        await asked.make("is_price_below", target(home, kind, PRICE), price=limit)
        times = ["01:59", "02:00", "02:30", "04:00"]
        assert [await asked.at(f"2026-11-24 {time}") for time in times] == expected

    @pytest.mark.parametrize(
        ("limit", "price", "expected"),
        # In floats, 0.0725 * 100 is a little below 7.25.
        [(7.25, "0.0725", False), (7.25, "0.07249", True), (0, "0", False), (-1.5, "-0.0151", True)],
    )
    async def test_exactly_in_pence(
        self, home: HomeAssistant, asked: Asked, limit: float, price: str, expected: bool
    ) -> None:
        await asked.make("is_price_below", {"entity_id": PRICE}, price=limit)
        home.states.async_set(PRICE, price)
        assert await asked.now() is expected

    async def test_for_a_while_in_which_it_changes(self, home: HomeAssistant, asked: Asked) -> None:
        await asked.make("is_price_below", {"entity_id": PRICE}, price=20, **{"for": "00:45:00"})
        assert not await asked.at("2026-11-24 02:40")
        assert await asked.at("2026-11-24 02:46")
        assert await asked.at("2026-11-24 03:59")
        assert not await asked.at("2026-11-24 04:00")

    async def test_other_sensors_of_the_device_are_not_meant(
        self, home: HomeAssistant, asked: Asked
    ) -> None:
        """The lowest price to come is below the limit all evening."""
        await asked.make("is_price_below", target(home, "device", PRICE), price=10)
        lowest = home.states.get("sensor.octopus_agile_london_lowest_price")
        assert lowest is not None
        assert float(lowest.state) < 0.1
        assert not await asked.now()
        assert await asked.at("2026-11-24 02:00")

    async def test_what_is_unavailable_does_not_count(
        self, home: HomeAssistant, entry: MockConfigEntry, asked: Asked
    ) -> None:
        await asked.make("is_price_below", {"entity_id": PRICE}, price=100)
        assert await asked.now()
        await home.config_entries.async_unload(entry.entry_id)
        assert not await asked.now()

    @pytest.mark.parametrize("options", [{}, {"price": "cheap"}, {"price": "nan"}, {"price": "inf"}])
    async def test_a_limit_is_needed(self, home: HomeAssistant, options: dict[str, Any]) -> None:
        condition = {
            "condition": "octopus_agile.is_price_below",
            "target": {"entity_id": PRICE},
            "options": options,
        }
        config = {
            "alias": "test",
            "triggers": [{"trigger": "event", "event_type": "asked"}],
            "conditions": [condition],
            "actions": [],
        }
        await async_setup_component(home, AUTOMATION, {AUTOMATION: config})
        await home.async_block_till_done()
        assert home.states.is_state("automation.test", "unavailable")
