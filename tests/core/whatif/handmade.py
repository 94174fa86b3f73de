"""Models whose every answer is known, with rows that they could have learned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.data.table import Column, Schema
from core.data.task import Goal, Task
from core.domains.domain import Domain
from core.learn.model import TrainedModel
from core.learn.recipe import Recipe
from core.whatif.basis import Basis

Formula = Callable[[pd.DataFrame], np.ndarray]


@dataclass(frozen=True, eq=False)
class Plain:
    """A learner that is a formula over the typed rows."""

    formula: Formula
    name: str = "plain"
    joint: Literal["sum", "all"] = "sum"
    width: int = 1

    def answer(self, rows: pd.DataFrame) -> np.ndarray:
        """The formula's outputs."""
        return self.formula(rows)

    def first_layer(self, rows: pd.DataFrame) -> np.ndarray:
        raise NotImplementedError

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def tempered(self, temperature: float) -> Plain:
        return self


def chances(score: np.ndarray) -> np.ndarray:
    """(n, 2) probabilities of (no, yes) from log-odds."""
    chance = 1 / (1 + np.exp(-np.asarray(score, dtype=np.float64)))
    return np.column_stack([1 - chance, chance])


def shares(scores: np.ndarray) -> np.ndarray:
    """(n, n_classes) probabilities from scores."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def columns(frame: pd.DataFrame, texts: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The contract of typed rows."""
    return tuple(_column(frame[name], name in texts) for name in frame.columns)


def _column(cells: pd.Series, text: bool) -> Column:
    name = str(cells.name)
    if cells.dtype.kind == "M":
        days = (cells.dropna() - pd.Timestamp(0)) / pd.Timedelta(days=1)
        return Column(name, "date", low=float(days.min()), high=float(days.max()))
    if pd.api.types.is_numeric_dtype(cells):
        whole = bool((cells.dropna() % 1 == 0).all())
        return Column(name, "number", low=float(cells.min()), high=float(cells.max()), whole=whole)
    if text:
        return Column(name, "text")
    return Column(name, "category", levels=tuple(str(level) for level in cells.value_counts().index))


def basis(
    frame: pd.DataFrame,
    formula: Formula,
    classes: tuple[str, ...] = ("no", "yes"),
    *,
    domain: Domain | None = None,
    texts: tuple[str, ...] = (),
    **task: Any,
) -> Basis:
    """The formula as a model, with rows whose truth is its own answer."""
    kind: Any = {0: "regression", 2: "binary"}.get(len(classes), "multiclass")
    asked = Task(kind, Goal("goal"), tuple(frame.columns), classes, classes[1] if len(classes) == 2 else None, **task)
    schema = Schema(columns(frame, texts))
    cutoff = 0.5 if len(classes) == 2 else None
    model = TrainedModel(
        Recipe(asked), schema, classes, (Plain(formula),), np.ones(1), frame.head(64), cutoff, prior=_prior(classes)
    )
    said = model.predict(frame)
    truth = pd.Series(said if not classes else np.array(classes)[said.argmax(axis=1)], index=frame.index)
    return Basis(model, frame, truth, _judged(model, frame, truth), pd.DataFrame(index=frame.index), domain)


def _prior(classes: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(1 / len(classes) for _ in classes)


def _judged(model: TrainedModel, frame: pd.DataFrame, truth: pd.Series) -> pd.DataFrame:
    said = model.predict(frame)
    judged = pd.DataFrame({"row": frame.index, "set": "validation", "truth": truth.to_numpy()})
    if not model.classes:
        return judged.assign(prediction=said)
    return judged.assign(**{f"p:{label}": said[:, place] for place, label in enumerate(model.classes)})


def numbers(count: int = 400, names: str = "abc", seed: int = 0) -> pd.DataFrame:
    """Independent, about standard numbers with two decimals."""
    cells = np.random.default_rng(seed).normal(size=(count, len(names))).round(2)
    return pd.DataFrame(cells, columns=list(names))
