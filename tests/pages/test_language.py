"""Facts in sentences are shown as they are written."""

from __future__ import annotations

import pytest

from pages.shared.language import literal


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("G3", "G3"),
        ("成绩", "成绩"),
        ("**bold**", r"\*\*bold\*\*"),
        ("<script>", r"\<script\>"),
        ("[a](http)", r"\[a\]\(http\)"),
        ("a\n# b", r"a \# b"),
        ("$x$", r"\$x\$"),
        ("a_b", r"a\_b"),
    ],
)
def test_markup_is_shown_literally(text: str, markdown: str) -> None:
    assert literal(text) == markdown


def test_an_emoji_code_is_broken_by_a_sign_without_width() -> None:
    assert literal(":smile:") == "\\:\u2060smile\\:"


@pytest.mark.parametrize("text", ["https://example.org", "www.example.org", "a@example.org"])
def test_nothing_becomes_a_link(text: str) -> None:
    assert "\u2060" in literal(text)


def test_signs_that_turn_text_around_are_taken_out() -> None:
    assert literal("a\u202eb\u2066c") == "a b c"
