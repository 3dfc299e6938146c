"""What is asked of Octopus for a comparison: no more than there is to know, and each but once."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.octopus_agile.agile.history import Done, History
from custom_components.octopus_agile.agile.windows import Window
from custom_components.octopus_agile.store import file_of
from tests.blueprints.common import automate
from tests.common import Scene, restart, set_up
from tests.house import install_blueprints
from tests.octopus import NEWER, uk

from .common import (
    HERE,
    HOUR,
    METER,
    THERE,
    compare,
    comparison,
    cost,
    fetched,
    half_hourly,
    read,
    shown,
    write,
)
from .test_problems import action_of

SAVING_TOMORROW = "sensor.compared_with_flexible_octopus_saving_tomorrow"
NOVEMBER = uk("2026-11-01 00:00")
SINCE_SEPTEMBER = read(uk("2026-09-28 00:00"), uk("2026-11-23 12:00"))


async def test_nothing_is_asked_before_a_tariff_began(home: HomeAssistant, compared: Scene) -> None:
    octopus = compared.octopus
    octopus.prices = lambda start: half_hourly(start) if start >= NOVEMBER else None
    octopus.publishing.add(NEWER)
    compare(compared.entry, comparison("Newer", NEWER))
    await write(home, METER, SINCE_SEPTEMBER)
    await set_up(home, compared.entry)
    await fetched(compared, 8)
    for month in ("2026-10-01", "2026-11-01"):
        assert len(octopus.asked_for(f"{NEWER}-C/standard-unit-rates/?period_from={month}")) == 1
    assert octopus.asked_for("period_from=2026-09-01") == []
    year = shown(home, "saving_in_a_year", "newer")
    assert year.attributes["complete"] is False
    # Of October only the first hour isn't in summer's time.
    assert year.attributes["hours_missing"] == 34 * 24 + 1
    assert shown(home, "saving", "newer").attributes["complete"] is True
    # Nothing is asked twice, after a restart neither, but for what wasn't there.
    asked = len(octopus.requests_for_charges)
    await restart(home, compared.entry)
    await fetched(compared, 4)
    assert len(octopus.requests_for_charges) == asked
    assert len(octopus.asked_for(f"{NEWER}-C/standard-unit-rates/?period_from=2026-11-01")) == 1


async def test_a_tariff_without_any_price(home: HomeAssistant, compared: Scene) -> None:
    compared.octopus.ended = {NEWER}
    await write(home, METER, SINCE_SEPTEMBER)
    compare(compared.entry)
    await set_up(home, compared.entry)
    for _ in range(2):
        found = await action_of(compared, tariffs=[NEWER], start="2026-10-10 00:00")
        await fetched(compared, 8)
    assert len(compared.octopus.asked_for(f"{NEWER}-C/standard-unit-rates")) == 2
    assert [bill["complete"] for bill in found["months"][0]["tariffs"]] == [True, False]


async def test_a_new_day_is_added_after_midnight(home: HomeAssistant, compared: Scene) -> None:
    await write(home, METER, read(uk("2026-11-20 00:00"), uk("2026-11-24 01:00")))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    await compared.clock.to("2026-11-24 02:10")
    await fetched(compared, 4)
    state = shown(home, "saving")
    assert state.attributes["until"] == "2026-11-24T01:00:00+00:00"
    assert state.attributes["complete"] is True
    # What isn't over is looked at once a day.
    assert len(compared.octopus.asked_for("VAR-22-11-01-C/standard-unit-rates")) == 2


async def test_a_month_of_which_no_hour_is_over_costs_nothing_known(
    home: HomeAssistant, compared: Scene
) -> None:
    await compared.clock.to("2026-12-01 00:30:10")
    await write(home, METER, read(uk("2026-11-28 00:00"), uk("2026-12-01 00:00")))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    assert shown(home, "cost_here").state == "unknown"
    assert shown(home, "saving_in_a_year").attributes["complete"] is True
    # The night's first hour is looked at as soon as it is over.
    await write(home, METER, read(uk("2026-11-28 00:00"), uk("2026-12-01 01:00")))
    await compared.clock.to("2026-12-01 02:00")
    assert shown(home, "cost_here").attributes["until"] == "2026-12-01T01:00:00+00:00"


async def test_what_tomorrow_costs_on_a_usual_day(
    home: HomeAssistant, compared: Scene, tmp_path: Path
) -> None:
    install_blueprints(tmp_path)
    home.config.config_dir = str(tmp_path)
    noon = uk("2026-11-23 12:00")
    one_kwh = dict.fromkeys(read(noon - 34 * 24 * HOUR, noon), Decimal(1))
    await write(home, METER, one_kwh)
    await set_up(home, compared.entry)
    await fetched(compared, 5)
    assert shown(home, "saving_tomorrow").state == "unknown"
    notes = async_mock_service(home, "persistent_notification", "create")
    await automate(home, "tomorrow_compared", saving=SAVING_TOMORROW)
    await compared.clock.to("2026-11-23 16:30")
    state = shown(home, "saving_tomorrow")
    start, end = uk("2026-11-23 23:00"), uk("2026-11-24 23:00")
    usual = dict.fromkeys(read(start, end), Decimal(1))
    here = float(cost(usual, half_hourly, start, end)) + 0.376525
    there = 24 * 0.261135 + 0.45
    assert state.attributes["cost_here"] == pytest.approx(here)
    assert state.attributes["cost_there"] == pytest.approx(there)
    assert float(state.state) == pytest.approx(there - here, abs=1e-6)
    assert state.attributes["since"] == "2026-11-23T23:00:00+00:00"
    [note] = notes
    assert note.data["message"].strip() == (
        f"A typical day would cost £{here:.2f} tomorrow, and £{there:.2f} on Flexible Octopus."
    )
    # The same once more, as after a restart, is no news.
    home.states.async_set(SAVING_TOMORROW, "unknown")
    home.states.async_set(SAVING_TOMORROW, state.state, state.attributes)
    await home.async_block_till_done()
    assert len(notes) == 1


async def test_what_charges_cost(home: HomeAssistant, compared: Scene) -> None:
    noon = uk("2026-11-23 12:00")
    start = uk("2026-11-22 02:00")
    night = Window(uk("2026-11-21 23:00"), uk("2026-11-22 07:00"))
    counted = Done(start, start + 2 * HOUR, Decimal(14), Decimal("1.5"), Decimal("3.1"), window=night)
    unknown = Done(noon - 4 * HOUR, noon - 3 * HOUR, None, None, None)
    long_ago = replace(counted, start=start - 90 * 24 * HOUR, end=start - 89 * 24 * HOUR)
    history = file_of(home, f"{compared.entry.entry_id}.main.history", History)
    await history.async_save(History(done=(long_ago, counted, unknown)))
    await write(home, METER, read(uk("2026-11-20 00:00"), noon))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    told = shown(home, "saving_in_a_year").attributes
    assert told["charges"] == 1
    assert told["charges_left_out"] == 1
    assert told["charges_energy"] == 14
    assert (told["charges_paid"], told["charges_at_once"]) == (1.5, 3.1)
    assert told["charges_there"] == told["charges_cheapest_there"] == pytest.approx(14 * 0.261135)
    # The action says the same of each tariff: here, the cheapest four half-hours of the night.
    here, there = (await action_of(compared))["charges"]
    said = {"charges": 1, "charges_left_out": 1, "energy": 14, "paid": 1.5, "at_once": 3.1}
    slots = sorted(Decimal(half_hourly(night.start + number * HOUR / 2)) for number in range(16))
    assert here == said | {
        "tariff": HERE,
        "name": here["name"],
        "same_times": pytest.approx(
            float(cost({start: Decimal(7), start + HOUR: Decimal(7)}, half_hourly, start, noon))
        ),
        "cheapest_times": pytest.approx(float(14 * sum(slots[:4]) / 4 / 100)),
    }
    assert there == said | {
        "tariff": THERE,
        "name": "Flexible Octopus",
        "same_times": pytest.approx(14 * 0.261135),
        "cheapest_times": pytest.approx(14 * 0.261135),
    }
    # Those of another time aren't among them.
    [earlier, _] = (await action_of(compared, end="2026-11-22 00:00"))["charges"]
    assert (earlier["charges"], earlier["charges_left_out"]) == (0, 0)
