"""Metrics of answers, for the rows as they are and for many resamples of them at once. Numpy only.

A resample is a row of ``weights`` (n_resamples, n): how often each row was drawn. Every metric comes back as
(n_resamples,) float64, NaN where it is not defined. Values equal scikit-learn's; where that warns and says 0 for a
share of nothing, these are NaN (binary) or count as 0 in a mean over classes (multiclass).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.task import TaskKind

BINARY = (
    "roc_auc", "average_precision", "log_loss", "brier_score", "ece",
    "accuracy", "balanced_accuracy", "precision", "recall", "f1",
)  # fmt: skip
MULTICLASS = (
    "accuracy", "balanced_accuracy", "roc_auc_ovr", "log_loss", "brier_score", "ece", "precision", "recall", "f1",
)  # fmt: skip
REGRESSION = ("rmse", "mae", "r2")
ECE_BINS = 10
EPSILON = float(np.finfo(np.float64).eps)
HELD = 300_000
"""Weights held at once (2 MB): more fall out of the processor's cache."""
WORK = 20_000_000
"""Weights drawn at most: with more rows fewer resamples do."""

Figures = dict[str, np.ndarray]


def names(kind: TaskKind) -> tuple[str, ...]:
    """The metrics of a kind of task."""
    return {"binary": BINARY, "multiclass": MULTICLASS, "regression": REGRESSION}[kind]


def measure(
    kind: TaskKind, truth: np.ndarray, answer: np.ndarray, cutoff: float | None, weights: np.ndarray
) -> Figures:
    """All metrics of a kind of task.

    Args:
        kind: of task.
        truth: (n,) class numbers (binary: 1 is positive), or target values.
        answer: (n, n_classes) probabilities, or (n,) numbers.
        cutoff: binary: the probability from which a row is named.
        weights: (n_resamples, n).
    """
    if not len(truth):
        return {name: np.full(len(weights), np.nan) for name in names(kind)}
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "regression":
            return _numbers(truth, answer, weights)
        if kind == "binary":
            return _binary(truth == 1, answer, 0.5 if cutoff is None else cutoff, weights)
        return _multiclass(truth, answer, weights)


