"""Comparisons from day to day: what was known stays known, and what ends is known to its end."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from homeassistant.core import HomeAssistant

from tests.common import Scene, restart, set_up
from tests.octopus import NEWER, SLOT, lasting, uk

from .common import HOUR, METER, compare, comparison, fetched, half_hourly, read, shown, write
from .test_limits import COSY, daily
from .test_problems import action_of

ENDED = "AGILE-23-12-06"
YEAR = "saving_in_a_year"
SIX_A_DAY = daily(
    ("00:00", "25"), ("04:00", "13"), ("07:00", "25"), ("13:00", "13"), ("16:00", "40"), ("19:00", "25")
)


def in_pairs(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows by payment method: those of direct debit as they are, and dearer ones."""
    return [
        row | {"payment_method": method, "value_inc_vat": row["value_inc_vat"] + more}
        for row in rows
        for method, more in {"DIRECT_DEBIT": 0, "NON_DIRECT_DEBIT": 5}.items()
    ]


async def night(scene: Scene, day: str, since: str) -> None:
    """Go to a night in which the meter has counted the first hour, and something may be fetched."""
    await scene.clock.to(f"{day} 01:00:10")
    await write(scene.home, METER, read(uk(f"{since} 00:00"), uk(f"{day} 01:00")))
    await scene.clock.to(f"{day} 02:05")
    await fetched(scene, 4)


async def test_a_month_of_half_hours_is_known_to_its_last(home: HomeAssistant, compared: Scene) -> None:
    compared.octopus.publishing.add(NEWER)
    compare(compared.entry, comparison("Newer", NEWER))
    await compared.clock.to("2026-11-29 12:00:10")
    await write(home, METER, read(uk("2026-11-20 00:00"), uk("2026-11-29 12:00")))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    # December's prices are asked for from the 30th on, when there are none yet.
    for day in ("2026-11-30", *(f"2026-12-0{number}" for number in range(1, 6))):
        await night(compared, day, "2026-11-20")
        known = shown(home, YEAR, "newer").attributes
        assert (known["until"], known["hours_missing"]) == (f"{day}T01:00:00+00:00", 0)
    # What is over is asked for until no price can be late any more, and then never again.
    november = compared.octopus.asked_for(f"{NEWER}-C/standard-unit-rates/?period_from=2026-11")
    assert [f"{at:%d}" for at in november] == ["29", "30", "01", "02", "03"]


async def test_a_year_keeps_the_month_that_has_just_ended(home: HomeAssistant, compared: Scene) -> None:
    await compared.clock.to("2026-11-30 12:00:10")
    await write(home, METER, read(uk("2026-11-20 00:00"), uk("2026-11-30 12:00")))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    await compared.clock.to("2026-11-30 16:30")
    # Octopus says nothing that night.
    compared.octopus.fault = TimeoutError()
    await night(compared, "2026-12-01", "2026-11-20")
    year = shown(home, YEAR).attributes
    assert (year["until"], year["hours_missing"]) == ("2026-12-01T01:00:00+00:00", 0)


async def test_tomorrow_is_told_on_the_day_after_a_restart(home: HomeAssistant, compared: Scene) -> None:
    await write(home, METER, read(uk("2026-10-20 00:00"), uk("2026-11-23 12:00")))
    await compared.clock.to("2026-11-23 20:00:10")
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    await night(compared, "2026-11-24", "2026-10-20")
    await compared.clock.to("2026-11-24 16:30")
    assert shown(home, "saving_tomorrow").attributes["until"] == "2026-11-25T23:00:00+00:00"


