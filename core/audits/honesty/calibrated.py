"""How far what is said lies from what comes true: a line through both, and the distance corrected for chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audits.sure import LEVEL, Z, share
from core.learn.evaluation import Estimate

BINS = 10
BIN_ROWS = 20
"""With fewer rows in a bin, fewer bins are made."""
DRAWS = 2_000
STEPS = 50
RIDGE = 1e-9
EDGE = 1e-12
"""Chances are kept this far from 0 and 1, so that their log-odds are finite."""


@dataclass(frozen=True)
class Line:
    """What came true against what was said; intercept 0 and slope 1 are best."""

    intercept: Estimate
    slope: Estimate
    """Below 1: said too boldly; above 1: too timidly."""
    p: float | None
    """Chance of a line as far from the best one, where that is the true one."""


NO_LINE = Line(Estimate(None), Estimate(None), None)


@dataclass(frozen=True)
class Bin:
    """Rows with about the same answer."""

    said: float
    seen: float
    low: float
    high: float
    """Ends of the interval of ``seen``."""
    n: int


@dataclass(frozen=True)
class Distance:
    """Mean distance between said and seen over bins of equal count, with what chance adds taken away."""

    error: Estimate
    plain: float | None
    """As usually told, with what chance adds."""
    bins: tuple[Bin, ...]


def log_odds(chance: np.ndarray) -> np.ndarray:
    """(n,) of chances."""
    safe = np.clip(chance, EDGE, 1 - EDGE)
    return np.asarray(np.log(safe / (1 - safe)))


def logistic(truth: np.ndarray, chance: np.ndarray) -> Line:
    """Logistic recalibration (Cox, 1958, doi:10.2307/2333203): logit P(true) = intercept + slope * logit(chance).

    ``p`` is of the likelihood ratio test of intercept 0 and slope 1 (2 degrees of freedom).

    Args:
        truth: (n,) bool.
        chance: (n,).
    """
    from scipy import stats

    score, happened = log_odds(chance), np.asarray(truth, np.float64)
    if len(happened) < 3 or happened.min() == happened.max() or np.ptp(score) < 1e-9:
        return NO_LINE
    design = np.column_stack([np.ones_like(score), score])
    begun = _likelihood(score, happened)
    beta = np.zeros(2)
    for _ in range(STEPS):
        fitted = 1 / (1 + np.exp(-design @ beta))
        weight = fitted * (1 - fitted)
        step = np.linalg.solve((design.T * weight) @ design + RIDGE * np.eye(2), design.T @ (happened - fitted))
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            break
    else:  # the answers part the outcomes: no finite line fits best
        return NO_LINE
    errors = np.sqrt(np.diag(np.linalg.inv((design.T * weight) @ design + RIDGE * np.eye(2))))
    p = float(stats.chi2.sf(2 * (_likelihood(design @ beta, happened) - begun), 2))
    return Line(_wald(beta[0], errors[0]), _wald(beta[1], errors[1]), p)


def straight(truth: np.ndarray, answer: np.ndarray) -> Line:
    """Least squares of truth on answer; ``p`` is of the Wald test of intercept 0 and slope 1, with standard errors that
    allow unequal spread (White, 1980, doi:10.2307/1912934)."""
    from scipy import stats

    if len(truth) < 4 or np.ptp(answer) <= 1e-12 * max(1.0, float(np.abs(answer).max())):
        return NO_LINE
    middle, scale = float(answer.mean()), float(answer.std())
    design = np.column_stack([np.ones(len(answer)), (answer - middle) / scale])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ truth
    left = truth - design @ beta
    covariance = inverse @ ((design.T * left**2) @ design) @ inverse * len(truth) / (len(truth) - 2)
    if not (np.diag(covariance) > 0).all():
        return NO_LINE
    off = beta - np.array([middle, scale])
    p = float(stats.chi2.sf(off @ np.linalg.solve(covariance, off), 2))
    back = np.array([[1.0, -middle / scale], [0.0, 1 / scale]])
    intercept, slope = back @ beta
    errors = np.sqrt(np.diag(back @ covariance @ back.T))
    return Line(_wald(intercept, errors[0]), _wald(slope, errors[1]), p)


def distance(truth: np.ndarray, said: np.ndarray, rng: np.random.Generator, scale: float = 1.0) -> Distance:
    """The expected calibration error over bins of equal count (Naeini, Cooper and Hauskrecht, 2015), less what chance
    alone adds to it: each bin's gap is taken for normal, and what its absolute value exceeds the true one by is
    worked out from the gap shrunk by its own noise.

    Args:
        truth: (n,) bool or numbers.
        said: (n,) chances or numbers.
        rng: of the interval, by drawing the gaps again.
        scale: numbers: the error is told in units of this.
    """
    if len(truth) < 2:
        return Distance(Estimate(None), None, ())
    many = min(BINS, max(1, len(truth) // BIN_ROWS))
    parts = np.array_split(np.argsort(said, kind="stable"), many)
    seen = np.array([float(np.mean(truth[one])) for one in parts])
    told = np.array([float(np.mean(said[one])) for one in parts])
    errors = np.array([_error(truth[one], said[one]) for one in parts])
    weight = np.array([len(one) for one in parts], np.float64)
    weight /= weight.sum()
    gaps = seen - told
    drawn = gaps + errors * rng.standard_normal((DRAWS, len(parts)))
    value = max(0.0, float(_less(gaps, errors) @ weight))
    draws = np.maximum(0.0, _less(drawn, errors) @ weight)
    low, high = (float(end) for end in np.quantile(draws, [LEVEL / 2, 1 - LEVEL / 2]))
    error = Estimate(value / scale, min(low, value) / scale, max(high, value) / scale)
    bins = tuple(_bin(truth[one], *three) for one, *three in zip(parts, told, seen, errors, strict=True))
    return Distance(error, float(np.abs(gaps) @ weight) / scale, bins)


def _bin(truth: np.ndarray, told: float, seen: float, error: float) -> Bin:
    """Of shares the interval is Wilson's, which does not leave 0 to 1."""
    if truth.dtype == bool:
        part = share(int(truth.sum()), len(truth))
        assert part.low is not None and part.high is not None
        return Bin(float(told), float(seen), part.low, part.high, len(truth))
    return Bin(float(told), float(seen), float(seen - Z * error), float(seen + Z * error), len(truth))


