"""Repairs: what is told, and when it goes away by itself."""

from datetime import timedelta

import aiohttp
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN

from .charge_plans import add_plan
from .common import Clock, Scene, repairs, restart, set_up, state
from .octopus import AGILE, NEWER, FakeOctopus, product, uk


class TestMissingPrices:
    async def test_they_are_told_of_the_next_day_and_no_longer_when_prices_come(
        self, scene: Scene
    ) -> None:
        await scene.set_up()
        published = scene.octopus.prices
        scene.octopus.prices = lambda start: published(start) if start < uk("2026-11-23 23:00") else None
        await scene.clock.walk("2026-11-23 23:59")
        assert repairs(scene.home) == []
        await scene.clock.walk("2026-11-24 00:01")
        assert repairs(scene.home) == ["prices_missing"]
        await scene.clock.walk("2026-11-24 23:30")
        assert repairs(scene.home) == ["prices_missing"]
        scene.octopus.prices = published
        await scene.clock.walk("2026-11-25 02:00")
        assert state(scene.home, "sensor.current_price") == "0.2"
        assert repairs(scene.home) == []

    async def test_an_outage_of_the_server_is_told_of_in_the_same_way(self, scene: Scene) -> None:
        await scene.set_up()
        scene.octopus.fault = (403, "text/html", b"<html>Request blocked</html>")
        await scene.clock.walk("2026-11-24 00:01")
        assert repairs(scene.home) == ["prices_missing"]
        scene.octopus.fault = None
        await scene.clock.walk("2026-11-24 03:00")
        assert repairs(scene.home) == []

    async def test_a_gap_in_prices_that_have_come_is_none(self, scene: Scene) -> None:
        scene.octopus.prices = lambda start: None if start.hour == 13 else "20.0"
        await scene.set_up()
        await scene.clock.walk("2026-11-23 13:31")
        assert state(scene.home, "sensor.current_price") == "unknown"
        assert repairs(scene.home) == []

    async def test_it_goes_with_the_entry(self, scene: Scene) -> None:
        await scene.set_up()
        scene.octopus.fault = aiohttp.ClientConnectionError()
        await scene.clock.walk("2026-11-24 00:01")
        assert repairs(scene.home) == ["prices_missing"]
        await scene.home.config_entries.async_remove(scene.entry.entry_id)
        assert repairs(scene.home) == []


