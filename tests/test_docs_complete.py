"""The documentation leaves nothing out: entities, fields, messages, triggers, files, commands, numbers.

What there is comes from the code and its English texts, never from a list of names in here.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks.politeness import simulate
from custom_components.octopus_agile.agile.plan import Plan, Status
from custom_components.octopus_agile.agile.publication import due_since
from custom_components.octopus_agile.agile.rates import Rate, Rates
from custom_components.octopus_agile.agile.windows import Window
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.event import PLAN, PRICES
from custom_components.octopus_agile.events import (
    AgileEvent,
    Cause,
    charge_incomplete,
    charge_stalled,
    plan_changed,
    published,
)
from custom_components.octopus_agile.trigger import TRIGGERS

from .charge_plans import add_plan
from .common import Clock, Scene
from .comparisons.common import comparison
from .export.common import set_up_with
from .octopus import OUTGOING, SLOT, FakeOctopus, uk
from .test_quality_scale import EVIDENCE

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custom_components/octopus_agile"
ENGLISH: dict[str, Any] = json.loads((PACKAGE / "translations/en.json").read_text())
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
}
# Where the set-up and charge plans are explained.
SET_UP = ("docs/setting-up.md", "# Setting up")
PLANS = ("docs/charge-plans.md", "# Charge plans")
COMPARING = ("docs/comparing.md", "# Was it worth it?")
# Of a section that says something, in letters.
ENOUGH = 200


def rows(text: str) -> Iterator[list[str]]:
    """Give the cells of every row of a page's tables."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def sections(text: str) -> dict[str, str]:
    """Return what stands under each heading, with what stands under those below it."""
    # In examples that sign begins a comment.
    text = re.sub(r"```.*?```", lambda code: code[0].replace("\n#", "\n"), text, flags=re.DOTALL)
    headings = list(re.finditer(r"^(#+) .+$", text, re.MULTILINE))
    found = {}
    for number, heading in enumerate(headings):
        ends = (each.start() for each in headings[number + 1 :] if len(each[1]) <= len(heading[1]))
        found[heading[0]] = text[heading.end() : next(ends, len(text))]
    return found


def said(text: str) -> int:
    """Return how much a section says: how long it is without pictures, addresses and lines of tables."""
    text = re.sub(r"!?\[([^][]*)\]\([^)]*\)", r"\1", re.sub(r"!\[[^]]*\]\([^)]*\)", "", text))
    return len(" ".join(re.sub(r"[|`*#-]", " ", text).split()))


