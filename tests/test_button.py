"""A boost charges at once, until the need is met or it is pressed again."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .charge_plans import FROM_BATTERY, add_plan, details, plan
from .charges.news import News
from .common import Clock, Scene, state

CAR = "button.charge_the_car_boost"
MAIN = "button.octopus_agile_london_boost"


async def press(hass: HomeAssistant, entity_id: str) -> None:
    """Press a button."""
    await hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)
    await hass.async_block_till_done()


async def test_it_charges_at_once_until_the_need_is_met(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    await add_plan(home, entry)
    assert plan(home, "sensor.start") == "24 02:00"
    await clock.to("2026-11-23 18:10")
    await press(home, CAR)
    assert plan(home, "binary_sensor.charge_now") == "on"
    assert plan(home, "sensor.status") == "charging"
    await clock.walk("2026-11-23 20:09")
    assert plan(home, "binary_sensor.charge_now") == "on"
    await clock.walk("2026-11-23 20:11")
    assert plan(home, "binary_sensor.charge_now") == "off"


async def test_pressed_again_the_plan_is_back(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    await add_plan(home, entry)
    await clock.to("2026-11-23 18:10")
    await press(home, CAR)
    assert details(home, "sensor.status", "boosted") is True
    await clock.to("2026-11-23 19:10")
    await press(home, CAR)
    assert details(home, "sensor.status", "boosted") is False
    assert details(home, "sensor.status", "ready_by") == "2026-11-24T07:00:00+00:00"
    assert plan(home, "binary_sensor.charge_now") == "off"
    assert plan(home, "sensor.status") == "planned"


async def test_when_it_is_over_later_windows_keep_to_their_plan(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    await add_plan(home, entry)
    await clock.to("2026-11-23 18:10")
    await press(home, CAR)
    # The next window begins at seven, and no new prices have come.
    await clock.walk("2026-11-24 07:05")
    assert plan(home, "binary_sensor.charge_now") == "off"


async def test_a_battery_that_does_not_fill_is_not_charged_for_ever(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    polls = iter(range(10_000))

    def report() -> None:
        home.states.async_set("sensor.battery", "60", {"polls": next(polls)})

    report()
    await add_plan(home, entry, **FROM_BATTERY)
    await clock.to("2026-11-23 18:10")
    await press(home, CAR)
    await clock.walk("2026-11-23 20:09", report)
    assert plan(home, "sensor.status") == "stalled"
    assert plan(home, "binary_sensor.charge_now") == "on"
    await clock.walk("2026-11-23 20:11", report)
    assert plan(home, "binary_sensor.charge_now") == "off"


async def test_of_two_on_one_charger_the_one_pressed_last_has_it(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    for title in ("First", "Second"):
        await add_plan(home, entry, title, charger="input_boolean.charger")
    await add_plan(home, entry, charger="input_boolean.other")
    await clock.to("2026-11-23 18:10")
    for name in ("charge_the_car", "first", "second"):
        await press(home, f"button.{name}_boost")
    titles = ("First", "Second", "Charge the car")
    runs = [plan(home, "binary_sensor.charge_now", title) for title in titles]
    assert runs == ["off", "on", "on"]
    # The other is back to its plan.
    assert plan(home, "sensor.status", "First") == "planned"


async def test_the_entrys_own_charge_has_one_too(scene: Scene, news: News) -> None:
    await scene.clock.to("2026-11-23 18:10")
    await press(scene.home, MAIN)
    assert state(scene.home, "binary_sensor.cheapest_block") == "on"


async def test_where_there_is_nothing_to_charge_it_says_so(scene: Scene, news: News) -> None:
    options = {**scene.entry.options, "charge_duration": 0.0}
    scene.home.config_entries.async_update_entry(scene.entry, options=options)
    await scene.home.async_block_till_done()
    with pytest.raises(ServiceValidationError, match="There's nothing to charge"):
        await press(scene.home, MAIN)
    assert state(scene.home, "sensor.plan_status") == "off"
    assert state(scene.home, "switch.charge_enabled") == "on"


async def test_of_a_battery_that_was_never_heard_nobody_knows_what_to_charge(
    home: HomeAssistant, clock: Clock, news: News, entry: MockConfigEntry
) -> None:
    await add_plan(home, entry, **FROM_BATTERY)
    with pytest.raises(ServiceValidationError, match="There's nothing to charge"):
        await press(home, CAR)
    assert plan(home, "binary_sensor.charge_now") == "off"
