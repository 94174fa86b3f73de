"""What audits look at: a model, the rows it was not shown, the rows it learned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from core.data.goal import event_of
from core.domains.domain import Domain
from core.learn.report import answers

if TYPE_CHECKING:
    import pandas as pd

    from core.data.table import Schema, TableCard
    from core.data.task import Task
    from core.learn.evaluation import Evaluation
    from core.learn.model import TrainedModel
    from core.words import Message


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows with what became of them and what the model says; rows without a known answer are not among them."""

    frame: pd.DataFrame
    """(n, all columns of the table) typed, not repaired; the index holds row numbers of the table."""
    truth: np.ndarray
    """(n,) class numbers, or target values."""
    answer: np.ndarray
    """(n, n_classes) probabilities, or (n,) target units."""

    def __len__(self) -> int:
        return len(self.frame)

    def some(self, places: np.ndarray) -> Rows:
        """Those at some places, or where (n,) bool is true."""
        places = np.flatnonzero(places) if places.dtype == bool else places
        return Rows(self.frame.iloc[places], self.truth[places], self.answer[places])


@dataclass(frozen=True, eq=False)
class Subject:
    """A model under audit."""

    model: TrainedModel
    card: TableCard
    """What is known of the table; its schema names the columns of the rows' frames."""
    test: Rows
    """Rows that the model was not shown (of a later file: all with an answer; of a group: its rows among them)."""
    honest: Rows
    """``test`` and, where the model held rows back in turns while learning, those with the answers of then: every one
    by learners that had not met it. More rows to compare groups on than ``test`` alone."""
    learn: Callable[[], Rows]
    """Makes ``learnt``."""
    evaluation: Evaluation
    cutoff: float | None
    """Binary: the chance from which a row is named, as it is set on the page."""
    sensitive: tuple[str, ...] = ()
    """Columns of the table."""
    domain: Domain | None = None
    model_bytes: int = 0
    """On disk."""
    everybody: bool = True
    """False where ``test`` is a group chosen by the analyst."""
    held: dict[str, Any] = field(default_factory=dict)
    """What one audit made and another may use, by a name of its own ("attack", "stress"); never on disk."""

    @property
    def task(self) -> Task:
        """What is predicted, from what."""
        return self.model.recipe.task

    @property
    def schema(self) -> Schema:
        """Of the whole table."""
        return self.card.schema

    @property
    def seed(self) -> int:
        """All randomness of audits comes from it."""
        return self.model.recipe.seed

    @cached_property
    def learnt(self) -> Rows:
        """Up to ``deliver.audits.MOST_LEARNT`` rows that the model was fitted on, with its answers for them."""
        return self.learn()

    @property
    def positive(self) -> int:
        """Binary: place of the event whose chance is shown."""
        return self.model.classes.index(str(self.task.positive))

    @property
    def event(self) -> str | Message:
        """Binary: what the chance is of, so that it is understood alone."""
        return event_of(self.task.goal, str(self.task.positive))

    def happened(self, rows: Rows) -> np.ndarray:
        """(n,) bool; binary only: the event came true."""
        return np.asarray(rows.truth == self.positive)

    def chance(self, rows: Rows) -> np.ndarray:
        """(n,); binary only: the chance of the event."""
        return np.asarray(rows.answer[:, self.positive])

    def names(self, answer: np.ndarray) -> np.ndarray:
        """(n,) bool; binary only: rows named at the cut-off, of (n, 2) probabilities."""
        return np.asarray(answer[:, self.positive] >= (0.5 if self.cutoff is None else self.cutoff))

    def said(self, answer: np.ndarray) -> np.ndarray:
        """(n,) class numbers answered, for (n, n_classes) probabilities; binary at the cut-off."""
        if self.task.kind == "binary":
            return np.where(self.names(answer), self.positive, 1 - self.positive)
        return answers(answer, None)

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """The model's answers for changed rows, in the form of ``Rows.answer``."""
        return self.model.predict(frame)
