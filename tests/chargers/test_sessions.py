"""A charger is on while a session of its plan runs: one call on, one call off."""

from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from tests.charge_plans import plan, turn
from tests.charges.news import CHEAP_AT_2, News
from tests.common import Scene, once_more, restart, set_up
from tests.house import Record
from tests.octopus import day_of

from .garage import CHARGER, OTHER, Garage


async def test_it_is_switched_on_when_a_session_starts_and_off_when_it_ends(garage: Garage) -> None:
    await garage.add_plan()
    await garage.until("05:00")
    assert garage.calls == ["02:00 on", "04:00 off"]


async def test_the_entrys_own_charge_switches_its_charger_too(scene: Scene) -> None:
    scene.octopus.prices = day_of(CHEAP_AT_2)
    await scene.clock.to("2026-11-24 01:50")
    options = {"charge_duration": 2.0, "charger": CHARGER}
    entry = once_more(scene.entry, options=options)
    garage = Garage(scene)
    await set_up(scene.home, entry)
    await garage.until("05:00")
    assert garage.calls == ["02:00 on", "04:00 off"]


async def test_a_switch_is_called_as_one(garage: Garage) -> None:
    garage.serve("switch")
    garage.home.states.async_set("switch.wallbox", "off")
    await garage.add_plan(charger=" switch.wallbox ")
    await garage.until("04:01")
    assert garage.calls == ["02:00 switch.wallbox on", "04:00 switch.wallbox off"]


async def test_a_toggle_of_home_assistant_follows(garage: Garage) -> None:
    toggles = {"input_boolean": {"wallbox": {"initial": False}}}
    assert await async_setup_component(garage.home, "input_boolean", toggles)
    record = Record()
    record.async_follow(garage.home, "input_boolean.wallbox")
    await garage.add_plan(charger="input_boolean.wallbox")
    await garage.until("05:00")
    assert record.changes == ["24 02:00:00 on", "24 04:00:00 off"]


async def test_a_plan_without_a_charger_switches_none(garage: Garage) -> None:
    await garage.add_plan(charger=None)
    await garage.until("02:10")
    assert plan(garage.home, "binary_sensor.charge_now") == "on"
    assert garage.calls == []


@pytest.mark.parametrize("what", ["reload", "restart", "prices", "update"])
async def test_whatever_happens_in_a_session_it_is_one_call_each(garage: Garage, what: str) -> None:
    await garage.add_plan()
    for time in ("01:55", "02:00", "02:01", "02:31", "03:59", "04:00", "04:01"):
        await garage.until(time)
        match what:
            case "reload":
                await garage.reload()
            case "restart":
                await restart(garage.home, garage.entry)
            case "prices":
                await garage.entry.runtime_data.prices.async_refresh()
            case _:
                title = f"Renamed at {time}"
                garage.home.config_entries.async_update_entry(garage.entry, title=title)
        await garage.home.async_block_till_done(wait_background_tasks=True)
    await garage.until("05:00")
    assert garage.calls == ["02:00 on", "04:00 off"]


async def test_a_start_that_home_assistant_missed_is_caught_up(garage: Garage) -> None:
    await garage.add_plan()
    await garage.home.config_entries.async_unload(garage.entry.entry_id)
    await garage.scene.clock.to("2026-11-24 02:10")
    assert garage.calls == []
    await garage.home.config_entries.async_setup(garage.entry.entry_id)
    await garage.until("04:30")
    on, off = garage.calls
    assert "02:10 on" <= on <= "02:12 on"
    assert off.endswith("off")


async def test_an_end_that_home_assistant_missed_is_caught_up(garage: Garage) -> None:
    await garage.add_plan()
    await garage.until("02:10")
    await garage.home.config_entries.async_unload(garage.entry.entry_id)
    await garage.scene.clock.to("2026-11-24 04:10")
    assert garage.calls == ["02:00 on"]
    await garage.home.config_entries.async_setup(garage.entry.entry_id)
    await garage.until("04:30")
    assert garage.calls == ["02:00 on", "04:10 off"]


async def test_each_of_two_sessions_has_its_own_calls(garage: Garage) -> None:
    garage.scene.octopus.prices = day_of({"02:00": "1.0", "03:00": "1.0"})
    await restart_with_new_prices(garage)
    await garage.add_plan(mode="slots", energy=7)
    await garage.until("04:30")
    assert garage.calls == ["02:00 on", "02:30 off", "03:00 on", "03:30 off"]


