"""A frame to CSV or XLSX that no spreadsheet takes for formulas; ``read`` gives the original cells back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.data.personal import WHOLE_COLUMN, mask, scan
from core.errors import Problem
from core.words import N_

SHEET_ROWS, SHEET_COLUMNS, CELL_LETTERS = 1_048_576, 16_384, 32_767
RISKY = re.compile(r"'*[=+\-@\t\r]", re.DOTALL)
"""How a cell begins that a spreadsheet could run: with a sign of a formula, behind any number of apostrophes."""
PLAIN = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?%?|-+")
"""Numbers and dashes, which are harmless and stay as they are."""
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Text that a workbook would take for an escaped character."""


def export(frame: pd.DataFrame, path: Path) -> None:
    """Writes a frame by the ending of ``path``: ``.csv`` (UTF-8) or ``.xlsx``.

    The CSV begins with the mark of UTF-8 where there are letters beyond ASCII: Excel needs it to see them, and where
    there are none a script that does not expect it would take it for a part of the first name.

    Text cells and column names that a spreadsheet could take for a formula get an apostrophe in front (OWASP, "CSV
    injection"); numbers stay numbers, also negative ones.

    Raises:
        Problem: an .xlsx would need more rows or columns than a sheet has.
    """
    if path.suffix.lower() == ".xlsx":
        _workbook(frame, path)
    elif path.suffix.lower() == ".csv":
        _text(frame, path)
    else:
        raise ValueError(f"path must end in .csv or .xlsx, but: {path.suffix}")


def masked(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The frame with personal data hidden, and the columns where any was: a column that is personal data as such is
    masked cell by cell, of others what is personal in their cells."""
    safe, hidden = frame.copy(deep=False), []
    for name in frame.columns:
        found = scan(frame[name], str(name))
        if not found:
            continue
        whole = found[0].share >= WHOLE_COLUMN
        safe[name] = frame[name].map(lambda cell, whole=whole: mask(_written(cell), whole), na_action="ignore")
        hidden.append(str(name))
    return safe, tuple(hidden)


def _written(cell: Any) -> str:
    """A whole number without a point."""
    return str(int(cell)) if isinstance(cell, (float, np.floating)) and cell.is_integer() else str(cell)


def guard(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet could run it."""
    return f"'{cell}" if RISKY.match(cell) and not PLAIN.fullmatch(cell) else cell


def guarded(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column with its text cells guarded; other types as they are."""
    if pd.api.types.is_string_dtype(column.dtype):
        risky = column.str.match(RISKY.pattern, flags=re.DOTALL).fillna(False).to_numpy(bool)
        if not risky.any():
            return column
        changed = column.copy()
        changed[risky] = [guard(cell) for cell in column[risky]]
        return changed
    if column.dtype == object:
        return column.map(lambda cell: guard(cell) if isinstance(cell, str) else cell)
    return column


def _guarded(frame: pd.DataFrame) -> pd.DataFrame:
    safe = {place: guarded(frame.iloc[:, place]) for place in range(frame.shape[1])}
    return pd.DataFrame(safe, index=frame.index).set_axis([guard(str(name)) for name in frame.columns], axis=1)


def _text(frame: pd.DataFrame, path: Path) -> None:
    safe = _guarded(frame)
    safe.to_csv(path, index=False, encoding="utf-8" if _plain(safe) else "utf-8-sig", lineterminator="\r\n")


def _plain(frame: pd.DataFrame) -> bool:
    """Whether all names and cells are ASCII."""
    if not all(str(name).isascii() for name in frame.columns):
        return False
    return all(_plain_column(frame.iloc[:, place]) for place in range(frame.shape[1]))


def _plain_column(column: pd.Series[Any]) -> bool:
    if pd.api.types.is_string_dtype(column.dtype):
        letters = pa.chunked_array(pa.array(column, pa.large_string()))
        return bool(pc.all(pc.string_is_ascii(letters), min_count=0).as_py())
    return pd.api.types.is_numeric_dtype(column.dtype) or all(map(str.isascii, map(str, column)))


def _workbook(frame: pd.DataFrame, path: Path) -> None:
    if len(frame) + 1 > SHEET_ROWS or frame.shape[1] > SHEET_COLUMNS:
        raise Problem(
            N_(
                "An Excel sheet holds at most {rows:count} rows and {columns:count} columns; "
                "this table has more. Download it as CSV instead."
            ),
            rows=SHEET_ROWS - 1,
            columns=SHEET_COLUMNS,
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    for row in _rows(_guarded(frame)):
        sheet.append(row)
    book.save(path)


def _rows(frame: pd.DataFrame) -> Iterator[list[Any]]:
    yield [_cell(name) for name in frame.columns]
    for row in frame.itertuples(index=False, name=None):
        yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    """A value as a sheet holds it: empty for missing, dates as dates, text without characters XML forbids."""
    if isinstance(value, str):
        escaped = ESCAPE.sub("_x005F_", value).replace("\r", "_x000D_")
        return ILLEGAL_CHARACTERS_RE.sub("", escaped)[:CELL_LETTERS]
    if value is None or value is pd.NaT or (isinstance(value, (float, np.floating)) and not np.isfinite(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime().replace(tzinfo=None)
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (bool, int, float, dt.date, dt.time)) else str(value)
