"""A charger that is away, dead or slow is switched when that works, and it is said if it doesn't."""

import asyncio
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.octopus_agile.const import DOMAIN
from tests.charge_plans import CAR, plan
from tests.common import forget, repairs, run_timers
from tests.octopus import uk

from .garage import CHARGER, DAY, Garage


def minutes(first: str, last: str, state: str) -> list[str]:
    """Return calls of each minute of an hour, like "02:10 on"."""
    hour, start = first.split(":")
    return [f"{hour}:{minute:02} {state}" for minute in range(int(start), int(last[3:]) + 1)]


class TestAway:
    @pytest.mark.parametrize("state", ["unavailable", "unknown"])
    async def test_when_it_comes_back_it_is_switched_on(self, garage: Garage, state: str) -> None:
        await garage.add_plan()
        await garage.becomes(state)
        await garage.until("02:20")
        assert garage.calls == []
        await garage.becomes("off")
        await garage.until("05:00")
        assert garage.calls == ["02:20 on", "04:00 off"]

    async def test_when_it_comes_back_it_is_switched_off(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("03:50")
        await garage.becomes("unavailable")
        await garage.until("04:30")
        assert garage.taken() == ["02:00 on"]
        await garage.becomes("on")
        await garage.until("05:00")
        assert garage.calls == ["04:30 off"]

    async def test_one_that_comes_back_off_needs_nothing(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("03:50")
        await garage.becomes("unavailable")
        await garage.until("04:30")
        await garage.becomes("off")
        await garage.until("05:00")
        assert garage.calls == ["02:00 on"]

    async def test_one_that_comes_back_as_the_session_ends_stays_off(
        self, garage: Garage, freezer: FrozenDateTimeFactory
    ) -> None:
        await garage.add_plan()
        await garage.until("03:59")
        await garage.becomes("unavailable")
        # It is heard before the plan is looked at.
        freezer.move_to(uk(f"{DAY} 04:00"))
        garage.home.states.async_set(CHARGER, "off")
        await garage.until("04:10")
        assert garage.calls == ["02:00 on"]


class TestACallThatFails:
    async def test_it_is_repeated_each_minute_and_said(
        self, garage: Garage, caplog: pytest.LogCaptureFixture
    ) -> None:
        garage.fault = HomeAssistantError("The wallbox doesn't answer")
        await garage.add_plan()
        await garage.until("02:05")
        assert garage.taken() == minutes("02:00", "02:05", "on")
        assert caplog.text.count("The wallbox doesn't answer") == 1
        issue = ir.async_get(garage.home).async_get_issue(
            DOMAIN, f"charger_failed_{CHARGER}_{garage.entry.entry_id}"
        )
        assert issue is not None
        texts = {"plan": CAR, "charger": CHARGER}
        assert (issue.translation_placeholders or {}).items() >= texts.items()
        garage.fault = None
        await garage.until("05:00")
        assert garage.calls == ["02:06 on", "04:00 off"]
        assert repairs(garage.home) == []

    async def test_one_of_the_entrys_own_charge_is_said_by_its_title(self, garage: Garage) -> None:
        garage.fault = ValueError()
        options = {"charge_duration": 2.0, "charger": CHARGER}
        garage.home.config_entries.async_update_entry(garage.entry, options=options)
        await garage.until("01:51")
        (issue,) = ir.async_get(garage.home).issues.values()
        texts = {"plan": garage.entry.title, "charger": CHARGER}
        assert (issue.translation_placeholders or {}).items() >= texts.items()

    async def test_after_the_session_it_is_wanted_no_more(self, garage: Garage) -> None:
        garage.fault = HomeAssistantError()
        await garage.add_plan(energy=3.5)
        await garage.until("03:01")
        await garage.until("05:00")
        on = [call for call in garage.calls if call.endswith("on")]
        assert len(on) == 30
        # The last one may have come through, for all we know.
        assert [call for call in garage.calls if call not in on] == ["03:00 off"]
        assert repairs(garage.home) == []

    async def test_until_it_is_off(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("03:59")
        garage.fault = HomeAssistantError()
        await garage.until("04:10")
        assert garage.taken() == ["02:00 on", *minutes("04:00", "04:10", "off")]
        assert repairs(garage.home) == ["charger_failed"]
        garage.fault = None
        await garage.until("05:00")
        assert garage.calls == ["04:11 off"]
        assert repairs(garage.home) == []

    async def test_somebody_who_turns_it_off_mends_it(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("03:59")
        garage.fault = HomeAssistantError()
        await garage.until("04:05")
        await garage.becomes("off")
        assert repairs(garage.home) == []
        garage.taken()
        await garage.until("05:00")
        assert garage.calls == []

    async def test_it_is_said_again_after_a_reload(self, garage: Garage) -> None:
        garage.fault = HomeAssistantError()
        await garage.add_plan()
        await garage.until("02:05")
        await garage.reload()
        await garage.until("02:07")
        assert repairs(garage.home) == ["charger_failed"]
        garage.fault = None
        await garage.until("02:08")
        assert repairs(garage.home) == []

    async def test_what_is_not_noticed_is_repeated_too(self, garage: Garage) -> None:
        garage.is_deaf = True
        await garage.add_plan()
        await garage.until("02:03")
        assert garage.calls == minutes("02:00", "02:03", "on")
        assert repairs(garage.home) == []

    @pytest.mark.parametrize("hours", [-3, 3])
    async def test_a_leap_of_the_clock_stops_nothing(
        self, garage: Garage, freezer: FrozenDateTimeFactory, hours: int
    ) -> None:
        await garage.add_plan(ready_by="12:00:00")
        await garage.until("03:59")
        garage.fault = HomeAssistantError()
        await garage.until("04:02")
        garage.taken()
        now = dt_util.utcnow()
        freezer.move_to(now + timedelta(hours=hours))
        run_timers(garage.home, max(now, dt_util.utcnow()) + timedelta(minutes=1))
        await garage.home.async_block_till_done(wait_background_tasks=True)
        assert len(garage.taken()) == 1


class TestACallThatHangs:
    async def test_it_is_given_up_and_repeated_and_never_are_there_two(
        self, garage: Garage, freezer: FrozenDateTimeFactory
    ) -> None:
        garage.waits_for = asyncio.Event()
        await garage.add_plan()
        await garage.jump(freezer, "02:00:00")
        # Whatever happens meanwhile.
        await garage.jump(freezer, "02:00:10")
        garage.home.states.async_set(CHARGER, "unavailable")
        garage.home.states.async_set(CHARGER, "off")
        await garage.jump(freezer, "02:00:20")
        assert garage.calls == ["02:00 on"]
        assert repairs(garage.home) == []
        await garage.jump(freezer, "02:00:31")
        assert repairs(garage.home) == ["charger_failed"]
        await garage.jump(freezer, "02:01:00")
        assert garage.calls == ["02:00 on", "02:01 on"]
        await garage.answer()
        await garage.until("02:10")
        assert garage.calls == ["02:00 on", "02:01 on"]
        assert garage.most_at_once == 1
        assert repairs(garage.home) == []

    async def test_one_that_hangs_over_the_end_is_followed_by_off(
        self, garage: Garage, freezer: FrozenDateTimeFactory
    ) -> None:
        await garage.add_plan()
        await garage.until("03:59")
        garage.waits_for = asyncio.Event()
        await garage.jump(freezer, "03:59:40")
        garage.home.states.async_set(CHARGER, "unavailable")
        garage.home.states.async_set(CHARGER, "off")
        await garage.jump(freezer, "04:00:00")
        assert garage.taken() == ["02:00 on", "03:59 on"]
        await garage.answer()
        await garage.until("04:10")
        assert garage.calls == ["04:00 off"]
        assert not garage.is_on()

    async def test_a_reload_waits_for_it(self, garage: Garage, freezer: FrozenDateTimeFactory) -> None:
        garage.waits_for = asyncio.Event()
        await garage.add_plan()
        await garage.jump(freezer, "02:00:00")
        await garage.home.config_entries.async_reload(garage.entry.entry_id)
        await garage.jump(freezer, "02:00:10")
        assert garage.calls == ["02:00 on"]
        await garage.answer()
        await garage.until("02:10")
        assert garage.calls == ["02:00 on"]
        assert garage.is_on()

    async def test_a_plan_that_is_deleted_meanwhile_switches_it_off_after_it(
        self, garage: Garage, freezer: FrozenDateTimeFactory
    ) -> None:
        garage.waits_for = asyncio.Event()
        key = await garage.add_plan()
        await garage.jump(freezer, "02:00:00")
        garage.home.config_entries.async_remove_subentry(garage.entry, key)
        await garage.jump(freezer, "02:00:10")
        await garage.answer()
        await garage.until("02:10")
        assert garage.calls == ["02:00 on", "02:00 off"]
        assert garage.most_at_once == 1

    async def test_one_that_is_away_after_it_is_waited_for(
        self, garage: Garage, freezer: FrozenDateTimeFactory
    ) -> None:
        garage.waits_for = asyncio.Event()
        garage.is_deaf = True
        key = await garage.add_plan()
        await garage.jump(freezer, "02:00:00")
        garage.home.config_entries.async_remove_subentry(garage.entry, key)
        await garage.jump(freezer, "02:00:10")
        garage.home.states.async_set(CHARGER, "unavailable")
        await garage.answer()
        await garage.until("02:05")
        assert garage.taken() == ["02:00 on"]
        await garage.becomes("on")
        assert garage.calls == ["02:05 off"]


class TestAStopOfHomeAssistant:
    async def test_nothing_is_switched(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("03:59")
        garage.home.set_state(CoreState.stopping)
        await garage.until("04:01")
        assert garage.calls == ["02:00 on"]
        # The next start.
        garage.home.set_state(CoreState.running)
        await garage.until("04:02")
        assert garage.calls == ["02:00 on", "04:02 off"]


class TestWhatIsOnDisk:
    @pytest.mark.parametrize(
        "data",
        [
            "nothing of use",
            {"chargers": 5},
            {"chargers": [{"entity_id": "light.kitchen", "ours": True}]},
            {"chargers": [{"entity_id": CHARGER, "left_on": True, "called_at": "yesterday"}]},
        ],
    )
    async def test_a_damaged_file_is_as_none(
        self, garage: Garage, hass_storage: dict[str, Any], data: Any
    ) -> None:
        await garage.add_plan()
        await garage.until("02:10")
        await garage.home.config_entries.async_unload(garage.entry.entry_id)
        forget(garage.home)
        key = f"{DOMAIN}.{garage.entry.entry_id}.chargers"
        hass_storage[key]["data"] = data
        await garage.home.config_entries.async_setup(garage.entry.entry_id)
        await garage.until("05:00")
        assert plan(garage.home, "sensor.status") != "unavailable"
        assert garage.calls == ["02:00 on", "04:00 off"]

    async def test_nothing_is_written_without_a_charger(
        self, garage: Garage, hass_storage: dict[str, Any]
    ) -> None:
        await garage.add_plan(charger=None)
        await garage.until("02:10")
        assert f"{DOMAIN}.{garage.entry.entry_id}.chargers" not in hass_storage

    async def test_it_is_written_before_the_call(
        self, garage: Garage, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
    ) -> None:
        garage.waits_for = asyncio.Event()
        await garage.add_plan()
        await garage.jump(freezer, "02:00:00")
        assert garage.calls == ["02:00 on"]
        stored = hass_storage[f"{DOMAIN}.{garage.entry.entry_id}.chargers"]["data"]
        assert stored["chargers"][0]["ours"] is True
        await garage.answer()
