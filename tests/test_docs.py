"""The documentation: every example works, every link leads somewhere, and what it names exists."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any
from urllib.parse import unquote

from homeassistant.components.automation import config as automation_config
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.helpers import config_validation as cv, entity_registry as er, template
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.condition import CONDITIONS
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.trigger import TRIGGERS

from .charge_plans import add_plan
from .common import Clock, Scene
from .house import install_blueprints
from .octopus import OUTGOING, day_of

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").glob("*.md"))
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
# What the answers that are shown come from.
PRICES = {"17:00": "12.34", "02:30": "7.9", "03:00": "8.0", "03:30": "8.23", "04:00": "8.55"}
# Entities of the reader's own house.
THEIRS = {
    "binary_sensor.home_battery_charge_now",
    "binary_sensor.wallbox_plug",
    "climate.heat_pump",
    "input_boolean.dishwasher_loaded",
    "input_boolean.wallbox",
    "notify.my_phone",
    "select.battery_mode",
    "switch.dishwasher",
    "switch.immersion_heater",
    "switch.wallbox",
}


def examples(*kinds: str) -> Iterator[Any]:
    """Give the YAML examples of some kinds; the first line of each says what it is."""
    for name, text in TEXTS.items():
        for number, code in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)):
            kind = code.partition("\n")[0].removeprefix("# ")
            if kind in kinds:
                yield pytest.param(code, id=f"{name}-{number}")


def answers() -> Iterator[Any]:
    """Give the YAML examples of answers, each with the automation that stands before it."""
    code = r"((?:(?!```).)*)```"
    for name, text in TEXTS.items():
        pairs = re.findall(rf"```yaml\n# automation\n{code}\s+```yaml\n# answer\n{code}", text, re.DOTALL)
        assert len(pairs) == text.count("# answer\n"), name
        for number, pair in enumerate(pairs):
            yield pytest.param(*pair, id=f"{name}-{number}")


def headings(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def links() -> Iterator[Any]:
    for name, text in TEXTS.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            if not target.startswith(("http://", "https://")):
                yield pytest.param(name, target, id=f"{name}-{target}")


def test_every_example_says_what_it_is() -> None:
    known = {"answer", "automation", "badge", "card", "conditions", "configuration", "dashboard"}
    known |= {"section", "triggers"}
    for name, text in TEXTS.items():
        kinds = set(re.findall(r"```yaml\n(?:# )?(.*)\n", text))
        assert kinds <= known, name


@pytest.mark.parametrize(("page", "target"), links())
def test_every_link_leads_somewhere(page: str, target: str) -> None:
    path, _, anchor = unquote(target).partition("#")
    file = (ROOT / page).parent / path if path else ROOT / page
    assert file.exists(), target
    if anchor:
        assert anchor in headings(file.read_text(encoding="utf-8")), target


def test_every_picture_is_used() -> None:
    shown = {Path(target).name for text in TEXTS.values() for target in re.findall(r"\(([^)]+)\)", text)}
    assert {path.name for path in (ROOT / "docs/images").iterdir()} - shown == set()


def test_every_page_can_be_reached() -> None:
    linked = {Path(target).name for text in TEXTS.values() for target in re.findall(r"\(([^)#]+)", text)}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - linked == set()


def test_every_command_exists() -> None:
    for name, text in TEXTS.items():
        for command in re.findall(r"\./(scripts/[\w-]+)", text):
            assert (ROOT / command).stat().st_mode & 0o111, f"{name}: {command}"


def test_every_trigger_condition_and_action_has_its_part() -> None:
    page = TEXTS["docs/automations.md"]
    actions = ["get_prices", "find_cheapest", "best_times", "compare_tariffs", "import_price_history"]
    for key in [*TRIGGERS, *CONDITIONS, *actions]:
        assert f"`{DOMAIN}.{key}`" in page or f"{DOMAIN}.{key}\n" in page, key
    named = {match for text in TEXTS.values() for match in re.findall(rf"\b{DOMAIN}\.(\w+)\b", text)}
    files = {*actions, "zip", "html"}
    assert named - set(TRIGGERS) - set(CONDITIONS) - files == set()


class TestInAHome:
    """In a home with the integration, a charge plan, and the reader's own entities."""

    @pytest.fixture(autouse=True)
    async def _home(self, tmp_path: Path, scene: Scene) -> None:
        install_blueprints(tmp_path)
        scene.home.config.config_dir = str(tmp_path)
        scene.octopus.prices = day_of(PRICES)
        # It is changed in place, so that the fixtures stay what they are.
        options = {**scene.entry.options, "export_product": OUTGOING}
        scene.entry.add_to_hass(scene.home)
        scene.home.config_entries.async_update_entry(scene.entry, options=options)
        await scene.home.config_entries.async_setup(scene.entry.entry_id)
        await add_plan(scene.home, scene.entry)
        for entity_id in THEIRS:
            scene.home.states.async_set(entity_id, "off")

    def test_every_entity_named_exists(self, home: HomeAssistant) -> None:
        known = set(er.async_get(home).entities)
        kinds = "sensor|binary_sensor|number|calendar|event|switch|button"
        pattern = rf"\b(?:{kinds})\.(?:octopus_agile|charge_the_car)\w+"
        for name, text in TEXTS.items():
            assert set(re.findall(pattern, text)) <= known, name

    @pytest.mark.parametrize("code", examples("automation", "triggers", "conditions"))
    async def test_every_automation_is_valid(
        self, home: HomeAssistant, entry: MockConfigEntry, code: str
    ) -> None:
        await async_setup_component(home, "conversation", {})
        value = parse_yaml(code.replace("CONFIG_ENTRY_ID", entry.entry_id))
        assert isinstance(value, dict)
        if "use_blueprint" not in value:
            # A trigger or a condition alone is no automation yet.
            value = {"triggers": [], "actions": [], **value}
        assert await async_setup_component(home, "automation", {})
        found = await automation_config.async_validate_config_item(home, "example", value)
        assert found is not None
        assert found.validation_status == "ok", found.validation_error

    @pytest.mark.parametrize("code", examples("card", "dashboard"))
    def test_every_card_shows_entities_that_there_are(self, home: HomeAssistant, code: str) -> None:
        assert parse_yaml(code)
        for entity_id in re.findall(r"entity: (\S+)", code):
            assert home.states.get(entity_id) is not None, entity_id

    @pytest.mark.parametrize(("code", "shown"), answers())
    async def test_answers_are_what_is_shown(
        self, home: HomeAssistant, clock: Clock, entry: MockConfigEntry, code: str, shown: str
    ) -> None:
        """The answer to what the automation asks, at five in the afternoon."""
        await clock.to("2026-11-23 17:00")
        automation, expected = (
            parse_yaml(each.replace("CONFIG_ENTRY_ID", entry.entry_id)) for each in (code, shown)
        )
        assert isinstance(automation, dict)
        assert isinstance(expected, dict)
        action = automation["actions"][0]
        domain, name = action["action"].split(".")
        data = template.render_complex(cv.template_complex(action["data"]))
        assert home.services.supports_response(domain, name) is SupportsResponse.ONLY
        answer = await home.services.async_call(domain, name, data, blocking=True, return_response=True)
        assert answer is not None
        # Of a list the first is shown.
        first = {key: each[:1] if isinstance(each, list) else each for key, each in answer.items()}
        assert first == expected
