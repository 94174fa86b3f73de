"""A model small enough to know all its answers: the real TrainedModel, with members of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.data.task import Goal, Task
from core.learn.model import TrainedModel
from core.learn.recipe import Recipe

Formula = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Small:
    """``finish`` applied to ``rows @ weights``; the first layer is what each column adds to that product."""

    weights: np.ndarray
    """(n_columns, width)"""
    formula: Formula
    """(n, width) -> (n, n_outputs)"""
    name: str = "small"

    @property
    def width(self) -> int:
        return self.weights.shape[1]

    def first_layer(self, rows: pd.DataFrame) -> np.ndarray:
        cells = rows.to_numpy(dtype=np.float64, na_value=0.0)
        return (cells[:, :, None] * self.weights[None]).astype(np.float32)

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        return np.asarray(self.formula(np.asarray(hidden, dtype=np.float64)), dtype=np.float64)


def build(
    members: list[Small], background: pd.DataFrame, classes: tuple[str, ...] = (), shares: list[float] | None = None
) -> TrainedModel:
    """A model of these members over number columns."""
    kind = {0: "regression", 2: "binary"}.get(len(classes), "multiclass")
    positive = classes[1] if len(classes) == 2 else None
    names = tuple(background.columns)
    task = Task(kind, Goal("goal"), names, classes, positive)
    weights = np.array(shares if shares is not None else [1 / len(members)] * len(members))
    schema = Schema(tuple(Column(name, "number") for name in names))
    return TrainedModel(Recipe(task), schema, classes, tuple(members), weights, background)


def two_classes(logit: Formula) -> Formula:
    """Probabilities of (other, positive) from a formula for the logit."""

    def formula(hidden: np.ndarray) -> np.ndarray:
        chance = 1 / (1 + np.exp(-logit(hidden)))
        return np.column_stack([1 - chance, chance])

    return formula


def net(columns: int, outputs: int, seed: int = 0, width: int = 16) -> Small:
    """A random net with one hidden layer, strongly bent; probabilities where there are several outputs."""
    draw = np.random.default_rng(seed)
    first = draw.normal(size=(columns, width)) * (2 / np.sqrt(columns))
    last = draw.normal(size=(width, outputs)) * (3 / np.sqrt(width))

    def formula(hidden: np.ndarray) -> np.ndarray:
        scores = np.maximum(hidden, 0) @ last
        if outputs == 1:
            return scores
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        return chances / chances.sum(axis=1, keepdims=True)

    return Small(first, formula)


def rows_of(count: int, columns: int, seed: int = 0) -> pd.DataFrame:
    """(count, columns) standard normal cells."""
    cells = np.random.default_rng(seed).normal(size=(count, columns))
    return pd.DataFrame(cells, columns=[f"c{place}" for place in range(columns)])


@dataclass(frozen=True)
class Kit:
    """What the tests of this folder build with."""

    build: Callable[..., TrainedModel] = build
    net: Callable[..., Small] = net
    rows: Callable[..., pd.DataFrame] = rows_of
    small: type[Small] = Small
    two_classes: Callable[[Formula], Formula] = two_classes


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()
