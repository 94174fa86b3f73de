"""How the columns of a case go together on the whole: a tree of the pairs of columns that say most of each other.

After Chow and Liu (1968, doi:10.1109/TIT.1968.1054142): the sum over the pairs of the tree of how much more often two
cells stand together than if their columns were unrelated. # DIFF: one case more, spread as if unrelated, is added to
every pair of cells, so that what is rare on its own is no surprise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.ordered import numbers_of, ordered
from core.data.table import Column

BINS = 10
"""Of a column of numbers, about the same number of cases in each."""
LEVELS = 15
"""Categories that are told apart; the others are one."""
PARTS = 1_300
"""At most, of all columns together: their square is held."""
FOLDS = 4
MORE = 1.0
"""Cases added to each pair of cells."""


@dataclass(frozen=True, eq=False)
class Splitter:
    """How cells of one column are parted: 0 missing, 1 other, then levels; or bins between edges."""

    column: Column
    edges: np.ndarray
    levels: dict[str, int]

    @property
    def count(self) -> int:
        return (len(self.edges) + 1 if ordered(self.column) else len(self.levels)) + 2

    def codes(self, values: pd.Series) -> np.ndarray:
        """(n,) int64."""
        if ordered(self.column):
            numbers = numbers_of(values)
            found = np.searchsorted(self.edges, numbers, side="right") + 2
            return np.asarray(np.where(np.isnan(numbers), 0, found), dtype=np.int64)
        gone = values.isna().to_numpy()
        known = [self.levels.get(cell, 1) for cell in values.to_numpy(dtype=object)]
        return np.asarray(np.where(gone, 0, known), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Pattern:
    """The pairs of columns, and how often their cells stand together."""

    splitters: tuple[Splitter, ...]
    pairs: tuple[tuple[int, int], ...]
    tables: tuple[np.ndarray, ...]
    """Per pair (codes of the one, codes of the other): cases."""
    n: int


def learnt(tidied: pd.DataFrame, schema: tuple[Column, ...]) -> Pattern:
    """The pattern of some typed rows (n, ...) of these columns."""
    splitters: list[Splitter] = []
    parts = 0
    for column in schema:
        own = None if column.kind == "text" or parts > PARTS - BINS else _splitter(tidied[column.name], column)
        if own is not None:
            splitters.append(own)
            parts += own.count
    codes = [one.codes(tidied[one.column.name]) for one in splitters]
    pairs = _tree(codes, [one.count for one in splitters])
    tables = tuple(_table(codes, splitters, one, two) for one, two in pairs)
    return Pattern(tuple(splitters), pairs, tables, len(tidied))


def judged(tidied: pd.DataFrame, schema: tuple[Column, ...], rows: np.ndarray, seed: int = 0) -> np.ndarray:
    """(n_rows,) strangeness of some of the rows themselves, each by a pattern learnt from others."""
    turns = np.random.default_rng(seed).permutation(len(tidied)) % FOLDS
    found = np.zeros(len(tidied))
    for turn in range(FOLDS):
        mine = rows[turns[rows] == turn]
        if len(mine) and len(mine) < len(tidied):
            found[mine] = strangeness(learnt(tidied[turns != turn], schema), tidied.iloc[mine])
    return np.asarray(found[rows])


def strangeness(pattern: Pattern, tidied: pd.DataFrame) -> np.ndarray:
    """(m,) how little the columns of each case go together (nats)."""
    total = np.zeros(len(tidied))
    used = {at for pair in pattern.pairs for at in pair}
    codes = {at: pattern.splitters[at].codes(tidied[pattern.splitters[at].column.name]) for at in used}
    for (one, two), table in zip(pattern.pairs, pattern.tables, strict=True):
        expected = table.sum(axis=1)[codes[one]] * table.sum(axis=0)[codes[two]] / max(1, pattern.n)
        total -= np.log((table[codes[one], codes[two]] + MORE) / (expected + MORE))
    return total


def _splitter(values: pd.Series, column: Column) -> Splitter | None:
    if ordered(column):
        numbers = numbers_of(values)
        there = numbers[~np.isnan(numbers)]
        if not len(there) or there.min() == there.max():
            return None
        edges = np.unique(np.quantile(there, np.linspace(0, 1, BINS + 1)[1:-1], method="nearest"))
        return Splitter(column, edges, {})
    levels = values.dropna().value_counts().index[:LEVELS]
    return (
        Splitter(column, np.zeros(0), {str(level): at + 2 for at, level in enumerate(levels)}) if len(levels) else None
    )


def _table(codes: list[np.ndarray], splitters: list[Splitter], one: int, two: int) -> np.ndarray:
    width = splitters[two].count
    flat = np.bincount(codes[one] * width + codes[two], minlength=splitters[one].count * width)
    return flat.reshape(splitters[one].count, width).astype(np.float64)


def _tree(codes: list[np.ndarray], counts_of: list[int]) -> tuple[tuple[int, int], ...]:
    """The spanning tree with the most information (Prim)."""
    if len(codes) < 2:
        return ()
    shared = _shared(codes, counts_of)
    best, origin = shared[0].copy(), np.zeros(len(codes), dtype=int)
    best[0], pairs = -np.inf, []
    for _ in range(len(codes) - 1):
        new = int(np.argmax(best))
        pairs.append((int(origin[new]), new))
        best[new] = -np.inf
        closer = (shared[new] > best) & np.isfinite(best)
        best[closer], origin[closer] = shared[new][closer], new
    return tuple(pairs)


def _shared(codes: list[np.ndarray], counts_of: list[int]) -> np.ndarray:
    """(k, k) what two columns say of each other (nats)."""
    starts = np.concatenate([[0], np.cumsum(counts_of)])
    n = len(codes[0])
    inside = np.zeros((n, int(starts[-1])), dtype=np.float32)
    for at, own in enumerate(codes):
        inside[np.arange(n), starts[at] + own] = 1.0
    both = inside.T @ inside
    sizes = both.diagonal().astype(np.float64)
    expected = np.maximum(np.outer(sizes, sizes) / max(1, n), 1e-9)
    gain = both * np.log(np.maximum(both, 1e-9) / expected) / max(1, n)
    whole = np.add.reduceat(np.add.reduceat(gain, starts[:-1], axis=0), starts[:-1], axis=1)
    free = np.add.reduceat(sizes > 0, starts[:-1]) - 1
    return np.asarray(whole - np.outer(free, free) / (2 * max(1, n)))
