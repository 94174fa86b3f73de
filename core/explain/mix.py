"""Rows put together out of the cells of others, and what a model says of them; cells are encoded only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.learn.model import TrainedModel, blend
from core.learn.prepare import Encoded, Preparation

if TYPE_CHECKING:
    import pandas as pd

ROWS = 20_000
"""Rows that are put together at once."""


def answers(model: TrainedModel, rows: pd.DataFrame | Encoded, picks: np.ndarray) -> np.ndarray:
    """(n, n_outputs) float64: probabilities in model order, or (n, 1) target units.

    Args:
        model: a trained model.
        rows: what ``model.encode`` made of the rows that cells are taken from.
        picks: (n, n_features) of each row that is put together, and each column: the place of the row it is taken from.
    """
    parts = [
        blend(model.members, model.weights, mixed(rows, picks[start : start + ROWS], model.preparation))
        for start in range(0, max(1, len(picks)), ROWS)
    ]
    return np.concatenate(parts)


def mixed(rows: pd.DataFrame | Encoded, picks: np.ndarray, plan: Preparation | None) -> pd.DataFrame | Encoded:
    """The rows that ``picks`` asks for; of ``answers``."""
    if not isinstance(rows, Encoded):
        import pandas as pd

        taken = {name: rows[name].array.take(picks[:, place]) for place, name in enumerate(rows.columns)}
        return pd.DataFrame(taken, index=pd.RangeIndex(len(picks)))
    if plan is None:
        raise ValueError("rows are encoded by a preparation, but: the model has none")
    owners = plan.owners
    return Encoded(
        np.take_along_axis(rows.numbers, picks[:, owners["numbers"]], axis=0),
        np.take_along_axis(rows.codes, picks[:, owners["levels"]], axis=0),
        tuple(text[picks[:, owner]] for text, owner in zip(rows.texts, owners["texts"], strict=True)),
        rows.columns,
        tuple(part[picks[:, owner]] for part, owner in zip(rows.vectors, owners["texts"], strict=False)),
    )
