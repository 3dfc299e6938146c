"""The benchmark's budgets that don't depend on how fast a machine is hold in every run of the tests."""

import pytest

from benchmarks import politeness, recorded, run
from benchmarks.results import Number, Section, markdown


@pytest.mark.parametrize("part", [politeness, recorded])
def test_no_budget_is_broken(part: object) -> None:
    section: Section = part.measure(quick=True)  # type: ignore[attr-defined]
    kept = [number for number in section.numbers if number.budget is not None]
    assert kept
    assert [number for number in kept if number.is_broken] == []


def test_a_number_over_its_budget_is_told() -> None:
    section = Section("Size")
    section.add("Too much", 61, "kB", 60)
    section.add("Enough", 60, "kB", 60)
    assert [number.is_broken for number in section.numbers] == [True, False]
    assert "| Too much | 61 kB | 60 kB: **broken** |  |" in markdown(section)
    assert "| Enough | 60 kB | 60 kB: kept |  |" in markdown(section)


def test_what_could_not_be_measured_breaks_a_budget() -> None:
    assert Number("Delay", float("nan"), "min", 3).is_broken


@pytest.mark.parametrize(("size", "code"), [(60, 0), (61, 1)])
def test_the_command_fails_where_a_budget_is_broken(
    size: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    section = Section("Size")
    section.add("Recorder", size, "kB", 60)
    monkeypatch.setitem(run.PARTS, "memory", lambda *, quick: section)
    assert run.main(["--only", "memory"]) == code
    assert f"| Recorder | {size} kB |" in capsys.readouterr().out
