"""The card on a small phone in every language: other words are longer."""

import pytest

from .made_up import Show
from .test_looks import CARD, assert_case_is_whole

LANGUAGES = sorted({path.stem for path in (CARD / "src/strings").glob("*.ts")} - {"en"})
# Of the cases in card/dev/fake.ts those that say most in words.
CASES = [
    "noenergy",
    "stalled",
    "short",
    "four",
    "earning",
    "off",
    "late",
    "ahead",
    "ahead_week",
    "export",
    "none",
    "disabled",
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_word_is_cut_or_lies_over_another(show: Show, language: str) -> None:
    page = await show("ordinary", language=language)
    for case in CASES:
        await assert_case_is_whole(page, case)
