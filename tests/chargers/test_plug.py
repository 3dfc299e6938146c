"""With a plug, a charger is on only while that is in."""

from homeassistant.core import CoreState
import pytest

from tests.charge_plans import CAR, FROM_BATTERY

from .garage import CHARGER, PLUG, Garage


@pytest.fixture
async def plugged(garage: Garage) -> Garage:
    """A garage with a plan whose plug is in."""
    await garage.plug("on")
    await garage.add_plan(plugged_in=PLUG)
    return garage


class TestInASession:
    async def test_it_is_switched_on_at_once_when_the_plug_goes_in(self, plugged: Garage) -> None:
        await plugged.plug("off")
        await plugged.until("02:20")
        assert plugged.calls == []
        await plugged.plug("on")
        await plugged.until("05:00")
        # The time without it counts as charged for nothing.
        assert plugged.calls == ["02:20 on", "04:20 off"]

    async def test_what_was_tried_in_vain_is_tried_anew_when_the_plug_goes_in(
        self, garage: Garage
    ) -> None:
        await garage.plug("on")
        # 10% take an hour, and nothing comes of it.
        garage.home.states.async_set("sensor.battery", "60")
        await garage.add_plan(**{**FROM_BATTERY, "target": 70}, plugged_in=PLUG)
        for minute in range(0, 240, 10):
            await garage.until(f"0{1 + minute // 60}:{minute % 60:02}")
            garage.home.states.async_set("sensor.battery", "60", {"minute": minute})
        await garage.until("04:55")
        assert [call[-3:] for call in garage.taken()] == [" on", "off", " on", "off"]
        await garage.plug("off")
        await garage.until("05:00")
        await garage.plug("on")
        await garage.until("06:30")
        assert garage.calls == ["05:00 on", "06:00 off"]

    async def test_it_is_switched_off_when_the_plug_goes_out(self, plugged: Garage) -> None:
        await plugged.until("02:20")
        await plugged.plug("off")
        await plugged.until("02:30")
        await plugged.plug("on")
        await plugged.until("05:00")
        assert plugged.calls == ["02:00 on", "02:20 off", "02:30 on", "04:10 off"]

    @pytest.mark.parametrize("state", ["unknown", "unavailable"])
    async def test_one_that_cannot_be_heard_counts_as_in(self, plugged: Garage, state: str) -> None:
        await plugged.plug(state)
        await plugged.until("05:00")
        assert plugged.calls == ["02:00 on", "04:00 off"]

    async def test_one_that_was_out_and_cannot_be_heard_counts_as_in(self, plugged: Garage) -> None:
        await plugged.plug("off")
        await plugged.plug("unavailable")
        await plugged.until("06:00")
        assert plugged.calls == ["02:00 on", "04:00 off"]

    async def test_one_that_cannot_be_heard_for_a_while_counts_once(self, plugged: Garage) -> None:
        await plugged.plug("off")
        for state, time in (("unavailable", "02:30"), ("off", "02:40"), ("on", "03:00")):
            await plugged.plug(state)
            await plugged.until(time)
        await plugged.until("06:00")
        # For ten minutes it may have been charged.
        assert plugged.calls == ["02:00 on", "02:30 off", "02:40 on", "04:10 off"]

    async def test_one_that_never_was_counts_as_in(self, garage: Garage) -> None:
        await garage.add_plan(plugged_in=PLUG)
        await garage.until("02:01")
        assert garage.calls == ["02:00 on"]

    @pytest.mark.parametrize("first", ["charger", "plug", "a minute before"])
    async def test_one_that_stops_by_itself_when_unplugged_goes_on_again(
        self, plugged: Garage, first: str
    ) -> None:
        await plugged.until("02:20")
        match first:
            case "charger":
                await plugged.becomes("off")
                await plugged.plug("off")
            case "plug":
                plugged.is_deaf = True
                await plugged.plug("off")
                plugged.is_deaf = False
                await plugged.becomes("off")
            case _:
                # That is somebody who turns it off, then drives away.
                await plugged.becomes("off")
                await plugged.until("02:21")
                await plugged.plug("off")
        await plugged.until("02:30")
        plugged.taken()
        await plugged.plug("on")
        await plugged.until("05:00")
        assert plugged.calls == ([] if first == "a minute before" else ["02:30 on", "04:10 off"])

    async def test_while_it_is_out_what_somebody_turns_on_is_left_alone(self, plugged: Garage) -> None:
        await plugged.plug("off")
        await plugged.until("02:20")
        await plugged.becomes("on")
        await plugged.until("02:40")
        assert plugged.calls == []
        # Then it is the plan's.
        await plugged.plug("on")
        await plugged.until("05:00")
        assert plugged.calls == ["04:40 off"]


