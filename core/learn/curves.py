"""Curves of stored predictions, for pages: ROC, precision and recall, calibration, lift, residuals. Numpy only.

``truth`` is (n,) bool, true for the positive class; ``chance`` is (n,) its probability.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.learn.metrics import average_precision, ece, roc_auc

POINTS = 1_000
"""Points kept of a curve: more cannot be seen."""


@dataclass(frozen=True, eq=False)
class Roc:
    """(points,) each, from "nobody is named" to "everybody is"."""

    alarms: np.ndarray
    """Share of the negatives that are named."""
    hits: np.ndarray
    """Share of the positives that are named."""
    cutoffs: np.ndarray
    """From the highest down; the first, which names nobody, is infinite."""
    area: float | None
    n: int


@dataclass(frozen=True, eq=False)
class PrecisionRecall:
    """(points,) each, recall rising."""

    recall: np.ndarray
    precision: np.ndarray
    cutoffs: np.ndarray
    share: float
    """Of positives among all: what guessing reaches."""
    average: float | None
    n: int


@dataclass(frozen=True, eq=False)
class Calibration:
    """(groups,) each: at most 10 groups of equal count by rising chance."""

    said: np.ndarray
    """Mean chance."""
    seen: np.ndarray
    """Share that came true."""
    low: np.ndarray
    """Wilson's 95% interval of ``seen``."""
    high: np.ndarray
    n: np.ndarray
    ece: float | None


@dataclass(frozen=True, eq=False)
class Lift:
    """(points,) each: the most likely rows first."""

    named: np.ndarray
    """Share of all rows looked at."""
    found: np.ndarray
    """Share of the positives among them (gain)."""
    lift: np.ndarray
    """How many times more positives than among as many rows drawn at random; NaN where no row is looked at."""
    share: float
    n: int


@dataclass(frozen=True, eq=False)
class Residuals:
    """What is left between truth and answer, in target units."""

    truth: np.ndarray
    """(n,)."""
    residual: np.ndarray
    """(n,) truth - predicted."""
    edges: np.ndarray
    """(bins + 1,) of the histogram of residuals."""
    counts: np.ndarray
    within: float | None
    """Half of the rows are off by at most this."""
    lean: float | None
    """Mean residual: above 0 where the model says too little."""


def roc(truth: np.ndarray, chance: np.ndarray) -> Roc:
    """Hits against false alarms over all cut-offs; shares are 0 where there is nothing to share."""
    hits, alarms, cutoffs = steps(truth, chance)
    kept = _thin(len(cutoffs))
    area = float(roc_auc(truth, chance, np.ones((1, len(truth))))[0]) if _both(truth) else None
    return Roc(_over(alarms, alarms[-1])[kept], _over(hits, hits[-1])[kept], cutoffs[kept], area, len(truth))


def precision_recall(truth: np.ndarray, chance: np.ndarray) -> PrecisionRecall:
    """How often the named are right against how many are found; at recall 0 the precision of the first step."""
    hits, alarms, cutoffs = steps(truth, chance)
    precision = _over(hits, hits + alarms)
    if len(precision) > 1:
        precision[0] = precision[1]
    kept = _thin(len(cutoffs))
    average = float(average_precision(truth, chance, np.ones((1, len(truth))))[0]) if np.any(truth) else None
    share = float(np.mean(truth)) if len(truth) else 0.0
    return PrecisionRecall(_over(hits, hits[-1])[kept], precision[kept], cutoffs[kept], share, average, len(truth))


def calibration(truth: np.ndarray, chance: np.ndarray, groups: int = 10) -> Calibration:
    """What was said against what came true."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, groups) if len(part)]
    n = np.array([len(part) for part in parts])
    said = np.array([float(chance[part].mean()) for part in parts])
    right = np.asarray(truth, dtype=np.float64)
    seen = np.array([float(right[part].mean()) for part in parts])
    low, high = wilson(seen, n)
    error = float(ece(right, chance, np.ones((1, len(right))), groups)[0]) if len(right) else None
    return Calibration(said, seen, low, high, n, error)


def lift(truth: np.ndarray, chance: np.ndarray) -> Lift:
    """How many positives are found when the most likely rows are looked at first."""
    hits, alarms, _ = steps(truth, chance)
    named, found = _over(hits + alarms, len(truth)), _over(hits, hits[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = found / named
    kept = _thin(len(named))
    share = float(np.mean(truth)) if len(truth) else 0.0
    return Lift(named[kept], found[kept], ratio[kept], share, len(truth))


def residuals(truth: np.ndarray, predicted: np.ndarray, bins: int = 30) -> Residuals:
    """Residuals and their histogram."""
    left = np.asarray(truth, dtype=np.float64) - predicted
    if not len(left):
        return Residuals(truth, left, np.array([0.0, 1.0]), np.array([0]), None, None)
    counts, edges = np.histogram(left, bins=bins)
    return Residuals(truth, left, edges, counts, float(np.median(np.abs(left))), float(left.mean()))


def wilson(share: np.ndarray, n: np.ndarray, z: float = 1.959964) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a share of n rows (Wilson, 1927, doi:10.1080/01621459.1927.10502953)."""
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def steps(truth: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(levels + 1,) hits, false alarms and the cut-off of each step, from nobody named to everybody."""
    if not len(truth):
        return np.zeros(1), np.zeros(1), np.array([np.inf])
    order = np.argsort(-chance, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(order) - 1)
    hits = np.cumsum(np.asarray(truth, dtype=np.float64)[order])[ends]
    none = np.zeros(1)
    cutoffs = np.concatenate([[np.inf], chance[order][ends]])
    return np.concatenate([none, hits]), np.concatenate([none, ends + 1 - hits]), cutoffs


def _both(truth: np.ndarray) -> bool:
    return bool(np.any(truth)) and not bool(np.all(truth))


def _over(part: np.ndarray, whole: np.ndarray | float) -> np.ndarray:
    whole = np.asarray(whole, dtype=np.float64)
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1), 0.0))


def _thin(points: int) -> np.ndarray:
    """Places of at most 1,000 points, ends included."""
    return np.unique(np.linspace(0, points - 1, min(points, POINTS)).round().astype(np.int64))
