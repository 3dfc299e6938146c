"""Evenings that have left cars empty, told by people: the plan believes the battery."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.charge_plans import CAR, FROM_BATTERY, add_plan, details, plan, sessions
from tests.common import Clock, Scene
from tests.octopus import day_of

from .news import CHEAP_AT_2, News

BATTERY = "sensor.battery"
# 10% take an hour. Known prices reach to 23:00 tomorrow, and the charge has to be done by seven.
BY_SEVEN = {**FROM_BATTERY, "earliest_start": None, "ready_by": "07:00:00"}


def say(home: HomeAssistant, level: str, **attributes: int) -> None:
    """Let the battery's sensor report a level, perhaps the same again."""
    home.states.async_set(BATTERY, level, attributes)


def runs(home: HomeAssistant) -> bool:
    """Tell whether the plan says to charge."""
    return plan(home, "binary_sensor.charge_now") == "on"


class Minutes:
    """Counts the minutes in which the plan says to charge."""

    def __init__(self, home: HomeAssistant) -> None:
        self.home = home
        self.on = 0

    def look(self) -> None:
        self.on += runs(self.home)


async def test_a_car_that_is_driven_after_its_charge_is_charged_again(scene: Scene) -> None:
    scene.octopus.prices = day_of(CHEAP_AT_2)
    await scene.clock.to("2026-11-23 11:00")
    say(scene.home, "70")
    await scene.set_up()
    await add_plan(scene.home, scene.entry, **BY_SEVEN)
    # Somebody charges it at noon.
    for minute in range(11):
        say(scene.home, str(70 + minute))
        await scene.clock.walk(f"2026-11-23 12:{6 * minute:02}") if minute < 10 else None
    await scene.clock.walk("2026-11-23 16:10")
    assert plan(scene.home, "sensor.status") == "finished"
    # Back from a drive.
    await scene.clock.to("2026-11-23 18:00")
    say(scene.home, "30")
    await scene.clock.walk("2026-11-23 18:06")
    assert plan(scene.home, "sensor.status") == "planned"
    assert sessions(scene.home)[-1] == "23 23:00-04:00"