class TestOutside:
    @pytest.mark.parametrize(("plug_first", "later"), [(True, 0), (True, 1), (False, 0)])
    async def test_a_charger_that_starts_by_itself_is_switched_off_once(
        self, plugged: Garage, plug_first: bool, later: int
    ) -> None:
        await plugged.until("04:10")
        await plugged.plug("off")
        await plugged.until("05:00")
        plugged.taken()
        if plug_first:
            await plugged.plug("on")
            await plugged.until(f"05:0{later}")
            await plugged.becomes("on")
        else:
            await plugged.becomes("on")
            await plugged.plug("on")
        assert plugged.taken() == [f"05:0{later} off"]
        await plugged.until("05:10")
        await plugged.becomes("on")
        await plugged.until("06:00")
        assert plugged.calls == []

    @pytest.mark.parametrize(("user", "plugs_in_at"), [(None, "05:01"), ("a user", "05:00")])
    async def test_one_that_somebody_turned_on_before_is_left_alone(
        self, plugged: Garage, user: str | None, plugs_in_at: str
    ) -> None:
        await plugged.until("04:10")
        await plugged.plug("off")
        await plugged.until("05:00")
        plugged.taken()
        await plugged.becomes("on", user=user)
        await plugged.until(plugs_in_at)
        await plugged.plug("on")
        await plugged.until("06:00")
        assert plugged.calls == []


class TestAtStart:
    async def test_a_plug_that_is_not_there_yet_is_waited_for(self, plugged: Garage) -> None:
        """A car that isn't there isn't charged for the seconds until its plug is heard."""
        await plugged.plug("off")
        await plugged.home.config_entries.async_unload(plugged.entry.entry_id)
        await plugged.plug("unavailable")
        await plugged.scene.clock.to("2026-11-24 02:10")
        plugged.home.set_state(CoreState.starting)
        await plugged.home.config_entries.async_setup(plugged.entry.entry_id)
        await plugged.until("02:11")
        assert plugged.calls == []
        await plugged.plug("off")
        await plugged.until("02:15")
        assert plugged.calls == []
        await plugged.plug("unknown")
        await plugged.until("02:16")
        plugged.home.set_state(CoreState.running)
        await plugged.until("02:17")
        assert plugged.calls == ["02:17 on"]


class TestIdleSince:
    @pytest.fixture
    def since(self, plugged: Garage) -> Since:
        """Since when nothing flows."""
        return Since(plugged)

    async def test_of_a_fixed_need_it_is_the_plug_alone(self, plugged: Garage, since: Since) -> None:
        assert since.text() is None
        await plugged.plug("off")
        await plugged.until("02:15")
        assert since.text() == "01:50"

    async def test_of_a_battery_it_is_the_plug_or_the_charger_whichever_was_off_first(
        self, garage: Garage
    ) -> None:
        garage.home.states.async_set("sensor.battery", "60")
        garage.home.states.async_set(PLUG, "on")
        await garage.add_plan(plugged_in=PLUG, **FROM_BATTERY)
        plugged, since = garage, Since(garage)
        assert since.text() == "01:50"
        await plugged.until("02:10")
        assert since.text() is None
        plugged.is_deaf = True
        await plugged.plug("off")
        await plugged.until("02:15")
        assert since.text() == "02:10"
        await plugged.becomes("off")
        await plugged.until("02:20")
        await plugged.plug("on")
        assert since.text() == "02:15"

    async def test_a_plug_that_cannot_be_heard_counts_as_in(self, plugged: Garage, since: Since) -> None:
        await plugged.until("02:10")
        await plugged.plug("off")
        await plugged.until("02:15")
        await plugged.plug("unavailable")
        assert since.text() is None
        await plugged.until("02:20")
        await plugged.plug("off")
        assert since.text() == "02:20"

    async def test_of_a_charger_that_cannot_be_heard_what_was_heard_last_counts(
        self, garage: Garage
    ) -> None:
        garage.home.states.async_set("sensor.battery", "60")
        await garage.add_plan(**FROM_BATTERY)
        since = Since(garage)
        await garage.becomes("unavailable")
        await garage.until("02:10")
        assert since.text() == "01:50"

    async def test_it_outlives_a_restart(self, plugged: Garage, since: Since) -> None:
        await plugged.until("02:10")
        await plugged.plug("off")
        await plugged.until("02:20")
        await plugged.home.config_entries.async_unload(plugged.entry.entry_id)
        plugged.home.states.async_remove(PLUG)
        plugged.home.set_state(CoreState.starting)
        await plugged.until("02:30")
        await plugged.home.config_entries.async_setup(plugged.entry.entry_id)
        assert since.text() == "02:10"
        await plugged.plug("off")
        await plugged.until("02:40")
        plugged.home.set_state(CoreState.running)
        await plugged.plug("on")
        await plugged.until("06:00")
        # Ten minutes before it went out, and the rest.
        assert plugged.calls == ["02:00 on", "02:10 off", "02:40 on", "04:30 off"]

    async def test_a_plan_needs_no_charger_for_it(self, garage: Garage) -> None:
        since = Since(garage)
        await garage.add_plan(charger=None, plugged_in=PLUG)
        assert since.text() is None
        await garage.plug("off")
        await garage.until("02:10")
        assert since.text() == "01:50"
        assert garage.calls == []

    async def test_what_was_never_heard_is_unknown(self, garage: Garage) -> None:
        garage.home.states.async_remove(CHARGER)
        await garage.add_plan(plugged_in=PLUG)
        assert Since(garage).text() is None


class Since:
    """Since when nothing can flow into the car."""

    def __init__(self, garage: Garage) -> None:
        """Ask for the plan of the car."""
        self._garage = garage

    def text(self) -> str | None:
        """Return it like "02:10"; None while something may flow."""
        charges = self._garage.entry.runtime_data
        (plan,) = [plan for plan in charges.plans if plan.name == CAR]
        charges.chargers.async_tell_off(plan)
        since = plan.idle_since
        return None if since is None else f"{since:%H:%M}"
