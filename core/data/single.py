"""What one column alone knows of the answer, cross-validated, for thousands of columns.

Every column becomes codes (bins of equal count, or its levels; missing is a code of its own). For each code the answer
is averaged over the other folds, shrunk to the mean, and taken as the guess. Columns of numbers are also tried as they
are: by rank for classes; by a line and by their nearest neighbours for amounts, which bins would blur.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

FOLDS = 5
BINS = 64
SHRINK = 1.0
"""Rows of the mean that each code's average is mixed with."""
CLASSES = 20
"""The most frequent classes that are tried, each against the rest."""
RISK = 0.05
"""Chance that any column of the table is named by luck."""
NEIGHBOURS = 5


@dataclass(frozen=True)
class Single:
    """A column's cross-validated score, the score that luck could reach, and evidence.

    ``score`` is an area under the ROC curve (0.5 is chance) or an R² (0 is chance). ``sure`` is its lower bound where
    all columns searched are to hold at once.
    """

    score: float
    luck: float
    sure: float
    rows: tuple[int, ...] = ()

    def level(self, limits: tuple[float, ...]) -> int:
        """Index of the highest limit reached, -1 for none.

        The score must beat luck; and for a higher level the lower bound must still reach the level below, so that a
        strong sign in few rows is not mistaken for the answer itself.
        """
        if self.score <= self.luck:
            return -1
        reached = sum(self.score >= limit for limit in limits) - 1
        while reached > 0 and self.sure < limits[reached - 1]:
            reached -= 1
        return reached


def score_columns(
    frame: pd.DataFrame, names: list[str], answer: pd.Series, rows: np.ndarray, measure: str, seed: int
) -> dict[str, Single]:
    """Scores of the columns on some rows.

    Args:
        frame: typed, ``(n_rows, n_columns)``.
        names: numbers, categories and dates among its columns.
        answer: labels, or numbers for ``measure`` "r2"; aligned with ``frame``.
        rows: places of the rows to use, ``(n,)``; none has a missing answer.
        measure: "auc" (0.5 guessing to 1) or "r2" (at most 1).
        seed: of the folds.

    Returns:
        By name what the column reaches on rows held back; a column that cannot be scored is left out.
    """
    fold = np.random.default_rng(seed).permutation(len(rows)) % FOLDS
    judge = _Classes(answer.iloc[rows], fold) if measure == "auc" else _Amounts(answer.iloc[rows], fold)
    luck = NormalDist().inv_cdf(1 - RISK / max(len(names), 1))
    numbers = frame.index.to_numpy()[rows]
    found = {}
    for name in names:
        values = frame[name].iloc[rows]
        single = judge.score(values, luck, numbers)
        if single is not None:
            found[name] = single
    return found


def _numbers(values: pd.Series) -> np.ndarray | None:
    """The column as floats (dates as their order), or None for words."""
    if is_datetime64_any_dtype(values):
        stamps = values.to_numpy()
        return np.where(np.isnat(stamps), np.nan, stamps.astype("int64").astype(float))
    if is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    return None


def _codes(values: pd.Series, numbers: np.ndarray | None) -> tuple[np.ndarray, int]:
    """Codes 0..n-1 of the rows and n; the last code is missing."""
    codes, distinct = pd.factorize(values if numbers is None else numbers)
    if numbers is None or len(distinct) <= BINS:
        return np.where(codes < 0, len(distinct), codes), len(distinct) + 1
    edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, BINS + 1)[1:-1]))
    binned = np.searchsorted(edges, numbers, side="right")
    return np.where(np.isnan(numbers), len(edges) + 1, binned), len(edges) + 2


