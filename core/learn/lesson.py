"""Rows to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.learn.prepare import Encoded


@dataclass(frozen=True, eq=False)
class Lesson:
    """Rows to learn from: inputs, truth and weights in the loss."""

    inputs: Encoded
    truth: np.ndarray
    """(n,) int64 class numbers, or float32 standardised targets."""
    weights: np.ndarray | None = None
    """(n,) where rows are weighed."""

    def __len__(self) -> int:
        return len(self.truth)

    def __getitem__(self, rows: Any) -> Lesson:
        return Lesson(self.inputs[rows], self.truth[rows], None if self.weights is None else self.weights[rows])

    def start(self, classes: int) -> np.ndarray:
        """(n_outputs,) scores before anything is learnt: the mean of numbers (``classes`` 0), or the logarithms of the
        shares of the classes, of two their difference; a class without a row counts as a rare one."""
        if not classes:
            return np.array([np.average(self.truth.astype(np.float64), weights=self.weights)])
        counts = np.bincount(self.truth, self.weights, classes) + 0.5
        logs = np.log(counts / counts.sum())
        return np.asarray(logs[1:] - logs[:1] if classes == 2 else logs)

    def draw(self, rows: int, generator: np.random.Generator) -> Lesson:
        """So many rows by chance, in their order; all where there are no more."""
        if len(self) <= rows:
            return self
        return self[np.sort(generator.choice(len(self), rows, replace=False))]
