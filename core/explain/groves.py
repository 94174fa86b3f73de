"""Walks and exact values for learners made of trees.

A leaf is reached by a mix of two rows where every column lets it through, whichever row the column is from. So some
columns must be from the row explained, some must be from the background row, and the rest do not matter: during a walk
the leaf is the answer's from the step at which the last of the first kind has changed until the first of the second
kind does. The same counts give Shapley values of the sum of trees without any walk (Lundberg et al., 2020,
doi:10.1038/s42256-019-0138-9; Laberge and Pequignot, 2022, arXiv:2209.15123).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.explain.leaves import Gates, Paths, gates, paths
from core.explain.reached import Leaves, Side, Spread, Table, ends
from core.explain.slopes import chance, slopes
from core.explain.trail import Trail, Turn, orders, trail
from core.learn.trees.ensemble import Ensemble

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

EASY = 8
"""Orders of the easy model for each that is walked through the trees."""
STRETCH = 16_000
"""Leaves, each with a background row, that are worked on at once: more fall out of the processor's cache."""
LANES = 1_000
"""Where the lanes of its orders begin; those below are of others."""
HELD = 4_000_000
"""Columns asked by leaves and background rows that are remembered from turn to turn (32 MB)."""


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
            return np.asarray(self.weight * chance(scores, member.link, member.temperature, label))
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
        """Those that mixes of the row and background rows can reach, a stretch at a time."""
        return tuple(_reached(self.grove, self.passed))

    @cached_property
    def moves(self) -> np.ndarray:
        """(n_background, n_columns) whether a change of the column changes what trees allow."""
        return np.asarray(self.grove.marks != self.marks)

    def jobs(self, turns: Sequence[Turn]) -> tuple[list[Callable[[], None]], Callable[[], list[list[np.ndarray]]]]:
        """Work that may be done at the same time, and what to make of it: of ``walks.walk``."""
        found: list[list[np.ndarray]] = []
        return [lambda: found.extend([self._walked(turn)] for turn in turns)], lambda: found

    def _walked(self, turn: Turn) -> np.ndarray:
        """(n_background, n_columns) what each column adds.

        The scores are sums over trees, whose Shapley values are known exactly. An *easy* model, in which these values
        are all that columns add to the scores, is walked at hardly any cost; and a line through what is left of the
        scores adds nothing. Walks through trees have only to tell the rest.
        """
        way, none = turn.trail(self.moves), np.zeros(self.grove.count)
        scores, easy = self._scores(way), self._easy(way, self.grove.scores)
        rest = self._answers(scores) - self._answers(easy) - np.einsum("wbsg,bg->wbs", scores - easy, self._lines)
        return np.asarray(way.values((rest[0] - rest[1]) / 2, none, none) + self._easily(turn))

    def _easily(self, turn: Turn) -> np.ndarray:
        """(n_background, n_columns) values of the easy model: means over many orders of its own."""
        (count, columns), starts = self.moves.shape, np.tile(self.grove.scores, (EASY, 1))
        lanes = range(LANES, LANES + EASY)
        order = np.concatenate([orders(count, columns, turn.seed, turn.number, lane) for lane in lanes])
        way = trail(order, np.tile(self.moves, (EASY, 1)))
        there, back = self._answers(self._easy(way, starts))
        end = float(self._answers(self.scores))
        return np.asarray(
            way.values((there - back) / 2, self._answers(starts), end).reshape(EASY, count, columns).mean(axis=0)
        )

    def _answers(self, scores: np.ndarray) -> np.ndarray:
        """(..., groups) scores -> (...) weighted answers."""
        return self.grove.answer(scores.reshape(-1, scores.shape[-1]), self.label).reshape(scores.shape[:-1])

    def _scores(self, trail: Trail) -> np.ndarray:
        """(2, n_background, steps - 1, groups) between the ends there and back."""
        changes = self._changes(trail)
        changes[0, :, 0] += self.grove.scores
        changes[1, :, 0] += self.scores
        return np.cumsum(changes[:, :, : max(1, trail.steps)], axis=2)[:, :, 1:]

    def _easy(self, trail: Trail, starts: np.ndarray) -> np.ndarray:
        """(2, n_ways, steps - 1, groups) scores of the easy model; ``starts``: (n_ways, groups) at the beginnings."""
        order = trail.order[:, : max(1, trail.steps) - 1]
        rows = np.arange(len(order)) % self.grove.count
        moved = np.cumsum(self._sums[rows[:, None], order], axis=1)
        return np.stack([starts[:, None] + moved, self.scores - moved])

    @cached_property
    def _lines(self) -> np.ndarray:
        """(n_background, groups) slopes of the lines, the mean of those at the background row and at the row."""
        grove = self.grove
        found = grove.slopes(np.concatenate([self.scores[None], grove.scores]), self.label)
        return np.asarray((found[:1] + found[1:]) / 2)

    @cached_property
    def _sums(self) -> np.ndarray:
        """(n_background, n_columns, groups) Shapley values of the scores."""
        (count, columns), groups = self.moves.shape, self.scores.size
        found = np.zeros(count * columns * groups)
        for part in self._spread():
            table = Table(count * columns, groups, part.cells % groups)
            found += table.filled(part.many, part.here, part.there, part.values)
        return found.reshape(count, columns, groups)

    def exact(self, columns: int) -> np.ndarray:
        """(n_columns,) Shapley values where the answer is a sum over trees."""
        grove, found = self.grove, np.zeros(columns)
        share = grove.weight * grove.member.scale / grove.member.packs / grove.count
        for part in self.leaves:
            table = Table(columns, 1, np.zeros(len(part.kinds), dtype=np.int64))
            found += table.filled(part.many, part.here, part.there, share * part.values * grove.many[part.kinds])
        return found

    def _changes(self, trail: Trail) -> np.ndarray:
        """(2, n_background, n_columns + 2, groups): what the scores change by at each step there, and of those back.

        The way back is told by the steps of the way there: of the row at first, of the background row at the end.
        """
        (count, columns), groups = trail.order.shape, self.scores.size
        whole, steps = count * (columns + 2) * groups, (columns + 2) * groups
        after = trail.after().ravel() * groups
        sums = np.zeros(2 * whole)
        for part in self._spread():
            home, last = part.cells + part.cells // groups * (steps - groups), steps - groups
            (latest, soonest), (latest_back, soonest_back) = (
                ends(side, after, len(home), last) for side in (part.here, part.there)
            )
            places, values = [], []
            for begin, end, offset in ((latest, soonest_back, 0), (latest_back, soonest, whole)):
                lived = np.flatnonzero(begin < end)
                base, worth, begun = home[lived] + offset, part.values[lived], begin[lived]
                places += [base + begun, base + end[lived]]
                values += [worth * (begun > 0), -worth]  # those that need no step are in the scores at the beginning
            sums += np.bincount(np.concatenate(places), np.concatenate(values), 2 * whole)
        return sums.reshape(2, count, columns + 2, groups)

    def _spread(self) -> Iterable[Spread]:
        return self._kept if self._small else self._made()

    @cached_property
    def _small(self) -> bool:
        many = self.grove.many
        return sum(int((sum(part.many) * many[part.kinds]).sum()) for part in self.leaves) <= HELD

    @cached_property
    def _kept(self) -> tuple[Spread, ...]:
        return tuple(self._made())

    def _made(self) -> Iterator[Spread]:
        return (_spread(self.grove, part, len(self.marks), self.scores.size) for part in self.leaves)


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


