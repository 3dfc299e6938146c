"""What is kept on disk is taken up again, or kept aside."""

import json
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.prices import COORDINATORS
from tests.common import Clock, set_up, state
from tests.octopus import FakeOctopus, day_of


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
        aside = {"version": version, "minor_version": 1, "data": {"prices": []}}
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
        del home.data[COORDINATORS]  # as after a restart
        octopus.prices = day_of({}, otherwise="3.0")
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert state(home, "sensor.current_price") == "0.03"
        # Its charge had begun all the same.
        assert state(home, "binary_sensor.cheapest_block") == "on"
