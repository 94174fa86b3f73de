"""Exact Shapley values by asking for every coalition: for few changed columns, through ``model.predict`` alone."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from core.learn.model import TrainedModel

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS = 10
"""So many columns that differ are enumerated: 1,024 coalitions."""
MOST_ROWS = 20_000
"""Mixed rows that are asked for at once."""


def changed(row: pd.DataFrame, background: pd.DataFrame) -> np.ndarray:
    """Places of the columns in which a row differs from any background row; both typed alike."""
    import pandas as pd

    different = []
    for place, name in enumerate(row.columns):
        cell, others = row[name].iloc[0], background[name]
        same = others.isna() if pd.isna(cell) else others == cell
        if not same.fillna(False).to_numpy(dtype=bool).all():
            different.append(place)
    return np.array(different, dtype=np.int64)


def few(typed: pd.DataFrame, background: pd.DataFrame) -> list[np.ndarray] | None:
    """Of each row the columns in which it differs from the background rows; None where they are too many for some."""
    found = [changed(typed.iloc[[row]], background) for row in range(len(typed))]
    most = max((len(places) for places in found), default=0)
    return found if most <= MOST_COLUMNS and 2**most * len(background) <= MOST_ROWS else None


def mixed(row: pd.DataFrame, background: pd.DataFrame, places: np.ndarray, kept: np.ndarray) -> pd.DataFrame:
    """(n_coalitions * n_background, n_columns) rows: the background rows, in each coalition with some cells of the row.

    Args:
        row: one row.
        background: rows typed like it.
        places: (k,) columns that are put together anew; all others are the background rows'.
        kept: (n_coalitions, k) bool: which of these are the row's.
    """
    import pandas as pd

    count = len(background)
    both = pd.concat([background, row], ignore_index=True)
    owners = np.tile(np.arange(count), (len(kept), 1))
    made = {name: both[name].take(owners.ravel()).array for name in both.columns}
    for place, own in zip(places, kept.T, strict=True):
        name = both.columns[place]
        made[name] = both[name].take(np.where(own[:, None], count, owners).ravel()).array
    return pd.DataFrame(made)


def worths(
    model: TrainedModel, row: pd.DataFrame, background: pd.DataFrame, places: np.ndarray, kept: np.ndarray, label: int
) -> np.ndarray:
    """(n_coalitions,) mean answer of each coalition over the background rows; of ``mixed``."""
    step, count, found = max(1, MOST_ROWS // len(background)), len(background), []
    for start in range(0, len(kept), step):
        answers = model.predict(mixed(row, background, places, kept[start : start + step]))
        answers = answers[:, None] if answers.ndim == 1 else answers
        found.append(answers[:, label].reshape(-1, count).mean(axis=1))
    return np.concatenate(found)


def subsets(players: int) -> np.ndarray:
    """(2 ** players, players) bool: all coalitions; the number of a coalition has its members' bits."""
    return np.asarray((np.arange(2**players)[:, None] >> np.arange(players)) & 1, dtype=bool)


def shapley(worth: np.ndarray) -> np.ndarray:
    """(players,) Shapley values from the worth of every coalition, in the order of ``subsets`` (Shapley, 1953)."""
    players = len(worth).bit_length() - 1
    sizes = np.bitwise_count(np.arange(len(worth)))
    shares = np.array([factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)])
    values = np.zeros(players)
    for player in range(players):
        without = np.flatnonzero((np.arange(len(worth)) >> player) & 1 == 0)
        values[player] = shares[sizes[without]] @ (worth[without + (1 << player)] - worth[without])
    return values


def enumerated(
    model: TrainedModel, row: pd.DataFrame, background: pd.DataFrame, places: np.ndarray, label: int
) -> np.ndarray:
    """(n_columns,) exact values of one row against background rows that differ from it in ``places`` only."""
    values = np.zeros(row.shape[1])
    if len(places):
        values[places] = shapley(worths(model, row, background, places, subsets(len(places)), label))
    return values
