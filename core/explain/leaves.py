"""Leaves of trees by the columns on their way: which of these a row's cells let pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.learn.trees.ensemble import Ensemble
from core.learn.trees.grown import MOST_CODES, spans

CODES = MOST_CODES + 1
SIZES = ((8, np.uint8), (16, np.uint16), (32, np.uint32), (64, np.uint64))
"""Bits, and the smallest numbers that hold so many."""


@dataclass(frozen=True, eq=False)
class Paths:
    """All leaves of a learner's trees; each asks a few columns, its slots, and is reached where all let it through."""

    columns: np.ndarray
    """(n_slots, n_leaves) original column of each slot; 0 where a leaf has fewer."""
    pairs: np.ndarray
    """(n_slots, n_leaves) place in ``Ensemble.pairs``; 0 where a leaf has fewer."""
    many: np.ndarray
    """(n_slots,) leaves that have each slot; those with more slots stand first."""
    full: np.ndarray
    """(n_leaves,) unsigned: a bit for each slot that it has."""
    leaves: np.ndarray
    """(n_leaves,) uint64: number of the leaf within its tree."""
    values: np.ndarray
    """(n_leaves,) float64."""
    groups: np.ndarray
    """(n_leaves,) the score that each counts for."""

    def passed(self, allowed: np.ndarray) -> np.ndarray:
        """(n, n_leaves) unsigned: a bit for each slot whose column lets the leaf through.

        Args:
            allowed: (n, n_pairs) uint64 of ``Ensemble.allowed``.
        """
        found = np.zeros((len(allowed), len(self.full)), dtype=self.full.dtype)
        for slot, (pairs, many) in enumerate(zip(self.pairs, self.many, strict=True)):
            bits = (allowed[:, pairs[:many]] >> self.leaves[:many]) & np.uint64(1)
            found[:, :many] |= bits.astype(self.full.dtype) << self.full.dtype.type(slot)
        return found

    def scores(self, passed: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """(groups,) sums of the leaves that one row reaches; ``passed`` (n_leaves,) of it."""
        mine = passed == self.full
        return np.asarray(np.bincount(self.groups[mine], self.values[mine], len(bias)) + bias)


@dataclass(frozen=True, eq=False)
class Gates:
    """The nodes of a learner's trees, in the order of ``Ensemble.pairs``: ``Ensemble.allowed`` for few rows, at once.

    That goes from node to node where a category is asked for, which pays for many rows only.
    """

    inputs: np.ndarray
    """(n_nodes,)"""
    thresholds: np.ndarray
    """(n_nodes,) NaN where the input is a category."""
    gaps: np.ndarray
    """(n_nodes,) bool: a missing number goes left."""
    named: np.ndarray
    """Nodes whose input is a category."""
    keys: np.ndarray
    """Rising: place in ``named`` and code, as one number, of each code that goes left."""
    left: np.ndarray
    """(n_nodes,) uint64: leaves that remain for a row that goes left."""
    right: np.ndarray
    """(n_nodes,) uint64."""
    starts: np.ndarray
    """(n_pairs,) where the nodes of each pair begin."""

    def allowed(self, cells: np.ndarray) -> np.ndarray:
        """(n, n_inputs) -> (n, n_pairs) uint64."""
        if not len(self.starts):
            return np.zeros((len(cells), 0), dtype=np.uint64)
        asked = cells[:, self.inputs]
        lefts = asked <= self.thresholds
        lefts |= np.isnan(asked) & self.gaps
        if len(self.named):
            lefts[:, self.named] = self._inside(asked[:, self.named])
        return np.asarray(np.bitwise_and.reduceat(np.where(lefts, self.left, self.right), self.starts, axis=1))

    def _inside(self, asked: np.ndarray) -> np.ndarray:
        """(n, n_named) whether codes are among those that go left."""
        if not len(self.keys):
            return np.zeros(asked.shape, dtype=bool)
        known = (asked >= 0) & (asked < CODES)
        wanted = np.arange(asked.shape[1]) * CODES + np.where(known, asked, 0).astype(np.int64)
        near = np.minimum(np.searchsorted(self.keys, wanted.ravel()), len(self.keys) - 1)
        return np.asarray((self.keys[near].reshape(wanted.shape) == wanted) & known)


def gates(member: Ensemble) -> Gates:
    """The nodes of a learner."""
    grown = member.grown
    columns = member.owners[grown.inputs].astype(np.int64)
    order = np.lexsort((grown.trees, columns))
    keys = columns[order] * max(1, len(grown)) + grown.trees[order]
    left, right = (~side[order] & grown.full[grown.trees[order]] for side in reversed(grown.sides))
    named = np.flatnonzero(np.isnan(grown.thresholds[order]))
    sizes = np.diff(grown.sets)[order[named]]
    codes = grown.codes[spans(grown.sets, order[named])]
    return Gates(
        inputs=grown.inputs[order],
        thresholds=grown.thresholds[order],
        gaps=grown.gaps[order],
        named=named,
        keys=np.repeat(np.arange(len(named)), sizes) * CODES + codes,
        left=left,
        right=right,
        starts=np.unique(keys, return_index=True)[1],
    )


def paths(member: Ensemble) -> Paths:
    """The leaves of a learner."""
    grown = member.grown
    counts = np.diff(grown.leaves)
    trees = np.repeat(np.arange(len(grown)), counts)
    own = np.arange(len(trees)) - grown.leaves[:-1][trees]
    under = _under(member)
    pairs, leaves = np.nonzero(_bits(under))
    where = grown.leaves[member.pairs[1][pairs]] + leaves
    order = np.argsort(where, kind="stable")
    pairs, where = pairs[order], where[order]
    slots = np.bincount(where, minlength=len(trees))
    slot = np.arange(len(where)) - np.repeat(np.cumsum(slots) - slots, slots)
    most = int(slots.max(initial=0))
    laid = np.zeros((most, len(trees)), dtype=np.int64)
    laid[slot, where] = pairs
    owners = np.zeros((most, len(trees)), dtype=np.int64)
    owners[slot, where] = member.pairs[0][pairs]
    kind = next(dtype for bits, dtype in SIZES if most <= bits)
    full = np.array([2**many - 1 for many in range(most + 1)], dtype=np.uint64)[slots].astype(kind)
    first = np.argsort(-slots, kind="stable")
    return Paths(
        columns=np.ascontiguousarray(owners[:, first]),
        pairs=np.ascontiguousarray(laid[:, first]),
        many=(slots[:, None] > np.arange(most)).sum(axis=0),
        full=full[first],
        leaves=own.astype(np.uint64)[first],
        values=grown.values[first],
        groups=(trees % member.groups)[first],
    )


def _under(member: Ensemble) -> np.ndarray:
    """(n_pairs,) uint64: the leaves of its tree that a column is asked for on the way to."""
    grown = member.grown
    left, right = grown.sides
    keys = member.owners[grown.inputs].astype(np.int64) * max(1, len(grown)) + grown.trees
    known, each = np.unique(keys, return_inverse=True)
    under = np.zeros(len(known), dtype=np.uint64)
    np.bitwise_or.at(under, each.ravel(), left | right)
    return under


def _bits(sets: np.ndarray) -> np.ndarray:
    """(n, 64) bool: the bits of uint64 numbers, the lowest first."""
    return np.unpackbits(sets.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little").astype(bool)
