"""Words marked in a text: literally, in two colours, and around what matters."""

from __future__ import annotations

import html
import re

import pytest

from core.explain.explanation import Phrase
from core.plots.theme import LIGHT, Theme
from core.plots.words import LONG, around, bars, marked

THEME = Theme()


def bare(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_every_sign_of_the_text_is_shown_literally() -> None:
    text = "<script>alert(1)</script> & **bold** $x$ 很好 😀"
    made = marked(text, [Phrase("a", 0, 8, text[:8], 0.1), Phrase("a", 35, 41, text[35:41], -0.1)], THEME)
    assert "<script>" not in made
    assert bare(made) == text


def test_orange_raises_and_blue_lowers() -> None:
    made = marked("good bad", [Phrase("a", 0, 4, "good", 0.2), Phrase("a", 5, 8, "bad", -0.1)], THEME)
    good, bad = re.findall(r"<mark style=\"([^\"]+)\"", made)
    assert f"solid {LIGHT.raises}" in good
    assert f"dotted {LIGHT.lowers}" in bad


def test_weak_words_and_the_rest_without_words_are_not_marked() -> None:
    words = [Phrase("a", 0, 4, "good", 0.2), Phrase("a", 5, 8, "bad", 0.001), Phrase("a", 8, 8, "", 0.5)]
    assert marked("good bad", words, THEME).count("<mark") == 1


def test_a_long_text_is_cut_around_its_strongest_words() -> None:
    text = "x" * 50_000 + "terrible" + "y" * 50_000
    made = marked(text, [Phrase("a", 50_000, 50_008, "terrible", -0.3)], THEME)
    assert len(bare(made)) < 200
    assert "terrible" in made
    assert bare(marked(text, [], THEME, whole=True)) == text


def test_stretches_that_meet_are_one() -> None:
    words = [Phrase("a", 500, 505, "", 0.1), Phrase("a", 560, 565, "", -0.1), Phrase("a", 900, 905, "", 0.1)]
    assert around(1_000, words) == [(430, 635), (830, 975)]
    assert around(10_000, []) == [(0, LONG)]


def test_the_bars_of_a_text_add_up_to_its_part() -> None:
    words = [Phrase("a", at, at + 1, chr(97 + at), (-1) ** at / (at + 1)) for at in range(20)]
    words.append(Phrase("a", 20, 20, "", -0.3))
    drawn = bars(words, THEME, top=5)
    assert len(drawn.data[0].x) == 6
    assert sum(drawn.data[0].x) == pytest.approx(sum(one.value for one in words))
    assert drawn.layout.yaxis.ticktext[0] == "“a”"
    assert drawn.layout.yaxis.ticktext[-1] == "all the rest of the text"


def test_few_words_have_no_bar_for_the_rest_and_none_have_none() -> None:
    drawn = bars([Phrase("a", 0, 4, "<b>x", 0.2), Phrase("a", 5, 8, "bad", -0.1)], THEME)
    assert list(drawn.layout.yaxis.ticktext) == ["“&lt;b&gt;x”", "“bad”"]
    assert drawn.data[0].marker.color[0] == LIGHT.raises
    assert len(bars([], THEME).data[0].x) == 0
