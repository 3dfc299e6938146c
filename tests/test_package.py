"""What Home Assistant's validator checks of texts, descriptions, icons and code, as far as it can be."""

import ast
import json
from pathlib import Path
import re
from typing import Any

import homeassistant
from homeassistant.helpers import selector
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.octopus_agile import issues
from custom_components.octopus_agile.agile.errors import ApiError
from custom_components.octopus_agile.agile.plan import Reason
from custom_components.octopus_agile.agile.slots import Mode
from custom_components.octopus_agile.agile.tariffs import Direction
from custom_components.octopus_agile.binary_sensor import CHARGE_NOW, CHEAPEST_BLOCK, NEGATIVE_PRICE
from custom_components.octopus_agile.button import BOOST
from custom_components.octopus_agile.calendar import CHARGING
from custom_components.octopus_agile.charges.sensors import CHARGE_PLAN, EXPORT_PLAN, MAIN_PLAN
from custom_components.octopus_agile.comparisons.sensors import DESCRIPTIONS as COMPARISON
from custom_components.octopus_agile.condition import CONDITIONS
from custom_components.octopus_agile.config_flow import OctopusAgileConfigFlow
from custom_components.octopus_agile.const import PLATFORMS, WEEKDAYS
from custom_components.octopus_agile.event import PLAN, PRICES
from custom_components.octopus_agile.flows.charge_plan import ChargePlanFlow
from custom_components.octopus_agile.flows.comparison import ComparisonFlow
from custom_components.octopus_agile.flows.options import ChargeOptionsFlow
from custom_components.octopus_agile.number import NUMBERS
from custom_components.octopus_agile.repairs import SuccessorFlow
from custom_components.octopus_agile.sensor import EXPORT, PRICES as PRICE_SENSORS, STANDING_CHARGE
from custom_components.octopus_agile.services import (
    BEST_TIMES,
    COMPARE_TARIFFS,
    FIND_CHEAPEST,
    GET_PRICES,
    IMPORT_PRICE_HISTORY,
)
from custom_components.octopus_agile.switch import CHARGE_ENABLED, ENABLED
from custom_components.octopus_agile.trigger import TRIGGERS

from .texts import assert_plain, leaves

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custom_components/octopus_agile"
GENERATED = Path(homeassistant.__file__).parent / "generated"

ENTITIES: dict[str, tuple[EntityDescription, ...]] = {
    "binary_sensor": (CHEAPEST_BLOCK, CHARGE_NOW, NEGATIVE_PRICE),
    "button": (BOOST,),
    "calendar": (CHARGING,),
    "event": (PRICES, PLAN),
    "number": NUMBERS,
    "sensor": (
        *PRICE_SENSORS,
        STANDING_CHARGE,
        *EXPORT,
        *MAIN_PLAN,
        *CHARGE_PLAN,
        *EXPORT_PLAN,
        *COMPARISON,
    ),
    "switch": (CHARGE_ENABLED, ENABLED),
}


def read_json(name: str) -> Any:
    return json.loads((PACKAGE / name).read_text())


@pytest.fixture(scope="module")
def english() -> dict[str, Any]:
    texts: dict[str, Any] = read_json("translations/en.json")
    return texts


@pytest.fixture(scope="module")
def icons() -> dict[str, Any]:
    found: dict[str, Any] = read_json("icons.json")
    return found


def source_texts() -> str:
    return "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def texts_in(*nodes: ast.AST) -> set[str]:
    """Return the texts that stand in pieces of code."""
    constants = [each for node in nodes for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return {each.value for each in constants if isinstance(each.value, str)}


def name_of(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def errors_in(module: ast.Module) -> set[str]:
    """Return the errors that the forms of a module show."""
    found = set()
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef(name=name) if name.endswith("errors"):
                dicts = [each for each in ast.walk(node) if isinstance(each, ast.Dict)]
                found |= texts_in(*(value for each in dicts for value in each.values))
                found |= texts_in(
                    *(each.value for each in ast.walk(node) if isinstance(each, ast.DictComp))
                )
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="errors"))]):
                found |= texts_in(node.value)
            case ast.Call(args=[key]) if name_of(node) in (
                "ProductError",
                "MeterError",
                "MeterUnreadable",
            ):
                found |= texts_in(key)
    return found


def exceptions_in(module: ast.Module) -> set[str]:
    """Return the keys of the messages that a module raises."""
    found = set()
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        if name_of(call) in ("_error", "MeterError", "MeterUnreadable"):
            found |= texts_in(call.args[0])
        elif {"translation_domain", "translation_key"} <= set(keywords):
            found |= texts_in(keywords["translation_key"])
    return found


