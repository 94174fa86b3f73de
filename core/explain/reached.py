"""Leaves that mixes of two rows reach, by the columns that must be from the one or the other."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

MOST = 64
"""Columns on the way to a leaf, of trees with as many leaves."""
GAIN = np.array(
    [[factorial(max(u - 1, 0)) * factorial(v) / factorial(u + v) for v in range(MOST)] for u in range(MOST)]
)
"""(u, v) part of a leaf's worth that each of ``u`` columns has that must be so where ``v`` others must not."""


@dataclass(frozen=True, eq=False)
class Side:
    """Leaves that need equally many columns of one of two rows."""

    columns: np.ndarray
    """(k, n) of each leaf; or places in a table (n_background, n_columns)."""
    which: np.ndarray
    """(n,) the leaves."""


@dataclass(frozen=True, eq=False)
class Leaves:
    """Leaves that mixes of the row explained and of background rows can reach."""

    here: tuple[Side, ...]
    """Columns that must be from the row explained, of leaves that have some."""
    there: tuple[Side, ...]
    """Columns that must be from the background row."""
    many: tuple[np.ndarray, np.ndarray]
    """Twice (n,) how many columns must be so."""
    values: np.ndarray
    """(n,) of the leaves."""
    groups: np.ndarray
    """(n,) the score that each counts for."""
    kinds: np.ndarray
    """(n,) the kind of background rows, of a leaf."""


@dataclass(frozen=True, eq=False)
class Spread:
    """``Leaves`` by background row: places in tables (n_background, n_columns) and (n_background, groups)."""

    here: tuple[Side, ...]
    there: tuple[Side, ...]
    many: tuple[np.ndarray, np.ndarray]
    """Twice (m,) of ``Leaves``."""
    values: np.ndarray
    """(m,)"""
    cells: np.ndarray
    """(m,)"""


@dataclass(frozen=True, eq=False)
class Table:
    """Where Shapley values of leaves are counted together."""

    cells: int
    """That columns name."""
    groups: int
    """Figures of each cell."""
    own: np.ndarray
    """(n,) the figure that each leaf counts for."""

    def filled(
        self,
        many: tuple[np.ndarray, np.ndarray],
        here: tuple[Side, ...],
        there: tuple[Side, ...],
        values: np.ndarray,
    ) -> np.ndarray:
        """(cells * groups,) Shapley values.

        Args:
            many: twice (n,) how many columns must be from the row explained, and from the background row.
            here: columns that must be from the row explained, as cells of the table.
            there: columns that must be from the background row.
            values: (n,) what each leaf is worth.
        """
        found, (u, v) = np.zeros(self.cells * self.groups), many
        for side, share in ((here, GAIN[u, v]), (there, -GAIN[v, u])):
            worth = share * values
            for part in side:
                places = part.columns * self.groups + self.own[part.which]
                found += np.bincount(places.ravel(), np.tile(worth[part.which], len(places)), len(found))
        return found


def ends(side: tuple[Side, ...], after: np.ndarray, many: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Twice (many,): after which step the last of a leaf's columns has changed, and after which the first.

    Args:
        side: the columns of leaves, as places in ``after``.
        after: the number of steps after which a column changes.
        many: leaves.
        last: what stands for the first of those that have none; 0 stands for the last.
    """
    latest, soonest = np.zeros(many, dtype=np.int64), np.full(many, last)
    for part in side:
        found = after.take(part.columns)
        latest[part.which] = found.max(axis=0)
        soonest[part.which] = found.min(axis=0)
    return latest, soonest
