"""Rows that cannot be told apart by what others may know: how many share a class, and what a class gives away.

k-anonymity: Sweeney, 2002, doi:10.1142/S0218488502001648; l-diversity: Machanavajjhala et al., 2007,
doi:10.1145/1217299.1217302; t-closeness: Li, Li and Venkatasubramanian, 2007, doi:10.1109/ICDE.2007.367856.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.twins import twins

HELD = 4_000_000
"""Shares held at once while classes are compared with all rows."""
DIGITS = 12
"""Decimals to which differences are equal."""


@dataclass(frozen=True, eq=False)
class Classes:
    """Rows by class; missing equals missing."""

    codes: np.ndarray
    """(n_rows,) number of each row's class."""
    sizes: np.ndarray
    """(n_classes,) rows of each."""

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def alone(self) -> int:
        """Rows that share their class with nobody."""
        return int((self.sizes == 1).sum())

    def under(self, k: int) -> int:
        """Rows in classes of fewer than ``k`` rows."""
        return int(self.sizes[self.sizes < k].sum())


def classes(frame: pd.DataFrame, names: Sequence[str]) -> Classes:
    """The classes of rows equal in all named columns."""
    codes = twins(frame, names, np.arange(len(frame)))
    return Classes(codes, np.bincount(codes))


def diversity(found: Classes, truth: np.ndarray) -> np.ndarray:
    """(n_classes,) different answers in each class: the l of distinct l-diversity."""
    answers = np.unique(truth, return_inverse=True)[1]
    pairs = np.unique(found.codes.astype(np.int64) * (int(answers.max(initial=0)) + 1) + answers)
    return np.bincount(pairs // (int(answers.max(initial=0)) + 1), minlength=len(found))


def closeness(found: Classes, truth: np.ndarray, numeric: bool) -> np.ndarray:
    """(n_classes,) how far the answers of each class are from those of all rows: earth mover's distance, 0 to 1.

    Classes of answers are all 1 apart (then it is half the sum of the differences of shares); numbers are as far apart
    as their ranks among the different ones.
    """
    values, answers = np.unique(truth, return_inverse=True)
    width = len(values)
    every = np.bincount(answers, minlength=width) / len(answers)
    order = np.argsort(found.codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(found.sizes)])
    step = max(1, HELD // max(1, width))
    parts = []
    for first in range(0, len(found), step):
        last = min(len(found), first + step)
        rows = order[starts[first] : starts[last]]
        places = (found.codes[rows] - first) * width + answers[rows]
        shares = np.bincount(places, minlength=(last - first) * width).reshape(last - first, width)
        gaps = shares / found.sizes[first:last, None] - every
        parts.append(_moved(gaps, numeric))
    return np.round(np.concatenate(parts), DIGITS) if parts else np.zeros(0)


def _moved(gaps: np.ndarray, numeric: bool) -> np.ndarray:
    """(n,) earth to be moved for differences of shares (n, width)."""
    if not numeric:
        return np.asarray(np.abs(gaps).sum(axis=1) / 2)
    return np.asarray(np.abs(np.cumsum(gaps, axis=1)).sum(axis=1) / max(1, gaps.shape[1] - 1))


def telling(frame: pd.DataFrame, names: Sequence[str], most: int) -> list[tuple[str, int]]:
    """The columns in the order in which they single out most rows, each with the rows that are alone by then."""
    left, known, found = list(names), list[str](), list[tuple[str, int]]()
    codes = np.zeros(len(frame), dtype=np.int64)
    single = {name: twins(frame, [name], np.arange(len(frame))) for name in left}
    while left and len(known) < most:
        joint = {name: _joined(codes, single[name]) for name in left}
        alone = {name: _alone(joint[name]) for name in left}
        best = max(left, key=lambda name: (alone[name], int(joint[name].max(initial=0))))
        codes = joint[best]
        known.append(best)
        left.remove(best)
        found.append((best, alone[best]))
    return found


def _joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n,) the number of each pair."""
    return np.asarray(np.unique(one * (int(other.max(initial=0)) + 1) + other, return_inverse=True)[1])


def _alone(codes: np.ndarray) -> int:
    return int((np.bincount(codes) == 1).sum())
