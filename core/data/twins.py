"""Rows that belong together: exact twins, and chains of groups and twins."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def twins(frame: pd.DataFrame, names: list[str], rows: np.ndarray) -> np.ndarray:
    """A number per row, 0..n-1; rows equal in every named column (missing equals missing) share it.

    Columns are read one after another and only for rows that still have a twin, numbers first: in most tables a few
    columns are enough to tell all rows apart. Equality is that of 64-bit mixes of the cells: a false twin among a
    million rows has a chance of about one in ten million.
    """
    key = np.zeros(len(rows), dtype=np.uint64)
    open_rows = np.arange(len(rows))
    for name in sorted(names, key=lambda one: not is_numeric_dtype(frame[one])):
        if not len(open_rows):
            break
        cells = _bits(frame[name].iloc[rows[open_rows]])
        key[open_rows] = _mixed(key[open_rows] * _ODD + cells)
        open_rows = open_rows[_repeated(key[open_rows])]
    if not len(open_rows):
        return np.arange(len(rows))
    unit = np.arange(len(rows))
    _, first, place = np.unique(key[open_rows], return_index=True, return_inverse=True)
    unit[open_rows] = open_rows[first][place]
    return np.asarray(np.unique(unit, return_inverse=True)[1])


def joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The finest numbering 0..n-1 in which rows that share ``one`` or ``other`` share a number."""
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


def _bits(values: pd.Series) -> np.ndarray:
    if is_datetime64_any_dtype(values):
        return values.to_numpy().astype(np.int64).view(np.uint64)
    if is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=float, na_value=np.nan) + 0.0
        return np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    codes, _ = pd.factorize(values)
    return codes.astype(np.int64).view(np.uint64)


def _mixed(key: np.ndarray) -> np.ndarray:
    key = (key ^ (key >> np.uint64(30))) * _MIX
    return np.asarray(key ^ (key >> np.uint64(27)))


def _repeated(key: np.ndarray) -> np.ndarray:
    order = np.sort(key)
    again = np.unique(order[1:][order[1:] == order[:-1]])
    if not len(again):
        return np.zeros(len(key), dtype=bool)
    at = np.minimum(np.searchsorted(again, key), len(again) - 1)
    return np.asarray(again[at] == key)
