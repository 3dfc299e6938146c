"""What a set-up and a charge plan end with: the price now and when it charges, from real prices."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.charge_plans import CAR, FROM_BATTERY, add_plan, sessions, turn
from tests.common import Clock, Scene, set_up, state
from tests.config_flow.forms import answer, said as end_of, to_charge
from tests.octopus import FakeOctopus, day_of, uk

from .common import BATTERY, NIGHTLY, Flow, adding, changing

NIGHT = {"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"}
BEFORE = {"23:30": "-1.05", "00:00": "0.5", "00:30": "-2", "01:00": "-1.6"}
MAY_CHANGE = "This may change when more prices are published."
NOT_OUT = (
    "The prices for this charge aren't out yet. They usually come at about 16:00, "
    "and the charge will be planned then."
)
TWO = {"charge_duration": 2, "ready_by": "07:00:00"}


@pytest.mark.parametrize(
    ("at", "prices", "answers", "said"),
    [
        ("16:10", NIGHT, TWO, "Cheapest 2 hours: 02:00 to 04:00 tomorrow, 5.00p."),
        ("16:10", NIGHT, {"charge_duration": 1}, "Cheapest 1 hour: 17:00 to 18:00 today, 20.00p."),
        (
            "16:10",
            BEFORE,
            {**TWO, "charge_duration": 1.75},
            "Cheapest 1 h 45 min: 23:45 today to 01:30 tomorrow, -1.04p.",
        ),
        # Midnight belongs to the day that it ends.
        (
            "16:10",
            {"23:30": "1"},
            {**TWO, "charge_duration": 0.5},
            "Cheapest 30 min: 23:30 to 00:00 today, 1.00p.",
        ),
        (
            "16:10",
            NIGHT,
            {**TWO, "ready_by": "17:00:00"},
            "Only 50 min of the charge will fit: 16:10 to 17:00 today, 25.00p.",
        ),
        ("16:10", NIGHT, {"charge_duration": 0}, "There's nothing to charge at the moment."),
        # Tomorrow's prices are to come.
        (
            "12:00",
            {"20:00": "9", "20:30": "9", "21:00": "9", "21:30": "9"},
            TWO,
            f"Cheapest 2 hours: 20:00 to 22:00 today, 9.00p. {MAY_CHANGE}",
        ),
        ("12:00", NIGHT, {**TWO, "more": {"earliest_start": "23:30:00"}}, NOT_OUT),
    ],
)
async def test_a_set_up_ends_with_the_price_now_and_the_cheapest_time(
    home: HomeAssistant,
    octopus: FakeOctopus,
    clock: Clock,
    at: str,
    prices: dict[str, str],
    answers: dict[str, Any],
    said: str,
) -> None:
    octopus.prices = day_of({"16:00": "25", "16:30": "25", **prices})
    await clock.to(f"2026-11-23 {at}")
    flow = await answer(home, await to_charge(home), **answers)
    now = "25.00" if at == "16:10" else "20.00"
    assert end_of(flow) == f"Now {now}p. {said}"
    # It is the plan that the entry then has.
    has_block = state(home, "sensor.cheapest_block_start") != "unknown"
    assert has_block is said.startswith(("Cheapest", "Only"))


async def test_without_a_price_now_it_says_so(
    home: HomeAssistant, octopus: FakeOctopus, clock: Clock
) -> None:
    prices = day_of(NIGHT)
    missing = (uk("2026-11-23 16:00"), uk("2026-11-23 16:30"))
    octopus.prices = lambda start: None if start in missing else prices(start)
    await clock.to("2026-11-23 16:10")
    flow = await answer(home, await to_charge(home), **TWO)
    expected = "The current price isn't known. Cheapest 2 hours: 02:00 to 04:00 tomorrow, 5.00p."
    assert f"{expected} {MAY_CHANGE}" == end_of(flow)


class TestChargePlan:
    """A charge plan ends with its own answer, when it is added and when it is changed."""

    @pytest.fixture(autouse=True)
    async def _home(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(NIGHT | {"05:00": "4.5", "05:30": "4.5"})
        home.states.async_set("switch.wallbox", "off")
        await clock.to("2026-11-23 16:10")
        await set_up(home, entry)

    async def end_of(self, flow: Flow, answers: dict[str, Any], **window: Any) -> str:
        """Go through the forms of a plan, and return what it ends with."""
        await flow.answer(name=CAR, **answers)
        await flow.answer(**{**NIGHTLY, **window})
        if flow.form.get("step_id") == "pauses":
            await flow.answer()
        placeholders = flow.form["description_placeholders"]
        assert placeholders is not None
        return placeholders["answer"]

    @pytest.mark.parametrize(
        ("window", "said"),
        [
            ({}, "Cheapest 2 hours: 02:00 to 04:00 tomorrow, 5.00p."),
            (
                {"mode": "slots"},
                "Cheapest 2 hours, in 2 sessions: 02:00 to 06:00 tomorrow, 4.50p.",
            ),
            ({"price_limit": 1}, "There's no suitable time for this charge yet."),
            ({"days": ["wed"]}, NOT_OUT),
        ],
        ids=["one go", "sessions", "none", "not published"],
    )
    async def test_when_it_is_added(
        self, home: HomeAssistant, entry: MockConfigEntry, window: dict[str, Any], said: str
    ) -> None:
        flow = await adding(home, entry, "energy")
        assert await self.end_of(flow, {"energy": 14, "power": 7}, **window) == f"Now 20.00p. {said}"

    async def test_east_of_britain_it_may_have_a_date(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await home.config.async_set_time_zone("Asia/Kolkata")
        flow = await adding(home, entry, "duration")
        night = {"earliest_start": "23:00:00", "ready_by": "05:00:00", "days": ["tue"]}
        said = await self.end_of(flow, {"duration": 2}, **night)
        # From half past five in the afternoon to half past eleven in the evening in Britain.
        assert (
            said
            == f"Now 20.00p. Cheapest 2 hours: 23:00 tomorrow to 01:00 on 25/11, 20.00p. {MAY_CHANGE}"
        )

    async def test_of_a_battery_by_its_level(self, home: HomeAssistant, entry: MockConfigEntry) -> None:
        flow = await adding(home, entry, "state_of_charge")
        said = await self.end_of(flow, BATTERY)
        wanted = (
            "The battery's level or target level isn't known yet. "
            "The charge will be planned as soon as both are."
        )
        assert said == f"Now 20.00p. {wanted}"
        home.states.async_set("sensor.battery", "71")
        flow = await adding(home, entry, "state_of_charge")
        said = await self.end_of(flow, BATTERY)
        assert said == "Now 20.00p. Cheapest 1 hour: 02:00 to 03:00 tomorrow, 4.50p."
        home.states.async_set("sensor.battery", "80")
        flow = await adding(home, entry, "state_of_charge")
        assert await self.end_of(flow, BATTERY) == "Now 20.00p. There's nothing to charge at the moment."

    async def test_of_a_shared_charger_around_those_that_go_first(
        self, home: HomeAssistant, entry: MockConfigEntry
    ) -> None:
        await add_plan(home, entry, "First", ready_by="06:30:00", charger="switch.wallbox")
        await add_plan(home, entry, "Last", ready_by="08:00:00", charger="switch.wallbox")
        flow = await adding(home, entry, "energy")
        said = await self.end_of(flow, {"energy": 7, "power": 7}, charger="switch.wallbox")
        assert said == "Now 20.00p. Cheapest 1 hour: 05:00 to 06:00 tomorrow, 4.50p."
        await home.async_block_till_done(wait_background_tasks=True)
        start = home.states.get("sensor.charge_the_car_start")
        assert start is not None
        assert start.state == "2026-11-24T05:00:00+00:00"

    async def test_when_it_is_changed_it_goes_on_from_what_it_is(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("sensor.battery", "60")
        plan_id = await add_plan(home, entry, **FROM_BATTERY)
        await clock.to("2026-11-24 02:30")
        flow = await changing(home, entry, plan_id, "state_of_charge")
        said = await self.end_of(flow, {**BATTERY, "target": 90, "efficiency": 100})
        # Half an hour of three has run; the start stays.
        assert said == "Now 4.00p. Cheapest 3 hours: 02:00 to 05:00 today, 10.00p."

    async def test_when_it_is_off_it_says_so(self, home: HomeAssistant, entry: MockConfigEntry) -> None:
        plan_id = await add_plan(home, entry)
        await turn(home, on=False)
        flow = await changing(home, entry, plan_id, "energy")
        said = await self.end_of(flow, {"energy": 14, "power": 7})
        assert said == "Now 20.00p. This plan is off."

    async def test_without_prices_it_waits_for_them(
        self, home: HomeAssistant, entry: MockConfigEntry
    ) -> None:
        await home.config_entries.async_unload(entry.entry_id)
        flow = await adding(home, entry, "energy")
        said = await self.end_of(flow, {"energy": 14, "power": 7})
        assert said == f"The current price isn't known. {NOT_OUT}"


async def test_a_shared_charger_is_left_to_others_for_their_minimum(
    scene: Scene, home: HomeAssistant, long_prices: None
) -> None:
    scene.octopus.prices = day_of(
        {f"0{hour}:{half}": "5" for hour in (2, 3, 4, 5) for half in ("00", "30")}
    )
    shared = {"charger": "switch.wallbox", "mode": "slots"}
    by_friday = {"deadline": "by_day", "days": ["fri"], "minimum": 60}
    for entity_id, says in (("switch.wallbox", "off"), ("sensor.battery", "10")):
        home.states.async_set(entity_id, says)
    await scene.clock.to("2026-11-23 16:10")
    await scene.set_up()
    times = {"earliest_start": "22:00:00", "ready_by": "06:00:00"}
    await add_plan(home, scene.entry, "Minimum", **{**FROM_BATTERY, **times, **by_friday, **shared})
    assert sessions(home, "Minimum") == ["24 01:00-06:00"]
    flow = await adding(home, scene.entry, "energy")
    await flow.answer(name=CAR, energy=14, power=7)
    await flow.answer(**{**NIGHTLY, **times, "ready_by": "09:00:00", **shared})
    await flow.answer(shortest_run=30)
    said = flow.form["description_placeholders"]
    assert said is not None
    # Without the other plan, it would be from 02:00 to 04:00.
    assert said["answer"] == "Now 20.00p. Cheapest 2 hours: 22:00 to 00:00 today, 20.00p."
    await home.async_block_till_done(wait_background_tasks=True)
    assert sessions(home) == ["23 22:00-00:00"]
