"""A battery's reports are believed as far as a charger can have caused them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from custom_components.octopus_agile.agile.battery import Battery, Report, hear

from .series import MINUTE, utc

START = utc("2026-11-23 18:00")


class Sensors:
    """A battery whose sensors report now and then."""

    def __init__(self, level: float | None = 50, target: float | None = 80) -> None:
        self.battery: Battery | None = None
        self.minutes = 0
        self.since = 0
        self.level, self.target = level, target
        self.say(0)

    def say(
        self,
        minutes: int,
        level: float | None = -1,
        target: float | None = -1,
        *,
        charged: float = 0,
        meter: float | None = None,
    ) -> Battery:
        """Let some minutes pass; a level or a target may be new then. -1 leaves it as it is."""
        self.minutes += minutes
        if level != -1 and level != self.level:
            self.level, self.since = level, self.minutes
        self.target = self.target if target == -1 else target
        report = Report(
            level=None if self.level is None else Decimal(str(self.level)),
            target=None if self.target is None else Decimal(str(self.target)),
            at=START + self.since * MINUTE,
            meter=None if meter is None else Decimal(str(meter)),
        )
        self.battery = hear(self.battery, report, START + self.minutes * MINUTE, Decimal(str(charged)))
        return self.battery  # type: ignore[return-value]

    def levels(self, *levels: float) -> Battery:
        """Report levels, each of them long enough to count."""
        for level in levels:
            self.say(1, level)
            battery = self.say(5)
        return battery


class TestLevels:
    @pytest.mark.parametrize(("level", "target"), [(None, 80), (50, None), (None, None)])
    def test_nothing_is_known_before_level_and_target_are(
        self, level: float | None, target: float | None
    ) -> None:
        sensors = Sensors(level, target)
        assert sensors.battery is None
        assert sensors.say(1, 50, 80).missing == 30

    @pytest.mark.parametrize("level", [47, 49.5, 51, 53])
    def test_a_small_change_counts_at_once(self, level: float) -> None:
        battery = Sensors().say(10, level)
        assert (battery.level, battery.changed_at) == (Decimal(str(level)), START + 10 * MINUTE)

    @pytest.mark.parametrize("level", [46, 0, 54, 100])
    def test_a_large_one_counts_once_it_has_stayed_for_five_minutes(self, level: float) -> None:
        sensors = Sensors(3 if level == 0 else 50)
        first = sensors.level
        level = 20 if level == 0 else level
        battery = sensors.say(10, level)
        assert battery.level == first
        assert battery.settles_at == START + 15 * MINUTE
        assert sensors.say(4).level == first
        battery = sensors.say(1)
        assert battery.level == level
        assert battery.settles_at is None
        assert battery.changed_at == START + 10 * MINUTE

    def test_what_the_charger_can_have_done_counts_at_once(self) -> None:
        assert Sensors().say(60, 62, charged=10).level == 62
        assert Sensors().say(60, 64, charged=10).level == 50

    def test_but_not_more_than_twenty_points(self) -> None:
        assert Sensors().say(300, 70, charged=30).level == 70
        assert Sensors().say(300, 71, charged=30).level == 50

    def test_a_number_for_a_minute_never_was(self) -> None:
        sensors = Sensors()
        sensors.say(1, 100)
        sensors.say(1, 50)
        battery = sensors.say(9)
        assert battery.level == 50
        assert (battery.doubted, battery.settles_at) == (None, None)

    def test_it_may_go_on_moving_while_it_is_doubted(self) -> None:
        sensors = Sensors(80)
        for level in (30, 31, 32, 31, 32):
            assert sensors.say(1, level).level == 80
        assert sensors.say(1, 33).level == 33

    def test_it_is_doubted_on_when_the_sensor_drops_out_for_a_moment(self) -> None:
        sensors = Sensors(80)
        sensors.say(1, 30)
        assert sensors.say(2, None).level == 80
        assert sensors.say(1, 30).level == 80
        assert sensors.say(2).level == 30

    def test_another_doubtful_number_begins_anew(self) -> None:
        sensors = Sensors(80)
        sensors.say(1, 30)
        sensors.say(4, 60)
        assert sensors.say(4).level == 80
        assert sensors.say(1).level == 60

    def test_zero_is_no_level_after_more_than_five(self) -> None:
        sensors = Sensors(6)
        assert sensors.say(60, 0).level == 6
        assert sensors.say(1, 4).level == 4
        assert sensors.say(1, 0).level == 4
        assert sensors.say(5, 0).level == 0

    def test_unknown_changes_nothing(self) -> None:
        sensors = Sensors()
        before = sensors.battery
        assert sensors.say(60, None, None) == before
        # The same number isn't a change, whatever lay between.
        assert sensors.say(60, 50, 80) == before

    def test_a_level_remembers_where_the_meter_stood(self) -> None:
        sensors = Sensors()
        assert sensors.say(5, 51, meter=12.5).meter == Decimal("12.5")
        assert sensors.say(5, meter=13).meter == Decimal("12.5")

    @pytest.mark.parametrize(("level", "waits"), [(52, 0), (30, 5)])
    def test_of_another_sensor_a_level_counts_from_when_it_was_believed(
        self, level: int, waits: int
    ) -> None:
        sensors = Sensors()
        sensors.minutes = 600
        sensors.level = level
        sensors.say(0)
        battery = sensors.say(waits)
        assert (battery.level, battery.changed_at) == (Decimal(level), START + 600 * MINUTE)

    def test_it_knows_whether_it_rose_or_fell(self) -> None:
        sensors = Sensors()
        assert sensors.say(5, 51).rose_at == START + 5 * MINUTE
        assert sensors.say(5, 50).rose_at is None

    def test_a_clock_that_was_set_back_takes_everything_with_it(self) -> None:
        sensors = Sensors()
        sensors.say(5, 51)
        sensors.say(1, 80, 90)
        assert sensors.battery is not None
        there = sensors.battery.repeated(START).shifted(timedelta(hours=-3))
        assert there.changed_at == START + 5 * MINUTE - 180 * MINUTE
        assert there.settles_at == START + 7 * MINUTE - 180 * MINUTE

    def test_a_report_from_the_future_is_of_now(self) -> None:
        report = Report(level=Decimal(50), target=Decimal(80), at=START + 60 * MINUTE)
        battery = hear(None, report, START, Decimal(0))
        assert battery is not None
        assert battery.changed_at == START


class TestTargets:
    def test_it_counts_once_it_has_stood_for_a_minute(self) -> None:
        sensors = Sensors()
        battery = sensors.say(10, target=100)
        assert battery.target == 80
        assert battery.settles_at == START + 11 * MINUTE
        assert sensors.say(1).target == 100

    def test_a_slider_that_is_dragged_and_put_back_changes_nothing(self) -> None:
        sensors = Sensors(72)
        sensors.say(1, target=60)
        sensors.minutes -= 1
        battery = sensors.say(1, target=80)
        assert (battery.target, battery.missing) == (Decimal(80), Decimal(8))
        assert battery.settles_at is None

    def test_one_that_moves_on_counts_when_it_stands(self) -> None:
        sensors = Sensors()
        sensors.say(1, target=60)
        sensors.minutes -= 1
        sensors.say(1, target=70)
        assert sensors.say(0).target == 80
        assert sensors.say(1).target == 70


class TestEnough:
    def test_a_small_fall_starts_nothing(self) -> None:
        sensors = Sensors(80)
        for level in (79, 80, 78, 77.5):
            assert sensors.say(10, level).missing == 0
        assert sensors.say(10, 77).missing == 3

    def test_a_higher_target_does(self) -> None:
        sensors = Sensors(80)
        sensors.say(1, target=81)
        assert sensors.say(1).missing == 1

    def test_a_lower_target_that_is_met_is_enough_and_back_up_it_is_not(self) -> None:
        sensors = Sensors(72)
        sensors.say(1, target=60)
        assert sensors.say(1).missing == 0
        sensors.say(1, target=80)
        assert sensors.say(1).missing == 8

    def test_where_levels_come_in_steps_one_step_is_small(self) -> None:
        sensors = Sensors(70)
        sensors.levels(75, 80)
        assert sensors.battery is not None
        assert sensors.battery.step == 5
        assert sensors.levels(75).missing == 0
        assert sensors.levels(70).missing == 10

    def test_a_car_that_takes_no_more_and_is_driven_has_less_at_each_percent(self) -> None:
        sensors = Sensors(75)
        for level in (75, 74, 73):
            battery = sensors.say(10, level).limited()
            sensors.battery = battery
            assert battery.missing == 0
        assert sensors.say(10, 72).missing == 8

    def test_a_car_that_rises_beyond_its_limit_has_none(self) -> None:
        sensors = Sensors(71)
        assert sensors.battery is not None
        sensors.battery = sensors.battery.limited()
        assert sensors.say(1, 72).missing == 0
        battery = sensors.say(1, 73)
        assert (battery.missing, battery.has_limit) == (Decimal(7), False)

    def test_a_car_that_takes_no_more_has_enough_where_it_stands(self) -> None:
        sensors = Sensors(75)
        assert sensors.battery is not None
        sensors.battery = sensors.battery.limited()
        assert sensors.battery.missing == 0
        assert sensors.battery.has_limit
        assert sensors.say(10, 74).missing == 0
        assert sensors.say(10, 72).missing == 8
        assert sensors.battery is not None
        assert not sensors.battery.has_limit


class TestSteps:
    def test_two_levels_say_nothing_of_steps(self) -> None:
        sensors = Sensors(40)
        assert sensors.levels(50).step == 1

    def test_halves_are_fine_enough(self) -> None:
        assert Sensors(40).levels(50, 50.5).step == 1

    def test_one_odd_level_says_that_steps_are_small(self) -> None:
        sensors = Sensors(40)
        assert sensors.levels(50, 60).step == 10
        assert sensors.levels(61).step == 1

    def test_levels_far_apart_make_no_large_steps(self) -> None:
        sensors = Sensors(80)
        assert sensors.levels(60, 80, 40, 80).step == 10
        # Driven from 80 to 60: that is more than noise.
        assert sensors.levels(60).missing == 20

    def test_what_must_have_changed_is_three_points_or_two_steps(self) -> None:
        sensors = Sensors(40)
        assert sensors.say(0).noticeable == 3
        assert sensors.levels(50).noticeable == 10
        assert sensors.levels(55).noticeable == 10
        assert sensors.levels(56).noticeable == 3

    @pytest.mark.parametrize(("level", "near"), [(69, False), (70, True), (85, True)])
    def test_within_ten_points_it_is_near(self, level: float, near: bool) -> None:
        battery = Sensors(level).battery
        assert battery is not None
        assert replace(battery, target=Decimal(80)).is_near is near
