"""Setting up asks for each thing once."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.common import Clock, Scene, set_up, state
from tests.octopus import AGILE, FakeOctopus, day_of, product

from .forms import CHARGE, answer, to_charge


class TestPoliteness:
    """A set-up asks for each thing once."""

    async def test_one_request_each_for_region_products_and_prices(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        await answer(home, await to_charge(home), **CHARGE)
        assert [url.path.split("/")[-2] for _, url in octopus.requests] == [
            "grid-supply-points",
            "products",
            "standard-unit-rates",
        ]

    async def test_of_several_products_only_those_that_may_have_ended_are_asked_for(
        self, home: HomeAssistant, octopus: FakeOctopus
    ) -> None:
        octopus.products = [product(code) for code in (AGILE, "AGILE-26-05-01", "AGILE-25-01-01")]
        octopus.publishing = {row["code"] for row in octopus.products}
        flow = await answer(home, await to_charge(home), product=AGILE)
        await answer(home, flow, **CHARGE)
        # The four that are no longer sold, and the one that was chosen.
        assert len(octopus.asked_for("standard-unit-rates")) == 5
        assert len(octopus.asked_for(f"E-1R-{AGILE}-C/standard-unit-rates")) == 1
        assert len(octopus.requests) == 7

    @pytest.mark.parametrize(
        ("again", "requests", "price"),
        [("2026-11-23 12:04", 1, "0.2"), ("2026-11-23 12:06", 2, "0.01")],
    )
    async def test_another_set_up_asks_for_the_same_prices_only_after_five_minutes(
        self, scene: Scene, again: str, requests: int, price: str
    ) -> None:
        await to_charge(scene.home)
        await scene.clock.to(again)
        scene.octopus.prices = day_of({}, otherwise="1.0")
        await answer(scene.home, await to_charge(scene.home), **CHARGE)
        assert len(scene.octopus.asked_for("standard-unit-rates")) == requests
        assert state(scene.home, "sensor.current_price") == price

    async def test_prices_of_a_set_up_that_was_given_up_do_not_return_later(
        self, home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await clock.to("2026-11-23 12:10")
        octopus.prices = day_of({}, otherwise="99.0")
        assert (await to_charge(home))["reason"] == "already_configured"
        octopus.prices = day_of({})
        await clock.to("2026-11-23 16:10")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        requests = len(octopus.requests)
        await home.config_entries.async_reload(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert len(octopus.requests) == requests
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        assert state(home, "sensor.current_price") == "0.2"

    async def test_prices_of_a_set_up_that_was_given_up_are_added_to_where_newer_are_due(
        self, home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
    ) -> None:
        await to_charge(home)
        await clock.to("2026-11-23 16:10")
        await set_up(home, entry)
        await clock.to("2026-11-23 16:20")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"


async def test_prices_of_a_tariff_that_is_set_up_are_not_asked_for_again(
    home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    assert (await to_charge(home))["reason"] == "already_configured"
    flow = await answer(home, await entry.start_reconfigure_flow(home), region="C")
    assert (await answer(home, flow, product=AGILE))["reason"] == "reconfigure_successful"
    assert len(octopus.asked_for(f"{AGILE}-C/standard-unit-rates")) == 1
