"""Scores to a chance, and what it moves by a little way on: slopes through the link and back through layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from core.learn.link import LEAST, sigmoid, softmax, temper


def chance(scores: np.ndarray, link: str, temperature: float, label: int) -> np.ndarray:
    """(..., n_outputs) scores of one pack -> (...) the tempered chance of a class, at one go.

    Args:
        scores: before the link.
        link: "sigmoid" or "softmax".
        temperature: of the probabilities.
        label: place of the class.
    """
    if link == "sigmoid":
        sign = 1.0 if label else -1.0
        return np.asarray(0.5 + 0.5 * np.tanh((sign / 2 / temperature) * scores[..., 0]))
    return np.asarray(softmax(scores / temperature)[..., label])


def slopes(scores: np.ndarray, link: str, temperature: float, label: int) -> np.ndarray:
    """(packs, n, n_outputs) what the answer for the class at place ``label`` moves by for each score.

    Args:
        scores: (packs, n, n_outputs) before the link.
        link: of ``Learner`` and ``Ensemble``; with "identity" the scale of the answer is left out.
        temperature: of the probabilities.
        label: place of the class; 0 for numbers.
    """
    packs = len(scores)
    if link == "identity":
        found = np.zeros(scores.shape)
        found[..., label] = 1 / packs
        return found
    if link == "share":
        rest = scores.mean(axis=0)
        first = np.maximum(1.0 - rest.sum(axis=1, keepdims=True), 0.0)
        moved = _tempered(np.concatenate([first, rest], axis=1), temperature, label)
        return np.broadcast_to((moved[:, 1:] - moved[:, :1] * (first > 0)) / packs, scores.shape)
    chances = sigmoid(scores) if link == "sigmoid" else softmax(scores)
    moved = _tempered(chances.mean(axis=0), temperature, label)
    if link == "sigmoid":
        return np.asarray((moved[:, 1:] - moved[:, :1]) * chances.prod(axis=-1, keepdims=True) / packs)
    return np.asarray(chances * (moved - (chances * moved).sum(axis=-1, keepdims=True)) / packs)


def _tempered(chances: np.ndarray, temperature: float, label: int) -> np.ndarray:
    """(n, n_classes) what the tempered chance of a class moves by for each chance, while these add up to 1."""
    if temperature == 1.0:
        return np.broadcast_to(np.eye(chances.shape[1])[label], chances.shape)
    found = temper(chances, temperature)
    own = found[:, [label]]
    return np.asarray(own * (np.eye(chances.shape[1])[label] - found) / (temperature * np.maximum(chances, LEAST)))


def through(
    states: np.ndarray, tail: Sequence[tuple[np.ndarray, np.ndarray]], above: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """(packs, n, width) float32: what an answer moves by for each number of hidden states.

    Args:
        states: (packs, n, width) float32 with the bias.
        tail: layers (weights (packs, inputs, outputs), bias (packs, outputs)) float32, each after a rectifier.
        above: scores (packs, n, n_outputs) -> what the answer moves by for each.
    """
    passed = []
    for weights, bias in tail:
        passed.append((states > 0, weights))
        states = np.matmul(np.maximum(states, 0.0), weights)
        states += bias[:, None]
    found = above(states.astype(np.float64)).astype(np.float32)
    for open_, weights in reversed(passed):
        found = np.matmul(found, weights.transpose(0, 2, 1)) * open_
    return found