class TestEntities:
    """Every entity of a tariff and of a charge plan has its row."""

    @pytest.fixture(autouse=True)
    async def _home(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        self.scene = await set_up_with(Scene(home, clock, octopus, entry), OUTGOING)
        await add_plan(home, self.scene.entry)
        home.config_entries.async_add_subentry(self.scene.entry, comparison())
        await home.async_block_till_done(wait_background_tasks=True)

    async def test_all_that_have_a_text_are_in_this_home(self, home: HomeAssistant) -> None:
        await add_plan(home, self.scene.entry, "Sell", direction="export")
        here = {(each.domain, each.translation_key) for each in er.async_get(home).entities.values()}
        named = {(platform, key) for platform, keys in ENGLISH["entity"].items() for key in keys}
        assert here == named

    def test_each_is_explained_under_its_name_and_id_with_its_attributes(
        self, home: HomeAssistant
    ) -> None:
        tables = [
            (page, row) for page in ("README.md", PLANS[0], COMPARING[0]) for row in rows(TEXTS[page])
        ]
        pages: dict[tuple[str, str | None], set[str]] = {}
        for each in er.async_get(home).entities.values():
            texts = ENGLISH["entity"][each.domain][each.translation_key]
            wanted = [texts["name"], f"`{each.entity_id}`"]
            [(page, row)] = [found for found in tables if found[1][:2] == wanted]
            assert len(row[2]) >= 10, each.entity_id
            pages.setdefault((each.domain, each.translation_key), set()).add(page)
        # What the tariff and a plan both have may have an attribute that is only the plan's.
        for (domain, name), where in pages.items():
            for key, attribute in ENGLISH["entity"][domain][name].get("state_attributes", {}).items():
                is_explained = any(f"`{key}`" in TEXTS[page] for page in where)
                assert "name" not in attribute or is_explained, (domain, name, key)


def states() -> Iterator[str]:
    """Give every state of an entity or of an attribute that has a text."""
    for platform in ENGLISH["entity"].values():
        for entity in platform.values():
            yield from entity.get("state", {})
            for attribute in entity.get("state_attributes", {}).values():
                yield from attribute.get("state", {})


@pytest.mark.parametrize("name", sorted(set(states())))
def test_every_state_is_explained(name: str) -> None:
    assert any(f"`{name}`" in text for text in TEXTS.values())


def labels() -> Iterator[Any]:
    """Give the label of every field of every dialog, and where it must be explained."""
    flows = {"config": ENGLISH["config"], "options": ENGLISH["options"]}
    for name, flow in {**flows, **ENGLISH["config_subentries"]}.items():
        page, heading = SET_UP if name in flows else COMPARING if name == "comparison" else PLANS
        for step, texts in flow["step"].items():
            for part in (texts, *texts.get("sections", {}).values()):
                for label in (part["data"] if "data" in part else part["menu_options"]).values():
                    yield pytest.param(page, heading, label, id=f"{name}-{step}-{label}")


@pytest.mark.parametrize(("page", "heading", "label"), labels())
def test_every_field_of_every_dialog_is_explained(page: str, heading: str, label: str) -> None:
    """In a table, alone or among others in a cell, bold, or under its own heading; no entity will do."""
    text = sections(TEXTS[page])[heading]
    headings = {heading.strip("# ") for heading in sections(text)}
    explained = [row for row in rows(text) if not re.fullmatch(r"`\w+\.\w+`", row[1])]
    cells = [cell.strip("*") for row in explained for cell in row]
    named = {*headings, *cells, *(part for cell in cells for part in cell.split(", "))}
    assert label in named | set(re.findall(r"^(?:- )?\*\*([^*]+)\*\*", text, re.MULTILINE))


def evidence() -> Iterator[Any]:
    """Give what the quality scale points to on a page."""
    for rule, found in EVIDENCE.items():
        for page, heading in found:
            if page.endswith(".md"):
                yield pytest.param(page, heading, id=f"{rule}-{heading}")


@pytest.mark.parametrize(("page", "heading"), evidence())
def test_what_the_quality_scale_points_to_says_something(page: str, heading: str) -> None:
    assert said(sections(TEXTS[page])[heading]) >= ENOUGH


@pytest.mark.parametrize("page", TEXTS)
def test_no_section_is_empty(page: str) -> None:
    for heading, text in sections(TEXTS[page]).items():
        assert said(text) >= 40, heading


def messages() -> Iterator[Any]:
    """Give every message that something is wrong."""
    errors = [ENGLISH["config"], ENGLISH["options"], *ENGLISH["config_subentries"].values()]
    groups = [each.get(kind, {}) for each in errors for kind in ("error", "abort")]
    groups.append({key: each["message"] for key, each in ENGLISH["exceptions"].items()})
    groups.append({key: each["title"] for key, each in ENGLISH["issues"].items()})
    groups += [each.get("fix_flow", {}).get("abort", {}) for each in ENGLISH["issues"].values()]
    status = ENGLISH["entity"]["sensor"]["plan_status"]
    groups.append(status["state_attributes"]["reason"]["state"])
    texts = {text for group in groups for key, text in group.items() if key != "reconfigure_successful"}
    for text in sorted(texts):
        yield pytest.param(text, id=text[:50])


def is_about(cell: str, text: str) -> bool:
    """Tell whether a cell quotes a message; three dots stand for what may be there."""
    quoted = re.sub(r" \(`\w+`\)$", "", cell).strip('*"')
    parts = [re.escape(part) for part in quoted.split("...")]
    return sum(map(len, parts)) >= 8 and re.fullmatch(".*".join(parts), text) is not None


@pytest.mark.parametrize("text", messages())
def test_every_message_has_its_row_in_troubleshooting(text: str) -> None:
    found = [row for row in rows(TEXTS["docs/troubleshooting.md"]) if is_about(row[0], text)]
    assert len(found) == 1
    assert all(len(cell) >= 10 for cell in found[0][1:])


def test_troubleshooting_quotes_no_message_that_there_is_not() -> None:
    texts = [each.values[0] for each in messages()]
    quoted = [row[0] for row in rows(TEXTS["docs/troubleshooting.md"]) if row[0].startswith('"')]
    assert quoted
    assert [cell for cell in quoted if not any(is_about(cell, str(text)) for text in texts)] == []


def fields() -> Iterator[Any]:
    """Give every trigger, condition and action with its fields."""
    for kind in ("triggers", "conditions", "services"):
        for key, texts in ENGLISH[kind].items():
            yield pytest.param(key, list(texts.get("fields", {})), id=f"{kind}-{key}")


@pytest.mark.parametrize(("key", "names"), fields())
def test_every_trigger_condition_and_action_is_explained_with_its_fields(
    key: str, names: list[str]
) -> None:
    parts = sections(TEXTS["docs/automations.md"])
    parts = {heading: text for heading, text in parts.items() if heading.startswith("### ")}
    about = [text for text in parts.values() if f"`{DOMAIN}.{key}`" in text]
    assert about
    assert all(said(text) >= ENOUGH for text in about)
    for name in names:
        assert any(f"`{name}`" in text for text in about), name


def about(key: str) -> str:
    """Return the section about a trigger or an action."""
    found = sections(TEXTS["docs/automations.md"]).values()
    [text] = [text for text in found if text.startswith(f"\n\n`{DOMAIN}.{key}`")]
    return text


def limits() -> Iterator[Any]:
    """Give every number that the editor takes for an action, with the lowest and the highest."""
    for action, about in load_yaml_dict(str(PACKAGE / "services.yaml")).items():
        for name, field in about["fields"].items():
            if number := field["selector"].get("number"):
                yield pytest.param(action, name, {number["min"], number["max"]}, id=f"{action}-{name}")


@pytest.mark.parametrize(("action", "name", "ends"), limits())
def test_what_the_editor_takes_is_told(action: str, name: str, ends: set[float]) -> None:
    text = about(action)
    [told] = [row[3] for row in rows(text) if row[1] == f"`{name}`"]
    assert ends <= {float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", told)}


def events() -> list[AgileEvent]:
    """Return an event of each kind, with all that goes with it."""
    start = uk("2026-11-24 00:00")
    rate = Rate(start, start + SLOT, Decimal("-0.1"))
    plan = Plan(status=Status.PLANNED, window=Window(start, start + 2 * SLOT))
    return [
        *published(Rates([rate])),
        plan_changed("", Cause.PRICES, plan, plan),
        charge_stalled("", plan, None),
        charge_incomplete("", plan),
    ]


def test_every_event_there_is_has_its_example() -> None:
    known = [*(PRICES.event_types or []), *(PLAN.event_types or [])]
    assert [each.type for each in events()] == known


@pytest.mark.parametrize("event", events(), ids=lambda event: event.type)
def test_every_event_is_explained_with_all_that_goes_with_it(event: AgileEvent) -> None:
    [row] = [row for row in rows(TEXTS[PLANS[0]]) if row[0] == f"`{event.type}`"]
    # What stands in brackets is part of what is named before them.
    assert set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", row[2]))) == set(event.details)


@pytest.mark.parametrize("event", events()[:2], ids=lambda event: event.type)
def test_the_trigger_of_an_event_is_explained_with_all_that_goes_with_it(event: AgileEvent) -> None:
    [key] = [key for key, trigger in TRIGGERS.items() if getattr(trigger, "_event", "") == event.type]
    text = about(key)
    assert {name for name in event.details if f"`{name}`" not in text} == set()


def test_every_file_of_the_package_has_its_place_in_the_architecture() -> None:
    files = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    page = TEXTS["docs/architecture.md"]
    assert {name for name in files - {"agile/__init__.py"} if f"`{name}`" not in page} == set()


def test_every_command_is_explained() -> None:
    scripts = {path.name for path in (ROOT / "scripts").iterdir() if not path.name.startswith("setup")}
    told = TEXTS["README.md"] + TEXTS["CONTRIBUTING.md"]
    assert {name for name in scripts if f"`./scripts/{name}" not in told} == set()


def publication_times() -> Iterator[Any]:
    for when, requests, *_ in rows(TEXTS["docs/requests.md"]):
        if found := re.fullmatch(r"at (\d\d:\d\d)", when):
            yield pytest.param(found[1], {int(each) for each in re.findall(r"\d+", requests)}, id=when)


@pytest.mark.parametrize(("clock", "told"), publication_times())
def test_requests_are_as_many_as_we_tell(clock: str, told: set[int]) -> None:
    published = uk(f"2026-11-23 {clock}")
    assert {len(simulate(f"{n}", published).requests) for n in range(400)} == told


def test_the_first_request_comes_when_we_tell() -> None:
    published = uk("2026-11-23 16:00")
    first = [simulate(f"{n}", published).requests[0] for n in range(2_000)]
    [(_, told)] = [row for row in rows(TEXTS["docs/requests.md"]) if row[0] == "from 16:04"]
    for at, text in zip((min(first), max(first)), re.findall(r"\d\d:\d\d:\d\d", told), strict=True):
        assert abs(at - uk(f"2026-11-23 {text}")) < timedelta(seconds=1)
    assert due_since(first[0]) == published
