"""Texts as Home Assistant's validator sees them, for the tests of all languages.

`python -m tests.texts` prints the keys of all texts, for `tests/released/`.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.helpers import config_validation as cv


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give every text of a nested structure, with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def assert_plain(texts: Any) -> None:
    """Check all texts of a nested structure by the rules of Home Assistant's validator."""
    for path, text in leaves(texts):
        assert cv.string_with_no_html(text) == text, path
        assert text == text.strip(), path
        assert text, path
        assert "http" not in text, path
        assert not re.search(r"'[^']*\{\w+\}[^']*'", text), path
        assert "[%key" not in text, path


if __name__ == "__main__":
    ENGLISH = Path(__file__).parent.parent / "custom_components/octopus_agile/translations/en.json"
    print("\n".join(".".join(path) for path, _ in leaves(json.loads(ENGLISH.read_text()))))
