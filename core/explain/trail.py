"""Ways from background rows to a row explained: in which order the columns change, and how ways are held.

A way there and the same way backwards are looked at together: after j steps the one holds some columns of the row, the
other all those that the first has not yet. Half the difference of the two answers is all that is needed of them: what
it moves by is what the column adds, in the mean of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

KEPT = 8_192
"""Orders of at most so many numbers (64 KB) are kept for the next row and the next question."""


@dataclass(frozen=True, eq=False)
class Trail:
    """One way from each background row, steps that change nothing left out."""

    order: np.ndarray
    """(n_background, n_columns) the columns that move in the order in which they change; then those that do not."""
    lengths: np.ndarray
    """(n_background,) how many move."""

    @property
    def steps(self) -> int:
        """Of the longest way."""
        return int(self.lengths.max(initial=0))

    @property
    def between(self) -> np.ndarray:
        """(n_background, steps - 1) bool: states that are neither the beginning nor the end of their way."""
        return np.asarray(np.arange(1, max(1, self.steps)) < self.lengths[:, None])

    def of(self, ways: np.ndarray | slice) -> Trail:
        """Some of the ways."""
        return Trail(self.order[ways], self.lengths[ways])

    def after(self) -> np.ndarray:
        """(n_background, n_columns) int64: the number of steps after which a column is the row's."""
        found = np.empty(self.order.shape, dtype=np.int64)
        np.put_along_axis(found, self.order, np.arange(1, self.order.shape[1] + 1)[None], axis=1)
        return found

    def values(self, halves: np.ndarray, origin: np.ndarray, end: float | np.ndarray) -> np.ndarray:
        """(n_background, n_columns) what each column adds.

        Args:
            halves: (n_background, steps - 1) half the difference of the answers there and back, between the ends.
            origin: (n_background,) answers for the background rows.
            end: the answer for the row; (n_background,) where it is another one for each.
        """
        whole = np.empty((len(origin), self.steps + 1))
        last = (end - origin) / 2
        whole[:, 0], whole[:, -1] = -last, last
        if self.steps > 1:
            whole[:, 1:-1] = np.where(self.between, halves, last[:, None])
        whole[self.lengths == 0] = 0.0
        found = np.zeros(self.order.shape)
        np.put_along_axis(found, self.order[:, : self.steps], np.diff(whole, axis=1), axis=1)
        return found


@dataclass(frozen=True)
class Turn:
    """One of the turns in which ways are walked from every background row."""

    seed: int
    number: int

    def trail(self, moves: np.ndarray) -> Trail:
        """Ways over columns that move (n_background, n_columns), in the orders of this turn."""
        count, columns = moves.shape
        return trail(orders(count, columns, self.seed, self.number), moves)


def trail(order: np.ndarray, moves: np.ndarray) -> Trail:
    """Orders (n_background, n_columns) without the columns that do not move in a background row."""
    moving = np.take_along_axis(moves, order, axis=1)
    first = np.argsort(~moving, axis=1, kind="stable")
    return Trail(np.take_along_axis(order, first, axis=1), moving.sum(axis=1))


def orders(count: int, columns: int, seed: int, turn: int, lane: int = 0) -> np.ndarray:
    """(count, columns) random orders of the columns, the same for every row explained, so that a row's values do not
    depend on which other rows are explained with it; not to be written to.

    Among as many orders as there are columns, each column has every place once (a Latin square with places, names and
    rows drawn by chance); every single order is any with the same chance, so that nothing is biased. What is walked in
    the same turn in orders of its own has a lane of its own.
    """
    if count * columns > KEPT:
        return _drawn(count, columns, seed, turn, lane)
    return _kept(count, columns, seed, turn, lane)


def _drawn(count: int, columns: int, seed: int, turn: int, lane: int) -> np.ndarray:
    draw = np.random.default_rng((seed, turn, lane))
    if not columns:
        return np.zeros((count, 0), dtype=np.int64)
    squares = [_square(columns, min(columns, count - start), draw) for start in range(0, count, columns)]
    found = np.concatenate(squares)
    found.setflags(write=False)
    return found


_kept = lru_cache(maxsize=256)(_drawn)


def _square(columns: int, rows: int, draw: np.random.Generator) -> np.ndarray:
    names, places, turns = (draw.permutation(columns) for _ in range(3))
    return np.asarray(names[(turns[:rows, None] + places) % columns])
