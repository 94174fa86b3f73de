"""The trained model: nouns, and the one verb that answers. Light: numpy and pandas only, never torch.

Every learner begins with what each original column contributes, by itself; the contributions are put together (added,
or, for trees, the leaves that each column still allows are intersected) and ``finish`` makes the answer of them. The
walk sampler of the reasons rests on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from core.data.conform import conform
from core.data.repair import repair
from core.data.table import Column, Schema
from core.learn.evaluation import MemberScore
from core.learn.recipe import Recipe
from core.words import Message

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded, Preparation

CHUNK = 8_000_000
"""Numbers (32 MB) of first-layer contributions that are held at once."""


class Member(Protocol):
    """One learner."""

    @property
    def name(self) -> str:
        """Of ``core.learn.recipe.TITLES``."""

    @property
    def width(self) -> int:
        """Figures that each column contributes."""

    @property
    def joint(self) -> Literal["sum", "all"]:
        """How contributions are put together: added (float), or (uint64 sets of leaves still possible) intersected."""

    def first_layer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n_rows, n_features, width) float32 or float64 where ``joint`` is "sum", uint64 where it is "all": what each
        original column contributes.

        Args:
            rows: what ``model.ready(frame)`` or ``model.encode(frame)`` gave: typed, repaired, the model's features.
        """

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        """(n, width) contributions put together -> (n, n_outputs) float64 on the scale shown; the bias is inside.

        The scale is the probability of every class in model order, or (n, 1) target units.
        """

    def answer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_outputs) float64: the same as finishing the contributions put together, by the fastest way."""

    def tempered(self, temperature: float) -> Member:
        """The same learner with its probabilities raised to 1 / temperature."""


@dataclass(frozen=True)
class Epoch:
    """One pass of one learner over the training rows; losses in nats, or squared standard deviations of the target."""

    epoch: int
    train_loss: float
    validation_loss: float


@dataclass(frozen=True)
class Trial:
    """One choice of settings that was tried; ``loss`` is None where it was given up early."""

    settings: dict[str, float | str]
    loss: float | None
    """Mean over the folds, in the units of ``Epoch``."""
    epochs: int
    seconds: float
    reached: float | None = None
    """Lowest loss until it was given up."""
    unseen: float | None = None
    """Where it set a record: the loss on rows that judge no trial."""


@dataclass(frozen=True, eq=False)
class Held:
    """Answers for the rows held back while learning, each by learners that never met the row."""

    rows: np.ndarray
    """(n,) row numbers of the table."""
    model: np.ndarray
    """(n, n_classes) or (n,): the blend's."""
    simple: np.ndarray
    """The simple model's."""


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """Members, their weights and all that is needed to answer for the rows of a file.

    Everything given to it and everything it shows (``background``, ``schema``) is in the file's own units and words:
    the recipe's repairs are applied inside ``ready``, once.
    """

    recipe: Recipe
    schema: Schema
    """The features only, in order, with the levels and ranges of the training rows."""
    classes: tuple[str, ...]
    """In the order of the columns of ``predict``; empty for regression."""
    members: tuple[Member, ...]
    weights: np.ndarray
    """(n_members,) float64, sum 1: the answer is the weighted mean of the members' on the scale shown."""
    background: pd.DataFrame
    """Up to 128 training rows as the table has them (typed, not yet repaired); the index holds their row numbers."""
    cutoff: float | None = None
    """Binary: the probability from which the answer is the positive class."""
    preparation: Preparation | None = None
    baseline: Member | None = None
    """The simple model, always trained, whether it is a member or not."""
    prior: tuple[float, ...] = ()
    """Shares of the classes in the training rows, or their mean target."""
    target: Column | None = None
    """The contract of the goal's column, for later files that hold it."""
    history: dict[str, tuple[Epoch, ...]] = field(default_factory=dict)
    """Epochs by member."""
    steps: dict[str, int] = field(default_factory=dict)
    """How far each learner came (epochs, rounds, trees, choices), and of "search" and "encoder" trials and steps: with
    them a run that its time budget cut short is replayed bit for bit."""
    scores: tuple[MemberScore, ...] = ()
    """Every learner trained, also those that got no weight."""
    trials: tuple[Trial, ...] = ()
    """Of the search for settings, in order."""
    held: Held | None = None
    """Present after training; of an opened model these answers lie in the run's ``predictions.parquet``."""
    notes: tuple[Message, ...] = ()
    """What was done that the analyst should know: rows left out, class weights used, a change of device."""
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """What training took, from the table to the model."""

    @property
    def features(self) -> tuple[str, ...]:
        return self.schema.names

    def ready(self, frame: pd.DataFrame) -> pd.DataFrame:
        """RAW or typed rows of a file, not yet repaired -> the features, typed and repaired, a row for a row.

        Raises:
            Problem: a column that the model needs is missing.
        """
        typed, _ = conform(frame, self.schema)
        ready: pd.DataFrame = repair(typed, self._repairs(), scoring=True)
        return ready

    def encode(self, frame: pd.DataFrame) -> pd.DataFrame | Encoded:
        """Rows in the form that ``first_layer`` takes fastest, made once for all members."""
        ready = self.ready(frame)
        return ready if self.preparation is None else self.preparation.encode(ready)

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Answers for RAW or typed rows: (n, n_classes) probabilities, or (n,) numbers in target units; float64."""
        answer = blend(self.members, self.weights, self.encode(frame))
        return answer if self.classes else answer[:, 0]

    def simple(self, frame: pd.DataFrame) -> np.ndarray:
        """The simple model's answers, in the form of ``predict``."""
        if self.baseline is None:
            raise ValueError("the simple model is trained with every model, but: this one has none")
        answer = blend((self.baseline,), np.ones(1), self.encode(frame))
        return answer if self.classes else answer[:, 0]

    def _repairs(self) -> tuple[Any, ...]:
        features = set(self.features)
        return tuple(change for change in self.recipe.repairs if change.column in features)


def blend(members: Sequence[Member], weights: np.ndarray, rows: pd.DataFrame | Encoded) -> np.ndarray:
    """(n, n_outputs) weighted mean of the members' answers."""
    used = [(member, weight) for member, weight in zip(members, weights, strict=True) if weight]
    parts = [weight * member.answer(rows) for member, weight in used]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return np.asarray(total, dtype=np.float64)