async def restart_with_new_prices(garage: Garage) -> None:
    """Let prices be known that differ from those of before."""
    await garage.scene.clock.to("2026-11-24 01:56")
    await garage.entry.runtime_data.prices.async_refresh()
    await garage.home.async_block_till_done(wait_background_tasks=True)


async def test_sessions_of_two_plans_without_a_gap_need_no_call_between(garage: Garage) -> None:
    garage.scene.octopus.prices = day_of(
        {f"0{hour}:{minute}": "1.0" for hour in range(2, 6) for minute in ("00", "30")}
    )
    await restart_with_new_prices(garage)
    await garage.add_plan("Late", ready_by="08:00:00")
    await garage.add_plan("Early", ready_by="07:00:00")
    await garage.until("06:30")
    assert garage.calls == ["02:00 on", "06:00 off"]


async def test_two_chargers_are_switched_each_for_its_plan(garage: Garage) -> None:
    await garage.add_plan()
    await garage.add_plan("Scooter", charger=OTHER, energy=7)
    await garage.until("04:30")
    assert sorted(garage.calls) == [
        "02:00 input_boolean.other on",
        "02:00 on",
        "03:00 input_boolean.other off",
        "04:00 off",
    ]


async def test_a_plan_that_is_switched_off_in_a_session_switches_it_off(garage: Garage) -> None:
    await garage.add_plan()
    await garage.until("02:30")
    await turn(garage.home, on=False)
    await garage.until("04:30")
    assert garage.calls == ["02:00 on", "02:30 off"]


async def test_entities_that_are_disabled_stop_nothing(garage: Garage) -> None:
    await garage.add_plan()
    await garage.until("02:10")
    registry = er.async_get(garage.home)
    for each in er.async_entries_for_config_entry(registry, garage.entry.entry_id):
        registry.async_update_entity(each.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await garage.until("05:00")
    assert garage.calls == ["02:00 on", "04:00 off"]


async def test_a_change_of_settings_in_a_session_goes_over_to_the_new_charger(garage: Garage) -> None:
    key = await garage.add_plan()
    await garage.until("02:30")
    garage.taken()
    subentry = garage.entry.subentries[key]
    data = {**subentry.data, "charger": OTHER}
    garage.home.config_entries.async_update_subentry(garage.entry, subentry, data=data)
    await garage.until("05:00")
    assert sorted(garage.calls) == [
        "02:30 input_boolean.other on",
        "02:30 off",
        "04:00 input_boolean.other off",
    ]


async def test_a_change_of_need_that_switches_the_charger_is_told_as_that(garage: Garage) -> None:
    """A toggle answers before the news is told."""
    key = await garage.add_plan(need="duration", duration=2, energy=None, power=None)
    await garage.until("02:30")
    news, subentry = News(garage.home), garage.entry.subentries[key]
    data = {**subentry.data, "duration": 0.5}
    garage.home.config_entries.async_update_subentry(garage.entry, subentry, data=data)
    await garage.home.async_block_till_done(wait_background_tasks=True)
    assert garage.calls == ["02:00 on", "02:30 off"]
    assert news.moves() == [(["24 02:00-04:00"], ["24 18:00-18:30"], "need")]


@pytest.mark.parametrize("bad", ["light.kitchen", "garage", "switch.", 5, {"data": "broken"}])
async def test_what_cannot_be_switched_makes_the_plan_unavailable(
    garage: Garage, caplog: pytest.LogCaptureFixture, bad: object
) -> None:
    key = await garage.add_plan()
    await garage.until("02:30")
    subentry = garage.entry.subentries[key]
    data = {**subentry.data, "charger": bad}
    garage.home.config_entries.async_update_subentry(garage.entry, subentry, data=data)
    await garage.until("02:31")
    assert plan(garage.home, "binary_sensor.charge_now") == "unavailable"
    assert "can't be used" in caplog.text
    # What it had switched on goes off.
    assert garage.calls == ["02:00 on", "02:30 off"]


async def test_a_charger_that_never_was_is_waited_for(garage: Garage) -> None:
    await garage.add_plan(charger="input_boolean.coming")
    await garage.until("02:30")
    assert garage.calls == []
    await garage.becomes("off", "input_boolean.coming")
    assert garage.calls == ["02:30 input_boolean.coming on"]
