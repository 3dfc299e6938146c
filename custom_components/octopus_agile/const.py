"""Constants that several files of the integration share."""

import logging
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "octopus_agile"
LOGGER = logging.getLogger(__package__)

# Pounds, because the Energy dashboard takes the number as its own currency, whatever the unit before
# the slash.
PRICE_UNIT: Final = "GBP/kWh"

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SENSOR,
    Platform.SWITCH,
]

# The entry's data: its tariff.
CONF_REGION: Final = "region"
CONF_PRODUCT: Final = "product"
CONF_PRODUCT_NAME: Final = "product_name"

# The entry's options: its export tariff, and its charge.
CONF_EXPORT_PRODUCT: Final = "export_product"
CONF_CHARGE_DURATION: Final = "charge_duration"
CONF_CHARGE_ENERGY: Final = "charge_energy"
CONF_EARLIEST_START: Final = "earliest_start"
CONF_READY_BY: Final = "ready_by"
# Hours and kWh.
SHORTEST_CHARGE: Final = 0.5
LONGEST_CHARGE: Final = 6.0
DEFAULT_CHARGE: Final = 4.0
MOST_ENERGY: Final = 200.0

# A separate charge plan: a subentry with these besides earliest start and ready by.
SUBENTRY_PLAN: Final = "charge_plan"
CONF_NEED: Final = "need"
CONF_DURATION: Final = "duration"
CONF_ENERGY: Final = "energy"
CONF_POWER: Final = "power"
CONF_SOC: Final = "state_of_charge"
CONF_TARGET: Final = "target"
CONF_TARGET_ENTITY: Final = "target_entity"
CONF_CAPACITY: Final = "capacity"
CONF_EFFICIENCY: Final = "efficiency"
CONF_DAYS: Final = "days"
CONF_DEADLINE: Final = "deadline"
CONF_AVAILABLE_DAYS: Final = "available_days"
CONF_MINIMUM: Final = "minimum"
CONF_MODE: Final = "mode"
CONF_SHORTEST_RUN: Final = "shortest_run"
CONF_START_COST: Final = "start_cost"
CONF_PRICE_LIMIT: Final = "price_limit"
CONF_CHARGER: Final = "charger"
# What a charger can be: a switch or a toggle.
CHARGERS: Final = ("switch.", "input_boolean.")
CONF_PLUGGED_IN: Final = "plugged_in"
CONF_ENERGY_SENSOR: Final = "energy_sensor"
CONF_DIRECTION: Final = "direction"
NEED_DURATION: Final = "duration"
NEED_ENERGY: Final = "energy"
NEED_SOC: Final = "state_of_charge"
EACH_WINDOW: Final = "each_window"
BY_DAY: Final = "by_day"
WEEKDAYS: Final = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

# A comparison: a subentry with a product as the entry's data has it, and a statistic.
SUBENTRY_COMPARISON: Final = "comparison"
CONF_METER: Final = "meter"

# The event types of the event entities.
EVENT_PUBLISHED: Final = "published"
EVENT_NEGATIVE: Final = "negative_announced"
EVENT_PLAN_CHANGED: Final = "plan_changed"
EVENT_STALLED: Final = "charge_stalled"
EVENT_INCOMPLETE: Final = "charge_incomplete"
