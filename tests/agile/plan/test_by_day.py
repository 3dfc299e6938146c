"""A plan with a deadline over days waits for cheaper ones, and keeps its deadline."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from random import Random

import pytest

from custom_components.octopus_agile.agile.blocks import Session, length_of
from custom_components.octopus_agile.agile.need import FixedNeed, LiveNeed, Runs
from custom_components.octopus_agile.agile.plan import Reason, Rival, Status, at_once_price, saving
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.windows import EVERY_DAY, Deadlines, repeating_window
from tests.agile.series import HOUR, MINUTE, NOTHING
from tests.octopus import UK

from .by_day import BY_FRIDAY, NIGHTS, Pence, Week, pricing_days
from .charge import live, november, spelled

# So dear that nothing is charged that can wait.
DEAR: Pence = dict.fromkeys(range(23, 27), 40.0)
MODES = pytest.mark.parametrize("mode", list(Mode))


def from_hour(hour: int, days: frozenset[int] = EVERY_DAY) -> Deadlines:
    """Return deadlines on Friday at six, with windows that open at an hour on some days."""
    return Deadlines(replace(NIGHTS, opens=time(hour), days=days), frozenset({4}))


class TestWaiting:
    @MODES
    def test_it_waits_for_a_cheaper_day_and_takes_it(self, mode: Mode) -> None:
        week = Week(mode=mode)
        week.pence = {25: 6}
        plan = week.begin("23 17:00")
        assert (plan.status, plan.sessions) == (Status.DEFERRED, ())
        assert plan.waiting is not None
        assert plan.waiting.choice.later == 4 * HOUR
        assert plan.waiting.choice.expected_price is not None
        assert Decimal("0.08") < plan.waiting.choice.expected_price < Decimal("0.20")
        assert plan.waiting.choice.odds is not None
        assert 0.5 < plan.waiting.choice.odds < 0.95
        plan = week.live_until("24 17:00")
        assert plan.status is Status.PLANNED
        assert spelled(plan.sessions) == ["24 23:00-03:00"]
        plan = week.live_until("25 12:00")
        assert (plan.status, plan.shortfall) == (Status.FINISHED, NOTHING)

    def test_a_cheap_day_is_taken_at_once(self) -> None:
        week = Week()
        week.pence = {24: 2}
        plan = week.begin("23 17:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["23 23:00-03:00"])
        assert plan.waiting is not None
        assert plan.waiting.choice.later == NOTHING

    @MODES
    def test_with_the_deadlines_own_window_known_it_is_the_exact_plan(self, mode: Mode) -> None:
        week = Week(mode=mode)
        week.pence = {23: 40, 24: 40, 25: 40, 26: 40}
        week.begin("23 17:00")
        plan = week.live_until("26 16:00")
        assert (plan.status, plan.waiting) == (Status.PLANNED, None)
        assert spelled(plan.sessions) == ["26 23:00-03:00"]
        assert week.live_until("27 07:00").past == plan.sessions

    def test_what_would_not_fit_into_the_days_left_is_charged_now(self) -> None:
        # From the 25th at 23:00 on there are 7 and 8 hours, two of them to spare.
        week = Week(hours=15)
        week.pence = DEAR
        plan = week.begin("24 17:00")
        assert length_of(plan.sessions) == 2 * HOUR
        assert plan.waiting is not None
        assert plan.waiting.choice.later == 13 * HOUR
        assert plan.status is Status.PLANNED

    def test_with_too_few_days_known_it_does_not_wait(self) -> None:
        plan = Week(days=6).begin("23 17:00")
        assert (plan.status, spelled(plan.sessions)) == (Status.PLANNED, ["23 22:00-02:00"])

    def test_what_does_not_fit_into_known_prices_is_provisional_then(self) -> None:
        plan = Week(hours=16, days=6).begin("23 17:00")
        assert plan.status is Status.PROVISIONAL
        assert length_of(plan.sessions) == 9 * HOUR

    def test_without_any_prices_it_waits_for_them(self) -> None:
        week = Week()
        week._known[23] = week.rates
        assert week.begin("23 12:00").status is Status.WAITING_FOR_PRICES

    def test_before_the_prices_of_the_last_night_it_waits_for_them(self) -> None:
        week = Week()
        week.pence = DEAR
        week.begin("23 17:00")
        # An hour from 22:00 on is known, and could be had.
        assert week.live_until("26 12:00").status is Status.DEFERRED
        week = Week(window=from_hour(23))
        week.pence = DEAR
        week.begin("23 17:00")
        assert week.live_until("26 12:00").status is Status.WAITING_FOR_PRICES

    def test_only_available_days_count(self) -> None:
        # Windows open on Tuesday alone.
        week = Week(hours=4, window=from_hour(23, days=frozenset({1})))
        plan = week.begin("23 17:00")
        assert (plan.status, plan.sessions) == (Status.DEFERRED, ())
        assert spelled(week.live_until("24 17:00").sessions) == ["24 23:00-03:00"]

    def test_a_need_that_never_fits_falls_short(self) -> None:
        plan = Week(hours=40).begin("23 17:00")
        assert plan.shortfall == 40 * HOUR - 32 * HOUR
        assert plan.reason is Reason.TOO_LATE
        assert length_of(plan.sessions) == 9 * HOUR

    def test_boost_waits_for_nothing(self) -> None:
        week = Week()
        week.begin("23 17:00")
        plan = week.look("23 17:30", boost=True)
        assert (plan.status, spelled(plan.sessions)) == (Status.CHARGING, ["23 17:30-21:30"])

    def test_with_a_limit_only_what_is_cheap_enough_is_used(self) -> None:
        week = Week(price_limit=Decimal("0.10"))
        week.pence = {26: 3}
        assert week.begin("23 17:00").status is Status.DEFERRED
        assert spelled(week.live_until("25 17:00").sessions) == ["25 23:00-03:00"]

    def test_another_plan_on_the_charger_has_its_time(self) -> None:
        week = Week()
        week.pence = {24: 2}
        week.taken = (Session(november("23 23:00"), november("24 04:00"), None),)
        plan = week.begin("23 17:00")
        assert plan.waiting is not None
        assert spelled(plan.sessions) == ["24 04:00-06:00", "24 22:00-23:00"] or (
            length_of(plan.sessions) == 3 * HOUR and plan.waiting.choice.later == HOUR
        )

    @MODES
    def test_what_others_on_the_charger_will_need_is_not_there_for_it(self, mode: Mode) -> None:
        # From the 25th at 23:00 on there are 7 and 8 hours: two to spare, five each night for another.
        week = Week(hours=6, mode=mode)
        week.pence = DEAR
        assert week.begin("24 17:00").sessions == ()
        week = Week(hours=6, mode=mode, rivals=(Rival(NIGHTS, 5 * HOUR),))
        week.pence = DEAR
        plan = week.begin("24 17:00")
        assert length_of(plan.sessions) == 3 * HOUR
        # One with a deadline of its own needs it once.
        week = Week(hours=6, mode=mode, rivals=(Rival(BY_FRIDAY, 8 * HOUR),))
        week.pence = DEAR
        assert length_of(week.begin("24 17:00").sessions) == HOUR


class TestStability:
    def test_a_choice_stands_until_the_next_prices(self) -> None:
        week = Week(hours=15)
        first = week.begin("24 17:00")
        for _ in range(60):
            plan = week.live_until(f"{week.now + 3 * MINUTE:%d %H:%M}")
            assert plan.waiting == first.waiting
            assert plan.sessions == first.sessions

    def test_a_need_that_wavers_by_minutes_changes_nothing_of_it(self) -> None:
        week = Week(need=live(15, "24 16:30"))
        week.pence = DEAR
        first = week.begin("24 17:00")
        for minutes in (5, -8, 14, -14):
            need = LiveNeed(15 * HOUR + minutes * MINUTE, november("24 17:00"))
            plan = week.look("24 17:05", need=need)
            assert plan.waiting == first.waiting
        plan = week.look("24 17:05", need=LiveNeed(17 * HOUR, november("24 17:00")))
        assert plan.waiting != first.waiting
        assert length_of(plan.sessions) == 4 * HOUR

    def test_what_was_missed_is_chosen_anew(self) -> None:
        week = Week(hours=15)
        week.pence = DEAR
        assert length_of(week.begin("24 17:00").sessions) == 2 * HOUR
        # Home Assistant was down, and no prices came: half an hour is left of those it knows.
        plan = week.at("25 22:30")
        assert length_of(plan.begun) == HOUR / 2
        assert plan.waiting is not None
        assert plan.waiting.at == november("25 22:30")

    def test_all_that_waits_goes_on_waiting_if_it_is_a_little_more(self) -> None:
        week = Week(need=live(4, "23 16:30"))
        week.begin("23 17:00")
        plan = week.look("23 17:05", need=LiveNeed(4 * HOUR + 10 * MINUTE, november("23 17:05")))
        assert (plan.status, plan.sessions) == (Status.DEFERRED, ())

    def test_a_restart_changes_nothing(self) -> None:
        week = Week(hours=15)
        before = week.begin("24 17:00")
        week.restart()
        assert week.look("24 18:00") == before

    @MODES
    def test_a_running_session_goes_on_through_new_prices(self, mode: Mode) -> None:
        week = Week(hours=6, window=from_hour(12), mode=mode)
        week.pence = {23: 2, 24: 40}
        plan = week.begin("23 15:00")
        assert spelled(plan.sessions) == ["23 15:00-21:00"]
        assert spelled(week.live_until("23 17:00").sessions) == ["23 15:00-21:00"]
        assert week.live_until("23 21:00").status is Status.FINISHED


class TestMinimum:
    @MODES
    def test_each_night_finds_its_hours(self, mode: Mode) -> None:
        week = Week(hours=5, minimum=FixedNeed(HOUR), mode=mode)
        week.pence = DEAR
        plan = week.begin("23 17:00")
        assert length_of(plan.sessions) == HOUR
        assert plan.waiting is not None
        assert plan.waiting.choice.later == 4 * HOUR
        plan = week.live_until("27 06:00")
        ran = plan.past + plan.begun
        for night in (24, 25, 26, 27):
            inside = [each for each in ran if november(f"{night - 1} 22:00") <= each.start]
            assert length_of(each for each in inside if each.end <= november(f"{night} 06:00")) >= HOUR
        assert length_of(ran) == 5 * HOUR

    def test_a_battery_has_its_least_by_morning(self) -> None:
        week = Week(need=live(8, "23 16:00"), minimum=live(2, "23 16:00"))
        assert length_of(week.begin("23 17:00").sessions) == 2 * HOUR
        plan = week.live_until("24 12:00", MINUTE)
        assert length_of(plan.begun) == 2 * HOUR
        assert plan.status is Status.DEFERRED

    def test_it_may_go_with_what_is_cheap_later(self) -> None:
        # From 23:00 on it is cheap, but by six there have to be eight hours: one is dear.
        week = Week(hours=12, minimum=FixedNeed(8 * HOUR))
        week.pence = {24: 2}
        plan = week.begin("23 17:00")
        assert spelled(plan.sessions)[0].startswith("23 22:00-06:00") or (
            spelled(plan.sessions)[0] == "23 22:00-24 06:00"
        )

    @MODES
    def test_what_has_to_be_by_the_morning_joins_what_is_cheap_after_it(self, mode: Mode) -> None:
        window = Deadlines(repeating_window(time(6), time(6), UK), frozenset({4}))
        week = Week(hours=4, minimum=FixedNeed(HOUR), mode=mode, window=window)
        week.pence = {(24, 5): 6, **{(24, hour): 2 for hour in (6, 7, 8, 9)}}
        assert spelled(week.begin("23 17:00").sessions) == ["24 05:00-09:00"]

    def test_it_waits_for_prices_that_may_come_in_time(self) -> None:
        # At noon nothing of the night is known but its first hour.
        week = Week(hours=8, minimum=FixedNeed(2 * HOUR))
        assert week.begin("23 12:00").sessions == ()
        assert length_of(week.look("23 17:00").sessions) == 2 * HOUR

    def test_what_fits_is_charged_where_all_does_not(self) -> None:
        week = Week(need=live(20, "23 16:00"), minimum=live(10, "23 16:00"))
        plan = week.begin("23 17:00")
        assert plan.sessions[0].start == november("23 22:00")
        assert plan.sessions[0].end >= november("24 06:00") - 10 * MINUTE


def test_a_stalled_charge_is_tried_again_the_next_night() -> None:
    week = Week(need=live(4, "23 16:00"))
    week.pence = {24: 2, 25: 2, 26: 2, 27: 2}
    week.begin("23 17:00")
    week.live_until("24 00:00")
    stuck = replace(live(4, "23 16:00"), heard_at=november("24 01:00"), noticeable=30 * MINUTE)
    week.settings = replace(week.settings, need=stuck)
    plan = week.look("24 01:00")
    assert plan.status is Status.STALLED
    week.now = november("24 01:00")
    plan = week.live_until("24 07:00")
    assert plan.stalled_at is None
    assert any(each.start >= november("24 22:00") for each in week.look("24 17:00").sessions)


class TestWhatItSaves:
    def test_at_once_is_in_the_windows_from_when_it_could_have_begun(self) -> None:
        week = Week(hours=10)
        week.pence = {23: 31, 24: 30, 25: 2, 26: 4}
        week.begin("23 17:00")
        plan = week.live_until("25 07:00")
        rates = week.known(november("25 07:00"))
        assert spelled(plan.begun) == ["24 23:00-06:00"]
        # An hour at 31p, seven at 30p, two more the next evening: of these the first seven.
        at_once = at_once_price(plan, rates, BY_FRIDAY, of_last=True)
        assert at_once == (31 + 6 * Decimal(30)) / 700
        plan = week.look("25 17:00")
        saved = saving(plan, rates, BY_FRIDAY)
        assert saved is not None
        assert saved > 0

    def test_the_last_of_several_is_the_part_after_the_others(self) -> None:
        plan = Week().begin("23 17:00")
        first = Session(november("23 22:00"), november("24 06:00"), None)
        last = Session(november("25 22:00"), november("26 00:00"), None)
        plan = replace(plan, begun=(first, last), since=november("23 17:00"))
        rates = pricing_days({24: 30, 25: 4}, until=26)
        # From 22:00 to midnight on the 24th.
        assert at_once_price(plan, rates, BY_FRIDAY, of_last=True) == Decimal("0.17")

    def test_nothing_is_at_once_without_sessions(self) -> None:
        week = Week()
        assert at_once_price(week.begin("23 17:00"), week.rates, BY_FRIDAY) is None


@pytest.mark.parametrize("seed", range(40))
def test_a_deadline_that_can_be_kept_is_kept(seed: int) -> None:
    chance = Random(seed)
    hours = chance.choice([1, 2.5, 6, 11, 18, 30])
    need: FixedNeed | LiveNeed = FixedNeed(hours * HOUR)
    if chance.random() < 0.5:
        need = live(hours, "23 07:00")
    available = frozenset(chance.sample(range(7), chance.randrange(3, 8)))
    window = Deadlines(replace(NIGHTS, days=available), frozenset({4}))
    least = chance.choice([None, 0.5, 2])
    minimum = None if least is None else replace(need, duration=min(least, hours) * HOUR)
    week = Week(
        window=window, need=need, minimum=minimum,
        mode=chance.choice(list(Mode)), shortest_run=chance.choice([0, 30]) * MINUTE,
        start_cost=Decimal(chance.choice([0, 1])) / 100,
    )  # fmt: skip
    week.pence = {day: chance.choice([-2, 5, 12, 20, 35]) for day in range(23, 29)}
    week.begin("23 07:00")
    step = chance.choice([7, 30]) * MINUTE
    room = window.room(november("23 07:00"), november("27 06:00"))
    while week.now < november("27 06:00"):
        if chance.random() < 0.05:
            week.restart()
        plan = week.live_until(f"{min(week.now + step, november('27 06:00')):%d %H:%M}")
        known = week.known(week.now).end
        assert known is not None
        assert all(each.end <= known for each in plan.sessions)
    runs = Runs(plan.past + plan.begun)
    for night in window.daily.until(november("23 07:00"), november("27 06:00")) if least else ():
        before = runs.time(november("23 07:00"), night.start)
        asked = hours if isinstance(need, FixedNeed) else min(least or 0, hours)
        missing = min(max(asked * HOUR - before, NOTHING), (least or 0) * HOUR)
        assert runs.time(night.start, night.end) >= missing
    ran = runs.time(november("23 07:00"), november("27 06:00"))
    assert ran >= min(hours * HOUR, room) - timedelta(minutes=30 if week.settings.shortest_run else 0)
