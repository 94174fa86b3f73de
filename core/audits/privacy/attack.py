"""How well somebody who knows a row tells whether the model learned it: scores of rows, and how they part two sides.

Area under the curve with DeLong's spread (DeLong, DeLong and Clarke-Pearson, 1988, doi:10.2307/2531595); rows of one
person count together (Obuchowski, 1997, doi:10.2307/2533958).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.audits.sure import LEVEL
from core.data.task import TaskKind
from core.learn.evaluation import Estimate

LEAST = 1e-12
"""Of a probability, before its logarithm is taken."""


def scores(kind: TaskKind, truth: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """(n,) the higher, the surer the model is of what became of the row.

    Classes: log(p / (1 - p)) of the true class, the logit scaling of Carlini et al. (2022,
    doi:10.1109/SP46214.2022.9833649); numbers: the negative error (Yeom et al., 2018, doi:10.1109/CSF.2018.00027).
    """
    if kind == "regression":
        return np.asarray(-np.abs(truth - answer))
    chance = answer[np.arange(len(truth)), truth]
    others = answer.sum(axis=1) - chance
    return np.asarray(np.log(np.maximum(chance, LEAST)) - np.log(np.maximum(others, LEAST)))


@dataclass(frozen=True)
class Apart:
    """How well a score parts rows learned from and unseen ones."""

    auc: Estimate
    """Chance that of one row of either side the learned one has the higher score; 0.5 is guessing."""
    p: float | None
    """Chance of as much above 0.5 by guessing, one-sided."""


def apart(
    learnt: np.ndarray,
    unseen: np.ndarray,
    learnt_units: np.ndarray | None = None,
    unseen_units: np.ndarray | None = None,
    level: float = LEVEL,
) -> Apart:
    """How well scores tell rows learned from, (m,), from unseen ones, (n,).

    Args:
        learnt: their scores.
        unseen: theirs.
        learnt_units: (m,) a number for each person; None where every row is one.
        unseen_units: (n,).
        level: chance that the interval misses.
    """
    from scipy import stats

    if not len(learnt) or not len(unseen):
        return Apart(Estimate(None), None)
    own = _placed(learnt, unseen)
    value = float(own.mean())
    if min(len(learnt), len(unseen)) < 2:
        return Apart(Estimate(value), None)
    theirs = 1 - _placed(unseen, learnt)
    spread = math.sqrt(_variance(own, learnt_units) + _variance(theirs, unseen_units))
    if not spread:
        # Wholly parted, or all alike: DeLong's spread is 0, however few rows there are. Wilson's of the smaller side.
        n, z2 = min(len(learnt), len(unseen)), float(stats.norm.ppf(1 - level / 2)) ** 2
        room = z2 / (n + z2)
        return Apart(Estimate(value, max(0.0, value - room), min(1.0, value + room)), 0.5**n if value > 0.5 else 1.0)
    half = float(stats.norm.ppf(1 - level / 2)) * spread
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Apart(Estimate(value, low, high), float(stats.norm.sf((value - 0.5) / spread)))


def _placed(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) share of the others below each; equal ones count half."""
    order = np.sort(others)
    return np.asarray((np.searchsorted(order, some, "left") + np.searchsorted(order, some, "right")) / (2 * len(order)))


def _variance(placed: np.ndarray, units: np.ndarray | None) -> float:
    """Of the mean of placements, those of one unit together."""
    parts = placed - placed.mean()
    if units is not None:
        parts = np.bincount(np.unique(units, return_inverse=True)[1], weights=parts)
    if len(parts) < 2:
        return 0.25  # one person alone says nothing: as wide as can be
    return float(len(parts) / (len(parts) - 1) * (parts**2).sum() / len(placed) ** 2)


def exposure(rank: np.ndarray, among: int) -> np.ndarray:
    """Bits by which a row stands out among as many others (Carlini et al., 2019, The Secret Sharer, arXiv:1802.08232);
    rank 1 is the surest, and gives log2 of their number."""
    return np.asarray(math.log2(max(1, among)) - np.log2(rank))
