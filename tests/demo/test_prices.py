"""The model of prices, and the replaying of real ones."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
import subprocess
import sys

import pytest

from demo.prices import CAP, FACTORS, SLOT, UK, Slot, modelled, replayed, vat


def day(local: date) -> tuple[datetime, datetime]:
    """A UK local day, from midnight to midnight."""
    start, end = (datetime.combine(at, time(), UK) for at in (local, local + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def year(region: str, number: int) -> list[Slot]:
    return modelled(region, datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC))


def test_another_process_shows_the_same_prices() -> None:
    code = (
        "from datetime import *; from demo.prices import modelled;"
        "s = datetime(2026, 11, 23, tzinfo=UTC);"
        "print(*(x.inc_vat for x in modelled('C', s, s + timedelta(days=2))))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    start = datetime(2026, 11, 23, tzinfo=UTC)
    here = [str(slot.inc_vat) for slot in modelled("C", start, start + timedelta(days=2))]
    assert run.stdout.split() == here


def test_prices_do_not_depend_on_the_period_asked_for() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    whole = modelled("C", start, start + timedelta(days=3))
    assert modelled("C", start + timedelta(days=1), start + timedelta(days=2)) == whole[48:96]


def test_slots_overlap_the_period() -> None:
    at = datetime(2026, 11, 23, 10, 10, tzinfo=UTC)
    starts = [slot.start for slot in modelled("C", at, at + timedelta(minutes=30))]
    assert starts == [at.replace(minute=0), at.replace(minute=30)]
    assert modelled("C", at.replace(minute=0), at.replace(minute=0)) == []
    assert len(modelled("C", at.replace(minute=0), at.replace(minute=30))) == 1


@pytest.mark.parametrize("number", [2024, 2025, 2026, 2027, 2028])
def test_a_few_in_a_hundred_are_below_zero_and_for_hours(number: int) -> None:
    slots = year("C", number)
    negative = [slot for slot in slots if slot.inc_vat < 0]
    assert 0.005 < len(negative) / len(slots) < 0.04
    following = {slot.start for slot in negative}
    assert any(all(slot.start + SLOT * n in following for n in range(6)) for slot in negative)
    assert any(9 <= slot.start.hour < 17 for slot in negative)
    assert any(slot.start.hour < 6 for slot in negative)


@pytest.mark.parametrize("region", FACTORS)
def test_prices_look_like_agile(region: str) -> None:
    slots = year(region, 2026)
    mean = sum(slot.exc_vat for slot in slots) / len(slots)
    assert 15 < mean < 30
    assert max(slot.exc_vat for slot in slots) <= CAP
    assert all(slot.exc_vat == round(slot.exc_vat, 2) for slot in slots)
    assert all(slot.inc_vat == slot.exc_vat * (1 + vat(slot.start)) for slot in slots)


def test_the_cap_holds() -> None:
    cap = Decimal("20.00")
    start, end = day(date(2026, 11, 23))
    capped = modelled("C", start, end, cap)
    assert [slot.exc_vat for slot in capped] == [
        min(slot.exc_vat, cap) for slot in modelled("C", start, end)
    ]


@pytest.mark.parametrize("local", [date(2026, 7, 15), date(2026, 11, 23)])
def test_the_evening_costs_more_by_local_time(local: date) -> None:
    price = {slot.start.astimezone(UK).time(): slot.exc_vat for slot in modelled("C", *day(local))}
    premium = FACTORS["C"][1]
    assert price[time(16)] - price[time(15, 30)] > premium / 2
    assert price[time(18, 30)] - price[time(19)] > premium / 2


@pytest.mark.parametrize(
    ("local", "count"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50), (date(2026, 11, 23), 48)]
)
def test_days_of_clock_changes(local: date, count: int) -> None:
    slots = modelled("C", *day(local))
    assert len(slots) == count
    assert all(later.start - slot.start == SLOT for slot, later in pairwise(slots))


@pytest.mark.parametrize(
    ("local", "rate"),
    [
        ("2026-09-30 23:30", "0.05"),
        ("2026-10-01 00:00", "0"),
        ("2027-03-31 23:30", "0"),
        ("2027-04-01 00:00", "0.05"),
    ],
)
def test_vat_is_due_by_local_date(local: str, rate: str) -> None:
    assert vat(datetime.fromisoformat(local).replace(tzinfo=UK)) == Decimal(rate)


def recording(path: Path, first: datetime, weeks: float) -> Path:
    """A file of prices that tell the UK local weekday and time of day: 1.0800 is Tuesday, 08:00."""
    rows = ["valid_from,value_inc_vat"]
    for n in range(int(weeks * 7 * 48)):
        at = first + SLOT * n
        local = at.astimezone(UK)
        rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{local.weekday()}.{local:%H%M}")
    path.write_text("\n".join(rows))
    return path


@pytest.mark.parametrize("weeks", [1, 2.5, 60])
@pytest.mark.parametrize("local", [date(2026, 11, 23), date(2026, 6, 3), date(2016, 2, 2)])
def test_replayed_prices_keep_weekday_and_time(tmp_path: Path, weeks: float, local: date) -> None:
    prices = replayed(recording(tmp_path / "a.csv", datetime(2018, 2, 19, tzinfo=UTC), weeks))
    slots = prices("C", *day(local), CAP)
    assert [str(slot.inc_vat) for slot in slots] == [
        f"{local.weekday()}.{slot.start.astimezone(UK):%H%M}" for slot in slots
    ]
    assert len(slots) == 48


def test_replayed_prices_over_clock_changes(tmp_path: Path) -> None:
    prices = replayed(recording(tmp_path / "a.csv", datetime(2018, 2, 5, tzinfo=UTC), 2))
    spring = [str(slot.inc_vat) for slot in prices("C", *day(date(2026, 3, 29)), CAP)]
    autumn = [str(slot.inc_vat) for slot in prices("C", *day(date(2026, 10, 25)), CAP)]
    assert spring[1:3] == ["6.0030", "6.0200"]
    assert len(spring) == 46
    assert autumn[2:7] == ["6.0100", "6.0130", "6.0100", "6.0130", "6.0200"]
    assert len(autumn) == 50


def test_what_the_file_covers_is_not_moved(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    first = datetime(2026, 11, 16, tzinfo=UTC)
    rows = [f"{first + SLOT * n:%Y-%m-%dT%H:%M:%SZ},{n}" for n in range(48 * 10) if n != 400]
    path.write_text("valid_from,value_inc_vat\n" + "\n".join(rows))
    slots = replayed(path)("C", first, first + timedelta(days=10), CAP)
    assert [int(slot.inc_vat) for slot in slots] == [n for n in range(480) if n != 400]


def test_replayed_prices_without_vat_follow_from_those_with(tmp_path: Path) -> None:
    prices = replayed(recording(tmp_path / "a.csv", datetime(2018, 2, 5, tzinfo=UTC), 2))
    now, before = (prices("C", *day(day_), CAP)[-1] for day_ in (date(2026, 11, 23), date(2026, 9, 28)))
    assert now.exc_vat == now.inc_vat == before.inc_vat == Decimal("0.2330")
    assert before.exc_vat == Decimal("0.2219")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "valid_from,value_inc_vat\n2026-11-23T00:00:00Z,1\n",
        "from,price\n2026-11-23T00:00:00Z,1\n",
        "valid_from,value_inc_vat\n2026-11-23T00:00:00Z,much\n",
        "valid_from,value_inc_vat\nnow,1\n",
    ],
)
def test_a_file_that_will_not_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"a\.csv"):
        replayed(path)
