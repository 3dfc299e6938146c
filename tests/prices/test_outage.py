"""A server that can't be reached or talks rubbish costs no known price."""

import json
from typing import Any

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.common import Clock, Scene, ask_for_update, attribute, set_up, state
from tests.octopus import FIVE_MINUTES, FakeOctopus, gaps


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


class TestOutage:
    """A server that can't be reached, or talks rubbish."""

    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
    async def test_no_known_price_is_lost(self, scene: Scene, fault: Any) -> None:
        await scene.set_up()
        known = attribute(scene.home, "sensor.current_price", "rates")
        scene.octopus.fault = fault
        await scene.clock.walk("2026-11-23 16:30")
        assert len(scene.octopus.requests) > 2
        assert attribute(scene.home, "sensor.current_price", "rates") == known
        assert state(scene.home, "sensor.current_price") == "0.2"
        scene.octopus.fault = None
        await scene.clock.walk("2026-11-23 16:40")
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"

    async def test_an_empty_list_changes_nothing(self, scene: Scene) -> None:
        await scene.set_up()
        scene.octopus.prices = lambda start: None
        await scene.clock.walk("2026-11-23 16:30")
        assert state(scene.home, "sensor.current_price") == "0.2"
        assert state(scene.home, "sensor.prices_until") == "2026-11-23T23:00:00+00:00"

    async def test_it_is_told_once_when_it_begins_and_once_when_it_ends(
        self, scene: Scene, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert await async_setup_component(scene.home, "homeassistant", {})
        await scene.set_up()
        scene.octopus.fault = (500, "application/json", b"{}")
        await scene.clock.walk("2026-11-23 16:30")
        await ask_for_update(scene.home)
        await scene.clock.walk("2026-11-23 17:00")
        assert caplog.text.count("Error fetching") == 1
        assert "recovered" not in caplog.text
        scene.octopus.fault = None
        await scene.clock.walk("2026-11-23 17:10")
        assert caplog.text.count("Error fetching") == 1
        assert caplog.text.count("recovered") == 1

    async def test_one_that_a_dialog_finds_ended_is_told_too(
        self, scene: Scene, caplog: pytest.LogCaptureFixture
    ) -> None:
        await scene.set_up()
        scene.octopus.fault = (500, "application/json", b"{}")
        await scene.clock.walk("2026-11-23 16:30")
        assert caplog.text.count("Error fetching") == 1
        scene.octopus.fault = None
        # As the dialogs do, where another entry is given the same tariff.
        await scene.entry.runtime_data.prices.async_probe()
        assert caplog.text.count("recovered") == 1
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"
        await scene.clock.walk("2026-11-23 17:00")
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
