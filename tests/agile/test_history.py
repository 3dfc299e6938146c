"""What a charge has done, by its plan, its meter and the clock."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.history import Done, History
from custom_components.octopus_agile.agile.plan import Plan, Status
from custom_components.octopus_agile.agile.windows import (
    Deadlines,
    RepeatingWindow,
    Window,
    repeating_window,
)
from tests.octopus import UK, uk

METER = "sensor.meter"
AT_ONCE = Decimal("0.2")
WINDOW = Window(uk("2026-11-24 00:00"), uk("2026-11-24 07:00"))
REPEATING = repeating_window(time(0), time(7), UK)
# Two hours at 7 kW for 5p.
NIGHT = Session(uk("2026-11-24 02:00"), uk("2026-11-24 04:00"), Decimal("0.05"), Decimal(7))


def at(clock: str) -> datetime:
    """Return a time of the night."""
    return uk(f"2026-11-24 {clock}")


def of(*sessions: Session, past: tuple[Session, ...] = ()) -> Plan:
    """Return a plan with sessions that have begun."""
    return Plan(status=Status.CHARGING, window=WINDOW, begun=sessions, past=past)


def done(start: datetime, paid: str | None = "0.7", at_once: str | None = "2.8") -> Done:
    """Return a finished session of two hours."""
    money = (None if each is None else Decimal(each) for each in (paid, at_once))
    return Done(start, start + timedelta(hours=2), Decimal(14), *money)


def after(readings: dict[str, float | None], session: Session = NIGHT, now: str = "04:00") -> Done:
    """Return a session as it is remembered, with what its meter showed at times of the night."""
    history = History()
    for clock, value in sorted({"02:00": -1, **readings}.items()):
        if value != -1:
            number = None if value is None else Decimal(str(value))
            history = history.read(METER, number, at(clock))
        if clock >= "02:00":
            history = history.follow(of(session), at(clock), AT_ONCE)
    (finished,) = history.follow(of(session), at(now), AT_ONCE).done
    return finished


class TestSession:
    def test_it_is_remembered_when_it_has_ended(self) -> None:
        running = History().follow(of(NIGHT), at("02:00"), None)
        assert running.follow(of(NIGHT), at("03:59"), None).done == ()
        (finished,) = running.follow(of(NIGHT), at("04:00"), Decimal("0.2")).done
        assert finished == Done(
            NIGHT.start, NIGHT.end, Decimal(14), Decimal("0.7"), Decimal("2.8"), Decimal("0.05")
        )
        assert finished.duration == timedelta(hours=2)
        assert finished.saving == Decimal("2.1")

    def test_one_that_was_cut_short_is_remembered_as_it_was(self) -> None:
        running = History().follow(of(NIGHT), at("02:00"), None)
        short = replace(NIGHT, end=at("02:30"))
        # By now the plan is one for the next window.
        (finished,) = running.follow(of(past=(short,)), at("02:31"), None).done
        assert (finished.end, finished.energy) == (at("02:30"), Decimal("3.5"))

    def test_one_that_follows_at_once_is_another(self) -> None:
        next_one = replace(NIGHT, start=NIGHT.end, end=at("05:00"))
        history = History().follow(of(NIGHT), at("02:00"), None)
        history = history.follow(of(NIGHT, next_one), at("04:00"), None)
        history = history.follow(of(NIGHT, next_one), at("05:00"), None)
        assert [each.start for each in history.done] == [NIGHT.start, next_one.start]

    def test_one_that_was_taken_back_as_it_started_is_none(self) -> None:
        history = History().follow(of(NIGHT), at("02:00"), None).follow(of(), at("02:00"), None)
        assert history == History()

    def test_one_goes_on_when_the_clock_is_set_back(self) -> None:
        back = timedelta(hours=-3)
        history = History().follow(of(NIGHT), at("03:00"), None).shift(back)
        moved = replace(NIGHT, start=NIGHT.start + back, end=NIGHT.end + back)
        history = history.follow(of(moved), at("00:00"), None)
        (finished,) = history.follow(of(moved), at("01:00"), None).done
        assert finished.start == moved.start
        assert History().shift(back) == History()

    @pytest.mark.parametrize(("plugged_in", "energy"), [("02:30", "10.5"), (None, "0")])
    def test_while_its_plug_is_out_nothing_is_charged(self, plugged_in: str | None, energy: str) -> None:
        running = History().follow(of(NIGHT), at("02:00"), None)
        plan = replace(of(NIGHT), idle_since=at("00:00"))
        if plugged_in:
            plan = replace(of(NIGHT), idle=(Window(at("00:00"), at(plugged_in)),))
        (finished,) = running.follow(plan, at("04:00"), AT_ONCE).done
        assert (finished.start, finished.end) == (NIGHT.start, NIGHT.end)
        assert (finished.energy, finished.saving) == (Decimal(energy), Decimal(energy) * Decimal("0.15"))

    def test_nor_while_its_charger_is_off(self) -> None:
        # It takes a moment to react, is switched off by hand for half an hour, and again later.
        history = History().follow(of(NIGHT), at("02:00"), None, at("00:00"))
        for clock, off in (
            ("02:01", None),
            ("02:30", at("02:30")),
            ("03:00", None),
            ("03:30", at("03:30")),
        ):
            history = history.follow(of(NIGHT), at(clock), None, off)
        (finished,) = history.follow(of(NIGHT), at("04:00"), AT_ONCE, at("03:30")).done
        assert finished.energy == 7
        back = timedelta(hours=-3)
        moved = replace(NIGHT, start=NIGHT.start + back, end=NIGHT.end + back)
        (finished,) = history.shift(back).follow(of(moved), at("01:00"), AT_ONCE).done
        assert finished.energy == 7

    def test_time_without_power_charges_nothing(self) -> None:
        running = History().follow(of(NIGHT), at("02:00"), None)
        for idle in (
            {"idle": (Window(at("01:00"), at("03:00")),)},
            {"idle_since": at("03:00")},
            {"idle": (Window(at("02:00"), at("02:30")),), "idle_since": at("03:30")},
        ):
            (finished,) = running.follow(replace(of(NIGHT), **idle), at("04:00"), AT_ONCE).done
            assert (finished.start, finished.end, finished.energy) == (NIGHT.start, NIGHT.end, Decimal(7))
            assert finished.saving == Decimal("1.05")

    def test_what_a_charge_that_stalled_has_delivered_is_unknown(self) -> None:
        running = History().follow(of(NIGHT), at("02:00"), None)
        stalled = replace(of(NIGHT), stalled_at=at("02:20"))
        # The next window begins as it ends.
        closed = replace(of(past=(NIGHT,)), void_until=at("04:00"))
        for plan in (stalled, closed):
            (finished,) = running.follow(plan, at("04:00"), AT_ONCE).done
            assert (finished.end, finished.energy, finished.saving) == (NIGHT.end, None, None)
        recovered = replace(of(NIGHT), void_until=at("01:00"))
        assert running.follow(recovered, at("04:00"), AT_ONCE).done[0].energy == Decimal(14)

    def test_what_is_not_known_stays_unknown(self) -> None:
        without = replace(NIGHT, mean_price=None, power=None)
        finished = after({}, without)
        assert (finished.energy, finished.paid, finished.at_once) == (None, None, None)
        assert finished.saving is None


class TestMeter:
    @pytest.mark.parametrize(
        ("readings", "energy"),
        [
            ({"01:00": 100, "03:00": 106, "03:59": 112}, "12"),
            # A dead charger: that is known.
            ({"01:00": 100}, "0"),
            # Its number stays, however often it is told.
            ({"01:00": 100, "03:00": 106, "03:01": 106, "03:02": 106}, "6"),
            # It begins anew with each charge, and perhaps once more.
            ({"01:00": 9.5, "02:01": 0, "03:00": 6, "04:00": 12.5}, "12.5"),
            ({"01:00": 100, "02:30": 103, "02:31": 0.1, "03:00": 4}, "7"),
            # It leaps further than any charger could, there and back.
            ({"01:00": 100, "02:30": 103, "02:31": 999, "02:32": 103.1, "03:00": 106}, "5.9"),
            ({"01:00": 100, "02:05": 900, "03:00": 906}, "6"),
            # It wavers in the last digit.
            ({"01:00": 5, "02:30": 5.1, "02:31": 5, "02:32": 5.1, "03:00": 7}, "2"),
            # It can't be read for a while, also when the session starts.
            ({"01:00": 100, "02:30": None, "03:00": 106}, "6"),
            ({"01:00": 100, "01:30": None, "02:30": 103}, "3"),
            ({"01:00": 100, "02:30": None, "03:00": 100}, "0"),
        ],
    )
    def test_it_says_what_was_delivered(self, readings: dict[str, float | None], energy: str) -> None:
        finished = after(readings)
        assert finished.energy == Decimal(energy)
        assert finished.paid == Decimal(energy) * Decimal("0.05")
        assert finished.at_once == Decimal(energy) * AT_ONCE

    @pytest.mark.parametrize(
        "readings",
        [
            {"01:00": None},
            {"02:30": 100, "03:00": 106},
            {"01:00": 100, "03:00": 106, "03:30": None},
            {"01:00": 100, "03:00": 99},
        ],
        ids=["never heard", "first heard in the session", "not heard at the end", "less than nothing"],
    )
    def test_where_it_cannot_tell_time_and_power_do(self, readings: dict[str, float | None]) -> None:
        assert after(readings).energy == Decimal(14)

    def test_more_than_a_charger_can_give_in_the_session_is_not_believed(self) -> None:
        short = replace(NIGHT, end=at("02:06"))
        # Told an hour after it has ended.
        finished = after({"01:00": 100, "03:30": 130}, short)
        assert finished.energy == Decimal("0.7")

    def test_another_meter_counts_from_where_it_stands(self) -> None:
        history = History().read(METER, Decimal(100), at("01:00")).follow(of(NIGHT), at("02:00"), None)
        history = history.read(METER, Decimal(103), at("02:30"))
        history = history.read("sensor.other", Decimal(50), at("03:00"))
        history = history.read("sensor.other", Decimal(54), at("03:30"))
        assert history.follow(of(NIGHT), at("04:00"), None).done[0].energy == Decimal(7)

    def test_without_one_none_is_remembered(self) -> None:
        history = History().read(METER, Decimal(100), at("01:00")).follow(of(NIGHT), at("02:00"), None)
        history = history.read("", None, at("03:00"))
        assert history.meter is None
        assert history.follow(of(NIGHT), at("04:00"), None).done[0].energy == Decimal(14)


class TestMonths:
    def test_13_months_are_kept_and_the_total_counts_on(self) -> None:
        history, start = History(), uk("2026-11-24 02:00")
        for day in range(500):
            history = history.note(done(start + timedelta(days=day)))
        assert len(history.done) == 397
        assert history.done[-1].start == start + timedelta(days=499)
        assert history.known_saved == 500 * Decimal("2.1")

    def test_none_is_there_twice(self) -> None:
        history = History().note(done(NIGHT.start))
        assert history.note(done(NIGHT.start, "0.1")) == history

    def test_they_are_in_order(self) -> None:
        history = History().note(done(at("05:00"))).note(done(at("02:00")))
        assert [each.start for each in history.done] == [at("02:00"), at("05:00")]

    def test_nothing_done_has_saved_nothing_and_nothing_known_is_unknown(self) -> None:
        assert History().known_saved == 0
        unknown = History().note(done(NIGHT.start, None))
        assert unknown.known_saved is None
        # Dearer than at once: that counts as well.
        assert unknown.note(done(at("05:00"), "3")).known_saved == Decimal("-0.2")
        assert History().note(done(NIGHT.start, "2.8")).known_saved == 0


class TestWindow:
    """The time in which a session could have been."""

    def of_one(self, plan: Plan, window: RepeatingWindow | Deadlines | None = REPEATING) -> Window | None:
        (session,) = plan.begun
        running = History().follow(plan, session.start, None, window=window)
        (finished,) = running.follow(plan, session.end, None, window=window).done
        return finished.window

    def test_is_from_when_it_could_first_have_run_to_its_deadline(self) -> None:
        assert self.of_one(of(NIGHT)) == WINDOW
        assert self.of_one(replace(of(NIGHT), since=at("01:15"))) == Window(at("01:15"), WINDOW.end)
        assert self.of_one(of(NIGHT), None) is None

    def test_is_that_of_its_day_before_a_deadline_on_friday(self) -> None:
        plan = replace(of(NIGHT), since=uk("2026-11-22 09:00"))
        assert self.of_one(plan, Deadlines(REPEATING, frozenset({4}))) == WINDOW

    def test_holds_what_was_wanted_at_once_before_it_or_ran_on_past_it(self) -> None:
        evening = replace(NIGHT, start=uk("2026-11-23 22:00"), end=uk("2026-11-23 23:00"))
        assert self.of_one(of(evening)) == Window(evening.start, WINDOW.end)
        late = replace(NIGHT, start=at("06:00"), end=at("08:00"))
        assert self.of_one(of(late)) == Window(WINDOW.start, late.end)

    def test_goes_back_with_the_clock(self) -> None:
        back = timedelta(hours=-1)
        moved = replace(NIGHT, start=NIGHT.start + back, end=NIGHT.end + back)
        history = History().follow(of(NIGHT), at("02:00"), None, window=REPEATING).shift(back)
        (finished,) = history.follow(of(moved), at("03:00"), None, window=REPEATING).done
        assert finished.window == Window(WINDOW.start + back, WINDOW.end + back)
