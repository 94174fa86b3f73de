"""Stacking files: columns match by name or by position, differences are named."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.data.stack import stack
from core.data.table import ReadOptions, Source
from core.errors import Problem


def part(name: str, columns: dict[str, list[str]], header: int = 0, sha: str = "") -> tuple[pd.DataFrame, Source]:
    frame = pd.DataFrame(columns, dtype="str")
    return frame, Source(name, "text", sha or name, 1, len(frame), ReadOptions(header=header))


def test_rows_follow_file_by_file_with_the_name_of_their_file() -> None:
    whole, findings = stack(
        [part("x.csv", {"a": ["1"], "b": ["2"]}), part("y.csv", {"b": ["4", "6"], "a": ["3", "5"]})]
    )
    assert whole.to_numpy().tolist() == [["1", "2", "x.csv"], ["3", "4", "y.csv"], ["5", "6", "y.csv"]]
    assert list(whole.columns) == ["a", "b", "file"]
    assert whole.index.equals(pd.RangeIndex(3))
    assert [finding.code for finding in findings] == ["read_stacked"]
    assert "the column “file” says" in findings[0].message.english()


def test_capitals_and_blanks_do_not_part_columns() -> None:
    whole, _ = stack([part("x", {"Age": ["1"]}), part("y", {" age ": ["2"]})])
    assert whole["Age"].tolist() == ["1", "2"]


def test_differences_are_named() -> None:
    with pytest.raises(Problem) as caught:
        stack([part("x.csv", {"a": ["1"], "b": ["2"]}), part("y.csv", {"a": ["1"], "c": ["2"]})])
    assert "lacks b and has c" in str(caught.value)
    with pytest.raises(Problem, match="lacks"):
        stack([part("x", {"a": ["1"], "b": ["2"]}), part("y", {"a": ["1"]})])
    with pytest.raises(Problem, match="has columns"):
        stack([part("x", {"a": ["1"]}), part("y", {"a": ["1"], "b": ["1"]})])


def test_files_without_header_match_by_position_or_not_at_all() -> None:
    nameless = part("y", {"column 1": ["3"], "column 2": ["4"]}, header=-1)
    whole, findings = stack([part("x", {"a": ["1"], "b": ["2"]}), nameless])
    assert whole["b"].tolist() == ["2", "4"]
    assert "read_by_position" in {finding.code for finding in findings}
    with pytest.raises(Problem, match="no names"):
        stack([part("x", {"a": ["1"]}), nameless])


def test_the_first_free_name_is_taken_for_the_file() -> None:
    whole, _ = stack([part("x", {"file": ["1"]}), part("y", {"file": ["2"]})])
    assert list(whole.columns) == ["file", "file (2)"]


def test_the_same_file_twice_is_taken_once() -> None:
    whole, findings = stack([part("x", {"a": ["1"]}, sha="s"), part("copy of x", {"a": ["1"]}, sha="s")])
    assert whole.shape == (1, 1)
    assert [finding.code for finding in findings] == ["read_same_file"]


def test_files_of_the_same_name_stay_apart() -> None:
    whole, _ = stack([part("x", {"a": ["1"]}, sha="1"), part("x", {"a": ["2"]}, sha="2")])
    assert whole["file"].tolist() == ["x", "x (2)"]


def test_types_that_differ_become_text() -> None:
    native = (pd.DataFrame({"a": [1, 2]}), Source("p", "parquet", "p", 1, 2, ReadOptions(header=0)))
    whole, _ = stack([part("x", {"a": ["007"]}), native])
    assert whole["a"].tolist() == ["007", "1", "2"]


@pytest.mark.parametrize("turned", [False, True])
def test_decimal_signs_of_files_do_not_mix(turned: bool) -> None:
    point = part("point.csv", {"a": ["1.5", "1,234.5", "-2e3", "x.1", "3"]})
    comma = part("comma.csv", {"a": ["1,5", "1.234,5", "1.234", "x,1", "3"]})
    comma = (comma[0], replace(comma[1], options=replace(comma[1].options, decimal=",")))
    point = (point[0], replace(point[1], options=replace(point[1].options, decimal=".")))
    whole, findings = stack([comma, point] if turned else [point, comma])
    pointed = ["1.5", "1,234.5", "-2e3", "x.1", "3", "1.5", "1234.5", "1234", "x,1", "3"]
    commaed = ["1,5", "1.234,5", "1.234", "x,1", "3", "1,5", "1234,5", "-2e3", "x.1", "3"]
    assert whole["a"].tolist() == (commaed if turned else pointed)
    assert "read_decimals" in [finding.code for finding in findings]
