"""Rows that stand in the table more than once, or nearly so."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of

_ODD = 0x9E3779B97F4A7C15
_PLAIN = re.compile(r"[\W_]+")
FEWEST_COLUMNS = 4
"""With fewer columns, rows that differ in one are no copies."""


def digests(frame: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """(n_rows, n_columns) uint64, a number for each cell; a row is known by the sum of its numbers, and without one
    column by the sum without it. Texts are alike but for case, blanks and punctuation."""
    found = np.empty((len(frame), len(names)), dtype=np.uint64)
    for place, name in enumerate(names):
        found[:, place] = _mixed(_bits(frame[name]) + np.uint64((2 * place + 1) * _ODD & 0xFFFFFFFFFFFFFFFF))
    return found


def exact(cells: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) bool: the row stands among the others."""
    return np.isin(_sums(cells), _sums(others))


def near(cells: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) bool: a row among the others differs in one column at most."""
    found = exact(cells, others)
    mine, theirs = _sums(cells), _sums(others)
    if cells.shape[1] < FEWEST_COLUMNS:
        return found
    for place in range(cells.shape[1]):
        left = np.flatnonzero(~found)
        if not len(left):
            break
        found[left] = np.isin(mine[left] - cells[left, place], theirs - others[:, place])
    return found


def times(cells: np.ndarray) -> np.ndarray:
    """(n,) how often each row stands there."""
    _, place, counts = np.unique(_sums(cells), return_inverse=True, return_counts=True)
    return np.asarray(counts[place])


def _sums(cells: np.ndarray) -> np.ndarray:
    return np.asarray(cells.sum(axis=1, dtype=np.uint64))


def _bits(cells: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(cells) or cells.dtype.kind == "M":
        numbers = numbers_of(cells) + 0.0
        return np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    codes, levels = pd.factorize(cells)
    plain = [_PLAIN.sub(" ", str(level)).strip().casefold() for level in levels]
    known = pd.util.hash_array(np.array([*plain, ""], dtype=object), categorize=False)
    return np.asarray(known[codes], dtype=np.uint64)


def _mixed(values: np.ndarray) -> np.ndarray:
    """Bits spread over the whole number (splitmix64, Steele et al., 2014, doi:10.1145/2714064.2660195)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))
