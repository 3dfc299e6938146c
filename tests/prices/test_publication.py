"""Prices are asked for when they are due, and seldom."""

from datetime import time, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.common import Clock, Scene, ask_for_update, set_up, state
from tests.octopus import FIVE_MINUTES, FakeOctopus, day_of, gaps, uk


class TestPublication:
    """A day as it goes."""

    @pytest.mark.parametrize(
        ("published", "until", "requests", "delay"),
        [
            # (when they come, until when to watch, requests at most, minutes to be shown at most)
            ("16:05", "2026-11-23 16:30", 5, 6),
            ("17:40", "2026-11-23 18:00", 22, 6),
            ("21:30", "2026-11-23 22:00", 40, 16),
        ],
    )
    async def test_prices_are_shown_soon_after_they_come(
        self, scene: Scene, published: str, until: str, requests: int, delay: int
    ) -> None:
        scene.octopus.publishes_at = time.fromisoformat(published)
        await scene.set_up()
        moment = uk(f"2026-11-23 {published}")
        await scene.clock.walk(f"{moment - timedelta(minutes=1):%Y-%m-%d %H:%M}")
        assert state(scene.home, "sensor.prices_until") == "2026-11-23T23:00:00+00:00"
        await scene.clock.walk(f"{moment + timedelta(minutes=delay):%Y-%m-%d %H:%M}")
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        await scene.clock.walk(until)
        assert len(scene.octopus.asked_for("standard-unit-rates")) <= requests
        assert min(gaps(scene.octopus)) >= FIVE_MINUTES

    @pytest.mark.parametrize(
        ("published", "delay"),
        [
            # (when they come, minutes to be shown at most: the gaps grow through the night)
            ("2026-11-23 23:20", 31),
            ("2026-11-24 00:40", 124),
            ("2026-11-24 06:00", 124),
        ],
    )
    async def test_prices_that_come_in_the_night_are_found(
        self, scene: Scene, published: str, delay: int
    ) -> None:
        moment, end_of_day = uk(published), uk("2026-11-23 23:00")
        scene.octopus.prices = lambda start: (
            "20.0" if start < end_of_day or dt_util.utcnow() >= moment else None
        )
        await scene.set_up()
        await scene.clock.walk(f"{moment - timedelta(minutes=1):%Y-%m-%d %H:%M}")
        assert state(scene.home, "sensor.current_price") == "unknown"
        await scene.clock.walk(f"{moment + timedelta(minutes=delay):%Y-%m-%d %H:%M}")
        assert state(scene.home, "sensor.current_price") == "0.2"
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        assert min(gaps(scene.octopus)) >= FIVE_MINUTES

    async def test_prices_that_never_come_are_asked_for_ever_more_seldom(self, scene: Scene) -> None:
        end = uk("2026-11-23 23:00")
        scene.octopus.prices = lambda start: "20.0" if start < end else None
        await scene.set_up()
        await scene.clock.walk("2026-11-24 15:00")
        assert len(scene.octopus.requests) < 55
        await scene.clock.walk("2026-11-27 16:00")
        days = [
            sum(at.day == day for at in scene.octopus.asked_for("unit-rates")) for day in (25, 26, 27)
        ]
        assert days == sorted(days, reverse=True)
        assert days[-1] <= 5
        assert min(gaps(scene.octopus)) >= FIVE_MINUTES

    async def test_nothing_is_asked_while_all_that_is_due_is_known(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await clock.walk("2026-11-23 15:59")
        assert len(octopus.requests) == 1
        await clock.walk("2026-11-23 16:10")
        assert len(octopus.requests) == 2

    async def test_a_part_of_the_prices_is_taken_and_the_rest_waited_for(self, scene: Scene) -> None:
        morning = uk("2026-11-24 07:00")
        scene.octopus.prices = lambda start: "20.0" if start < morning else None
        await scene.set_up()
        await scene.clock.walk("2026-11-23 16:10")
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T07:00:00+00:00"
        scene.octopus.prices = day_of({})
        await scene.clock.walk("2026-11-23 16:20")
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_a_revised_price_is_taken(self, scene: Scene) -> None:
        await scene.set_up()
        scene.octopus.prices = day_of({"22:00": "1.25"})
        await scene.clock.walk("2026-11-23 16:10")
        assert state(scene.home, "sensor.lowest_price") == "0.0125"

    @pytest.mark.usefixtures("long_prices")
    async def test_prices_are_kept_for_five_weeks(
        self, scene: Scene, hass_storage: dict[str, Any]
    ) -> None:
        await scene.set_up()
        [kept] = hass_storage[f"{DOMAIN}.prices.{scene.entry.unique_id}"]["data"]["series"]
        # What fits into one answer at first: a month.
        assert len(scene.octopus.requests) == 1
        assert kept["start"] == "2026-10-23T17:00:00+00:00"
        for day in range(24, 31):
            await scene.clock.to(f"2026-11-{day} 16:08")
        [kept] = hass_storage[f"{DOMAIN}.prices.{scene.entry.unique_id}"]["data"]["series"]
        assert kept["start"] == "2026-10-26T16:00:00+00:00"
        # Up to 23:00 on 1 December.
        assert len(kept["prices"]) == 36 * 48 + 14

    async def test_a_server_that_asks_for_a_pause_gets_it(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.fault = (429, "application/json", b"{}")
        octopus.fault_headers = {"Retry-After": "3000"}
        await clock.walk("2026-11-23 16:50")
        assert len(octopus.requests) == 2
        octopus.fault = None
        await clock.walk("2026-11-23 17:10")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_a_server_that_asks_for_no_pause_gets_five_minutes(
        self, scene: Scene, hass_storage: dict[str, Any]
    ) -> None:
        await scene.set_up()
        scene.octopus.fault = (503, "application/json", b"{}")
        scene.octopus.fault_headers = {"Retry-After": "0"}
        await scene.clock.walk("2026-11-23 16:30")
        assert min(gaps(scene.octopus)) >= FIVE_MINUTES
        assert hass_storage[f"{DOMAIN}.prices.{scene.entry.unique_id}"]["data"]["log"]["retry_after"] == 0
        scene.octopus.fault = None
        await scene.clock.walk("2026-11-23 16:40")
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_without_polling_nothing_is_asked_by_itself(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        entry.add_to_hass(home)
        home.config_entries.async_update_entry(entry, pref_disable_polling=True)
        await home.config_entries.async_setup(entry.entry_id)
        await clock.walk("2026-11-23 16:30")
        assert len(octopus.requests) == 1
        assert state(home, "sensor.current_price") == "0.2"

    async def test_without_polling_who_asks_us_for_an_update_gets_what_is_due(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        assert await async_setup_component(home, "homeassistant", {})
        octopus.publishes_at = time(16, 40)
        entry.add_to_hass(home)
        home.config_entries.async_update_entry(entry, pref_disable_polling=True)
        await home.config_entries.async_setup(entry.entry_id)
        for at, requests in (("16:30", 2), ("16:34", 2), ("16:36", 3), ("16:42", 4), ("16:46", 4)):
            await clock.walk(f"2026-11-23 {at}")
            await ask_for_update(home)
            assert len(octopus.requests) == requests, at
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_asking_us_for_an_update_gets_a_request_at_most_each_five_minutes(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        """Also for prices that are known: they may have been corrected."""
        assert await async_setup_component(home, "homeassistant", {})
        await set_up(home, entry)
        for at, requests in (("12:00", 1), ("12:04", 1), ("12:05", 2), ("12:09", 2), ("12:10", 3)):
            await clock.to(f"2026-11-23 {at}")
            await ask_for_update(home)
            await ask_for_update(home)
            assert len(octopus.requests) == requests, at
        assert min(gaps(octopus)) >= FIVE_MINUTES

    @pytest.mark.parametrize("by_reload", [False, True], ids=["update_entity", "reload"])
    async def test_who_asks_gets_prices_that_octopus_has_corrected(
        self, scene: Scene, by_reload: bool
    ) -> None:
        """C28."""

        async def ask() -> None:
            if by_reload:
                await scene.home.config_entries.async_reload(scene.entry.entry_id)
                await scene.home.async_block_till_done(wait_background_tasks=True)
            else:
                await ask_for_update(scene.home)

        assert await async_setup_component(scene.home, "homeassistant", {})
        await scene.clock.to("2026-11-23 17:00")
        await scene.set_up()
        await scene.clock.to("2026-11-23 23:30")
        scene.octopus.prices = day_of({"23:30": "31.5"})
        requests = len(scene.octopus.requests)
        await ask()
        assert state(scene.home, "sensor.current_price") == "0.315"
        assert len(scene.octopus.requests) == requests + 1
        # Nobody gets another at once, however often it is asked for.
        for at in ("23:31", "23:34"):
            await scene.clock.to(f"2026-11-23 {at}")
            await ask()
        assert len(scene.octopus.requests) == requests + 1
        assert scene.entry.state is ConfigEntryState.LOADED
