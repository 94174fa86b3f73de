"""Small tables, tasks and a watch for the tests of learning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Kind, Schema, Table, TableCard
from core.data.task import Goal, Task
from core.engines.base import Event
from core.learn import (
    device,  # noqa: F401 - first of all: it sets up OpenMP
    loop,
)
from core.learn.model import TrainedModel
from core.learn.recipe import Net, Recipe
from core.learn.train import train


class Told:
    """A watch that remembers, and stops after so many epochs."""

    def __init__(self, stop_after: float = np.inf, seconds: float = np.inf) -> None:
        self.events: list[Event] = []
        self.stop_after, self.seconds = stop_after, seconds

    def emit(self, event: Event) -> None:
        self.events.append(event)

    def epochs(self, member: str = "") -> list[dict[str, Any]]:
        return [e.numbers for e in self.events if e.kind == "epoch" and member in ("", e.member)]

    def should_stop(self) -> bool:
        return len(self.epochs()) >= self.stop_after

    def cores(self) -> int:
        return 1

    def seconds_left(self) -> float:
        return self.seconds


def table_of(frame: pd.DataFrame, **kinds: Kind) -> Table:
    """A checked table of a typed frame."""
    columns = []
    for name in frame.columns:
        cells = frame[name]
        kind: Kind = "category"
        if pd.api.types.is_numeric_dtype(cells):
            kind = "number"
        elif pd.api.types.is_datetime64_any_dtype(cells):
            kind = "date"
        kind = kinds.get(name, kind)
        levels = tuple(cells.dropna().value_counts().index.astype(str)[:1000]) if kind == "category" else ()
        columns.append(Column(name, kind, levels=levels))
    text = {name: "str" for name in frame if frame[name].dtype == object}
    schema = Schema(tuple(columns))
    return Table(frame.astype(text).reset_index(drop=True), TableCard("t", "t", len(frame), schema, {}, (), ()))


def task_of(table: Table, target: str = "y", **changes: Any) -> Task:
    """A task on all other columns."""
    cells = table.frame[target]
    features = tuple(name for name in table.schema.names if name != target)
    if table.schema[target].kind == "number":
        return Task("regression", Goal(target), features, **changes)
    classes = tuple(sorted(cells.dropna().unique()))
    kind = "binary" if len(classes) == 2 else "multiclass"
    return Task(kind, Goal(target), features, classes, classes[1] if kind == "binary" else None, **changes)


def fitted(frame: pd.DataFrame, *members: str, kinds: dict[str, Kind] | None = None, **recipe: Any) -> TrainedModel:
    """A model of ``y`` with a short training."""
    table = table_of(frame, **(kinds or {}))
    recipe.setdefault("net", Net(epochs=40))
    chosen = {"members": members} if members else {}
    return train(table, Recipe(task_of(table), **chosen, **recipe), Told())[0]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every epoch is told and every batch looks for a stop, so that no test depends on the speed of the machine."""
    monkeypatch.setattr(loop, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(loop, "LOOK_SECONDS", -1.0)


def mixed_frame(rows: int = 240, seed: int = 0) -> pd.DataFrame:
    """Every kind of column with missing cells, and a target that depends on them."""
    draw = np.random.default_rng(seed)
    number, words = draw.normal(size=rows), np.array(["late payment", "paid in time", "asked for a delay"])
    level, text = draw.choice(["a", "b", "c"], rows), draw.choice(words, rows)
    score = number + (level == "a") + 2.0 * (text == words[0]) - 1.0
    frame = pd.DataFrame(
        {
            "number": np.where(draw.random(rows) < 0.1, np.nan, number),
            "level": pd.Series(level, dtype="str").where(draw.random(rows) > 0.1),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 900, rows), unit="D"),
            "text": pd.Series(text, dtype="str"),
            "same": "x",
            "y": np.where(draw.random(rows) < 1 / (1 + np.exp(-2 * score)), "yes", "no"),
        }
    )
    frame.loc[3, "day"] = pd.NaT
    return frame
