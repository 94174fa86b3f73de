"""Two columns at once: the grid's means are the formula's, and its counts are real cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import Problem
from core.whatif.basis import Basis
from core.whatif.group import heat
from core.whatif.shift import Heat
from tests.core.whatif.handmade import basis, shares


def product(frame: pd.DataFrame) -> np.ndarray:
    """a times b, and 10 more for M."""
    words = frame["sex"].map({"M": 10.0}).fillna(0.0)
    return (frame["a"] * frame["b"] + words).to_numpy(dtype=np.float64)[:, None]


def rows(n: int = 300) -> pd.DataFrame:
    draw = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "a": draw.integers(0, 5, n).astype(float),
            "b": draw.normal(size=n),
            "sex": pd.array(np.where(np.arange(n) % 3 == 0, "F", "M"), dtype="str"),
            "came": pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(n) % 90, unit="D"),
        }
    )


@pytest.fixture(scope="module")
def known() -> Basis:
    return basis(rows(), product, ())


def test_the_means_are_those_of_the_formula(known: Basis) -> None:
    group = rows().iloc[:90]
    found = heat(known, group, ("a", "b"))
    assert found.columns == ("a", "b")
    assert found.cells[0] == (0.0, 1.0, 2.0, 3.0, 4.0)
    assert len(found.cells[1]) == 12
    rest = 10 * (group["sex"] == "M").mean()
    expected = np.outer(np.array(found.cells[0], float), np.array(found.cells[1], float)) + rest
    np.testing.assert_allclose(found.values, expected)


def test_every_training_row_is_counted_once_at_its_nearest_pair(known: Basis) -> None:
    counts = np.array(heat(known, rows().iloc[:5], ("a", "sex")).counts)
    assert counts.sum() == 300
    assert counts.sum(axis=1).tolist() == np.bincount(rows()["a"].astype(int)).tolist()
    assert counts.sum(axis=0).tolist() == [200, 100]


def test_a_pair_that_never_occurs_is_a_guess() -> None:
    frame = rows().assign(b=lambda all_: all_["a"])
    found = heat(basis(frame, product, ()), frame.iloc[:10], ("a", "b"))
    counts = np.array(found.counts)
    assert (counts > 0).tolist() == np.eye(5, dtype=bool).tolist()
    low, high = found.peaks() or ((9, 9), (9, 9))
    assert (low, high) == ((0, 0), (4, 4))  # only where real cases lie


def test_no_real_case_anywhere_has_no_peak() -> None:
    assert Heat(("a", "b"), ((1.0,), (2.0,)), ((3.0,),), ((0,),)).peaks() is None


def test_categories_come_by_frequency_and_dates_as_days(known: Basis) -> None:
    found = heat(known, rows().iloc[:50], ("sex", "came"), points=4)
    assert found.cells[0] == ("M", "F")
    assert found.cells[1][0] == "2024-01-02"
    assert len(found.cells[1]) == 4
    np.testing.assert_allclose(np.diff(np.array(found.values), axis=0), -10.0)


def test_a_class_of_several_is_asked_about() -> None:
    frame = rows()
    made = basis(frame, lambda all_: shares(np.column_stack([all_["a"], 0 * all_["a"], -all_["a"]])), ("x", "y", "z"))
    up, down = (heat(made, frame.iloc[:20], ("a", "b"), label=label) for label in ("x", "z"))
    assert (np.diff(np.array(up.values)[:, 0]) > 0).all()
    assert (np.diff(np.array(down.values)[:, 0]) < 0).all()
    assert up.label == "x"


@pytest.mark.parametrize(
    ("columns", "words"),
    [(("a", "a"), "chosen twice"), (("a", "zz"), "does not use column zz"), (("a", "note"), "holds texts")],
)
def test_what_cannot_be_tried_is_said(columns: tuple[str, str], words: str) -> None:
    frame = rows().assign(note=pd.array(["late again"] * 300, dtype="str"))
    with pytest.raises(Problem, match=words):
        heat(basis(frame, product, (), texts=("note",)), frame, columns)


def test_missing_cells_are_near_no_pair() -> None:
    frame = rows()
    frame.loc[:99, "a"] = np.nan
    made = basis(frame, lambda all_: np.zeros((len(all_), 1)), ())
    assert np.array(heat(made, frame.iloc[:5], ("a", "sex")).counts).sum() == 200
