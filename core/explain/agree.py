"""How far two accounts of the same rows agree. Light: numpy and pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd


def ranked(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n_rows,) Spearman's correlation of the sizes of two rows' values; NaN where one of them has no order.

    Args:
        one: (n_rows, n_columns); columns that are 0 everywhere in both count for nothing.
        other: the same shape.
    """
    moving = (one != 0).any(axis=0) | (other != 0).any(axis=0)
    first, second = (_ranks(np.abs(values[:, moving])) for values in (one, other))
    lengths = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    together = (first * second).sum(axis=1)
    found: np.ndarray = np.divide(together, lengths, out=np.full(len(one), np.nan), where=lengths > 0)
    return found


def overlap(one: np.ndarray, other: np.ndarray, top: int = 3) -> np.ndarray:
    """(n_rows,) share of the columns with the largest values that are the same in both."""
    first, second = (np.argsort(-np.abs(values), axis=1, kind="stable")[:, :top] for values in (one, other))
    same = (first[:, :, None] == second[:, None, :]).any(axis=2)
    return np.asarray(same.mean(axis=1))


def cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n_rows,) cosine between two rows' values; NaN where one of them is 0."""
    lengths = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    found: np.ndarray = np.divide((one * other).sum(axis=1), lengths, out=np.full(len(one), np.nan), where=lengths > 0)
    return found


def moving(one: np.ndarray, other: np.ndarray) -> int:
    """Columns that count for something in one of them."""
    return int(((one != 0).any(axis=0) | (other != 0).any(axis=0)).sum())


def _ranks(sizes: np.ndarray) -> np.ndarray:
    """(n_rows, n_columns) ranks within a row, about their mean; equal sizes share one."""
    ranks = pd.DataFrame(sizes).rank(axis=1).to_numpy(dtype=np.float64)
    return np.asarray(ranks - ranks.mean(axis=1, keepdims=True)) if ranks.shape[1] else ranks
