"""A shallow tree made of a model's answers (after Craven and Shavlik, 1996, NIPS 8), each way through it in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.explain.cuts import EVERYTHING, Part, between, condition, plain
from core.explain.readable import Leaf, amounts

if TYPE_CHECKING:
    from core.data.table import Column

DEPTH = 4
LEAST = 0.01
"""Share of the rows that a leaf holds."""
GAIN = 0.001
"""Share of the variance that a division must be worth."""


@dataclass(frozen=True, eq=False)
class _Input:
    """One column as a number: itself, or the place of its category by the mean answer."""

    column: Column
    numbers: np.ndarray
    """(n_rows,); NaN for missing."""
    levels: tuple[str, ...] = ()
    """Of a category, in the order of the places."""


def tree(
    frame: pd.DataFrame, answers: np.ndarray, columns: list[Column], classes: tuple[str, ...], depth: int = DEPTH
) -> tuple[Leaf, ...]:
    """The leaves, from left to right.

    Args:
        frame: (n_rows, ...) typed rows.
        answers: (n_rows, n_outputs) the model's answers for them.
        columns: that may be used; no texts.
        classes: labels of several outputs; empty for one.
        depth: conditions on the way to a leaf, at most.
    """
    from sklearn.tree import DecisionTreeRegressor

    inputs = [_input(column, frame[column.name], answers) for column in columns]
    made = DecisionTreeRegressor(
        max_depth=depth,
        min_samples_leaf=max(5, int(LEAST * len(frame))),
        ccp_alpha=GAIN * float(answers.var(axis=0).mean()),
        random_state=0,
    )
    made.fit(np.column_stack([one.numbers for one in inputs]).astype(np.float32), answers)
    return tuple(_leaves(made.tree_, inputs, 0, {}, classes))


def _input(column: Column, cells: pd.Series, answers: np.ndarray) -> _Input:
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return _Input(column, amounts(cells))
    codes, names = pd.factorize(cells.astype("str").where(cells.notna()), sort=True)
    here = codes >= 0
    widest = answers[:, int(answers.var(axis=0).argmax())]
    means = np.bincount(codes[here], widest[here]) / np.maximum(np.bincount(codes[here]), 1)
    order = np.argsort(means, kind="stable")
    places = np.empty(len(order))
    places[order] = np.arange(len(order))
    numbers = np.where(here, places[codes] if len(places) else 0.0, np.nan)
    return _Input(column, numbers, tuple(str(names[at]) for at in order))


def _leaves(made: Any, inputs: list[_Input], node: int, path: dict[int, Part], classes: tuple[str, ...]) -> list[Leaf]:
    left, right = int(made.children_left[node]), int(made.children_right[node])
    if left < 0:
        values = made.value[node, :, 0]
        label = classes[int(values.argmax())] if classes else ""
        told = tuple(
            condition(inputs[at].column, part, inputs[at].levels, bool(np.isnan(inputs[at].numbers).any()), False)
            for at, part in path.items()
        )
        return [Leaf(told, tuple(float(value) for value in values), label, int(made.n_node_samples[node]))]
    at = int(made.feature[node])
    sides = _sides(made, inputs[at], node)
    before = path.get(at, EVERYTHING)
    return [
        leaf
        for child, part in zip((left, right), sides, strict=True)
        for leaf in _leaves(made, inputs, child, {**path, at: before.both(part)}, classes)
    ]


def _sides(made: Any, one: _Input, node: int) -> tuple[Part, Part]:
    """The two parts that a division makes of a column.

    Cells that no row had (missing ones, new categories) go where most rows go.
    """
    limit = float(made.threshold[node])
    left, right = int(made.children_left[node]), int(made.children_right[node])
    more = bool(made.n_node_samples[left] >= made.n_node_samples[right])
    lost = bool(made.missing_go_to_left[node]) if np.isnan(one.numbers).any() else more
    if one.levels:
        below = frozenset(level for place, level in enumerate(one.levels) if place <= limit)
        parts = Part(levels=below, rest=more), Part(levels=frozenset(one.levels) - below, rest=not more)
    else:
        seen = np.unique(one.numbers[~np.isnan(one.numbers)])
        bound = plain(*between(seen, limit))
        parts = Part(-math.inf, bound), Part(bound, math.inf)
    return replace(parts[0], missing=lost), replace(parts[1], missing=not lost)
