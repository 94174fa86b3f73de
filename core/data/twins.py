"""Rows that belong together: exact twins, rows that repeat an earlier one, and chains of groups and twins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

_ODD = 0x9E3779B97F4A7C15


def twins(frame: pd.DataFrame, names: Sequence[str], rows: np.ndarray) -> np.ndarray:
    """A number per row, 0..n-1; rows equal in every named column (missing equals missing) share it.

    Equality is that of 64-bit digests of the rows: two different rows are taken for twins with a chance of 2**-64.
    """
    _, first, place = np.unique(_digests(frame, names, rows), return_index=True, return_inverse=True)
    return np.asarray(np.unique(first[place], return_inverse=True)[1])


def repeated(frame: pd.DataFrame) -> np.ndarray:
    """Which rows repeat an earlier row in every cell (missing equals missing): a mask ``(n_rows,)``."""
    _, first = np.unique(_digests(frame, list(frame.columns), np.arange(len(frame))), return_index=True)
    mask = np.ones(len(frame), dtype=bool)
    mask[first] = False
    return mask


def joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The finest numbering 0..n-1, ``(n_rows,)``, in which rows that share ``one`` or ``other`` share a number."""
    label = one.astype(np.int64)
    while True:
        low = np.full(int(other.max()) + 1, np.iinfo(np.int64).max)
        np.minimum.at(low, other, label)
        mine = low[other]
        low = np.full(int(one.max()) + 1, np.iinfo(np.int64).max)
        np.minimum.at(low, one, mine)
        spread = low[one]
        if (spread == label).all():
            return np.asarray(np.unique(label, return_inverse=True)[1])
        label = spread


def _digests(frame: pd.DataFrame, names: Sequence[str], rows: np.ndarray) -> np.ndarray:
    """A number per row that is equal where all cells are: ``uint64 (n_rows,)``; comparable within one call only."""
    total = np.zeros(len(rows), dtype=np.uint64)
    for place, name in enumerate(names):
        total += _mixed(_bits(frame[name].iloc[rows]) + np.uint64((place * 2 + 1) * _ODD & 0xFFFFFFFFFFFFFFFF))
    return total


def _bits(values: pd.Series) -> np.ndarray:
    if is_datetime64_any_dtype(values):
        return values.to_numpy().astype(np.int64).view(np.uint64)
    if is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=float, na_value=np.nan) + 0.0
        return np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    codes = pc.dictionary_encode(pa.array(values, from_pandas=True))
    codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    return np.asarray(codes.indices.fill_null(-1).to_numpy(zero_copy_only=False)).astype(np.int64).view(np.uint64)


def _mixed(values: np.ndarray) -> np.ndarray:
    """Bits spread over the whole number (splitmix64, Steele et al. 2014, doi:10.1145/2714064.2660195)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))
