"""How many walks: doubled row by row until the values are precise, or time is over."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.engines.base import Event, Watch
from core.explain.groves import Ways
from core.explain.walks import Part, Steps, differs, orders, walk
from core.learn.model import CHUNK
from core.learn.prepare import Encoded
from core.words import N_, Message

if TYPE_CHECKING:
    import pandas as pd

PRECISION = 0.02
"""Walks are doubled until the largest standard error of a row is under this share of its largest value."""
TURNS = 64
"""At most this many orders (each also backwards) a background row, whatever the time."""


@dataclass(frozen=True)
class Clock:
    """Time used, time left, and who is told."""

    seconds: float = math.inf
    watch: Watch | None = None
    began: float = field(default_factory=time.perf_counter)

    def passed(self) -> float:
        return time.perf_counter() - self.began

    def left(self) -> float:
        return self.seconds - self.passed()

    def over(self) -> bool:
        return self.left() <= 0 or (self.watch is not None and self.watch.should_stop())

    def tell(self, done: int, rows: int) -> None:
        if self.watch is not None and done % max(1, rows // 20) == 0:
            self.watch.emit(Event("stage", Message(N_("Finding the reasons")), share=done / rows))


@dataclass(frozen=True, eq=False)
class Sums:
    """Running sums over turns; a turn is one order a background row, walked both ways.

    Turns come in pairs: the difference within a pair tells the error of the mean, apart from how much the background
    rows differ, which is no error.
    """

    total: np.ndarray
    """(n_rows, n_columns) sum over turns of the mean over background rows."""
    spread: np.ndarray
    """(n_rows, n_columns) sum over pairs of the variance of that mean."""
    turns: np.ndarray
    """(n_rows,)"""

    @classmethod
    def of(cls, rows: int, columns: int) -> Sums:
        """Nothing summed yet."""
        return cls(np.zeros((rows, columns)), np.zeros((rows, columns)), np.zeros(rows, dtype=int))

    def add(self, row: int, turns: list[np.ndarray]) -> None:
        """Adds a pair of turns, or a single one, each (n_background, n_columns)."""
        count = len(turns[0])
        if self.turns[row] == 1:
            self.total[row] = self.spread[row] = self.turns[row] = 0
        paired = len(turns) == 2
        between = (turns[0] - turns[1]) ** 2 / 2 if paired else (turns[0] - turns[0].mean(axis=0)) ** 2
        self.spread[row] += between.sum(axis=0) / count**2
        self.total[row] += sum(turn.mean(axis=0) for turn in turns)
        self.turns[row] += len(turns)

    def values(self) -> np.ndarray:
        """(n_rows, n_columns)."""
        return np.asarray(self.total / np.maximum(self.turns, 1)[:, None])

    def errors(self) -> np.ndarray:
        """(n_rows, n_columns) standard errors; after a single turn an upper bound, from all of the spread."""
        turns = np.maximum(self.turns, 1)
        return np.asarray(np.sqrt(self.spread / (np.maximum(turns // 2, 1) * turns)[:, None]))

    def precise(self, sure: np.ndarray) -> np.ndarray:
        """(n_rows,) whether the largest error is small enough beside the largest value; ``sure`` is known exactly."""
        largest = np.abs(self.values() + sure).max(axis=1, initial=0.0)
        return np.asarray(self.errors().max(axis=1, initial=0.0) <= PRECISION * largest)


def sample(
    opened: list[Part],
    rows: pd.DataFrame | Encoded,
    labels: np.ndarray,
    sure: np.ndarray,
    seed: int,
    clock: Clock,
    fewest: int | None = None,
) -> tuple[Sums, bool]:
    """Walks for every row, and whether time ended before all were precise.

    Args:
        opened: members to walk.
        rows: (n_rows, ...) encoded rows to explain.
        labels: (n_rows,) place of the class explained.
        sure: (n_rows, n_columns) what affine members add, known exactly.
        seed: draws the orders.
        clock: time.
        fewest: so many rows, drawn by the seed, are walked whatever the time; further ones, once it is over, are not.
            None: all are.
    """
    sums = Sums.of(*sure.shape)
    if not opened:
        return sums, False
    origins = _origins(opened, labels)
    waiting = np.arange(len(labels)) if fewest is None else np.random.default_rng(seed).permutation(len(labels))
    while len(waiting):
        for done, (row, parts) in enumerate(parts_of(opened, rows, waiting)):
            if clock.over() and (sums.turns[row] or (fewest is not None and done >= fewest)):
                return sums, True
            turn = _walker(opened, parts, sure.shape[1], int(labels[row]), origins, seed)
            if not sums.turns[row] and _hurry(clock, done, len(waiting)):
                sums.add(row, [turn(0)])
            else:
                _double(sums, row, turn, clock)
            clock.tell(done + 1, len(waiting))
        waiting = np.flatnonzero(~sums.precise(sure) & (sums.turns < TURNS))
        if clock.over():
            return sums, bool(len(waiting))
    return sums, False


def certain(straight: list[Part], rows: pd.DataFrame | Encoded, labels: np.ndarray) -> np.ndarray:
    """(n_rows, n_columns) exact values of affine members."""
    values = np.zeros((len(labels), rows.shape[1]))
    for row, parts in parts_of(straight, rows, np.arange(len(labels))):
        for part in parts:
            values[row] += part.exact(values.shape[1], int(labels[row]))
    return values


def parts_of(
    opened: list[Part], rows: pd.DataFrame | Encoded, places: np.ndarray
) -> Iterator[tuple[int, list[Steps | Ways]]]:
    """(row, the row in each member) of the rows asked for; layers are made a chunk of rows at a time."""
    if not opened:
        return
    step = max(1, CHUNK // max(1, sum(part.size for part in opened)))
    for start in range(0, len(places), step):
        chosen = places[start : start + step]
        made = [part.layers(_cut(rows, chosen)) for part in opened]
        for at, row in enumerate(chosen):
            yield int(row), [part.ready(layer[at]) for part, layer in zip(opened, made, strict=True)]


def _cut(rows: pd.DataFrame | Encoded, places: np.ndarray) -> pd.DataFrame | Encoded:
    return rows[places] if isinstance(rows, Encoded) else rows.iloc[places]


def _walker(
    opened: list[Part], parts: list[Steps | Ways], columns: int, label: int, origins: dict[int, np.ndarray], seed: int
) -> Callable[[int], np.ndarray]:
    """For one row: the number of a turn -> (n_background, n_columns) of ``walk``."""
    count, widest = opened[0].count, max(part.width for part in opened)
    moves = differs(parts, columns)
    return lambda turn: walk(parts, widest, moves, orders(count, columns, seed, turn), label, origins[label])


def _double(sums: Sums, row: int, turn: Callable[[int], np.ndarray], clock: Clock) -> None:
    """Doubles the turns of a row, from a pair on; those that time cuts short still count."""
    had = int(sums.turns[row]) if sums.turns[row] > 1 else 0
    for first in range(had, max(2 * had, 2), 2):
        if had and clock.over():
            return
        sums.add(row, [turn(first), turn(first + 1)])


def _hurry(clock: Clock, done: int, rows: int) -> bool:
    """Whether a pair of turns for every row that has none yet would not fit in the time left."""
    return clock.left() < 1.2 * clock.passed() / (done + 1) * (rows - done)


def _origins(opened: list[Part], labels: np.ndarray) -> dict[int, np.ndarray]:
    """(n_background,) answers of the walked members for the background rows, by class explained."""
    zero = np.zeros(opened[0].count)
    return {int(label): sum((part.origin(int(label)) for part in opened), zero) for label in set(labels)}
