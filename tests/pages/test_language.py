"""Facts in sentences are shown as they are written."""

from __future__ import annotations

from datetime import datetime

import pytest
from babel.messages.pofile import read_po

from core.words import LOCALES, languages, show_date
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


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_bold_words_end_where_markdown_sees_their_end(code: str) -> None:
    """A closing ** between a full stop and a letter is no end for Markdown: the stars would be shown."""
    path = LOCALES / code / "LC_MESSAGES" / "vitrine.po"
    with path.open("rb") as file:
        said = [str(message.string) for message in read_po(file, locale=code) if message.id and message.string]
    ends = [text.split("**")[place : place + 2] for text in said for place in range(1, text.count("**"), 2)]
    signs = "。，：；！？”）.,:;!?)"
    shown = [
        (bold, after) for bold, after in ends if bold[-1] in signs and (after[:1].isalnum() or after.startswith("{"))
    ]
    assert shown == []


def test_a_moment_is_told_to_the_minute() -> None:
    assert show_date(datetime(2026, 11, 22, 8, 14, 5)).replace("\u202f", " ") == "Nov 22, 2026, 8:14 AM"
    assert show_date(datetime(2026, 11, 22, 8, 14), "zh_CN") == "2026年11月22日 08:14"
