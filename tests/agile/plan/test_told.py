"""A plan tells when it changes, what it costs and what it saves."""

from dataclasses import replace
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.clock import next_minute
from custom_components.octopus_agile.agile.plan import Plan, Status, saving, shifted
from custom_components.octopus_agile.agile.told import News, Told
from tests.agile.series import HOUR, SECOND

from .charge import NIGHT, TO_TOMORROW, TODAY, Charge, november


class TestWhatAPlanTells:
    TWO = Plan(
        status=Status.PLANNED,
        window=NIGHT.current_or_next(november("24 00:00")),
        begun=(Session(november("24 01:00"), november("24 02:00"), Decimal("0.10"), Decimal(7)),),
        ahead=(Session(november("24 04:00"), november("24 04:30"), Decimal("0.40"), Decimal(7)),),
    )
    NONE = replace(TWO, begun=(), ahead=())
    SETTINGS = Charge().settings

    @pytest.mark.parametrize(
        ("now", "change"),
        [
            ("24 00:00", "24 01:00"),
            ("24 01:00", "24 02:00"),
            ("24 01:59", "24 02:00"),
            ("24 02:00", "24 04:00"),
            ("24 04:00", "24 04:30"),
        ],
    )
    def test_the_next_change_is_the_next_start_or_end(self, now: str, change: str) -> None:
        assert self.TWO.next_change(november(now)) == november(change)

    def test_after_the_last_there_is_none(self) -> None:
        assert self.TWO.next_change(november("24 04:30")) is None
        assert self.NONE.next_change(november("24 00:00")) is None

    def test_the_current_session_is_the_one_that_runs_or_comes_next_or_was_the_last(self) -> None:
        first, second = self.TWO.sessions
        moments = ("24 00:00", "24 01:30", "24 02:00", "24 04:15", "24 05:00")
        assert [self.TWO.current_or_next(november(now)) for now in moments] == [
            first,
            first,
            second,
            second,
            second,
        ]
        assert self.NONE.current_or_next(november("24 00:00")) is None

    def test_it_ends_with_its_last_session(self) -> None:
        assert self.TWO.end == november("24 04:30")
        assert self.NONE.end is None

    @pytest.mark.parametrize(
        ("now", "ended"),
        [
            ("24 00:30", "23 03:00"),
            ("24 01:30", "23 03:00"),
            ("24 02:00", "24 02:00"),
            ("24 05:00", "24 02:00"),
        ],
    )
    def test_the_last_end_is_of_what_is_over_in_this_window_or_an_earlier_one(
        self, now: str, ended: str
    ) -> None:
        plan = replace(self.TWO, past=(Session(november("23 02:00"), november("23 03:00"), None),))
        assert plan.last_end(november(now)) == november(ended)
        assert self.NONE.last_end(november(now)) is None

    def test_its_mean_price_is_by_time(self) -> None:
        assert self.TWO.mean_price == Decimal("0.20")
        assert self.NONE.mean_price is None
        unknown = replace(self.TWO, begun=(Session(november("24 01:00"), november("24 02:00"), None),))
        assert unknown.mean_price is None

    def test_a_session_tells_its_energy_and_cost(self) -> None:
        session = self.TWO.ahead[0]
        assert (session.energy, session.cost) == (Decimal("3.5"), Decimal("1.40"))
        assert replace(session, mean_price=None).cost is None
        assert replace(session, power=None).energy is None
        assert replace(session, power=None).cost is None

    def test_its_sessions_draw_the_power_that_was_given(self) -> None:
        charge = Charge(2, power=Decimal("7.4"))
        assert charge.at("23 17:00").ahead[0].power == Decimal("7.4")
        charge.at("24 02:00")
        assert charge.at("24 02:10", power=Decimal("3.6")).begun[0].power == Decimal("3.6")

    def test_it_saves_the_difference_to_starting_with_its_window(self) -> None:
        plan = Charge().at("23 17:00")
        assert saving(plan, TO_TOMORROW) == Decimal("0.145")

    def test_it_saves_nothing_that_can_be_told_without_prices_or_sessions(self) -> None:
        plan = Charge().at("23 17:00")
        assert saving(plan, TODAY) is None
        assert saving(self.NONE, TO_TOMORROW) is None

    def test_what_moves_while_its_plug_is_out_is_told_when_it_is_in(self) -> None:
        later = replace(self.TWO, ahead=(Session(november("24 05:00"), november("24 05:30"), None),))
        told, _ = Told().follow(self.TWO, self.SETTINGS, by_hand=False)
        out, news = told.follow(later, self.SETTINGS, by_hand=False, is_unplugged=True)
        assert (out, news) == (told, [])
        assert out.follow(later, self.SETTINGS, by_hand=False)[1] == [News.MOVED]

    def test_a_clock_that_is_set_back_moves_nothing(self) -> None:
        stalled = replace(self.TWO, ahead=(), stalled_at=november("24 01:30"))
        told, _ = Told().follow(stalled, self.SETTINGS, by_hand=False)
        back, now = -3 * HOUR, november("24 00:00")
        assert (
            told.shifted(back, now).follow(shifted(stalled, back), self.SETTINGS, by_hand=False)[1] == []
        )
        assert Told().shifted(back, now) == Told()

    def test_nor_what_has_begun_since_it_was_told(self) -> None:
        ahead = replace(self.TWO, begun=(), ahead=self.TWO.sessions)
        told, _ = Told().follow(ahead, self.SETTINGS, by_hand=False)
        back, now = -3 * HOUR, november("24 00:00")
        assert (
            told.shifted(back, now).follow(shifted(self.TWO, back), self.SETTINGS, by_hand=False)[1] == []
        )

    def test_a_whole_minute_is_its_own_next_one(self) -> None:
        assert next_minute(november("24 02:00")) == november("24 02:00")
        assert next_minute(november("24 02:00") + SECOND / 1000) == november("24 02:01")
        assert next_minute(november("24 23:59:59")) == november("25 00:00")
