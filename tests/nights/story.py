"""Tells what happened in a night, for whoever wants to know why it failed."""

from itertools import groupby

from .night import Record
from .oracle import called_for, on_paper, sessions


def story(record: Record) -> list[str]:
    """Return what happened, in the order of time."""
    night = record.night
    missing = called_for(record)
    told = [(0, f"{night.car}"), (0, f"{night.sensor}"), (0, f"{night.plan}"), (0, f"{night.faults}")]
    told += [(deed.minute, f"{deed.kind} {deed.value or ''}") for deed in night.deeds]
    told += [(at, f"report {level:g} %") for at, level in _changes(record.reports)]
    told += [
        (call.minute, f"call {'on' if call.is_on else 'off'}{' fails' * call.failed}")
        for call in record.calls
    ]
    told += [(night.published, "prices of tomorrow come out")]
    for start, end in sessions(record):
        told += [(start, "session starts"), (end, "session ends")]
    told += _runs(record, "on paper", on_paper(record, missing).wants)
    told += _runs(record, "charges", [flow > 0 for flow in record.flow])
    told.append((night.deadline, f"the car has {record.level:.1f} %"))
    shown = [None if each is None else each / night.car.power * 60 for each in [*missing, missing[-1]]]
    left = ["?" if each is None else f"{each:.0f}" for each in shown]
    told.sort(key=lambda each: each[0])
    return [
        f"{night.local(at)[:5]} {left[min(at, night.deadline)]:>5} min missing  {text}"
        for at, text in told
    ]


def _changes(reports: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the reports of another level than the one before."""
    levels = [level for _, level in reports]
    return [each for each, before in zip(reports, [None, *levels], strict=False) if each[1] != before]


def _runs(record: Record, what: str, there: list[bool]) -> list[tuple[int, str]]:
    """Return when something is there from and to, and the mean price."""
    told = []
    for is_there, group in groupby(range(len(there)), there.__getitem__):
        minutes = list(group)
        if is_there:
            prices = [price for price in (record.price[each] for each in minutes) if price is not None]
            mean = sum(prices) / max(1, len(prices))
            until = record.night.local(minutes[-1] + 1)[:5]
            told.append((minutes[0], f"{what} until {until} at {mean:.1f}p"))
    return told
