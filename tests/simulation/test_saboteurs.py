"""Whoever does it wrong is found out: what proves the oracles."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.octopus import uk

from .common import MakeSimulation, modelled_price

START = uk("2026-11-23 12:00")


async def test_a_charger_that_is_left_as_it_is(
    simulate: MakeSimulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = simulate(START, modelled_price)
    monkeypatch.setattr(simulation.home.bays[0], "switch", lambda *, on: None)
    await simulation.start()
    with pytest.raises(AssertionError, match="fill_the_car is False since"):
        await simulation.to(START + timedelta(days=1))


async def test_a_battery_that_is_empty_at_its_deadline(
    simulate: MakeSimulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = simulate(START, modelled_price)
    monkeypatch.setattr(simulation.home.bays[0].battery, "charge", lambda minutes: 0.0)
    await simulation.start()
    with pytest.raises(AssertionError, match=r"fill_the_car has 55\.0 at"):
        await simulation.to(START + timedelta(days=1))


async def test_a_sum_with_one_wrong_price(simulate: MakeSimulation) -> None:
    simulation = simulate(START, modelled_price)
    await simulation.start()
    await simulation.to(uk("2026-11-24 03:10"))
    simulation.accountant.check()
    assert simulation.accountant.judged == 1
    simulation.server.given[uk("2026-11-21 12:00")] += Decimal(1)
    with pytest.raises(AssertionError, match="cost_here is"):
        simulation.accountant.check()
