"""The actions answer as documented, refuse what makes no sense, and leave the house responsive."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
import gc
from http import HTTPStatus
import random
import time
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.octopus_agile.const import DOMAIN

from .charge_plans import times
from .common import Clock, Scene, set_up
from .octopus import FakeOctopus, day_of

CHEAP_AT_2 = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0", "12:00": "-3.0"}


@pytest.fixture
async def afternoon(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    """The prices of tomorrow were published."""
    octopus.prices = day_of(CHEAP_AT_2)
    await clock.to("2026-11-23 16:10")
    await set_up(home, entry)


@pytest.fixture
async def client(
    home: HomeAssistant, afternoon: None, hass_client: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """A client of the REST API. It logs in in the afternoon, or its token would have expired."""
    await async_setup_component(home, "api", {})
    client: TestClient[Any, Any] = await hass_client()
    return client


async def post(client: TestClient[Any, Any], action: str, **data: Any) -> tuple[int, Any]:
    """Call an action over REST. Return the status, and what it answers."""
    response = await client.post(f"/api/services/{DOMAIN}/{action}?return_response", json=data)
    body = await response.text()
    return response.status, (await response.json() if body.startswith("{") else body)


async def refusal(hass: HomeAssistant, action: str, **data: Any) -> str:
    """Return why an action refuses to answer."""
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    return str(refused.value)


async def answer(client: TestClient[Any, Any], action: str, **data: Any) -> dict[str, Any]:
    """Return what an action answers when all is well."""
    status, body = await post(client, action, **data)
    assert status == HTTPStatus.OK, body
    assert body["changed_states"] == []
    found: dict[str, Any] = body["service_response"]
    return found


class TestGetPrices:
    async def test_without_a_period_all_from_the_start_of_today(
        self, client: TestClient[Any, Any], entry: MockConfigEntry
    ) -> None:
        found = await answer(client, "get_prices", config_entry_id=entry.entry_id)
        assert set(found) == {"rates", "prices_until"}
        assert found["prices_until"] == "2026-11-24T23:00:00+00:00"
        assert len(found["rates"]) == 48 + 46
        assert found["rates"][0] == {
            "start": "2026-11-23T00:00:00+00:00",
            "end": "2026-11-23T00:30:00+00:00",
            "price": 0.2,
        }

    @pytest.mark.parametrize(
        ("period", "first", "last", "slots"),
        [
            ({"start": "2026-11-24 02:00:00"}, "24T02:00", "24T22:30", 42),
            ({"end": "2026-11-23 02:00:00"}, "23T00:00", "23T01:30", 4),
            # Without an offset it is the clock of the house, with one it is what it says.
            (
                {"start": "2026-11-24T03:00:00+01:00", "end": "2026-11-24T04:00:00+01:00"},
                "24T02:00",
                "24T02:30",
                2,
            ),
            # Every slot that overlaps the period, whole.
            ({"start": "2026-11-24 02:10:00", "end": "2026-11-24 02:40:00"}, "24T02:00", "24T02:30", 2),
            # A week back.
            ({"start": "2026-11-10 00:00:00", "end": "2026-11-17 00:00:00"}, "16T16:00", "16T23:30", 16),
        ],
        ids=["start", "end", "offset", "within slots", "past"],
    )
    async def test_of_a_period(
        self,
        client: TestClient[Any, Any],
        entry: MockConfigEntry,
        period: dict[str, str],
        first: str,
        last: str,
        slots: int,
    ) -> None:
        found = await answer(client, "get_prices", config_entry_id=entry.entry_id, **period)
        starts = [rate["start"][8:16] for rate in found["rates"]]
        assert (starts[0], starts[-1], len(starts)) == (first, last, slots)

    async def test_of_a_time_that_is_not_known(
        self, client: TestClient[Any, Any], entry: MockConfigEntry
    ) -> None:
        found = await answer(
            client, "get_prices", config_entry_id=entry.entry_id, start="2027-01-01 00:00:00"
        )
        assert found == {"rates": [], "prices_until": "2026-11-24T23:00:00+00:00"}


class TestFindCheapest:
    async def test_the_documented_answer(
        self, client: TestClient[Any, Any], entry: MockConfigEntry
    ) -> None:
        found = await answer(
            client,
            "find_cheapest",
            config_entry_id=entry.entry_id,
            energy=14,
            power=7,
            ready_by="2026-11-24 07:00:00",
        )
        assert found == {
            "sessions": [
                {
                    "start": "2026-11-24T02:00:00+00:00",
                    "end": "2026-11-24T04:00:00+00:00",
                    "mean_price": 0.05,
                    "energy": 14.0,
                    "cost": 0.7,
                }
            ],
            "mean_price": 0.05,
            "cost": 0.7,
            "complete": True,
        }

    @pytest.mark.parametrize(
        ("need", "energy", "cost"),
        [
            ({"duration": 2}, None, None),
            ({"duration": 2, "power": 7}, 14, 0.7),
            ({"duration": 2, "energy": 3}, 3, 0.15),
            ({"energy": 14, "power": 7}, 14, 0.7),
        ],
        ids=["duration", "duration and power", "duration and energy", "energy and power"],
    )
    async def test_each_way_to_say_what_is_needed(
        self,
        client: TestClient[Any, Any],
        entry: MockConfigEntry,
        need: dict[str, float],
        energy: float | None,
        cost: float | None,
    ) -> None:
        found = await answer(
            client,
            "find_cheapest",
            config_entry_id=entry.entry_id,
            ready_by="2026-11-24 07:00:00",
            **need,
        )
        assert times(found["sessions"]) == ["24 02:00-04:00"]
        assert (found["sessions"][0]["energy"], found["cost"]) == (energy, cost)

    @pytest.mark.parametrize(
        ("options", "sessions", "complete"),
        [
            # Without times from now on to the end of what is known.
            ({"duration": 0.5}, ["24 12:00-12:30"], True),
            ({"duration": 1, "ready_by": "2026-11-23 18:00:00"}, ["23 16:10-17:10"], True),
            ({"duration": 1, "earliest_start": "2026-11-24 20:15:00"}, ["24 20:15-21:15"], True),
            # Only part of the time is known.
            ({"duration": 2, "ready_by": "2026-11-25 07:00:00"}, ["24 02:00-04:00"], False),
            # Last night, to replay it.
            (
                {
                    "duration": 1.5,
                    "earliest_start": "2026-11-22 18:00:00",
                    "ready_by": "2026-11-23 07:00:00",
                },
                ["23 02:00-03:30"],
                True,
            ),
            (
                {"duration": 2, "mode": "slots"},
                ["24 02:00-03:30", "24 12:00-12:30"],
                True,
            ),
            ({"duration": 2, "mode": "slots", "shortest_run": 60}, ["24 02:00-04:00"], True),
            (
                {"duration": 1, "mode": "slots", "price_limit": 0.04},
                ["24 02:30-03:00", "24 12:00-12:30"],
                True,
            ),
            ({"duration": 1.5, "price_limit": 0.05}, ["24 02:00-03:30"], True),
        ],
    )
    async def test_options(
        self,
        client: TestClient[Any, Any],
        entry: MockConfigEntry,
        options: dict[str, Any],
        sessions: list[str],
        complete: bool,
    ) -> None:
        found = await answer(client, "find_cheapest", config_entry_id=entry.entry_id, **options)
        assert found["complete"] is complete
        assert times(found["sessions"]) == sessions

    async def test_the_time_that_is_left_of_a_minute_is_not_used(
        self, client: TestClient[Any, Any], clock: Clock, entry: MockConfigEntry
    ) -> None:
        await clock.to("2026-11-23 16:10:20")
        found = await answer(
            client,
            "find_cheapest",
            config_entry_id=entry.entry_id,
            duration=1,
            ready_by="2026-11-23 18:00:00",
        )
        assert times(found["sessions"]) == ["23 16:11-17:11"]


class TestRefused:
    @pytest.mark.parametrize(
        ("action", "data", "reason"),
        [
            (
                "get_prices",
                {"start": "2026-11-24 02:00:00", "end": "2026-11-24 02:00:00"},
                "The end must be after the start",
            ),
            ("find_cheapest", {}, "Say how long it takes, or give energy and power"),
            ("find_cheapest", {"energy": 3}, "Say how long it takes, or give energy and power"),
            ("find_cheapest", {"power": 3}, "Say how long it takes, or give energy and power"),
            (
                "find_cheapest",
                {"energy": 3, "power": 3, "duration": 1},
                "Give a duration, or energy and power, but not all three",
            ),
            (
                "find_cheapest",
                {"duration": 1, "ready_by": "2026-11-23 16:00:00"},
                "The end must be after the start",
            ),
            (
                "find_cheapest",
                {"duration": 2.5, "ready_by": "2026-11-23 18:00:00"},
                "No 2.5 hours at known prices fit into this time",
            ),
            ("get_prices", {"start": "0001-01-01T00:00:00+14:00"}, "This time is out of range"),
            (
                "find_cheapest",
                {"duration": 2.5, "price_limit": 0.05},
                "No 2.5 hours at known prices fit into this time",
            ),
            (
                "find_cheapest",
                {"duration": 1, "mode": "slots", "earliest_start": "2027-01-01 00:00:00"},
                "No 1 hours at known prices fit into this time",
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
                assert reason == "No 1 hours at known prices fit into this time"

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
        assert status == HTTPStatus.BAD_REQUEST

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


@pytest.mark.parametrize("key", ["charge_duration", "charge_energy"])
async def test_a_number_that_is_none_is_a_bad_request_and_changes_nothing(
    scene: Scene, hass_client: ClientSessionGenerator, key: str
) -> None:
    await async_setup_component(scene.home, "api", {})
    await scene.set_up()
    before = dict(scene.entry.options)
    web = await hass_client()
    answer = await web.post(
        "/api/services/number/set_value",
        json={"entity_id": f"number.octopus_agile_london_{key}", "value": "nan"},
    )
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert scene.entry.options == before


async def longest_wait_during(work: Coroutine[Any, Any, None]) -> float:
    """Do some work. Return for how long at most something else waited for its turn meanwhile."""
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - before)

    ticker = asyncio.create_task(tick())
    await work
    ticker.cancel()
    return longest


@pytest.mark.parametrize("mode", ["block", "slots"])
async def test_200_calls_at_once_leave_the_house_responsive(
    home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry, mode: str
) -> None:
    """Nothing else waits longer than 50 ms for its turn. The best of three, by the real clock."""
    chance = random.Random(1)
    octopus.prices = lambda start: f"{chance.uniform(-5, 35):.4f}"
    await set_up(home, entry)
    now = dt_util.utcnow()
    # Tests run with the event loop's own checks, which take more time than anything else.
    asyncio.get_running_loop().set_debug(False)

    async def call(number: int) -> None:
        found = await home.services.async_call(
            DOMAIN,
            "find_cheapest",
            {
                "config_entry_id": entry.entry_id,
                "duration": 1 + number % 40 / 10,
                "mode": mode,
                "shortest_run": 60,
                "earliest_start": now - timedelta(days=2),
                "ready_by": now,
            },
            blocking=True,
            return_response=True,
        )
        assert found is not None
        assert found["sessions"]

    async def call_all() -> None:
        await asyncio.gather(*(call(number) for number in range(200)))

    # What other tests have left behind is not to be looked through in the meantime.
    gc.collect()
    gc.freeze()
    delays = [await longest_wait_during(call_all()) for _ in range(3)]
    gc.unfreeze()
    assert min(delays) < 0.05, delays