def _reached(grove: Grove, passed: np.ndarray) -> Iterator[Leaves]:
    """The leaves that mixes of the row and the background rows can reach, a stretch at a time."""
    mine = passed.take(grove.leaves)
    every = np.flatnonzero(((mine | grove.passed) == grove.full) & (mine != grove.passed))
    stretch = np.cumsum(grove.many[every]) // STRETCH
    for kinds in np.split(every, np.flatnonzero(np.diff(stretch)) + 1) if len(every) else ():
        leaves = grove.leaves[kinds]
        needs, shuns = mine[kinds] & ~grove.passed[kinds], grove.passed[kinds] & ~mine[kinds]
        here, there = (_sides(grove.paths, leaves, slots) for slots in (needs, shuns))
        u, v = (np.bitwise_count(slots).astype(np.int64) for slots in (needs, shuns))
        yield Leaves(here, there, (u, v), grove.paths.values[leaves], grove.paths.groups[leaves], kinds)


def _sides(known: Paths, leaves: np.ndarray, slots: np.ndarray) -> tuple[Side, ...]:
    """Original columns of the slots whose bits are set, of leaves that have equally many."""
    many, found = np.bitwise_count(slots), []
    for k in range(1, int(many.max(initial=0)) + 1):
        which = np.flatnonzero(many == k)
        if len(which):
            found.append(Side(_columns(known, leaves[which], slots[which], k), which))
    return tuple(found)


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


def _spread(grove: Grove, leaves: Leaves, columns: int, groups: int) -> Spread:
    """For each leaf every background row of its kind."""
    many = grove.many[leaves.kinds]
    behind = np.cumsum(many)
    which = np.repeat(np.arange(len(many)), many)
    rows = grove.rows[np.arange(len(which)) + (grove.starts[leaves.kinds] - behind + many)[which]]
    cells, rows = rows * groups + leaves.groups[which], rows * columns
    sides = []
    for side in (leaves.here, leaves.there):
        parts = []
        for part in side:
            place = np.full(len(many), -1)
            place[part.which] = np.arange(len(part.which))
            own = place[which]
            mine = np.flatnonzero(own >= 0)
            parts.append(Side(part.columns.take(own[mine], axis=1) + rows[mine], mine))
        sides.append(tuple(parts))
    u, v = leaves.many
    return Spread(sides[0], sides[1], (u[which], v[which]), leaves.values[which], cells)
