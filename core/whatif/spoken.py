"""What a model says of many cases as one number each, and who is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.data.task import YES
from core.domains.recognise import likely
from core.errors import Problem
from core.whatif.shift import Wanted
from core.words import N_

if TYPE_CHECKING:
    import pandas as pd

    from core.data.task import Task
    from core.domains.domain import Domain
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


def wanted(task: Task, domain: Domain | None) -> Wanted:
    """Which way the answer should move, as the field of work sees it: fewer who fail, more who pass."""
    known = likely(task.goal.column, domain)
    stake = 0 if known is None else known.stake
    if task.kind == "regression":
        return "fewer" if stake == 1 else "more"
    if task.goal.operator not in ("", "="):
        # a limit: its positive answer means high numbers, or low ones
        high = (task.goal.operator in (">=", ">")) == (task.positive == YES)
        return "more" if high == (stake == -1) else "fewer"
    events = {*(() if known is None else known.events), *(() if domain is None else domain.events)}
    if task.positive is None or task.positive.strip().lower() in events:
        return "fewer"
    others = {label.strip().lower() for label in task.classes} & events
    return "more" if others or stake == -1 else "fewer"