class TestTexts:
    """translations/en.json, by the rules of Home Assistant's validator."""

    def test_are_plain(self, english: dict[str, Any]) -> None:
        assert_plain(english)

    def test_have_keys_that_home_assistant_takes(self, english: dict[str, Any]) -> None:
        for path, _ in leaves(english):
            assert all(re.fullmatch(r"[a-z0-9_-]+", key) for key in path), path

    def test_describe_only_fields_that_exist_and_all_of_them(self, english: dict[str, Any]) -> None:
        steps = [
            *english["config"]["step"].values(),
            *english["options"]["step"].values(),
            *english["config_subentries"]["charge_plan"]["step"].values(),
            *english["config_subentries"]["comparison"]["step"].values(),
        ]
        for step in steps:
            if "menu_options" in step:
                assert set(step["menu_options"]) == set(step["menu_option_descriptions"])
                continue
            for part in (step, *step.get("sections", {}).values()):
                assert set(part["data"]) == set(part["data_description"])
            assert step["title"] != "Octopus Agile"

    def test_tell_how_every_dialog_ends(self, english: dict[str, Any]) -> None:
        """Home Assistant has a text for a change that is done since 2026.10; older ones show its key."""
        for section in (english["config"], english["config_subentries"]["charge_plan"]):
            assert "reconfigure_successful" in section["abort"]
            assert "{answer}" in section["create_entry"]["default"]

    @pytest.mark.parametrize(
        ("path", "flows"),
        [
            (("config",), [OctopusAgileConfigFlow]),
            (("options",), [ChargeOptionsFlow]),
            (("config_subentries", "charge_plan"), [ChargePlanFlow]),
            (("config_subentries", "comparison"), [ComparisonFlow]),
            (("issues", "product_withdrawn", "fix_flow"), [SuccessorFlow]),
        ],
        ids=["config", "options", "charge_plan", "comparison", "repair"],
    )
    def test_name_every_step_of_the_flows_and_no_other(
        self, english: dict[str, Any], path: tuple[str, ...], flows: list[type]
    ) -> None:
        for key in path:
            english = english[key]
        steps = {name for flow in flows for name in vars(flow) if name.startswith("async_step_")}
        # The first step of a repair shows nothing.
        assert {name.removeprefix("async_step_") for name in steps} - {"init"} == set(english["step"]) - {
            "init"
        }

    @pytest.mark.parametrize(
        ("files", "path"),
        [
            (
                ("config_flow", "flows/product_choice", "flows/charge_form", "flows/entity_picker"),
                ("config",),
            ),
            (
                ("flows/options", "flows/export_choice", "flows/charge_form", "flows/entity_picker"),
                ("options",),
            ),
            (
                ("flows/charge_plan", "flows/direction_field", "flows/entity_picker"),
                ("config_subentries", "charge_plan"),
            ),
            (("flows/comparison", "comparisons/meter"), ("config_subentries", "comparison")),
        ],
        ids=["config", "options", "charge_plan", "comparison"],
    )
    def test_every_error_is_explained_and_none_left_over(
        self, english: dict[str, Any], files: tuple[str, ...], path: tuple[str, ...]
    ) -> None:
        for key in path:
            english = english[key]
        given = {key for file in files for key in errors_in(parse(PACKAGE / f"{file}.py"))}
        assert given == set(english["error"])

    def test_every_exception_is_explained_and_none_left_over(self, english: dict[str, Any]) -> None:
        raised = {key for path in PACKAGE.rglob("*.py") for key in exceptions_in(parse(path))}
        assert raised | {kind.kind for kind in ApiError.__subclasses__()} == set(english["exceptions"])

    def test_every_issue_is_explained_and_none_left_over(self, english: dict[str, Any]) -> None:
        module = parse(PACKAGE / "issues.py")
        shown = [
            call.args[-1]
            for call in ast.walk(module)
            if isinstance(call, ast.Call) and name_of(call) in ("show", "_show")
        ]
        keys = {eval(ast.unparse(key), vars(issues)) for key in shown}
        assert keys == set(english["issues"])

    @pytest.mark.parametrize("platform", ENTITIES)
    def test_name_every_entity_and_no_other(self, english: dict[str, Any], platform: str) -> None:
        keys = {each.translation_key or each.key for each in ENTITIES[platform]}
        assert keys == set(english["entity"][platform])
        assert all(text["name"] for text in english["entity"][platform].values())

    def test_entities_of_every_platform_are_checked_here(self) -> None:
        assert set(ENTITIES) == {platform.value for platform in PLATFORMS}

    @pytest.mark.parametrize("description", [*MAIN_PLAN, *CHARGE_PLAN], ids=lambda each: each.key)
    def test_name_every_state(self, english: dict[str, Any], description: Any) -> None:
        states = english["entity"]["sensor"][description.key].get("state", {})
        assert set(states) == set(description.options or [])

    def test_name_every_reason(self, english: dict[str, Any]) -> None:
        for key in ("plan_status", "status"):
            attribute = english["entity"]["sensor"][key]["state_attributes"]["reason"]
            assert set(attribute["state"]) == {reason.value for reason in Reason}

    @pytest.mark.parametrize("description", [PRICES, PLAN], ids=lambda each: each.key)
    def test_name_every_event(self, english: dict[str, Any], description: Any) -> None:
        attributes = english["entity"]["event"][description.key]["state_attributes"]
        assert set(attributes["event_type"]["state"]) == set(description.event_types)

    @pytest.mark.parametrize("kind", ["triggers", "conditions"])
    def test_automations_find_ours_by_what_people_type(self, english: dict[str, Any], kind: str) -> None:
        """C40: the editor searches names and descriptions."""
        texts = english[kind].values()
        assert all(text["name"].startswith("Octopus Agile ") for text in texts)
        for word in ("octopus", "agile", "charge", "price", "cheap"):
            assert any(word in f"{text['name']} {text['description']}".lower() for text in texts), word

    def test_name_every_option_of_selectors(self, english: dict[str, Any]) -> None:
        assert set(english["selector"]) == {"days", "deadline", "direction", "mode", "offset_type"}
        assert list(english["selector"]["days"]["options"]) == WEEKDAYS
        assert set(english["selector"]["mode"]["options"]) == {mode.value for mode in Mode}
        assert set(english["selector"]["direction"]["options"]) == {each.value for each in Direction}


