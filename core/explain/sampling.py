"""How many walks: doubled row by row until the values are precise, or time is over."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from core.engines.base import Event, Watch
from core.explain.copies import lanes, share, zeros
from core.explain.trail import Turn
from core.explain.walks import Part, Row, ready, walk
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


@dataclass(frozen=True)
class Effort:
    """How long walks are doubled, and until when."""

    seed: int
    clock: Clock
    fewest: int | None = None
    """So many rows, drawn by the seed, are walked whatever the time; further ones, once it is over, are not. None: all
    are."""
    precision: float = PRECISION

    @cached_property
    def cores(self) -> int:
        """That may be used."""
        watch = self.clock.watch
        return _cores() if watch is None else watch.cores()


@dataclass(frozen=True, eq=False)
class Found:
    """Values of rows."""

    values: np.ndarray
    """(n_rows, n_columns)"""
    errors: np.ndarray
    """(n_rows, n_columns) standard errors."""
    turns: np.ndarray
    """(n_rows,) orders walked from each background row; 0 where none was needed, or there was no time."""
    late: bool
    """Time ended before all were precise."""

    @property
    def told(self) -> np.ndarray:
        """(n_rows,) whether a row was walked; all are where no walk was needed."""
        return np.asarray((self.turns > 0) | (self.turns.max(initial=0) == 0))


@dataclass(frozen=True, eq=False)
class Sums:
    """Running sums over turns; in a turn, of some tables (of ``walks.walk``), each way is walked there and back.

    Turns come in pairs: the difference within a pair tells the error of the mean, apart from how much the background
    rows differ, which is no error.
    """

    total: np.ndarray
    """(n_rows, n_columns) sum over turns of the means over the ways of each table."""
    spread: np.ndarray
    """(n_rows, n_columns) sum over pairs of the variance of that mean."""
    turns: np.ndarray
    """(n_rows,)"""

    @classmethod
    def of(cls, rows: int, columns: int) -> Sums:
        """Nothing summed yet."""
        return cls(zeros(rows, columns), zeros(rows, columns), zeros(rows, dtype=int))

    def add(self, row: int, turns: list[list[np.ndarray]]) -> None:
        """Adds a pair of turns, or a single one, each of tables (n_ways, n_columns)."""
        if self.turns[row] == 1:
            self.clear(row)
        for tables in zip(*turns, strict=True):
            first, last = tables[0], tables[-1]
            between = (first - last) ** 2 / 2 if len(turns) == 2 else (first - first.mean(axis=0)) ** 2
            self.spread[row] += between.sum(axis=0) / len(first) ** 2
            self.total[row] += sum(table.mean(axis=0) for table in tables)
        self.turns[row] += len(turns)

    def clear(self, rows: int | np.ndarray) -> None:
        """Forgets the turns of rows."""
        self.total[rows] = self.spread[rows] = self.turns[rows] = 0

    def values(self) -> np.ndarray:
        """(n_rows, n_columns)."""
        return np.asarray(self.total / np.maximum(self.turns, 1)[:, None])

    def errors(self) -> np.ndarray:
        """(n_rows, n_columns) standard errors; after a single turn an upper bound, from all of the spread."""
        turns = np.maximum(self.turns, 1)
        return np.asarray(np.sqrt(self.spread / (np.maximum(turns // 2, 1) * turns)[:, None]))

    def precise(self, sure: np.ndarray, precision: float) -> np.ndarray:
        """(n_rows,) whether the largest error is small enough beside the largest value; ``sure`` is known exactly."""
        largest = np.abs(self.values() + sure).max(axis=1, initial=0.0)
        return np.asarray(self.errors().max(axis=1, initial=0.0) <= precision * largest)


def sample(
    opened: Sequence[Part],
    straight: Sequence[Part],
    rows: pd.DataFrame | Encoded,
    labels: np.ndarray,
    effort: Effort,
) -> Found:
    """Exact values of some members and walks through the others.

    Args:
        opened: the members.
        straight: those whose values are exact without walks.
        rows: (n_rows, ...) encoded rows to explain.
        labels: (n_rows,) place of the class explained.
        effort: how long, and how well.
    """
    sure = _certain(straight, rows, labels)
    bent = [part for part in opened if part not in straight]
    sums, late = Sums.of(*sure.shape), False
    if bent:
        late = _walked(sums, bent, rows, labels, sure, effort)
    return Found(sure + sums.values(), sums.errors(), sums.turns, late)


def _walked(
    sums: Sums,
    opened: Sequence[Part],
    rows: pd.DataFrame | Encoded,
    labels: np.ndarray,
    sure: np.ndarray,
    effort: Effort,
) -> bool:
    """Walks for every row, doubled until precise; whether time ended first."""
    waiting = np.arange(len(labels))
    if effort.fewest is not None:
        waiting = np.random.default_rng(effort.seed).permutation(len(labels))
    while len(waiting):
        count = lanes(len(waiting), effort.cores)
        one = _Round(sums, opened, rows, labels, effort, waiting, count)
        if not share(one.lane, count, one.forget):
            return True
        waiting = np.flatnonzero(~sums.precise(sure, effort.precision) & (sums.turns < TURNS))
        if effort.clock.over():
            return bool(len(waiting))
    return False


@dataclass(frozen=True, eq=False)
class _Round:
    """Walks for every row that waits; each lane has rows of its own."""

    sums: Sums
    opened: Sequence[Part]
    rows: pd.DataFrame | Encoded
    labels: np.ndarray
    effort: Effort
    waiting: np.ndarray
    lanes: int

    def lane(self, lane: int) -> bool:
        """Walks for the rows of a lane; False where time ended before all had theirs."""
        mine = self._rows(lane)
        for done, (row, parts) in enumerate(parts_of(self.opened, self.rows, self.labels, mine)):
            if self._no_time(row, lane + done * self.lanes):
                return False
            self._walk(row, parts, done, len(mine))
            if lane == 0:
                self.effort.clock.tell(done + 1, len(mine))
        return True

    def forget(self, lane: int) -> None:
        """Begins anew with the rows of a lane."""
        self.sums.clear(self._rows(lane))

    def _rows(self, lane: int) -> np.ndarray:
        return self.waiting[lane :: self.lanes]

    def _no_time(self, row: int, place: int) -> bool:
        """Whether time is over, and the row can do without."""
        fewest = self.effort.fewest
        return self.effort.clock.over() and bool(self.sums.turns[row] or (fewest is not None and place >= fewest))

    def _walk(self, row: int, parts: list[Row], done: int, count: int) -> None:
        """A pair of turns for a row, or a single one where time is short; twice what it has had."""
        clock, first = self.effort.clock, self.opened[0]
        walked = _walker(parts, self.effort.seed, self.effort.cores > 1 and self.lanes == 1)
        if self.sums.turns[row]:
            _double(self.sums, row, walked, clock)
            return
        pair, begun = not _hurry(clock, done, count, PAIRS.get(first, 0.0)), time.perf_counter()
        self.sums.add(row, walked(0, 1) if pair else walked(0))
        PAIRS[first] = (1 if pair else 2) * (time.perf_counter() - begun)


def _certain(straight: Sequence[Part], rows: pd.DataFrame | Encoded, labels: np.ndarray) -> np.ndarray:
    """(n_rows, n_columns) exact values of members that need no walk."""
    values = np.zeros((len(labels), rows.shape[1]))
    for row, parts in parts_of(straight, rows, labels, np.arange(len(labels))):
        for part in parts:
            values[row] += part.exact(values.shape[1])
    return values


def parts_of(
    opened: Sequence[Part], rows: pd.DataFrame | Encoded, labels: np.ndarray, places: np.ndarray
) -> Iterator[tuple[int, list[Row]]]:
    """(row, the row in each member) of the rows asked for; layers are made a chunk of rows at a time."""
    if not opened:
        return
    step = max(1, CHUNK // max(1, sum(part.size for part in opened)))
    for start in range(0, len(places), step):
        chosen = places[start : start + step]
        made = [part.layers(_cut(rows, chosen)) for part in opened]
        for at, row in enumerate(chosen):
            yield int(row), [ready(part, layer[at], int(labels[row])) for part, layer in zip(opened, made, strict=True)]


def _cut(rows: pd.DataFrame | Encoded, places: np.ndarray) -> pd.DataFrame | Encoded:
    return rows[places] if isinstance(rows, Encoded) else rows.iloc[places]


def _walker(parts: list[Row], seed: int, two: bool) -> Callable[..., list[list[np.ndarray]]]:
    """For one row: numbers of turns -> ``walk``."""
    return lambda *numbers: walk(parts, [Turn(seed, number) for number in numbers], two)


def _cores() -> int:
    """This process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _double(sums: Sums, row: int, walked: Callable[..., list[list[np.ndarray]]], clock: Clock) -> None:
    """Doubles the turns of a row, from a pair on; those that time cuts short still count."""
    had = int(sums.turns[row]) if sums.turns[row] > 1 else 0
    for first in range(had, max(2 * had, 2), 2):
        if had and clock.over():
            return
        sums.add(row, walked(first, first + 1))


PAIRS: WeakKeyDictionary[Part, float] = WeakKeyDictionary()
"""Seconds that a pair of turns took last, by the first of the members that are walked."""


def _hurry(clock: Clock, done: int, rows: int, pair: float) -> bool:
    """Whether a pair of turns for every row that has none yet would not fit in the time left, by what rows have taken
    so far; of the first, by what a ``pair`` took last."""
    each = 1.2 * clock.passed() / (done + 1)
    return clock.left() < (max(each, pair) if not done else each) * (rows - done)
