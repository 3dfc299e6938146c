"""The event entities tell why a plan was moved, and what was published."""

from datetime import time as time_of_day
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN
from tests.common import Clock, Scene, set_up
from tests.octopus import FakeOctopus, day_of

from .charge_plans import FROM_BATTERY, add_plan, sessions, turn
from .charges.news import CHEAP_AT_2, News


class TestPlanChanged:
    async def test_because_of_prices(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(CHEAP_AT_2)
        await set_up(home, entry)
        await add_plan(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        assert news.moves() == [(["23 18:00-20:00"], ["24 02:00-04:00"], "prices")]

    async def test_because_of_the_need(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "60")
        await add_plan(home, entry, **FROM_BATTERY)
        home.states.async_set("sensor.battery", "70")
        await clock.to("2026-11-23 17:00")
        assert [move[:2] for move in news.moves()] == [(["24 02:00-04:00"], ["24 02:00-03:00"])]

    async def test_a_battery_that_is_measured_all_the_time_is_no_news_but_what_it_adds_up_to(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "70")
        await add_plan(home, entry, **FROM_BATTERY)
        # It feeds the house meanwhile: six minutes of charging for each percent.
        for percent in ("69.5", "69", "68.5", "68", "67.5", "67"):
            home.states.async_set("sensor.battery", percent)
            await home.async_block_till_done()
        assert news.moves() == [(["24 02:00-03:00"], ["24 02:00-03:15"], "need")]
        assert sessions(home) == ["24 02:00-03:18"]

    async def test_a_session_that_a_battery_stretches_is_told_by_the_quarter_of_an_hour(
        self, scene: Scene, news: News, hass_storage: dict[str, Any]
    ) -> None:
        scene.home.states.async_set("sensor.battery", "70")
        stored = (
            f"{DOMAIN}.{scene.entry.entry_id}.{await add_plan(scene.home, scene.entry, **FROM_BATTERY)}"
        )
        await scene.clock.to("2026-11-24 02:00")
        kept = set()
        # The car takes a tenth of what it could.
        for minute in range(50):
            await scene.clock.to(f"2026-11-24 02:{minute:02}:20")
            level = 70 + minute // 5 / 10
            scene.home.states.async_set("sensor.battery", str(level), {"updates": minute})
            await scene.home.async_block_till_done(wait_background_tasks=True)
            kept.add(str(hass_storage[stored]["data"]))
        assert sessions(scene.home) == ["24 02:00-03:41"]
        # With each level, not with each report.
        assert len(kept) <= 14
        assert [(old, new) for old, new, _ in news.moves()] == [
            (["24 02:00-03:00"], ["24 02:00-03:15"]),
            (["24 02:00-03:15"], ["24 02:00-03:32"]),
        ]
        # What is over is kept to the minute.
        scene.home.states.async_set("sensor.battery", "80")
        await scene.clock.to("2026-11-24 02:54:20")
        begun = hass_storage[stored]["data"]["plan"]["begun"]
        assert [each["end"] for each in begun] == ["2026-11-24T02:54:20+00:00"]

    async def test_because_of_the_need_of_the_main_charge(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await home.services.async_call(
            "number",
            "set_value",
            {"entity_id": "number.octopus_agile_london_charge_duration", "value": 2},
            blocking=True,
        )
        await home.async_block_till_done()
        (move,) = news.moves("")
        assert move[2] == "need"

    async def test_when_a_longer_charge_goes_into_another_window_than_the_one_that_ran(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(CHEAP_AT_2)
        await set_up(home, entry)
        for time in ("23 16:10", "24 02:00", "24 05:00"):
            await clock.to(f"2026-11-{time}")
        octopus.publishes_at = time_of_day(23, 30)
        await clock.to("2026-11-24 22:00")
        news = News(home)
        await home.services.async_call(
            "number",
            "set_value",
            {"entity_id": "number.octopus_agile_london_charge_duration", "value": 6},
            blocking=True,
        )
        await home.async_block_till_done()
        (move,) = news.moves("")
        # It no longer fits into the pricing day, and nothing is known of the next.
        assert move == (["24 00:00-04:00"], [], "need")

    async def test_a_duration_written_each_minute_is_told_once_for_each_real_move(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        for minute in range(60):
            await clock.to(f"2026-11-23 17:{minute:02}")
            await home.services.async_call(
                "number",
                "set_value",
                {
                    "entity_id": "number.octopus_agile_london_charge_duration",
                    "value": 4 if minute < 20 else 4 + (minute - 20) // 2 / 60,
                },
                blocking=True,
            )
            await home.async_block_till_done()
        # From four hours to four hours and 19 minutes.
        assert len(news.moves("")) == 1

    async def test_what_a_battery_moves_by_is_not_told_because_something_else_happens(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "70")
        await add_plan(home, entry, **FROM_BATTERY, charger="switch.garage")
        other = await add_plan(
            home, entry, "Other", ready_by="23:00:00", energy=3.5, charger="switch.garage"
        )
        news.moves()
        # Three minutes of charging each time.
        for percent, at, energy in (
            ("69.5", "18:00", 7),
            ("69", "18:30", 10),
            ("68.5", "19:00", 3.5),
            ("68", "19:30", 7),
        ):
            home.states.async_set("sensor.battery", percent)
            await home.async_block_till_done()
            home.config_entries.async_update_subentry(
                entry,
                entry.subentries[other],
                data={**entry.subentries[other].data, "energy": energy},
            )
            await home.async_block_till_done(wait_background_tasks=True)
            await clock.to(f"2026-11-23 {at}")
            await home.config_entries.async_reload(entry.entry_id)
            await home.async_block_till_done(wait_background_tasks=True)
            assert news.moves() == []
        home.states.async_set("sensor.battery", "67.5")
        await home.async_block_till_done()
        assert news.moves() == [(["24 02:00-03:00"], ["24 02:00-03:15"], "need")]

    async def test_a_battery_that_falls_after_its_charge_is_charged_again_in_the_same_window(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "70")
        await add_plan(home, entry, **FROM_BATTERY)
        await clock.to("2026-11-24 02:00")
        await clock.to("2026-11-24 02:50")
        home.states.async_set("sensor.battery", "80")
        await home.async_block_till_done()
        assert sessions(home) == ["24 02:00-02:50"]
        home.states.async_set("sensor.battery", "70")
        await clock.walk("2026-11-24 02:56")
        assert sessions(home) == ["24 02:00-02:50", "24 02:55-03:55"]
        (move,) = news.moves()
        assert move[2] == "need"

    async def test_because_of_settings(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await turn(home, on=False)
        assert news.moves() == [(["24 02:00-04:00"], [], "settings")]

    async def test_because_the_plan_was_changed_in_its_form(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        plan_id = await add_plan(home, entry)
        changed = {**entry.subentries[plan_id].data}
        for change, expected in (
            ({"energy": 7}, (["24 02:00-04:00"], ["24 02:00-03:00"], "need")),
            ({"energy": 7, "ready_by": "02:45:00"}, (["24 02:00-03:00"], ["24 01:45-02:45"], "settings")),
        ):
            home.config_entries.async_update_subentry(
                entry, entry.subentries[plan_id], data={**changed, **change}
            )
            await home.async_block_till_done(wait_background_tasks=True)
            assert news.moves() == [expected]

    async def test_because_another_plan_takes_the_charger(
        self, home: HomeAssistant, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, charger="switch.garage")
        await add_plan(home, entry, "First", charger="switch.garage", ready_by="06:00:00")
        assert news.moves() == [(["24 02:00-04:00"], ["23 18:00-20:00"], "charger")]

    async def test_nothing_is_told_when_time_passes_or_the_entry_is_reloaded(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry)
        await add_plan(home, entry, "Slots", mode="slots", energy=10.5)
        await clock.to("2026-11-24 02:00")
        for at in ("2026-11-24 02:40", "2026-11-24 03:10", "2026-11-24 05:00"):
            await clock.walk(at)
            await home.config_entries.async_reload(entry.entry_id)
            await home.async_block_till_done(wait_background_tasks=True)
        await clock.walk("2026-11-24 07:30")
        assert news.moves() == []
        assert news.moves("Slots") == []


class TestNews:
    async def test_prices_are_published(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        (published,) = news.of("published")
        assert published["until"] == "2026-11-24T23:00:00+00:00"
        assert published["new_slots"] == 48

    async def test_negative_prices_are_announced_with_their_slots(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"03:00": "-1.5", "03:30": "-0.01", "12:00": "-2"})
        await set_up(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        (announced,) = news.of("negative_announced")
        assert announced["hours"] == 1.5
        assert announced["slots"] == [
            {"start": f"2026-11-24T{start}:00+00:00", "end": f"2026-11-24T{end}:00+00:00", "price": price}
            for start, end, price in (
                ("03:00", "03:30", -0.015),
                ("03:30", "04:00", -0.0001),
                ("12:00", "12:30", -0.02),
            )
        ]

    async def test_nothing_below_zero_is_not_announced(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"03:00": "0"})
        await set_up(home, entry)
        news = News(home)
        await clock.to("2026-11-23 16:10")
        assert news.of("negative_announced") == []
