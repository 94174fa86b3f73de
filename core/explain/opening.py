"""What reasons need of a model whichever row is explained: made at the first question, kept as long as the model."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from core.explain.walks import Part, lay_open
from core.learn.model import TrainedModel, blend

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 64
"""Background rows: of those a model offers (drawn at random) the first so many, for every row and every question, so
that numbers agree wherever they are shown."""


@dataclass(frozen=True, eq=False)
class Opening:
    """A model laid open over background rows."""

    background: pd.DataFrame
    answers: np.ndarray
    """(n_background, n_outputs) of the model."""
    parts: tuple[Part, ...]

    @cached_property
    def straight(self) -> tuple[Part, ...]:
        """Members whose values are exact without walks where the answer is a number."""
        return tuple(part for part in self.parts if part.straight)


_LOCK = threading.Lock()
_KEPT: WeakKeyDictionary[TrainedModel, Opening] = WeakKeyDictionary()


def opening(model: TrainedModel) -> Opening:
    """The model over its own background rows."""
    with _LOCK:
        found = _KEPT.get(model)
        if found is None:
            found = _KEPT[model] = opened(model, model.background.iloc[:FEWEST])
        return found


def opened(model: TrainedModel, background: pd.DataFrame) -> Opening:
    """The model over these background rows."""
    rows = model.encode(background)
    answers = blend(model.members, model.weights, rows)
    used = [(member, weight) for member, weight in zip(model.members, model.weights, strict=True) if weight]
    return Opening(background, answers, tuple(lay_open(member, weight, rows) for member, weight in used))


def numbers_of(frame: pd.DataFrame) -> np.ndarray:
    """(n_rows,) row numbers: the index where it is whole numbers."""
    return frame.index.to_numpy() if frame.index.dtype.kind in "iu" else np.arange(len(frame))
