"""Each rule of Home Assistant's integration quality scale: done with evidence, or exempt and why."""

import ast
import json
from pathlib import Path
import tomllib
from typing import Any

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import PLATFORMS

from .charge_plans import add_plan
from .common import once_more, set_up
from .comparisons.common import compare, comparison
from .export.common import EXPORTS, FALLS_AT_MIDNIGHT, ONE_PRICE
from .octopus import FakeOctopus

ROOT = Path(__file__).parent.parent
OURS = "custom_components/octopus_agile"

# Where each rule is seen to be kept: a file, and what it defines: a name in Python, a heading of a page,
# a key of settings; or nothing where the file alone says it. That the code does as it is named is what
# the tests named here try.
EVIDENCE: dict[str, list[tuple[str, str]]] = {
    "action-setup": [
        (f"{OURS}/services.py", "async_setup_services"),
        ("tests/services/test_refused.py", "TestRefused.test_an_entry_that_is_not_loaded"),
    ],
    "appropriate-polling": [
        (f"{OURS}/agile/publication.py", "next_request"),
        ("tests/agile/publication/test_limit.py", "TestTheLimit"),
        ("docs/requests.md", "## The times"),
    ],
    "brands": [
        (f"{OURS}/brand/icon@2x.png", ""),
        ("tests/test_brand.py", "test_every_image_has_a_name_that_is_served"),
    ],
    "common-modules": [
        (f"{OURS}/prices.py", "PriceCoordinator"),
        (f"{OURS}/coordinator.py", "ChargeCoordinator"),
        (f"{OURS}/entity.py", "PriceEntity"),
        (f"{OURS}/entity.py", "PlanEntity"),
        (f"{OURS}/comparisons/sensors.py", "ComparisonSensor"),
    ],
    "config-flow-test-coverage": [
        ("tests/config_flow/test_reconfigure.py", "TestReconfigure"),
        ("tests/config_flow/test_set_up.py", "TestCharge.test_the_same_tariff_again_is_refused"),
        ("tests/config_flow/test_options.py", "TestOptions"),
        ("tests/flows/test_charge_plan.py", "test_a_plan_is_added_in_two_pages_for_each_kind_of_need"),
        ("tests/flows/test_product_choice.py", "TestProduct"),
        ("pyproject.toml", "tool.coverage.report.fail_under"),
    ],
    "config-flow": [
        (f"{OURS}/manifest.json", "config_flow"),
        (f"{OURS}/translations/en.json", "config.step.user.data_description"),
    ],
    "entity-event-setup": [
        (f"{OURS}/event.py", "PricesEvent.async_added_to_hass"),
        (f"{OURS}/event.py", "PlanEvent.async_added_to_hass"),
        (f"{OURS}/entity.py", "PlanEntity.async_added_to_hass"),
        (f"{OURS}/comparisons/sensors.py", "ComparisonSensor.async_added_to_hass"),
    ],
    "entity-unique-id": [
        (
            "tests/test_quality_scale.py",
            "TestEntities.test_all_have_an_id_a_name_of_their_own_and_a_device",
        )
    ],
    "has-entity-name": [
        (
            "tests/test_quality_scale.py",
            "TestEntities.test_all_have_an_id_a_name_of_their_own_and_a_device",
        )
    ],
    "runtime-data": [(f"{OURS}/coordinator.py", "OctopusAgileConfigEntry")],
    "test-before-configure": [
        (f"{OURS}/translations/en.json", "config.error.cannot_connect"),
        ("tests/config_flow/test_set_up.py", "TestDeadServer"),
    ],
    "test-before-setup": [
        ("tests/prices/test_start.py", "TestStart.test_without_any_price_it_is_tried_again_but_politely")
    ],
    "unique-config-entry": [
        ("tests/config_flow/test_set_up.py", "TestCharge.test_the_same_tariff_again_is_refused")
    ],
    "action-exceptions": [
        ("tests/services/test_refused.py", "TestRefused"),
        ("tests/test_sensor.py", "TestNumbers.test_what_cannot_be_is_refused"),
    ],
    "config-entry-unloading": [
        (f"{OURS}/__init__.py", "async_unload_entry"),
        ("tests/prices/test_start.py", "TestStart.test_an_entry_that_is_unloaded_asks_no_more"),
    ],
    "entity-unavailable": [
        (
            "tests/prices/test_outage.py",
            "TestOutage.test_when_the_prices_run_dry_they_are_unavailable_and_come_back",
        )
    ],
    "integration-owner": [(f"{OURS}/manifest.json", "codeowners")],
    "log-when-unavailable": [
        (
            "tests/prices/test_outage.py",
            "TestOutage.test_it_is_told_once_when_it_begins_and_once_when_it_ends",
        )
    ],
    "parallel-updates": [(f"{OURS}/{platform}.py", "PARALLEL_UPDATES") for platform in PLATFORMS],
    "test-coverage": [("pyproject.toml", "tool.coverage.report.fail_under")],
    "devices": [
        (f"{OURS}/entity.py", "main_device"),
        ("tests/test_sensor.py", "TestDevice"),
    ],
    "diagnostics": [
        (f"{OURS}/diagnostics.py", "async_get_config_entry_diagnostics"),
        ("tests/test_diagnostics.py", "test_diagnostics"),
    ],
    "entity-category": [
        ("tests/test_quality_scale.py", "TestEntities.test_those_that_set_or_diagnose_say_so")
    ],
    "entity-device-class": [
        ("tests/test_quality_scale.py", "TestEntities.test_they_say_what_they_measure")
    ],
    "entity-disabled-by-default": [
        ("tests/test_quality_scale.py", "TestEntities.test_only_the_forecast_is_disabled_at_first")
    ],
    "entity-translations": [
        ("tests/test_package.py", "TestTexts.test_name_every_entity_and_no_other"),
        ("tests/test_translations.py", "TestHomeAssistant.test_names_entities_in_it"),
    ],
    "exception-translations": [
        ("tests/test_package.py", "TestTexts.test_every_exception_is_explained_and_none_left_over")
    ],
    "icon-translations": [
        (f"{OURS}/icons.json", "entity"),
        ("tests/test_package.py", "TestIcons.test_cover_every_entity_and_no_other"),
    ],
    "reconfiguration-flow": [
        (f"{OURS}/translations/en.json", "config.step.reconfigure"),
        ("tests/config_flow/test_reconfigure.py", "TestReconfigure"),
    ],
    "repair-issues": [
        (f"{OURS}/issues.py", "async_update_issues"),
        (f"{OURS}/repairs.py", "SuccessorFlow"),
        ("tests/test_repairs.py", "TestWithdrawnProduct"),
    ],
    "async-dependency": [(f"{OURS}/agile/client.py", "AgileClient.rates")],
    "inject-websession": [("tests/agile/client/test_privacy.py", "TestCookies")],
    "strict-typing": [("pyproject.toml", "tool.mypy.strict")],
}

