"""The whole classification report of stored predictions. Numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Line:
    """Precision, recall and F1 (each None where it is a share of nothing) of one class, or a mean over classes."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    """Rows of the class."""


@dataclass(frozen=True, eq=False)
class ClassReport:
    """Every class, and three means; in means a share of nothing counts as 0."""

    lines: tuple[Line, ...]
    macro: Line
    """Every class counts the same."""
    micro: Line
    """Every row counts the same: equal to the accuracy."""
    weighted: Line
    """Every class counts by its rows."""
    confusion: np.ndarray
    """(n_classes, n_classes) counts; rows are the truth, columns the answer."""


def class_report(truth: np.ndarray, said: np.ndarray, classes: tuple[str, ...]) -> ClassReport:
    """The report of class numbers.

    Args:
        truth: (n,) class numbers.
        said: (n,) class numbers answered.
        classes: labels.
    """
    counts = confusion(truth, said, len(classes))
    hits, support, named = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    lines = tuple(_line(label, *cells) for label, *cells in zip(classes, hits, support, named, strict=True))
    total, present = int(counts.sum()), (support > 0) | (named > 0)
    share = _share(float(hits.sum()), total)
    return ClassReport(
        lines,
        _average("macro", lines, present.astype(np.float64), total),
        Line("micro", share, share, share, total),
        _average("weighted", lines, support.astype(np.float64), total),
        counts,
    )


def answers(chances: np.ndarray, cutoff: float | None) -> np.ndarray:
    """(n,) class numbers answered for (n, n_classes) probabilities; binary: 1 from the cut-off on."""
    if chances.shape[1] == 2:
        return (chances[:, 1] >= (0.5 if cutoff is None else cutoff)).astype(np.int64)
    return np.asarray(chances.argmax(axis=1))


def confusion(truth: np.ndarray, said: np.ndarray, classes: int) -> np.ndarray:
    """(n_classes, n_classes) counts; rows are the truth, columns the answer."""
    return np.bincount(truth * classes + said, minlength=classes**2).reshape(classes, classes)


def _average(label: str, lines: tuple[Line, ...], weights: np.ndarray, total: int) -> Line:
    if not weights.sum():
        return Line(label, None, None, None, total)

    def mean(values: list[float | None]) -> float:
        return float(np.average([value or 0.0 for value in values], weights=weights))

    precision, recall = mean([line.precision for line in lines]), mean([line.recall for line in lines])
    return Line(label, precision, recall, mean([line.f1 for line in lines]), total)


def _line(label: str, hits: int, support: int, named: int) -> Line:
    return Line(label, _share(hits, named), _share(hits, support), _share(2 * hits, support + named), int(support))


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None
