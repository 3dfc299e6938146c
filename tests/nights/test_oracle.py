"""The oracle on nights made by hand: what it says of them is plain to see."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.octopus import UK, uk

from .drivers import NeverCharges, NeverRetries, NeverWaits, Perfect
from .night import Car, Deed, Faults, Night, Plan, Record, Sensor
from .oracle import Verdict, called_for, judge, let_pass
from .world import World

# From 18:00 to 07:00. 40 points of 70 kWh at 7 kW and 100% take four hours.
EVENING = uk("2026-11-23 18:00")
CAR = Car(capacity=70, power=7, efficiency=1, true_efficiency=1, level=40)
# Minutes from 18:00 on.
TWO, SIX = 8 * 60, 12 * 60


def cheap_at_two(start: datetime) -> Decimal:
    """Return 5p from 02:00 to 06:00, else 20p."""
    return Decimal(5 if 2 <= start.astimezone(UK).hour < 6 else 20)


def night(**changes: Any) -> Night:
    return replace(Night(EVENING, 13 * 60, CAR), **changes)


async def lived(night: Night, driver: Perfect) -> Record:
    return await World(night, cheap_at_two).live(driver)


async def verdict(night: Night, driver: Perfect) -> Verdict:
    return judge(await lived(night, driver))


@pytest.mark.parametrize("mode", ["block", "slots"])
async def test_a_plain_night_costs_four_cheap_hours(mode: str) -> None:
    found = await verdict(night(plan=Plan(mode="block" if mode == "block" else "slots")), Perfect())
    assert (found.could_be_full, found.is_full, found.failures) == (True, True, [])
    assert found.paid == pytest.approx(28 * 5)
    assert found.least == pytest.approx(28 * 5)


async def test_whoever_does_not_wait_pays_more_than_the_least() -> None:
    found = await verdict(night(), NeverWaits())
    assert (found.is_full, found.failures) == (True, [])
    assert found.paid == pytest.approx(28 * 20)
    assert found.least == pytest.approx(28 * 5)


async def test_whoever_does_nothing_is_found_out() -> None:
    found = await verdict(night(), NeverCharges())
    assert found.failures == ["40.0 % short, and could have been full"]


async def test_a_car_that_comes_too_late_could_not_be_full() -> None:
    late = night(deeds=(Deed(SIX, "plug_in"),), is_plugged=False)
    found = await verdict(late, Perfect())
    assert (found.could_be_full, found.is_full, found.failures) == (False, False, [])
    # But it could have had the hour that was left.
    found = await verdict(late, NeverCharges())
    assert found.failures == ["40.0 % short, and could have had more"]


@pytest.mark.parametrize("has_sensor", [True, False])
async def test_a_dead_hour_is_no_excuse_where_an_hour_is_left(has_sensor: bool) -> None:
    plan = Plan(has_energy_sensor=has_sensor)
    dead = night(plan=plan, faults=Faults(dead=((TWO, TWO + 60),)))
    found = await verdict(dead, Perfect())
    assert (found.could_be_full, found.failures) == (True, [])
    found = await verdict(dead, NeverRetries())
    assert found.failures == ["10.0 % short, and could have been full"]


async def test_a_dead_hour_is_an_excuse_where_the_block_ends_with_the_night() -> None:
    dead = night(faults=Faults(dead=((TWO, TWO + 60),)), deadline=SIX)
    found = await verdict(dead, Perfect())
    assert (found.could_be_full, found.is_full, found.failures) == (False, False, [])


async def test_whoever_lets_no_time_pass_that_is_needed_may_have_bad_luck() -> None:
    # Somebody raises the target at four to more than fits, and what was left is all used.
    plan, deeds = Plan(has_target_entity=True, target=50), (Deed(TWO + 120, "target", 100),)
    record = await lived(night(plan=plan, deeds=deeds, deadline=SIX), Perfect())
    assert let_pass(record, called_for(record)) == 0
    record.in_session[SIX - 10 :] = [False] * 10
    assert let_pass(record, called_for(record)) == pytest.approx(10 / 60 * 7)


async def test_what_nobody_can_see_is_not_held_against_anybody() -> None:
    # Nothing says in the night that the hour gave nothing, so what was called for has been delivered.
    blind = night(sensor=Sensor(sleeps=6 * 60), faults=Faults(dead=((TWO, TWO + 60),)))
    found = await verdict(blind, NeverRetries())
    assert found.short == pytest.approx(10, abs=0.1)
    assert (found.is_full, found.failures) == (True, [])
    # With a meter on the charger it can be seen.
    metered = replace(blind, plan=Plan(has_energy_sensor=True))
    found = await verdict(metered, NeverRetries())
    assert found.failures == ["10.0 % short, and could have been full"]


async def test_a_weaker_car_is_known_from_its_reports_alone() -> None:
    weak = Car(capacity=70, power=7, efficiency=1, true_efficiency=0.85, level=40)
    found = await verdict(night(car=weak), NeverRetries())
    assert found.failures == ["6.0 % short, and could have been full"]
    found = await verdict(night(car=weak, sensor=Sensor(sleeps=0)), NeverRetries())
    assert (found.is_full, found.failures) == (True, [])


async def test_a_raised_target_costs_what_is_cheap_from_then_on() -> None:
    plan = Plan(target=60, has_target_entity=True)
    raised = night(plan=plan, deeds=(Deed(SIX, "target", 65),))
    found = await verdict(raised, Perfect())
    assert (found.could_be_full, found.is_full, found.failures) == (True, True, [])
    assert found.least == pytest.approx(14 * 5 + 3.5 * 20, rel=0.02)


async def test_no_time_before_the_prices_are_known() -> None:
    waits = night(published=SIX - 60)
    # Until 23:00 prices are known, and the four hours fit: nobody can wait for what isn't out yet.
    assert (await verdict(waits, Perfect())).least == pytest.approx(28 * 20)
    full = Car(capacity=70, power=7, efficiency=1, true_efficiency=1, level=20)
    found = await verdict(night(car=full, published=SIX - 60), Perfect())
    assert (found.could_be_full, found.failures) == (False, [])
    assert found.least == pytest.approx(7 * 5 + 7 * 20, rel=0.01)


async def test_a_price_limit_leaves_less_time() -> None:
    empty = Car(capacity=70, power=7, efficiency=1, true_efficiency=1, level=20)
    found = await verdict(night(car=empty, plan=Plan(price_limit=10)), Perfect())
    assert (found.could_be_full, found.is_full, found.failures) == (False, False, [])
    assert found.paid == pytest.approx(28 * 5)


async def test_what_is_charged_above_the_limit_is_counted() -> None:
    record = await lived(night(), NeverWaits())
    limited = replace(record, night=night(plan=Plan(price_limit=10)))
    assert judge(limited).failures == ["240 min above the price limit"]


async def test_a_charger_that_is_left_on_is_counted() -> None:
    record = await lived(night(), Perfect())
    record.is_on[TWO + 241 : TWO + 261] = [True] * 20
    assert judge(record).outside == 19
    record.by_hand[TWO + 241 : TWO + 261] = [True] * 20
    assert judge(record).outside == 0


async def test_more_than_one_call_is_seen() -> None:
    record = await lived(night(), Perfect())
    assert judge(record).wrong_calls == []
    record.calls.insert(1, record.calls[0])
    assert judge(record).wrong_calls == ["calls of the session at minute 480 to 720: on, on, off"]
    # A charger that can't be reached may be called as often as it takes.
    unreachable = night(faults=Faults(failing=((TWO, TWO + 10),)))
    record = await lived(unreachable, Perfect())
    assert [call.failed for call in record.calls] == [True] * 10 + [False] * 2
    assert judge(record).failures == []


async def test_what_somebody_does_by_hand_is_theirs() -> None:
    deeds = (Deed(60, "hand_on"), Deed(120, "hand_off"))
    found = await verdict(night(deeds=deeds), Perfect())
    # Somebody's hour isn't paid for by the plan, which needs an hour less.
    assert (found.is_full, found.outside, found.failures) == (True, 0, [])
    assert found.paid == pytest.approx(21 * 5, rel=0.01)


async def test_a_session_that_somebody_ends_is_not_made_up_for_before_its_end() -> None:
    stopped = night(deeds=(Deed(TWO + 60, "hand_off"),), deadline=SIX)
    found = await verdict(stopped, Perfect())
    assert (found.could_be_full, found.is_full, found.failures) == (False, False, [])
