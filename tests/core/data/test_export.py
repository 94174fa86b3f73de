"""Export: nothing a spreadsheet could run, numbers stay numbers, and reading gives the original back."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from core.data.export import export, guard
from core.data.read import read

RISKY = [
    "=HYPERLINK(1)",
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\tx",
    "\rx",
    "'=a",
    "''+b",
    "-a",
    "+49 170 1",
]
HARMLESS = ["-5", "+3.5", "1e-5", "-12%", "--", "it's", "'quoted'", "a=b", "x\ny", 'say "hi"']


@pytest.mark.parametrize("cell", RISKY)
def test_a_risky_cell_gets_an_apostrophe(cell: str) -> None:
    assert guard(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", HARMLESS)
def test_a_harmless_cell_stays(cell: str) -> None:
    assert guard(cell) == cell


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_reading_an_export_gives_the_original(ending: str, tmp_path: Path) -> None:
    cells = [*RISKY, *HARMLESS, "_x000D_"]
    frame = pd.DataFrame({"=name": pd.Series(cells, dtype="str"), "n": range(-3, len(cells) - 3)})
    path = tmp_path / f"out{ending}"
    export(frame, path)
    found, _, findings = read(path, path.name)
    assert list(found.columns) == ["=name", "n"]
    assert found["=name"].tolist() == cells
    assert found["n"].tolist() == [str(n) for n in frame["n"]]
    assert "read_apostrophe" in {finding.code for finding in findings}


def test_numbers_stay_numbers_and_missing_stays_empty(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [-5, 3], "x": [-0.5, np.nan], "t": pd.Series(["a", None], dtype="str")})
    frame["day"] = pd.Timestamp("2024-01-31")
    export(frame, tmp_path / "out.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True))
    assert rows[1][:3] == (-5, -0.5, "a")
    assert rows[2][:3] == (3, None, None)
    assert rows[1][3].isoformat() == "2024-01-31T00:00:00"
    export(frame, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as source:
        assert list(csv.reader(source))[1:] == [["-5", "-0.5", "a", "2024-01-31"], ["3", "", "", "2024-01-31"]]


def test_a_csv_begins_with_the_mark_that_excel_looks_for(tmp_path: Path) -> None:
    export(pd.DataFrame({"姓名": ["王"]}), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith("\ufeff姓名".encode())


@pytest.mark.parametrize("column", [["a", None], [1, 2], [0.5, None], pd.Categorical(["a", "b"])])
def test_a_csv_without_other_letters_begins_with_its_first_name(column, tmp_path: Path) -> None:
    export(pd.DataFrame({"x": column}), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"x\r\n")


def test_columns_of_the_same_name_are_both_written(tmp_path: Path) -> None:
    frame = pd.DataFrame([["=a", 1]], columns=["x", "x"])
    export(frame, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8-sig") == "x,x\n'=a,1\n"


def test_another_ending_is_a_mistake_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must end"):
        export(pd.DataFrame({"a": [1]}), tmp_path / "out.txt")
