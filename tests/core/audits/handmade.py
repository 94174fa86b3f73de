"""Subjects whose every figure is known, without a training: a formula is the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.audits.subject import Rows, Subject
from core.data.table import Profile, Schema, TableCard
from core.data.task import Goal, Task, TaskKind
from core.domains.domain import Domain
from core.learn import evaluation
from core.learn.model import TrainedModel
from core.learn.recipe import Recipe
from tests.core.whatif.handmade import Formula, Plain, columns


def subject(
    frame: pd.DataFrame,
    truth: np.ndarray | Sequence[Any],
    formula: Formula,
    *,
    kind: TaskKind = "binary",
    classes: tuple[str, ...] = ("no", "yes"),
    features: Sequence[str] | None = None,
    sensitive: Sequence[str] = (),
    learnt: Rows | None = None,
    cutoff: float | None = 0.5,
    domain: Domain | None = None,
    texts: tuple[str, ...] = (),
    **task: Any,
) -> Subject:
    """A model that answers with a formula, and all given rows as unseen ones.

    Args:
        frame: typed rows, without the goal.
        truth: (n,) class numbers, or numbers.
        formula: features -> (n, n_classes) probabilities, or (n, 1) numbers.
        kind: of task.
        classes: labels; the last is the positive one where there are two.
        features: columns that the model uses; None for all.
        sensitive: columns.
        learnt: rows learned from; None for the same as unseen.
        cutoff: binary.
        domain: the field of work.
        texts: columns that hold texts.
        task: further fields of the task.
    """
    used = tuple(frame.columns) if features is None else tuple(features)
    labels = classes if kind != "regression" else ()
    asked = Task(kind, Goal("goal"), used, labels, labels[-1] if kind == "binary" else None, tuple(sensitive), **task)
    contract = {one.name: one for one in columns(frame, texts)}
    model = TrainedModel(
        recipe=Recipe(asked, domain.key if domain else ""),
        schema=Schema(tuple(contract[name] for name in used)),
        classes=labels,
        members=(Plain(formula),),
        weights=np.ones(1),
        background=frame[list(used)].iloc[:64],
        cutoff=cutoff if kind == "binary" else None,
    )
    profiles = {name: Profile(int(frame[name].isna().sum()), frame[name].nunique()) for name in frame.columns}
    card = TableCard("t", "t.csv", len(frame), Schema(tuple(contract.values())), profiles, (), ())
    said = model.predict(frame[list(used)])
    rows = Rows(frame, np.asarray(truth, dtype=np.int64 if labels else np.float64), said)
    return Subject(
        model=model,
        card=card,
        test=rows,
        honest=rows,
        learn=lambda: rows if learnt is None else learnt,
        evaluation=measured(kind, labels, len(frame)),
        cutoff=model.cutoff,
        sensitive=tuple(sensitive),
        domain=domain,
        model_bytes=1_000,
    )


def measured(kind: TaskKind, classes: tuple[str, ...], rows: int) -> evaluation.Evaluation:
    """An evaluation without figures."""
    return evaluation.Evaluation(
        task=kind,
        target="goal",
        positive=classes[-1] if kind == "binary" else None,
        classes=classes,
        rows=evaluation.Rows(2 * rows, rows, 0, rows),
        columns=(),
        device="cpu",
        device_name="Test processor",
        seconds=1.0,
        metrics={},
        baselines={},
        cutoff=0.5 if kind == "binary" else None,
        verdict=(),
    )
