"""Random forests (Breiman, 2001, doi:10.1023/A:1010933404324), of extremely randomised trees where that is safer
(Geurts, Ernst and Wehenkel, 2006, doi:10.1007/s10994-006-6226-1), by scikit-learn; for few rows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.learn.ground import Ground, Trained, Turn
from core.learn.prepare import Encoded, Preparation
from core.learn.trees.ensemble import Ensemble
from core.learn.trees.grown import LEAVES, Grown, stacked
from core.learn.trees.inputs import categories, matrix

TREES = 120
"""Of each fold."""
BATCH = 20
"""Trees between two looks at the clock."""
MOST = 3_000
"""A member has at most about so many trees; each class but the first has its own."""
LEAST = 3
"""Rows in a leaf."""
PULL = 1.0
"""A leaf gets so many rows beforehand, dealt like all: none is ever sure."""
SHOWN = 12
"""A category of up to so many codes is one input a code; codes of others fall in frequency and are taken as numbers."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """What each input of scikit-learn's trees is: input ``place`` of ours, or whether that is ``code``."""

    places: np.ndarray
    """(n_inputs,)"""
    codes: np.ndarray
    """(n_inputs,) -1 where the input is taken as it is."""
    named: np.ndarray
    """(n_inputs,) bool: it is a category."""
    sizes: np.ndarray
    """(n_inputs,) codes of a category."""


def fit_forest(ground: Ground, turn: Turn) -> Trained | None:
    """A forest: the mean of the folds' where rows take turns, else one of all rows. ``steps`` are trees of each."""
    started = time.monotonic()
    inputs = _inputs(ground.plan)
    cells = _cells(ground.plan, ground.rows.inputs, inputs)
    lessons = [fold.fit for fold in ground.folds]
    if not ground.crossed:
        lessons.append(np.arange(len(ground.rows)))
    models = [_model(ground, place) for place in range(len(lessons))]
    most = max(BATCH, min(TREES, MOST // (len(lessons) * max(1, ground.classes - 1)) // BATCH * BATCH))
    done = 0
    while done < most and not (done and ground.over(turn, done)):
        done += BATCH
        for model, rows in zip(models, lessons, strict=True):
            weights = None if ground.rows.weights is None else ground.rows.weights[rows]
            model.set_params(n_estimators=done)
            model.fit(cells[rows], ground.rows.truth[rows], sample_weight=weights)
    parts = [_member(ground, inputs, [model]) for model in models]
    answers = [part.answer(ground.rows.inputs[fold.check]) for part, fold in zip(parts, ground.folds, strict=False)]
    member = _member(ground, inputs, models) if ground.crossed else parts[-1]
    return Trained(member, time.monotonic() - started, done, ground.gather(answers))


def _inputs(plan: Preparation) -> Inputs:
    sizes = np.diff(plan.level_starts)
    first = categories(plan)
    found: list[tuple[int, int, bool, int]] = []
    for place in range(len(plan.numbers) + len(plan.levels) + sum(plan.vector_widths)):
        size = int(sizes[place - len(plan.numbers)]) if place in first else 0
        codes = range(size) if 0 < size <= SHOWN else [-1]
        found += [(place, code, size > 0, size) for code in codes]
    columns = np.array(found, dtype=np.int64).reshape(-1, 4).T
    return Inputs(columns[0], columns[1], columns[2].astype(bool), columns[3])


def _cells(plan: Preparation, rows: Encoded, inputs: Inputs) -> np.ndarray:
    """(n, n_inputs) float32."""
    cells = matrix(plan, rows)[:, inputs.places]
    shown = inputs.codes >= 0
    cells[:, shown] = cells[:, shown] == inputs.codes[shown]
    largest = np.finfo(np.float32).max
    return np.asarray(np.clip(cells, -largest, largest), dtype=np.float32)


def _model(ground: Ground, place: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    kind = ExtraTreesClassifier if ground.classes else ExtraTreesRegressor
    return kind(
        bootstrap=True, min_samples_leaf=LEAST, max_leaf_nodes=LEAVES, max_features=0.5, warm_start=True,
        random_state=(ground.recipe.seed + 101 * place) % 2**31,
    )  # fmt: skip


def _member(ground: Ground, inputs: Inputs, models: list[Any]) -> Ensemble:
    """Classes but the first have a tree each; the mean over trees is in the leaves' values."""
    trees = [(model, tree.tree_) for model in models for tree in model.estimators_]
    outputs = max(1, ground.classes - 1)
    grown = [
        _grown(tree, inputs, values / len(trees)) for model, tree in trees for values in _values(ground, model, tree)
    ]
    link: Any = "share" if ground.classes else "identity"
    return Ensemble("forest", ground.plan, stacked(grown), np.zeros(outputs), 1, link, *ground.scaling)


def _values(ground: Ground, model: Any, tree: Any) -> np.ndarray:
    """(outputs, n_nodes) answers of the nodes: shares of the classes but the first, or standardised numbers."""
    if not ground.classes:
        return np.asarray(tree.value[:, 0, :1].T, dtype=np.float64)
    shares = np.zeros((tree.node_count, ground.classes))
    shares[:, model.classes_.astype(np.int64)] = tree.value[:, 0, :] / tree.value[:, 0, :].sum(axis=1, keepdims=True)
    rows = tree.weighted_n_node_samples[:, None]
    prior = (shares[0] * rows[0] + 0.5) / (rows[0] + 0.5 * ground.classes)
    return np.asarray(((shares * rows + PULL * prior) / (rows + PULL)).T[1:])


def _grown(tree: Any, inputs: Inputs, values: np.ndarray) -> Grown:
    """One of scikit-learn's trees: its nodes that divide, and its leaves, numbered each by themselves."""
    inner = tree.children_left >= 0
    own = np.where(inner, np.cumsum(inner) - 1, ~(np.cumsum(~inner) - 1))
    column, bounds = tree.feature[inner], tree.threshold[inner]
    shown, named = inputs.codes[column] >= 0, inputs.named[column]
    left, right = own[tree.children_left[inner]], own[tree.children_right[inner]]
    sets = [
        [int(inputs.codes[one])] if single else range(min(int(bound) + 1, int(inputs.sizes[one]))) if category else ()
        for one, bound, single, category in zip(column, bounds, shown, named, strict=True)
    ]
    return Grown(
        np.array([0, int(inner.sum())]),
        np.array([0, int((~inner).sum())]),
        inputs.places[column].astype(np.int32),
        np.where(named, np.nan, bounds),
        np.asarray(tree.missing_go_to_left)[inner].astype(bool),
        np.where(shown, right, left).astype(np.int32),  # left is where the input is not the code
        np.where(shown, left, right).astype(np.int32),
        np.concatenate([[0], np.cumsum([len(part) for part in sets])]).astype(np.int64),
        np.array([code for part in sets for code in part], dtype=np.int32),
        values[~inner],
    )
