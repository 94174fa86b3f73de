"""What boosted trees and forests are once they have learnt.

Reasons need to know how each column of a row acts apart from the others. For trees that is the set of leaves which the
column's value still allows, whatever the others are; the sets of all columns have one leaf in common, the answer's
(Lucchese, Nardini, Orlando, Perego, Tonellotto and Venturini, 2015, doi:10.1145/2766462.2767733).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.learn.link import sigmoid, softmax, temper
from core.learn.prepare import Encoded, Preparation
from core.learn.trees import text
from core.learn.trees.grown import Grown, lawful
from core.learn.trees.inputs import categories, matrix, owners
from core.learn.trees.library import lightgbm

if TYPE_CHECKING:
    import pandas as pd

MANY = 20_000
"""Rows for which a second core is used."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A ``Member`` of trees; its answer is the mean of those of ``packs`` models (of the folds).

    Tree ``t`` counts for score ``t % (packs * outputs)``, pack by pack.
    """

    name: str
    preparation: Preparation
    grown: Grown
    bias: np.ndarray
    """(packs * outputs,) float64: added to the sums of trees."""
    packs: int = 1
    link: Literal["sigmoid", "softmax", "identity", "share"] = "identity"
    """``share``: the sums are themselves the probabilities of all classes but the first."""
    shift: float = 0.0
    scale: float = 1.0
    """Regression: the answer is ``shift + scale * output``."""
    temperature: float = 1.0
    joint: Literal["sum", "all"] = "all"

    @property
    def width(self) -> int:
        return len(self.grown)

    @property
    def groups(self) -> int:
        return len(self.bias)

    def tempered(self, temperature: float) -> Ensemble:
        """The same with its probabilities raised to 1 / temperature."""
        return replace(self, temperature=temperature)

    def answer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_outputs) float64, by LightGBM."""
        return self.linked(self.scores(self.cells(rows)))

    def scores(self, cells: np.ndarray) -> np.ndarray:
        """(n, n_inputs) -> (n, packs * outputs) sums of the trees' leaves."""
        if not len(cells) or not len(self.grown):
            return np.tile(self.bias, (len(cells), 1))
        threads = 2 if len(cells) > MANY else 1
        raw = self._booster.predict(cells, raw_score=True, num_threads=threads, validate_features=False)
        return np.asarray(np.reshape(raw, (len(cells), -1)) + self.bias, dtype=np.float64)

    def first_layer(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_features, n_trees) uint64: the leaves of each tree that each original column allows."""
        allowed = self.allowed(rows)
        columns, trees = self.pairs
        full = np.tile(self.grown.full, (len(allowed), len(self.preparation.features), 1))
        full[:, columns, trees] = allowed
        return full

    def finish(self, hidden: np.ndarray) -> np.ndarray:
        """(n, n_trees) uint64 sets that hold one leaf each -> (n, n_outputs) float64 on the scale shown."""
        values = self.grown.table[np.arange(self.width), leaf_of(hidden)]
        return self.linked(values.reshape(len(hidden), -1, self.groups).sum(axis=1) + self.bias)

    def linked(self, scores: np.ndarray) -> np.ndarray:
        """(n, packs * outputs) scores -> (n, n_outputs) float64 on the scale shown."""
        packed = scores.reshape(len(scores), self.packs, self.groups // self.packs)
        if self.link == "identity":
            return np.asarray(self.shift + self.scale * packed.mean(axis=1))
        if self.link == "share":
            rest = packed.mean(axis=1)
            first = np.maximum(1.0 - rest.sum(axis=1, keepdims=True), 0.0)
            return temper(np.concatenate([first, rest], axis=1), self.temperature)
        chances = sigmoid(packed) if self.link == "sigmoid" else softmax(packed)
        return temper(chances.mean(axis=1), self.temperature)

    def cells(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_inputs) float64."""
        plan = self.preparation
        return matrix(plan, rows if isinstance(rows, Encoded) else plan.encode(rows))

    @cached_property
    def owners(self) -> np.ndarray:
        """(n_inputs,) place of the original column behind each input."""
        return owners(self.preparation)

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Columns and trees (n_pairs,) where a column has a part in a tree; by column, then by tree."""
        return self._order[0]

    def allowed(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_pairs) uint64: the leaves that are left of a tree by a column; of ``pairs``."""
        cells = self.cells(rows)
        (columns, _), nodes, starts = self._order
        if not len(columns):
            return np.zeros((len(cells), 0), dtype=np.uint64)
        under_left, under_right = self.grown.sides
        full = self.grown.full[self.grown.trees]
        kept = np.empty((len(nodes), len(cells)), dtype=np.uint64)
        inputs = self.grown.inputs[nodes]
        for one in np.unique(inputs):
            mine = np.flatnonzero(inputs == one)
            lefts = self.grown.lefts(nodes[mine], cells[:, one])
            gone = np.where(lefts, under_right[nodes[mine]][:, None], under_left[nodes[mine]][:, None])
            kept[mine] = ~gone & full[nodes[mine]][:, None]
        return np.ascontiguousarray(np.bitwise_and.reduceat(kept, starts, axis=0).T)

    @cached_property
    def _order(self) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
        """Pairs, the nodes by pair, and where the nodes of each pair begin."""
        columns, trees = self.owners[self.grown.inputs], self.grown.trees
        nodes = np.lexsort((np.arange(len(trees)), trees, columns))
        columns, trees = columns[nodes], trees[nodes]
        new = np.ones(len(nodes), dtype=bool)
        new[1:] = (np.diff(columns) != 0) | (np.diff(trees) != 0)
        starts = np.flatnonzero(new)
        return (columns[starts], trees[starts]), nodes, starts

    @cached_property
    def _booster(self) -> Any:
        return lightgbm().Booster(model_str=text.write(self.grown, self.groups, len(self.owners)))


def sound(ensemble: Ensemble) -> bool:
    """Whether one that was read from a file can answer for rows of its preparation."""
    plan, bias = ensemble.preparation, ensemble.bias
    named = np.zeros(len(ensemble.owners), dtype=bool)
    named[categories(plan)] = True
    fits = ensemble.packs > 0 and bias.ndim == 1 and bias.dtype == np.float64 and len(bias) > 0
    fits = fits and not len(bias) % ensemble.packs and bool(np.isfinite(bias).all())
    finite = np.isfinite([ensemble.shift, ensemble.scale, ensemble.temperature]).all() and ensemble.temperature > 0
    return bool(fits and finite and lawful(ensemble.grown, named) and len(ensemble.grown) % len(bias) == 0)


def leaf_of(sets: np.ndarray) -> np.ndarray:
    """Number of the lowest leaf in each set of uint64 bits."""
    return np.asarray(np.bitwise_count((sets & (~sets + np.uint64(1))) - np.uint64(1)), dtype=np.int64)
