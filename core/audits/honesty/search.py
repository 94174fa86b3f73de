"""Looks for parts of the rows where errors gather: one condition, or two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from core.audits.honesty.conditions import Condition, conditions
from core.audits.sure import FEWEST_ROWS, difference
from core.learn.evaluation import Estimate
from core.words import N_, Message

if TYPE_CHECKING:
    import pandas as pd

    from core.data.table import Schema

LEVELS = 8
"""Levels of a column that are tried, the most frequent first."""
CONDITIONS = 400
"""Conditions that are tried, the strongest first where there are more."""
SURE = NormalDist().inv_cdf(0.95)
"""Standard errors by which a slice must be worse to be checked at all."""
LEAST_SHARE = 0.02
"""Of the rows, for a slice to be worth telling."""
MOST_SHARE = 0.5
"""A slice is the lesser part."""
EDGE = 1.0
"""Standard errors by which two conditions together must be worse than either alone."""


@dataclass(frozen=True, eq=False)
class Slice:
    """Rows that meet one or two conditions."""

    conditions: tuple[Condition, ...]

    @property
    def name(self) -> Message:
        """In words: "age 18 to 25 and sex is F"."""
        if len(self.conditions) == 1:
            return self.conditions[0].name
        return Message(N_("{parts:list}"), {"parts": [one.name for one in self.conditions]})

    @property
    def inside(self) -> np.ndarray:
        """(n,) bool."""
        found: np.ndarray = np.logical_and.reduce([one.inside for one in self.conditions])
        return found


@dataclass(frozen=True)
class Apart:
    """A slice against all other rows."""

    inside: float | None
    outside: float | None
    gap: Estimate
    p: float | None
    """Chance of a gap as large without one, two-sided."""
    n: int
    others: int


def tried(frame: pd.DataFrame, names: Sequence[str], schema: Schema) -> list[Condition]:
    """The conditions on some columns that neither few rows meet nor nearly all."""
    least = max(FEWEST_ROWS, LEAST_SHARE * len(frame))
    found = [one for name in names for one in conditions(frame, name, schema, LEVELS)]
    return [one for one in found if least <= len(one) <= len(frame) - FEWEST_ROWS]


def worst_slices(found: Sequence[Condition], wrong: np.ndarray, rows: np.ndarray, most: int) -> list[Slice]:
    """Slices in which the rows looked at are worse than elsewhere, the surest first, none like another.

    Args:
        found: conditions.
        wrong: (n,) how wrong each row is: 0 or 1, or an absolute error.
        rows: (n,) bool: rows looked at; the others are kept for the check.
        most: slices at most.
    """
    if not found:
        return []
    error = wrong[rows].astype(np.float64)
    met = np.stack([one.inside[rows] for one in found]).astype(np.float32)
    single = _scores(met.sum(axis=1), met @ error, met @ error**2, error)
    if len(found) > CONDITIONS:
        kept = np.sort(np.argsort(-single, kind="stable")[:CONDITIONS])
        found, met, single = [found[place] for place in kept], met[kept], single[kept]
    pairs = _pairs(found, met, error, single)
    few = met.sum(axis=1) <= MOST_SHARE * met.shape[1]
    pairs += [((int(place),), float(single[place])) for place in np.flatnonzero(few)]
    surest = sorted((one for one in pairs if one[1] > SURE), key=lambda one: -one[1])[: 20 * most]
    unlike = _unlike([places for places, _ in surest], met, error, most)
    return [Slice(tuple(found[place] for place in places)) for places in unlike]


def apart(one: Slice, wrong: np.ndarray, rows: np.ndarray) -> Apart:
    """What the slice's rows among ``rows`` are, beside all others among them."""
    from scipy import stats

    inside, outside = wrong[rows & one.inside], wrong[rows & ~one.inside]
    n, others = len(inside), len(outside)
    if n < 2 or others < 2:
        return Apart(None, None, Estimate(None), None, n, others)
    means = float(inside.mean()), float(outside.mean())
    if wrong.dtype == bool:
        compared = difference(int(inside.sum()), n, int(outside.sum()), others)
        return Apart(*means, compared.gap, compared.p, n, others)
    tested = stats.ttest_ind(inside, outside, equal_var=False)
    ends = tested.confidence_interval(0.95)
    known = bool(np.isfinite(tested.pvalue))
    gap = Estimate(means[0] - means[1], *((float(ends.low), float(ends.high)) if known else (None, None)))
    return Apart(*means, gap, float(tested.pvalue) if known else None, n, others)


def _pairs(
    found: Sequence[Condition], met: np.ndarray, error: np.ndarray, single: np.ndarray
) -> list[tuple[tuple[int, ...], float]]:
    """Pairs of conditions on different columns that are clearly worse than either alone, with their scores."""
    count = met @ met.T
    total = (met * error.astype(np.float32)) @ met.T
    squares = (met * (error**2).astype(np.float32)) @ met.T
    least = max(FEWEST_ROWS, LEAST_SHARE * met.shape[1])
    score = _scores(count, total, squares, error)
    mean = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    alone = np.maximum(np.diag(mean)[:, None], np.diag(mean)[None, :])
    spread = np.sqrt(float(error.var()) / np.maximum(count, 1))
    columns = np.unique([one.column for one in found], return_inverse=True)[1]
    fits = (columns[:, None] < columns[None, :]) & (count >= least) & (count <= MOST_SHARE * met.shape[1])
    fits &= mean > alone + EDGE * spread
    fits &= score > np.maximum(single[:, None], single[None, :])
    return [((int(one), int(other)), float(score[one, other])) for one, other in np.argwhere(fits)]


def _scores(count: np.ndarray, total: np.ndarray, squares: np.ndarray, error: np.ndarray) -> np.ndarray:
    """How many standard errors a slice's mean lies above that of the other rows (Welch)."""
    n = len(error)
    others = n - count
    with np.errstate(divide="ignore", invalid="ignore"):
        inside, outside = total / count, (error.sum() - total) / others
        spread = squares / count - inside**2
        spread_outside = ((error**2).sum() - squares) / others - outside**2
        # A slice without a single error, or with nothing else, has no spread of its own: that of all rows stands in.
        floor = 0.1 * float(error.var())
        score = (inside - outside) / np.sqrt(
            np.maximum(spread, floor) / count + np.maximum(spread_outside, floor) / others
        )
    return np.where((count >= 2) & (others >= 2) & np.isfinite(score), score, -np.inf)


def _unlike(found: list[tuple[int, ...]], met: np.ndarray, error: np.ndarray, most: int) -> list[tuple[int, ...]]:
    """Those that are still worse without the rows of the ones before."""
    kept: list[tuple[int, ...]] = []
    left = np.ones(len(error), bool)
    for places in found:
        mine = met[list(places)].all(axis=0)
        one, other = error[mine & left], error[left]
        score = _scores(np.array([len(one)]), np.array([one.sum()]), np.array([(one**2).sum()]), other)[0]
        if score > SURE and len(one) >= FEWEST_ROWS / 2:
            kept.append(places)
            left &= ~mine
        if len(kept) == most:
            break
    return kept