async def test_a_tariff_that_has_ended_goes_on_where_it_stopped(
    home: HomeAssistant, compared: Scene
) -> None:
    octopus, first, last = compared.octopus, uk("2026-08-25 00:00"), uk("2026-09-02 00:00")
    slots: list[datetime] = [first + number * SLOT for number in range((last - first) // SLOT)]
    clock = "%Y-%m-%d %H:%M"
    octopus.lasting[ENDED] = [
        lasting(f"{at + HOUR:{clock}}", f"{at + HOUR + SLOT:{clock}}", half_hourly(at)) for at in slots
    ]
    compare(compared.entry, comparison("Ended", ENDED))
    await write(home, METER, read(first, uk("2026-11-23 12:00")))
    octopus.fault, octopus.fault_for = (
        TimeoutError(),
        f"{ENDED}-C/standard-unit-rates/?period_from=2026-08",
    )
    await set_up(home, compared.entry)
    await fetched(compared, 8)
    await night(compared, "2026-11-24", "2026-08-25")
    octopus.fault = None
    await compared.clock.to("2026-11-24 09:00")
    await fetched(compared, 4)
    months = (await action_of(compared, start="2026-08-25 00:00", end="2026-10-01 00:00"))["months"]
    missing = [month["tariffs"][1]["hours_without_price"] for month in months]
    # All of August is known, and of September a day.
    assert missing == [0, 29 * 24]


async def test_a_tariff_with_more_rows_than_an_answer_holds_comes_by_the_month(
    home: HomeAssistant, compared: Scene
) -> None:
    compared.octopus.lasting[COSY] = in_pairs(SIX_A_DAY)
    compare(compared.entry, comparison("Cosy", COSY))
    start = uk("2026-08-28 00:00")
    await write(home, METER, dict.fromkeys(read(start, uk("2026-11-23 12:00")), Decimal(1)))
    await set_up(home, compared.entry)
    await fetched(compared, 16)
    assert shown(home, YEAR, "cosy").attributes["complete"] is True
    november = (await action_of(compared, start="2026-11-01 00:00", end="2026-11-02 00:00"))["months"][0]
    cheap, day, peak = 6 * 0.13, 15 * 0.25, 3 * 0.40
    assert november["tariffs"][1]["energy_cost"] == round(cheap + day + peak, 6)
    # It isn't tried again, nor are months asked for of which no price can be known.
    asked = len(compared.octopus.asked_for(COSY))
    await restart(home, compared.entry)
    await fetched(compared, 4)
    assert shown(home, YEAR, "cosy").attributes["complete"] is True
    assert len(compared.octopus.asked_for(COSY)) == asked
    assert compared.octopus.asked_for(f"{COSY}-C/standard-unit-rates/?period_from=2026-12") == []


async def test_a_half_year_may_become_too_long(home: HomeAssistant, compared: Scene) -> None:
    compared.octopus.lasting[COSY] = SIX_A_DAY
    compare(compared.entry, comparison("Cosy", COSY))
    await write(home, METER, read(uk("2026-10-28 00:00"), uk("2026-11-23 12:00")))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    compared.octopus.lasting[COSY] = in_pairs(SIX_A_DAY)
    await night(compared, "2026-11-24", "2026-10-28")
    await fetched(compared, 4)
    known = shown(home, YEAR, "cosy").attributes
    assert (known["until"], known["complete"]) == ("2026-11-24T01:00:00+00:00", True)


async def test_hours_that_were_not_read_count_from_the_time_asked_for(
    home: HomeAssistant, compared: Scene
) -> None:
    readings = read(uk("2026-11-18 00:00"), uk("2026-11-23 12:00"))
    off = read(uk("2026-11-20 20:00"), uk("2026-11-21 05:00"))
    await write(home, METER, {at: kwh for at, kwh in readings.items() if at not in off})
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    [month] = (await action_of(compared, start="2026-11-21 00:00"))["months"]
    assert [bill["hours_missing"] for bill in month["tariffs"]] == [5, 5]
    assert [bill["hours"] for bill in month["tariffs"]] == [2 * 24 + 12] * 2
    # Before the meter's first hour and after its last, there is nothing to say.
    [month] = (await action_of(compared, start="0001-01-01 00:00"))["months"]
    assert month["tariffs"][0]["hours"] == 5 * 24 + 12
    assert (await action_of(compared, start="2026-11-23 12:00"))["months"] == []
