"""Exact Shapley values by asking the model for every coalition, where few columns differ."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from core.learn.model import TrainedModel, blend
from core.learn.prepare import Encoded

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


def worths(
    model: TrainedModel, row: pd.DataFrame, background: pd.DataFrame, places: np.ndarray, kept: np.ndarray, label: int
) -> np.ndarray:
    """(n_coalitions,) mean answer over the background rows, in each coalition with some cells of the row.

    Columns are put together as inputs, so that each text is read once; the answer is that of ``model.predict``.

    Args:
        model: who answers.
        row: one row.
        background: rows.
        places: (k,) columns that are put together anew; all others are the background rows'.
        kept: (n_coalitions, k) bool: which of these are the row's.
        label: place of the class; 0 for numbers.
    """
    import pandas as pd

    count, found = len(background), []
    both = model.encode(pd.concat([background, row], ignore_index=True))
    step = max(1, MOST_ROWS // count)
    for start in range(0, len(kept), step):
        some = kept[start : start + step]
        owners = np.tile(np.arange(count), len(some))[:, None].repeat(len(model.features), axis=1)
        owners[:, places] = np.where(np.repeat(some, count, axis=0), count, owners[:, places])
        answers = blend(model.members, model.weights, _mixed(model, both, owners))
        found.append(answers[:, label].reshape(-1, count).mean(axis=1))
    return np.concatenate(found)


def _mixed(model: TrainedModel, both: pd.DataFrame | Encoded, owners: np.ndarray) -> pd.DataFrame | Encoded:
    """Rows whose cells are taken from others: ``owners`` (n, n_columns) says from which."""
    if not isinstance(both, Encoded) or model.preparation is None:
        import pandas as pd

        frame: pd.DataFrame = both  # type: ignore[assignment]
        cells = zip(frame.columns, owners.T, strict=True)
        return pd.DataFrame({name: frame[name].take(own).array for name, own in cells})
    place = model.preparation.owners
    numbers, levels, texts = (place[name] for name in ("numbers", "levels", "texts"))
    return Encoded(
        numbers=both.numbers[owners[:, numbers], np.arange(len(numbers))],
        codes=both.codes[owners[:, levels], np.arange(len(levels))],
        texts=tuple(part[owners[:, own]] for part, own in zip(both.texts, texts, strict=True)),
        columns=both.columns,
        vectors=tuple(part[owners[:, own]] for part, own in zip(both.vectors, texts, strict=False)),
    )


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
