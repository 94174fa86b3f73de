"""Inputs made of columns: bins, codes, dates, texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.learn.plan import bin_edges, fit_number, plan
from core.learn.prepare import FIRST_LEVEL, MISSING, OTHER
from core.learn.text import chinese, encode_text, fit_text


def prepared(frame: pd.DataFrame, **kinds):
    return plan(frame, Schema(tuple(Column(name, kinds[name]) for name in frame)), seed=0)


def test_bins_of_a_column_full_of_zeros_still_see_the_rest():
    values = np.sort(np.concatenate([np.zeros(9000), np.random.default_rng(0).random(1000)]))
    assert (bin_edges(values) > 0.01).sum() >= 20


def test_bins_of_a_constant_are_one():
    assert bin_edges(np.full(50, 3.0)).tolist() == [3.0, 4.0]


def test_a_column_without_any_value_is_no_error():
    number = fit_number("x", "", pd.Series([np.nan] * 5), np.arange(5))
    assert (number.fill, number.missing) == (0.0, True)


def test_piecewise_lookup_is_the_piecewise_linear_function():
    x = np.random.default_rng(0).random(500)
    ready = prepared(pd.DataFrame({"x": x}), x="number")
    edges = np.array(ready.numbers[0].edges)
    grid = ready.grid(np.array([[0.25], [0.5], [2.0]]))
    back = edges[grid.bins[:, 0]] + grid.share[:, 0] * np.diff(edges)[grid.bins[:, 0]]
    assert back == pytest.approx([0.25, 0.5, x.max()], abs=1e-6)


def test_categories_get_codes_and_rare_ones_share_one():
    frame = pd.DataFrame({"c": ["a"] * 5 + ["b"] * 3 + ["only once"]})
    ready = prepared(frame, c="category")
    codes = ready.encode(pd.DataFrame({"c": ["a", "b", "only once", "new", None]})).codes[:, 0]
    assert codes.tolist() == [FIRST_LEVEL, FIRST_LEVEL + 1, OTHER, OTHER, MISSING]


def test_dates_become_days_year_month_and_weekday():
    days = pd.Series(pd.to_datetime(["1970-01-11", "2024-02-29", None]))
    frame = pd.DataFrame({"d": pd.concat([days, days], ignore_index=True)})
    ready = prepared(frame, d="date")
    encoded = ready.encode(frame.head(3))
    assert encoded.numbers[:, 0].tolist()[:2] == [10.0, 19782.0]
    assert encoded.numbers[:, 1].tolist()[:2] == [1970.0, 2024.0]
    assert np.isnan(encoded.numbers[2]).all()
    assert encoded.codes[2].tolist() == [MISSING, MISSING]
    assert {levels.part: set(levels.levels) for levels in ready.levels} == {"month": {"1", "2"}, "weekday": {"6", "3"}}


def test_texts_have_length_one_or_zero():
    words = fit_text(pd.Series(["good good pupil", "good pupil", "bad pupil", None], name="t"))
    rows = encode_text(pd.Series(["good good pupil", "good pupil", "bad pupil", None, "%%"], name="t"), words)
    assert pytest.approx([1, 1, 1, 0, 0], abs=1e-6) == np.sqrt(rows.multiply(rows).sum(axis=1)).A1


def test_text_weights_are_scikit_learns():
    from sklearn.feature_extraction.text import TfidfVectorizer

    cells = ["good good pupil", "good pupil", "bad pupil is late", "late again", "again bad"]
    words = fit_text(pd.Series(cells, name="t"))
    known = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    wanted = known.fit_transform(cells)
    kind = words.kinds[0]
    assert dict(zip(kind.terms, kind.weights, strict=True)) == pytest.approx(
        {term: known.idf_[place] for term, place in known.vocabulary_.items()}
    )
    mine = encode_text(pd.Series(cells, name="t"), words)[:, : len(kind.terms)]
    order = [known.vocabulary_[term] for term in kind.terms]
    assert mine.toarray() * np.sqrt(len(words.kinds)) == pytest.approx(wanted[:, order].toarray(), abs=1e-6)


def test_chinese_needs_no_list_of_words():
    column = pd.Series(["头痛三天", "头痛一周", "发烧两天", "发烧三天"] * 3, name="t")
    assert chinese(column.tolist())
    assert "头痛" in fit_text(column).kinds[1].terms
