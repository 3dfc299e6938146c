"""JSON and its pages are taken, or refused with an error that names what was wrong."""

from contextlib import suppress
from decimal import Decimal
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.octopus_agile.agile.errors import ApiUnexpected
from custom_components.octopus_agile.agile.parsing import Page, parse_json, parse_page

from .refusal import refusal


class TestJson:
    def test_numbers_are_exact(self) -> None:
        assert parse_json(b"[0.1, 20, 9.912000000000001, -0.0]") == [
            Decimal("0.1"),
            20,
            Decimal("9.912000000000001"),
            0,
        ]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b'{"results": [',
            b'{"a": 1',
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": -Infinity}',
            b"\xff\xfe\xfa",
            b'"\xe9"',
            b"1" * 5000,
            b"[1e9999999999999999999]",
            b"[1e-9999999999999999999]",
        ],
        ids=[
            "empty",
            "HTML",
            "cut in a list",
            "cut in an object",
            "NaN",
            "infinity",
            "minus infinity",
            "no text",
            "not UTF-8",
            "5000 digits",
            "an exponent beyond decimals",
            "an exponent below decimals",
        ],
    )
    def test_what_is_no_json_is_refused(self, body: bytes) -> None:
        assert refusal(lambda: parse_json(body)) == "the answer is not valid JSON"

    def test_json_nested_without_end_is_refused(self) -> None:
        assert refusal(lambda: parse_json(b"[" * 1_000_000)) == "the answer is nested too deeply"

    @given(
        st.binary(max_size=40) | st.text('[]{}0123456789eE.-,:"naNtfrul ', max_size=40).map(str.encode)
    )
    def test_any_other_bytes_are_taken_or_refused(self, body: bytes) -> None:
        with suppress(ApiUnexpected):
            parse_json(body)


class TestAPage:
    def test_it_has_rows_and_perhaps_a_next_page(self) -> None:
        first = {"results": [{}, {"a": 1}], "next": "https://x/?page=2", "count": 387}
        assert parse_page(first) == Page([{}, {"a": 1}], "https://x/?page=2", 387)
        assert parse_page({"count": 0, "next": None, "results": []}) == Page([], None, 0)
        assert parse_page({"results": []}) == Page([], None, None)

    @pytest.mark.parametrize(
        ("value", "complaint"),
        [
            ([], "the answer is not a list of results"),
            (None, "the answer is not a list of results"),
            ("results", "the answer is not a list of results"),
            ({"detail": "Not found."}, "the answer is not a list of results"),
            ({"results": {}}, "the answer is not a list of results"),
            ({"results": [{}, []]}, "a result is not an object"),
            ({"results": ["x"]}, "a result is not an object"),
            ({"results": [], "next": 2}, "the link to the next page is not a text"),
            ({"results": [], "next": {}}, "the link to the next page is not a text"),
            ({"results": [], "count": -1}, "the count is not a whole number"),
            ({"results": [], "count": None}, "the count is not a whole number"),
            ({"results": [], "count": "0"}, "the count is not a whole number"),
            ({"results": [], "count": False}, "the count is not a whole number"),
            ({"results": [], "count": Decimal("0.0")}, "the count is not a whole number"),
        ],
    )
    def test_any_other_shape_is_refused(self, value: Any, complaint: str) -> None:
        assert refusal(lambda: parse_page(value)) == complaint


@given(
    st.dictionaries(
        st.sampled_from(["results", "next", "count"]), st.none() | st.lists(st.none()) | st.text()
    )
)
def test_any_other_page_is_taken_or_refused(value: dict[str, Any]) -> None:
    try:
        page = parse_page(parse_json(json.dumps(value).encode()))
    except ApiUnexpected:
        return
    assert page.rows == []
    assert page.following is None or isinstance(page.following, str)
    assert page.count is None
