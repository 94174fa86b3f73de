"""From scores to probabilities."""

from __future__ import annotations

import numpy as np

LEAST = 1e-15
"""A probability below this counts as this."""


def sigmoid(score: np.ndarray) -> np.ndarray:
    """(..., 1) scores -> (..., 2) probabilities of (other, positive)."""
    tail = np.exp(-np.abs(score))
    larger = 1.0 / (1.0 + tail)
    positive = np.where(score >= 0, larger, tail * larger)
    return np.concatenate([1.0 - positive, positive], axis=-1)


def softmax(scores: np.ndarray) -> np.ndarray:
    """(..., n_classes) scores -> probabilities."""
    if scores.shape[-1] == 2:  # the same numbers; a sum over an axis of two is slow
        powers = np.exp(scores - np.maximum(scores[..., :1], scores[..., 1:]))
        return np.asarray(powers / (powers[..., :1] + powers[..., 1:]))
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def temper(chances: np.ndarray, temperature: float) -> np.ndarray:
    """(..., n_classes) probabilities raised to 1 / temperature and made to sum to 1 again."""
    if temperature == 1.0:
        return chances
    return softmax(np.log(np.clip(chances, LEAST, 1.0)) / temperature)
