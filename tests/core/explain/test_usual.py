"""The most usual case is a real one in the middle of everything."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.explanation import Explanation
from core.explain.usual import ordered, usual


def cases(*columns: tuple[str, ...]) -> Explanation:
    """Cases with these cells; numbers as they are, categories by how frequent they are."""
    rows = len(columns[0])
    return Explanation(
        columns=tuple(f"column {place}" for place in range(len(columns))),
        values=np.zeros((rows, len(columns))),
        errors=np.zeros((rows, len(columns))),
        base=np.zeros(rows),
        predictions=np.zeros(rows),
        rows=np.arange(rows) + 10,
        labels=("",) * rows,
        cells=columns,
        numbers=np.column_stack([numbered(cells) for cells in columns]) if rows else np.zeros((0, len(columns))),
        method="walks",
        seconds=0.0,
    )


def numbered(cells: tuple[str, ...]) -> list[float]:
    levels = sorted({cell for cell in cells if cell}, key=lambda cell: -cells.count(cell))
    return [np.nan if not cell else float(cell) if ordered(cells) else float(levels.index(cell)) for cell in cells]


def test_it_lies_in_the_middle_of_the_numbers() -> None:
    assert usual(cases(("1", "2", "3", "4", "100"))) == 2


def test_it_has_the_most_frequent_category() -> None:
    assert usual(cases(("1", "2", "3", "4", "5"), ("a", "a", "b", "a", "a"))) in (1, 3)


def test_a_missing_cell_is_usual_only_where_most_are_missing() -> None:
    assert usual(cases(("", "7", "7"))) == 1
    assert usual(cases(("", "", "7"))) == 0


def test_dates_and_numbers_have_an_order_and_words_have_none() -> None:
    assert ordered(("2024-01-31", "", "2023-02-01"))
    assert ordered(("1", "2.5", "-3e4"))
    assert not ordered(("1", "two"))


def test_nothing_explained_has_no_usual_case() -> None:
    with pytest.raises(ValueError, match="there are none"):
        usual(cases(()))
