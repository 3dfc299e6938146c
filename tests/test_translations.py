"""Every language says what English says, and Home Assistant speaks it.

All that a version was released with is there in every language. What has come since may be in English
until the next release, so that nobody needs six languages to add a sensor.
"""

from collections import Counter
import json
from pathlib import Path
import re
from typing import Any

from awesomeversion import AwesomeVersion
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN

from .charge_plans import add_plan
from .common import Clock, Scene, set_up
from .octopus import FakeOctopus, day_of
from .texts import assert_plain, leaves

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "custom_components/octopus_agile/translations"
FILES = {path.stem: path for path in sorted(TRANSLATIONS.glob("*.json"))}
RELEASED = ROOT / "tests/released"
LANGUAGES = sorted(set(FILES) - {"en"})

# Words that are the same in English, and units.
UNITS = {"{energy} kWh", "{hours} h", "{minutes} min", "{price}p/kWh", "£{cost}"}
SAME: dict[str, set[str]] = {
    "cy": {"Problem", "Tariff", "{energy} kWh", "{price}p/kWh", "£{cost}"},
    "de": {"Boost", "Name", "Plan", "Problem", "Region", "Status", "Version"} | UNITS,
    "es": {"Plan", "Provisional"} | UNITS,
    "fr": {"Boost", "Impossible", "Plan", "Sessions", "Version"} | UNITS,
    "pl": {"Plan", "Problem", "Region"} | UNITS,
}


# What the README calls them.
NAMES = {
    "cy": "Welsh",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "pl": "Polish",
}


def read(language: str) -> Any:
    return json.loads(FILES[language].read_text())


def texts(language: str) -> dict[tuple[str, ...], str]:
    """Return the texts of a language by the keys that lead to them."""
    return dict(leaves(read(language)))


def promised() -> set[str]:
    """Return the keys of the texts that the newest version has in every language."""
    newest = max(RELEASED.glob("*.texts"), key=lambda path: AwesomeVersion(path.stem))
    return set(newest.read_text().split())


def placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"\{[^}]*\}", text))


def test_are_those_of_the_card() -> None:
    assert set(FILES) == {path.stem for path in (ROOT / "card/src/strings").glob("*.ts")}
    assert set(SAME) == set(LANGUAGES)


def test_are_those_that_people_are_told() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [told] = re.findall(r"The integration speaks ([^.]+)\.", readme)
    assert set(NAMES) == set(FILES)
    assert sorted(re.split(", | and ", told)) == sorted(NAMES.values())


def test_doubts_are_about_texts_that_are_there() -> None:
    codes = {name: code for code, name in NAMES.items()}
    page = (ROOT / "docs/languages.md").read_text(encoding="utf-8")
    for chapter in page.split("\n## ")[1:]:
        language = codes[chapter.splitlines()[0]]
        doubted = re.findall(r"^\| `(\S+)` \| (.+?) \|", chapter, re.MULTILINE)
        assert doubted
        for key, text in doubted:
            assert text in texts(language)[tuple(key.split("."))]