class TestDescriptions:
    """services.yaml, triggers.yaml and conditions.yaml against code, texts and icons."""

    @pytest.mark.parametrize(
        ("file", "section", "names"),
        [
            (
                "services.yaml",
                "services",
                {GET_PRICES, FIND_CHEAPEST, BEST_TIMES, COMPARE_TARIFFS, IMPORT_PRICE_HISTORY},
            ),
            ("triggers.yaml", "triggers", set(TRIGGERS)),
            ("conditions.yaml", "conditions", set(CONDITIONS)),
        ],
    )
    def test_cover_exactly_what_there_is(
        self,
        english: dict[str, Any],
        icons: dict[str, Any],
        file: str,
        section: str,
        names: set[str],
    ) -> None:
        described = {
            name: value
            for name, value in load_yaml_dict(str(PACKAGE / file)).items()
            if not name.startswith(".")
        }
        assert set(described) == set(english[section]) == set(icons[section]) == names
        for name, value in described.items():
            texts = english[section][name]
            assert texts["name"], name
            assert texts["description"].endswith("."), name
            assert set(value.get("fields", {})) == set(texts.get("fields", {})), name
            for field in value.get("fields", {}).values():
                selector.validate_selector(field["selector"])

    def test_targets_are_what_the_editor_can_find(self) -> None:
        for file in ("triggers.yaml", "conditions.yaml"):
            for value in load_yaml_dict(str(PACKAGE / file)).values():
                wanted = value["target"]["entity"].get("device_class")
                for description in (CHEAPEST_BLOCK, CHARGE_NOW):
                    assert wanted in (None, description.device_class)

    def test_triggers_trigger_when_and_conditions_test_if(self, english: dict[str, Any]) -> None:
        for text in english["triggers"].values():
            assert text["description"].startswith("Triggers when ")
        for key, text in english["conditions"].items():
            assert key.startswith("is_")
            assert text["description"].startswith("Tests if ")


class TestIcons:
    """icons.json."""

    def test_are_material_design_icons(self, icons: dict[str, Any]) -> None:
        for path, icon in leaves(icons):
            assert re.fullmatch(r"mdi:[a-z0-9-]+", icon), path

    @pytest.mark.parametrize("platform", ENTITIES)
    def test_cover_every_entity_and_no_other(self, icons: dict[str, Any], platform: str) -> None:
        keys = {each.translation_key or each.key for each in ENTITIES[platform]}
        assert keys == set(icons["entity"][platform])


class TestCode:
    """What Home Assistant asks of every platform, and this project of its pure core."""

    @pytest.mark.parametrize("platform", ENTITIES)
    def test_platforms_say_how_many_updates_run_at_once(self, platform: str) -> None:
        assert re.search(
            r"^PARALLEL_UPDATES = [01]$", (PACKAGE / f"{platform}.py").read_text(), re.MULTILINE
        )

    def test_the_core_knows_nothing_of_home_assistant(self) -> None:
        for path in (PACKAGE / "agile").glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom):
                    assert "homeassistant" not in (node.module or ""), path
                    assert node.level < 2, path
                if isinstance(node, ast.Import):
                    assert all("homeassistant" not in name.name for name in node.names), path

    def test_nothing_multiplies_by_vat(self) -> None:
        assert "1.05" not in source_texts()

    def test_the_api_is_named_once(self) -> None:
        assert source_texts().count("https://api.octopus.energy") == 1
