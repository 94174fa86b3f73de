"""What stands in the cells of the rows explained: text for the reader, numbers for colouring."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.data.personal import mask

if TYPE_CHECKING:
    from core.data.table import Column, Schema


FEW = 16
"""Up to so many rows, ranks are looked up one by one: a what-if waits for it."""


def texts(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """(n_columns, n_rows) the cells as the file has them, personal data masked; "" for missing."""
    return tuple(tuple(shown(cell) for cell in _texts(frame[name])) for name in columns)


def numbers(typed: pd.DataFrame, schema: Schema) -> np.ndarray:
    """(n_rows, n_columns) float64 of typed rows; NaN for missing.

    Dates count days since 1970, categories by frequency (0 is the most frequent in training), texts characters.
    """
    if not len(schema.columns):
        return np.zeros((len(typed), 0))
    return np.column_stack([_numbers(typed[column.name], column) for column in schema.columns])


def text(cell: Any) -> str:
    """One cell: whole numbers without a point, others with six digits, midnight without the hour, times of a day (which
    stand on the first day of 1970) without the day."""
    if pd.isna(cell):
        return ""
    if isinstance(cell, (float, np.floating)):
        number = float(cell)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.6g}"
    shown = str(cell)
    if isinstance(cell, date):
        shown = shown.removeprefix("1970-01-01 ").removesuffix(" 00:00:00")
        return "1970-01-01" if shown == "00:00:00" else shown
    return "" if shown == "NaT" else shown.removesuffix(" 00:00:00")


def shown(cell: str) -> str:
    """A cell as it may be shown: personal data in it keep their first and last sign only, and their length."""
    return mask(cell, whole=False)


def _texts(values: pd.Series) -> tuple[str, ...]:
    return tuple(text(cell) for cell in values.to_numpy(dtype=object))


def _numbers(values: pd.Series, column: Column) -> np.ndarray:
    if values.dtype.kind in "fiu" and isinstance(values.dtype, np.dtype):
        return values.to_numpy(dtype=np.float64)
    if column.kind == "date" or pd.api.types.is_datetime64_any_dtype(values):
        days = (pd.to_datetime(values) - pd.Timestamp(0)) / pd.Timedelta(days=1)
        return days.to_numpy(dtype=np.float64, na_value=np.nan)
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    if column.kind == "text":
        return values.str.len().to_numpy(dtype=np.float64, na_value=np.nan)
    if len(values) <= FEW:
        return np.array([_rank(cell, column) for cell in values])
    ranks = {level: float(rank) for rank, level in enumerate(column.levels)}
    found = values.map(ranks).to_numpy(dtype=np.float64, na_value=np.nan)
    unseen = np.isnan(found) & values.notna().to_numpy()
    return np.where(unseen, float(len(ranks)), found)


def _rank(cell: Any, column: Column) -> float:
    if pd.isna(cell):
        return float("nan")
    return float(column.levels.index(cell)) if cell in column.levels else float(len(column.levels))
