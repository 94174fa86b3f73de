"""The most usual of the cases explained. Light: numpy only."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from core.explain.explanation import Explanation

_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d")


def usual(explanation: Explanation) -> int:
    """Place of the case nearest to the middle of every column: a real case, unlike a row of medians.

    A category is near where it is the most frequent, a number or a date by its rank; every column counts the same.

    Raises:
        ValueError: nothing is explained.
    """
    if not len(explanation.rows):
        raise ValueError("the most usual case is one of those explained, but: there are none")
    far = np.zeros(len(explanation.rows))
    for place, cells in enumerate(explanation.cells):
        far += _far(explanation.numbers[:, place], ordered(cells))
    return int(far.argmin())


def ordered(cells: Sequence[str]) -> bool:
    """Whether all cells that are not missing are numbers or dates."""
    present = {cell for cell in cells if cell}
    if all(_DAY.match(cell) for cell in present):
        return True
    try:
        return all(np.isfinite(float(cell)) for cell in present)
    except ValueError:
        return False


def _far(numbers: np.ndarray, ranked: bool) -> np.ndarray:
    """(n,) how far each number is from the middle, 0 to 1; a missing one is as far as can be, unless most are."""
    present = ~np.isnan(numbers)
    gone = int((~present).sum())
    _, codes, counts = np.unique(numbers[present], return_inverse=True, return_counts=True)
    if gone > counts.max(initial=0):
        return np.asarray(present, dtype=np.float64)
    far = np.ones(len(numbers))
    if not ranked:
        far[present] = codes != counts.argmax()
        return far
    below = np.cumsum(counts) - counts / 2
    far[present] = np.abs(2 * below[codes] / counts.sum() - 1)
    return far
