"""How sure shares, their differences and ratios are, and what may be concluded of many comparisons at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

from core.audits.audit import Verdict
from core.learn.curves import wilson
from core.learn.evaluation import Estimate

FEWEST_ROWS = 30
FEWEST_EACH = 10
"""A group with fewer rows, or fewer of either outcome, gets no verdict."""
MARGIN = 0.10
"""A difference of two shares that matters: a group is cleared only where the interval leaves no room for it."""
LEVEL = 0.05
"""Chance, over all comparisons of an audit together, of calling a difference where there is none."""
FEWEST_EXPECTED = 10
Z = NormalDist().inv_cdf(1 - LEVEL / 2)


@dataclass(frozen=True)
class Compared:
    """A group against the rest: how far apart, and how likely by chance."""

    gap: Estimate
    p: float | None
    """Chance of a gap as large without a difference, two-sided; None where it is not defined."""


def share(part: int, whole: int, level: float = LEVEL) -> Estimate:
    """A share with Wilson's interval (1927, doi:10.1080/01621459.1927.10502953)."""
    if not whole:
        return Estimate(None)
    low, high = wilson(np.array([part / whole]), np.array([whole]), _z(level))
    return Estimate(part / whole, float(low[0]), float(high[0]))


def difference(part: int, whole: int, other_part: int, other_whole: int, level: float = LEVEL) -> Compared:
    """One share less another, of disjoint rows: Newcombe's hybrid score interval (1998, method 10,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I), and a test of no difference."""
    one, other = share(part, whole, level), share(other_part, other_whole, level)
    if one.value is None or other.value is None:
        return Compared(Estimate(None), None)
    gap = one.value - other.value
    low = gap - math.hypot(one.value - _known(one.low), _known(other.high) - other.value)
    high = gap + math.hypot(_known(one.high) - one.value, other.value - _known(other.low))
    p = _by_chance(part, whole, other_part, other_whole)
    return Compared(Estimate(gap, max(-1.0, low), min(1.0, high)), p)


def _by_chance(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """The score test of no difference; where fewer than ``FEWEST_EXPECTED`` are to be expected in a cell, it would call
    too many differences, and Fisher's exact test (1935, doi:10.2307/2342435) stands in for it."""
    from scipy import stats

    pooled = (part + other_part) / (whole + other_whole)
    if min(pooled, 1 - pooled) * min(whole, other_whole) < FEWEST_EXPECTED:
        table = [[part, whole - part], [other_part, other_whole - other_part]]
        return float(stats.fisher_exact(table).pvalue)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / whole + 1 / other_whole))
    return math.erfc(abs(part / whole - other_part / other_whole) / spread / math.sqrt(2))


def ratio(part: int, whole: int, other_part: int, other_whole: int, level: float = LEVEL) -> Estimate:
    """One share over another, of disjoint rows, with Katz's interval (Katz, Baptista, Azen and Pike, 1978,
    doi:10.2307/2530610); without an interval where either share is 0."""
    if not whole or not other_whole or not other_part:
        return Estimate(None)
    value = (part / whole) / (other_part / other_whole)
    if not part:
        return Estimate(value)
    spread = math.sqrt(1 / part - 1 / whole + 1 / other_part - 1 / other_whole)
    wide = math.exp(_z(level) * spread)
    return Estimate(value, value / wide, value * wide)


def mean(values: np.ndarray, level: float = LEVEL) -> Estimate:
    """A mean with Student's interval; without an interval where there are fewer than two values."""
    from scipy import stats

    if not len(values):
        return Estimate(None)
    value = float(np.mean(values))
    if len(values) < 2:
        return Estimate(value)
    half = float(stats.t.ppf(1 - level / 2, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values)))
    return Estimate(value, value - half, value + half)


def means(values: np.ndarray, others: np.ndarray, level: float = LEVEL) -> Compared:
    """One mean less another, of disjoint rows: Welch's interval and test (1947, doi:10.1093/biomet/34.1-2.28)."""
    from scipy import stats

    if not len(values) or not len(others):
        return Compared(Estimate(None), None)
    gap = float(np.mean(values) - np.mean(others))
    if min(len(values), len(others)) < 2:
        return Compared(Estimate(gap), None)
    own, other = (float(np.var(some, ddof=1)) / len(some) for some in (values, others))
    if not own + other:
        return Compared(Estimate(gap, gap, gap), 0.0 if gap else 1.0)
    freedom = (own + other) ** 2 / (own**2 / (len(values) - 1) + other**2 / (len(others) - 1))
    spread = math.sqrt(own + other)
    half = float(stats.t.ppf(1 - level / 2, freedom)) * spread
    return Compared(Estimate(gap, gap - half, gap + half), float(2 * stats.t.sf(abs(gap) / spread, freedom)))


def drawn(gap: float, draws: np.ndarray) -> Compared:
    """A gap by its bootstrap draws (Efron, 1979): the middle 95% of them, and the chance of a gap as large without a
    difference by their spread."""
    from scipy import stats

    spread = float(np.std(draws, ddof=1)) if len(draws) > 1 else 0.0
    if not spread:
        return Compared(Estimate(gap, gap, gap), None)
    low, high = (float(one) for one in np.quantile(draws, [LEVEL / 2, 1 - LEVEL / 2]))
    return Compared(Estimate(gap, min(low, gap), max(high, gap)), float(2 * stats.norm.sf(abs(gap) / spread)))


def holm(chances: Sequence[float | None]) -> list[float | None]:
    """Chances adjusted for how many there are (Holm, 1979, https://www.jstor.org/stable/4615733); None stays."""
    known = sorted((chance, place) for place, chance in enumerate(chances) if chance is not None)
    adjusted: list[float | None] = [None] * len(chances)
    least = 0.0
    for rank, (chance, place) in enumerate(known):
        least = max(least, min(1.0, (len(known) - rank) * chance))
        adjusted[place] = least
    return adjusted


def verdict(gap: Estimate, p: float | None, enough: bool, margin: float = MARGIN) -> Verdict:
    """What may be said of a gap.

    Args:
        gap: with its interval.
        p: adjusted for all comparisons of the audit.
        enough: whether both sides have enough cases to be judged at all.
        margin: a gap as large as this matters.

    Returns:
        ``difference`` where chance is excluded; ``none`` where a gap that matters is excluded; else ``inconclusive``.
    """
    if not enough or gap.value is None or p is None:
        return "inconclusive"
    if p < LEVEL:
        return "difference"
    held = gap.low is not None and gap.high is not None and -margin < gap.low and gap.high < margin
    return "none" if held else "inconclusive"


def enough(rows: int, positives: int | None = None) -> bool:
    """Whether a group has enough cases to be judged: rows, and for shares of outcomes enough of either."""
    if rows < FEWEST_ROWS:
        return False
    return positives is None or min(positives, rows - positives) >= FEWEST_EACH


@cache
def _z(level: float) -> float:
    """Standard deviations that hold all but ``level`` of a normal distribution."""
    from scipy import stats

    return float(stats.norm.ppf(1 - level / 2))


def _known(bound: float | None) -> float:
    assert bound is not None
    return bound
