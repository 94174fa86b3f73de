"""All folds grow side by side, a round each in turn: whenever time is over, every fold is at the same round.

The best round is one number, chosen by the mean of the folds' losses, so that answers for rows held back stay honest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.engines.base import Event
from core.learn.ground import Ground, Turn
from core.learn.model import Epoch
from core.learn.trees.size import Growth

TELL_SECONDS = 0.1


@dataclass(eq=False)
class Runner:
    """One fold's trees while they grow."""

    booster: Any
    grown: list[int] = field(default_factory=lambda: [0])
    """Rounds that gave trees, after each round: one in which nothing can be divided gives none."""

    def step(self) -> None:
        """One round more."""
        self.booster.update()
        self.grown.append(int(self.booster.current_iteration()))

    def losses(self) -> tuple[float, float]:
        """On the rows learned from, and on those held back."""
        train, held = self.booster.eval_train(), self.booster.eval_valid()
        return float(train[0][2]), float(held[0][2])


@dataclass(eq=False)
class Course:
    """How far the folds have come."""

    history: list[Epoch] = field(default_factory=list)
    best: int = 0
    """Round of the lowest mean validation loss."""
    lowest: float = np.inf
    rounds: int = 0
    told: float = -np.inf
    began: float = field(default_factory=time.monotonic)

    @property
    def round_seconds(self) -> float:
        return (time.monotonic() - self.began) / max(1, self.rounds)


def race(runners: list[Runner], ground: Ground, turn: Turn, growth: Growth) -> Course:
    """Rounds until the mean validation loss has not fallen for a while, or the turn is over; at least one."""
    course = Course()
    shares = np.array([len(fold.check) for fold in ground.folds], dtype=np.float64)
    while course.rounds < growth.rounds and course.rounds - course.best < growth.patience:
        if not _round(runners, ground, turn, course):
            break
        losses = np.array([runner.losses() for runner in runners])
        train, held = losses[:, 0].mean(), float(np.average(losses[:, 1], weights=shares))
        course.rounds += 1
        course.history.append(Epoch(course.rounds, float(train), held))
        if held < course.lowest * (1 - 1e-6) or not course.best:
            course.lowest, course.best = held, course.rounds
        _tell(ground, turn, course, growth, last=False)
    _tell(ground, turn, course, growth, last=True)
    return course


def _round(runners: list[Runner], ground: Ground, turn: Turn, course: Course) -> bool:
    """Whether every fold could take one more round; a fold that did while another could not is not asked for it."""
    for runner in runners:
        if ground.over(turn, course.rounds) and (course.rounds or turn.steps == 0):
            return False
        runner.step()
    return True


def _tell(ground: Ground, turn: Turn, course: Course, growth: Growth, last: bool) -> None:
    now = time.monotonic()
    if not course.history or (now - course.told < TELL_SECONDS and not last and course.rounds > 1):
        return
    course.told = now
    point, each = course.history[-1], course.round_seconds
    waiting = min(growth.rounds - course.rounds, growth.patience - (course.rounds - course.best))
    left = 0.0 if last else min(max(0, waiting) * each, max(0.0, turn.deadline - now))
    numbers: dict[str, float | None] = {
        "epoch": point.epoch,
        "train_loss": point.train_loss,
        "validation_loss": point.validation_loss,
        "rows_per_second": sum(len(fold.fit) for fold in ground.folds) / max(1e-9, each),
        "seconds_left": left,
        "best_epoch": course.best,
    }
    ground.watch.emit(Event("epoch", member="trees", numbers=numbers))
