"""A later file meets the contract, or says what it lacks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.check import check
from core.data.conform import conform
from core.data.table import Column, Schema, Table
from core.errors import Problem
from tests.pace import quickest


def strings(**columns) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})


@pytest.fixture(scope="module")
def table() -> Table:
    raw = strings(
        age=["20", "30", "40.5", None] * 10,
        visits=["1", "2", "3", "4"] * 10,
        sex=["f", "m", "f", None] * 10,
        day=["01/02/2024", "13/02/2024", "14/02/2024", "15/02/2024"] * 10,
        price=["$5", "$6.5", "$1,000", "$8"] * 10,
    )
    return check(raw, [], [], domain="", table_id="t", name="t")


@pytest.mark.parametrize("times", [1, 10])
def test_raw_rows_become_the_same_values_however_many(table: Table, times: int) -> None:
    raw = strings(age=["33"], visits=["7"], sex=["m"], day=["03/04/2024"], price=["$1,200"])
    frame, findings = conform(pd.concat([raw] * times * 3, ignore_index=True), table.schema)
    assert findings == ()
    assert frame.iloc[0].tolist() == [33.0, 7, "m", pd.Timestamp("2024-04-03"), 1200.0]
    assert frame.dtypes.astype(str).tolist() == table.frame.dtypes.astype(str).tolist()


def test_a_typed_frame_stays_as_it_is(table: Table) -> None:
    frame, findings = conform(table.frame, table.schema)
    assert findings == ()
    pd.testing.assert_frame_equal(frame, table.frame)


def test_order_and_spelling_of_names_do_not_matter_and_extra_columns_are_told(table: Table) -> None:
    raw = strings(Price=["$5"], DAY=["03/04/2024"], ｓｅｘ=["f"], visits=["1"], more=["x"])
    raw[" Age "] = pd.Series(["5"], dtype="str")
    frame, findings = conform(raw, table.schema)
    assert list(frame.columns) == list(table.schema.names)
    assert frame["age"].tolist() == [5.0]
    assert [finding.code for finding in findings] == ["renamed_columns", "extra_columns"]


def test_missing_columns_are_named_with_the_closest(table: Table) -> None:
    with pytest.raises(Problem) as caught:
        conform(strings(age=["1"], visits=["1"], sex=["f"], pricee=["$1"]), table.schema)
    assert caught.value.message.facts["columns"] == ["day", "price"]
    assert caught.value.message.facts["closest"] == ["pricee"]


@pytest.mark.parametrize("times", [1, 20])
def test_cells_that_are_no_numbers_are_missing_and_listed(table: Table, times: int) -> None:
    raw = strings(
        age=["abc", "5kg", "NA", "50"], visits=["1"] * 4, sex=["f"] * 4, day=["1/2/2024"] * 4, price=["5"] * 4
    )
    frame, findings = conform(pd.concat([raw] * times, ignore_index=True), table.schema)
    assert frame["age"].tolist()[3] == 50
    assert frame["age"].isna().tolist()[:3] == [True] * 3
    (finding,) = findings
    assert finding.code == "not_number"
    assert finding.column == "age"
    assert finding.rows[:2] == (0, 1)


@pytest.mark.parametrize("times", [1, 20])
def test_new_categories_are_kept_and_told(table: Table, times: int) -> None:
    raw = strings(age=["1"], visits=["1"], sex=["other"], day=["1/2/2024"], price=["5"])
    frame, findings = conform(pd.concat([raw] * times, ignore_index=True), table.schema)
    assert set(frame["sex"]) == {"other"}
    assert [finding.code for finding in findings] == ["unseen_category"]


def test_native_types_meet_the_contract(table: Table) -> None:
    raw = pd.DataFrame(
        {
            "age": [1, 2],
            "visits": [1.0, np.nan],
            "sex": ["f", None],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02"]).tz_localize("UTC"),
            "price": [np.inf, 3],
        }
    )
    frame, _ = conform(raw, table.schema)
    assert frame["visits"].isna().tolist() == [False, True]
    assert frame["day"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")]
    assert frame["price"].isna().tolist() == [True, False]


def test_no_rows_are_no_problem(table: Table) -> None:
    frame, findings = conform(table.frame.iloc[:0], table.schema)
    assert (len(frame), findings) == (0, ())
    assert frame.dtypes.astype(str).tolist() == table.frame.dtypes.astype(str).tolist()


def test_categories_beyond_those_listed_are_not_called_new() -> None:
    many = [f"level {i % 1500}" for i in range(6000)]
    wide = check(strings(c=many), [], [], domain="", table_id="t", name="t")
    assert conform(strings(c=["level 1499"] * 30), wide.schema)[1] == ()


def test_the_index_is_kept(table: Table) -> None:
    frame, _ = conform(table.frame.iloc[[5, 3]], table.schema)
    assert frame.index.tolist() == [5, 3]


def test_a_single_row_is_quick(table: Table) -> None:
    names = [f"c{i}" for i in range(30)]
    raw = strings(**{name: ["1.5", "2", "a"][i % 3 :][:1] * 30 + ["7"] for i, name in enumerate(names)})
    wide = check(raw, [], [], domain="", table_id="t", name="t")
    row = wide.frame.iloc[[3]]
    quickest(lambda: conform(row, wide.schema), 0.004)


def test_a_real_file_conforms_to_itself(data_dir: Path) -> None:
    raw = pd.read_csv(data_dir / "finance/bank_marketing/bank-full.csv", sep=";", dtype=str, keep_default_na=False)
    raw = raw.astype("str")
    table = check(raw, [], [], domain="finance", table_id="t", name="t")
    frame, findings = conform(raw, table.schema)
    assert findings == ()
    pd.testing.assert_frame_equal(frame, table.frame)


@pytest.mark.parametrize("times", [1, 50])
def test_a_category_spelled_a_little_differently_is_the_same(times: int) -> None:
    schema = Schema((Column("income", "category", levels=("<=50K", ">50K", "A and a rather long one")),))
    given = strings(income=["<=50k.", ">50K.", ">50K", "a and  a rather long one"] * times)
    typed, findings = conform(given, schema)
    assert typed["income"].tolist() == ["<=50K", ">50K", ">50K", "A and a rather long one"] * times
    assert [finding.code for finding in findings] == ["respelled"]
    assert findings[0].message.facts["rows"] == 3 * times


def test_a_hyphen_and_a_choice_of_two_spellings_make_another_category() -> None:
    schema = Schema((Column("mark", "category", levels=("A", "b", "B")),))
    typed, findings = conform(strings(mark=["A-", "B."] * 20), schema)
    assert typed["mark"].tolist() == ["A-", "B."] * 20
    assert [finding.code for finding in findings] == ["unseen_category"]
