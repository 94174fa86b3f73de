"""Calibration: one temperature a learner, drawn towards 1 on few rows.

Guo, Pleiss, Sun and Weinberger, 2017, arXiv:1706.04599.
# DIFF: the temperature found is raised to n / (n + 1000): on few rows a fitted one does harm.
"""

from __future__ import annotations

import numpy as np

from core.learn.link import temper
from core.learn.loss import row_losses

TRUSTED_ROWS = 1_000
"""From so many rows on the temperature found counts more than none."""
COLDEST, HOTTEST = 0.25, 4.0
STEPS = 40


def temperature(chances: np.ndarray, truth: np.ndarray) -> float:
    """The temperature at which probabilities (n, n_classes) suit class numbers (n,) best, drawn towards 1.

    The loss is convex in 1 / temperature, so that golden sections find the lowest.
    """
    low, high = 1 / HOTTEST, 1 / COLDEST
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(STEPS):
        near, far = high - golden * (high - low), low + golden * (high - low)
        if _loss(chances, truth, near) <= _loss(chances, truth, far):
            high = far
        else:
            low = near
    found = 2 / (low + high)
    return float(found ** (len(truth) / (len(truth) + TRUSTED_ROWS)))


def _loss(chances: np.ndarray, truth: np.ndarray, inverse: float) -> float:
    return float(row_losses(temper(chances, 1 / inverse), truth).mean())