@pytest.mark.parametrize("language", LANGUAGES)
class TestTexts:
    """translations/xx.json against en.json."""

    def test_have_no_keys_but_those_of_english_in_its_order(self, language: str) -> None:
        translated = texts(language)
        assert list(translated) == [path for path in texts("en") if path in translated]

    def test_miss_none_that_was_released(self, language: str) -> None:
        released = {path for path in texts("en") if ".".join(path) in promised()}
        assert released
        assert released - set(texts(language)) == set()

    def test_are_written_like_english(self, language: str) -> None:
        expected = json.dumps(read(language), ensure_ascii=False, indent=2) + "\n"
        assert FILES[language].read_text() == expected

    def test_are_plain(self, language: str) -> None:
        assert_plain(read(language))

    def test_have_the_placeholders_of_english(self, language: str) -> None:
        english = texts("en")
        for path, text in texts(language).items():
            assert placeholders(text) == placeholders(english[path]), path

    def test_have_the_paragraphs_and_emphasis_of_english(self, language: str) -> None:
        english = texts("en")
        for path, text in texts(language).items():
            for mark in ("**", "\n\n", "\n"):
                assert text.count(mark) == english[path].count(mark), path

    def test_end_like_english(self, language: str) -> None:
        english = texts("en")
        for path, text in texts(language).items():
            assert text.endswith(".") == english[path].endswith("."), path
            assert text.endswith("?") == english[path].endswith("?"), path

    def test_are_not_left_in_english(self, language: str) -> None:
        english = texts("en")
        same = {text for path, text in texts(language).items() if english[path] == text}
        assert same == SAME[language]

    def test_have_one_kind_of_apostrophe(self, language: str) -> None:
        """The typewriter's would quote a placeholder between two of them."""
        assert not [text for text in texts(language).values() if "'" in text]

    def test_say_the_same_of_the_same(self, language: str) -> None:
        """Fields and errors that set-up, options and charge plans share have one text."""
        english = texts("en")
        found: dict[str, set[str]] = {}
        for path, text in texts(language).items():
            if path[0] in ("config", "config_subentries", "options"):
                found.setdefault(english[path], set()).add(text)
        assert not {english: all_of for english, all_of in found.items() if len(all_of) > 1}

    def test_name_the_entities_of_a_platform_differently(self, language: str) -> None:
        for platform, entities in read(language)["entity"].items():
            english = {read("en")["entity"][platform][key]["name"] for key in entities}
            names = {entity["name"] for entity in entities.values()}
            assert len(names) == len(english), platform


@pytest.mark.parametrize("language", LANGUAGES)
class TestHomeAssistant:
    """Home Assistant in another language."""

    async def test_takes_every_text(self, hass: HomeAssistant, language: str) -> None:
        for section, expected in read(language).items():
            taken = await async_get_translations(hass, language, section, {DOMAIN})
            assert (
                taken.items()
                >= {
                    ".".join(("component", DOMAIN, section, *path)): text
                    for path, text in leaves(expected)
                }.items()
            )

    async def test_names_entities_in_it(
        self, home: HomeAssistant, octopus: FakeOctopus, entry: MockConfigEntry, language: str
    ) -> None:
        home.config.language = language
        await set_up(home, entry)
        await add_plan(home, entry)
        found = er.async_entries_for_config_entry(er.async_get(home), entry.entry_id)
        names = {(each.domain, each.translation_key): each.original_name for each in found}
        expected = {
            (platform, key): entity["name"]
            for each in ("en", language)
            for platform, entities in read(each)["entity"].items()
            for key, entity in entities.items()
        }
        assert len(names) > 30
        assert names == {key: expected[key] for key in names}


@pytest.mark.parametrize(
    ("language", "session"),
    [
        ("cy", "Yr amser rhataf, 4 awr am 12.50p/kWh, £3.50"),
        ("de", "Günstigste Zeit, 4 h zu 12.50p/kWh, £3.50"),
        ("es", "Periodo más barato, 4 h a 12.50p/kWh, £3.50"),
        ("fr", "Période la moins chère, 4 h à 12.50p/kWh, £3.50"),
        ("pl", "Najtańsza pora, 4 h po 12.50p/kWh, £3.50"),
    ],
)
async def test_the_calendar_speaks_it(scene: Scene, language: str, session: str) -> None:
    scene.home.config.language = language
    scene.octopus.prices = day_of({"02:00": "5.0", "02:30": "4.0", "03:00": "5.0", "03:30": "6.0"})
    await scene.clock.to("2026-11-23 23:30")
    await scene.set_up()
    (state,) = scene.home.states.async_all("calendar")
    assert state.attributes["message"] == session


async def test_a_language_that_is_still_being_loaded_is_english_meanwhile(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    # Home Assistant loads the texts of another language a moment later; those of Klingon never come.
    home.config.language = "tlh"
    await clock.walk("2026-11-23 12:31")
    calendar = home.states.get("calendar.octopus_agile_london_charging")
    assert calendar is not None
    assert calendar.attributes["message"] == "Cheapest block, 4 h at 20.00p/kWh, £5.60"
