"""A table comes back from its folder bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data.check import check
from core.data.keep import ROWS_IN_A_GROUP, card, frame, keep, open_table
from core.data.table import Table
from core.errors import Problem
from core.values import to_json


@pytest.fixture
def table() -> Table:
    raw = pd.DataFrame(
        {
            "weight": pd.Series(["1.1", "2.2", None, "3.3"] * 6, dtype="str"),
            "count": pd.Series(["1", "2", "3", "4"] * 6, dtype="str"),
            "姓别": pd.Series(["女", "男", None, "女"] * 6, dtype="str"),
            "day": pd.Series(["2024-01-01", "9999-12-31", "1899-12-30", None] * 6, dtype="str"),
            "empty": pd.Series([None] * 24, dtype="str"),
        }
    )
    return check(raw, [], [], domain="", table_id="t", name="a.csv")


def test_everything_comes_back(table: Table, tmp_path: Path) -> None:
    keep(table, tmp_path / "t")
    back = open_table(tmp_path / "t")
    pd.testing.assert_frame_equal(back.frame, table.frame)
    assert to_json(back.card) == to_json(table.card)


def test_numbers_are_the_same_bits(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=100)
    table = check(pd.DataFrame({"x": values}), [], [], domain="", table_id="t", name="x")
    keep(table, tmp_path)
    assert (frame(tmp_path)["x"].to_numpy().view(np.uint64) == values.view(np.uint64)).all()


def test_some_columns_and_rows(table: Table, tmp_path: Path) -> None:
    keep(table, tmp_path)
    some = frame(tmp_path, ["姓别", "weight"], rows=[3, 0])
    assert some.columns.tolist() == ["姓别", "weight"]
    assert some.index.tolist() == [3, 0]
    assert some["weight"].tolist() == [3.3, 1.1]


def test_the_file_carries_no_metadata_of_pandas(table: Table, tmp_path: Path) -> None:
    keep(table, tmp_path)
    assert b"pandas" not in (pq.read_schema(tmp_path / "frame.parquet").metadata or {})


def test_a_folder_without_a_table_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem):
        card(tmp_path)


def test_a_damaged_card_is_a_problem(table: Table, tmp_path: Path) -> None:
    keep(table, tmp_path)
    (tmp_path / "table.json").write_text("{}")
    with pytest.raises(Problem):
        card(tmp_path)


def test_rows_of_a_long_table_come_from_their_groups_only(tmp_path: Path) -> None:
    rows = 2 * ROWS_IN_A_GROUP + 10
    table = check(pd.DataFrame({"x": np.arange(rows) * 0.5}), [], [], domain="", table_id="t", name="x")
    keep(table, tmp_path)
    wanted = [2 * ROWS_IN_A_GROUP + 9, 3, ROWS_IN_A_GROUP, ROWS_IN_A_GROUP - 1, 3]
    assert frame(tmp_path, rows=wanted)["x"].tolist() == [row * 0.5 for row in wanted]
    assert len(frame(tmp_path, rows=[])) == 0
