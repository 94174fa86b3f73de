"""Rows whose recorded answer speaks against what the model is sure of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.learn.metrics import EPSILON

SURE = 0.8
"""Chance of another answer from which a recorded one is doubted."""
COOLEST, HOTTEST = 1.0, 20.0
"""Temperatures tried: chances are only ever made less bold."""
BANDS = 10
"""Parts of equal count by what was said, in which the spread of numbers is measured."""
FEWEST_BAND = 20
FAR = 8.0
"""Robust standard deviations from which a number is doubted; of Student's law with 3 degrees of freedom 0.3 % are."""
MAD = 1.4826
"""Of a normal law, the standard deviation over the median absolute deviation."""


@dataclass(frozen=True, eq=False)
class Doubts:
    """Which rows are doubted."""

    places: np.ndarray
    """(k,) the most doubtful first."""
    expected: np.ndarray
    """(k,) what the model would say: class numbers, or numbers."""
    strength: np.ndarray
    """(k,) chance of that answer; of numbers: how many robust standard deviations off."""
    errors: int
    """Rows whose likeliest answer is wrong, whatever the cut-off; of numbers: 0."""


def of_classes(truth: np.ndarray, answer: np.ndarray) -> Doubts:
    """Confident learning (Northcutt, Jiang and Chuang, 2021, doi:10.1613/jair.1.12125) with cleanlab, of which only the
    rows are kept where the model, its chances made no bolder than they deserve, is sure of another answer.

    Args:
        truth: (n,) class numbers.
        answer: (n, n_classes) chances by learners that had not met the row.
    """
    sober = _sober(truth, answer)
    best = sober.argmax(axis=1)
    sure = (best != truth) & (sober.max(axis=1) >= SURE)
    wrong = int((best != truth).sum())
    if not sure.any():
        return Doubts(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), wrong)
    places = np.flatnonzero(sure & _issues(truth, sober))
    places = places[np.argsort(sober[places, truth[places]], kind="stable")]
    return Doubts(places, best[places], sober[places, best[places]], wrong)


def of_numbers(truth: np.ndarray, answer: np.ndarray) -> Doubts:
    """Residuals beyond ``FAR`` robust standard deviations of the rows with about the same answer.

    Args:
        truth: (n,).
        answer: (n,) by learners that had not met the row.
    """
    left = truth - answer
    many = min(BANDS, max(1, len(left) // FEWEST_BAND))
    far = np.zeros(len(left))
    for part in np.array_split(np.argsort(answer, kind="stable"), many):
        middle = np.median(left[part])
        spread = MAD * np.median(np.abs(left[part] - middle))
        far[part] = np.abs(left[part] - middle) / max(float(spread), 1e-12 * (1.0 + float(np.abs(truth).max())))
    places = np.flatnonzero(far > FAR)
    places = places[np.argsort(_quality(truth, answer)[places], kind="stable")]
    return Doubts(places, answer[places], far[places], 0)


def _issues(truth: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """(n,) bool: what cleanlab takes for an issue; classes that do not occur are left out, as it wants them to be."""
    from cleanlab.filter import find_label_issues

    there = np.unique(truth)
    if len(there) < 2:
        return np.zeros(len(truth), bool)
    some = np.clip(chances[:, there], EPSILON, None)
    labels = np.searchsorted(there, truth)
    shares = some / some.sum(axis=1, keepdims=True)
    return np.asarray(find_label_issues(labels, shares, filter_by="confident_learning", n_jobs=1))


def _quality(truth: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """(n,) cleanlab's score of recorded numbers, 0 (doubtful) to 1 (Zhou et al., 2023, arXiv:2305.16583)."""
    from cleanlab.regression.rank import get_label_quality_scores

    return np.asarray(get_label_quality_scores(truth, answer, method="residual"))


def _sober(truth: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """(n, n_classes) chances made less bold where that fits what came true (one temperature, by golden section)."""
    logs = np.log(np.clip(answer, EPSILON, 1.0))

    def chances(temperature: float) -> np.ndarray:
        raised = np.exp((logs - logs.max(axis=1, keepdims=True)) / temperature)
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    def loss(temperature: float) -> float:
        return float(-np.log(np.clip(chances(temperature)[np.arange(len(truth)), truth], EPSILON, 1.0)).mean())

    from scipy.optimize import minimize_scalar

    found = float(minimize_scalar(loss, bounds=(COOLEST, HOTTEST), method="bounded").x)
    return chances(found if loss(found) < loss(1.0) else 1.0)
