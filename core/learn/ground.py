"""What all learners of a run learn from, and what one of them has come to."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.data.task import Task
from core.engines.base import Watch
from core.learn import device as devices
from core.learn.lesson import Lesson
from core.learn.model import Epoch, Member, TrainedModel
from core.learn.prepare import Encoded, Preparation
from core.learn.recipe import Recipe
from core.words import Message


@dataclass(frozen=True, eq=False)
class Fold:
    """Places of rows to fit on, and of those held back meanwhile; sorted, disjoint."""

    fit: np.ndarray
    check: np.ndarray


@dataclass(frozen=True, eq=False)
class Trained:
    """A learner with its course."""

    member: Member
    seconds: float
    steps: int
    """Rounds, epochs or choices: with them it is replayed bit for bit."""
    answers: np.ndarray
    """(n_checked, n_outputs) for ``ground.checked`` on the scale shown, each row by a learner that never met it."""
    history: tuple[Epoch, ...] = ()
    """Means over the folds."""
    loss: float = 0.0
    """On the rows held back: nats, or squared target units."""


@dataclass(eq=False)
class Turn:
    """When a learner must end beside its own early stopping, and where it says what should be known."""

    deadline: float = math.inf
    """``time.monotonic()`` by which it ends."""
    steps: int | None = None
    """Replay: exactly this many, whatever the clock says."""
    notes: list[Message] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Ground:
    """All that the members learn from."""

    recipe: Recipe
    plan: Preparation
    rows: Lesson
    """All rows that may be learned from, also those held back in a fold."""
    numbers: np.ndarray
    """(n,) their row numbers in the table."""
    folds: tuple[Fold, ...]
    """Several: every row is held back once. One: the rows for validation are held back."""
    classes: int
    """0 for regression."""
    scaling: tuple[float, float]
    """Mean and standard deviation of the target (regression; else 0 and 1); ``rows.truth`` is standardised by them."""
    device: devices.Device
    watch: Watch
    started: float
    """``time.monotonic()`` when the members began."""
    budget: float
    """Seconds for the members together."""
    replay: Mapping[str, int] | None = None
    spare: Encoded | None = None
    """Rows without an answer, where the recipe asks to learn from them too."""
    earlier: TrainedModel | None = None
    """The model whose net is tuned; ``plan`` is its preparation then."""

    @property
    def task(self) -> Task:
        return self.recipe.task

    @property
    def crossed(self) -> bool:
        return len(self.folds) > 1

    @cached_property
    def checked(self) -> np.ndarray:
        """(n_checked,) places of all rows held back in some fold, sorted."""
        return np.sort(np.concatenate([fold.check for fold in self.folds]))

    @cached_property
    def truth(self) -> np.ndarray:
        """(n_checked,) of ``checked``: class numbers, or target values in their own units."""
        truth = self.rows.truth[self.checked]
        return truth if self.classes else np.asarray(truth * self.scaling[1] + self.scaling[0], dtype=np.float64)

    def gather(self, parts: list[np.ndarray]) -> np.ndarray:
        """Answers for ``fold.check`` of each fold -> (n_checked, n_outputs) for ``checked``."""
        together = np.concatenate(parts)
        order = np.argsort(np.concatenate([fold.check for fold in self.folds]), kind="stable")
        return np.asarray(together[order], dtype=np.float64)

    def over(self, turn: Turn, steps: int) -> bool:
        """Whether a learner must end now, after so many steps."""
        if turn.steps is not None:
            return steps >= turn.steps
        return time.monotonic() >= turn.deadline or self.watch.should_stop()

    def pressed(self, share: float) -> bool:
        """True once this share of the budget is spent, or a stop is asked for."""
        return time.monotonic() - self.started > share * self.budget or self.watch.should_stop()
