"""Which columns a model's answers vary with, without asking the model: where there are too many to try one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audits.robustness.stand import Stand
from core.data.ordered import numbers_of, ordered
from core.data.table import Column

BINS = 10
MOST_TRIED = 40
MOST_WIDE = 6
"""Columns tried one by one; of tables so wide that each answer takes long."""


def leading(place: Stand, columns: tuple[Column, ...], most: int | None = None) -> tuple[Column, ...]:
    """The columns with which the answers vary most, at most as many as can be tried one by one, in file order.

    By the share of the answers' variance between ten ranges of a number, or between categories; texts come first.
    """
    allowed = most if most is not None else MOST_TRIED if place.quick else MOST_WIDE
    if len(columns) <= allowed:
        return columns
    answers = place.rows.answer.reshape(len(place), -1)
    weights = {column.name: _between(place.frame[column.name], column, answers) for column in columns}
    chosen = sorted(columns, key=lambda column: -weights[column.name])[:allowed]
    names = {column.name for column in chosen}
    return tuple(column for column in columns if column.name in names)


def _between(cells: pd.Series, column: Column, answers: np.ndarray) -> float:
    if column.kind == "text":
        return 2.0
    codes = _ranges(numbers_of(cells)) if ordered(column) else pd.factorize(cells)[0] + 1
    counts = np.bincount(codes)
    filled = np.maximum(counts, 1)
    total = float(((answers - answers.mean(axis=0)) ** 2).sum())
    if not total or (counts > 0).sum() < 2:
        return 0.0
    means = np.stack([np.bincount(codes, weights=one) / filled for one in answers.T], axis=1)
    between = float((counts[:, None] * (means - answers.mean(axis=0)) ** 2).sum() / total)
    return between - int((counts > 0).sum()) / len(codes)  # many categories explain much by chance


def _ranges(values: np.ndarray) -> np.ndarray:
    """(n,) number of the range that each value lies in; 0 for missing."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(values), dtype=np.int64)
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(known, np.searchsorted(edges, np.where(known, values, 0), side="right") + 1, 0)
