"""What each row cost: losses of answers, and one figure that people know, with how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.audits.sure import Z
from core.data.task import TaskKind
from core.learn.evaluation import Estimate
from core.learn.metrics import EPSILON, interval, resamples, roc_auc
from core.words import N_

if TYPE_CHECKING:
    from core.audits.subject import Rows, Subject

DRAWS = 400
"""Resamples: their 2.5 and 97.5 percentiles then move by less than a tenth of the interval."""
FIGURES: dict[TaskKind, str] = {
    "binary": N_("Order (ROC AUC)"),
    "multiclass": N_("Right answers (accuracy)"),
    "regression": N_("Share explained (R²)"),
}
"""What ``figure`` is called, here and where the quality of the model is told."""
NAMES: dict[TaskKind, str] = {"binary": "roc_auc", "multiclass": "accuracy", "regression": "r2"}


def losses(kind: TaskKind, truth: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """(n,) nats of the true class, or squared target units; 0 is best."""
    if kind == "regression":
        return np.asarray((truth - answer) ** 2)
    return np.asarray(-np.log(np.clip(answer[np.arange(len(truth)), truth], EPSILON, 1.0)))


def prior(subject: Subject, rows: Rows) -> np.ndarray:
    """The answer of guessing, row for row: the shares of the classes, or the mean, of the rows learned from."""
    known, classes = subject.model.prior, len(subject.model.classes)
    if not known:
        truth = subject.learnt.truth
        counts = np.bincount(truth, minlength=classes) + 1 if classes else np.zeros(0)
        known = tuple(counts / counts.sum()) if classes else (float(truth.mean()),)
    return np.broadcast_to(np.array(known), (len(rows), classes)) if classes else np.full(len(rows), known[0])


def simple(subject: Subject, rows: Rows) -> np.ndarray | None:
    """The simple model's answers; None where the model is the simple one, or came without."""
    model = subject.model
    if model.baseline is None or not len(rows):
        return None
    used = [one for one, weight in zip(model.members, model.weights, strict=True) if weight]
    if [one.name for one in used] == [model.baseline.name]:
        return None
    return model.simple(rows.frame)


def figure(kind: TaskKind, truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n_resamples,) of ``NAMES``; NaN where it is not defined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "binary":
            return roc_auc(truth == 1, answer[:, 1], weights)
        total = weights.sum(axis=1)
        if kind == "multiclass":
            return np.asarray(weights @ (answer.argmax(axis=1) == truth) / total)
        centred = truth - truth.mean()
        spread = weights @ centred**2 - (weights @ centred) ** 2 / total
        return np.asarray(1 - weights @ (truth - answer) ** 2 / np.where(spread > 0, spread, np.nan))


def estimated(kind: TaskKind, rows: Rows, seed: tuple[int, ...]) -> tuple[Estimate, np.ndarray]:
    """The figure with its bootstrap interval (Efron, 1979), and its resamples."""
    if not len(rows):
        return Estimate(None), np.full(DRAWS, np.nan)
    value = float(figure(kind, rows.truth, rows.answer, np.ones((1, len(rows))))[0])
    number = int(np.random.default_rng(seed).integers(2**31))
    blocks = resamples(len(rows), DRAWS, number)
    draws = np.concatenate([figure(kind, rows.truth, rows.answer, block) for block in blocks])
    return bounded(value, draws), draws


def bounded(value: float, draws: np.ndarray) -> Estimate:
    """A value with the interval of its resamples."""
    if not np.isfinite(value):
        return Estimate(None)
    ends = interval(draws, value)
    return Estimate(value) if ends is None else Estimate(value, *ends)


def mean(values: np.ndarray) -> tuple[Estimate, float]:
    """The mean with its normal interval, and its standard error (infinite for fewer than two values)."""
    if not len(values):
        return Estimate(None), np.inf
    middle = float(values.mean())
    if len(values) < 2:
        return Estimate(middle), np.inf
    error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return Estimate(middle, middle - Z * error, middle + Z * error), error


def some(rows: Rows, most: int, seed: tuple[int, ...]) -> Rows:
    """At most so many of the rows, drawn by chance."""
    if len(rows) <= most:
        return rows
    return rows.some(np.sort(np.random.default_rng(seed).choice(len(rows), most, replace=False)))
