"""Groups: who is in, how it is said, and that an address keeps it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.cohort import Cohort, Filter, address, columns, days_of, fitting, from_address, members, nobody, said
from core.data.table import Column, Schema
from core.errors import Problem
from core.words import say

SCHEMA = Schema(
    (
        Column("age", "number"),
        Column("sex", "category", levels=("F", "M")),
        Column("came", "date"),
        Column("note", "text"),
    )
)
FRAME = pd.DataFrame(
    {
        "age": [18.0, 25.0, np.nan, 40.0, 17.0, 25.5],
        "sex": pd.array(["F", "M", "F", None, "F", "M"], dtype="str"),
        "came": pd.to_datetime(
            ["2024-01-01", "2024-01-02 23:59", None, "2024-01-03", "2023-12-31", "2024-02-01"], format="ISO8601"
        ),
        "note": pd.array(["Late again", None, "ill", "LATE", "so late", "50% a.b"], dtype="str"),
    },
    index=[10, 11, 12, 13, 14, 15],
)


def inside(*filters: Filter, rows: tuple[int, ...] | None = None) -> list[int]:
    found = members(FRAME, Cohort(filters=filters, rows=rows))
    return FRAME.index[found].tolist()


def test_numbers_are_in_with_both_ends() -> None:
    assert inside(Filter("age", 18, 25)) == [10, 11]
    assert inside(Filter("age", low=25)) == [11, 13, 15]
    assert inside(Filter("age", high=18)) == [10, 14]


def test_dates_are_in_by_whole_days() -> None:
    first, second = days_of("2024-01-01"), days_of("2024-01-02")
    assert inside(Filter("came", first, second)) == [10, 11]
    assert inside(Filter("came", high=days_of("2023-12-31"))) == [14]


def test_categories_any_of_them() -> None:
    assert inside(Filter("sex", values=("F",))) == [10, 12, 14]
    assert inside(Filter("sex", values=("F", "M", "never seen"))) == [10, 11, 12, 14, 15]


def test_a_text_contains_without_regard_to_case_and_never_as_a_pattern() -> None:
    assert inside(Filter("note", contains="late")) == [10, 13, 14]
    assert inside(Filter("note", contains="% a.b")) == [15]
    assert inside(Filter("note", contains="a.a")) == []


def test_missing_alone_and_beside_a_range() -> None:
    assert inside(Filter("age", missing=True)) == [12]
    assert inside(Filter("age")) == [10, 11, 13, 14, 15]
    assert inside(Filter("age", low=30, missing=True)) == [12, 13]


def test_all_conditions_must_be_met_and_rows_by_hand_too() -> None:
    assert inside(Filter("sex", values=("F",)), Filter("age", high=18)) == [10, 14]
    assert inside(Filter("sex", values=("F",)), rows=(14, 15)) == [14]
    assert inside(rows=()) == []
    assert inside() == FRAME.index.tolist()


def test_numbers_may_be_chosen_as_values() -> None:
    assert inside(Filter("age", values=("25", "x", "40.0"))) == [11, 13]


def test_a_column_of_another_table_is_said() -> None:
    cohort = Cohort(filters=(Filter("G3", low=1),))
    with pytest.raises(Problem, match="G3, which this data set does not have"):
        members(FRAME, cohort)
    with pytest.raises(Problem, match="G3"):
        fitting(cohort, SCHEMA)


@pytest.mark.parametrize("wrong", [Filter("sex", low=1), Filter("age", contains="1")])
def test_a_condition_that_does_not_fit_its_column_is_said(wrong: Filter) -> None:
    with pytest.raises(Problem, match=wrong.column):
        members(FRAME, Cohort(filters=(wrong,)))


def test_a_group_is_said_as_people_say_it() -> None:
    cohort = Cohort(filters=(Filter("sex", values=("F",)), Filter("age", 18, 25)), rows=tuple(range(40)))
    assert said(cohort, SCHEMA).english() == "sex is F, age 18 to 25, and 40 cases chosen on the chart"
    assert said(Cohort()).english() == "all cases"
    assert said(Cohort("the late", (Filter("note", contains="late"),))).english() == "the late (note contains “late”)"


def test_dates_and_missing_are_said_as_such() -> None:
    first = days_of("2024-01-01")
    assert said(Cohort(filters=(Filter("came", first),)), SCHEMA).english() == "came from Jan 1, 2024 on"
    assert said(Cohort(filters=(Filter("age", high=18, missing=True),))).english() == "age at most 18 or missing"
    assert said(Cohort(filters=(Filter("age", missing=True),))).english() == "age is missing"


def test_many_values_are_not_all_named() -> None:
    text = said(Cohort(filters=(Filter("sex", values=tuple("abcdefghij")),))).english()
    assert text == "sex is one of a, b, c, d, e, and f and 4 more"


def test_markup_in_names_is_escaped_by_the_page() -> None:
    message = said(Cohort(filters=(Filter("<b>", values=("*x*",)),)))
    assert say(message, escape=str.upper) == "<B> is *X*"


def test_an_empty_group_says_what_to_do() -> None:
    words = nobody(Cohort(filters=(Filter("age", 99, 100),))).english()
    assert words == "No case fits this group: age 99 to 100. Widen a range, or take a condition away."


FILTERS = st.builds(
    Filter,
    column=st.text(min_size=1),
    low=st.none() | st.floats(-1e9, 1e9),
    high=st.none() | st.just(0.0),
    values=st.lists(st.text(), max_size=3).map(tuple),
    contains=st.text(),
    missing=st.booleans(),
)


@given(st.text(), st.lists(FILTERS, max_size=3).map(tuple), st.none() | st.sets(st.integers(0, 10**7)))
def test_an_address_gives_the_same_group_back(name: str, filters: tuple[Filter, ...], rows: set[int] | None) -> None:
    cohort = Cohort(name, filters, None if rows is None else tuple(sorted(rows)))
    text = address(cohort)
    assert from_address(text) == cohort
    assert text.isascii()
    assert not set(text) & set("&?#=+/ %")


def test_two_thousand_rows_by_hand_fit_into_an_address() -> None:
    rows = np.sort(np.random.default_rng(0).choice(100_000, 2_000, replace=False))
    assert len(address(Cohort(rows=tuple(int(row) for row in rows)))) < 4_000


@pytest.mark.parametrize("text", ["", "x", "é", "eJw", address(Cohort(rows=(1, 2)))[:-4], "A" * 5_000])
def test_a_damaged_address_is_said(text: str) -> None:
    with pytest.raises(Problem, match="cannot be read"):
        from_address(text)


def test_columns_are_named_once() -> None:
    assert columns(Cohort(filters=(Filter("a", 1), Filter("b"), Filter("a", high=2)))) == ("a", "b")
