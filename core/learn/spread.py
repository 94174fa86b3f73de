"""How sure the figures of a cut-off are. Numpy only.

Drawing rows with replacement and counting again is the same as drawing the four counts from a multinomial, so that the
bootstrap (Efron, 1979, doi:10.1214/aos/1176344552) costs nothing and can follow a slider.
"""

from __future__ import annotations

import numpy as np

from core.learn.cutoff import Counts
from core.learn.evaluation import Estimate
from core.learn.metrics import interval

DRAWS = 2_000


def spread(counts: Counts, seed: int = 0) -> dict[str, Estimate]:
    """Recall, precision, specificity, accuracy, balanced accuracy and F1 of a cut-off with 95 % intervals.

    A figure that is a share of nothing has no value; an interval is left out where most draws have none.
    """
    cells = np.array([[counts.hits, counts.misses, counts.alarms, counts.passes]], dtype=np.float64)
    values = {name: float(value[0]) for name, value in _figures(cells).items()}
    if not counts.n:
        return {name: Estimate(None) for name in values}
    draws = np.random.default_rng(seed).multinomial(counts.n, cells[0] / counts.n, size=DRAWS).astype(np.float64)
    return {name: _estimate(values[name], drawn) for name, drawn in _figures(draws).items()}


def _figures(cells: np.ndarray) -> dict[str, np.ndarray]:
    """(n,) each, NaN where undefined, of (n, 4) hits, misses, false alarms and passes."""
    hits, misses, alarms, passes = cells.T
    recall, specificity = _over(hits, hits + misses), _over(passes, alarms + passes)
    return {
        "recall": recall,
        "precision": _over(hits, hits + alarms),
        "specificity": specificity,
        "accuracy": _over(hits + passes, cells.sum(axis=1)),
        "balanced_accuracy": (recall + specificity) / 2,
        "f1": _over(2 * hits, 2 * hits + misses + alarms),
    }


def _estimate(value: float, drawn: np.ndarray) -> Estimate:
    if np.isnan(value):
        return Estimate(None)
    ends = interval(drawn, value)
    return Estimate(value) if ends is None else Estimate(value, *ends)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan))