class TestWithdrawnProduct:
    @pytest.mark.parametrize(
        "trouble", ["the only product", "no product", "no price of it either", "no answer", "no list"]
    )
    async def test_prices_that_are_late_are_not_taken_for_a_product_that_ended(
        self, scene: Scene, trouble: str
    ) -> None:
        await scene.set_up()
        scene.octopus.publishing = set()
        scene.octopus.ended = {AGILE}
        match trouble:
            case "no product":
                scene.octopus.products = []
            case "no price of it either":
                scene.octopus.products = [product(NEWER)]
                scene.octopus.ended = {AGILE, NEWER}
            case "no answer":
                scene.octopus.products = [product(NEWER)]
            case "no list":
                scene.octopus.fault = (503, "application/json", b"{}")
                scene.octopus.fault_for = "/v1/products/?"
        await scene.clock.walk("2026-11-24 12:00")
        assert repairs(scene.home) == ["prices_missing"]
        # The products on sale are not looked at again and again.
        assert len(scene.octopus.asked_for("/v1/products/?")) == 1

    async def test_it_is_looked_for_again_after_half_a_day(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.publishing = set()
        octopus.ended = {AGILE}
        await clock.walk("2026-11-24 12:00")
        assert repairs(home) == ["prices_missing"]
        octopus.end_product(not_found=False)
        await clock.walk("2026-11-24 17:00")
        assert repairs(home) == ["product_withdrawn"]

    async def test_what_somebody_ignores_stays_ignored_over_a_reload(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.end_product(not_found=False)
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
        octopus.end_product(not_found=False)
        await clock.walk("2026-11-24 06:00")
        await home.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
        assert repairs(home) == []

    async def test_it_goes_when_an_entry_that_never_had_a_price_is_disabled(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.end_product(not_found=True)
        await set_up(home, entry)
        assert repairs(home) == ["product_withdrawn"]
        await home.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
        assert repairs(home) == []

    async def test_others_that_are_disabled_are_none_of_our_business(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        octopus.end_product(not_found=False)
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
            await restart(home, entry)
        assert len(octopus.asked_for("/v1/products/?")) == 1


class TestClock:
    @pytest.mark.parametrize(("days", "told"), [(-400, True), (-1.2, False), (1.2, False), (1.4, True)])
    async def test_it_is_told_of_by_the_servers_date(self, scene: Scene, days: float, told: bool) -> None:
        scene.octopus.ahead = timedelta(days=days)
        await scene.set_up()
        assert repairs(scene.home) == (["clock_wrong"] if told else [])
        scene.octopus.ahead = timedelta(0)
        await scene.clock.walk("2026-11-23 16:10")
        assert repairs(scene.home) == []

    async def test_a_clock_that_is_behind_is_told_by_prices_that_reach_too_far(
        self, scene: Scene
    ) -> None:
        await scene.set_up()
        await scene.clock.to("2026-11-20 12:00")
        await scene.home.config_entries.async_reload(scene.entry.entry_id)
        assert repairs(scene.home) == ["clock_wrong"]
        await scene.clock.to("2026-11-23 12:30")
        assert repairs(scene.home) == []

    async def test_a_date_that_is_none_says_nothing(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.headers["Date"] = "tomorrow"
        await set_up(home, entry)
        assert repairs(home) == []


class TestName:
    """C39."""

    async def test_an_entry_that_was_renamed_is_told_of_by_its_new_name(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        home.config_entries.async_update_entry(entry, title="Our house")
        await home.async_block_till_done(wait_background_tasks=True)
        octopus.end_product(not_found=False)
        await clock.walk("2026-11-24 01:00")
        assert titles(home) == ["Our house"]

    async def test_a_repair_that_is_there_takes_the_new_name(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.ahead = timedelta(days=3)
        await set_up(home, entry)
        home.config_entries.async_update_entry(entry, title="Our house")
        await home.async_block_till_done(wait_background_tasks=True)
        assert titles(home) == ["Our house"]


class TestPlan:
    async def test_one_that_cannot_be_used_is_told_of_by_name_until_it_can(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        key = await add_plan(home, entry, energy="nan")
        (issue,) = ir.async_get(home).issues.values()
        assert issue.translation_key == "plan_unusable"
        assert issue.translation_placeholders == {"title": entry.title, "plan": "Charge the car"}
        plan = entry.subentries[key]
        home.config_entries.async_update_subentry(entry, plan, data={**plan.data, "energy": 7})
        await home.async_block_till_done(wait_background_tasks=True)
        assert repairs(home) == []

    async def test_it_goes_with_the_plan_and_the_others_stay(self, scene: Scene) -> None:
        scene.octopus.ahead = timedelta(days=3)
        await scene.set_up()
        keys = [await add_plan(scene.home, scene.entry, name, energy="nan") for name in ("Car", "Boiler")]
        assert repairs(scene.home) == ["clock_wrong", "plan_unusable", "plan_unusable"]
        scene.home.config_entries.async_remove_subentry(scene.entry, keys[0])
        await scene.home.async_block_till_done(wait_background_tasks=True)
        assert repairs(scene.home) == ["clock_wrong", "plan_unusable"]


def titles(hass: HomeAssistant) -> list[str]:
    """Return what the entry is called in the repairs that there are."""
    issues = ir.async_get(hass).issues.values()
    return [(issue.translation_placeholders or {})["title"] for issue in issues]
