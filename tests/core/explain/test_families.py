from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.errors import Problem
from core.explain.explanation import Phrase
from core.explain.families import ALIKE, Family, families, gathered, likeness, shared
from core.explain.sentences import case, importance
from core.explain.shapley import explain


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Two sizes of one thing, a copy of a category, a category cut out of a number, and columns alone."""
    draw = np.random.default_rng(0)
    size, level = draw.normal(size=600), draw.choice(list("abc"), 600)
    return pd.DataFrame(
        {
            "tumour radius mm": size,
            "age": draw.normal(size=600),
            "tumour area mm": np.exp(size) + 0.05 * draw.normal(size=600),
            "ward": pd.Series(level, dtype="str"),
            "tumour perimeter mm": -size + 0.1 * draw.normal(size=600),
            "ward code": pd.Series([{"a": "x1", "b": "x2", "c": "x3"}[one] for one in level], dtype="str"),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 500, 600), unit="D"),
            "remark": pd.Series(["some text"] * 600, dtype="str"),
        }
    )


def schema_of(frame: pd.DataFrame) -> Schema:
    kinds = {"age": "number", "day": "date", "remark": "text"}
    return Schema(
        tuple(
            Column(name, kinds.get(name, "category" if str(frame[name].dtype) == "str" else "number")) for name in frame
        )
    )


def test_columns_that_say_the_same_are_found_whatever_their_shape(frame):
    found = families(frame, schema_of(frame))
    assert found == (
        Family("tumour mm", ("tumour radius mm", "tumour area mm", "tumour perimeter mm")),
        Family("ward +1", ("ward", "ward code")),
    )


def test_any_two_of_a_family_are_alike():
    """A chain a-b-c in which a and c are not alike is no family of three."""
    draw = np.random.default_rng(1)
    steps = draw.normal(size=(500, 3)) * [1.0, 0.6, 0.6]
    chain = pd.DataFrame(steps.cumsum(axis=1), columns=["a", "b", "c"])
    near = likeness(chain, schema_of(chain))
    assert near[1, 2] > near[0, 1] > ALIKE > near[0, 2]
    assert [family.columns for family in families(chain, schema_of(chain))] == [("b", "c")]


def test_likeness_is_spearman_and_cramer(frame):
    stats = pytest.importorskip("scipy.stats")
    near, names = likeness(frame, schema_of(frame)), list(frame)
    true = stats.spearmanr(frame["age"], frame["tumour radius mm"]).statistic
    assert near[names.index("age"), names.index("tumour radius mm")] == pytest.approx(abs(true))
    assert near[names.index("ward"), names.index("ward code")] == pytest.approx(1.0)
    assert near[names.index("ward"), names.index("age")] < 0.1
    assert near[names.index("remark")].sum() == 1


def test_a_category_cut_out_of_a_number_is_its_kin():
    age = np.random.default_rng(0).integers(18, 80, 900).astype(float)
    frame = pd.DataFrame({"age": age, "band": pd.Series((age // 10).astype(int).astype(str), dtype="str")})
    assert families(frame, schema_of(frame))[0].columns == ("age", "band")


def test_missing_cells_do_not_make_columns_alike(frame):
    draw = np.random.default_rng(0)
    gone = draw.random(600) < 0.9
    both = pd.DataFrame({"a": draw.normal(size=600), "b": draw.normal(size=600)}).mask(
        np.column_stack([gone, gone]), np.nan
    )
    assert families(both, schema_of(both)) == ()
    copy = frame[["age"]].assign(twin=frame["age"]).mask(np.column_stack([gone, np.zeros(600, dtype=bool)]), np.nan)
    assert families(copy, schema_of(copy))[0].columns == ("age", "twin")


def test_columns_of_chance_are_in_no_family():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(200, 30))).add_prefix("n")
    for place in range(10):
        frame[f"c{place}"] = pd.Series(draw.integers(0, 25, 200).astype(str), dtype="str")
    assert families(frame, schema_of(frame)) == ()
    assert shared(frame, schema_of(frame)) == ()


def test_empty_and_constant_columns_are_alone():
    frame = pd.DataFrame({"a": [1.0] * 50, "b": [np.nan] * 50, "c": [2.0] * 50})
    assert families(frame, schema_of(frame)) == ()
    assert families(frame.iloc[:0], schema_of(frame)) == ()


def test_copies_are_said_to_share_the_credit(frame):
    twice = frame.assign(twin=frame["age"] * 2)
    told = shared(twice, schema_of(twice))
    assert {(one.facts["one"], one.facts["other"]) for one in told} >= {("age", "twin"), ("ward", "ward code")}
    assert "age and twin say nearly the same (100% alike)" in next(
        one.english() for one in told if one.facts["one"] == "age"
    )


@pytest.fixture
def explained(kit):
    model = kit.build([kit.net(6, 2)], kit.rows(64, 6), ("no", "yes"))
    rows = kit.rows(8, 6, seed=3)
    rows.loc[2, ["c1", "c4"]] = np.nan
    return explain(model, rows, seconds=0.0)


def test_values_of_a_family_are_summed_and_still_add_up(explained):
    found = gathered(explained, [Family("pair", ("c4", "c1"))])
    assert found.columns == ("c0", "pair", "c2", "c3", "c5")
    assert found.values[:, 1] == pytest.approx(explained.values[:, [1, 4]].sum(axis=1))
    assert found.errors[:, 1] == pytest.approx(explained.errors[:, [1, 4]].sum(axis=1))
    assert found.gap < 1e-9
    assert np.array_equal(found.values[:, [0, 2, 3, 4]], explained.values[:, [0, 2, 3, 5]])


def test_cells_are_joined_and_numbers_are_those_of_the_column_that_counts(explained):
    found = gathered(explained, [Family("pair", ("c1", "c4"))])
    sizes = np.abs(explained.values).mean(axis=0)
    first, second = (1, 4) if sizes[1] >= sizes[4] else (4, 1)
    assert found.cells[1][0] == f"{explained.cells[first][0]} · {explained.cells[second][0]}"
    assert found.cells[1][2] == ""
    assert np.array_equal(found.numbers[:, 1], explained.numbers[:, first], equal_nan=True)


def test_every_view_takes_gathered_reasons(explained):
    found = gathered(explained, [Family("trio", ("c0", "c1", "c4")), Family("rest", ("c5", "c2"))])
    assert {mean.column for mean in importance(found)} == {"trio", "rest", "c3"}
    assert case(found, 0).gap < 1e-9


def test_phrases_inside_a_family_are_left_out(explained):
    phrases = tuple((Phrase("c0", 0, 1, "x", 0.1), Phrase("c5", 0, 1, "y", 0.1)) for _ in explained.rows)
    found = gathered(replace(explained, phrases=phrases), [Family("pair", ("c0", "c1"))])
    assert [one.column for one in found.phrases[0]] == ["c5"]


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([Family("f", ("c0", "else"))], "no column else"),
        ([Family("f", ("c0", "c1")), Family("g", ("c1",))], "two groups"),
        ([Family("c5", ("c0", "c1"))], "taken"),
    ],
)
def test_groups_of_ones_own_are_checked(explained, groups, words):
    with pytest.raises(Problem, match=words):
        gathered(explained, groups)


def test_nothing_gathered_is_the_same(explained):
    found = gathered(explained, [])
    assert found.columns == explained.columns
    assert np.array_equal(found.values, explained.values)


def test_a_wide_table_takes_little_time():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(72, 3000))).add_prefix("gene ")
    assert families(frame, schema_of(frame), least=0.95) == ()
