"""The action that finds the cheapest time answers as documented."""

from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.charge_plans import times
from tests.common import Clock

from .common import answer


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
