"""What people and files say to Home Assistant: taken, or refused with a text that there is."""

import contextlib
import json
from pathlib import Path
from random import Random
from traceback import extract_tb
from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, UnknownStep
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.octopus_agile.condition import CONDITIONS
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.trigger import TRIGGERS
from tests.common import Clock, once_more, set_up
from tests.octopus import AGILE, OUTGOING, FakeOctopus, product

from .common import Cases
from .mutate import junk, mutated

ENGLISH: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "custom_components/octopus_agile/translations/en.json").read_text()
)
# Texts that Home Assistant brings itself.
CENTRAL = {"reconfigure_successful", "already_in_progress"}

ANSWERS: dict[str, dict[str, Any]] = {
    "user": {"postcode": "SW1A 1AA"},
    "region": {"region": "C"},
    "reconfigure": {"region": "C"},
    "product": {"product": AGILE},
    "charge": {
        "charge_duration": 4.0,
        "ready_by": "07:00:00",
        "change_export": True,
        "more": {
            "charge_energy": 28.0,
            "earliest_start": "22:00:00",
            "charger": "switch.wallbox",
            "plugged_in": "binary_sensor.plug",
        },
    },
    "export": {"export_product": OUTGOING},
}
PLAN: dict[str, dict[str, Any]] = {
    "duration": {"name": "Car", "duration": 2.0, "energy": 14.0},
    "energy": {"name": "Car", "energy": 14.0, "power": 7.0},
    "state_of_charge": {
        "name": "Car",
        "state_of_charge": "sensor.car",
        "target": 80,
        "capacity": 60.0,
        "power": 7.0,
        "more": {"efficiency": 90, "target_entity": "number.limit", "energy_sensor": "sensor.energy"},
    },
    "window": {
        "earliest_start": "22:00:00",
        "ready_by": "07:00:00",
        "deadline": "by_day",
        "charger": "switch.wallbox",
        "more": {
            "plugged_in": "binary_sensor.plug",
            "days": ["mon", "sun"],
            "mode": "slots",
            "price_limit": 30.0,
            "direction": "import",
        },
    },
    "deadline": {"days": ["fri"], "minimum": 20},
    "pauses": {"shortest_run": 60, "start_cost": 2.5},
}
NEED: dict[str, Any] = {
    "duration": 2.5,
    "energy": 7,
    "power": 3.5,
    "earliest_start": "2026-11-23 12:00:00",
    "ready_by": "2026-11-23 22:00:00",
    "mode": "slots",
    "shortest_run": 30,
    "price_limit": 0.3,
    "direction": "export",
    "durations": [0.5, 3],
    "start": "2026-11-23 12:00:00",
    "end": "2026-11-23 13:00:00",
}
FIELDS: dict[str, list[str]] = {
    "get_prices": ["direction", "end", "start"],
    "best_times": ["durations"],
    "find_cheapest": sorted(NEED.keys() - {"durations", "end", "start"}),
}


def some_of(rng: Random, answer: dict[str, Any]) -> Any:
    """Return an answer with fields left out and changed."""
    fields = {key: value for key, value in answer.items() if rng.random() < 0.7}
    return mutated(rng, fields)


def assert_told(result: Any, texts: dict[str, Any]) -> None:
    """Fail unless there is a text for what a flow says."""
    if result["type"] is FlowResultType.FORM:
        step = texts["step"][result["step_id"]]
        assert set((result["errors"] or {}).values()) <= set(texts["error"])
        fields = {str(key) for key in result["data_schema"].schema}
        assert fields <= {*step["data"], *step.get("sections", {})}, result["step_id"]
    elif result["type"] is FlowResultType.ABORT:
        assert result["reason"] in {*texts["abort"], *CENTRAL}


@pytest.fixture
async def ready(
    home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
) -> MockConfigEntry:
    """An entry that is set up, with something to charge and something to export on."""
    for entity_id in ("switch.wallbox", "binary_sensor.plug", "sensor.energy", "sensor.car"):
        home.states.async_set(entity_id, "on" if "plug" in entity_id else "50")
    octopus.products.append(product(OUTGOING, direction="EXPORT"))
    entry = once_more(entry, options={**entry.options, "export_product": OUTGOING})
    await set_up(home, entry)
    return entry


