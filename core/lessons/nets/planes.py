"""Small nets on a plane: two inputs, a hidden layer, one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.engines.base import Watch
from core.learn import device as devices
from core.learn.ground import Fold
from core.learn.link import sigmoid
from core.lessons.nets.course import Plan, Stack, learn

from torch import nn  # isort: skip - after the device

BENDS = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


@dataclass(frozen=True, eq=False)
class Plane:
    """A net that was trained."""

    net: Stack
    loss: float
    """The lowest on the rows watched, in nats."""
    best: int
    """The pass that had it."""
    epochs: int
    cut: bool

    def chances(self, inputs: np.ndarray) -> np.ndarray:
        """(n,) chances for inputs (n, 2)."""
        return np.asarray(sigmoid(self.net.scores(inputs))[:, 1])


def fit_plane(
    inputs: np.ndarray,
    truth: np.ndarray,
    held: np.ndarray,
    known: np.ndarray,
    *,
    hidden: int,
    bend: Literal["tanh", "sigmoid"],
    rate: float,
    batch: int,
    epochs: int,
    seed: int,
    name: str,
    watch: Watch,
) -> Plane:
    """A net with so many hidden units (0: none, a straight border), trained with Adam on the log loss.

    Args:
        inputs: (n, 2) to learn from.
        truth: (n,) 0 or 1.
        held: (m, 2) to watch.
        known: (m,) their truth.
        hidden: units of the hidden layer.
        bend: what a hidden unit does to its sum.
        rate: learning rate.
        batch: rows a step.
        epochs: passes at most.
        seed: of the first weights and of the order.
        name: of the training, for the curve.
        watch: is told of every pass.
    """
    plan = Plan("binary", "adam", rate, batch, epochs, epochs)
    with devices.threads(), devices.seeded(seed, devices.processor()):
        layers = [nn.Linear(2, hidden), BENDS[bend](), nn.Linear(hidden, 1)] if hidden else [nn.Linear(2, 1)]
        net = Stack(*layers)
        fold = Fold(np.arange(len(inputs)), np.arange(len(inputs), len(inputs) + len(held)))
        rows, answers = np.concatenate([inputs, held]), np.concatenate([truth, known])
        course = learn(net, rows, answers, fold, plan, seed, name, watch)
    return Plane(net, course.best, course.best_epoch, len(course.history), course.cut)
