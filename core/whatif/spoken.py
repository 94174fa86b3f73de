"""What a model says of many cases as one number each, and who is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import Problem
from core.words import N_

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.model import TrainedModel

CHUNK = 20_000
"""Rows that the model is asked about at once."""


@dataclass(frozen=True)
class Counted:
    """What is counted in the answers."""

    label: str
    """Of a class; empty for regression."""
    place: int | None
    """Of the class among the model's."""


def counted(model: TrainedModel, label: str | None) -> Counted:
    """The class asked for; else the positive one, or of several the most frequent.

    Raises:
        Problem: the model has no such class.
    """
    if not model.classes:
        return Counted("", None)
    if label:
        if label not in model.classes:
            raise Problem(
                N_("The model never answers “{label}”. Choose one of its answers: {classes:list}."),
                label=label,
                classes=list(model.classes[:12]),
            )
        return Counted(label, model.classes.index(label))
    place = 1 if len(model.classes) == 2 else int(np.argmax(model.prior)) if model.prior else 0
    return Counted(model.classes[place], place)


def answers(model: TrainedModel, frame: pd.DataFrame, which: Counted) -> np.ndarray:
    """(n,) probability of the class counted, or target units."""
    parts = [model.predict(frame.iloc[start : start + CHUNK]) for start in range(0, len(frame), CHUNK)]
    said = np.concatenate(parts)
    return np.asarray(said if which.place is None else said[:, which.place], dtype=np.float64)


def drawn(frame: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most so many of the rows, in their order."""
    if len(frame) <= most:
        return frame
    return frame.iloc[np.sort(np.random.default_rng(seed).choice(len(frame), most, replace=False))]
