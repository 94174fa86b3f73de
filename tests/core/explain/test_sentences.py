from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.explanation import Explanation
from core.explain.sentences import CAUTION, answered, case, clear, compared, contrast, importance, said, size
from core.words import Message


def explanation(values, *, label="fail", errors=None, base=0.4) -> Explanation:
    values = np.atleast_2d(np.asarray(values, dtype=float))
    rows, columns = values.shape
    names = tuple(f"c{place}" for place in range(columns))
    return Explanation(
        columns=names,
        values=values,
        errors=np.zeros_like(values) if errors is None else np.atleast_2d(errors),
        base=np.full(rows, base),
        predictions=base + values.sum(axis=1),
        rows=np.arange(rows) + 10,
        labels=(label,) * rows,
        cells=(("14", *["3"] * (rows - 1)), *(("",) * rows for _ in range(columns - 1))),
        numbers=np.zeros_like(values),
        method="walks",
        seconds=0.1,
    )


def test_the_answer_is_said_beside_the_average():
    chance, number = explanation([0.12, -0.03, 0.001]), explanation([-2.5, 0.0], label="", base=12.0)
    assert answered(case(chance, 0)).english() == "The model gives “fail” a chance of 49.1%; the average is 40%."
    assert answered(case(number, 0)).english() == "The model answers 9.5; the average is 12."


def test_a_part_is_told_in_points_or_in_the_unit_of_the_goal():
    assert size(-0.123, "fail") == {"points": 12, "label": "fail"}
    assert size(0.0312, "fail") == {"points": 3.1, "label": "fail"}
    assert size(-2.5, "") == {"amount": 2.5, "label": ""}


def test_what_may_be_chance_or_rounds_to_nothing_is_not_spoken_of():
    shown = case(explanation([0.12, -0.03, 0.03, 0.004], errors=[0.01, 0.01, 0.02, 0.0]), 0)
    assert [part.column for part in clear(shown.parts, "fail")] == ["c0", "c1"]


def test_the_caution_speaks_of_no_cause():
    assert "not causes" in CAUTION


def test_a_case_adds_up_with_the_others_in_one_part():
    shown = case(explanation([0.01, -0.3, 0.2, 0.05, 0.02]), 0, top=2)
    assert [part.column for part in shown.parts] == ["c1", "c2", ""]
    assert shown.parts[2].count == 3
    assert shown.parts[2].value == pytest.approx(0.08)
    assert shown.gap < 1e-12
    assert (shown.row, shown.base) == (10, 0.4)


def test_a_single_other_column_is_named():
    shown = case(explanation([0.01, -0.3, 0.2]), 0, top=2)
    assert [part.column for part in shown.parts] == ["c1", "c2", "c0"]


def test_importance_is_the_mean_distance_sorted():
    means = importance(explanation([[0.1, -0.4], [-0.3, 0.2]]))
    assert [one.column for one in means] == ["c1", "c0"]
    assert means[0].value == pytest.approx(0.3)
    half = 1.96 * np.std([0.4, 0.2], ddof=1) / np.sqrt(2)
    assert (means[0].low, means[0].high) == (pytest.approx(0.3 - half), pytest.approx(0.3 + half))


def test_importance_of_nothing_is_empty():
    assert importance(explanation(np.zeros((0, 2)))) == ()


# -- two cases --------------------------------------------------------------------------------------------------------


def pair(**more) -> Explanation:
    return explanation([[0.3, -0.1, 0.0], [0.05, 0.1, 0.0]], **more)


def test_two_cases_differ_column_by_column_and_it_adds_up():
    found = pair()
    parts = compared(found, 0, 1)
    assert [part.column for part in parts] == ["c0", "c1", "c2"]
    assert [part.value for part in parts] == pytest.approx([0.25, -0.2, 0.0])
    assert sum(part.value for part in parts) == pytest.approx(found.predictions[0] - found.predictions[1])
    assert (parts[0].cell, parts[0].other) == ("14", "3")


def test_two_cases_the_other_way_round_are_the_same_with_the_other_sign():
    there, back = compared(pair(), 0, 1), compared(pair(), 1, 0)
    assert [part.value for part in back] == pytest.approx([-part.value for part in there])


def test_why_this_one_and_not_that_one_is_said():
    assert [one.english() for one in contrast(pair(), 0, 1)] == [
        "The chance of “fail” is 60% here and 55% in the other case: 5 points more.",
        "c0 sets them apart most: 14 here, 3 there, 25 points more.",
    ]
    assert [one.english() for one in contrast(pair(label="", base=10.0), 1, 0)] == [
        "The answer is 10.2 here and 10.2 in the other case: 0.05 less.",
        "c0 sets them apart most: 3 here, 14 there, 0.25 less.",
    ]


def test_a_case_is_like_itself():
    assert [one.english() for one in contrast(pair(), 0, 0)] == ["The chance of “fail” is 60% in both cases."]


def test_cases_that_explain_different_classes_are_not_compared():
    with pytest.raises(ValueError, match="the same class"):
        compared(replace(pair(), labels=("fail", "pass")), 0, 1)


def test_a_cell_in_a_sentence_is_short_and_never_empty():
    assert said("a b\n c") == "a b c"
    assert len(str(said("x" * 500))) == 40
    assert said("  ") == Message("missing")
