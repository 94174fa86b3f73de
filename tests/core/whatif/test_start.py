"""Where a scenario begins, and what its changes make of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.table import Repair
from core.domains import domains
from core.errors import Problem
from core.explain.cells import text
from core.whatif.basis import Basis, once
from core.whatif.form import form
from core.whatif.rules import written
from core.whatif.scenario import Scenario
from core.whatif.start import NO_ROW, cell, cells, changed, started, typical
from tests.core.whatif.handmade import basis, chances

FRAME = pd.DataFrame(
    {
        "age": np.array([10, 20, 21, 40, 50], dtype=np.int64),
        "size": [1.5, 2.5, np.nan, 4.5, 9.0],
        "sex": pd.array(["F", "F", "M", "F", None], dtype="str"),
        "day": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-03-05", "2024-06-01", None]).astype("datetime64[us]"),
        "note": pd.array(["good work", "late", "late", "fine", "x"], dtype="str"),
    }
)


@pytest.fixture(scope="module")
def known() -> Basis:
    return basis(FRAME, lambda rows: chances(np.zeros(len(rows))), texts=("note",), domain=domains()["education"])


def rows(numbers: list[int]) -> pd.DataFrame:
    return FRAME.iloc[numbers]


def change(known: Basis, **cells_of) -> pd.DataFrame:
    start = started(rows, known, Scenario(row=0))
    return changed(start, Scenario(row=0, changes=cells_of), known.model.schema)


def test_the_typical_case_is_of_medians_and_the_most_frequent(known):
    assert typical(known) == {"age": 21, "size": 3.5, "sex": "F", "day": "2024-01-01", "note": "late"}
    start = started(rows, known, Scenario())
    assert cells(start) == typical(known)
    assert start.index.tolist() == [NO_ROW]
    known.model.predict(start)


def test_a_row_keeps_its_number_and_its_cells(known):
    start = started(rows, known, Scenario(row=2))
    assert start.index.tolist() == [2]
    assert cells(start) == {"age": 21, "size": None, "sex": "M", "day": "2024-03-05", "note": "late"}


def test_cells_of_another_file_are_read_and_what_is_not_there_is_missing(known):
    start = started(rows, known, Scenario(cells={"age": "33", "sex": " m ", "day": "2024-02-29", "other": 1.0}))
    assert cells(start) == {"age": 33, "size": None, "sex": "M", "day": "2024-02-29", "note": None}


def test_every_cell_comes_back_as_it_went(known):
    start = started(rows, known, Scenario(row=0))
    again = started(rows, known, Scenario(cells=cells(start)))
    assert cells(again) == cells(start)
    assert [one.kind for one in again.dtypes] == [one.kind for one in FRAME.dtypes]


def test_changes_are_typed(known):
    after = change(known, age="47", size=3, sex="M", day="2025-12-24", note="🙂" * 50)
    assert cells(after) == {"age": 47, "size": 3, "sex": "M", "day": "2025-12-24", "note": "🙂" * 50}
    assert after["age"].dtype.kind == "i"
    known.model.predict(after)


@pytest.mark.parametrize(
    ("column", "given", "words"),
    [
        ("age", "abc", "“abc” is not a number"),
        ("age", float("inf"), "is not a number"),
        ("size", "x" * 500, "xxx…"),
        ("day", "soon", "“soon” is not a date"),
        ("day", 3.0, "is not a date"),
        ("ages", 3.0, "closest names are age"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_column(known, column, given, words):
    with pytest.raises(Problem) as found:
        change(known, **{column: given})
    assert words in str(found.value)
    assert column.removesuffix("s") in str(found.value)


def test_missing_is_a_choice_everywhere(known):
    for given in (None, "", "  "):
        after = change(known, **dict.fromkeys(FRAME, given))
        assert after.isna().all(axis=None)
        assert known.model.predict(after).shape == (1, 2)


def test_what_was_never_seen_is_taken_as_it_is(known):
    after = change(known, sex="divers", age=400, note="字" * 100_000)
    assert cells(after)["sex"] == "divers"
    assert cells(after)["age"] == 400
    assert len(str(cells(after)["note"])) == 100_000


def test_a_number_stands_for_a_category_written_as_one():
    coded = basis(
        pd.DataFrame({"code": pd.array(["1", "2", "2"], dtype="str")}), lambda rows: chances(np.zeros(len(rows)))
    )
    start = started(lambda numbers: coded.frame.iloc[numbers], coded, Scenario(row=1))
    after = changed(start, Scenario(changes={"code": 1.0}), coded.model.schema)
    assert cells(after) == {"code": "1"}


def test_cells_are_written_as_people_do():
    assert [cell(one) for one in (3.0, 3.5, np.nan, "a", None, pd.NaT)] == [3, 3.5, None, "a", None, None]
    assert cell(pd.Timestamp("2024-05-01 13:30")) == "2024-05-01T13:30:00"


def test_without_changes_the_start_is_the_case(known):
    start = started(rows, known, Scenario(row=1))
    assert changed(start, Scenario(row=1), known.model.schema) is start


def test_a_form_knows_ranges_levels_and_what_the_field_says(known):
    fields = {one.column: one for one in form(known, {"sex": 0.2, "size": 0.5})}
    assert list(fields)[:2] == ["size", "sex"]
    assert (fields["age"].low, fields["age"].high, fields["age"].whole) == (10, 50, True)
    assert fields["age"].immutable
    assert fields["age"].only == "up"
    assert fields["sex"].levels == ("F", "M")
    assert fields["sex"].counts == (3, 1)
    assert fields["sex"].sensitive
    assert fields["sex"].why is not None
    assert fields["size"].missing == pytest.approx(0.2)
    assert sum(fields["size"].counts) == 4
    assert len(fields["size"].edges) == len(fields["size"].counts) + 1
    assert fields["day"].low == 19723  # 2024-01-01 in days since 1970


def test_what_is_made_of_a_basis_is_made_once(known):
    made = []

    @once
    def count(one: Basis) -> int:
        made.append(one)
        return len(one.frame)

    assert (count(known), count(known), len(made)) == (5, 5, 1)


def test_codes_for_missing_are_neither_usual_nor_an_end_of_a_range():
    frame = pd.DataFrame({"dose": [-200.0] * 30 + [50.0, 60.0, 70.0] * 15, "other": np.arange(75.0)})
    made = basis(frame, lambda rows: chances(np.zeros(len(rows))))
    recipe = replace(made.model.recipe, repairs=(Repair("missing", "dose", codes=("-200",)),))
    made = replace(made, model=replace(made.model, recipe=recipe))
    dose = next(one for one in form(made) if one.column == "dose")
    assert (dose.low, dose.high, dose.typical) == (50, 70, 60)
    assert dose.missing == pytest.approx(0.4)
    assert dose.edges[0] >= 49


def test_times_of_a_day_are_written_as_times():
    moments = pd.to_datetime([f"1970-01-01 {hour:02d}:30" for hour in range(24)] * 4).astype("datetime64[us]")
    frame = pd.DataFrame({"at": moments, "other": np.arange(96.0)})
    made = basis(frame, lambda rows: chances(np.zeros(len(rows))))
    schema, begun = made.model.schema, frame.iloc[[0]]
    for given in ("20:15", "8:05", "1970-01-01T07:00:00"):
        after = changed(begun, Scenario(changes={"at": given}), schema)["at"].iloc[0]
        assert after.strftime("%H:%M") == given.rpartition("T")[2][:5].zfill(5)
    with pytest.raises(Problem, match="is not a time"):
        changed(begun, Scenario(changes={"at": "late"}), schema)
    assert text(frame["at"].iloc[3]) == "03:30:00"
    assert text(pd.Timestamp("1970-01-01")) == "1970-01-01"
    assert text(pd.Timestamp("2024-05-31 20:00")) == "2024-05-31 20:00:00"
    assert written(0.5, schema["at"]).english() == "12:00"