async def test_a_target_raised_after_the_charge_is_met_before_the_deadline(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    home.states.async_set("input_number.target", "80")
    say(home, "80")
    await add_plan(home, entry, **BY_SEVEN, target_entity="input_number.target")
    assert plan(home, "sensor.status") == "finished"
    await clock.to("2026-11-23 21:00")
    home.states.async_set("input_number.target", "100")
    await clock.walk("2026-11-23 21:02")
    assert sessions(home) == ["24 02:00-04:00"]


async def test_a_slider_dragged_to_and_fro_changes_nothing(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    home.states.async_set("input_number.target", "80")
    say(home, "70")
    await add_plan(home, entry, **BY_SEVEN, target_entity="input_number.target")
    await clock.to("2026-11-24 02:00")
    await clock.walk("2026-11-24 02:12")
    say(home, "72")
    for target in ("60", "80"):
        home.states.async_set("input_number.target", target)
        await home.async_block_till_done()
        assert runs(home)
    await clock.walk("2026-11-24 02:30")
    assert runs(home)
    assert sessions(home) == ["24 02:00-03:00"]


class TestAChargerThatGivesNothing:
    async def test_is_told_once_and_the_plan_goes_on_when_the_level_rises(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        say(home, "50")
        await add_plan(home, entry, **{**BY_SEVEN, "target": 70})
        assert sessions(home) == ["24 02:00-04:00"]
        await clock.to("2026-11-24 02:00")

        def report() -> None:
            if int(plan(home, "sensor.start")[-2:]) >= 0:
                say(home, "50")

        for minute in (10, 20, 30, 40, 50):
            await clock.walk(f"2026-11-24 02:{minute}")
            report()
            await home.async_block_till_done()
        assert plan(home, "sensor.status") == "stalled"
        assert runs(home)
        (told,) = news.of("charge_stalled")
        assert (told["plan"], told["level"]) == (CAR, 50)
        for clock_time in ("03:10", "03:30", "03:50", "04:00"):
            await clock.walk(f"2026-11-24 {clock_time}")
            report()
        await home.async_block_till_done()
        assert plan(home, "sensor.status") == "stalled"
        await clock.walk("2026-11-24 04:30")
        say(home, "51")
        await clock.walk("2026-11-24 04:31")
        # 19% more, as far as they fit until seven.
        assert plan(home, "sensor.status") == "charging"
        assert sessions(home)[-1][-5:] in ("06:24", "06:25")
        assert news.of("charge_stalled") == []

    async def test_a_report_just_after_the_plan_was_looked_at_is_news_too(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        home.states.async_set("input_number.target", "80")
        say(home, "50")
        await add_plan(home, entry, **BY_SEVEN, target_entity="input_number.target")
        await clock.to("2026-11-24 02:00")
        await clock.walk("2026-11-24 02:30")
        home.states.async_set("input_number.target", "81")
        await home.async_block_till_done()
        say(home, "50")
        await home.async_block_till_done()
        assert plan(home, "sensor.status") == "stalled"

    async def test_reports_that_only_change_attributes_do_not_keep_it_going(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        say(home, "60")
        await add_plan(home, entry, **BY_SEVEN)
        minutes, polls = Minutes(home), iter(range(10_000))

        def each_minute() -> None:
            say(home, "60", polls=next(polls))
            minutes.look()

        await clock.to("2026-11-24 01:50")
        await clock.walk("2026-11-24 04:00", each_minute)
        assert 119 <= minutes.on <= 121
        assert len(news.of("charge_stalled")) == 1
        await clock.walk("2026-11-24 07:00", each_minute)
        assert minutes.on <= 120 + 30
        assert news.of("charge_stalled") == []

    async def test_a_car_that_stops_by_itself_near_the_target_is_finished(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        say(home, "70")
        await add_plan(home, entry, **BY_SEVEN)
        await clock.to("2026-11-24 02:00")
        for minute in range(1, 60):
            await clock.walk(f"2026-11-24 02:{minute:02}")
            say(home, str(min(70 + minute // 6, 75)), minute=minute)
        await home.async_block_till_done()
        assert plan(home, "sensor.status") == "finished"
        assert details(home, "sensor.status", "reason") == "limit_of_the_car"
        assert news.of("charge_stalled") == []
        # It keeps to that, whatever the level does by itself.
        say(home, "74")
        await clock.walk("2026-11-24 03:10")
        assert plan(home, "sensor.status") == "finished"
        # It is driven, and says so percent by percent.
        for level in (73, 72):
            say(home, str(level))
            await home.async_block_till_done()
        assert plan(home, "sensor.status") == "charging"

    async def test_a_car_whose_old_level_is_repeated_is_filled_all_the_same(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        """Its maker's cloud hears of it each half hour, and is asked each five minutes."""
        say(home, "60")
        await add_plan(home, entry, **BY_SEVEN)
        await clock.to("2026-11-24 02:00")
        level, known, limits = 60.0, 60, 0
        for minute in range(1, 240):
            await clock.walk(f"2026-11-24 {2 + minute // 60:02}:{minute % 60:02}")
            level += 1 / 6 if runs(home) else 0
            known = int(level) if minute % 30 == 0 else known
            if minute % 5 == 0:
                say(home, str(known), minute=minute)
            limits += details(home, "sensor.status", "reason") == "limit_of_the_car"
        # For a while it looked as if it took no more.
        assert limits > 0
        assert level >= 80


class TestNumbersForAMinute:
    async def test_zero_before_the_block_changes_nothing(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        say(home, "60")
        await add_plan(home, entry, **BY_SEVEN)
        await clock.to("2026-11-23 23:58")
        say(home, "0")
        await clock.walk("2026-11-23 23:59")
        assert sessions(home) == ["24 02:00-04:00"]
        say(home, "60")
        await clock.walk("2026-11-24 00:10")
        assert sessions(home) == ["24 02:00-04:00"]
        assert news.moves() == []

    async def test_a_hundred_in_a_session_does_not_end_it(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        say(home, "60")
        await add_plan(home, entry, **BY_SEVEN)
        await clock.to("2026-11-24 02:00")
        await clock.walk("2026-11-24 02:18")
        say(home, "63")
        await clock.walk("2026-11-24 02:19")
        say(home, "100")
        await clock.walk("2026-11-24 02:20")
        assert runs(home)
        say(home, "63")
        await clock.walk("2026-11-24 02:30")
        assert sessions(home) == ["24 02:00-04:00"]

    async def test_a_sensor_that_drops_out_before_its_block_loses_nothing(
        self, home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
    ) -> None:
        say(home, "60")
        await add_plan(home, entry, **BY_SEVEN)
        await clock.to("2026-11-24 01:58")
        say(home, "unavailable")
        await clock.walk("2026-11-24 02:10")
        assert runs(home)
        assert sessions(home) == ["24 02:00-04:00"]
        await clock.walk("2026-11-24 04:01")
        assert plan(home, "sensor.status") == "finished"
        assert news.moves() == []


async def test_a_meter_that_is_taken_away_and_comes_back_adds_nothing(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    def count(energy: int) -> None:
        home.states.async_set("sensor.meter", str(energy), {"unit_of_measurement": "kWh"})

    say(home, "59")
    count(100)
    key = await add_plan(home, entry, **BY_SEVEN, energy_sensor="sensor.meter")
    await clock.walk("2026-11-23 19:00")
    # Charged by somebody.
    count(130)
    await home.async_block_till_done()
    say(home, "60")
    await home.async_block_till_done()
    assert sessions(home) == ["24 02:00-04:00"]
    subentry, data = entry.subentries[key], dict(entry.subentries[key].data)
    without = {name: each for name, each in data.items() if name != "energy_sensor"}
    for changed in (without, data):
        home.config_entries.async_update_subentry(entry, subentry, data=changed)
        await home.async_block_till_done(wait_background_tasks=True)
    assert sessions(home) == ["24 02:00-04:00"]


async def test_late_prices_leave_what_fits(scene: Scene) -> None:
    scene.octopus.prices = day_of({})
    scene.octopus.publishes_at = scene.octopus.publishes_at.replace(hour=23, minute=35)
    await scene.set_up()
    await add_plan(
        scene.home,
        scene.entry,
        need="duration",
        duration=6,
        energy=None,
        earliest_start="22:00:00",
        ready_by="05:17:00",
    )
    news = News(scene.home)
    await scene.clock.walk("2026-11-24 00:10")
    assert plan(scene.home, "sensor.status") == "charging"
    hours, minutes = map(int, sessions(scene.home)[0][3:8].split(":"))
    late = 60 * (hours - 23 if hours == 23 else hours + 1) + minutes
    # From 23:00 on there were 6 h 17 min.
    shortfall = late - 17
    assert details(scene.home, "sensor.status", "shortfall") == shortfall > 0
    (told,) = news.of("charge_incomplete")
    assert told["shortfall"] == shortfall


async def test_a_saving_cannot_be_negative_by_the_window_s_past(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    await clock.to("2026-11-24 02:10")
    await add_plan(home, entry)
    assert runs(home)
    assert float(plan(home, "sensor.saving")) == 0
