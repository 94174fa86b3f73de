"""Walks and exact values for learners made of trees.

A leaf is reached by a mix of two rows where every column lets it through, whichever row the column is from. So some
columns must be from the row explained, some must be from the background row, and the rest do not matter: during a walk
the leaf is the answer's from the step at which the last of the first kind has changed until the first of the second
kind does. The same counts give Shapley values of the sum of trees without any walk (Lundberg et al., 2020,
doi:10.1038/s42256-019-0138-9; Laberge and Pequignot, 2022, arXiv:2209.15123).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from core.learn.trees.ensemble import Ensemble
from core.learn.trees.grown import counted, spans

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

HELD = 2_000_000
"""Leaves by background row that are remembered from turn to turn."""


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
    """(n,) the kind of background rows, within a tree."""


@dataclass(frozen=True, eq=False)
class Events:
    """What walks add to the scores: ``values`` at ``steps`` of ``walks``."""

    walks: np.ndarray
    steps: np.ndarray
    groups: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Grove:
    """A learner of trees laid open over the background rows.

    Background rows that go the same way through a tree are one kind: a tree is looked at once for each kind.
    """

    member: Ensemble
    weight: float
    columns: np.ndarray
    """(n_pairs,) column of each pair of a column and a tree, by tree."""
    order: np.ndarray
    """(n_pairs,) the pairs of ``Ensemble.pairs`` by tree."""
    scores: np.ndarray
    """(n_background, groups) of the background rows."""
    trees: np.ndarray
    """(n_kinds,) tree of each kind."""
    pairs: np.ndarray
    """(n_entries,) the pairs of the tree of each kind, kind by kind."""
    entries: np.ndarray
    """(n_kinds + 1,) where the entries of each kind begin."""
    sets: np.ndarray
    """(n_entries,) uint64: the leaves that each column of the kind allows."""
    rows: np.ndarray
    """Background rows of each kind, kind by kind."""
    starts: np.ndarray
    """(n_kinds + 1,) where the rows of each kind begin."""

    @property
    def count(self) -> int:
        return len(self.scores)

    @property
    def width(self) -> int:
        return self.member.groups

    @property
    def size(self) -> int:
        """Numbers of a layer of one row."""
        return len(self.order)

    @property
    def straight(self) -> bool:
        """Whether its values are exact without any walk."""
        return self.member.link == "identity"

    def layers(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_pairs) uint64: the leaves of each tree that each column of the rows allows."""
        return self.member.allowed(rows)[:, self.order]

    def ready(self, layer: np.ndarray) -> Ways:
        """What must be known of a row explained before it is walked."""
        return Ways(self, tuple(_leaves(self, layer)))

    def origin(self, label: int) -> np.ndarray:
        """(n_background,) weighted answers for the background rows."""
        return self.answer(self.scores, label)

    def answer(self, scores: np.ndarray, label: int) -> np.ndarray:
        """(n,) weighted answers for the class at place ``label`` from (n, groups) scores."""
        return np.asarray(self.weight * self.member.linked(scores)[:, label], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Ways:
    """A row explained, in a grove."""

    grove: Grove
    leaves: tuple[Leaves, ...]

    def moves(self, columns: int) -> np.ndarray:
        """(n_background, n_columns) whether a change of the column can change any tree's answer."""
        moving = np.zeros((self.grove.count, columns), dtype=bool)
        for part, (rows, which) in zip(self.leaves, self._spread(), strict=True):
            for one in (*part.here, *part.there):
                moving[rows, one[which]] = True
        return moving

    def path(self, both: np.ndarray, who: np.ndarray) -> Callable[[int, int, np.ndarray, int], np.ndarray]:
        """Answers along walks, a stretch of steps at a time; of ``walks.walk``."""
        events = self._events(both)
        now = self.grove.scores[who[:, 0]]

        def answers(near: int, far: int, moving: np.ndarray, label: int) -> np.ndarray:
            nonlocal now
            scores = _added(events, len(both), near, far, self.grove.width)
            scores[:, 0] += now
            np.cumsum(scores, axis=1, out=scores)
            now = scores[:, -1].copy()
            return self.grove.answer(scores[moving], label)

        return answers

    def exact(self, columns: int, label: int) -> np.ndarray:
        """(n_columns,) Shapley values where the answer is a sum over trees."""
        member = self.grove.member
        share = self.grove.weight * member.scale / member.packs / self.grove.count
        values = np.zeros(columns)
        many = np.diff(self.grove.starts)
        for part in self.leaves:
            u, v = len(part.here), len(part.there)
            size = share * part.values * many[part.kinds] / factorial(u + v)
            for one in part.here:
                values += np.bincount(one, factorial(u - 1) * factorial(v) * size, columns)
            for one in part.there:
                values -= np.bincount(one, factorial(u) * factorial(v - 1) * size, columns)
        return values

    @cached_property
    def _small(self) -> bool:
        many = np.diff(self.grove.starts)
        return sum(int(many[part.kinds].sum()) for part in self.leaves) <= HELD

    @cached_property
    def _kept(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return [_places(self.grove, part) for part in self.leaves]

    def _spread(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Per ``Leaves`` the background row and the place of each leaf by background row."""
        return self._kept if self._small else [_places(self.grove, part) for part in self.leaves]

    def _events(self, both: np.ndarray) -> Events:
        """All changes of scores along walks (n_walks, n_columns), of which the second half are the first backwards."""
        count, columns = self.grove.count, both.shape[1]
        at = np.empty((count, columns), dtype=np.int32)
        np.put_along_axis(at, both[:count], np.arange(columns, dtype=np.int32)[None], axis=1)
        found: list[tuple[np.ndarray, ...]] = []
        for part, (rows, which) in zip(self.leaves, self._spread(), strict=True):
            values, groups = part.values[which], part.groups[which]
            here = [at[rows, one[which]] for one in part.here]
            there = [at[rows, one[which]] for one in part.there]
            for first in (0, count):
                last = np.maximum.reduce(here) if here else np.full(len(rows), -1, dtype=np.int32)
                end = np.minimum.reduce(there) if there else np.full(len(rows), columns, dtype=np.int32)
                lived = last < end
                if here:
                    found.append((rows[lived] + first, last[lived], groups[lived], values[lived]))
                if there:
                    found.append((rows[lived] + first, end[lived], groups[lived], -values[lived]))
                here, there = ([columns - 1 - one for one in side] for side in (here, there))
        return Events(*(np.concatenate(parts) for parts in zip(*found, strict=True))) if found else _none()


def open_trees(member: Ensemble, weight: float, rows: pd.DataFrame | Encoded) -> Grove:
    """A learner of trees with what it makes of the background rows."""
    columns, trees = member.pairs
    order = np.lexsort((columns, trees))
    allowed = member.allowed(rows)[:, order]
    used, firsts = np.unique(trees[order], return_index=True)
    ends = np.append(firsts, len(order))
    kinds = _alike(allowed, ends)
    count, places = len(allowed), np.arange(len(used))
    numbers, shown, each = np.unique(kinds * max(1, len(used)) + places, return_index=True, return_inverse=True)
    tree = numbers % max(1, len(used))
    entries = counted(np.diff(ends)[tree])
    pairs = spans(ends, tree)
    rows_of = np.repeat(shown // max(1, len(used)), np.diff(entries))
    by_kind = np.argsort(each.ravel(), kind="stable")
    return Grove(
        member=member,
        weight=float(weight),
        columns=columns[order],
        order=order,
        scores=_scores(member, rows),
        trees=used[tree],
        pairs=pairs,
        entries=entries,
        sets=allowed[rows_of, pairs] if count else np.zeros(0, dtype=np.uint64),
        rows=by_kind // max(1, len(used)),
        starts=counted(np.bincount(each.ravel(), minlength=len(numbers))),
    )


def _scores(member: Ensemble, rows: pd.DataFrame | Encoded) -> np.ndarray:
    return member.scores(member.cells(rows))


def _alike(allowed: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """(n_background, n_trees) for each row and tree the first row that goes the same way through it.

    Rows are compared by a random sum of their sets, and the sets themselves afterwards.
    """
    count = len(allowed)
    own = np.tile(np.arange(count)[:, None], (1, len(ends) - 1))
    if len(ends) < 2:
        return own
    sums = _sums(allowed, ends)
    order = np.argsort(sums, axis=0, kind="stable")
    sums = np.take_along_axis(sums, order, axis=0)
    new = np.ones(sums.shape, dtype=bool)
    new[1:] = sums[1:] != sums[:-1]
    heads = np.maximum.accumulate(np.where(new, np.arange(count)[:, None], 0), axis=0)
    first = np.empty_like(own)
    np.put_along_axis(first, order, np.take_along_axis(order, heads, axis=0), axis=0)
    same = allowed[np.repeat(first, np.diff(ends), axis=1), np.arange(allowed.shape[1])] == allowed
    return first if same.all() else own


def _sums(allowed: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """(n_background, n_trees) a random sum of the sets of each tree."""
    factors = np.random.default_rng(0).integers(0, 2**63, allowed.shape[1], dtype=np.uint64) * np.uint64(2)
    return np.asarray(np.add.reduceat(allowed * (factors + np.uint64(1)), ends[:-1], axis=1))


def _leaves(grove: Grove, layer: np.ndarray) -> list[Leaves]:
    """The leaves that mixes of a row and the background rows can reach, by how many columns they need of each."""
    if not len(grove.pairs):
        return []
    here, there = layer[grove.pairs], grove.sets
    reached = np.bitwise_and.reduceat(here | there, grove.entries[:-1])
    reached[np.bitwise_count(reached) == 1] = 0  # a leaf that is always reached moves nothing
    kinds, leaves = np.nonzero(_bits(reached))
    if not len(kinds):
        return []
    which = spans(grove.entries, kinds)
    sizes = np.diff(grove.entries)[kinds]
    bits = np.repeat(np.uint64(1) << leaves.astype(np.uint64), sizes)
    lets, let = (here[which] & bits) != 0, (there[which] & bits) != 0
    columns, starts = grove.columns[grove.pairs[which]], counted(sizes)[:-1]
    needs, shuns = lets & ~let, let & ~lets
    u, v = np.add.reduceat(needs, starts, dtype=np.int64), np.add.reduceat(shuns, starts, dtype=np.int64)
    trees = grove.trees[kinds]
    values, groups = grove.member.grown.table[trees, leaves], trees % grove.width
    lists = ((columns[needs], counted(u)), (columns[shuns], counted(v)))
    found, deep = [], int(v.max()) + 1
    for shape in np.unique(u * deep + v):
        part = np.flatnonzero(u * deep + v == shape)
        sides = [
            every[ends[part] + np.arange(n)[:, None]]
            for (every, ends), n in zip(lists, divmod(int(shape), deep), strict=True)
        ]
        found.append(Leaves(sides[0], sides[1], values[part], groups[part], kinds[part]))
    return found


def _places(grove: Grove, part: Leaves) -> tuple[np.ndarray, np.ndarray]:
    """For each leaf every background row of its kind: the row, and the place of the leaf."""
    many = np.diff(grove.starts)[part.kinds]
    return grove.rows[spans(grove.starts, part.kinds)], np.repeat(np.arange(len(part.kinds)), many)


def _bits(sets: np.ndarray) -> np.ndarray:
    """(n, 64) bool: the bits of uint64 numbers, the lowest first."""
    return np.unpackbits(sets.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little").astype(bool)


def _added(events: Events, walks: int, near: int, far: int, groups: int) -> np.ndarray:
    """(n_walks, n_steps, groups) what the steps from ``near`` to ``far`` add to the scores."""
    steps, values = events.steps, events.values
    places = ((events.walks * (far - near)) + (steps - near)) * groups + events.groups
    inside = (steps >= near) & (steps < far)
    if not inside.all():
        places, values = places[inside], values[inside]
    sums = np.bincount(places, values, walks * (far - near) * groups).astype(np.float64, copy=False)
    return sums.reshape(walks, far - near, groups)


def _none() -> Events:
    none = np.zeros(0, dtype=np.int64)
    return Events(none, none, none, np.zeros(0))
