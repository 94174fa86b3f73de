"""Logistic regression by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.engines.base import Watch
from core.learn import device as devices
from core.learn.ground import Fold
from core.learn.link import sigmoid
from core.lessons.nets.course import Plan, Stack, learn

from torch import nn  # isort: skip - after the device


@dataclass(frozen=True, eq=False)
class Weighed:
    """A weight for every column."""

    weights: np.ndarray
    """(n_columns,) for one standard deviation of each."""
    bias: float
    mean: np.ndarray
    scale: np.ndarray
    epochs: int
    cut: bool

    def chances(self, numbers: np.ndarray) -> np.ndarray:
        """(n,) chances for rows (n, n_columns) in their own units."""
        scores = ((numbers - self.mean) / self.scale) @ self.weights + self.bias
        return np.asarray(sigmoid(scores[:, None])[:, 1])


def fit_logistic(
    numbers: np.ndarray,
    truth: np.ndarray,
    learned: np.ndarray,
    held: np.ndarray,
    rate: float,
    seed: int,
    name: str,
    watch: Watch,
) -> Weighed:
    """Weights for standardised columns.

    Args:
        numbers: (n, n_columns).
        truth: (n,) bool.
        learned: row numbers to learn from.
        held: row numbers to watch.
        rate: learning rate.
        seed: of the first weights and of the order.
        name: of the training, for the curve.
        watch: is told of every pass.
    """
    mean, scale = numbers[learned].mean(axis=0), numbers[learned].std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    inputs = (numbers - mean) / scale
    plan = Plan("binary", "adam", rate, 32, 120, 25, decay=0.002)
    with devices.threads(), devices.seeded(seed, devices.processor()):
        net = Stack(nn.Linear(numbers.shape[1], 1))
        course = learn(net, inputs, truth, Fold(learned, held), plan, seed, name, watch)
    nothing = np.zeros((1, numbers.shape[1]))
    bias = float(net.scores(nothing)[0, 0])
    weights = net.scores(np.eye(numbers.shape[1]))[:, 0] - bias
    return Weighed(weights, bias, mean, scale, len(course.history), course.cut)
