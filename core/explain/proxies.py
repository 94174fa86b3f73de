"""How much a column gives away of another: which group a row belongs to, told from the column alone.

The measure is the area under the ROC curve of telling a group from all others by the share it had among other rows
with the same value (numbers: in the same twentieth of the rows). Rows are judged by shares from the other four fifths,
so that a column with very many values gets no credit for chance. 0.5 says nothing, 1 tells all (Hanley and McNeil,
1982, doi:10.1148/radiology.143.1.7063747).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

TELLING = 0.75
"""From here on a column says much: in three of four pairs of one from the group and one from outside it is right."""
BINS, HALVES = 20, 2
FEW_VALUES = 10
"""Numbers with more values than this are cut, as columns into twentieths, as groups into halves."""
FEWEST = 20
"""Rows in the group, and outside it, below which it is not asked about."""
FOLDS = 5
TRUST = 5.0
"""Rows of everybody that a value's own rows are mixed with: rare values say little."""
MOST = 5_000
"""Rows that are looked at."""


@dataclass(frozen=True)
class Proxy:
    """A column that says something about another."""

    column: str
    about: str
    value: float
    """0.5 to 1."""


def told(column: pd.Series, group: pd.Series, seed: int = 0) -> float:
    """How well a column tells the groups of another one, of the group that it tells best; 0.5 where none is asked.

    Args:
        column: typed cells; missing ones are a value of their own.
        group: aligned with ``column``; rows without one are left out, numbers are high or low.
        seed: divides the rows.
    """
    known = np.flatnonzero(group.notna().to_numpy())
    draw = np.random.default_rng(seed).permutation(known)[:MOST]
    values, groups = _codes(column.iloc[draw], BINS), _codes(group.iloc[draw], HALVES)
    sizes = np.bincount(groups, minlength=1)
    asked = np.flatnonzero((sizes >= FEWEST) & (len(draw) - sizes >= FEWEST))
    if not len(asked) or len(np.unique(values)) < 2:
        return 0.5
    fold = np.arange(len(draw)) % FOLDS
    return max(_area(_scores(values, groups == one, fold), groups == one) for one in asked)


def proxies(frame: pd.DataFrame, column: str, groups: pd.DataFrame) -> tuple[Proxy, ...]:
    """What a column says about others, the most telling first; only what it says much about.

    Args:
        frame: typed rows that hold the column.
        column: its name.
        groups: the other columns, rows in the same order.
    """
    found = [Proxy(column, str(name), told(frame[column], groups[name])) for name in groups if name != column]
    return tuple(sorted((one for one in found if one.value >= TELLING), key=lambda one: -one.value))


def _codes(values: pd.Series, bins: int) -> np.ndarray:
    """(n,) whole numbers from 0; missing values are the last."""
    if values.dtype.kind in "fiuM" and values.nunique() > FEW_VALUES:
        ranks = values.rank(method="average", pct=True).to_numpy(dtype=np.float64)
        gone = np.isnan(ranks)
        return np.where(gone, bins, np.minimum(np.where(gone, 0, ranks) * bins, bins - 1)).astype(np.int64)
    codes, names = pd.factorize(values)
    return np.where(codes < 0, len(names), codes).astype(np.int64)


def _scores(values: np.ndarray, inside: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """(n,) share of the group among the other folds' rows with the same value."""
    width = int(values.max()) + 1
    every = np.bincount(fold * width + values, minlength=FOLDS * width).reshape(FOLDS, width)
    hits = np.bincount(fold * width + values, weights=inside, minlength=FOLDS * width).reshape(FOLDS, width)
    others, found = every.sum(axis=0) - every, hits.sum(axis=0) - hits
    overall = found.sum(axis=1, keepdims=True) / np.maximum(others.sum(axis=1, keepdims=True), 1)
    shares = (found + TRUST * overall) / (others + TRUST) - overall
    return np.asarray(shares[fold, values])


def _area(scores: np.ndarray, inside: np.ndarray) -> float:
    """Area under the ROC curve; ties count half."""
    ranks = pd.Series(scores).rank(method="average").to_numpy()
    hits = int(inside.sum())
    area = (ranks[inside].sum() - hits * (hits + 1) / 2) / (hits * (len(scores) - hits))
    return float(max(area, 0.5))
