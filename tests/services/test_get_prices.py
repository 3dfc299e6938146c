"""The action that returns prices answers as documented."""

from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .common import answer


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
            # A month back.
            ({"start": "2026-10-20 00:00:00", "end": "2026-10-25 00:00:00"}, "24T18:00", "24T23:30", 12),
        ],
        ids=["start", "end", "offset", "within slots", "past"],
    )
    @pytest.mark.usefixtures("long_prices")
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
