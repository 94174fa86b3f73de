"""Walks and exact values for learners made of trees.

A leaf is reached by a mix of two rows where every column lets it through, whichever row the column is from. So some
columns must be from the row explained, some must be from the background row, and the rest do not matter: during a walk
the leaf is the answer's from the step at which the last of the first kind has changed until the first of the second
kind does. The same counts give Shapley values of the sum of trees without any walk (Lundberg et al., 2020,
doi:10.1038/s42256-019-0138-9; Laberge and Pequignot, 2022, arXiv:2209.15123).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from core.explain.leaves import Gates, Paths, gates, paths
from core.explain.slopes import chance, slopes
from core.explain.trail import Trail, Turn
from core.learn.trees.ensemble import Ensemble

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

HELD = 4_000_000
"""Columns asked by leaves and background rows that are remembered from turn to turn (32 MB)."""


@dataclass(frozen=True, eq=False)
class Leaves:
    """Leaves that need ``u`` columns of the row explained and ``v`` of the background row."""

    here: np.ndarray
    """(u, n) columns that must be from the row explained."""
    there: np.ndarray
    """(v, n) columns that must be from the background row."""
    values: np.ndarray
    """(n,) of the leaves."""
    groups: np.ndarray
    """(n,) the score that each counts for."""
    kinds: np.ndarray
    """(n,) the kind of background rows, of a leaf."""


@dataclass(frozen=True, eq=False)
class Spread:
    """``Leaves`` by background row: places in tables (n_background, n_columns) and (n_background, groups)."""

    here: np.ndarray
    """(u, m)"""
    there: np.ndarray
    """(v, m)"""
    values: np.ndarray
    """(m,)"""
    cells: np.ndarray
    """(m,)"""


@dataclass(frozen=True, eq=False)
class Grove:
    """A learner of trees laid open over the background rows.

    Background rows in which the same columns let a leaf through are one kind: a leaf is looked at once for each.
    """

    member: Ensemble
    weight: float
    paths: Paths
    gates: Gates
    scores: np.ndarray
    """(n_background, groups) of the background rows."""
    leaves: np.ndarray
    """(n_kinds,) leaf of each kind."""
    passed: np.ndarray
    """(n_kinds,) unsigned: the slots of the leaf that let it through; of ``Paths.passed``."""
    rows: np.ndarray
    """Background rows of each kind, kind by kind."""
    starts: np.ndarray
    """(n_kinds + 1,) where the rows of each kind begin."""
    marks: np.ndarray
    """(n_background, n_columns) of ``marks``."""

    @property
    def count(self) -> int:
        return len(self.scores)

    @cached_property
    def many(self) -> np.ndarray:
        """(n_kinds,) background rows of each kind."""
        return np.asarray(np.diff(self.starts))

    @cached_property
    def full(self) -> np.ndarray:
        """(n_kinds,) of ``Paths.full`` for the leaf of each kind."""
        return np.asarray(self.paths.full[self.leaves])

    @property
    def size(self) -> int:
        """Numbers of a layer of one row."""
        return len(self.gates.inputs)

    @property
    def straight(self) -> bool:
        """Whether its values are exact without any walk."""
        return self.member.link == "identity"

    def layers(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_pairs) uint64: the leaves of each tree that each column of the rows allows."""
        return self.gates.allowed(self.member.cells(rows))

    def ready(self, layer: np.ndarray, label: int) -> Ways:
        """A row explained: its layer (n_pairs,), and the class."""
        passed = self.paths.passed(layer[None])[0]
        scores = self.paths.scores(passed, self.member.bias)
        return Ways(self, label, scores, marks(self.member, layer[None])[0], passed)

    def answer(self, scores: np.ndarray, label: int) -> np.ndarray:
        """(n,) weighted answers for the class at place ``label`` from (n, groups) scores."""
        member = self.member
        if member.packs == 1 and member.link in ("sigmoid", "softmax"):
            return self.weight * chance(scores, member.link, member.temperature, label)
        return np.asarray(self.weight * member.linked(scores)[:, label], dtype=np.float64)

    def slopes(self, scores: np.ndarray, label: int) -> np.ndarray:
        """(n, groups) what ``answer`` moves by for each score."""
        member = self.member
        packed = scores.reshape(len(scores), member.packs, -1).transpose(1, 0, 2)
        found = slopes(packed, member.link, member.temperature, label).transpose(1, 0, 2).reshape(scores.shape)
        return np.asarray(self.weight * (member.scale if member.link == "identity" else 1.0) * found)


