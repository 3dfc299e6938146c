"""Repairs: what is told, when it goes away by itself, and the one that changes the product."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.prices import COORDINATORS

from .common import Clock, set_up, state
from .octopus import AGILE, FakeOctopus, product, uk

NEWER = "AGILE-26-11-01"

type Fix = Callable[..., Awaitable[dict[str, Any]]]


def repairs(hass: HomeAssistant) -> list[str]:
    """Return what is wrong, by translation key."""
    issues = ir.async_get(hass).issues.values()
    return sorted(str(issue.translation_key) for issue in issues if issue.domain == DOMAIN)


def end_product(octopus: FakeOctopus, *, not_found: bool) -> None:
    """Let a newer product take the place of the one that is set up."""
    octopus.products = [product(NEWER)]
    octopus.publishing = {NEWER}
    octopus.ended = set() if not_found else {AGILE}


@pytest.fixture
async def fix(home: HomeAssistant) -> Fix:
    """Start the fix of the only repair, or go on with it; return the answer."""
    await async_setup_component(home, "repairs", {})
    flows = repairs_flow_manager(home)
    assert flows is not None

    async def step(flow_id: str | None = None) -> dict[str, Any]:
        if flow_id is None:
            (issue_id,) = [key for domain, key in ir.async_get(home).issues if domain == DOMAIN]
            answer = await flows.async_init(DOMAIN, data={"issue_id": issue_id})
        else:
            answer = await flows.async_configure(flow_id, {})
        await home.async_block_till_done(wait_background_tasks=True)
        return dict(answer)

    return step


class TestMissingPrices:
    async def test_they_are_told_of_the_next_day_and_no_longer_when_prices_come(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        published = octopus.prices
        octopus.prices = lambda start: published(start) if start < uk("2026-11-23 23:00") else None
        await clock.walk("2026-11-23 23:59")
        assert repairs(home) == []
        await clock.walk("2026-11-24 00:01")
        assert repairs(home) == ["prices_missing"]
        await clock.walk("2026-11-24 23:30")
        assert repairs(home) == ["prices_missing"]
        octopus.prices = published
        await clock.walk("2026-11-25 02:00")
        assert state(home, "sensor.current_price") == "0.2"
        assert repairs(home) == []

    async def test_an_outage_of_the_server_is_told_of_in_the_same_way(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.fault = (403, "text/html", b"<html>Request blocked</html>")
        await clock.walk("2026-11-24 00:01")
        assert repairs(home) == ["prices_missing"]
        octopus.fault = None
        await clock.walk("2026-11-24 03:00")
        assert repairs(home) == []

    async def test_a_gap_in_prices_that_have_come_is_none(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = lambda start: None if start.hour == 13 else "20.0"
        await set_up(home, entry)
        await clock.walk("2026-11-23 13:31")
        assert state(home, "sensor.current_price") == "unknown"
        assert repairs(home) == []

    async def test_it_goes_with_the_entry(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.fault = aiohttp.ClientConnectionError()
        await clock.walk("2026-11-24 00:01")
        assert repairs(home) == ["prices_missing"]
        await home.config_entries.async_remove(entry.entry_id)
        assert repairs(home) == []


class TestWithdrawnProduct:
    @pytest.mark.parametrize("not_found", [False, True], ids=["no more prices", "no such tariff"])
    async def test_the_successor_is_offered_and_taken(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        fix: Fix,
        not_found: bool,
    ) -> None:
        await set_up(home, entry)
        end_product(octopus, not_found=not_found)
        await clock.walk("2026-11-24 06:00")
        assert repairs(home) == ["product_withdrawn"]

        form = await fix()
        assert form["step_id"] == "confirm"
        assert form["description_placeholders"] == {
            "product": f"Full name of {AGILE} ({AGILE})",
            "successor": f"Full name of {NEWER} ({NEWER})",
        }
        done = await fix(form["flow_id"])
        assert done["type"] == "create_entry"
        assert repairs(home) == []
        assert entry.data["product"] == NEWER
        assert entry.data["product_name"] == f"Full name of {NEWER}"
        assert entry.unique_id == f"E-1R-{NEWER}-C"
        assert state(home, "sensor.current_price") == "0.2"

    async def test_it_is_offered_where_there_was_no_price_to_start_with(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, fix: Fix
    ) -> None:
        end_product(octopus, not_found=True)
        await set_up(home, entry)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        assert repairs(home) == ["product_withdrawn"]
        form = await fix()
        await fix(form["flow_id"])
        assert state(home, "sensor.current_price") == "0.2"
        assert repairs(home) == []

    async def test_it_goes_away_when_the_product_publishes_again(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, fix: Fix
    ) -> None:
        await set_up(home, entry)
        end_product(octopus, not_found=False)
        await clock.walk("2026-11-24 06:00")
        form = await fix()
        octopus.publishing.add(AGILE)
        octopus.ended.clear()
        await clock.walk("2026-11-24 10:00")
        assert repairs(home) == []
        done = await fix(form["flow_id"])
        assert (done["type"], done["reason"]) == ("abort", "no_successor")
        assert entry.data["product"] == AGILE

    async def test_a_successor_that_is_set_up_already_is_not_set_up_twice(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, fix: Fix
    ) -> None:
        octopus.publishing.add(NEWER)
        newer = MockConfigEntry(
            domain=DOMAIN,
            title="Agile Octopus, London",
            unique_id=f"E-1R-{NEWER}-C",
            data={**entry.data, "product": NEWER},
            options=dict(entry.options),
        )
        await set_up(home, newer)
        await set_up(home, entry)
        end_product(octopus, not_found=True)
        await clock.walk("2026-11-24 06:00")
        form = await fix()
        done = await fix(form["flow_id"])
        assert (done["type"], done["reason"]) == ("abort", "already_configured")
        assert entry.data["product"] == AGILE

    async def test_an_entry_that_is_deleted_meanwhile_is_not_changed(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, fix: Fix
    ) -> None:
        end_product(octopus, not_found=True)
        await set_up(home, entry)
        form = await fix()
        await home.config_entries.async_remove(entry.entry_id)
        done = await fix(form["flow_id"])
        assert (done["type"], done["reason"]) == ("abort", "entry_gone")

    @pytest.mark.parametrize(
        "trouble", ["the only product", "no product", "no price of it either", "no answer", "no list"]
    )
    async def test_prices_that_are_late_are_not_taken_for_a_product_that_ended(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        trouble: str,
    ) -> None:
        await set_up(home, entry)
        octopus.publishing = set()
        octopus.ended = {AGILE}
        match trouble:
            case "no product":
                octopus.products = []
            case "no price of it either":
                octopus.products = [product(NEWER)]
                octopus.ended = {AGILE, NEWER}
            case "no answer":
                octopus.products = [product(NEWER)]
            case "no list":
                octopus.fault = (503, "application/json", b"{}")
                octopus.fault_for = "/v1/products/?"
        await clock.walk("2026-11-24 12:00")
        assert repairs(home) == ["prices_missing"]
        # The products on sale are not looked at again and again.
        assert len(octopus.asked_for("/v1/products/?")) == 1

    async def test_it_is_looked_for_again_after_half_a_day(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.publishing = set()
        octopus.ended = {AGILE}
        await clock.walk("2026-11-24 12:00")
        assert repairs(home) == ["prices_missing"]
        end_product(octopus, not_found=False)
        await clock.walk("2026-11-24 17:00")
        assert repairs(home) == ["product_withdrawn"]

    async def test_it_outlives_a_restart(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        fix: Fix,
    ) -> None:
        await set_up(home, entry)
        end_product(octopus, not_found=False)
        await clock.walk("2026-11-24 06:00")
        await home.config_entries.async_unload(entry.entry_id)
        home.data.pop(COORDINATORS)
        # Not asked again before the evening.
        octopus.fault = aiohttp.ClientConnectionError()
        await home.config_entries.async_setup(entry.entry_id)
        assert repairs(home) == ["product_withdrawn"]
        form = await fix()
        assert form["description_placeholders"]["successor"] == f"Full name of {NEWER} ({NEWER})"

    async def test_what_somebody_ignores_stays_ignored_over_a_reload(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        end_product(octopus, not_found=False)
        await clock.walk("2026-11-24 06:00")
        issue_id = f"product_withdrawn_{entry.entry_id}"
        ir.async_ignore_issue(home, DOMAIN, issue_id, ignore=True)
        await home.config_entries.async_reload(entry.entry_id)
        issue = ir.async_get(home).async_get_issue(DOMAIN, issue_id)
        assert issue is not None
        assert issue.dismissed_version is not None

    async def test_it_goes_when_the_entry_is_disabled(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        end_product(octopus, not_found=False)
        await clock.walk("2026-11-24 06:00")
        await home.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
        assert repairs(home) == []

    async def test_it_goes_when_an_entry_that_never_had_a_price_is_disabled(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        end_product(octopus, not_found=True)
        await set_up(home, entry)
        assert repairs(home) == ["product_withdrawn"]
        await home.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
        assert repairs(home) == []

    async def test_others_that_are_disabled_are_none_of_our_business(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        end_product(octopus, not_found=False)
        await clock.walk("2026-11-24 06:00")
        other = MockConfigEntry(domain="other", entry_id=f"not_{entry.entry_id}")
        other.add_to_hass(home)
        await home.config_entries.async_set_disabled_by(other.entry_id, ConfigEntryDisabler.USER)
        assert repairs(home) == ["product_withdrawn"]

    async def test_restarts_are_no_reason_to_look_again(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.publishing, octopus.ended = set(), {AGILE}
        for hour in (1, 3, 5, 7, 9):
            await clock.walk(f"2026-11-24 {hour:02}:30")
            await home.config_entries.async_unload(entry.entry_id)
            home.data.pop(COORDINATORS)
            await home.config_entries.async_setup(entry.entry_id)
            await home.async_block_till_done(wait_background_tasks=True)
        assert len(octopus.asked_for("/v1/products/?")) == 1


class TestClock:
    @pytest.mark.parametrize(("days", "told"), [(-400, True), (-1.2, False), (1.2, False), (1.4, True)])
    async def test_it_is_told_of_by_the_servers_date(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        days: float,
        told: bool,
    ) -> None:
        octopus.ahead = timedelta(days=days)
        await set_up(home, entry)
        assert repairs(home) == (["clock_wrong"] if told else [])
        octopus.ahead = timedelta(0)
        await clock.walk("2026-11-23 16:10")
        assert repairs(home) == []

    async def test_a_clock_that_is_behind_is_told_by_prices_that_reach_too_far(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        await clock.to("2026-11-20 12:00")
        await home.config_entries.async_reload(entry.entry_id)
        assert repairs(home) == ["clock_wrong"]
        await clock.to("2026-11-23 12:30")
        assert repairs(home) == []

    async def test_a_date_that_is_none_says_nothing(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.headers["Date"] = "tomorrow"
        await set_up(home, entry)
        assert repairs(home) == []


class TestStore:
    async def test_a_file_that_cannot_be_read_is_told_of_until_home_assistant_restarts(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        hass_storage: dict[str, Any],
    ) -> None:
        key = f"{DOMAIN}.{entry.entry_id}"
        copies = [f"{key}.unreadable", f"{key}.unreadable_2", f"{key}.unreadable_3"]
        for number, copy in enumerate(copies):
            hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": {"rates": number}}
            if entry.state is ConfigEntryState.NOT_LOADED:
                await set_up(home, entry)
            else:
                await home.config_entries.async_reload(entry.entry_id)
            (issue,) = ir.async_get(home).issues.values()
            assert issue.translation_key == "store_unreadable"
            assert issue.translation_placeholders is not None
            assert issue.translation_placeholders["file"] == f".storage/{copy}"
        # None of them is overwritten by the next.
        assert [hass_storage[copy]["data"] for copy in copies] == [{"rates": n} for n in range(3)]
        # As when a charge plan is added: nobody may have seen it yet.
        await home.config_entries.async_reload(entry.entry_id)
        assert [issue.is_persistent for issue in ir.async_get(home).issues.values()] == [False]
        await home.config_entries.async_remove(entry.entry_id)
        assert repairs(home) == []
        assert [name for name in hass_storage if key in name] == []
