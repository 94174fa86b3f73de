"""Repairs change what they say, on a copy, and keep row numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.repair import repair
from core.data.table import Repair


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "share": [0.5, 80.0, 0.5, np.nan],
            "code": [1, 999, 1, 2],
            "sex": pd.Series(["Male", "male ", "Male", None], dtype="str"),
            "day": pd.to_datetime(["2024-01-01", "2024-06-01", "2024-01-01", None]).astype("datetime64[us]"),
        }
    )


def test_divide(frame: pd.DataFrame) -> None:
    result = repair(frame, [Repair("divide", "share", number=100)])
    assert result["share"].tolist()[:3] == [0.005, 0.8, 0.005]


def test_merge(frame: pd.DataFrame) -> None:
    result = repair(frame, [Repair("merge", "sex", spellings={"male ": "Male"})])
    assert result["sex"].tolist()[:3] == ["Male"] * 3
    assert result["sex"].dtype == "str"


def test_missing_codes_of_numbers_and_of_words(frame: pd.DataFrame) -> None:
    result = repair(frame, [Repair("missing", "code", codes=("999",)), Repair("missing", "sex", codes=("Male",))])
    assert result["code"].isna().tolist() == [False, True, False, False]
    assert result["sex"].isna().tolist() == [True, False, True, True]


def test_distinct_drops_later_repeats_and_keeps_row_numbers(frame: pd.DataFrame) -> None:
    assert repair(frame, [Repair("distinct")]).index.tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("one", "rows"),
    [
        (Repair("filter", "share", operator=">=", number=1), [1]),
        (Repair("filter", "share", operator="<", number=1), [0, 2]),
        (Repair("filter", "share", operator="present"), [0, 1, 2]),
        (Repair("filter", "sex", operator="=", codes=("Male",)), [0, 2]),
        (Repair("filter", "sex", operator="!=", codes=("Male",)), [1, 3]),
        (Repair("filter", "code", operator="=", number=999), [1]),
        (Repair("filter", "day", operator=">", number=19800), [1]),
    ],
)
def test_filters(frame: pd.DataFrame, one: Repair, rows: list[int]) -> None:
    assert repair(frame, [one]).index.tolist() == rows


def test_no_row_is_dropped_when_scoring(frame: pd.DataFrame) -> None:
    repairs = [Repair("distinct"), Repair("filter", "share", operator="present"), Repair("divide", "share", number=100)]
    result = repair(frame, repairs, scoring=True)
    assert len(result) == 4
    assert result["share"][1] == 0.8


def test_the_input_is_not_changed(frame: pd.DataFrame) -> None:
    before = frame.copy(deep=True)
    repair(frame, [Repair("divide", "share", number=100), Repair("missing", "code", codes=("1",)), Repair("distinct")])
    pd.testing.assert_frame_equal(frame, before)


def test_a_repair_of_a_column_that_is_not_there_is_left_out(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(repair(frame, [Repair("divide", "gone", number=100)]), frame)


def test_a_filter_without_a_known_operator_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="filter compares"):
        repair(frame, [Repair("filter", "share", operator="")])
