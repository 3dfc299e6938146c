"""Years of prices are imported: slowly, on through a restart, and once."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
import voluptuous as vol

from custom_components.octopus_agile.agile.tariffs import Product
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.diagnostics import requests_report
from tests.common import Scene, restart, set_up
from tests.octopus import AGILE, FakeOctopus, uk

from .common import (
    PRICE,
    Rows,
    compiled,
    expected,
    import_history,
    pence,
    rows_of,
    same,
    settled,
)

FIVE_SECONDS = timedelta(seconds=5)
DAYS = (1, 20, 23)


def months_asked(octopus: FakeOctopus) -> list[str]:
    """Return the months that were asked for, like "2026-10"."""
    urls = [
        url for _, url in octopus.requests if url.query.get("period_from", "").endswith("01T00:00:00Z")
    ]
    return [url.query["period_from"][:7] for url in urls]


def notes(home: HomeAssistant) -> list[str]:
    """Return what a user is told."""
    found = persistent_notification._async_get_or_create_notifications(home)
    return [str(note["message"]) for note in found.values()]


async def tick(scene: Scene, times: int) -> None:
    """Let five seconds pass several times."""
    for _ in range(times):
        await scene.clock.move_to(dt_util.utcnow() + FIVE_SECONDS)


def on_some_days(start: datetime) -> str | None:
    """Return prices of a few days of each month: as many rows as are written in a moment."""
    return pence(start) if start.day in DAYS else None


def on_those_days(start: str) -> Rows:
    """Return what the hours since a UK time must have."""
    rows = expected(uk(start), uk("2026-11-23 11:00"))
    return {start: row for start, row in rows.items() if start.day in DAYS}


async def test_as_far_back_as_is_asked_for_and_the_same_again(noon: Scene) -> None:
    home, octopus = noon.home, noon.octopus
    octopus.prices = on_some_days
    await set_up(home, noon.entry)
    await import_history(home, noon.entry.entry_id, "2026-08-20 06:00:00")
    await settled(home)
    (note,) = notes(home)
    assert note.startswith("Octopus Agile London: 1 of 3 months fetched.")
    await tick(noon, 4)
    await settled(home)
    assert notes(home) == []
    assert months_asked(octopus) == ["2026-10", "2026-09", "2026-08"]
    rows = await rows_of(home)
    assert same(rows, on_those_days("2026-08-20 06:00"))
    await import_history(home, noon.entry.entry_id, "2026-08-20 06:00:00")
    await tick(noon, 4)
    await settled(home)
    assert (await rows_of(home), notes(home)) == (rows, [])
    assert len(months_asked(octopus)) == 3
    # Nothing of it counts as a request for prices of now.
    prices = noon.entry.runtime_data.prices
    assert requests_report(prices, dt_util.utcnow())["requests_in_24_hours"] == 1


async def test_three_years_and_a_restart_on_the_way(noon: Scene) -> None:
    home, octopus = noon.home, noon.octopus
    octopus.prices = on_some_days
    await set_up(home, noon.entry)
    await import_history(home, noon.entry.entry_id, "2023-11-23 00:00:00")
    await tick(noon, 15)
    assert len(notes(home)) == 1
    await restart(home, noon.entry)
    assert len(notes(home)) == 1
    await tick(noon, 25)
    await settled(home)
    assert notes(home) == []
    asked = months_asked(octopus)
    assert (len(asked), asked[0], asked[-1]) == (36, "2026-10", "2023-11")
    times = octopus.asked_for("T00%3A00%3A00Z")
    assert all(later - at >= FIVE_SECONDS for at, later in pairwise(times))
    assert same(await rows_of(home), on_those_days("2023-11-23 00:00"))


async def test_it_ends_where_there_is_no_price(noon: Scene) -> None:
    home, octopus = noon.home, noon.octopus
    octopus.prices = lambda start: on_some_days(start) if start > uk("2026-09-05 00:00") else None
    await set_up(home, noon.entry)
    await import_history(home, noon.entry.entry_id, "2019-01-01 00:00:00")
    await tick(noon, 6)
    await settled(home)
    assert months_asked(octopus) == ["2026-10", "2026-09", "2026-08"]
    assert notes(home) == []
    assert min(await rows_of(home)) == uk("2026-09-20 01:00")


async def test_of_a_product_that_has_ended_it_begins_with_the_last_month(noon: Scene) -> None:
    home, octopus = noon.home, noon.octopus
    octopus.prices = lambda start: on_some_days(start) if start < uk("2026-11-23 23:00") else None
    await set_up(home, noon.entry)
    await noon.clock.to("2027-02-10 12:00:10")
    await compiled(home, uk("2027-02-10 11:55"))
    noon.entry.runtime_data.prices.successor = Product("AGILE-26-12-01", "Its successor")
    await import_history(home, noon.entry.entry_id, "2026-09-10 00:00:00")
    await tick(noon, 3)
    await settled(home)
    assert (months_asked(octopus), notes(home)) == (["2026-10", "2026-09"], [])
    wanted = {
        **on_those_days("2026-09-10 00:00"),
        **expected(uk("2026-11-23 00:00"), uk("2026-11-23 23:00")),
    }
    rows = await rows_of(home)
    assert same({start: row for start, row in rows.items() if start.year == 2026}, wanted)


async def test_the_earlier_start_of_two_is_meant_and_none_before_agile(noon: Scene) -> None:
    home, octopus = noon.home, noon.octopus
    octopus.prices = on_some_days
    await set_up(home, noon.entry)
    await import_history(home, noon.entry.entry_id, "1000-08-20 06:00:00")
    assert " of 105 " in notes(home)[0]
    await import_history(home, noon.entry.entry_id, "2026-10-20 06:00:00")
    assert " of 105 " in notes(home)[0]


async def test_an_answer_that_cannot_be_used_ends_it_and_is_told(noon: Scene) -> None:
    home, octopus = noon.home, noon.octopus
    octopus.prices = on_some_days
    await set_up(home, noon.entry)
    octopus.fault = 200, "application/json", b"[]"
    await import_history(home, noon.entry.entry_id, "2026-09-01 00:00:00")
    await settled(home)
    (note,) = notes(home)
    assert note.startswith("Octopus Agile London: the import stopped early")
    octopus.fault = None
    await restart(home, noon.entry)
    await tick(noon, 4)
    assert len(months_asked(octopus)) == 1
    await import_history(home, noon.entry.entry_id, "2026-09-01 00:00:00")
    await noon.clock.to("2026-11-23 12:10")
    await tick(noon, 4)
    await settled(home)
    assert notes(home) == []


async def test_months_wait_for_a_recorder_that_is_not_ready(scene: Scene) -> None:
    scene.octopus.prices = on_some_days
    await set_up(scene.home, scene.entry)
    await import_history(scene.home, scene.entry.entry_id, "2026-10-01 00:00:00")
    await settled(scene.home)
    assert await rows_of(scene.home) == {}
    assert len(notes(scene.home)) == 1
    await scene.clock.to("2026-11-23 12:05:10")
    await compiled(scene.home, uk("2026-11-23 12:00"))
    assert notes(scene.home) == []
    assert same(await rows_of(scene.home), on_those_days("2026-10-01 00:00"))


async def test_what_was_wanted_of_a_former_tariff_is_forgotten(
    noon: Scene, hass_storage: dict[str, Any]
) -> None:
    hass_storage[f"{DOMAIN}.{noon.entry.entry_id}.price_history"] = {
        "version": 1,
        "data": {"start": "2026-01-01T00:00:00+00:00", "tariff": f"E-1R-{AGILE}-A"},
    }
    await set_up(noon.home, noon.entry)
    assert notes(noon.home) == []
    assert months_asked(noon.octopus) == []


async def test_an_entry_that_is_deleted_leaves_nothing(noon: Scene, hass_storage: dict[str, Any]) -> None:
    await set_up(noon.home, noon.entry)
    await import_history(noon.home, noon.entry.entry_id, "2023-01-01 00:00:00")
    await settled(noon.home)
    await noon.home.config_entries.async_remove(noon.entry.entry_id)
    await tick(noon, 3)
    assert len(months_asked(noon.octopus)) == 1
    assert notes(noon.home) == []
    kept = [name for name in hass_storage if name.startswith(DOMAIN)]
    assert kept == [f"{DOMAIN}.history_requests"]


class TestRefused:
    async def test_a_start_that_is_not_past(self, noon: Scene) -> None:
        await set_up(noon.home, noon.entry)
        with pytest.raises(ServiceValidationError, match="must be in the past"):
            await import_history(noon.home, noon.entry.entry_id, "2026-11-23 12:00:10")
        with pytest.raises(vol.Invalid):
            await import_history(noon.home, noon.entry.entry_id, "soon")

    async def test_a_current_price_that_is_disabled(self, noon: Scene) -> None:
        await set_up(noon.home, noon.entry)
        registry = er.async_get(noon.home)
        registry.async_update_entity(PRICE, disabled_by=er.RegistryEntryDisabler.USER)
        with pytest.raises(ServiceValidationError, match="isn't recorded"):
            await import_history(noon.home, noon.entry.entry_id, "2026-10-01 00:00:00")
        registry.async_remove(PRICE)
        with pytest.raises(ServiceValidationError, match="isn't recorded"):
            await import_history(noon.home, noon.entry.entry_id, "2026-10-01 00:00:00")
