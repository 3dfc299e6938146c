"""The dashboard card: who is offered it, from where, and that nothing of it stays behind."""

import gzip
import hashlib
from http import HTTPStatus
import re
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, DATA_PANELS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.octopus_agile.card import LOADER, PANEL
from custom_components.octopus_agile.const import DOMAIN

from .common import Clock, set_up
from .octopus import FakeOctopus

CARD = LOADER.with_name("octopus-agile-card.js")
BILLS = LOADER.with_name("octopus-agile-bills-card.js")


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
    client = await hass_client_no_auth()
    [url] = modules(home)
    loader = await _served(client, url)
    # The cards are other files, which the loader names as a browser finds them: beside itself.
    named = re.findall(rb"\./(octopus-agile[\w-]*\.js\?v=\w+)", loader)
    assert {name.partition(b"?")[0].decode() for name in named} == {CARD.name, BILLS.name}
    for name in named:
        assert b"customElements" in await _served(client, f"/{DOMAIN}/{name.decode()}")


async def _served(client: TestClient[Any, Any], url: str) -> bytes:
    """Return a script that browsers keep, under an address that another file wouldn't have."""
    response = await client.get(url)
    assert response.status == HTTPStatus.OK
    assert response.content_type == "text/javascript"
    assert "max-age" in response.headers["Cache-Control"]
    content = await response.read()
    assert url.endswith(hashlib.sha256(content).hexdigest()[:12])
    return content


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
    # The way of an open page to the card, which no sidebar shows.
    panel = home.data[DATA_PANELS][PANEL].to_response()
    assert panel["config"] is not None
    assert panel["config"]["_panel_custom"]["module_url"] == modules(home)[0]
    assert panel["title"] is None
    await home.config_entries.async_remove(other.entry_id)
    assert modules(home) == []
    assert PANEL not in home.data[DATA_PANELS]
    again = MockConfigEntry(domain=DOMAIN, data=entry.data, options=entry.options)
    await set_up(home, again)
    assert len(modules(home)) == 1


async def test_a_house_without_pages_needs_no_card(
    home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    assert DATA_EXTRA_MODULE_URL not in home.data
    await home.config_entries.async_remove(entry.entry_id)


def test_the_files_are_small_and_ask_nobody_else() -> None:
    # Every page loads it: 5,000 bytes for six languages, 330 more for each further one.
    languages = len(list((LOADER.parents[1] / "translations").glob("*.json")))
    assert len(LOADER.read_bytes()) < 3_020 + 330 * languages
    assert len(gzip.compress(CARD.read_bytes())) < 100_000
    # Nothing is fetched but the cards, from beside the loader.
    assert LOADER.read_text(encoding="utf-8").count("import(") == 1
    for file in (CARD, LOADER):
        text = file.read_text(encoding="utf-8")
        assert "fetch(" not in text
        assert "XMLHttpRequest" not in text
    assert "import(" not in CARD.read_text(encoding="utf-8")


def test_the_bills_are_a_small_file_that_asks_nobody_else() -> None:
    file = BILLS.read_bytes()
    assert len(gzip.compress(file)) < 25_000
    for way_out in (b"fetch(", b"XMLHttpRequest", b"import("):
        assert way_out not in file


def test_it_is_small_for_a_phone() -> None:
    assert len(gzip.compress(CARD.read_bytes())) < 100_000
