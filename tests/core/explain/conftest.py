"""A model small enough to know all its answers: the real TrainedModel, with members of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.data.task import Goal, Task
from core.learn.model import TrainedModel
from core.learn.prepare import Number, Preparation
from core.learn.recipe import Recipe
from core.learn.trees.ensemble import Ensemble
from core.learn.trees.grown import Grown, stacked

Formula = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Small:
    """``finish`` applied to ``rows @ weights``; the first layer is what each column adds to that product."""

    weights: np.ndarray
    """(n_columns, width)"""
    formula: Formula
    """(n, width) -> (n, n_outputs)"""
    name: str = "small"
    joint: Literal["sum", "all"] = "sum"

    @property
    def width(self) -> int:
        return self.weights.shape[1]

    def first_layer(self, rows: pd.DataFrame) -> np.ndarray:
        cells = rows.to_numpy(dtype=np.float64, na_value=0.0)
        return (cells[:, :, None] * self.weights[None]).astype(np.float32)

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        return np.asarray(self.formula(np.asarray(hidden, dtype=np.float64)), dtype=np.float64)

    def answer(self, rows: pd.DataFrame) -> np.ndarray:
        return self.finish(self.first_layer(rows).sum(axis=1, dtype=np.float64))

    def tempered(self, temperature: float) -> Small:
        return self


def build(
    members: list[Any], background: pd.DataFrame, classes: tuple[str, ...] = (), shares: list[float] | None = None
) -> TrainedModel:
    """A model of these members over number columns."""
    kind = {0: "regression", 2: "binary"}.get(len(classes), "multiclass")
    positive = classes[1] if len(classes) == 2 else None
    names = tuple(background.columns)
    task = Task(kind, Goal("goal"), names, classes, positive)
    weights = np.array(shares if shares is not None else [1 / len(members)] * len(members))
    schema = Schema(tuple(Column(name, "number") for name in names))
    return TrainedModel(Recipe(task), schema, classes, tuple(members), weights, background)


def plan_of(columns: int) -> Preparation:
    """Number columns c0, c1 ... of about standard cells, as they are."""
    number = Number("", "", 0.0, 0.0, 1.0, -3.0, 3.0, (-3.0, 3.0), (-2.0, 2.0), True)
    names = tuple(f"c{place}" for place in range(columns))
    return Preparation(names, tuple(replace(number, column=name) for name in names), (), ())


def wood(columns: int, trees: int, leaves: int = 6, outputs: int = 1, packs: int = 1, seed: int = 0) -> Ensemble:
    """Random trees; probabilities where there are several outputs."""
    draw = np.random.default_rng(seed)
    scores = outputs if outputs > 2 else 1
    groups = packs * scores
    grown = stacked([_tree(draw, columns, leaves, trees // groups) for _ in range(trees // groups * groups)])
    link = "identity" if outputs == 1 else "sigmoid" if outputs == 2 else "softmax"
    return Ensemble("trees", plan_of(columns), grown, draw.normal(size=groups), packs, link, 3.0, 2.0)


def _tree(draw: np.random.Generator, columns: int, leaves: int, rounds: int) -> Grown:
    """A leaf drawn by chance is divided until there are enough."""
    left, right = np.zeros(leaves - 1, dtype=np.int32), np.zeros(leaves - 1, dtype=np.int32)
    ends: list[tuple[np.ndarray, int]] = []
    for node in range(leaves - 1):
        if ends:
            side, parent = ends.pop(int(draw.integers(len(ends))))
            side[parent] = node
        ends += [(left, node), (right, node)]
    for leaf, (side, parent) in enumerate(ends):
        side[parent] = ~leaf
    return Grown(
        np.array([0, leaves - 1]),
        np.array([0, leaves]),
        draw.integers(0, columns, leaves - 1).astype(np.int32),
        draw.normal(size=leaves - 1),
        draw.random(leaves - 1) < 0.5,
        left,
        right,
        np.zeros(leaves, dtype=np.int64),
        np.zeros(0, dtype=np.int32),
        draw.normal(size=leaves) * (2 / np.sqrt(rounds)),
    )


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
    wood: Callable[..., Ensemble] = wood
    rows: Callable[..., pd.DataFrame] = rows_of
    small: type[Small] = Small
    two_classes: Callable[[Formula], Formula] = two_classes


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()
