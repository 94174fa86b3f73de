"""Decision trees as plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

LEAVES = 64
"""At most so many a tree: the set of leaves still possible fits in one machine word."""
ALL = np.uint64(2**64 - 1)
MOST_CODES = 1_000_000


@dataclass(frozen=True, eq=False)
class Grown:
    """Trees laid end to end; a tree of a single leaf has no nodes. Children are places within the tree, ``~leaf`` for
    leaves."""

    nodes: np.ndarray
    """(n_trees + 1,) int64: where the nodes of each tree begin."""
    leaves: np.ndarray
    """(n_trees + 1,) int64: where the leaves of each tree begin."""
    inputs: np.ndarray
    """(n_nodes,) int32."""
    thresholds: np.ndarray
    """(n_nodes,) float64: a number up to it goes left; NaN where the input is a category."""
    gaps: np.ndarray
    """(n_nodes,) bool: a missing number goes left."""
    left: np.ndarray
    """(n_nodes,) int32."""
    right: np.ndarray
    """(n_nodes,) int32."""
    sets: np.ndarray
    """(n_nodes + 1,) int64: where in ``codes`` the codes of a category that go left begin; none for numbers."""
    codes: np.ndarray
    """int32, rising within a node."""
    values: np.ndarray
    """(n_leaves,) float64."""

    def __len__(self) -> int:
        return len(self.nodes) - 1

    @cached_property
    def trees(self) -> np.ndarray:
        """(n_nodes,) the tree of each node."""
        return np.repeat(np.arange(len(self)), np.diff(self.nodes))

    @cached_property
    def table(self) -> np.ndarray:
        """(n_trees, most leaves) float64: the values of the leaves, a row a tree."""
        counts = np.diff(self.leaves)
        table = np.zeros((len(self), int(counts.max(initial=1))))
        table[np.arange(table.shape[1]) < counts[:, None]] = self.values
        return table

    @cached_property
    def full(self) -> np.ndarray:
        """(n_trees,) uint64: the set of all leaves of each tree."""
        return np.asarray(ALL >> (LEAVES - np.diff(self.leaves)).astype(np.uint64))

    @cached_property
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Per node the set of leaves (uint64, a bit a leaf) under its left and under its right child."""
        under = [np.zeros(len(self.left), dtype=np.uint64) for _ in range(2)]
        below = np.zeros(len(self.left), dtype=np.uint64)
        starts = self.nodes[self.trees]
        open_nodes = np.ones(len(self.left), dtype=bool)
        while open_nodes.any():  # from the leaves upwards, a level a round
            ready = open_nodes.copy()
            for child in (self.left, self.right):
                inner = child >= 0
                ready &= ~(inner & open_nodes[np.where(inner, starts + child, 0)])
            for side, child in zip(under, (self.left, self.right), strict=True):
                inner, leaf = ready & (child >= 0), ready & (child < 0)
                side[inner] = below[starts[inner] + child[inner]]
                side[leaf] = np.uint64(1) << (~child[leaf]).astype(np.uint64)
            below[ready] = under[0][ready] | under[1][ready]
            open_nodes &= ~ready
        return under[0], under[1]

    def lefts(self, nodes: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """(n_nodes, n) whether cells of the one input of these nodes go left."""
        bounds = self.thresholds[nodes]
        if not np.isnan(bounds[0]):
            return np.asarray(np.where(np.isnan(cells), self.gaps[nodes][:, None], cells <= bounds[:, None]))
        known = int(max(self.codes[self.sets[nodes[0]] : self.sets[nodes[-1] + 1]].max(initial=0), 0)) + 1
        inside = np.zeros((len(nodes), known + 1), dtype=bool)  # the last place is that of unknown codes
        for place, node in enumerate(nodes):
            inside[place, self.codes[self.sets[node] : self.sets[node + 1]]] = True
        codes = np.where((cells >= 0) & (cells < known), cells, known).astype(np.int64)
        inside[:, known] = False
        return np.asarray(inside[:, codes])


def lawful(grown: Grown, named: np.ndarray) -> bool:
    """Whether arrays from a file are trees: all places lie inside, nothing is a ring, every value is finite.

    Args:
        grown: the arrays.
        named: (n_inputs,) which inputs are categories.
    """
    return _shaped(grown) and _filled(grown, named) and _rooted(grown)


def _shaped(grown: Grown) -> bool:
    ends = (grown.nodes, grown.leaves, grown.sets)
    whole = (*ends, grown.inputs, grown.left, grown.right, grown.codes)
    if any(one.dtype.kind != "i" for one in whole) or grown.gaps.dtype != bool:
        return False
    if any(one.dtype != np.float64 for one in (grown.thresholds, grown.values)):
        return False
    if any(one.ndim != 1 or not len(one) or one[0] != 0 or (np.diff(one) < 0).any() for one in ends):
        return False
    count = int(grown.nodes[-1])
    each = (grown.inputs, grown.thresholds, grown.gaps, grown.left, grown.right)
    sizes = [(one, count) for one in each] + [(grown.sets, count + 1), (grown.leaves, len(grown.nodes))]
    sizes += [(grown.codes, int(grown.sets[-1])), (grown.values, int(grown.leaves[-1]))]
    return all(one.shape == (size,) for one, size in sizes)


def _filled(grown: Grown, named: np.ndarray) -> bool:
    leaves, nodes = np.diff(grown.leaves), np.diff(grown.nodes)
    if (leaves != nodes + 1).any() or (leaves > LEAVES).any() or not np.isfinite(grown.values).all():
        return False
    if (grown.codes < 0).any() or (grown.codes > MOST_CODES).any():
        return False
    if (grown.inputs < 0).any() or (grown.inputs >= len(named)).any():
        return False
    mine = named[grown.inputs]
    return bool((np.isnan(grown.thresholds) == mine).all() and (np.diff(grown.sets)[~mine] == 0).all())


def _rooted(grown: Grown) -> bool:
    """Whether every node but the root, and every leaf, is the child of one earlier node: then nothing is a ring."""
    sizes = np.diff(grown.nodes)[grown.trees]
    own = np.arange(len(grown.left)) - grown.nodes[grown.trees]
    for child in (grown.left, grown.right):
        inner = child >= 0
        if (child[inner] <= own[inner]).any() or (child >= sizes).any() or (child < -sizes - 1).any():
            return False
    children = np.concatenate([grown.left, grown.right]).astype(np.int64) + LEAVES
    pairs = np.concatenate([grown.trees, grown.trees]) * (2 * LEAVES) + children
    return len(np.unique(pairs)) == len(pairs)


def nothing(trees: int) -> Grown:
    """Trees of a single leaf that add nothing."""
    whole, ends = np.zeros(0, dtype=np.int32), np.zeros(trees + 1, dtype=np.int64)
    leaves, none = np.arange(trees + 1), np.zeros(0, dtype=bool)
    return Grown(
        ends, leaves, whole, np.zeros(0), none, whole, whole, np.zeros(1, dtype=np.int64), whole, np.zeros(trees)
    )


def stacked(parts: Sequence[Grown], order: np.ndarray | None = None) -> Grown:
    """Trees of several laid end to end, then in this order."""

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    def ends(name: str) -> np.ndarray:
        return counted(np.concatenate([np.diff(getattr(part, name)) for part in parts]))

    whole = Grown(
        ends("nodes"), ends("leaves"), joined("inputs"), joined("thresholds"), joined("gaps"), joined("left"),
        joined("right"), ends("sets"), joined("codes"), joined("values"),
    )  # fmt: skip
    return whole if order is None else chosen(whole, order)


def chosen(grown: Grown, trees: np.ndarray) -> Grown:
    """Some of the trees, in this order."""
    nodes, leaves = spans(grown.nodes, trees), spans(grown.leaves, trees)
    return Grown(
        counted(np.diff(grown.nodes)[trees]),
        counted(np.diff(grown.leaves)[trees]),
        grown.inputs[nodes],
        grown.thresholds[nodes],
        grown.gaps[nodes],
        grown.left[nodes],
        grown.right[nodes],
        counted(np.diff(grown.sets)[nodes]),
        grown.codes[spans(grown.sets, nodes)],
        grown.values[leaves],
    )


def counted(sizes: np.ndarray) -> np.ndarray:
    """Where spans of these sizes begin when laid end to end, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def spans(starts: np.ndarray, which: np.ndarray) -> np.ndarray:
    """All places of these spans, one after another."""
    sizes = np.diff(starts)[which]
    ends = np.cumsum(sizes)
    return np.asarray(np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts[which] - ends + sizes, sizes))
