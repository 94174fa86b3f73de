"""Walks from a background row to the row explained, one original column at a time.

Each step changes one column; what the answer moves by is that column's part. The mean over background rows and over
orders of the columns is the Shapley value (Castro, Gómez and Tejada 2009, doi:10.1016/j.cor.2008.04.004), and every
order is walked backwards too, which removes all error of second-order interactions (Mitchell et al. 2022,
arXiv:2104.12199). Learners begin with an affine layer that is a sum over columns, so that a step costs one addition; of
trees only those are looked at that a step can change (``core.explain.groves``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explain.groves import Grove, Ways, open_trees
from core.learn.model import Member
from core.learn.trees.ensemble import Ensemble

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

HELD = 4_000_000
"""Numbers of hidden states held at once (16 MB): larger ones fall out of the processor's cache."""
NARROW = 16
"""Wider states are added a step at a time, five times faster than by one running sum over memory that lies apart."""
STRETCHES = (-2.0, -0.5, 0.5, 3.0)
"""How far beyond and between two background rows a member is tried for being affine."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A member whose first layer is a sum, laid open over the background rows."""

    member: Member
    weight: float
    background: np.ndarray
    """(n_background, n_columns, width) float32, which is finished twice as fast: what each column of each row adds."""
    starts: np.ndarray
    """(n_background, width): the sums of it."""

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def width(self) -> int:
        return int(self.starts.shape[1])

    @property
    def size(self) -> int:
        """Numbers of a layer of one row."""
        return int(self.background[0].size)

    @property
    def straight(self) -> bool:
        """Whether its values are exact without any walk."""
        return affine(self)

    def layers(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_columns, width) float32: what each column of the rows adds."""
        return self.member.first_layer(rows).astype(np.float32, copy=False)

    def ready(self, layer: np.ndarray) -> Steps:
        """What must be known of a row explained before it is walked."""
        return Steps(self, layer)

    def origin(self, label: int) -> np.ndarray:
        """(n_background,) weighted answers for the background rows."""
        return self.answer(self.starts, label)

    def answer(self, hidden: np.ndarray, label: int) -> np.ndarray:
        """(n,) weighted answers for the class at place ``label`` (0 for numbers) from hidden states."""
        return np.asarray(self.weight * self.member.finish(hidden)[:, label], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Steps:
    """A row explained, in a member whose first layer is a sum."""

    part: Opened
    layer: np.ndarray
    """(n_columns, width)"""

    def moves(self, columns: int) -> np.ndarray:
        """(n_background, n_columns) whether a column of the row adds anything else than that of the background row."""
        found = np.zeros((self.part.count, columns), dtype=bool)
        for row, there in enumerate(self.part.background):
            found[row] = (there != self.layer).any(axis=1)
        return found

    def path(self, both: np.ndarray, who: np.ndarray) -> Path:
        """Answers along walks, a stretch of steps at a time; of ``walk``."""
        hidden = self.part.starts[who[:, 0]]

        def answers(near: int, far: int, moving: np.ndarray, label: int) -> np.ndarray:
            nonlocal hidden
            states = self.layer[both[:, near:far]] - self.part.background[who, both[:, near:far]]
            states[:, 0] += hidden
            _add_up(states)
            hidden = states[:, -1].copy()
            return self.part.answer(states[moving], label)

        return answers

    def exact(self, columns: int, label: int) -> np.ndarray:
        """(n_columns,) values of an affine member: column by column, against the mean of the background rows."""
        part = self.part
        centre = part.starts.mean(axis=0, dtype=np.float64)
        steps = self.layer - part.background.mean(axis=0, dtype=np.float64)
        return np.asarray(part.answer(centre + steps, label) - part.answer(centre[None], label))


Part = Opened | Grove
Path = Callable[[int, int, np.ndarray, int], np.ndarray]


def lay_open(member: Member, weight: float, rows: pd.DataFrame | Encoded) -> Part:
    """A member with what it makes of the background rows."""
    if isinstance(member, Ensemble):
        return open_trees(member, weight, rows)
    layer = member.first_layer(rows)
    single = layer.astype(np.float32, copy=False)
    return Opened(member, float(weight), single, layer.sum(axis=1, dtype=np.float64).astype(np.float32))


def orders(count: int, columns: int, seed: int, turn: int) -> np.ndarray:
    """(count, columns) random orders of the columns; the same for every row explained, so that a row's values do not
    depend on which other rows are explained with it."""
    draw = np.random.default_rng((seed, turn))
    return draw.permuted(np.tile(np.arange(columns), (count, 1)), axis=1)


def walk(
    parts: Sequence[Steps | Ways], widest: int, moves: np.ndarray, order: np.ndarray, label: int, origin: np.ndarray
) -> np.ndarray:
    """(n_background, n_columns) float64: what each column added, mean of one walk forward and one backward.

    Args:
        parts: the row explained in each member that is walked.
        widest: numbers that a state of a member has.
        moves: (n_background, n_columns) of ``differs``: steps that change nothing count exactly 0 and cost nothing.
        order: (n_background, n_columns) of ``orders``.
        label: place of the class explained; 0 for numbers.
        origin: (n_background,) answers of these members for the background rows.
    """
    both = np.concatenate([order, order[:, ::-1]])
    who = np.tile(np.arange(len(order)), 2)[:, None]
    moving = moves[who, both]
    paths = [part.path(both, who) for part in parts]
    added = np.empty(both.shape)
    last = np.tile(origin, 2)
    for near, far in _stretches(widest, both.shape):
        answers = np.zeros(int(moving[:, near:far].sum()))
        for path in paths:
            answers += path(near, far, moving[:, near:far], label)
        found = _fill(last, answers, moving[:, near:far])
        added[:, near:far] = np.diff(found, axis=1)
        last = found[:, -1]
    values = np.empty_like(added)
    np.put_along_axis(values, both, added, axis=1)
    return np.asarray((values[: len(order)] + values[len(order) :]) / 2)


def differs(parts: Sequence[Steps | Ways], columns: int) -> np.ndarray:
    """(n_background, n_columns) whether a column of the row adds anything else than that of the background row."""
    return np.asarray(np.logical_or.reduce([part.moves(columns) for part in parts]))


def affine(part: Opened) -> bool:
    """Whether a member's answer is an affine function of its first layer, by trying it between and beyond the
    background rows; such a member's values are exact without any walk."""
    near = part.starts.astype(np.float64)
    far = np.roll(near, 1, axis=0)
    at_near, at_far = part.member.finish(near), part.member.finish(far)
    room = 1e-5 * (np.abs(at_near).max() + np.abs(at_far).max()) + 1e-12
    return all(
        bool(np.abs(part.member.finish(near + s * (far - near)) - at_near - s * (at_far - at_near)).max() <= room)
        for s in STRETCHES
    )


def _add_up(states: np.ndarray) -> None:
    """Running sums over the steps of (n_walks, n_steps, width), in place."""
    if states.shape[2] < NARROW:
        np.cumsum(states, axis=1, out=states)
        return
    for step in range(1, states.shape[1]):
        states[:, step] += states[:, step - 1]


def _stretches(widest: int, shape: tuple[int, int]) -> list[tuple[int, int]]:
    size = max(1, HELD // (shape[0] * widest))
    return [(near, min(near + size, shape[1])) for near in range(0, shape[1], size)]


def _fill(last: np.ndarray, answers: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """(n, n_steps + 1) the answers along the walks; a step that was not asked keeps the answer before it."""
    asked = np.concatenate([np.ones((len(last), 1), dtype=bool), moving], axis=1)
    found = np.empty(int(asked.sum()))
    first = np.cumsum(asked.ravel())[:: asked.shape[1]] - 1
    later = np.ones(len(found), dtype=bool)
    later[first] = False
    found[first], found[later] = last, answers
    return np.asarray(found[np.cumsum(asked.ravel()) - 1].reshape(asked.shape))
