"""The four-fifths rule for one division: each group's rate over that of the best-off group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.audits import sure
from core.audits.audit import Verdict, worst
from core.audits.fairness.division import Division
from core.learn.evaluation import Estimate

FIFTHS = 0.8


@dataclass(frozen=True)
class Ratio:
    """One group beside the best-off one."""

    place: int
    """Of the group in its division."""
    rows: int
    part: int
    """Rows with the favourable outcome."""
    rate: Estimate
    ratio: Estimate
    """None for the best-off group itself."""
    p: float | None
    """Chance of a ratio as far from four fifths if it were just that."""
    enough: bool
    adjusted: float | None = None
    verdict: Verdict = "inconclusive"


@dataclass(frozen=True)
class Ratios:
    """All groups of a division, for one outcome."""

    best: int
    """Place of the best-off group."""
    groups: tuple[Ratio, ...]
    """Without the best-off group."""
    rate: Estimate
    """Of the best-off group."""

    @property
    def verdict(self) -> Verdict:
        """Of all groups."""
        return worst([one.verdict for one in self.groups]) if self.groups else "inconclusive"

    @property
    def lowest(self) -> Ratio | None:
        """The group with the lowest ratio among those with enough cases; None where there is none."""
        able = [one for one in self.groups if one.enough and one.ratio.value is not None]
        return min(able, key=lambda one: one.ratio.value or 0.0, default=None)


def ratios(favoured: np.ndarray, division: Division) -> Ratios:
    """The rates of a division, not yet judged together with others.

    Args:
        favoured: (n,) bool: the row has the favourable outcome.
        division: of the rows.

    The best-off group is the one with the highest rate among those with enough cases; among all where none has.
    """
    rows = division.rows
    parts = np.bincount(division.codes, weights=favoured, minlength=len(rows)).astype(np.int64)
    many = np.array([sure.enough(int(n), int(part)) for n, part in zip(rows, parts, strict=True)])
    rates = np.where(many if many.any() else rows > 0, parts / np.maximum(rows, 1), -1.0)
    best = int(np.argmax(rates))
    groups = tuple(
        _ratio(place, parts, rows, best, bool(many[place] and many[best]))
        for place in range(len(rows))
        if place != best
    )
    return Ratios(best, groups, sure.share(int(parts[best]), int(rows[best])))


def _ratio(place: int, parts: np.ndarray, rows: np.ndarray, best: int, enough: bool) -> Ratio:
    from scipy import stats

    sides = int(parts[place]), int(rows[place]), int(parts[best]), int(rows[best])
    found = sure.ratio(*sides)
    p = None
    if found.value and found.low is not None:
        spread = (np.log(found.value) - np.log(found.low)) / sure.Z
        p = 1.0 if not spread else float(2 * stats.norm.sf(abs(np.log(found.value / FIFTHS)) / spread))
    return Ratio(place, sides[1], sides[0], sure.share(*sides[:2]), found, p, enough)


def judged(many: Sequence[Ratios]) -> tuple[Ratios, ...]:
    """The same with their verdicts, corrected for all groups of all divisions (Holm).

    ``difference`` where the interval lies below four fifths, and still does after correction; ``none`` where it lies
    above; ``inconclusive`` where it holds four fifths, or a group has too few cases.
    """
    flat = [one for some in many for one in some.groups]
    adjusted = iter(sure.holm([one.p if one.enough else None for one in flat]))
    return tuple(replace(some, groups=tuple(_judged(one, next(adjusted)) for one in some.groups)) for some in many)


def _judged(one: Ratio, p: float | None) -> Ratio:
    low, high = one.ratio.low, one.ratio.high
    if not one.enough or low is None or high is None or p is None:
        return replace(one, adjusted=p)
    if low >= FIFTHS:
        return replace(one, adjusted=p, verdict="none")
    below = high < FIFTHS and p < sure.LEVEL
    return replace(one, adjusted=p, verdict="difference" if below else "inconclusive")
