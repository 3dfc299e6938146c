"""Prices are asked for when they are due, seldom, and never lost."""

from datetime import datetime, time, timedelta
from itertools import pairwise
import json
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.feed import FEEDS

from .conftest import Clock, attribute, set_up, state
from .octopus import FakeOctopus, day_of, uk

FIVE_MINUTES = timedelta(minutes=5)


def page(**changes: Any) -> bytes:
    """Return a page of rates with one row of tomorrow."""
    row = {
        "value_exc_vat": 20.0,
        "value_inc_vat": 20.0,
        "valid_from": "2026-11-24T12:00:00Z",
        "valid_to": "2026-11-24T12:30:00Z",
        "payment_method": None,
        **changes,
    }
    return json.dumps({"count": 1, "next": None, "previous": None, "results": [row]}).encode()


FAULTS: dict[str, Any] = {
    "no connection": aiohttp.ClientConnectionError(),
    "a time-out": TimeoutError(),
    "status 500": (500, "application/json", b"{}"),
    "the network's page": (403, "text/html", b"<html>Request blocked</html>"),
    "a page that says all is well": (200, "text/html", b"<html>ok</html>"),
    "half an answer": (200, "application/json", b'{"results": ['),
    "a list in the page's place": (200, "application/json", b"[]"),
    "nothing": (200, "application/json", b"null"),
    "a price that is a text": (200, "application/json", page(value_inc_vat="20.0")),
    "a price that is no number": (200, "application/json", page(value_inc_vat=float("nan"))),
    "a price that is true": (200, "application/json", page(value_inc_vat=True)),
    "no price": (200, "application/json", page(value_inc_vat=None)),
    "a time without an offset": (200, "application/json", page(valid_to="2026-11-24T12:30:00")),
    "a slot that ends first": (200, "application/json", page(valid_to="2026-11-24T11:30:00Z")),
    "a slot without an end": (200, "application/json", page(valid_to=None)),
    "a list of nothing": (200, "application/json", b'{"results": "none"}'),
    "a link elsewhere": (
        200,
        "application/json",
        b'{"results": [], "next": "https://example.com/"}',
    ),
    "no such tariff": (404, "application/json", b'{"detail": "Not found."}'),
}