def resamples(n: int, count: int, seed: int) -> Iterator[np.ndarray]:
    """Weights (some, n) of ``count`` bootstrap resamples (Efron, 1979), a bearable block at a time."""
    generator = np.random.default_rng(seed)
    block = max(1, HELD // max(1, n))
    for start in range(0, count, block):
        rows = min(block, count - start)
        drawn = generator.integers(0, max(1, n), size=(rows, n))
        drawn += np.arange(rows)[:, None] * n
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


def resample_count(n: int, classes: int) -> int:
    """How many resamples: 1,000 up to 20,000 rows of two classes, never below 200."""
    return int(np.clip(WORK // max(1, n * max(1, classes // 2)), 200, 1_000))


def interval(draws: np.ndarray, value: float) -> tuple[float, float] | None:
    """2.5 and 97.5 percentiles, widened to hold the value itself; None where most resamples are not defined."""
    known = draws[np.isfinite(draws)]
    if len(known) < len(draws) / 2 or not len(known):
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(min(low, value)), float(max(high, value))


def roc_auc(truth: np.ndarray, chance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Chance that a positive row gets more than a negative one, ties counting half."""
    return _area(*_ladder(truth, chance, weights))


def _area(hits: np.ndarray, alarms: np.ndarray) -> np.ndarray:
    rise = np.diff(alarms, axis=1)
    area = (rise * (hits[:, 1:] + hits[:, :-1])).sum(axis=1) / 2
    return np.asarray(area / (hits[:, -1] * alarms[:, -1]))


def average_precision(truth: np.ndarray, chance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean precision over the steps in which recall rises; NaN without positives."""
    return _average(*_ladder(truth, chance, weights))


def _average(hits: np.ndarray, alarms: np.ndarray) -> np.ndarray:
    named = hits[:, 1:] + alarms[:, 1:]
    precision = np.where(named > 0, hits[:, 1:] / np.where(named > 0, named, 1), 0)
    return np.asarray((np.diff(hits, axis=1) * precision).sum(axis=1) / hits[:, -1])


def ece(right: np.ndarray, chance: np.ndarray, weights: np.ndarray, bins: int = ECE_BINS) -> np.ndarray:
    """Expected calibration error over bins of equal count (Naeini, Cooper and Hauskrecht, 2015); 0 is best.

    The mean over rows, by bin, of |share that came true - mean chance|. A row that lies on the border of two bins in
    a resample is divided between them.
    """
    order = np.argsort(chance, kind="stable")
    gaps, drawn = (right[order] - chance[order]), weights[:, order]
    counts, sums = np.cumsum(drawn, axis=1), np.cumsum(drawn * gaps, axis=1)
    total = counts[:, -1]
    sizes = np.full(bins, len(right) // bins) + (np.arange(bins) < len(right) % bins)
    borders = np.cumsum(sizes)[:-1]
    upto = np.empty((len(weights), bins + 1))
    upto[:, 0], upto[:, -1] = 0.0, sums[:, -1]
    for row in range(len(weights)):
        wanted = borders * (total[row] / len(right))
        place = np.minimum(np.searchsorted(counts[row], wanted - 1e-9), len(right) - 1)
        upto[row, 1:-1] = sums[row, place] - (counts[row, place] - wanted) * gaps[place]
    return np.asarray(np.abs(np.diff(upto, axis=1)).sum(axis=1) / total)


def _binary(truth: np.ndarray, answer: np.ndarray, cutoff: float, weights: np.ndarray) -> Figures:
    chance, named, total = answer[:, 1], answer[:, 1] >= cutoff, weights.sum(axis=1)
    hits, alarms = weights @ (truth & named), weights @ (~truth & named)
    misses, passes = weights @ (truth & ~named), weights @ (~truth & ~named)
    recall, precision = hits / (hits + misses), hits / (hits + alarms)
    ladder = _ladder(truth, chance, weights)
    safe = np.clip(chance, EPSILON, 1 - EPSILON)
    losses = -np.log(np.where(truth, safe, 1 - safe))
    return {
        "roc_auc": _area(*ladder),
        "average_precision": _average(*ladder),
        "log_loss": weights @ losses / total,
        "brier_score": weights @ (chance - truth) ** 2 / total,
        "ece": ece(truth.astype(np.float64), chance, weights),
        "accuracy": (hits + passes) / total,
        "balanced_accuracy": (recall + passes / (passes + alarms)) / 2,
        "precision": precision,
        "recall": recall,
        "f1": 2 * hits / (2 * hits + alarms + misses),
    }


def _multiclass(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> Figures:
    classes, total = answer.shape[1], weights.sum(axis=1)
    said = answer.argmax(axis=1)
    truths, saids = np.eye(classes)[truth], np.eye(classes)[said]
    support, named, hits = weights @ truths, weights @ saids, weights @ (truths * saids)
    recall = hits / support
    present = (support > 0) | (named > 0)
    chosen = np.clip(answer[np.arange(len(truth)), truth], EPSILON, 1.0)
    areas = [roc_auc(truth == label, answer[:, label], weights) for label in range(classes)]
    return {
        "accuracy": hits.sum(axis=1) / total,
        "balanced_accuracy": _mean(recall, support > 0),
        "roc_auc_ovr": _mean(np.stack(areas, axis=1), (support > 0) & (support < total[:, None])),
        "log_loss": weights @ -np.log(chosen) / total,
        "brier_score": weights @ ((answer - truths) ** 2).sum(axis=1) / total,
        "ece": ece((said == truth).astype(np.float64), answer.max(axis=1), weights),
        "precision": _mean(hits / np.where(named > 0, named, 1), present),
        "recall": _mean(hits / np.where(support > 0, support, 1), present),
        "f1": _mean(2 * hits / np.where(present, support + named, 1), present),
    }


def _numbers(truth: np.ndarray, answer: np.ndarray, weights: np.ndarray) -> Figures:
    total, centred, errors = weights.sum(axis=1), truth - truth.mean(), answer - truth
    squares = weights @ errors**2
    spread = weights @ centred**2 - (weights @ centred) ** 2 / total
    spread = np.where(spread > 1e-12 * max(1e-300, float((centred**2).sum())), spread, np.nan)
    return {
        "rmse": np.sqrt(squares / total),
        "mae": weights @ np.abs(errors) / total,
        "r2": 1 - squares / spread,
    }


def _ladder(truth: np.ndarray, chance: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n_resamples, n_levels + 1) positives and negatives named, from the highest chance down, first none."""
    order = np.argsort(-chance, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(chance) - 1)
    drawn, positive = weights[:, order], truth[order]
    hits, both = np.cumsum(drawn * positive, axis=1)[:, ends], np.cumsum(drawn, axis=1)[:, ends]
    none = np.zeros((len(weights), 1))
    return np.concatenate([none, hits], axis=1), np.concatenate([none, both - hits], axis=1)


def _mean(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Mean over the classes that count; NaN where none does."""
    return np.asarray(np.where(counted, values, 0).sum(axis=1) / counted.sum(axis=1))
