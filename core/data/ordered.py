"""Columns whose cells have an order: numbers, and dates as days since 1970."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.table import Column


def numeric(column: Column) -> bool:
    """Whether it holds numbers."""
    return column.kind == "number" or (column.kind == "constant" and column.low is not None)


def ordered(column: Column) -> bool:
    """Whether it holds numbers or dates."""
    return column.kind == "date" or numeric(column)


def timed(column: Column) -> bool:
    """Whether it holds times of a day, which stand on the first day of 1970."""
    return (
        column.kind == "date"
        and column.low is not None
        and column.high is not None
        and 0 <= column.low <= column.high < 1
    )


def numbers_of(values: pd.Series) -> np.ndarray:
    """(n,) float64 of a typed column of numbers or dates (in days since 1970); NaN for missing and endless ones."""
    if values.dtype.kind == "M":
        days = values.to_numpy().astype("datetime64[us]")
        return np.asarray(np.where(np.isnat(days), np.nan, days.astype(np.int64) / 86_400e6))
    plain = isinstance(values.dtype, np.dtype) and values.dtype.kind in "fiu"  # much quicker for a row or two
    numbers = values.to_numpy().astype(np.float64) if plain else values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.isfinite(numbers), numbers, np.nan))


def dated(days: np.ndarray, index: pd.Index) -> pd.Series:
    """Days since 1970 as dates; NaN is missing."""
    moments = np.rint(np.where(np.isnan(days), 0.0, days) * 86_400_000_000).astype(np.int64).astype("datetime64[us]")
    return pd.Series(np.where(np.isnan(days), np.datetime64("NaT", "us"), moments), index=index)