class _Classes:
    """Scores columns by the area under the ROC curve, each class against the rest."""

    def __init__(self, labels: pd.Series, fold: np.ndarray) -> None:
        counts = labels.value_counts()
        kept = list(counts.index[: CLASSES if len(counts) > 2 else 1])
        self.fold = fold
        self.hits = np.column_stack([labels.to_numpy(dtype=object) == one for one in kept]).astype(float)
        self.share = self.hits.mean(axis=0)

    def score(self, values: pd.Series, z: float, rows: np.ndarray) -> Single | None:
        numbers = _numbers(values)
        codes, size = _codes(values, numbers)
        if size <= 2 and (codes == codes[0]).all():
            return None
        guess, cell = self._guesses(codes, size)
        areas = _areas_of_cells(guess, *self._counts(cell, len(guess)))
        if numbers is not None:
            areas = np.maximum(areas, self._areas_by_rank(numbers))
        score = float(areas.mean())
        worst = int(self.share.argmin())
        positives = self.hits[:, worst].sum()
        luck, sure = bounds(score, positives, len(codes) - positives, z)
        return Single(score, luck, sure, ends(guess[cell, worst], rows))

    def _guesses(self, codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Guess per cell (code by fold) and class, from the other folds; and each row's cell."""
        cell = codes * FOLDS + self.fold
        rows = np.bincount(cell, minlength=size * FOLDS).reshape(size, FOLDS)
        hits = np.stack(
            [np.bincount(cell, weights=hit, minlength=size * FOLDS).reshape(size, FOLDS) for hit in self.hits.T], axis=2
        )
        others = rows.sum(axis=1, keepdims=True) - rows
        hits = hits.sum(axis=1, keepdims=True) - hits
        guess = (hits + SHRINK * self.share) / (others + SHRINK)[..., None]
        return guess.reshape(size * FOLDS, -1), cell

    def _counts(self, cell: np.ndarray, cells: int) -> tuple[np.ndarray, np.ndarray]:
        hits = np.stack([np.bincount(cell, weights=hit, minlength=cells) for hit in self.hits.T], axis=1)
        return hits, np.bincount(cell, minlength=cells)[:, None] - hits

    def _areas_by_rank(self, numbers: np.ndarray) -> np.ndarray:
        """Areas of the column as it is, rising or falling; missing values stand in the middle."""
        rank = pd.Series(numbers).rank().to_numpy()
        present = np.isfinite(rank)
        rank = np.where(present, rank, (present.sum() + 1) / 2)
        positives = self.hits.sum(axis=0)
        negatives = len(rank) - positives
        mean = rank.mean()
        area = 0.5 + (rank @ self.hits - positives * mean) / np.maximum(positives * negatives, 1)
        return np.asarray(np.maximum(area, 1 - area))


class _Amounts:
    """Scores columns by R²."""

    def __init__(self, numbers: pd.Series, fold: np.ndarray) -> None:
        self.fold = fold
        self.truth = numbers.to_numpy(dtype=float)
        self.centred = self.truth - self.truth.mean()
        self.total = float(self.centred @ self.centred)

    def score(self, values: pd.Series, z: float, rows: np.ndarray) -> Single | None:
        if self.total == 0:
            return None
        numbers = _numbers(values)
        guesses = [self._by_code(*_codes(values, numbers))]
        if numbers is not None and np.isfinite(numbers).sum() >= 2 * FOLDS:
            guesses += [self._by_line(numbers), self._by_neighbours(numbers)]
        with np.errstate(over="ignore", invalid="ignore"):
            scores = [1 - float(((self.centred - guess) ** 2).sum()) / self.total for guess in guesses]
        best = int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))
        n = len(self.truth)
        score = scores[best]
        luck = z * z / n
        spread = 2 * math.sqrt(max(score, 0.0)) * (1 - score) / math.sqrt(n)
        return Single(score, luck, score - z * spread, ends(guesses[best], rows))

    def _by_code(self, codes: np.ndarray, size: int) -> np.ndarray:
        cell = codes * FOLDS + self.fold
        rows = np.bincount(cell, minlength=size * FOLDS).reshape(size, FOLDS)
        sums = np.bincount(cell, weights=self.centred, minlength=size * FOLDS).reshape(size, FOLDS)
        others = rows.sum(axis=1, keepdims=True) - rows
        guess = (sums.sum(axis=1, keepdims=True) - sums) / (others + SHRINK)
        return np.asarray(guess.reshape(-1)[cell])

    @np.errstate(over="ignore", invalid="ignore")
    def _by_line(self, numbers: np.ndarray) -> np.ndarray:
        x = np.where(np.isfinite(numbers), numbers, np.nanmean(numbers[np.isfinite(numbers)]))
        guess = np.empty_like(self.centred)
        for fold in range(FOLDS):
            out = self.fold == fold
            inside, answer = x[~out], self.centred[~out]
            spread = inside - inside.mean()
            slope = float(spread @ answer) / max(float(spread @ spread), 1e-300)
            guess[out] = answer.mean() + slope * (x[out] - inside.mean())
        return np.asarray(guess)

    @np.errstate(over="ignore", invalid="ignore")
    def _by_neighbours(self, numbers: np.ndarray) -> np.ndarray:
        """The mean answer of the nearest values in the other folds, straight lines between."""
        present = np.isfinite(numbers)
        guess = np.zeros_like(self.centred)
        order = np.argsort(numbers, kind="stable")[: int(present.sum())]
        for fold in range(FOLDS):
            others = order[self.fold[order] != fold]
            out = present & (self.fold == fold)
            width = min(NEIGHBOURS, len(others))
            if not width:
                continue
            kernel = np.full(width, 1 / width)
            x = np.convolve(numbers[others], kernel, "valid")
            guess[out] = np.interp(numbers[out], x, np.convolve(self.centred[others], kernel, "valid"))
        return np.asarray(guess)


def _areas_of_cells(guess: np.ndarray, hits: np.ndarray, misses: np.ndarray) -> np.ndarray:
    """Area under the ROC curve per class from counts in cells of equal guess, shape ``(n_cells, n_classes)``."""
    areas = np.empty(guess.shape[1])
    for at in range(guess.shape[1]):
        _, place = np.unique(guess[:, at], return_inverse=True)
        up = np.bincount(place, weights=hits[:, at])
        down = np.bincount(place, weights=misses[:, at])
        below = np.cumsum(down) - down
        pairs = up.sum() * down.sum()
        areas[at] = float(up @ (below + down / 2)) / pairs if pairs else 0.5
    return areas


def bounds(area: float, positives: float, negatives: float, z: float) -> tuple[float, float]:
    """The area that luck reaches, and the lower bound of this one.

    Source: Hanley and McNeil 1982, doi 10.1148/radiology.143.1.7063747.
    """
    pairs = max(positives * negatives, 1.0)
    luck = 0.5 + z * math.sqrt((positives + negatives + 1) / (12 * pairs))
    first, second = area / (2 - area), 2 * area * area / (1 + area)
    spread = area * (1 - area) + (positives - 1) * (first - area**2) + (negatives - 1) * (second - area**2)
    return luck, area - z * math.sqrt(max(spread, 0.0) / pairs)


def ends(guess: np.ndarray, rows: np.ndarray, each: int = 5) -> tuple[int, ...]:
    """Rows with the lowest and the highest guesses: where the column speaks most clearly."""
    count = min(each, len(guess) // 2)
    if not count:
        return ()
    order = np.argsort(guess, kind="stable")
    return tuple(sorted({int(rows[at]) for at in (*order[:count], *order[-count:])}))
