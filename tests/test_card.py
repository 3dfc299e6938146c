"""The dashboard card: who is offered it, from where, and that nothing of it stays behind."""

import gzip
import hashlib
from http import HTTPStatus

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.octopus_agile.card import CARD
from custom_components.octopus_agile.const import DOMAIN

from .common import Clock, set_up
from .octopus import FakeOctopus


@pytest.fixture
async def _frontend(home: HomeAssistant, octopus: FakeOctopus, clock: Clock) -> None:
    assert await async_setup_component(home, "frontend", {})


def modules(hass: HomeAssistant) -> list[str]:
    """Return what every page loads of ours."""
    return [url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if DOMAIN in url]


@pytest.mark.usefixtures("_frontend")
async def test_pages_load_the_card(
    home: HomeAssistant, entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    await set_up(home, entry)
    [url] = modules(home)
    response = await (await hass_client_no_auth()).get(url)
    assert response.status == HTTPStatus.OK
    assert response.content_type == "text/javascript"
    content = await response.read()
    assert b"octopus-agile-card" in content
    # Kept by browsers, under an address that another file wouldn't have.
    assert "max-age" in response.headers["Cache-Control"]
    assert url.endswith(hashlib.sha256(content).hexdigest()[:12])


@pytest.mark.usefixtures("_frontend")
async def test_a_reload_adds_it_no_second_time(home: HomeAssistant, entry: MockConfigEntry) -> None:
    await set_up(home, entry)
    await home.config_entries.async_reload(entry.entry_id)
    assert len(modules(home)) == 1


@pytest.mark.usefixtures("_frontend")
async def test_it_stays_until_the_last_entry_is_removed(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    other = MockConfigEntry(domain=DOMAIN, data={**entry.data, "region": "A"}, options=entry.options)
    other.add_to_hass(home)
    await home.config_entries.async_remove(entry.entry_id)
    assert len(modules(home)) == 1
    await home.config_entries.async_remove(other.entry_id)
    assert modules(home) == []
    again = MockConfigEntry(domain=DOMAIN, data=entry.data, options=entry.options)
    await set_up(home, again)
    assert len(modules(home)) == 1


async def test_a_house_without_pages_needs_no_card(
    home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    assert DATA_EXTRA_MODULE_URL not in home.data
    await home.config_entries.async_remove(entry.entry_id)


def test_the_bundle_is_small_and_asks_nobody_else() -> None:
    text = CARD.read_text(encoding="utf-8")
    assert len(text) < 400_000
    assert "fetch(" not in text
    assert "XMLHttpRequest" not in text
    assert "import(" not in text


def test_the_bills_are_a_small_file_that_asks_nobody_else() -> None:
    file = CARD.with_name("octopus-agile-bills-card.js").read_bytes()
    assert len(gzip.compress(file)) < 25_000
    for way_out in (b"fetch(", b"XMLHttpRequest", b"import("):
        assert way_out not in file


def test_it_is_small_for_a_phone() -> None:
    assert len(gzip.compress(CARD.read_bytes())) < 100_000