# Which section of which page a rule about the documentation asks for.
SECTIONS: dict[str, dict[str, str]] = {
    "docs/automations.md": {
        "### Get prices": "docs-actions",
        "### Find cheapest time": "docs-actions",
        "### Get best times": "docs-actions",
        "### Import price history": "docs-actions",
        "### Compare tariffs": "docs-actions",
        "## Triggers": "docs-triggers",
        "## Conditions": "docs-conditions",
        "## Blueprints": "docs-examples",
    },
    "README.md": {
        "# Octopus Agile for Home Assistant": "docs-high-level-description",
        "## Installation": "docs-installation-instructions",
        "## Entities": "docs-supported-functions",
    },
    "docs/setting-up.md": {
        "## Where is your meter?": "docs-installation-parameters",
        "## How long does a charge take?": "docs-configuration-parameters",
        "## Removing it": "docs-removal-instructions",
    },
    "docs/requests.md": {
        "# When it asks for prices": "docs-data-update",
    },
    "docs/how-it-works.md": {
        "## Known limits": "docs-known-limitations",
    },
    "docs/troubleshooting.md": {
        "## What you see": "docs-troubleshooting",
    },
    "docs/charge-plans.md": {
        "## When?": "docs-configuration-parameters",
    },
    "docs/recipes.md": {
        "## The ready dashboard": "docs-examples",
    },
    "docs/use-cases.md": {
        "## The car at night": "docs-use-cases",
    },
}
for _page, _sections in SECTIONS.items():
    for _heading, _rule in _sections.items():
        EVIDENCE.setdefault(_rule, []).append((_page, _heading))

