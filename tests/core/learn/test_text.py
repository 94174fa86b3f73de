"""Texts as terms and topics: odd columns, Chinese, long cells, many rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.learn.plan import plan
from core.learn.text import CHARACTERS, encode_text, fit_text, fit_topics
from tests.pace import within


def column(cells: list[str | None]) -> pd.Series:
    return pd.Series(cells, name="t", dtype="str")


def prepared(cells: list[str | None]):
    """The preparation of one text column, and its rows."""
    frame = pd.DataFrame({"t": column(cells)})
    made = plan(frame, Schema((Column("t", "text"),)), seed=0)
    return made, made.encode(frame)


ODD = {
    "all missing": [None] * 40,
    "all equal": ["the same"] * 40,
    "all empty": [""] * 40,
    "one character": ["a", "b"] * 20,
    "emoji": ["😀", "😡 👍🏽"] * 20,
    "very long": ["x" * 100_000, "good " * 20_000] * 3,
    "strange signs": ["\x00\ufeff", "\ud7ff\u200b", "!!!", "١٢٣"] * 5,
    "two rows": ["a", "b"],
}


@pytest.mark.parametrize("cells", ODD.values(), ids=ODD)
def test_odd_columns_give_finite_inputs_of_the_width_promised(cells):
    made, rows = prepared(cells)
    assert rows.texts[0].shape == (len(cells), made.texts[0].width)
    assert rows.vectors[0].shape == (len(cells), made.vector_widths[0])
    assert np.isfinite(rows.texts[0].data).all()
    assert np.isfinite(rows.vectors[0]).all()


def test_topics_tell_two_subjects_apart():
    health, money = ["fever and cough", "cough and pain", "fever pain"], ["loan and rate", "bank loan", "bank rate"]
    _, rows = prepared([*health, *money] * 10)
    (vectors,) = rows.vectors
    sides = np.sign(vectors[:3]).sum(axis=0) - np.sign(vectors[3:6]).sum(axis=0)
    assert np.abs(sides).max() == 6


def test_topics_are_affine_in_the_terms_and_standard_over_the_rows():
    made, rows = prepared([f"word{a} word{b} end" for a in range(12) for b in range(12)])
    (topics,), (vectors,) = made.topics, rows.vectors
    assert vectors == pytest.approx(rows.texts[0].toarray() @ topics.components - topics.centre, abs=1e-4)
    assert vectors.mean(axis=0) == pytest.approx(np.zeros(topics.width), abs=1e-3)
    assert vectors.std(axis=0) == pytest.approx(np.ones(topics.width), abs=1e-2)


def test_the_same_seed_gives_the_same_topics():
    terms = encode_text(column(["a b", "b c", "c d", "d a"] * 9), fit_text(column(["a b", "b c", "c d", "d a"] * 9)))
    assert np.array_equal(fit_topics(terms, 3).components, fit_topics(terms, 3).components)


def test_few_rows_have_few_topics():
    made, _ = prepared([f"only {place} here" for place in range(8)])
    assert made.vector_widths[0] <= 2


def test_a_word_that_occurs_once_counts_on_few_rows_only():
    few = fit_text(column(["unique word", "other word", "a word"]))
    many = fit_text(column(["unique word", *["other word"] * 1_500]))
    assert "unique" in few.kinds[0].terms
    assert "unique" not in many.kinds[0].terms


def test_blanks_between_chinese_words_do_not_hide_a_run_of_characters():
    words = fit_text(column(["头痛 三天", "头 痛三天"] * 5))
    with_blanks, without = (encode_text(column([cell]), words) for cell in ("头痛 三天", "头痛三天"))
    runs = len(words.kinds[0].terms)
    one, other = with_blanks[:, runs:].toarray(), without[:, runs:].toarray()
    assert one.any()
    assert one == pytest.approx(other)


def test_full_width_signs_are_read_as_narrow_ones():
    narrow = column(["sales rose 12%", "profit fell", "sales fell"] * 20)
    wide = column(["ｓａｌｅｓ　ｒｏｓｅ　１２％", "ｐｒｏｆｉｔ ｆｅｌｌ", "sales　fell"] * 20)
    words = fit_text(narrow)
    assert fit_text(wide).kinds == words.kinds
    assert (encode_text(wide, words) != encode_text(narrow, words)).nnz == 0


def test_only_the_beginning_of_a_very_long_text_is_read_and_counted():
    words = fit_text(column(["end " + "word " * CHARACTERS, "short word", "word end"]))
    assert words.cut == 1
    late = encode_text(column(["word " * CHARACTERS + "end", "word " * CHARACTERS]), words)
    assert late[0].toarray() == pytest.approx(late[1].toarray())


@pytest.mark.slow
def test_twenty_thousand_texts_take_seconds():
    draw = np.random.default_rng(0)
    words = np.array([f"word{place}" for place in range(2_000)])
    cells = [" ".join(row) for row in words[draw.integers(0, 2_000, (20_000, 8))]]
    with within(30):
        prepared(cells)
