"""Leaves of trees by the columns on their way: which of these a row's cells let pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.learn.trees.ensemble import Ensemble

SIZES = ((8, np.uint8), (16, np.uint16), (32, np.uint32), (64, np.uint64))
"""Bits, and the smallest numbers that hold so many."""


@dataclass(frozen=True, eq=False)
class Paths:
    """All leaves of a learner's trees; each asks a few columns, its slots, and is reached where all let it through."""

    columns: np.ndarray
    """(n_slots, n_leaves) original column of each slot; 0 where a leaf has fewer."""
    pairs: np.ndarray
    """(n_slots, n_leaves) place in ``Ensemble.pairs``; 0 where a leaf has fewer."""
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
        one = self.full.dtype.type(1)
        for slot, pairs in enumerate(self.pairs):
            bits = (allowed[:, pairs] >> self.leaves).astype(self.full.dtype) & one
            found |= bits << self.full.dtype.type(slot)
        found &= self.full
        return found

    def scores(self, passed: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """(groups,) sums of the leaves that one row reaches; ``passed`` (n_leaves,) of it."""
        mine = passed == self.full
        return np.asarray(np.bincount(self.groups[mine], self.values[mine], len(bias)) + bias)


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
    return Paths(owners, laid, full, own.astype(np.uint64), np.asarray(grown.values), trees % member.groups)


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
