"""The head of an input: range, histogram, the case's place in it, and what it was."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from core.plots import inputs
from core.plots.theme import Theme
from core.whatif.scenario import Field
from core.words import Message

AGE = Field("age", "number", unit="years", whole=True, low=0, high=10, edges=(0.0, 5.0, 10.0), counts=(1, 3))
TOWN = Field("town", "category", levels=("north", "south"), counts=(8, 2))
DAY = Field("day", "date", low=0.0, high=10.0, edges=(0.0, 5.0, 10.0), counts=(2, 2))


@pytest.mark.parametrize(
    ("low", "high", "whole", "step"),
    [(0, 10, True, 1), (17, 90, True, 1), (0, 100_000, True, 1000), (0, 1, False, 0.01), (0, 4.2, False, 0.05),
     (-3.1, 2.9, False, 0.1), (5, 5, False, 1), (0, 1e-6, False, 1e-8)],
)  # fmt: skip
def test_a_press_of_a_key_moves_about_a_hundredth_of_the_range(
    low: float, high: float, whole: bool, step: float
) -> None:
    assert inputs.pace(Field("x", "number", whole=whole, low=low, high=high)) == pytest.approx(step)


def test_a_column_without_a_range_moves_by_one() -> None:
    assert inputs.pace(Field("x", "number")) == 1


def test_whole_numbers_are_shown_as_such_while_a_browser_can_tell_them_apart() -> None:
    assert inputs.exact(AGE, 3)
    assert inputs.exact(AGE, None)
    assert not inputs.exact(AGE, 2.5)
    assert not inputs.exact(AGE, 2.0**60)


def test_the_case_stands_in_the_histogram() -> None:
    assert inputs.bars(AGE, 2.5, 2.5) == inputs.Bars((1, 3), 0.25)
    assert inputs.bars(AGE, 10.0, 5.0) == inputs.Bars((1, 3), 1.0, 0.5)
    assert inputs.bars(TOWN, "south", "north") == inputs.Bars((8, 2), 0.75, 0.25)
    assert inputs.bars(DAY, "1970-01-06", None) == inputs.Bars((2, 2), 0.5)


def test_what_is_missing_or_was_never_seen_stands_nowhere() -> None:
    assert inputs.bars(AGE, None, None).at is None
    assert inputs.bars(TOWN, "west", "west").at is None
    assert inputs.bars(DAY, "someday", "someday").at is None


def test_a_number_far_outside_is_drawn_at_the_edge() -> None:
    drawn = unquote(inputs.histogram(inputs.Bars((1, 3), 50.0), Theme()))
    assert re.findall(r"M([\d.]+) 0V", drawn) == [str(float(inputs.WIDE - 1))]


def test_a_column_without_counts_has_no_histogram() -> None:
    assert inputs.histogram(inputs.Bars(()), Theme()) == ""
    assert inputs.histogram(inputs.Bars((0, 0)), Theme()) == ""


def test_the_head_says_range_unit_and_what_it_was() -> None:
    drawn = inputs.head(AGE, 7, 3, Theme())
    assert "0 to 10 years" in drawn
    assert "was 3" in drawn
    assert "was" not in re.sub("<[^>]*>", "", inputs.head(AGE, 3, 3, Theme()))


def test_dates_are_said_in_the_readers_way() -> None:
    assert "Jan 1, 1970 to Jan 11, 1970" in inputs.head(DAY, None, None, Theme())
    assert "was missing" in inputs.head(DAY, "1970-01-03", None, Theme())


def test_why_a_column_needs_care_is_said() -> None:
    field = Field("sex", "category", levels=("F", "M"), sensitive=True, immutable=True, why=Message("A reason."))
    drawn = inputs.head(field, "F", "F", Theme())
    assert "sensitive" in drawn
    assert "cannot change" in drawn
    assert "A reason." in drawn


@pytest.mark.parametrize("bad", ["<script>x</script>", '"><img src=x>'])
def test_names_and_cells_are_shown_literally(bad: str) -> None:
    field = Field(bad, "category", levels=(bad, "b"), counts=(1, 1), unit=bad)
    drawn = inputs.head(field, "b", bad, Theme())
    assert "<script" not in drawn
    assert drawn.count("<img") == 1
    assert 'alt="' in drawn
    assert bad not in drawn


def test_no_more_bars_are_drawn_than_there_are_pixels() -> None:
    drawn = unquote(inputs.histogram(inputs.Bars(tuple(range(1, 1001)), at=0.5), Theme()))
    assert drawn.count("M") <= inputs.WIDE + 1
    assert f"v-{inputs.HIGH - 2.5:.1f}" in drawn  # the highest of all is among them