async def walk(rng: Random, manager: Any, result: Any, texts: dict[str, Any], answers: Any) -> Any:
    """Answer what a flow asks until it ends or somebody has had enough."""
    for _ in range(6):
        if result["type"] is not FlowResultType.FORM:
            return result
        answer = some_of(rng, answers(result["step_id"]))
        try:
            result = await manager.async_configure(result["flow_id"], answer)
        except InvalidData, UnknownStep:
            continue
        except OverflowError as error:
            # Up to 2026.7 Home Assistant's own selector takes a number too large for a float like that.
            if not extract_tb(error.__traceback__)[-1].filename.endswith("voluptuous/validators.py"):
                raise
            continue
        assert_told(result, texts)
    if result["type"] is FlowResultType.FORM:
        manager.async_abort(result["flow_id"])
    return result


async def test_set_up(home: HomeAssistant, octopus: FakeOctopus, clock: Clock, cases: Cases) -> None:
    for rng in cases("set-up", 0.03):
        octopus.fault_for = rng.choice(["products/", "grid-supply", "rates"])
        octopus.fault = rng.choice(
            [None, None, (503, "text/html", b""), (404, "application/json", b"{}")]
        )
        flows = home.config_entries.flow
        result = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        result = await walk(rng, flows, result, ENGLISH["config"], lambda step: ANSWERS[step])
        await home.async_block_till_done()
        for made in home.config_entries.async_entries(DOMAIN):
            await home.config_entries.async_remove(made.entry_id)


async def test_options_and_reconfiguration(
    home: HomeAssistant, ready: MockConfigEntry, cases: Cases
) -> None:
    for rng in cases("options", 0.02):
        flows: Any = home.config_entries.options
        result = await flows.async_init(ready.entry_id)
        await walk(
            rng,
            flows,
            result,
            ENGLISH["options"],
            lambda step: ANSWERS["charge" if step == "init" else step],
        )
        flows = home.config_entries.flow
        result = await ready.start_reconfigure_flow(home)
        await walk(rng, flows, result, ENGLISH["config"], lambda step: ANSWERS[step])
        await home.async_block_till_done(wait_background_tasks=True)
        assert home.states.get("sensor.octopus_agile_london_plan_status") is not None


async def test_charge_plans(home: HomeAssistant, ready: MockConfigEntry, cases: Cases) -> None:
    texts = ENGLISH["config_subentries"]["charge_plan"]
    flows = home.config_entries.subentries
    for rng in cases("charge plans", 0.02):
        result = await flows.async_init((ready.entry_id, "charge_plan"), context={"source": SOURCE_USER})
        if result["type"] is FlowResultType.MENU:
            choice = rng.choice(["duration", "energy", "state_of_charge"])
            result = await flows.async_configure(result["flow_id"], {"next_step_id": choice})
        await walk(rng, flows, result, texts, lambda step: PLAN[step])
        await home.async_block_till_done(wait_background_tasks=True)
        for key in list(ready.subentries):
            home.config_entries.async_remove_subentry(ready, key)
        await home.async_block_till_done(wait_background_tasks=True)


async def test_actions(home: HomeAssistant, ready: MockConfigEntry, cases: Cases) -> None:
    for rng in cases("actions", 0.05):
        action = rng.choice(sorted(FIELDS))
        data = some_of(rng, {key: NEED[key] for key in FIELDS[action]})
        if not isinstance(data, dict):
            continue
        data = {str(key): value for key, value in data.items()}
        if rng.random() < 0.95:
            data["config_entry_id"] = ready.entry_id
        try:
            answer = await home.services.async_call(
                DOMAIN, action, data, blocking=True, return_response=True
            )
            json.dumps(answer, allow_nan=False)
        except vol.Invalid:
            pass
        except ServiceValidationError as error:
            known = {*ENGLISH["exceptions"], "service_config_entry_not_found"}
            assert error.translation_key in known, error.translation_key  # noqa: PT017


async def test_automations(home: HomeAssistant, ready: MockConfigEntry, cases: Cases) -> None:
    model = {
        "target": {"entity_id": ["binary_sensor.octopus_agile_london_cheapest_block"]},
        "options": {
            "offset": "00:10:00",
            "offset_type": "before",
            "price": 0.1,
            "behavior": "any",
            "threshold": {"type": "below", "value": {"number": 0.05}},
        },
    }
    kinds: list[Any] = [*TRIGGERS.values(), *CONDITIONS.values()]
    for rng in cases("automations", 0.02):
        config = mutated(rng, model) if rng.random() < 0.9 else junk(rng)
        # The last is of Home Assistant's own validators, for numbers that JSON can't bring.
        with contextlib.suppress(vol.Invalid, HomeAssistantError, OverflowError):
            await rng.choice(kinds).async_validate_config(home, config)
