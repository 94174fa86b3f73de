"""What all learners of a run learn from, and what one of them has come to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.data.task import Task
from core.engines.base import Watch
from core.learn import device as devices
from core.learn.learner import Learner
from core.learn.model import Epoch
from core.learn.prepare import Preparation
from core.learn.recipe import Recipe
from core.learn.simple import Lesson


@dataclass(frozen=True, eq=False)
class Trained:
    """A learner with its course."""

    learner: Learner
    seconds: float
    steps: int
    history: tuple[Epoch, ...] = ()
    answers: np.ndarray = field(default_factory=lambda: np.zeros((0, 1)))
    """Its answers for the validation rows."""
    loss: float = 0.0
    """On the validation rows: nats, or squared target units."""


@dataclass(frozen=True, eq=False)
class Ground:
    """All that the members learn from."""

    recipe: Recipe
    plan: Preparation
    train: Lesson
    validation: Lesson
    classes: int
    scaling: tuple[float, float]
    """Mean and standard deviation of the target (regression)."""
    device: devices.Device
    watch: Watch
    started: float
    """``time.monotonic()`` when the members began."""
    budget: float
    """Seconds for the members together."""
    replay: Mapping[str, int] | None = None

    @property
    def task(self) -> Task:
        return self.recipe.task

    @property
    def truth(self) -> np.ndarray:
        """Of the validation rows: class numbers, or target values in their own units."""
        if self.classes:
            return self.validation.truth
        return np.asarray(self.validation.truth * self.scaling[1] + self.scaling[0])

    def pressed(self, share: float) -> bool:
        """True once this share of the budget is spent, or a stop is asked for."""
        return time.monotonic() - self.started > share * self.budget or self.watch.should_stop()
