"""Subjects around models that were trained here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.audits.subject import Rows, Subject
from core.data.check import check
from core.data.labels import target
from core.data.read import read
from core.data.split import split
from core.data.table import ReadOptions, Table
from core.data.task import Split
from core.deliver.plan import plan
from core.domains import domains
from core.engines.watch import Silence
from core.learn.model import TrainedModel
from core.learn.recipe import Net, Recipe
from core.learn.train import FOLDS, train
from tests.core.audits.handmade import measured

OVERFIT = Net(epochs=300, patience=300, dropout=0.0, weight_decay=0.0, noise=0.0, masking=0.0, mixup=0.0)


def table(path: Path, domain: str, options: ReadOptions | None = None) -> Table:
    raw, source, found = read(path, path.name, options or ReadOptions())
    return check(raw, (source,), found, domain=domain, table_id="t", name=path.name)


def german(folder: Path, seed: int) -> Subject:
    """A net of 300 passes without regularisation.

    The engine keeps the pass that is best on rows held back, which an over-fitted net never is; so every row is there
    twice, in two folds, and what is held back has always been met.
    """
    path = folder / "finance" / "german_credit" / "german_credit_labelled.csv"
    once = table(path, "finance")
    recipe, _ = plan(once, "default", "finance", members=("net",), net=OVERFIT, seed=seed, time_budget_seconds=300.0)
    rows = split(once.frame, recipe.task, seed, folds=FOLDS)
    n, fold = len(rows.train), rows.folds
    assert fold is not None
    frame = once.frame.iloc[np.concatenate([rows.train, rows.train, rows.test])].reset_index(drop=True)
    twice = replace(once, frame=frame)
    turns = np.concatenate([fold, (fold + 1) % FOLDS])
    numbers = np.arange(len(frame))
    doubled = replace(rows, train=numbers[: 2 * n], test=numbers[2 * n :], folds=turns)
    model, _ = train(twice, recipe, Silence(), rows=doubled)
    return around(twice, model, replace(doubled, train=numbers[:n]))


def adult(folder: Path) -> Subject:
    path = folder / "finance" / "adult" / "adult-train.csv"
    names = [*(f"c{place}" for place in range(14)), "income"]
    whole = table(path, "finance", ReadOptions(header=-1, names=tuple(names)))
    return made(whole, "income", seconds=60.0)


def made(held: Table, goal: str, seconds: float, **choices: Any) -> Subject:
    recipe, _ = plan(held, goal, "finance", time_budget_seconds=seconds, **choices)
    return around(held, *train(held, recipe, Silence()))


def fitted(held: Table, recipe: Recipe, rows: Split) -> Subject:
    """Learned from just these rows."""
    return around(held, train(held, recipe, Silence(), rows=rows)[0], rows)


def around(held: Table, model: TrainedModel, rows: Split) -> Subject:
    """What audits are given of a trained model."""
    task = model.recipe.task
    answers = target(held.frame, task.goal, task.kind)
    truth = pd.Index(task.classes, dtype=object).get_indexer(answers.astype(object)) if task.classes else answers

    def side(numbers: np.ndarray) -> Rows:
        frame = held.frame.iloc[numbers]
        return Rows(frame, np.asarray(truth)[numbers], model.predict(frame))

    test = side(rows.test)
    return Subject(
        model=model,
        card=held.card,
        test=test,
        honest=test,
        learn=lambda: side(rows.train),
        evaluation=measured(task.kind, model.classes, len(test)),
        cutoff=model.cutoff,
        sensitive=task.sensitive,
        domain=domains().get(model.recipe.domain),
    )
