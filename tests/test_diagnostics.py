"""Diagnostics say what a maintainer needs, and nothing that locates the user."""

import json
from typing import Any

from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .charge_plans import FROM_BATTERY, add_plan
from .common import Scene
from .export.common import ONE_PRICE, set_up_with
from .octopus import AGILE


@pytest.fixture
async def scene(scene: Scene) -> Scene:
    """A home with diagnostics."""
    assert await async_setup_component(scene.home, "diagnostics", {})
    return scene


@pytest.fixture
async def report(scene: Scene, hass_client: ClientSessionGenerator) -> Any:
    """What an entry's diagnostics hold."""
    await scene.set_up()
    return await get_diagnostics_for_config_entry(scene.home, hass_client, scene.entry)


@pytest.mark.usefixtures("long_prices")
async def test_diagnostics(report: Any) -> None:
    assert report["product"] == AGILE
    assert report["options"] == {"charge_duration": 4.0, "charge_energy": 28.0}
    assert report["known"] == [{"start": "2026-10-23T17:00:00+00:00", "end": "2026-11-23T23:00:00+00:00"}]
    requests = report["requests"]
    assert requests["last_request"] == requests["fetched_at"] == "2026-11-23T12:00:00+00:00"
    assert requests["next_request"].startswith("2026-11-23T16:0")
    assert requests["last_error"] is None
    assert requests["slots"] == 1500
    (plan,) = report["plans"]
    assert plan["status"] == "charging"
    assert plan["sessions"] == [["2026-11-23T12:00:00+00:00", "2026-11-23T16:00:00+00:00"]]


async def test_diagnostics_name_no_region(report: Any) -> None:
    text = json.dumps(report)
    assert "London" not in text.replace("Europe/London", "")
    assert f"{AGILE}-C" not in text
    assert '"region": "**REDACTED**"' in text


async def test_diagnostics_name_no_sensor_and_no_charger(
    scene: Scene, hass_client: ClientSessionGenerator
) -> None:
    await scene.set_up()
    await add_plan(scene.home, scene.entry, charger="switch.acacia_avenue", **FROM_BATTERY)
    private = {"plugged_in": "binary_sensor.acacia_plug", "energy_sensor": "sensor.acacia_energy"}
    await add_plan(scene.home, scene.entry, "Other", **private)

    report = json.dumps(await get_diagnostics_for_config_entry(scene.home, hass_client, scene.entry))

    assert "acacia" not in report
    assert "sensor.battery" not in report
    assert '"charger": "**REDACTED**"' in report


async def test_an_entry_that_is_not_set_up_has_them_too(
    scene: Scene, hass_client: ClientSessionGenerator
) -> None:
    scene.octopus.fault = (503, "text/plain", b"")
    await scene.set_up()

    report = await get_diagnostics_for_config_entry(scene.home, hass_client, scene.entry)

    assert report["state"] == "setup_retry"
    assert report["product"] == AGILE
    assert report["requests"]["failures_in_24_hours"] == 1


async def test_a_plan_that_cannot_be_used_says_why(
    scene: Scene, hass_client: ClientSessionGenerator
) -> None:
    await scene.set_up()
    await add_plan(scene.home, scene.entry, energy="nan")
    report: Any = await get_diagnostics_for_config_entry(scene.home, hass_client, scene.entry)
    main, car = report["plans"]
    assert main["failure"] is None
    assert list(car) == ["enabled", "failure"]
    assert car["failure"].startswith("TypeError")


async def test_not_even_settings_that_cannot_be_used_are_named(
    scene: Scene, hass_client: ClientSessionGenerator
) -> None:
    await scene.set_up()
    await add_plan(scene.home, scene.entry, charger="light.acacia_avenue")
    await add_plan(scene.home, scene.entry, "Other", plugged_in=["binary_sensor.acacia_plug"])
    report: Any = await get_diagnostics_for_config_entry(scene.home, hass_client, scene.entry)
    assert all(plan["failure"] for plan in report["plans"][1:])
    assert "acacia" not in json.dumps(report)


async def test_diagnostics_tell_of_export_and_name_no_region_either(
    scene: Scene, hass_client: ClientSessionGenerator
) -> None:
    scene.octopus.lasting[ONE_PRICE] = []
    scene = await set_up_with(scene, ONE_PRICE)
    report = await get_diagnostics_for_config_entry(scene.home, hass_client, scene.entry)
    assert report["options"]["export_product"] == ONE_PRICE
    requests = report["export_requests"]
    assert (requests["requests_in_24_hours"], requests["slots"]) == (1, 0)
    assert requests["last_error"] == "no_prices"
    assert f"{ONE_PRICE}-C" not in json.dumps(report)
