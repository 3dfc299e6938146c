"""A plan that has to be ready by Friday waits for cheaper days, says so, and counts what it was worth."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.octopus_agile.serialize import outlook_dicts
from tests.charge_plans import FROM_BATTERY, add_plan, details, plan, sessions
from tests.common import Scene, attribute, restart
from tests.octopus import UK, uk

from .news import News

STATUS = "sensor.status"
FRIDAY: dict[str, Any] = {
    "earliest_start": "22:00:00",
    "ready_by": "06:00:00",
    "deadline": "by_day",
    "days": ["fri"],
    "mode": "slots",
}


class Prices:
    """Prices of pricing days in p/kWh: every fourth of the past cost 8, the others 24."""

    def __init__(self) -> None:
        self.pence: dict[int, float] = {}

    def __call__(self, start: datetime) -> str:
        day = (start.astimezone(UK) + timedelta(hours=1)).date()
        if (day.month, day.day) < (11, 23):
            return "8.0" if day.toordinal() % 4 == 0 else "24.0"
        return str(self.pence.get(day.day, 20.0))


@pytest.fixture
async def prices(scene: Scene, long_prices: None) -> Prices:
    """An entry with two months of prices, on Monday after those of Tuesday came."""
    prices = Prices()
    scene.octopus.prices = prices
    await scene.clock.to("2026-11-23 16:10")
    return prices


async def test_it_waits_for_a_cheaper_day_and_says_what_that_is_worth(
    scene: Scene, home: HomeAssistant, prices: Prices
) -> None:
    prices.pence = {25: 6}
    await scene.set_up()
    await add_plan(home, scene.entry, **FRIDAY)
    assert (plan(home, STATUS), sessions(home)) == ("deferred", [])
    assert details(home, STATUS, "deadline") == "2026-11-27T06:00:00+00:00"
    assert 0.08 < details(home, STATUS, "expected_price") < 0.2
    per_kwh = details(home, STATUS, "expected_saving_per_kwh")
    assert details(home, STATUS, "expected_saving") == pytest.approx(14 * per_kwh, abs=1e-4)
    assert 0.5 < details(home, STATUS, "odds") <= 0.95
    assert details(home, STATUS, "until").startswith("2026-11-24T16:")
    await scene.clock.to("2026-11-24 16:10")
    assert (plan(home, STATUS), sessions(home)) == ("planned", ["24 23:00-01:00"])
    await scene.clock.walk("2026-11-24 23:02")
    assert plan(home, STATUS) == "charging"
    # Nothing waits any more.
    assert details(home, STATUS, "expected_price") is None
    await scene.clock.walk("2026-11-25 01:02")
    assert plan(home, STATUS) == "finished"


async def test_what_waiting_has_won_is_counted_once_the_deadline_is_over(
    scene: Scene, home: HomeAssistant, prices: Prices
) -> None:
    prices.pence = {24: 22, 25: 6}
    await scene.set_up()
    await add_plan(home, scene.entry, **FRIDAY)
    await scene.clock.to("2026-11-24 16:10")
    for at in ("24 23:00", "25 01:00"):
        await scene.clock.to(f"2026-11-{at}")
    # An hour at 20p and one at 22p would have been charged at once.
    assert float(plan(home, "sensor.saved")) == pytest.approx(7 * (0.20 + 0.22 - 0.12))
    assert details(home, "sensor.saved", "from_waiting") == 0
    await restart(home, scene.entry)
    await scene.clock.to("2026-11-27 06:00")
    await scene.clock.to("2026-11-27 06:10")
    assert details(home, "sensor.saved", "from_waiting") == pytest.approx(7 * (0.20 + 0.22 - 0.12))


async def test_what_it_has_lost_is_said_too(scene: Scene, home: HomeAssistant, prices: Prices) -> None:
    prices.pence = dict.fromkeys(range(25, 28), 40.0)
    await scene.set_up()
    await add_plan(home, scene.entry, **FRIDAY)
    for day in (24, 25, 26):
        await scene.clock.to(f"2026-11-{day} 16:10")
    [found] = sessions(home)
    assert found == "26 22:00-00:00"
    for at in ("26 22:00", "27 00:00", "27 06:00", "27 06:10"):
        await scene.clock.to(f"2026-11-{at}")
    assert details(home, "sensor.saved", "from_waiting") == pytest.approx(-14 * 0.2)


async def test_only_real_moves_are_news(scene: Scene, home: HomeAssistant, prices: Prices) -> None:
    prices.pence = {24: 12, 25: 1, 26: 2}
    await scene.set_up()
    news = News(home)
    await add_plan(home, scene.entry, **FRIDAY, energy=28)
    assert (plan(home, STATUS), sessions(home)) == ("planned", ["23 23:00-03:00"])
    for at in ("23 23:00", "24 03:00", "24 16:10", "25 16:10"):
        await scene.clock.to(f"2026-11-{at}")
    assert news.moves() == []


async def test_a_plan_that_defers_what_was_planned_says_so(
    scene: Scene, home: HomeAssistant, prices: Prices
) -> None:
    home.states.async_set("input_number.target", "100")
    home.states.async_set("sensor.battery", "10")
    prices.pence = dict.fromkeys(range(23, 27), 40.0)
    await scene.clock.to("2026-11-24 16:10")
    await scene.set_up()
    news = News(home)
    setup = {**FROM_BATTERY, **FRIDAY, "capacity": 140, "target_entity": "input_number.target"}
    await add_plan(home, scene.entry, **setup)
    assert plan(home, STATUS) == "planned"
    before = sessions(home)
    # Somebody needs less.
    home.states.async_set("input_number.target", "50")
    await scene.clock.walk("2026-11-24 16:13")
    assert (plan(home, STATUS), sessions(home)) == ("deferred", [])
    assert news.moves() == [(before, [], "need")]


async def test_a_driven_car_is_charged_again_and_has_its_minimum(
    scene: Scene, home: HomeAssistant, prices: Prices
) -> None:
    prices.pence = dict.fromkeys(range(23, 27), 40.0)
    home.states.async_set("sensor.battery", "60")
    await scene.set_up()
    await add_plan(home, scene.entry, **{**FROM_BATTERY, **FRIDAY, "minimum": 50})
    assert (plan(home, STATUS), sessions(home)) == ("deferred", [])
    await scene.clock.to("2026-11-23 18:00")
    home.states.async_set("sensor.battery", "30")
    await scene.clock.walk("2026-11-23 18:06")
    # 20 points take two hours.
    assert plan(home, STATUS) == "planned"
    [found] = sessions(home)
    assert found.endswith(("23 22:00-00:00", "22:00-00:00"))
    await restart(home, scene.entry)
    assert sessions(home) == [found]


async def test_what_has_been_chosen_outlives_a_restart_whatever_it_was_chosen_by(
    scene: Scene, home: HomeAssistant, prices: Prices, issue_registry: ir.IssueRegistry
) -> None:
    await scene.set_up()
    titles = [f"Up to {limit}" for limit in range(30, 38)]
    for limit, title in enumerate(titles, 30):
        await add_plan(home, scene.entry, title, **FRIDAY, price_limit=limit)
    await restart(home, scene.entry)
    assert [plan(home, STATUS, title) for title in titles] == ["deferred"] * 8
    # None of their files has been set aside.
    assert not issue_registry.issues


async def test_a_charger_shared_with_another_plan_is_left_to_it(
    scene: Scene, home: HomeAssistant, prices: Prices
) -> None:
    prices.pence = {24: 2}
    home.states.async_set("switch.charger", "off")
    await scene.set_up()
    await add_plan(
        home,
        scene.entry,
        "First",
        charger="switch.charger",
        earliest_start="23:00:00",
        ready_by="02:00:00",
    )
    await add_plan(home, scene.entry, **{**FRIDAY, "charger": "switch.charger"})
    assert sessions(home, "First") == ["23 23:00-01:00"]
    assert sessions(home) == ["24 01:00-03:00"]


async def test_a_minimum_that_finds_no_time_is_said(
    scene: Scene, home: HomeAssistant, prices: Prices
) -> None:
    prices.pence = dict.fromkeys(range(23, 27), 40.0)
    home.states.async_set("sensor.battery", "60")
    await scene.set_up()
    news = News(home)
    await add_plan(home, scene.entry, **{**FROM_BATTERY, **FRIDAY, "minimum": 50})
    await scene.clock.to("2026-11-24 04:30")
    assert (plan(home, STATUS), details(home, STATUS, "shortfall")) == ("deferred", 0)
    home.states.async_set("sensor.battery", "20")
    await scene.clock.walk("2026-11-24 04:36")
    # 30 points take three hours. It believes the level after five minutes, and 85 are left then.
    # The rest follows on the next evening.
    assert (plan(home, STATUS), sessions(home)) == ("charging", ["24 04:35-06:00", "24 22:00-23:00"])
    assert details(home, STATUS, "shortfall") == 95
    assert details(home, STATUS, "reason") == "too_late"
    [told] = news.of("charge_incomplete")
    assert (told["reason"], told["shortfall"]) == ("too_late", 95)
    # What Friday must find has time enough.
    await scene.clock.walk("2026-11-24 06:02")
    assert plan(home, STATUS) in ("deferred", "planned")
    assert details(home, STATUS, "shortfall") == 0
    assert news.of("charge_incomplete") == []


@pytest.mark.parametrize("minimum", [60, None])
async def test_on_a_shared_charger_a_minimum_is_the_earlier_deadline(
    scene: Scene, home: HomeAssistant, prices: Prices, minimum: int | None
) -> None:
    cheap = [f"{hour:02}" for hour in (2, 3, 4, 5)]
    scene.octopus.prices = lambda start: (
        "30.0" if start >= uk("2026-11-23 00:00") and f"{start:%H}" in cheap else prices(start)
    )
    prices.pence = dict.fromkeys(range(23, 27), 40.0)
    home.states.async_set("switch.charger", "off")
    home.states.async_set("sensor.battery", "10")
    await scene.set_up()
    shared = {"charger": "switch.charger"}
    times = {"earliest_start": "22:00:00", "ready_by": "09:00:00", "mode": "slots", "energy": 28}
    await add_plan(home, scene.entry, "First", **times, **shared)
    assert sessions(home, "First") == ["24 02:00-06:00"]
    # 50 points take five hours of the eight until six; the other has until nine.
    setup = {**FROM_BATTERY, **FRIDAY, **shared, "minimum": minimum}
    await add_plan(home, scene.entry, **setup)
    if minimum is None:
        assert (sessions(home), sessions(home, "First")) == ([], ["24 02:00-06:00"])
        return
    assert sessions(home) == ["24 01:00-06:00"]
    assert sum(map(hours_of, sessions(home, "First"))) == 4
    assert details(home, STATUS, "shortfall") == 0
    assert details(home, STATUS, "shortfall", "First") == 0
    # What runs goes on.
    await scene.clock.walk("2026-11-23 22:02")
    home.states.async_set("sensor.battery", "7")
    await scene.clock.walk("2026-11-23 22:10")
    assert plan(home, STATUS, "First") == "charging"


def hours_of(session: str) -> float:
    """Return how long a session within a day, or over one midnight, takes."""
    start, end = (datetime.fromisoformat(f"2026-11-24T{text}") for text in session[3:].split("-"))
    return ((end - start) / timedelta(hours=1)) % 24


async def test_with_few_days_known_it_does_not_wait(
    scene: Scene, home: HomeAssistant, prices: Prices
) -> None:
    scene.octopus.rows = lambda start, end: scene.octopus._rows(
        max(start, dt_util.utcnow() - timedelta(days=5)), end
    )
    await scene.set_up()
    await add_plan(home, scene.entry, **FRIDAY)
    assert (plan(home, STATUS), sessions(home)) == ("planned", ["23 22:00-00:00"])
    assert details(home, STATUS, "outlook") == []


class TestTheBand:
    async def test_it_reaches_to_the_deadline_in_half_hours(
        self, scene: Scene, home: HomeAssistant, prices: Prices
    ) -> None:
        await scene.set_up()
        await add_plan(home, scene.entry, **{**FRIDAY, "days": ["sun"]})
        band = details(home, STATUS, "outlook")
        assert band[0]["start"] == "2026-11-24T23:00:00+00:00"
        assert band[-1]["end"] == "2026-11-29T06:00:00+00:00"
        assert all(each["low"] <= each["middle"] <= each["high"] for each in band)
        # Made once for each publication.
        assert details(home, STATUS, "outlook") is band
        await scene.clock.to("2026-11-23 17:00")
        assert details(home, STATUS, "outlook") is band
        assert outlook_dicts.cache_info().maxsize is not None

    async def test_it_shows_three_days_at_least(
        self, scene: Scene, home: HomeAssistant, prices: Prices
    ) -> None:
        await scene.set_up()
        await add_plan(home, scene.entry, **{**FRIDAY, "days": ["wed"]})
        assert details(home, STATUS, "outlook")[-1]["end"] == "2026-11-27T23:00:00+00:00"

    async def test_a_forecast_is_never_a_price(
        self, scene: Scene, home: HomeAssistant, prices: Prices
    ) -> None:
        await scene.set_up()
        states = {each.entity_id: each for each in home.states.async_all()}
        await add_plan(home, scene.entry, **FRIDAY)
        assert details(home, STATUS, "outlook")
        for entity_id, state in states.items():
            now = home.states.get(entity_id)
            assert now is not None
            assert (now.state, now.attributes) == (state.state, state.attributes)
        last = attribute(home, "sensor.current_price", "rates")[-1]["end"]
        assert last == "2026-11-24T23:00:00+00:00"
        answer = await home.services.async_call(
            "octopus_agile",
            "get_prices",
            {
                "config_entry_id": scene.entry.entry_id,
                "start": "2026-11-24T00:00:00",
                "end": "2026-11-29T00:00:00",
            },
            blocking=True,
            return_response=True,
        )
        assert answer is not None
        rates: Any = answer["rates"]
        assert max(each["end"] for each in rates) == last
        # Of its own entities none but the status tells of it, and that isn't recorded.
        own = [each for each in home.states.async_all() if "charge_the_car" in each.entity_id]
        assert [each.entity_id for each in own if "outlook" in each.attributes] == [
            "sensor.charge_the_car_status"
        ]
        assert plan(home, "sensor.price") == "unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline": "sometimes"},
        {"minimum": float("nan")},
        {"minimum": float("inf")},
        {"minimum": -1},
        {"days": ["someday"]},
        {"available_days": ["someday"]},
    ],
)
async def test_one_bad_setting_harms_one_plan(
    scene: Scene, home: HomeAssistant, prices: Prices, wrong: dict[str, Any]
) -> None:
    await scene.set_up()
    await add_plan(home, scene.entry, **{**FRIDAY, **wrong})
    await add_plan(home, scene.entry, "First")
    assert plan(home, STATUS) == "unavailable"
    assert plan(home, STATUS, "First") == "planned"
