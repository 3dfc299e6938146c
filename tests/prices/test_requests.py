"""How a home asks for prices: once for all entries of a tariff, and never too often."""

import asyncio
from datetime import datetime, timedelta
import json
from typing import Any
from unittest.mock import AsyncMock

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.agile.publication import MOST_REQUESTS
from custom_components.octopus_agile.agile.tariffs import Product, Tariff
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.prices import async_prices_of
from tests.common import ENTRY_DATA, ENTRY_OPTIONS, Clock, Scene, restart, set_up, state
from tests.octopus import AGILE, FIVE_MINUTES, FakeOctopus, day_of, gaps, uk

DAY = timedelta(days=1)


def home_entry(number: int, **data: str) -> MockConfigEntry:
    """Return one of several entries, of the same tariff unless told otherwise."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Octopus Agile London",
        entry_id=f"01M844DZG0T5QECSCR14MV3C{number:02}",
        unique_id=str(number),
        data=ENTRY_DATA | data,
        options=ENTRY_OPTIONS,
    )


def prices(octopus: FakeOctopus) -> list[datetime]:
    """Return when prices were asked for."""
    return octopus.asked_for("standard-unit-rates")


def most_in_a_day(asked: list[datetime]) -> int:
    """Return how many requests fall into the fullest 24 hours."""
    return max(sum(first <= at < first + DAY for at in asked) for first in asked)


def current_prices(hass: HomeAssistant) -> list[str]:
    return [s.state for s in hass.states.async_all("sensor") if "current_price" in s.entity_id]


class TestSharing:
    """Several entries of one tariff."""

    async def test_one_request_serves_all(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus
    ) -> None:
        entries = [home_entry(number) for number in range(20)]
        for entry in entries:
            entry.add_to_hass(home)
        await home.config_entries.async_setup(entries[0].entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert len(prices(octopus)) == 1
        assert current_prices(home) == ["0.2"] * 20
        await clock.walk("2026-11-23 16:10")
        assert len(prices(octopus)) == 2
        known = {entry.runtime_data.prices.data.end for entry in entries}
        assert known == {uk("2026-11-24 23:00")}

    async def test_one_that_is_updated_by_hand_updates_the_others(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus
    ) -> None:
        # The second never asks by itself.
        first, second = home_entry(1), home_entry(2)
        second.add_to_hass(home)
        home.config_entries.async_update_entry(second, pref_disable_polling=True)
        await set_up(home, first)
        await clock.walk("2026-11-23 16:31")
        until = home.states.get("sensor.octopus_agile_london_prices_until_2")
        assert until is not None
        assert until.state == "2026-11-24T23:00:00+00:00"
        events = home.states.get("event.octopus_agile_london_prices_2")
        assert events is not None
        assert events.attributes["event_type"] == "published"

    async def test_they_share_what_was_kept(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, hass_storage: dict[str, Any]
    ) -> None:
        name = f"{DOMAIN}.prices.E-1R-{AGILE}-C"
        hass_storage[name] = {
            "version": 1,
            "minor_version": 1,
            "key": name,
            "data": {
                "series": [{"start": "2026-11-23T12:00:00+00:00", "length": 39600, "prices": ["0.3"]}],
                "fetched_at": "2026-11-23T11:56:00+00:00",
                "log": {"at": "2026-11-23T11:56:00+00:00"},
            },
        }
        for number in (2, 1, 3):
            await set_up(home, home_entry(number))
        assert current_prices(home) == ["0.3"] * 3
        assert prices(octopus) == []

    async def test_entries_of_other_tariffs_ask_for_themselves(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus
    ) -> None:
        await set_up(home, home_entry(1))
        await set_up(home, home_entry(2, region="A"))
        assert len(prices(octopus)) == 2
        assert len({str(url) for _, url in octopus.requests}) == 2


class TestSuccessor:
    """Whether a product has ended is told by the newest one's prices, which are another's."""

    async def test_two_that_are_named_for_each_other_dont_wait_for_each_other(
        self, home: HomeAssistant, octopus: FakeOctopus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A list of products that contradicts itself stops nobody from asking."""
        other = "AGILE-26-11-01"
        octopus.publishing, octopus.ended = set(), {AGILE, other}
        both = [async_prices_of(home, Tariff(code, "C")) for code in (AGILE, other)]
        for prices, newest in zip(both, (other, AGILE), strict=True):
            products = AsyncMock(return_value=[Product(newest, newest)])
            monkeypatch.setattr(prices.client, "products", products)
        async with asyncio.timeout(5):
            await asyncio.gather(*(prices.async_refresh() for prices in both))
        assert [type(prices.last_exception) for prices in both] == [UpdateFailed] * 2
        assert [prices.successor for prices in both] == [None] * 2


