"""How much each learner counts in the answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.learn.loss import row_losses

PULL_ROWS = 0.5
"""Each learner gets the credit of so many rows beforehand: on few rows the weights stay nearer to equal ..."""
PULL_MORE = 50.0
"""... and, where that is more, of this number divided by the rows."""
FEW_ROWS = 50
"""With fewer rows equal weights are safer than any that are fitted ..."""
NEAR = 0.02
"""... if their loss is at most so many nats (of numbers: this share) above that of the best learner alone."""
ROUNDS = 500
LEAST = 0.02
"""A smaller weight is not worth the work of its learner."""


def weigh(answers: Sequence[np.ndarray], truth: np.ndarray, credit: Sequence[float] | None = None) -> np.ndarray:
    """Weights of learners on validation rows: positive, sum 1, from 50 rows on never a worse loss than the best alone.

    For classes, the weights that make the truth likeliest under the mixture, by expectation maximisation with a
    Dirichlet prior (Dempster, Laird and Rubin, 1977); for numbers, least squares over all mixtures, pulled to equal.

    Args:
        answers: per learner (n, n_classes) probabilities, or (n, 1) numbers.
        truth: (n,) class numbers, or target values.
        credit: rows that each learner is credited with beforehand, where some have an unfair start (classes only).

    Returns:
        (n_learners,) float64.
    """
    losses = np.array([row_losses(answer, truth).mean() for answer in answers])
    best = np.asarray(np.eye(len(answers))[int(np.argmin(losses))])
    if len(answers) == 1:
        return best
    equal = np.full(len(answers), 1 / len(answers))
    if credit is not None and any(credit) and answers[0].shape[1] > 1:
        weights = _likeliest(answers, truth, np.asarray(credit, dtype=np.float64))
        weights = np.where(weights < LEAST, 0.0, weights)
        return np.asarray(weights / weights.sum())
    if len(truth) < FEW_ROWS and blend_loss(answers, equal, truth) <= _near(losses.min(), answers):
        return equal
    mixed = _squares(answers, truth) if answers[0].shape[1] == 1 else _likeliest(answers, truth)
    weights = best + _furthest(answers, truth, best, mixed - best) * (mixed - best)
    weights = np.where(weights < LEAST, 0.0, weights)
    weights = np.asarray(weights / weights.sum())
    return weights if blend_loss(answers, weights, truth) <= losses.min() else best


def _near(loss: float, answers: Sequence[np.ndarray]) -> float:
    return loss * (1 + NEAR) if answers[0].shape[1] == 1 else loss + NEAR


def _furthest(answers: Sequence[np.ndarray], truth: np.ndarray, start: np.ndarray, way: np.ndarray) -> float:
    """How far (0 to 1) one may go from the best learner towards the mixture before the loss is worse than at the start.

    The loss is convex in the weights, so that it is enough to halve the way.
    """
    limit = blend_loss(answers, start, truth)
    if blend_loss(answers, start + way, truth) <= limit:
        return 1.0
    inside, outside = 0.0, 1.0
    for _ in range(12):
        middle = (inside + outside) / 2
        if blend_loss(answers, start + middle * way, truth) <= limit:
            inside = middle
        else:
            outside = middle
    return inside


def blend_loss(answers: Sequence[np.ndarray], weights: np.ndarray, truth: np.ndarray) -> float:
    """Mean loss of the weighted mean of the answers, each (n, n_classes) or (n, 1): nats, or squared target units."""
    mixture = np.asarray(sum(weight * answer for weight, answer in zip(weights, answers, strict=True)))
    return float(row_losses(mixture, truth).mean())


def _likeliest(answers: Sequence[np.ndarray], truth: np.ndarray, more: np.ndarray | float = 0.0) -> np.ndarray:
    chances = np.stack([np.exp(-row_losses(answer, truth)) for answer in answers], axis=1)
    weights, pull = np.full(len(answers), 1 / len(answers)), _pull(len(truth))
    for _ in range(ROUNDS):
        credit = chances * weights
        credit /= credit.sum(axis=1, keepdims=True)
        new = credit.sum(axis=0) + pull + more
        new /= new.sum()
        if np.abs(new - weights).max() < 1e-7:
            break
        weights = new
    return weights


def _squares(answers: Sequence[np.ndarray], truth: np.ndarray) -> np.ndarray:
    """Projected gradient is not needed for so few learners: every subset is solved and the best lawful one taken."""
    errors = np.stack([answer[:, 0] - truth for answer in answers], axis=1)
    count = len(answers)
    spread = errors.T @ errors
    pull = _pull(len(truth)) * count * spread.diagonal().min() / max(1, len(truth))
    moments = spread + pull * np.eye(count)
    best, chosen = np.inf, np.full(count, 1 / count)
    for bits in range(1, 2**count):
        used = [place for place in range(count) if bits >> place & 1]
        part = moments[np.ix_(used, used)]
        solved = np.linalg.lstsq(part, np.ones(len(used)), rcond=None)[0]
        if solved.sum() <= 0 or (solved < 0).any():
            continue
        weights = np.zeros(count)
        weights[used] = solved / solved.sum()
        loss = float(weights @ moments @ weights)
        if loss < best:
            best, chosen = loss, weights
    return chosen


def _pull(rows: int) -> float:
    return max(PULL_ROWS, PULL_MORE / max(1, rows))
