"""A file with the model's answers beside its own columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data.formats.tidy import free_name
from core.engines.base import Event, Watch
from core.words import N_, Message

if TYPE_CHECKING:
    from core.learn.model import TrainedModel

ROWS = 20_000
"""Rows answered at a time: memory stays level however long the file is."""
PREDICTION, PROBABILITY = "prediction", "probability"


def score(model: TrainedModel, raw: pd.DataFrame, watch: Watch | None = None) -> pd.DataFrame:
    """The file's own columns, unchanged, and the model's answers: a row for a row, in the same order.

    Appended are ``prediction`` (the label in the words of the file trained on, at the model's cut-off, or the number)
    and for classes ``probability`` (binary: of the positive class) or ``probability:<class>``. A column of the file
    that already has such a name is kept, and ours gets a number: ``prediction (2)``.

    Args:
        model: a trained model.
        raw: rows of a file as read, text for text.
        watch: is told how far it is.

    Raises:
        Problem: a column that the model needs is missing.
    """
    answers = np.concatenate(list(_answers(model, raw, watch)))
    scored = raw.copy(deep=False)
    for name, column in _columns(model, answers).items():
        scored[free_name(name, scored.columns)] = column
    return scored


def label_of(model: TrainedModel, answers: np.ndarray) -> np.ndarray:
    """(n,) labels for (n, n_classes) probabilities: binary at the model's cut-off, else the likeliest."""
    classes = np.array(model.classes, dtype=object)
    if len(classes) != 2:
        return np.asarray(classes[answers.argmax(axis=1)])
    place = positive_place(model)
    cutoff = 0.5 if model.cutoff is None else model.cutoff
    return np.asarray(np.where(answers[:, place] >= cutoff, classes[place], classes[1 - place]))


def positive_place(model: TrainedModel) -> int:
    """Where the positive class stands among the two."""
    positive = model.recipe.task.positive
    return model.classes.index(positive) if positive in model.classes else 1


def _answers(model: TrainedModel, raw: pd.DataFrame, watch: Watch | None) -> Iterator[np.ndarray]:
    for start in range(0, max(len(raw), 1), ROWS):
        yield model.predict(raw.iloc[start : start + ROWS])
        if watch is not None:
            share = min(1.0, (start + ROWS) / max(len(raw), 1))
            watch.emit(Event("stage", Message(N_("Answering for every row")), share=share))


def _columns(model: TrainedModel, answers: np.ndarray) -> dict[str, np.ndarray]:
    if not model.classes:
        return {PREDICTION: answers}
    columns = {PREDICTION: label_of(model, answers)}
    if len(model.classes) == 2:
        return columns | {PROBABILITY: answers[:, positive_place(model)]}
    return columns | {f"{PROBABILITY}:{name}": answers[:, place] for place, name in enumerate(model.classes)}
