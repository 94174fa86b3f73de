"""Whether the columns that reasons name first are those that the answer rests on.

Columns are taken out of a row (the cells of background rows take their place), those first that hold its answer most
away from the mean; or they are put into background rows in the same order. What sets the answer apart should be gone,
or be there, sooner than in a random order (Petsiuk, Das and Saenko, 2018, arXiv:1806.07421).

# DIFF: a cell that is taken out becomes that of real rows, not one value that may never occur; and what is measured is
how far the answer is from where it goes, which is 0 once it is there or beyond, since columns pull either way.
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
    """Means over the numbers of columns, (n_rows,) each: how much of what sets the answer apart is left after columns
    were taken out (``deletion``), and is not there yet after they were put in (``insertion``)."""

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
    whole = answers(model, encoded, np.tile(np.arange(len(both))[:, None], (1, len(model.features))))
    for row in range(len(frame)):
        if clock.over() and row >= FEWEST:
            break
        own, base = float(whole[row, places[row]]), float(whole[len(frame) :, places[row]].mean())
        sets = _sets(values[row] if own >= base else -values[row], draw)
        if np.abs(values[row]).max(initial=0.0) > 0:
            inside = np.concatenate(sets)
            picks = np.where(inside[:, None, :], row, len(frame) + np.arange(len(others))[None, :, None])
            told = answers(model, encoded, picks.reshape(-1, inside.shape[1]))[:, places[row]]
            found.append(_areas(told.reshape(len(inside), -1).mean(axis=1), own, base, len(sets[0])))
    kept = np.array([one for one in found if one[1] > 0 and one[3] > 0]).reshape(-1, 4)
    return Areas(*kept.T)


def _sizes(columns: int) -> np.ndarray:
    """Numbers of columns that are looked at, the same counted from either end."""
    half = np.floor(np.linspace(1, columns - 1, min(STEPS, columns - 1)) + 0.5).astype(int)
    return np.unique(np.concatenate([half, columns - half]))


def _sets(values: np.ndarray, draw: np.random.Generator) -> list[np.ndarray]:
    """Columns that are from the row, (n_sets, n_columns) bool each: after insertions, after deletions, at random."""
    columns = len(values)
    sizes, ranks = _sizes(columns), np.argsort(np.argsort(-values, kind="stable"))
    many = np.resize(sizes, max(ORDERS, len(sizes)))
    order = draw.permuted(np.tile(np.arange(columns), (len(many), 1)), axis=1)
    return [ranks < sizes[:, None], ranks >= sizes[:, None], order < many[:, None]]


def _areas(told: np.ndarray, own: float, base: float, steps: int) -> tuple[float, float, float, float]:
    """Deletion, by chance, insertion, by chance, from the answers for ``_sets``."""
    way = 1.0 if own >= base else -1.0
    kept, short = np.maximum(way * (told - base), 0.0), np.maximum(way * (own - told), 0.0)
    put, taken, chance = slice(0, steps), slice(steps, 2 * steps), slice(2 * steps, None)
    return float(kept[taken].mean()), float(kept[chance].mean()), float(short[put].mean()), float(short[chance].mean())
