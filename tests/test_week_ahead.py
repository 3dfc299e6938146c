"""What `./scripts/benchmark --only week` measures holds, on some of its starts; it reads any CSV."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
import random

import pytest

from benchmarks import run
from benchmarks.deadlines import DAYS, NEEDS, Costs, Series
from benchmarks.prices import rates
from benchmarks.week import mean, source
from custom_components.octopus_agile.agile.rates import Rates

from .agile.series import HALF_HOUR, modelled, utc

ALL = [(need, days) for need in NEEDS for days in DAYS]


def measured(
    series: Series, since: date | None, every: int, kinds: Iterable[tuple[int, int]]
) -> list[Costs]:
    """Return means over perfect foresight, for each need and number of days."""
    cases = list(series.cases(since, every))
    return [mean(series.costs(case) for case in cases if case[1:] == kind) for kind in kinds]


def test_on_genuine_prices_it_costs_little_more_than_foresight(octopus_data: Path) -> None:
    series = source(str(octopus_data / "agile-18-02-21_region-a_2018-02_2021-08.csv")).series
    short, long, whole = measured(series, date(2018, 5, 1), 12, [(4, 7), (8, 7), (16, 2)])
    assert (short.ours <= 0.97, long.ours <= 0.75, whole.ours <= 0.07) == (True, True, True)
    assert short.ours < 0.6 * short.even_share
    assert long.ours < 0.6 * long.even_share


def test_on_modelled_prices_it_beats_the_even_share() -> None:
    for costs in measured(Series(rates(365)), None, 30, ALL):
        assert costs.ours < min(costs.even_share, costs.first_night)


def csv_of(series: Rates, columns: list[str], tail: str = "") -> str:
    """Return a file with rows in any order."""
    rows = [
        {"valid_from": f"{rate.start:%Y-%m-%dT%H:%M:%SZ}", "value_inc_vat": f"{rate.price * 100:f}"}
        for rate in series
    ]
    random.Random(3).shuffle(rows)
    lines = [",".join(row.get(column, "x") for column in columns) for row in rows]
    return "\n".join([",".join(columns), *lines]) + tail


def table_of(text: str) -> dict[tuple[int, int], list[str]]:
    lines = text.split("| need (h) | days | first night | even share | ours | perfect |\n")[
        1
    ].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:13]]
    return {(int(row[0]), int(row[1])): row[2:] for row in rows}


def test_any_csv_will_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "some.csv"
    series = modelled(utc("2024-01-01 23:00"), 50, seed=4)
    path.write_text("\ufeff" + csv_of(series, ["region", "value_inc_vat", "valid_to", "valid_from"]))
    assert run.main(["--only", "week", "--prices", str(path)]) == 0
    text = capsys.readouterr().out
    assert "some.csv" in text
    found = table_of(text)
    assert list(found) == ALL
    assert all(len(row) == 4 and float(row[2]) >= 0 for row in found.values())

    # Where a price is missing, no deadline counts that has to do with it.
    gap = utc("2024-02-03 12:00")
    path.write_text(csv_of(series.without(gap, gap + HALF_HOUR), ["valid_from", "value_inc_vat"]))
    with_gap = source(str(path)).series
    starts = {case.start for case in with_gap.cases(None, 1) if case.days == 7}
    assert starts == {date(2024, 1, 30) + timedelta(days=n) for n in range(16) if not 0 <= 4 - n < 7}


@pytest.mark.parametrize(
    "text",
    [
        "valid_from\n2024-01-01T00:00:00Z\n",
        "valid_from,value_inc_vat\n2024-01-01T00:00:00Z,nan\n",
        "valid_from,value_inc_vat\n2024-01-01T00:10:00Z,1\n",
        "valid_from,value_inc_vat\n2024-01-01T00:00:00Z,1\n2024-01-01T00:00:00Z,2\n",
        "valid_from,value_inc_vat\n2024-01-01T00:00:00Z\n",
    ],
)
def test_a_file_that_will_not_do_is_refused(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(SystemExit):
        run.main(["--only", "week", "--prices", str(path)])
    assert "bad.csv" in capsys.readouterr().err


def test_too_few_prices_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "short.csv"
    path.write_text("valid_from,value_inc_vat,payment_method\n2024-01-01T00:00:00Z,1,DIRECT_DEBIT\n")
    assert run.main(["--only", "week", "--prices", str(path)]) == 0
    assert "No deadline has" in capsys.readouterr().out
