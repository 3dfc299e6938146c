"""What the demo that pictures are taken of has been through: charge plans, news, prices of a month."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page

from demo.catalogue import PRODUCTS
from demo.prices import modelled

API = """async ([method, path, data]) =>
  document.querySelector("home-assistant").hass.callApi(method, path, data)"""
BATTERY = {
    "state": "52",
    "attributes": {
        "device_class": "battery",
        "friendly_name": "Car battery",
        "unit_of_measurement": "%",
    },
}
# How much each plan charges, and the answers to its two forms.
PLANS: list[list[dict[str, Any]]] = [
    [
        {"next_step_id": "state_of_charge"},
        {"name": "Charge the car", "state_of_charge": "sensor.car_battery", "capacity": 60},
        {"earliest_start": "17:00:00", "ready_by": "07:00:00"},
    ],
    [
        {"next_step_id": "duration"},
        {"name": "Dishwasher", "duration": 2, "energy": 1.2},
        {"earliest_start": "19:00:00", "ready_by": "07:00:00"},
    ],
]


async def add_plans(page: Page) -> None:
    """Add charge plans, one of them for a battery that a sensor tells of."""
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    await page.evaluate(API, ["POST", "states/sensor.car_battery", BATTERY])
    (entry,) = await page.evaluate(API, ["GET", "config/config_entries/entry?domain=octopus_agile", None])
    path = "config/config_entries/subentries/flow"
    for answers in PLANS:
        flow = await page.evaluate(API, ["POST", path, {"handler": [entry["entry_id"], "charge_plan"]}])
        for answer in answers:
            done = await page.evaluate(API, ["POST", f"{path}/{flow['flow_id']}", answer])
        assert done["type"] == "create_entry", done


async def prices_have_come(page: Page) -> None:
    """Wait until Home Assistant has told of tomorrow's prices."""
    await page.wait_for_function(
        """() => document.querySelector("home-assistant").hass
          .states["event.octopus_agile_london_prices"]?.state > "2026" """
    )


async def remember_prices(page: Page, end: datetime) -> None:
    """Let Home Assistant remember the prices of a month, as if it had run for so long."""
    end = end.replace(minute=0).astimezone(UTC)
    slots = modelled("C", end - timedelta(days=30), end, PRODUCTS["AGILE-24-10-01"].cap)
    rows = []
    for first, second in zip(slots[::2], slots[1::2], strict=True):
        pounds = [float(slot.inc_vat) / 100 for slot in (first, second)]
        rows.append(
            {
                "start": first.start.isoformat(),
                "mean": sum(pounds) / 2,
                "min": min(pounds),
                "max": max(pounds),
            }
        )
    await page.evaluate(
        """stats => document.querySelector("home-assistant").hass.callWS({
          type: "recorder/import_statistics",
          metadata: {
            has_mean: true, mean_type: 1, has_sum: false, name: null, source: "recorder",
            statistic_id: "sensor.octopus_agile_london_current_price",
            unit_of_measurement: "GBP/kWh", unit_class: null,
          },
          stats,
        })""",
        rows,
    )
