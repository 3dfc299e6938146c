"""Each rule of Home Assistant's integration quality scale: done with evidence, or exempt and why."""

from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.octopus_agile.const import PLATFORMS

ROOT = Path(__file__).parent.parent
OURS = "custom_components/octopus_agile"

# Where each rule is seen to be kept: a file, and what stands in it.
EVIDENCE: dict[str, list[tuple[str, str]]] = {
    "action-setup": [
        (f"{OURS}/__init__.py", r"async def async_setup\(.*\n.*\n    async_setup_services\(hass\)")
    ],
    "appropriate-polling": [
        (f"{OURS}/agile/publication.py", "MOST_REQUESTS = 60"),
        ("tests/agile/publication/home.py", "def assert_polite"),
        ("README.md", "## When it asks for prices"),
    ],
    "brands": [(f"{OURS}/brand/icon@2x.png", ""), ("tests/test_brand.py", "def test_")],
    "common-modules": [
        (f"{OURS}/coordinator.py", r"class AgileCoordinator\(DataUpdateCoordinator"),
        (f"{OURS}/entity.py", r"class AgileEntity\(CoordinatorEntity"),
    ],
    "config-flow-test-coverage": [
        ("tests/config_flow/test_reconfigure.py", "class TestReconfigure"),
        ("tests/config_flow/test_set_up.py", "already_configured"),
        ("tests/test_plan_flow.py", "async def test_"),
        ("pyproject.toml", "fail_under = 100"),
    ],
    "config-flow": [
        (f"{OURS}/manifest.json", '"config_flow": true'),
        (f"{OURS}/translations/en.json", '"data_description"'),
    ],
    "docs-actions": [
        ("docs/automations.md", "octopus_agile.get_prices"),
        ("docs/automations.md", "octopus_agile.find_cheapest"),
    ],
    "docs-triggers": [("docs/automations.md", "## Triggers")],
    "docs-conditions": [("docs/automations.md", "## Conditions")],
    "docs-high-level-description": [("README.md", "half-hourly electricity prices of Agile Octopus")],
    "docs-installation-instructions": [("README.md", "## Installation")],
    "docs-removal-instructions": [("README.md", "## Removal")],
    "entity-event-setup": [
        (f"{OURS}/event.py", r"async def async_added_to_hass"),
        (f"{OURS}/event.py", r"self.async_on_remove\("),
    ],
    "entity-unique-id": [(f"{OURS}/entity.py", "_attr_unique_id = f")],
    "has-entity-name": [(f"{OURS}/entity.py", "_attr_has_entity_name = True")],
    "runtime-data": [
        (f"{OURS}/coordinator.py", r"type OctopusAgileConfigEntry = ConfigEntry\["),
        (f"{OURS}/__init__.py", "entry.runtime_data = coordinator"),
    ],
    "test-before-configure": [
        (f"{OURS}/config_flow.py", '"cannot_connect"'),
        ("tests/config_flow/test_set_up.py", "cannot_connect"),
    ],
    "test-before-setup": [
        (f"{OURS}/coordinator.py", "async_config_entry_first_refresh"),
        ("tests/coordinator/test_start.py", "SETUP_RETRY"),
    ],
    "unique-config-entry": [(f"{OURS}/config_flow.py", "_abort_if_unique_id_configured")],
    "action-exceptions": [
        (f"{OURS}/services.py", "ServiceValidationError"),
        (f"{OURS}/number.py", "ServiceValidationError"),
    ],
    "config-entry-unloading": [
        (f"{OURS}/__init__.py", "async_unload_platforms"),
        (f"{OURS}/coordinator.py", "async def async_shutdown"),
        ("tests/coordinator/test_start.py", "def test_an_entry_that_is_unloaded_asks_no_more"),
    ],
    "docs-configuration-parameters": [("README.md", "Charge duration"), ("README.md", "Ready by")],
    "docs-installation-parameters": [("README.md", "Postcode")],
    "entity-unavailable": [
        (f"{OURS}/entity.py", r"super\(\).available"),
        ("tests/coordinator/test_outage.py", "def test_when_the_prices_run_dry_they_are_unavailable"),
    ],
    "integration-owner": [(f"{OURS}/manifest.json", r'"codeowners": \[\s*"@')],
    "log-when-unavailable": [
        (
            "tests/coordinator/test_outage.py",
            "def test_it_is_told_once_when_it_begins_and_once_when_it_ends",
        )
    ],
    "parallel-updates": [(f"{OURS}/{platform}.py", r"\nPARALLEL_UPDATES = \d") for platform in PLATFORMS],
    "test-coverage": [("pyproject.toml", "fail_under = 100"), ("scripts/test", "--cov")],
    "devices": [(f"{OURS}/entity.py", r"DeviceInfo\(")],
    "diagnostics": [
        (f"{OURS}/diagnostics.py", "async_get_config_entry_diagnostics"),
        ("tests/test_diagnostics.py", "async def test_"),
    ],
    "docs-data-update": [("README.md", "## When it asks for prices")],
    "docs-examples": [("docs/automations.md", "## Blueprints"), ("docs/recipes.md", "```yaml")],
    "docs-known-limitations": [("README.md", "## Known limits")],
    "docs-supported-functions": [("README.md", "sensor.octopus_agile_london_current_price")],
    "docs-troubleshooting": [("README.md", "## Troubleshooting")],
    "docs-use-cases": [("docs/use-cases.md", "## ")],
    "entity-category": [
        (f"{OURS}/sensor.py", "EntityCategory.DIAGNOSTIC"),
        (f"{OURS}/number.py", "EntityCategory.CONFIG"),
    ],
    "entity-device-class": [
        (f"{OURS}/sensor.py", "SensorDeviceClass.TIMESTAMP"),
        (f"{OURS}/sensor.py", "SensorDeviceClass.MONETARY"),
        (f"{OURS}/binary_sensor.py", "BinarySensorDeviceClass.RUNNING"),
    ],
    "entity-translations": [
        (f"{OURS}/sensor.py", "translation_key="),
        ("tests/test_package.py", "ENTITIES"),
    ],
    "exception-translations": [
        ("tests/test_package.py", "def test_every_exception_is_explained_and_none_left_over")
    ],
    "icon-translations": [(f"{OURS}/icons.json", '"entity"'), ("tests/test_package.py", "icons.json")],
    "reconfiguration-flow": [(f"{OURS}/config_flow.py", "async def async_step_reconfigure")],
    "repair-issues": [
        (f"{OURS}/troubles.py", "async_create_issue"),
        (f"{OURS}/repairs.py", "class SuccessorFlow"),
        ("tests/test_repairs.py", "class TestWithdrawnProduct"),
    ],
    "async-dependency": [(f"{OURS}/agile/client.py", "async def rates")],
    "inject-websession": [(f"{OURS}/feed.py", r"AgileClient\(async_get_clientsession\(hass\)\)")],
    "strict-typing": [("pyproject.toml", r"\[tool.mypy\][^\[]*strict = true")],
}

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


@pytest.mark.parametrize("rule", EVIDENCE)
def test_the_evidence_is_there(rule: str) -> None:
    for path, pattern in EVIDENCE[rule]:
        file = ROOT / path
        assert file.exists(), path
        if pattern:
            assert re.search(pattern, file.read_text(encoding="utf-8")), f"{path}: {pattern}"
