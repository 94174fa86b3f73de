"""A finished training on six unseen rows with known figures, as folders of one owner; no model is trained.

Named from 0.5 on: two hits, one miss, one false alarm, two rightly not named. Recall and precision are 2/3.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import values
from core.data.keep import keep
from core.data.table import Column, Profile, Schema, Table, TableCard
from core.data.task import Goal, Task
from core.deliver.store import Store
from core.domains.domain import Domain
from core.engines.base import Event, Request, Run
from core.explain.explanation import Explanation
from core.explain.keep import keep_explanation
from core.learn.evaluation import Estimate, Evaluation, MemberScore, Rows
from core.learn.recipe import TITLES, Recipe
from core.words import Message

OWNER = "0123456789abcdef" * 2
DOMAIN = Domain(
    key="tiny",
    title="Tiny",
    tagline="",
    case="student",
    cases="students",
    known=(),
    targets=(),
    events=("yes",),
    main_metric="roc_auc",
    cost_miss=1.0,
    cost_alarm=1.0,
    cost_why="",
    capacity="{n:count} students a counsellor can see",
    cautions=("Six students say little.",),
    samples=(),
)
TRUTH = ["yes", "yes", "yes", "no", "no", "no"]
CHANCE = [0.9, 0.8, 0.2, 0.7, 0.1, 0.3]
SIMPLE = [0.8, 0.4, 0.3, 0.6, 0.2, 0.4]
COLUMNS = ("hours", "school <b>")


@dataclass(frozen=True)
class Tiny:
    """Where it lies."""

    home: Path
    table: str
    run: Run


def prepare(home: Path, kind: str = "binary") -> Tiny:
    """The table and the finished run in a home; ``kind`` as in ``Task``."""
    store = Store(home, OWNER)
    table = store.new_table_id()
    keep(_table(table, kind), store.table_folder(table))
    return Tiny(home, table, _run(store, table, kind))


def again(made: Tiny, **changes: Any) -> Tiny:
    """A second training on the same table."""
    return Tiny(made.home, made.table, _run(Store(made.home, OWNER), made.table, "binary", **changes))


def _run(store: Store, table: str, kind: str, **changes: Any) -> Run:
    folder, recipe = str(store.table_folder(table)), Recipe(task(kind), "tiny", **changes)
    run = store.new_run(Request("train", "tiny", table=folder, arguments={"recipe": recipe}))
    for event in _events():
        run.emit(event)
    (run.folder / "model").mkdir()
    values.write(run.folder / "evaluation.json", evaluation(kind))
    drawn = {"method": "random", "why": Message("Rows were drawn by chance."), "test": []}
    values.write(run.folder / "split.json", drawn)
    _predictions(kind).to_parquet(run.folder / "predictions.parquet", index=False)
    keep_explanation(explanation(kind), run.folder / "explanation")
    run.set_state("done", device="cpu", device_name="Test processor")
    return run


def task(kind: str = "binary") -> Task:
    """What is asked."""
    if kind == "regression":
        return Task("regression", Goal("passed"), COLUMNS)
    if kind == "multiclass":
        return Task("multiclass", Goal("passed"), COLUMNS, classes=("a", "b", "c"))
    return Task("binary", Goal("passed"), COLUMNS, classes=("no", "yes"), positive="yes")


def evaluation(kind: str = "binary") -> Evaluation:
    """What the model is worth."""
    metrics = {
        "binary": {
            "roc_auc": Estimate(0.778, 0.5, 1.0),
            "log_loss": Estimate(0.65, 0.3, 1.1),
            "recall": Estimate(2 / 3, 0.0, 1.0),
        },
        "multiclass": {"accuracy": Estimate(0.833, 0.5, 1.0), "log_loss": Estimate(0.5, 0.2, 0.9)},
        "regression": {"rmse": Estimate(1.0, 0.5, 1.5), "r2": Estimate(0.8, 0.6, 0.9)},
    }[kind]
    worse = {name: Estimate(0.5, 0.4, 0.6) for name in metrics}
    return Evaluation(
        task=task(kind).kind,
        target="passed",
        positive=task(kind).positive,
        classes=task(kind).classes,
        rows=Rows(30, 18, 6, 6),
        columns=COLUMNS,
        device="cpu",
        device_name="Test processor",
        seconds=3.2,
        metrics=metrics,
        baselines={"prior": worse, "simple": worse},
        cutoff=0.5 if kind == "binary" else None,
        verdict=(Message("The model finds {n:count} of 3.", {"n": 2}), Message("It is better than guessing.")),
        members=(MemberScore("simple", 0.0, 0.66, 0.2), MemberScore("net", 1.0, 0.61, 2.0, 12)),
        gains={name: Estimate(0.1, -0.05, 0.2) for name in metrics},
        worth=Message("The gain is small but sure."),
    )


def explanation(kind: str = "binary") -> Explanation:
    """Reasons of the six rows: they add up exactly."""
    if kind == "regression":
        answers, labels = np.array([8.0, 9.0, 10.0, 11.0, 12.0, 13.0]), ("",) * 6
    elif kind == "multiclass":
        answers, labels = np.full(6, 0.6), ("a", "b", "c", "a", "b", "c")
    else:
        answers, labels = np.array(CHANCE), ("yes",) * 6
    base = np.full(6, 0.5)
    hours = (answers - base) * 0.75
    return Explanation(
        columns=COLUMNS,
        values=np.column_stack([hours, answers - base - hours]),
        errors=np.full((6, 2), 0.001),
        base=base,
        predictions=answers,
        rows=np.arange(6),
        labels=labels,
        cells=(("1", "2", "3", "4", "5", "6"), ("GP", "MS", "GP", "MS", "", "GP")),
        numbers=np.array([[1, 0], [2, 1], [3, 0], [4, 1], [5, np.nan], [6, 0]], dtype=float),
        method="walks",
        seconds=0.1,
    )


def _predictions(kind: str) -> pd.DataFrame:
    frame = pd.DataFrame({"row": range(6), "set": "test"})
    if kind == "regression":
        said = np.array([8.0, 9.0, 10.0, 11.0, 12.0, 13.0])
        return frame.assign(
            truth=said + np.array([1, -1, 1, -1, 1, -1]), prediction=said, **{"simple:prediction": said + 2}
        )
    if kind == "multiclass":
        labels = ("a", "b", "c")
        said = {
            f"p:{label}": [0.6 if row % 3 == place else 0.2 for row in range(6)] for place, label in enumerate(labels)
        }
        simple = {f"simple:{name}": chances for name, chances in said.items()}
        return frame.assign(truth=["a", "b", "c", "a", "b", "b"], **said, **simple)
    chance = np.array(CHANCE)
    simple = np.array(SIMPLE)
    return frame.assign(
        truth=TRUTH, **{"p:no": 1 - chance, "p:yes": chance, "simple:p:no": 1 - simple, "simple:p:yes": simple}
    )


def _table(table: str, kind: str) -> Table:
    rows = 30
    answers = {
        "binary": TRUTH,
        "multiclass": ["a", "b", "c", "a", "b", "b"],
        "regression": [9.0, 8.0, 11.0, 10.0, 13.0, 12.0],
    }
    frame = pd.DataFrame(
        {
            "hours": [float(1 + place % 6) for place in range(rows)],
            "school <b>": [("GP", "MS", "GP", "MS", None, "GP")[place % 6] for place in range(rows)],
            "passed": [answers[kind][place % 6] for place in range(rows)],
        }
    )
    frame["school <b>"] = frame["school <b>"].astype("str")
    target = Column("passed", "number" if kind == "regression" else "category")
    schema = Schema((Column("hours", "number", unit="h"), Column("school <b>", "category"), target))
    profiles = {name: Profile(0, 6) for name in schema.names}
    return Table(frame, TableCard(table, "tiny.csv", rows, schema, profiles, (), (), domain="tiny", made_up=True))


def _events() -> list[Event]:
    losses = [(1, 0.70, 0.69), (2, 0.60, 0.63), (3, 0.50, 0.61), (4, 0.45, 0.64)]
    passes = [
        Event(
            "epoch",
            member="net",
            numbers={
                "epoch": float(number),
                "train_loss": train,
                "validation_loss": held,
                "rows_per_second": 1234.0,
                "seconds_left": 8.0,
                "best_epoch": 3.0,
            },
            at=100.0 + number / 2,
        )
        for number, train, held in losses
    ]
    return [Event("stage", Message("Training"), share=0.1, at=100.0), *passes]


def begins(name: str, at: float) -> Event:
    """A learner begins, as a training says it."""
    return Event("stage", Message("Training: {name}", {"name": Message(TITLES[name])}), share=0.05, at=at)


def ends(name: str, at: float, loss: float = 0.6) -> Event:
    """A learner is done."""
    return Event("member", member=name, numbers={"validation_loss": loss, "seconds": 1.0}, at=at)