@dataclass(frozen=True, eq=False)
class Ways:
    """A row explained, in a grove."""

    grove: Grove
    label: int
    """Place of the class explained; 0 for numbers."""
    scores: np.ndarray
    """(groups,) of the row."""
    marks: np.ndarray
    """(n_columns,) of ``marks``."""
    passed: np.ndarray
    """(n_leaves,) of ``Paths.passed``."""

    @cached_property
    def leaves(self) -> tuple[Leaves, ...]:
        """Those that mixes of the row and background rows can reach."""
        return tuple(_reached(self.grove, self.passed))

    @cached_property
    def moves(self) -> np.ndarray:
        """(n_background, n_columns) whether a change of the column changes what trees allow."""
        return np.asarray(self.grove.marks != self.marks)

    def jobs(self, turns: Sequence[Turn]) -> tuple[list[Callable[[], None]], Callable[[], list[list[np.ndarray]]]]:
        """Work that may be done at the same time, and what to make of it: of ``walks.walk``."""
        found: list[list[np.ndarray]] = []
        return [lambda: found.extend([self._walked(turn.trail(self.moves))] for turn in turns)], lambda: found

    def _walked(self, trail: Trail) -> np.ndarray:
        """(n_background, n_columns) what each column adds.

        The scores are sums, whose values are known exactly. Walks have only to tell how the answer differs from a line
        through the scores, which leaves a fifth of the variance.
        """
        grove, steps, lines = self.grove, trail.steps, self._lines
        origin = grove.answer(grove.scores, self.label) - (lines * grove.scores).sum(axis=1)
        end = grove.answer(self.scores[None], self.label) - lines @ self.scores
        halves = np.zeros(trail.between.shape)
        if steps > 1:
            there, back = self._changes(trail)
            there[:, 0] += grove.scores
            back[:, 0] += self.scores
            states = np.cumsum(np.stack([there, back]), axis=2)[:, :, 1:steps]
            answers = grove.answer(states.reshape(-1, states.shape[-1]), self.label).reshape(states.shape[:-1])
            answers -= np.einsum("wbsg,bg->wbs", states, lines)
            halves[:] = (answers[0] - answers[1]) / 2
        return trail.values(halves, origin, end) + self._certain

    @cached_property
    def _lines(self) -> np.ndarray:
        """(n_background, groups) slopes of the lines, the mean of those at the background row and at the row."""
        grove = self.grove
        found = grove.slopes(np.concatenate([self.scores[None], grove.scores]), self.label)
        return np.asarray((found[:1] + found[1:]) / 2)

    @cached_property
    def _certain(self) -> np.ndarray:
        """(n_background, n_columns) Shapley values of the lines."""
        shape, lines = self.grove.marks.shape, self._lines.ravel()
        found = np.zeros(shape[0] * shape[1])
        for part in self._spread():
            u, v = len(part.here), len(part.there)
            size = part.values * lines.take(part.cells) / factorial(u + v)
            for one in part.here:
                found += np.bincount(one, factorial(u - 1) * factorial(v) * size, len(found))
            for one in part.there:
                found -= np.bincount(one, factorial(u) * factorial(v - 1) * size, len(found))
        return found.reshape(shape)

    def exact(self, columns: int) -> np.ndarray:
        """(n_columns,) Shapley values where the answer is a sum over trees."""
        member = self.grove.member
        share = self.grove.weight * member.scale / member.packs / self.grove.count
        values = np.zeros(columns)
        many = self.grove.many
        for part in self.leaves:
            u, v = len(part.here), len(part.there)
            size = share * part.values * many[part.kinds] / factorial(u + v)
            for one in part.here:
                values += np.bincount(one, factorial(u - 1) * factorial(v) * size, columns)
            for one in part.there:
                values -= np.bincount(one, factorial(u) * factorial(v - 1) * size, columns)
        return values

    def _changes(self, trail: Trail) -> tuple[np.ndarray, np.ndarray]:
        """Twice (n_background, n_columns + 2, groups): what the scores change by at each step there, and of those back.

        The way back is told by the steps of the way there: of the row at first, of the background row at the end.
        """
        after, (count, columns) = trail.after().ravel(), trail.order.shape
        groups = self.scores.size
        whole, steps = count * (columns + 2) * groups, (columns + 2) * groups
        after *= groups
        places, values = [], []
        for part in self._spread():
            home = part.cells + part.cells // groups * (steps - groups)
            here, there = after.take(part.here), after.take(part.there)
            for first, second, offset in ((here, there, 0), (there, here, whole)):
                begin = first.max(axis=0) if len(first) else np.zeros(len(home), dtype=np.int64)
                end = second.min(axis=0) if len(second) else np.full(len(home), steps - groups)
                lived = np.flatnonzero(begin < end)
                base, worth = home[lived] + offset, part.values[lived]
                if len(first):
                    places.append(base + begin[lived])
                    values.append(worth)
                if len(second):
                    places.append(base + end[lived])
                    values.append(-worth)
        shape = (2, count, columns + 2, groups)
        if not places:
            return tuple(np.zeros(shape))  # type: ignore[return-value]
        sums = np.bincount(np.concatenate(places), np.concatenate(values), 2 * whole).astype(np.float64, copy=False)
        return tuple(sums.reshape(shape))  # type: ignore[return-value]

    def _spread(self) -> tuple[Spread, ...]:
        return self._kept if self._small else self._made()

    @cached_property
    def _small(self) -> bool:
        many = self.grove.many
        return sum((len(part.here) + len(part.there)) * int(many[part.kinds].sum()) for part in self.leaves) <= HELD

    @cached_property
    def _kept(self) -> tuple[Spread, ...]:
        return self._made()

    def _made(self) -> tuple[Spread, ...]:
        return tuple(_spread(self.grove, self.leaves, len(self.marks), self.scores.size))


