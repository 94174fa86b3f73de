"""Walks from a background row to the row explained, one original column at a time.

Each step changes one column; what the answer moves by is that column's part. The mean over background rows and over
orders of the columns is the Shapley value (Castro, Gómez and Tejada 2009, doi:10.1016/j.cor.2008.04.004), and every
order is walked backwards too, which removes all error of second-order interactions (Mitchell et al. 2022,
arXiv:2104.12199). Learners begin with an affine layer that is a sum over columns, so that a step costs one addition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.learn.model import Member

HELD = 4_000_000
"""Numbers of hidden states held at once (16 MB): larger ones fall out of the processor's cache."""
STRETCHES = (-2.0, -0.5, 0.5, 3.0)
"""How far beyond and between two background rows a member is tried for being affine."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A member laid open over the background rows."""

    member: Member
    weight: float
    background: np.ndarray
    """(n_background, n_columns, width) float32: what each column of each row adds."""
    starts: np.ndarray
    """(n_background, width) float32: the sums of it."""

    def answer(self, hidden: np.ndarray, label: int) -> np.ndarray:
        """(n,) weighted answers for the class at place ``label`` (0 for numbers) from hidden states."""
        return np.asarray(self.weight * self.member.finish(hidden)[:, label], dtype=np.float64)


def lay_open(member: Member, weight: float, layer: np.ndarray) -> Opened:
    """A member with its first layer (n_background, n_columns, width) over the background rows."""
    return Opened(member, float(weight), layer, layer.sum(axis=1, dtype=np.float64).astype(np.float32))


def orders(count: int, columns: int, seed: int, turn: int) -> np.ndarray:
    """(count, columns) random orders of the columns; the same for every row explained, so that a row's values do not
    depend on which other rows are explained with it."""
    draw = np.random.default_rng((seed, turn))
    return draw.permuted(np.tile(np.arange(columns), (count, 1)), axis=1)


def walk(
    opened: Sequence[Opened],
    layers: Sequence[np.ndarray],
    moves: np.ndarray,
    order: np.ndarray,
    label: int,
    origin: np.ndarray,
) -> np.ndarray:
    """(n_background, n_columns) float64: what each column added, mean of one walk forward and one backward.

    Args:
        opened: members that are walked.
        layers: for each of them (n_columns, width): what the columns of the row explained add.
        moves: (n_background, n_columns) of ``differs``: steps that change nothing count exactly 0 and cost nothing.
        order: (n_background, n_columns) of ``orders``.
        label: place of the class explained; 0 for numbers.
        origin: (n_background,) answers of these members for the background rows.
    """
    both = np.concatenate([order, order[:, ::-1]])
    who = np.tile(np.arange(len(order)), 2)[:, None]
    moving = moves[who, both]
    hidden = [part.starts[who[:, 0]] for part in opened]
    added = np.empty(both.shape)
    last = np.tile(origin, 2)
    for near, far in _stretches(opened, both.shape):
        answers = np.zeros(int(moving[:, near:far].sum()))
        for at, part in enumerate(opened):
            states = layers[at][both[:, near:far]] - part.background[who, both[:, near:far]]
            states[:, 0] += hidden[at]
            np.cumsum(states, axis=1, out=states)
            hidden[at] = states[:, -1].copy()
            answers += part.answer(states[moving[:, near:far]], label)
        path = _fill(last, answers, moving[:, near:far])
        added[:, near:far] = np.diff(path, axis=1)
        last = path[:, -1]
    values = np.empty_like(added)
    np.put_along_axis(values, both, added, axis=1)
    return np.asarray((values[: len(order)] + values[len(order) :]) / 2)


def differs(opened: Sequence[Opened], layers: Sequence[np.ndarray]) -> np.ndarray:
    """(n_background, n_columns) whether a column of the row adds anything else than that of the background row."""
    moving = np.zeros(opened[0].background.shape[:2], dtype=bool)
    for part, layer in zip(opened, layers, strict=True):
        for row, there in enumerate(part.background):
            moving[row] |= (there != layer).any(axis=1)
    return moving


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


def exact(part: Opened, layer: np.ndarray, label: int) -> np.ndarray:
    """(n_columns,) values of an affine member: column by column, against the mean of the background rows."""
    centre = part.starts.mean(axis=0, dtype=np.float64)
    steps = layer - part.background.mean(axis=0, dtype=np.float64)
    return np.asarray(part.answer(centre + steps, label) - part.answer(centre[None], label))


def _stretches(opened: Sequence[Opened], shape: tuple[int, int]) -> list[tuple[int, int]]:
    widest = max(part.starts.shape[1] for part in opened)
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
