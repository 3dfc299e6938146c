"""Actions answer for export as the served rows say, and best times as a search of every start does."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.exceptions import ServiceValidationError
import pytest

from tests.common import Scene
from tests.octopus import OUTGOING, day_of, uk

from .common import FALLS_AT_MIDNIGHT, ONE_PRICE, ask, by_rows, half_hours, set_up_with

# Of import and export.
SHAPE = {
    "02:00": "5.0",
    "02:30": "4.0",
    "03:00": "5.0",
    "17:00": "31.0",
    "17:30": "32.0",
    "18:00": "31.0",
}


@pytest.fixture
async def both(scene: Scene) -> Scene:
    """A home with Agile in both directions, in an afternoon when the prices of tomorrow are known."""
    scene.octopus.prices = scene.octopus.outgoing = day_of(SHAPE)
    await scene.clock.to("2026-11-23 16:20")
    return await set_up_with(scene, OUTGOING)


class TestGetPrices:
    async def test_what_export_pays(self, scene: Scene) -> None:
        scene = await set_up_with(scene, ONE_PRICE)
        start, end = uk("2026-11-20 05:00"), uk("2026-11-24 23:00")
        found = await ask(
            scene.home, scene, "get_prices", direction="export", start="2026-11-20T05:00:00+00:00"
        )
        price = by_rows(FALLS_AT_MIDNIGHT)
        assert [(datetime.fromisoformat(rate["start"]), rate["price"]) for rate in found["rates"]] == [
            (at, price(at)) for at in half_hours(start, end)
        ]
        assert found["prices_until"] == "2026-11-24T23:00:00+00:00"

    @pytest.mark.parametrize("data", [{}, {"direction": "import"}])
    async def test_without_export_it_is_import(self, scene: Scene, data: dict[str, Any]) -> None:
        scene = await set_up_with(scene, ONE_PRICE)
        found = await ask(scene.home, scene, "get_prices", **data)
        assert {rate["price"] for rate in found["rates"]} == {0.2}

    @pytest.mark.parametrize(("action", "data"), [("get_prices", {}), ("find_cheapest", {"duration": 1})])
    async def test_without_an_export_tariff_it_says_so(
        self, scene: Scene, action: str, data: dict[str, Any]
    ) -> None:
        await scene.set_up()
        with pytest.raises(ServiceValidationError) as refused:
            await ask(scene.home, scene, action, direction="export", **data)
        assert refused.value.translation_key == "no_export_tariff"


class TestFindDearest:
    @pytest.mark.parametrize(
        ("data", "sessions", "mean"),
        [
            ({"duration": 1}, ["17:00"], 0.315),
            ({"duration": 1.5, "power": 2}, ["17:00"], 0.94 / 3),
            ({"duration": 1, "mode": "slots", "earliest_start": "2026-11-24 00:00:00"}, ["17:00"], 0.315),
            ({"duration": 0.5, "price_limit": 0.32}, ["17:30"], 0.32),
        ],
    )
    async def test_when_and_for_how_much(
        self, both: Scene, data: dict[str, Any], sessions: list[str], mean: float
    ) -> None:
        found = await ask(both.home, both, "find_cheapest", direction="export", **data)
        assert [each["start"][11:16] for each in found["sessions"]] == sessions
        assert found["mean_price"] == pytest.approx(mean)
        if "power" in data:
            assert found["cost"] == pytest.approx(mean * 3)

    async def test_a_floor_that_nothing_reaches(self, both: Scene) -> None:
        with pytest.raises(ServiceValidationError) as refused:
            await ask(
                both.home, both, "find_cheapest", direction="export", duration=0.5, price_limit=0.33
            )
        assert refused.value.translation_key == "need_does_not_fit"


class TestBestTimes:
    @pytest.mark.parametrize("durations", [None, [0.5, 2], [1.25, 24, 6], 3])
    async def test_each_is_the_cheapest_of_all_starts(self, both: Scene, durations: Any) -> None:
        asked = {} if durations is None else {"durations": durations}
        found = (await ask(both.home, both, "best_times", **asked))["times"]
        expected = [0.5, 1, 2, 3, 4] if durations is None else durations
        expected = expected if isinstance(expected, list) else [expected]
        assert [each["duration"] for each in found] == expected
        price, end = day_of(SHAPE), uk("2026-11-24 23:00")
        for each in found:
            length = timedelta(hours=each["duration"])
            means = {}
            at = uk("2026-11-23 16:20")
            while at + length <= end:
                minutes = int(length / timedelta(minutes=1))
                costs = (_price(price, at + timedelta(minutes=number)) for number in range(minutes))
                means[at] = sum(costs) / minutes
                at += timedelta(minutes=5)
            best = min(means, key=lambda at: (round(means[at], 9), at))
            assert datetime.fromisoformat(each["start"]) == best
            assert datetime.fromisoformat(each["end"]) == best + length
            assert each["mean_price"] == pytest.approx(means[best])

    async def test_one_that_does_not_fit_has_no_time(self, both: Scene) -> None:
        found = await ask(both.home, both, "best_times", durations=[48, 1])
        assert found["times"][0] == {"duration": 48, "start": None, "end": None, "mean_price": None}
        assert found["times"][1]["start"] == "2026-11-24T02:00:00+00:00"

    @pytest.mark.parametrize(
        ("durations", "reason"),
        [
            ([1, "nan"], "number_out_of_range"),
            ([float("inf")], "number_out_of_range"),
            (0, "number_out_of_range"),
            (-1, "number_out_of_range"),
            ([168.5], "number_out_of_range"),
            ([1] * 25, "too_many_durations"),
        ],
    )
    async def test_numbers_that_cannot_be(self, both: Scene, durations: Any, reason: str) -> None:
        with pytest.raises(ServiceValidationError) as refused:
            await ask(both.home, both, "best_times", durations=durations)
        assert refused.value.translation_key == reason


def _price(price: Any, at: datetime) -> float:
    return float(price(at.replace(minute=at.minute // 30 * 30))) / 100