# The 54 rules, as Home Assistant lists them in November 2026: bronze, silver, gold, platinum.
RULES = """
action-setup appropriate-polling brands common-modules config-flow-test-coverage config-flow
dependency-transparency docs-actions docs-triggers docs-conditions docs-high-level-description
docs-installation-instructions docs-removal-instructions entity-event-setup entity-unique-id
has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry
action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow
test-coverage devices diagnostics discovery-update-info discovery docs-data-update docs-examples
docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting
docs-use-cases dynamic-devices entity-category entity-device-class entity-disabled-by-default
entity-translations exception-translations icon-translations reconfiguration-flow repair-issues
stale-devices async-dependency inject-websession strict-typing
""".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    """What we say of each rule."""
    found: dict[str, Any] = load_yaml_dict(str(ROOT / OURS / "quality_scale.yaml"))["rules"]
    return found


def status_of(rule: Any) -> str:
    return str(rule["status"] if isinstance(rule, dict) else rule)


def test_every_rule_is_argued_and_no_other(rules: dict[str, Any]) -> None:
    assert len(RULES) == 54
    assert list(rules) == RULES


def test_nothing_is_left_to_do(rules: dict[str, Any]) -> None:
    assert {status_of(rule) for rule in rules.values()} == {"done", "exempt"}


def test_what_does_not_apply_says_why(rules: dict[str, Any]) -> None:
    exempt = [rule for rule in rules.values() if status_of(rule) == "exempt"]
    assert all(len(rule["comment"]) > 20 for rule in exempt)


def test_each_rule_that_is_done_has_evidence_and_no_other(rules: dict[str, Any]) -> None:
    assert set(EVIDENCE) == {name for name, rule in rules.items() if status_of(rule) == "done"}


def names(node: ast.AST, within: str = "") -> set[str]:
    """Return what Python code defines: functions, classes, what is in them, and values."""
    found = set()
    for each in ast.iter_child_nodes(node):
        match each:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.add(within + each.name)
            case ast.ClassDef():
                found |= {within + each.name, *names(each, f"{within}{each.name}.")}
            case ast.Assign():
                found |= {within + target.id for target in each.targets if isinstance(target, ast.Name)}
            case ast.TypeAlias():
                found.add(within + each.name.id)
    return found


def keys(value: Any, within: str = "") -> set[str]:
    """Return the keys of settings, with dots between one and what is in it."""
    if not isinstance(value, dict):
        return set()
    return {within + key for key in value} | {
        each for key, inner in value.items() for each in keys(inner, f"{within}{key}.")
    }


def defined(path: Path) -> set[str]:
    """Return what a file defines; an empty text stands for the file itself."""
    text = path.read_text(encoding="utf-8") if path.suffix != ".png" else ""
    found: set[str] = set()
    match path.suffix:
        case ".py":
            found = names(ast.parse(text))
        case ".md":
            found = {line for line in text.splitlines() if line.startswith("#")}
        case ".json":
            found = keys(json.loads(text))
        case ".toml":
            found = keys(tomllib.loads(text))
    return {"", *found}


@pytest.mark.parametrize("rule", EVIDENCE)
def test_the_evidence_is_there(rule: str) -> None:
    for path, name in EVIDENCE[rule]:
        assert name in defined(ROOT / path), path


class TestEntities:
    """What some rules ask of entities, as the registry has them."""

    @pytest.fixture(autouse=True)
    async def entities(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> list[er.RegistryEntry]:
        """All entities of a tariff with export, a charge plan and a comparison."""
        octopus.products += EXPORTS
        octopus.lasting = {ONE_PRICE: FALLS_AT_MIDNIGHT}
        entry = once_more(entry, options={**entry.options, "export_product": ONE_PRICE})
        compare(entry, comparison())
        await set_up(home, entry)
        await add_plan(home, entry)
        return er.async_entries_for_config_entry(er.async_get(home), entry.entry_id)

    def test_all_have_an_id_a_name_of_their_own_and_a_device(
        self, entities: list[er.RegistryEntry]
    ) -> None:
        assert entities
        assert all(each.unique_id and each.has_entity_name and each.device_id for each in entities)
        assert all(each.original_name and each.translation_key for each in entities)

    def test_those_that_set_or_diagnose_say_so(self, entities: list[er.RegistryEntry]) -> None:
        found = {each.entity_category for each in entities if each.domain == "number"}
        assert found == {EntityCategory.CONFIG}
        assert EntityCategory.DIAGNOSTIC in {each.entity_category for each in entities}

    def test_only_the_forecast_is_disabled_at_first(self, entities: list[er.RegistryEntry]) -> None:
        assert [each.translation_key for each in entities if each.disabled_by] == ["price_forecast"]

    def test_they_say_what_they_measure(self, entities: list[er.RegistryEntry]) -> None:
        found = {each.original_device_class for each in entities}
        assert found >= {"timestamp", "monetary", "running", "energy"}
