"""The sentences of the documentation, asked and answered."""

from pathlib import Path
import re

from homeassistant.components import conversation
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest

from .charge_plans import add_plan
from .common import Scene
from .octopus import day_of

PAGE = (Path(__file__).parent.parent / "docs/voice.md").read_text(encoding="utf-8")
PRICES = {
    "16:30": "12.4",
    "02:00": "5.0",
    "02:30": "4.0",
    "03:00": "5.0",
    "03:30": "6.0",
    "17:30": "35.24",
}


@pytest.fixture
async def asked(scene: Scene) -> HomeAssistant:
    """A home with the automation of the page, and a car."""
    home = scene.home
    scene.octopus.prices = day_of(PRICES)
    await scene.clock.to("2026-11-23 16:10")
    await scene.set_up()
    await add_plan(home, scene.entry)
    for name in ("homeassistant", "conversation"):
        assert await async_setup_component(home, name, {})
    found = re.search(r"```yaml\n(# automation\n.*?)```", PAGE, re.DOTALL)
    assert found is not None
    automation = parse_yaml(found[1].replace("CONFIG_ENTRY_ID", scene.entry.entry_id))
    assert await async_setup_component(home, "automation", {"automation": automation})
    return home


async def answer(home: HomeAssistant, text: str) -> str:
    """Return what is said to a question."""
    result = await conversation.async_converse(home, text, None, Context(), "en")
    said = result.response.speech["plain"]["speech"]
    assert isinstance(said, str)
    return " ".join(said.split())


async def test_each_sentence_is_answered(asked: HomeAssistant) -> None:
    questions = re.findall(r'^\| (".*?") \| "(.*?)" \|$', PAGE, re.MULTILINE)
    assert len(questions) == 4
    said = {
        text: await answer(asked, text)
        for texts, _ in questions
        for text in re.findall(r'"(.*?)"', texts)
    }
    assert said == {
        "What is the electricity price now?": "20.0 pence, and 12.4 pence in the next half hour.",
        "How much is electricity?": "20.0 pence, and 12.4 pence in the next half hour.",
        "When is electricity cheapest?": "From 02:00 to 03:00, at 4.5 pence.",
        "When is electricity cheapest for 3 hours?": "From 01:00 to 04:00, at 10.0 pence.",
        "When is electricity dearest?": "At 17:30, at 35.2 pence.",
        "When is electricity most expensive?": "At 17:30, at 35.2 pence.",
        "When will the car charge?": "From 02:00 to 04:00, at 5.0 pence.",
    }
    # The page shows answers of this form, with numbers of its own.
    forms = {re.sub(r"[\d.]*\d", "#", text) for text in said.values()}
    assert {re.sub(r"[\d.]*\d", "#", shown) for _, shown in questions} == forms


async def test_hours_may_be_words_and_too_many(asked: HomeAssistant) -> None:
    assert await answer(asked, "when is electricity cheapest for two hours") == (
        "From 02:00 to 04:00, at 5.0 pence."
    )
    assert await answer(asked, "when is electricity cheapest for 100 hours") == "I don't know yet."


async def test_without_a_price_it_says_so(asked: HomeAssistant, scene: Scene) -> None:
    await asked.config_entries.async_unload(scene.entry.entry_id)
    for text in ("how much is electricity", "when is electricity dearest", "when does the car charge"):
        assert await answer(asked, text) == "I don't know yet."
