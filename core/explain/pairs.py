"""Which columns act together: Shapley interaction values of pairs, and the partner that best colours a dependence."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from core.data.conform import conform
from core.explain.coalitions import subsets, worths
from core.explain.explanation import Explanation
from core.explain.opening import FEWEST, numbers_of
from core.learn.model import TrainedModel

if TYPE_CHECKING:
    import pandas as pd

FEWEST_BACKGROUND = 16
"""Where time is short, so many of them."""
MOST_TOP = 8
"""Columns among which pairs are looked at: 256 coalitions."""
STRETCHES = 6
"""Of a column's cells by rank, within which a partner's values are compared."""
LEAST = 24
"""Rows below which no partner is named."""
CLEAR = 0.05
"""A partner explains at least this share of what the column's own cells do not, beyond chance."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Interactions of pairs of columns, on the scale shown."""

    columns: tuple[str, ...]
    """(k,) looked at, the weightiest first."""
    rows: np.ndarray
    """(n_rows,) row numbers in the table or file."""
    values: np.ndarray
    """(n_rows, k, k) symmetric, 0 on the diagonal: what two columns move the answer by together beyond what each does
    alone; half of it is in each one's Shapley value."""
    label: str = ""
    """The class explained; empty for regression."""
    background: int = FEWEST
    """Background rows used."""
    seconds: float = 0.0


def pairs(
    model: TrainedModel,
    frame: pd.DataFrame,
    *,
    label: str | None = None,
    top: int = 6,
    seconds: float = 10.0,
    seed: int = 0,
) -> Pairs:
    """Shapley interaction indices among the columns with the largest values, by asking for every coalition of them.

    The index is the mean of the second difference over coalitions of the others, weighted as in Grabisch and Roubens
    (1999, doi:10.1007/s001820050125).
    # DIFF: the players are the top columns only, each background row keeping its other cells; among them it is exact.

    Args:
        model: a trained model.
        frame: (n_rows, ...) raw or typed rows; an integer index is taken for their row numbers.
        label: the class; default as in ``explain``, for all rows that of the first.
        top: columns, at most ``MOST_TOP``.
        seconds: with less than the work needs, fewer background rows are used, then fewer rows answered.
        seed: draws the walks that choose the columns.
    """
    from core.explain.shapley import explain

    begun = time.perf_counter()
    typed, _ = conform(frame, model.schema)
    first = explain(model, typed, labels=label, seconds=seconds / 3, seed=seed, fewest=1)
    name = first.labels[0] if len(first.labels) else ""
    place = model.classes.index(name) if name else 0
    order = np.argsort(-np.abs(first.values).mean(axis=0), kind="stable")[: min(top, MOST_TOP)]
    kept, found = subsets(len(order)), []
    background = model.background.iloc[:FEWEST]
    for done in range(len(typed)):
        now = time.perf_counter()
        worth = worths(model, typed.iloc[[done]], background, order, kept, place)
        found.append(interactions(worth))
        spent, left = time.perf_counter() - now, seconds - (time.perf_counter() - begun)
        if done == 0 and spent * (len(typed) - 1) > left:
            background = background.iloc[:FEWEST_BACKGROUND]
        if left <= 0:
            break
    size = len(order)
    return Pairs(
        columns=tuple(model.features[one] for one in order),
        rows=numbers_of(frame)[: len(found)],
        values=np.array(found).reshape(len(found), size, size),
        label=name,
        background=len(background),
        seconds=time.perf_counter() - begun,
    )


def interactions(worth: np.ndarray) -> np.ndarray:
    """(players, players) interaction indices from the worth of every coalition, in the order of ``subsets``."""
    players = len(worth).bit_length() - 1
    number, values = np.arange(len(worth)), np.zeros((players, players))
    sizes = np.bitwise_count(number)
    shares = [factorial(s) * factorial(players - s - 2) / factorial(players - 1) for s in range(max(0, players - 1))]
    for one in range(players):
        for other in range(one):
            mine, yours = 1 << one, 1 << other
            without = number[(number & (mine | yours)) == 0]
            both, neither = worth[without + mine + yours], worth[without]
            second = both - worth[without + mine] - worth[without + yours] + neither
            values[one, other] = values[other, one] = np.array(shares)[sizes[without]] @ second
    return values


def partners(explanation: Explanation, column: str) -> tuple[str, ...]:
    """Columns by which a column's values are best told apart where its own cells are alike, the best first.

    Within stretches of the column's cells (by rank, missing apart) its values are taken from their mean; a partner is
    good where high and low cells of it go with high and low values there (the share of squares that its rank explains,
    beyond what chance would). Numpy alone, for a page that waits. Empty where none is clear.
    """
    place = explanation.columns.index(column)
    values, cells = explanation.values[:, place], explanation.numbers
    if len(values) < LEAST:
        return ()
    rest, parts = _rest(values, _stretches(cells[:, place]))
    found = [(_told(rest, parts, cells[:, one]), one) for one in range(len(explanation.columns)) if one != place]
    clear = sorted(((share, one) for share, one in found if share > CLEAR), key=lambda pair: (-pair[0], pair[1]))
    return tuple(explanation.columns[one] for _, one in clear)


def _stretches(cells: np.ndarray) -> np.ndarray:
    """(n,) number of the stretch that each cell lies in; equal cells together."""
    known = np.flatnonzero(~np.isnan(cells))
    found = np.full(len(cells), -1)
    if len(known):
        levels, each = np.unique(cells[known], return_inverse=True)
        counts = np.cumsum(np.bincount(each, minlength=len(levels)))
        own = np.arange(len(levels)) if len(levels) <= STRETCHES else (STRETCHES * (counts - 1)) // counts[-1]
        found[known] = own[each]
    return found


def _rest(values: np.ndarray, stretch: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Values less the mean of their stretch, and the rows of each stretch."""
    rest, parts = np.zeros(len(values)), []
    for one in np.unique(stretch):
        rows = np.flatnonzero(stretch == one)
        if len(rows) > 2:
            rest[rows] = values[rows] - values[rows].mean()
            parts.append(rows)
    return rest, parts


def _told(rest: np.ndarray, parts: list[np.ndarray], cells: np.ndarray) -> float:
    """Share of the squares of ``rest`` that the ranks of ``cells`` explain within the parts, less that of chance."""
    whole = float((rest**2).sum())
    filled = np.where(np.isnan(cells), -np.inf, cells)
    if whole <= 1e-24 or len(np.unique(filled)) < 2:
        return 0.0
    explained, used, total = 0.0, 0, 0
    for rows in parts:
        _, ranks = np.unique(filled[rows], return_inverse=True)
        spread = ranks - ranks.mean()
        if (squares := float((spread**2).sum())) > 0:
            explained += float(spread @ rest[rows]) ** 2 / squares
            used += 1
        total += len(rows) - 1
    share = explained / whole
    return share - (1 - share) * used / max(1, total - used)
