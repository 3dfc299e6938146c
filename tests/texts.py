"""Texts as Home Assistant's validator sees them, for the tests of all languages."""

from collections.abc import Iterator
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
