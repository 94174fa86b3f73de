"""Words on the waterfall, and two cases compared: both add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.explanation import Explanation, Phrase
from core.explain.spelled import REST, between, spelled


def two() -> Explanation:
    """Two rows of a text and two numbers."""
    values = np.array([[0.3, -0.1, 0.05], [-0.2, 0.1, 0.0]])
    return Explanation(
        columns=("note", "age", "size"),
        values=values,
        errors=np.full((2, 3), 0.01),
        base=np.full(2, 0.4),
        predictions=0.4 + values.sum(axis=1),
        rows=np.array([7, 9]),
        labels=("yes", "yes"),
        cells=(("never late, very kind", "late again"), ("20", "30"), ("1", "")),
        numbers=np.zeros((2, 3)),
        method="walks",
        seconds=0.0,
        phrases=(
            (
                Phrase("note", 0, 5, "never", 0.25),
                Phrase("note", 6, 10, "late", -0.1),
                Phrase("note", 17, 21, "kind", 0.12),
                Phrase("note", 21, 21, "", 0.03),
            ),
            (),
        ),
    )


def test_a_text_is_split_into_its_words_and_the_rest_and_still_adds_up() -> None:
    case = spelled(two(), 0)
    named = {(part.column, part.cell): part.value for part in case.parts}
    assert named["note", "“never”"] == 0.25
    assert named["note", REST] == pytest.approx(0.03)
    assert case.gap < 1e-12
    assert [abs(part.value) for part in case.parts] == sorted((abs(part.value) for part in case.parts), reverse=True)


def test_without_phrases_a_text_is_one_bar() -> None:
    case = spelled(two(), 1)
    assert [part.column for part in case.parts] == ["note", "age", "size"]


def test_the_rest_of_a_text_has_its_error() -> None:
    errors = {part.cell: part.error for part in spelled(two(), 0).parts if part.column == "note"}
    assert errors == {"“never”": 0.0, "“kind”": 0.0, "“late”": 0.0, REST: 0.01}


def test_two_cases_differ_by_what_their_bars_add_up_to() -> None:
    made = two()
    case = between(made, 0, 1)
    assert (case.base, case.prediction) == (made.predictions[1], made.predictions[0])
    assert case.gap < 1e-12
    assert {part.column: round(part.value, 6) for part in case.parts} == {"note": 0.5, "age": -0.2, "size": 0.05}
    assert next(part.cell for part in case.parts if part.column == "size") == "1 ← –"


def test_columns_left_over_are_gathered() -> None:
    case = between(two(), 0, 1, top=1)
    assert [part.count for part in case.parts] == [1, 2]
    assert case.gap < 1e-12


def test_rows_that_explain_different_classes_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same class"):
        between(replace(two(), labels=("yes", "no")), 0, 1)