def _error(truth: np.ndarray, said: np.ndarray) -> float:
    """Standard error of a bin's gap; a bin in which all came out alike is not for that reason without error."""
    spread = float(np.std(np.asarray(truth, np.float64) - said, ddof=1))
    if truth.dtype == bool:
        share = (float(truth.sum()) + 1) / (len(truth) + 2)
        spread = max(spread, float(np.sqrt(share * (1 - share)))) if truth.min() == truth.max() else spread
    return spread / float(np.sqrt(len(truth)))


def _less(gaps: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Absolute gaps without what chance adds: |gap| - (E|N(g, e)| - |g|) at g, the gap shrunk by its noise."""
    from scipy import stats

    safe = np.where(errors > 0, errors, 1.0)
    shrunk = np.sqrt(np.maximum(0.0, gaps**2 - errors**2))
    z = shrunk / safe
    folded = errors * np.sqrt(2 / np.pi) * np.exp(-(z**2) / 2) + shrunk * (1 - 2 * stats.norm.cdf(-z))
    added = np.where(errors > 0, folded - shrunk, 0.0)
    return np.asarray(np.abs(gaps) - added)


def _likelihood(score: np.ndarray, happened: np.ndarray) -> float:
    return float((happened * score - np.logaddexp(0, score)).sum())


def _wald(value: float, error: float) -> Estimate:
    return Estimate(float(value), float(value - Z * error), float(value + Z * error))
