"""Names in figures stay apart when they are shortened."""

from __future__ import annotations

import pytest

from core.explain.sentences import Case, Part
from core.plots.theme import Theme, apart
from core.plots.waterfall import waterfall

TERMS = [f"Curricular units {term} sem ({what})" for term in ("1st", "2nd") for what in ("approved", "grade")]


@pytest.mark.parametrize(
    "names",
    [
        TERMS,
        ["x" * 30 + "1" + "y" * 30, "x" * 30 + "2" + "y" * 30],
        ["很长的列名" * 6 + "甲" + "很长的列名" * 6, "很长的列名" * 6 + "乙" + "很长的列名" * 6],
        ["a" * 30 + " " + "b" * 40 + " " + "c" * 30, "a" * 30 + " " + "d" * 40 + " " + "c" * 30],
        ["n" * 40, "n" * 41],
    ],
)
def test_different_names_stay_different(names: list[str]) -> None:
    assert len(set(apart(names, 20))) == len(names)


def test_the_words_that_differ_are_kept_within_the_room_there_is() -> None:
    shown = apart(TERMS, 20)
    assert ["1st" in name for name in shown] == [True, True, False, False]
    assert max(map(len, shown)) <= 20


def test_names_with_room_and_equal_names_are_shown_as_they_are() -> None:
    assert apart(["Course", "Course", "Age"], 20) == ["Course", "Course", "Age"]


def test_the_bars_of_a_case_have_names_of_their_own() -> None:
    parts = tuple(Part(name, "0", 0.1, 0.0) for name in TERMS)
    drawn = waterfall(Case(0, "yes", 0.2, 0.6, parts), Theme())
    assert len(set(drawn.layout.yaxis.ticktext)) == len(TERMS)
    assert [said.split(" = ")[0] for said in drawn.data[0].customdata] == TERMS
