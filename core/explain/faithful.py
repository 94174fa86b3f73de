"""Whether the columns that reasons name first are those that the answer rests on.

Columns are taken out of a row (replaced by the cells of background rows) in the order of the sizes of their values, or
put one after another into background rows; the answer should leave, or reach, that of the row sooner than in a random
order (after Petsiuk, Das and Saenko, 2018, arXiv:1806.07421).

# DIFF: distances are taken as they are and not by their sign, since columns pull either way; and a cell that is taken
out becomes that of real rows, not one value that may never occur.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explain.mix import answers
from core.learn.model import TrainedModel

if TYPE_CHECKING:
    import pandas as pd

    from core.explain.sampling import Clock
    from core.learn.prepare import Encoded

STEPS = 10
"""Numbers of columns after which the answer is looked at."""
ORDERS = 100
"""Random orders a row; each is looked at once, all numbers of columns in turn."""
OTHERS = 8
"""Background rows that cells are taken from."""
FEWEST = 8
"""Rows that are looked at whatever the time."""


@dataclass(frozen=True, eq=False)
class Areas:
    """Mean distances over the numbers of columns, (n_rows,) each: of the answer from that of the background rows after
    columns were taken out (``deletion``), and from that of the row after they were put in (``insertion``)."""

    deletion: np.ndarray
    deletion_random: np.ndarray
    insertion: np.ndarray
    insertion_random: np.ndarray


def areas(
    model: TrainedModel, frame: pd.DataFrame, values: np.ndarray, places: np.ndarray, seed: int, clock: Clock
) -> Areas:
    """The areas of as many rows as there is time for; rows whose answer nothing moves are left out.

    Args:
        model: a trained model.
        frame: (n_rows, ...) the rows explained.
        values: (n_rows, n_columns) their values.
        places: (n_rows,) of the class explained; 0 for numbers.
        seed: draws the orders and the background rows.
        clock: time.
    """
    import pandas as pd

    draw = np.random.default_rng((seed, 5))
    others = draw.choice(len(model.background), min(OTHERS, len(model.background)), replace=False)
    both = pd.concat([frame[list(model.features)], model.background.iloc[others]], ignore_index=True)
    encoded, found = model.encode(both), []
    for row in range(len(frame)):
        if clock.over() and row >= FEWEST:
            break
        if np.abs(values[row]).max(initial=0.0) > 0:
            sets = _sets(values[row], draw)
            found.append(_row(model, encoded, row, len(frame), len(others), sets, int(places[row])))
    kept = np.array([one for one in found if one[1] > 0 and one[3] > 0]).reshape(-1, 4)
    return Areas(*kept.T)


def _sizes(columns: int) -> np.ndarray:
    """Numbers of columns that are looked at, the same counted from either end."""
    half = np.floor(np.linspace(1, columns - 1, min(STEPS, columns - 1)) + 0.5).astype(int)
    return np.unique(np.concatenate([half, columns - half]))


def _sets(values: np.ndarray, draw: np.random.Generator) -> list[np.ndarray]:
    """Columns that are from the row, (n_sets, n_columns) bool each: after insertions, after deletions, at random."""
    columns = len(values)
    sizes, ranks = _sizes(columns), np.argsort(np.argsort(-np.abs(values), kind="stable"))
    many = np.resize(sizes, max(ORDERS, len(sizes)))
    order = draw.permuted(np.tile(np.arange(columns), (len(many), 1)), axis=1)
    return [ranks < sizes[:, None], ranks >= sizes[:, None], order < many[:, None]]


def _row(
    model: TrainedModel,
    encoded: pd.DataFrame | Encoded,
    row: int,
    rows: int,
    others: int,
    sets: list[np.ndarray],
    place: int,
) -> tuple[float, float, float, float]:
    """Deletion, by chance, insertion, by chance."""
    columns = sets[0].shape[1]
    ends = [np.zeros((1, columns), dtype=bool), np.ones((1, columns), dtype=bool)]
    inside = np.concatenate([*sets, *ends])
    picks = np.where(inside[:, None, :], row, rows + np.arange(others)[None, :, None])
    told = answers(model, encoded, picks.reshape(-1, columns))[:, place].reshape(len(inside), others).mean(axis=1)
    put, taken, chance = np.split(told[:-2], np.cumsum([len(one) for one in sets])[:-1])
    base, own = told[-2], told[-1]
    return (
        float(np.abs(taken - base).mean()),
        float(np.abs(chance - base).mean()),
        float(np.abs(put - own).mean()),
        float(np.abs(chance - own).mean()),
    )
