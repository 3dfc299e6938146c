"""Whatever happens in the life of a plan, nothing that has begun moves."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings, strategies as st

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.need import FixedNeed
from custom_components.octopus_agile.agile.plan import Plan, Settings, Status
from custom_components.octopus_agile.agile.publication import due_until
from custom_components.octopus_agile.agile.replan import replan
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.windows import RepeatingWindow, Window, repeating_window
from tests.agile.series import HALF_HOUR, HOUR, MINUTE, NOTHING, SECOND, modelled
from tests.octopus import UK, uk

from .charge import PRICING_DAY

WEEKS = modelled(uk("2026-10-20 23:00"), days=14, seed=7)
WINDOWS = [
    PRICING_DAY,
    repeating_window(time(21), time(7), UK),
    repeating_window(time(1), time(5, 30), UK),
    repeating_window(time(12, 15), None, UK),
]


@dataclass
class Witness:
    """Looks at every plan of a life, and remembers what has begun, by its start, as last seen."""

    begun: dict[datetime, Session] = field(default_factory=dict)
    at: datetime | None = None

    def see(self, plan: Plan, now: datetime) -> None:
        self.check_one(plan, now)
        done = {session.start: session for session in plan.past + plan.begun}
        for start, session in self.begun.items():
            # What has begun keeps its start, what has ended its end too.
            assert start in done or session.end <= now - timedelta(days=7)
            has_ended = self.at is not None and session.end <= self.at
            assert not has_ended or start not in done or done[start].end == session.end
        self.begun |= done
        self.at = now

    @staticmethod
    def check_one(plan: Plan, now: datetime) -> None:
        for before, after in pairwise(plan.past + plan.sessions):
            assert before.end <= after.start
        for session in plan.past + plan.begun:
            assert session.start <= now
        for session in plan.ahead:
            assert session.start > now
        for session in plan.sessions:
            assert plan.window.start <= session.start < session.end <= plan.window.end
            assert session.mean_price is not None
        assert (plan.running(now) is not None) == (plan.status is Status.CHARGING)


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[timedelta, timedelta | None, bool]]:
    """Steps of time, each perhaps with a new need at its end, and whether it is slept through.

    Who sleeps misses the starts and ends of sessions.
    """
    steps = st.tuples(
        st.one_of(
            st.just(HALF_HOUR),
            st.integers(1, 90).map(lambda minutes: minutes * MINUTE),
            st.integers(1, 40_000).map(lambda seconds: seconds * SECOND),
        ),
        st.none() | st.integers(1, 360).map(lambda minutes: minutes * MINUTE),
        st.booleans(),
    )
    return draw(st.lists(steps, min_size=20, max_size=100))


@given(lives(), st.sampled_from(WINDOWS), st.sampled_from(Mode))
@settings(max_examples=100)
def test_whatever_happens_no_window_runs_longer_than_asked_and_nothing_that_has_begun_moves(
    life: list[tuple[timedelta, timedelta | None, bool]], window: RepeatingWindow, mode: Mode
) -> None:
    now = uk("2026-10-23 15:00")
    asked = Settings(need=FixedNeed(2 * HOUR), window=window, mode=mode, shortest_run=HALF_HOUR)
    needs = [(now - 48 * HOUR, 2 * HOUR)]
    witness = Witness()
    plan: Plan | None = None
    for step, need, sleeps in life:
        until = now + step
        while now < until:
            change = None if plan is None or sleeps else plan.next_change(now)
            now = until if change is None else min(until, change)
            if now == until and need is not None:
                asked = replace(asked, need=FixedNeed(need))
                needs.append((now, need))
            known = WEEKS.between(uk("2026-10-20 23:00"), due_until(now))
            plan = replan(asked, known, now, plan)
            witness.see(plan, now)
    ran: dict[Window, timedelta] = {}
    for session in witness.begun.values():
        opened = window.current_or_next(session.start)
        ran[opened] = ran.get(opened, NOTHING) + min(session.end, now) - session.start
    for opened, time_run in ran.items():
        at_first = [need for at, need in needs if at <= opened.start][-1]
        later = [need for at, need in needs if opened.start < at < opened.end]
        assert time_run <= max(at_first, *later, NOTHING)
