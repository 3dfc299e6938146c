"""Prices are right where others are an hour late, or wrong by the VAT."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from tests.common import Clock, Scene, attribute, set_up, state
from tests.octopus import FakeOctopus, day_of, uk


class TestTime:
    """Times at which others are an hour late, or wrong by the VAT."""

    @pytest.mark.parametrize(
        ("day", "slots"), [("2026-10-25", 50), ("2026-11-23", 48), ("2027-03-28", 46)]
    )
    async def test_a_day_has_as_many_slots_as_it_has(self, scene: Scene, day: str, slots: int) -> None:
        await scene.clock.to(f"{day} 17:00")
        await scene.set_up()
        rates = attribute(scene.home, "sensor.current_price", "rates")
        assert sum(rate["start"].startswith(day) for rate in rates) == slots
        assert rates[0]["start"].startswith(f"{day}T00:00:00")
        ends = [datetime.fromisoformat(rate["end"]) for rate in rates]
        starts = [datetime.fromisoformat(rate["start"]) for rate in rates]
        assert starts[1:] == ends[:-1]

    async def test_the_hour_that_comes_twice_in_autumn_has_two_prices(
        self, scene: Scene, freezer: FrozenDateTimeFactory
    ) -> None:
        again = uk("2026-10-25 01:30") + timedelta(hours=1)
        scene.octopus.prices = lambda start: {uk("2026-10-25 01:30"): "1.0", again: "2.0"}.get(
            start, "20.0"
        )
        await scene.clock.to("2026-10-24 17:00")
        await scene.set_up()
        await scene.clock.to("2026-10-25 01:30")
        assert state(scene.home, "sensor.current_price") == "0.01"
        assert state(scene.home, "sensor.next_price") == "0.2"
        freezer.move_to(again)
        async_fire_time_changed(scene.home)
        await scene.home.async_block_till_done()
        assert state(scene.home, "sensor.current_price") == "0.02"

    async def test_prices_are_shown_as_published_over_a_change_of_vat(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        change = uk("2026-10-01 00:00")
        octopus.prices = lambda start: "21.0" if start < change else "20.0"
        await clock.to("2026-09-30 23:45")
        await set_up(home, entry)
        assert state(home, "sensor.current_price") == "0.21"
        await clock.walk("2026-10-01 00:00")
        assert state(home, "sensor.current_price") == "0.2"

    async def test_prices_below_zero_and_above_a_pound_are_prices(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"12:00": "-19.94", "12:30": "123.4567"})
        await set_up(home, entry)
        assert state(home, "sensor.current_price") == "-0.1994"
        assert state(home, "binary_sensor.negative_price") == "on"
        assert state(home, "sensor.next_price") == "1.234567"
