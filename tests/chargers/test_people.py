"""What somebody does to a charger is respected; what it does by itself is put right."""

import pytest

from tests.charge_plans import turn
from tests.common import restart
from tests.octopus import day_of

from .garage import CHARGER, Garage


async def two_sessions(garage: Garage) -> None:
    """Add a plan for 02:00 to 02:30 and 03:00 to 03:30."""
    garage.scene.octopus.prices = day_of({"02:00": "1.0", "03:00": "1.0"})
    await garage.until("01:56")
    await garage.entry.runtime_data.prices.async_refresh()
    await garage.add_plan(mode="slots", energy=7)


class TestTurnedOffInASession:
    @pytest.mark.parametrize("meanwhile", ["", "reload", "restart", "unavailable"])
    async def test_it_is_left_off_until_the_session_ends(self, garage: Garage, meanwhile: str) -> None:
        await two_sessions(garage)
        await garage.until("02:10")
        await garage.becomes("off")
        await garage.until("02:15")
        match meanwhile:
            case "reload":
                await garage.reload()
            case "restart":
                await restart(garage.home, garage.entry)
            case "unavailable":
                await garage.becomes("unavailable")
                await garage.until("02:17")
                await garage.becomes("off")
        await garage.until("02:59")
        assert garage.taken() == ["02:00 on"]
        await garage.until("04:00")
        assert garage.calls == ["03:00 on", "03:30 off"]

    async def test_a_restart_in_the_next_session_does_not_bring_it_back(self, garage: Garage) -> None:
        await two_sessions(garage)
        await garage.until("02:10")
        await garage.becomes("off")
        await garage.home.config_entries.async_unload(garage.entry.entry_id)
        await garage.scene.clock.to("2026-11-24 03:01")
        garage.taken()
        await garage.home.config_entries.async_setup(garage.entry.entry_id)
        await garage.until("03:05")
        assert len(garage.taken()) == 1
        assert garage.is_on()

    async def test_without_a_gap_the_next_session_is_the_same(self, garage: Garage) -> None:
        times = [f"0{hour}:{minute}" for hour in range(2, 6) for minute in ("00", "30")]
        garage.scene.octopus.prices = day_of(dict.fromkeys(times, "1.0"))
        await garage.until("01:56")
        await garage.entry.runtime_data.prices.async_refresh()
        await garage.add_plan("Late", ready_by="08:00:00")
        await garage.add_plan("Early", ready_by="07:00:00")
        await garage.until("03:00")
        await garage.becomes("off")
        await garage.until("04:10")
        await restart(garage.home, garage.entry)
        await garage.until("06:10")
        assert garage.calls == ["02:00 on"]

    async def test_a_plan_that_is_switched_off_and_on_begins_anew(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("02:10")
        await garage.becomes("off")
        await garage.until("02:20")
        await turn(garage.home, on=False)
        await turn(garage.home, on=True)
        await garage.until("05:00")
        assert garage.calls == ["02:00 on", "02:20 on", "04:00 off"]

    async def test_turned_on_again_it_is_the_plans(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("02:10")
        await garage.becomes("off")
        await garage.until("02:20")
        await garage.becomes("on")
        await garage.until("05:00")
        assert garage.calls == ["02:00 on", "04:00 off"]

    async def test_it_goes_off_if_it_comes_back_on_by_itself(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("02:10")
        await garage.becomes("off")
        await garage.becomes("unavailable")
        await garage.becomes("on")
        await garage.until("05:00")
        assert garage.calls == ["02:00 on", "02:10 off"]

    @pytest.mark.parametrize("way", ["soon", "unavailable"])
    async def test_what_is_not_somebodys_doing_is_put_right(self, garage: Garage, way: str) -> None:
        await garage.add_plan()
        await garage.until("02:01" if way == "soon" else "02:10")
        if way == "unavailable":
            await garage.becomes("unavailable")
        await garage.becomes("off")
        await garage.until("05:00")
        again = "02:01 on" if way == "soon" else "02:10 on"
        assert garage.calls == ["02:00 on", again, "04:00 off"]

    async def test_what_names_our_call_as_its_cause_is_put_right(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("02:10")
        garage.home.states.async_set(CHARGER, "off", context=garage.last_context)
        await garage.until("05:00")
        assert garage.calls == ["02:00 on", "02:10 on", "04:00 off"]


class TestTurnedOnOutside:
    @pytest.mark.parametrize("meanwhile", ["", "reload", "restart", "unavailable", "renamed"])
    async def test_it_is_left_alone(self, garage: Garage, meanwhile: str) -> None:
        await garage.add_plan()
        await garage.until("05:00")
        garage.taken()
        await garage.becomes("on")
        await garage.until("05:10")
        match meanwhile:
            case "reload":
                await garage.reload()
            case "restart":
                await restart(garage.home, garage.entry)
            case "unavailable":
                await garage.becomes("unavailable")
                await garage.until("05:12")
                await garage.becomes("on")
            case "renamed":
                # Another attribute, the same state.
                garage.home.states.async_set(CHARGER, "on", {"friendly_name": "Car"})
        await garage.until("06:00")
        assert garage.calls == []
        # Off and on by itself isn't theirs any more.
        await garage.becomes("off")
        await garage.becomes("unavailable")
        await garage.becomes("on")
        assert garage.calls == ["06:00 off"]

    async def test_when_a_session_starts_it_is_the_plans(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.becomes("on")
        await garage.until("02:30")
        await garage.reload()
        await garage.until("05:00")
        assert garage.calls == ["04:00 off"]

    async def test_right_after_our_call_it_is_not_their_doing(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.until("04:01")
        await garage.becomes("on")
        await garage.until("05:00")
        assert garage.calls == ["02:00 on", "04:00 off", "04:01 off"]


class TestOnByItself:
    async def test_when_it_is_first_given_to_a_plan_it_is_switched_off_once(self, garage: Garage) -> None:
        await garage.becomes("on")
        await garage.add_plan()
        assert garage.taken() == ["01:50 off"]
        await garage.until("01:55")
        await garage.becomes("on")
        await garage.until("01:59")
        assert garage.calls == []

    async def test_first_given_in_a_session_it_is_the_plans(self, garage: Garage) -> None:
        await garage.add_plan("Whatever", charger=None)
        await garage.until("02:00")
        await garage.becomes("on")
        await garage.add_plan(earliest_start="02:00:00", ready_by="04:05:00")
        await garage.until("05:00")
        (off,) = garage.calls
        assert off.endswith("off")

    async def test_when_home_assistant_starts_it_goes_off(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.home.config_entries.async_unload(garage.entry.entry_id)
        await garage.becomes("on")
        await garage.home.config_entries.async_setup(garage.entry.entry_id)
        await garage.until("01:52")
        assert garage.calls == ["01:50 off"]

    async def test_when_it_comes_back_on_it_goes_off(self, garage: Garage) -> None:
        await garage.add_plan()
        await garage.becomes("unavailable")
        await garage.until("01:55")
        await garage.becomes("on")
        assert garage.calls == ["01:55 off"]