def gaps(octopus: FakeOctopus) -> list[timedelta]:
    asked = octopus.asked_for("standard-unit-rates")
    return [after - before for before, after in pairwise(asked)]


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
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        published: str,
        until: str,
        requests: int,
        delay: int,
    ) -> None:
        octopus.publishes_at = time.fromisoformat(published)
        await set_up(home, entry)
        moment = uk(f"2026-11-23 {published}")
        await clock.walk(f"{moment - timedelta(minutes=1):%Y-%m-%d %H:%M}")
        assert state(home, "sensor.prices_until") == "2026-11-23T23:00:00+00:00"
        await clock.walk(f"{moment + timedelta(minutes=delay):%Y-%m-%d %H:%M}")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        await clock.walk(until)
        assert len(octopus.asked_for("standard-unit-rates")) <= requests
        assert min(gaps(octopus)) >= FIVE_MINUTES

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
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        published: str,
        delay: int,
    ) -> None:
        moment, end_of_day = uk(published), uk("2026-11-23 23:00")
        octopus.prices = lambda start: (
            "20.0" if start < end_of_day or dt_util.utcnow() >= moment else None
        )
        await set_up(home, entry)
        await clock.walk(f"{moment - timedelta(minutes=1):%Y-%m-%d %H:%M}")
        assert state(home, "sensor.current_price") == "unknown"
        await clock.walk(f"{moment + timedelta(minutes=delay):%Y-%m-%d %H:%M}")
        assert state(home, "sensor.current_price") == "0.2"
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        assert min(gaps(octopus)) >= FIVE_MINUTES

    async def test_prices_that_never_come_are_asked_for_ever_more_seldom(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        end = uk("2026-11-23 23:00")
        octopus.prices = lambda start: "20.0" if start < end else None
        await set_up(home, entry)
        await clock.walk("2026-11-24 15:00")
        assert len(octopus.requests) < 55
        await clock.walk("2026-11-27 16:00")
        days = [sum(at.day == day for at in octopus.asked_for("unit-rates")) for day in (25, 26, 27)]
        assert days == sorted(days, reverse=True)
        assert days[-1] <= 5
        assert min(gaps(octopus)) >= FIVE_MINUTES

    async def test_nothing_is_asked_while_all_that_is_due_is_known(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await clock.walk("2026-11-23 15:59")
        assert len(octopus.requests) == 1
        await clock.walk("2026-11-23 16:10")
        assert len(octopus.requests) == 2

    async def test_a_part_of_the_prices_is_taken_and_the_rest_waited_for(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        morning = uk("2026-11-24 07:00")
        octopus.prices = lambda start: "20.0" if start < morning else None
        await set_up(home, entry)
        await clock.walk("2026-11-23 16:10")
        assert state(home, "sensor.prices_until") == "2026-11-24T07:00:00+00:00"
        octopus.prices = day_of({})
        await clock.walk("2026-11-23 16:20")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_a_revised_price_is_taken(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.prices = day_of({"22:00": "1.25"})
        await clock.walk("2026-11-23 16:10")
        assert state(home, "sensor.lowest_price") == "0.0125"

    async def test_prices_older_than_a_week_are_forgotten(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        await set_up(home, entry)
        await clock.to("2026-11-24 16:00")
        await clock.walk("2026-11-24 16:10")
        kept = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["rates"]
        assert kept[0][0] == "2026-11-17T16:00:00+00:00"
        assert kept[-1][1] == "2026-11-25T23:00:00+00:00"

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
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        await set_up(home, entry)
        octopus.fault = (503, "application/json", b"{}")
        octopus.fault_headers = {"Retry-After": "0"}
        await clock.walk("2026-11-23 16:30")
        assert min(gaps(octopus)) >= FIVE_MINUTES
        assert hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["asked"]["retry_after"] == 0
        octopus.fault = None
        await clock.walk("2026-11-23 16:40")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_without_polling_nothing_is_asked_by_itself(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        entry.add_to_hass(home)
        home.config_entries.async_update_entry(entry, pref_disable_polling=True)
        await home.config_entries.async_setup(entry.entry_id)
        await clock.walk("2026-11-23 16:30")
        assert len(octopus.requests) == 1
        assert state(home, "sensor.current_price") == "0.2"

    async def test_asking_us_for_an_update_is_no_reason_to_ask_the_server(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        assert await async_setup_component(home, "homeassistant", {})
        await set_up(home, entry)
        await ask_for_update(home)
        assert len(octopus.requests) == 1


async def ask_for_update(hass: HomeAssistant) -> None:
    await hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": "sensor.octopus_agile_london_current_price"},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


class TestOutage:
    """A server that can't be reached, or talks rubbish."""

    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
    async def test_no_known_price_is_lost(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        fault: Any,
    ) -> None:
        await set_up(home, entry)
        known = attribute(home, "sensor.current_price", "rates")
        octopus.fault = fault
        await clock.walk("2026-11-23 16:30")
        assert len(octopus.requests) > 2
        assert attribute(home, "sensor.current_price", "rates") == known
        assert state(home, "sensor.current_price") == "0.2"
        octopus.fault = None
        await clock.walk("2026-11-23 16:40")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_an_empty_list_changes_nothing(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.prices = lambda start: None
        await clock.walk("2026-11-23 16:30")
        assert state(home, "sensor.current_price") == "0.2"
        assert state(home, "sensor.prices_until") == "2026-11-23T23:00:00+00:00"

    async def test_it_is_told_once_when_it_begins_and_once_when_it_ends(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        assert await async_setup_component(home, "homeassistant", {})
        await set_up(home, entry)
        octopus.fault = (500, "application/json", b"{}")
        await clock.walk("2026-11-23 16:30")
        await ask_for_update(home)
        await clock.walk("2026-11-23 17:00")
        assert caplog.text.count("Error fetching") == 1
        assert "recovered" not in caplog.text
        octopus.fault = None
        await clock.walk("2026-11-23 17:10")
        assert caplog.text.count("Error fetching") == 1
        assert caplog.text.count("recovered") == 1

    async def test_when_the_prices_run_dry_they_are_unavailable_and_come_back(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.fault = (500, "application/json", b"{}")
        await clock.walk("2026-11-23 22:59")
        assert state(home, "sensor.current_price") == "0.2"
        await clock.walk("2026-11-23 23:00")
        assert state(home, "sensor.current_price") == "unavailable"
        assert state(home, "binary_sensor.cheapest_block") == "off"
        assert state(home, "number.charge_duration") == "4.0"
        octopus.fault = None
        await clock.walk("2026-11-24 02:00")
        assert state(home, "sensor.current_price") == "0.2"
        assert min(gaps(octopus)) >= FIVE_MINUTES


class TestStart:
    """Setting up, restarting, reloading."""

    async def test_without_any_price_it_is_tried_again_but_politely(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.fault = (500, "application/json", b"{}")
        await set_up(home, entry)
        await clock.walk("2026-11-23 12:20")
        assert entry.state is ConfigEntryState.SETUP_RETRY
        assert len(octopus.requests) > 1
        assert min(gaps(octopus)) >= FIVE_MINUTES
        octopus.fault = None
        await clock.walk("2026-11-23 13:00")
        assert state(home, "sensor.current_price") == "0.2"

    async def test_where_none_were_ever_published_it_says_so(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = lambda start: None
        await set_up(home, entry)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        assert entry.reason == f"No prices of {entry.unique_id} have been published"

    async def test_a_restart_without_a_network_needs_no_request(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        octopus.fault = aiohttp.ClientConnectionError()
        requests = len(octopus.requests)
        await clock.to("2026-11-23 14:15")
        await home.config_entries.async_setup(entry.entry_id)
        for key in ("current", "next", "lowest", "highest", "average"):
            assert state(home, f"sensor.{key}_price") == "0.2"
        assert len(octopus.requests) == requests

    async def test_a_restart_after_the_prices_ran_dry_waits_for_new_ones(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        octopus.fault = aiohttp.ClientConnectionError()
        await clock.to("2026-11-25 09:00")
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert entry.state is ConfigEntryState.LOADED
        assert state(home, "sensor.current_price") == "unavailable"
        octopus.fault = None
        await clock.walk("2026-11-25 09:12")
        assert state(home, "sensor.current_price") == "0.2"

    async def test_polling_needs_no_reload_to_be_resumed_after_one(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await clock.walk("2026-11-23 15:55")
        await home.config_entries.async_reload(entry.entry_id)
        await clock.walk("2026-11-23 16:10")
        assert len(octopus.requests) == 2

    async def test_an_entry_that_is_unloaded_asks_no_more(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        assert entry.state is ConfigEntryState.NOT_LOADED
        await clock.walk("2026-11-23 16:10")
        assert len(octopus.requests) == 1

    async def test_an_answer_that_comes_after_the_unload_changes_nothing(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        await set_up(home, entry)
        octopus.answers.clear()
        freezer.move_to(uk("2026-11-23 16:06"))
        async_fire_time_changed(home)
        await home.async_block_till_done()
        await home.config_entries.async_unload(entry.entry_id)
        octopus.answers.set()
        await home.async_block_till_done(wait_background_tasks=True)
        assert len(octopus.requests) == 2
        assert state(home, "sensor.current_price") == "unavailable"
        await clock.walk("2026-11-23 16:20")
        assert len(octopus.requests) == 2

    async def test_an_entry_that_is_removed_leaves_nothing(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        await set_up(home, entry)
        assert f"{DOMAIN}.{entry.entry_id}" in hass_storage
        await home.config_entries.async_remove(entry.entry_id)
        await home.async_block_till_done()
        assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage
        assert home.states.async_entity_ids() == []
        assert [key for key in hass_storage if key.startswith(DOMAIN)] == []

    async def test_what_was_kept_aside_is_removed_too(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        key = f"{DOMAIN}.{entry.entry_id}"
        hass_storage[key] = {"version": 1, "key": key, "data": {"rates": "none"}}
        await set_up(home, entry)
        assert f"{key}.unreadable" in hass_storage
        await home.config_entries.async_remove(entry.entry_id)
        await home.async_block_till_done()
        assert [key for key in hass_storage if key.startswith(DOMAIN)] == []

    async def test_half_hours_change_states_without_a_request(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"12:30": "12.5", "13:00": "13.0"})
        await set_up(home, entry)
        for at, price in (("12:29", "0.2"), ("12:30", "0.125"), ("13:00", "0.13")):
            await clock.walk(f"2026-11-23 {at}")
            assert state(home, "sensor.current_price") == price
        assert len(octopus.requests) == 1


class TestStore:
    """What is kept on disk."""

    @pytest.mark.parametrize(
        "damage",
        [
            {"rates": [["yesterday", "today", "1"]]},
            {"rates": [["2026-11-23T12:00:00+00:00", "2026-11-23T12:30:00+00:00", "NaN"]]},
            {"rates": [["2026-11-23T12:00:00", "2026-11-23T12:30:00", "1"]]},
            {"rates": [["2026-11-23T12:30:00+00:00", "2026-11-23T12:00:00+00:00", "1"]]},
            {"rates": None},
            {"asked": {"at": 5}},
            {"plans": {"main": {}}},
            {
                "plans": {
                    "main": {
                        "window": ["2026-11-23T00:00:00+00:00", "2026-11-24T00:00:00+00:00"],
                        "begun": [["2026-11-23T02:00:00+00:00"] * 2 + [None, None]],
                        "past": [],
                        "met": False,
                    }
                }
            },
            {"switched_off": 5},
        ],
    )
    async def test_what_cannot_be_read_is_kept_aside(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
        caplog: pytest.LogCaptureFixture,
        damage: dict[str, Any],
    ) -> None:
        await set_up(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        key = f"{DOMAIN}.{entry.entry_id}"
        damaged = {**json.loads(json.dumps(hass_storage[key]["data"])), **damage}
        hass_storage[key]["data"] = damaged
        await clock.to("2026-11-23 14:00")
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert state(home, "sensor.current_price") == "0.2"
        assert hass_storage[f"{key}.unreadable"]["data"] == damaged
        assert caplog.text.count("could not be read") == 1

    @pytest.mark.parametrize("version", [0, 2, 1000])
    async def test_what_another_version_wrote_is_kept_aside(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
        version: int,
    ) -> None:
        key = f"{DOMAIN}.{entry.entry_id}"
        hass_storage[key] = {"version": version, "key": key, "data": {"prices": []}}
        await set_up(home, entry)
        assert entry.state is ConfigEntryState.LOADED
        assert state(home, "sensor.current_price") == "0.2"
        aside = {"version": version, "data": {"prices": []}}
        assert hass_storage[f"{key}.unreadable"]["data"] == aside

    @pytest.mark.parametrize("data", [[], "prices", 5, {}])
    async def test_what_has_no_shape_at_all_is_kept_aside(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
        data: Any,
    ) -> None:
        key = f"{DOMAIN}.{entry.entry_id}"
        hass_storage[key] = {"version": 1, "key": key, "data": data}
        await set_up(home, entry)
        assert state(home, "sensor.current_price") == "0.2"
        assert hass_storage[f"{key}.unreadable"]["data"] == data

    async def test_how_long_a_server_asked_to_be_left_alone_outlives_a_restart(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.fault = (503, "application/json", b"{}")
        octopus.fault_headers = {"Retry-After": "7200"}
        await clock.walk("2026-11-23 16:06")
        requests = len(octopus.requests)
        await home.config_entries.async_reload(entry.entry_id)
        await clock.walk("2026-11-23 17:50")
        assert len(octopus.requests) == requests
        octopus.fault = None
        await clock.walk("2026-11-23 18:10")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_prices_of_another_tariff_are_not_taken(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        await set_up(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["tariff"] = "E-1R-OTHER-A"
        del home.data[FEEDS]  # as after a restart
        octopus.prices = day_of({}, otherwise="3.0")
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert state(home, "sensor.current_price") == "0.03"
        # Its charge had begun all the same.
        assert state(home, "binary_sensor.cheapest_block") == "on"


class TestTime:
    """Times at which others are an hour late, or wrong by the VAT."""

    @pytest.mark.parametrize(
        ("day", "slots"), [("2026-10-25", 50), ("2026-11-23", 48), ("2027-03-28", 46)]
    )
    async def test_a_day_has_as_many_slots_as_it_has(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        day: str,
        slots: int,
    ) -> None:
        await clock.to(f"{day} 17:00")
        await set_up(home, entry)
        rates = attribute(home, "sensor.current_price", "rates")
        assert sum(rate["start"].startswith(day) for rate in rates) == slots
        assert rates[0]["start"].startswith(f"{day}T00:00:00")
        ends = [datetime.fromisoformat(rate["end"]) for rate in rates]
        starts = [datetime.fromisoformat(rate["start"]) for rate in rates]
        assert starts[1:] == ends[:-1]

    async def test_the_hour_that_comes_twice_in_autumn_has_two_prices(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        freezer: FrozenDateTimeFactory,
    ) -> None:
        again = uk("2026-10-25 01:30") + timedelta(hours=1)
        octopus.prices = lambda start: {uk("2026-10-25 01:30"): "1.0", again: "2.0"}.get(start, "20.0")
        await clock.to("2026-10-24 17:00")
        await set_up(home, entry)
        await clock.to("2026-10-25 01:30")
        assert state(home, "sensor.current_price") == "0.01"
        assert state(home, "sensor.next_price") == "0.2"
        freezer.move_to(again)
        async_fire_time_changed(home)
        await home.async_block_till_done()
        assert state(home, "sensor.current_price") == "0.02"

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
