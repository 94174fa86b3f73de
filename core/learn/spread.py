"""How sure the figures of a cut-off are. Numpy only, and fast enough to follow a slider.

Plain resampling says "100 % (100 % to 100 %)" of 43 hits among 43. So shares get Wilson's interval (1927,
doi:10.1080/01621459.1927.10502953), and figures made of several shares are drawn from the posterior of the four
counts under Jeffreys' prior (Brown, Cai and DasGupta, 2001, doi:10.1214/ss/1009213286).
"""

from __future__ import annotations

import numpy as np

from core.learn.curves import wilson
from core.learn.cutoff import Counts
from core.learn.evaluation import Estimate

DRAWS = 2_000


def spread(counts: Counts, seed: int = 0) -> dict[str, Estimate]:
    """Recall, precision, specificity, accuracy, balanced accuracy and F1 of a cut-off with 95% intervals.

    A figure that is a share of nothing has no value.
    """
    hits, misses, alarms, passes = counts.hits, counts.misses, counts.alarms, counts.passes
    cells = np.array([hits, misses, alarms, passes], dtype=np.float64)
    drawn = np.random.default_rng(seed).dirichlet(cells + 0.5, size=DRAWS)
    return {
        "recall": _share(hits, hits + misses),
        "precision": _share(hits, hits + alarms),
        "specificity": _share(passes, alarms + passes),
        "accuracy": _share(hits + passes, counts.n),
        "balanced_accuracy": _drawn(_balanced(cells[None]), _balanced(drawn)),
        "f1": _drawn(_f1(cells[None]), _f1(drawn)),
    }


def _share(part: int, whole: int) -> Estimate:
    if not whole:
        return Estimate(None)
    low, high = wilson(np.array([part / whole]), np.array([whole]))
    return Estimate(part / whole, float(low[0]), float(high[0]))


def _balanced(cells: np.ndarray) -> np.ndarray:
    """(n,) balanced accuracy of (n, 4) hits, misses, false alarms and passes; NaN where undefined."""
    hits, misses, alarms, passes = cells.T
    return np.asarray((_over(hits, hits + misses) + _over(passes, alarms + passes)) / 2)


def _f1(cells: np.ndarray) -> np.ndarray:
    hits, misses, alarms, _ = cells.T
    return _over(2 * hits, 2 * hits + misses + alarms)


def _drawn(value: np.ndarray, drawn: np.ndarray) -> Estimate:
    if np.isnan(value[0]):
        return Estimate(None)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(float(value[0]), float(min(low, value[0])), float(max(high, value[0])))


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan))
