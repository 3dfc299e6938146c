"""What makes no sense is refused with a reason."""

from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.common import Clock, Scene
from tests.octopus import FakeOctopus

from .common import REFUSED, post, refusal


class TestRefused:
    @pytest.mark.parametrize(
        ("action", "data", "reason"),
        [
            (
                "get_prices",
                {"start": "2026-11-24 02:00:00", "end": "2026-11-24 02:00:00"},
                "The end must be after the start",
            ),
            ("find_cheapest", {}, "Enter a duration, or energy and power"),
            ("find_cheapest", {"energy": 3}, "Enter a duration, or energy and power"),
            ("find_cheapest", {"power": 3}, "Enter a duration, or energy and power"),
            (
                "find_cheapest",
                {"energy": 3, "power": 3, "duration": 1},
                "Enter either a duration, or energy and power, not both",
            ),
            (
                "find_cheapest",
                {"duration": 1, "ready_by": "2026-11-23 16:00:00"},
                "The end must be after the start",
            ),
            (
                "find_cheapest",
                {"duration": 2.5, "ready_by": "2026-11-23 18:00:00"},
                "A run of 2.5 h doesn't fit within the known prices for this period",
            ),
            ("get_prices", {"start": "0001-01-01T00:00:00+14:00"}, "This time is out of range"),
            (
                "find_cheapest",
                {"duration": 2.5, "price_limit": 0.05},
                "A run of 2.5 h doesn't fit within the known prices for this period",
            ),
            (
                "find_cheapest",
                {"duration": 1, "mode": "slots", "earliest_start": "2027-01-01 00:00:00"},
                "A run of 1 h doesn't fit within the known prices for this period",
            ),
        ],
    )
    async def test_wrong_arguments_with_the_reason(
        self,
        home: HomeAssistant,
        client: TestClient[Any, Any],
        entry: MockConfigEntry,
        action: str,
        data: dict[str, Any],
        reason: str,
    ) -> None:
        assert await refusal(home, action, config_entry_id=entry.entry_id, **data) == reason

    @pytest.mark.usefixtures("afternoon")
    async def test_a_need_when_no_price_is_left(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.publishing = set()
        for at in ("2026-11-24 22:59:30", "2026-11-24 23:30"):
            await clock.to(at)
            for mode in ("block", "slots"):
                data = {"config_entry_id": entry.entry_id, "duration": 1, "mode": mode}
                reason = await refusal(home, "find_cheapest", **data)
                assert reason == "A run of 1 h doesn't fit within the known prices for this period"

    @pytest.mark.parametrize(
        ("action", "data"),
        [
            ("get_prices", {"start": "yesterday"}),
            ("get_prices", {"colour": "red"}),
            ("find_cheapest", {"duration": 0}),
            ("find_cheapest", {"duration": -1}),
            ("find_cheapest", {"duration": 1_000}),
            ("find_cheapest", {"duration": "long"}),
            ("find_cheapest", {"energy": 0, "power": 7}),
            ("find_cheapest", {"energy": 7, "power": 0}),
            ("find_cheapest", {"energy": 7, "power": 1e-300}),
            ("find_cheapest", {"energy": 1e300, "power": 7}),
            # A hundred thousand hours.
            ("find_cheapest", {"energy": 1000, "power": 0.01}),
            ("find_cheapest", {"energy": 7, "power": "nan"}),
            ("find_cheapest", {"duration": "nan"}),
            ("find_cheapest", {"duration": "-inf"}),
            ("find_cheapest", {"duration": 1, "price_limit": "nan"}),
            ("find_cheapest", {"duration": 1, "shortest_run": "nan"}),
            ("find_cheapest", {"duration": 1, "shortest_run": 45}),
            ("find_cheapest", {"duration": 1, "mode": "any"}),
            ("find_cheapest", {"duration": 1, "shortest_run": -1}),
            ("find_cheapest", {"duration": 1, "price_limit": "cheap"}),
            ("find_cheapest", {"energy": "inf", "power": 7}),
        ],
    )
    async def test_what_is_out_of_range(
        self, client: TestClient[Any, Any], entry: MockConfigEntry, action: str, data: dict[str, Any]
    ) -> None:
        status, _ = await post(client, action, config_entry_id=entry.entry_id, **data)
        assert status in REFUSED

    @pytest.mark.parametrize(("action", "data"), [("get_prices", {}), ("find_cheapest", {"duration": 1})])
    async def test_an_entry_that_is_not_there(
        self, home: HomeAssistant, client: TestClient[Any, Any], action: str, data: dict[str, Any]
    ) -> None:
        assert "not found" in await refusal(home, action, config_entry_id="none", **data)

    async def test_an_entry_that_is_not_loaded(
        self, home: HomeAssistant, client: TestClient[Any, Any], entry: MockConfigEntry
    ) -> None:
        await home.config_entries.async_unload(entry.entry_id)
        assert home.states.is_state("sensor.octopus_agile_london_current_price", STATE_UNAVAILABLE)
        assert "not loaded" in await refusal(home, "get_prices", config_entry_id=entry.entry_id)


@pytest.mark.parametrize("group", [GROUP_ID_ADMIN, GROUP_ID_USER], ids=["admin", "no admin"])
@pytest.mark.parametrize("key", ["charge_duration", "charge_energy"])
async def test_a_number_that_is_none_is_a_bad_request_and_changes_nothing(
    scene: Scene, hass_client: ClientSessionGenerator, key: str, group: str
) -> None:
    """C17."""
    await async_setup_component(scene.home, "api", {})
    await scene.set_up()
    before = dict(scene.entry.options)
    user = await scene.home.auth.async_create_user("Somebody", group_ids=[group])
    refresh = await scene.home.auth.async_create_refresh_token(user, "https://example.com/app")
    web = await hass_client(scene.home.auth.async_create_access_token(refresh))
    answer = await web.post(
        "/api/services/number/set_value",
        json={"entity_id": f"number.octopus_agile_london_{key}", "value": "nan"},
    )
    assert answer.status in REFUSED
    assert scene.entry.options == before