def open_trees(member: Ensemble, weight: float, rows: pd.DataFrame | Encoded) -> Grove:
    """A learner of trees with what it makes of the background rows."""
    found = paths(member)
    allowed = member.allowed(rows)
    passed = np.ascontiguousarray(found.passed(allowed).T)
    order = np.argsort(passed, axis=1, kind="stable")
    sorted_ = np.take_along_axis(passed, order, axis=1)
    new = np.ones(sorted_.shape, dtype=bool)
    new[:, 1:] = sorted_[:, 1:] != sorted_[:, :-1]
    first = np.flatnonzero(new)
    return Grove(
        member=member,
        weight=float(weight),
        paths=found,
        gates=gates(member),
        scores=member.scores(member.cells(rows)),
        leaves=first // max(1, len(allowed)),
        passed=sorted_.ravel()[first],
        rows=order.ravel(),
        starts=np.append(first, sorted_.size),
        marks=marks(member, allowed),
    )


def marks(member: Ensemble, allowed: np.ndarray) -> np.ndarray:
    """(n, n_columns) uint64: a number for what each column allows in all trees, the same for the same.

    Args:
        member: the trees.
        allowed: (n, n_pairs) of ``Ensemble.allowed``.
    """
    columns = member.pairs[0]
    found = np.zeros((len(allowed), len(member.preparation.features)), dtype=np.uint64)
    if len(columns):
        factors = np.random.default_rng(0).integers(0, 2**63, len(columns), dtype=np.uint64) * np.uint64(2)
        used, starts = np.unique(columns, return_index=True)
        found[:, used] = np.add.reduceat(allowed * (factors + np.uint64(1)), starts, axis=1)
    return found


def _reached(grove: Grove, passed: np.ndarray) -> list[Leaves]:
    """The leaves that mixes of a row and the background rows can reach, by how many columns they need of each."""
    mine = passed.take(grove.leaves)
    kinds = np.flatnonzero(((mine | grove.passed) == grove.full) & (mine != grove.passed))
    mine, other = mine[kinds], grove.passed[kinds]
    here, there = mine & ~other, other & ~mine
    u, v = np.bitwise_count(here).astype(np.int16), np.bitwise_count(there).astype(np.int16)
    shapes = u * 65 + v
    order = np.argsort(shapes, kind="stable")
    ends = np.flatnonzero(np.diff(shapes[order])) + 1
    found = []
    for part in np.split(order, ends) if len(order) else ():
        some = kinds[part]
        leaves = grove.leaves[some]
        needs, shuns = (
            _columns(grove.paths, leaves, side[part], int(n[part[0]])) for side, n in ((here, u), (there, v))
        )
        found.append(Leaves(needs, shuns, grove.paths.values[leaves], grove.paths.groups[leaves], some))
    return found


def _columns(known: Paths, leaves: np.ndarray, slots: np.ndarray, many: int) -> np.ndarray:
    """(many, n) original columns of the slots whose bits are set, ``many`` in each."""
    found = np.empty((many, len(leaves)), dtype=np.int64)
    columns, one = known.columns.ravel(), slots.dtype.type(1)
    for place in range(many):
        below = slots - one
        slot = np.bitwise_count(~slots & below)
        columns.take(slot * np.int64(known.columns.shape[1]) + leaves, out=found[place], mode="clip")
        slots = slots & below
    return found


def _spread(grove: Grove, leaves: tuple[Leaves, ...], columns: int, groups: int) -> Iterator[Spread]:
    """For each leaf every background row of its kind."""
    if not leaves:
        return
    kinds = np.concatenate([part.kinds for part in leaves])
    many = grove.many[kinds]
    ends = np.cumsum(many)
    which = np.repeat(np.arange(len(kinds)), many)
    rows = grove.rows[np.arange(len(which)) + (grove.starts[kinds] - ends + many)[which]]
    cells = rows * groups + np.concatenate([part.groups for part in leaves])[which]
    values = np.concatenate([part.values for part in leaves])[which]
    rows *= columns
    first = begin = 0
    for part in leaves:
        last = first + len(part.kinds)
        end = int(ends[last - 1])
        mine, own = slice(begin, end), which[begin:end] - first
        here, there = (side.take(own, axis=1) for side in (part.here, part.there))
        here += rows[mine]
        there += rows[mine]
        yield Spread(here, there, values[mine], cells[mine])
        first, begin = last, end