class TestLimit:
    """Whatever the server does, it is asked at most 60 times in 24 hours, 5 minutes apart."""

    async def test_a_server_that_gives_one_slot_at_a_time(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        # Each slot appears as it begins, so there is something new and never enough.
        octopus.prices = lambda start: "20.0" if start <= dt_util.utcnow() else None
        await set_up(home, entry)
        await clock.walk("2026-11-26 12:00")
        assert most_in_a_day(prices(octopus)) <= MOST_REQUESTS
        assert min(gaps(octopus)) >= FIVE_MINUTES
        # It doesn't give up either.
        assert max(gaps(octopus)) <= timedelta(hours=6)

    async def test_pages_without_end(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await clock.to("2026-11-23 15:59")
        number = 0

        def another_page() -> bytes:
            nonlocal number
            number += 1
            link = f"https://api.octopus.energy/v1/products/?page={number}"
            return json.dumps({"results": [], "next": link}).encode()

        octopus.page = another_page
        await clock.walk("2026-11-25 10:00")
        assert most_in_a_day([at for at, _ in octopus.requests]) <= MOST_REQUESTS

    async def test_restarts_start_no_new_count(self, scene: Scene, hass_storage: dict[str, Any]) -> None:
        await scene.set_up()
        scene.octopus.fault = aiohttp.ClientConnectionError()
        await scene.clock.walk("2026-11-23 23:30")
        await restart(scene.home, scene.entry)
        await scene.clock.walk("2026-11-24 00:30")
        stored = hass_storage[f"{DOMAIN}.prices.{scene.entry.unique_id}"]["data"]["log"]["recent"]
        assert stored == [at.isoformat() for at in prices(scene.octopus)]
        assert len(stored) > 30


class TestClock:
    """A clock that goes wrong."""

    async def test_a_clock_that_is_a_year_ahead_costs_no_known_price(self, scene: Scene) -> None:
        await scene.set_up()
        scene.octopus.prices = lambda start: "20.0" if start < uk("2026-11-23 23:00") else None
        await scene.clock.to("2027-11-23 12:30")
        assert current_prices(scene.home) == ["unknown"]
        scene.octopus.fault = aiohttp.ClientConnectionError()
        await scene.clock.to("2026-11-23 12:40")
        await scene.home.config_entries.async_reload(scene.entry.entry_id)
        assert current_prices(scene.home) == ["0.2"]

    async def test_a_clock_that_leaps_after_the_boot_is_followed_within_a_minute(
        self, scene: Scene, freezer: FrozenDateTimeFactory
    ) -> None:
        """C13: what counts the seconds goes on as if nothing had happened."""
        scene.octopus.prices = day_of({"17:30": "7.5"})
        await scene.clock.to("2026-11-23 03:01")
        await scene.set_up()
        assert state(scene.home, "sensor.current_price") == "0.2"
        counted = dt_util.utcnow() + timedelta(minutes=1)
        freezer.move_to(uk("2026-11-23 17:31"))
        # Only what would have run within that minute.
        async_fire_time_changed(scene.home, counted)
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert state(scene.home, "sensor.current_price") == "0.075"
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        assert len(prices(scene.octopus)) == 2


class TestAnswer:
    """C19: what can't be known yet isn't believed."""

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2099-01-01T00:00:00Z", "2099-01-01T00:30:00Z"),
            ("2026-11-23T23:00:00Z", "2027-11-23T23:00:00Z"),
        ],
        ids=["a half hour of 2099", "a row of a year"],
    )
    async def test_a_row_beyond_the_horizon_costs_no_publication(
        self, scene: Scene, start: str, end: str
    ) -> None:
        genuine = scene.octopus.rows
        row = {"value_exc_vat": 0, "value_inc_vat": 1.0, "valid_from": start, "valid_to": end}
        scene.octopus.rows = lambda *period: [{**row, "payment_method": None}, *genuine(*period)]
        await scene.set_up()
        assert state(scene.home, "sensor.prices_until") == "2026-11-23T23:00:00+00:00"
        await scene.clock.walk("2026-11-23 16:10")
        assert len(prices(scene.octopus)) == 2
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        published = scene.home.states.get("event.octopus_agile_london_prices")
        assert published is not None
        assert published.attributes["event_type"] == "published"
        await scene.clock.walk("2026-11-24 16:10")
        assert len(prices(scene.octopus)) == 3
        assert state(scene.home, "sensor.prices_until") == "2026-11-25T23:00:00+00:00"
