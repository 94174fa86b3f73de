"""Losses of answers, in numpy: nats for classes, squared target units for numbers."""

from __future__ import annotations

import numpy as np

from core.data.task import TaskKind
from core.learn.link import LEAST, sigmoid, softmax


def row_losses(answer: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(n,) losses of probabilities (n, n_classes), or of numbers (n, 1), where ``truth`` holds classes or numbers."""
    if answer.shape[1] == 1:
        return np.asarray((answer[:, 0] - truth) ** 2)
    chosen = answer[np.arange(len(truth)), truth.astype(np.int64)]
    return np.asarray(-np.log(np.clip(chosen, LEAST, 1.0)))


def mean_loss(scores: np.ndarray, truth: np.ndarray, kind: TaskKind, weights: np.ndarray | None = None) -> float:
    """Mean loss of scores before the link: (n,) or (n, 1) for two classes and numbers, else (n, n_classes)."""
    if kind == "regression":
        answer = scores.reshape(-1, 1)
    else:
        answer = sigmoid(scores.reshape(-1, 1)) if kind == "binary" else softmax(scores)
    return float(np.average(row_losses(answer, truth), weights=weights))
