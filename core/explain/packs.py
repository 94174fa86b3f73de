"""Walks through learners whose first layer is a sum over columns: nets and linear models.

A step costs one addition in the first layer, and the way back needs none: its states are the sum of both ends less
those of the way there. Nets that stand side by side are walked one after another, so that states stay in the
processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.explain.trail import Trail
from core.learn.learner import Learner
from core.learn.link import sigmoid, softmax, temper
from core.learn.model import Member

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

HELD = 250_000
"""Numbers of hidden states that are worked on at once (1 MB)."""
NARROW = 1_000
"""More numbers a step are added a step at a time, faster than by one running sum over memory that lies apart."""
STRETCHES = (-2.0, -0.5, 0.5, 3.0)
"""How far beyond and between two background rows a member is tried for being affine."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A member whose first layer is a sum, laid open over the background rows."""

    member: Member
    weight: float
    background: np.ndarray
    """(packs, n_background, n_columns, width) float32: what each column of each row adds."""
    sums: np.ndarray
    """(n_background, packs * width) float32: the sums of it."""
    marks: np.ndarray
    """(n_background, n_columns) of ``marks``."""

    @property
    def count(self) -> int:
        return len(self.sums)

    @property
    def packs(self) -> int:
        return len(self.background)

    @property
    def size(self) -> int:
        """Numbers of a layer of one row."""
        return int(self.background[:, 0].size)

    @cached_property
    def straight(self) -> bool:
        """Whether its values are exact without any walk."""
        return affine(self)

    @cached_property
    def starts(self) -> np.ndarray:
        """(packs, n_background, width) float32: sums with the bias of the layer, where that is known."""
        return self.laid(self.sums)

    def laid(self, sums: np.ndarray) -> np.ndarray:
        """(n, packs * width) sums -> (packs, n, width) with the bias."""
        if isinstance(self.member, Learner):
            sums = sums + self.member.bias.astype(np.float32)
        return np.ascontiguousarray(sums.reshape(len(sums), self.packs, -1).transpose(1, 0, 2))

    def layers(self, rows: pd.DataFrame | Encoded) -> np.ndarray:
        """(n, n_columns, packs * width) float32: what each column of the rows adds."""
        return self.member.first_layer(rows).astype(np.float32, copy=False)

    def ready(self, layer: np.ndarray) -> Steps:
        """What must be known of a row explained before it is walked."""
        return Steps(self, layer)

    def origin(self, label: int) -> np.ndarray:
        """(n_background,) weighted answers for the background rows."""
        return self.answer(self.sums, label)

    def answer(self, hidden: np.ndarray, label: int) -> np.ndarray:
        """(n,) weighted answers for the class at place ``label`` (0 for numbers) from hidden states."""
        return np.asarray(self.weight * self.member.finish(hidden)[:, label], dtype=np.float64)

    def scored(self, pack: int, states: np.ndarray) -> np.ndarray:
        """(n, n_outputs) float64 of one pack, from (n, width) states with bias, which are overwritten."""
        if not isinstance(self.member, Learner):
            return np.asarray(self.member.finish(states))
        for weights, bias in self._tail:
            np.maximum(states, 0.0, out=states)
            states = np.matmul(states, weights[pack])
            states += bias[pack]
        return states.astype(np.float64)

    def linked(self, scores: np.ndarray, label: int) -> np.ndarray:
        """(packs, n, n_outputs) scores -> (n,) weighted answers."""
        member = self.member
        if not isinstance(member, Learner):
            return np.asarray(self.weight * scores[0][:, label])
        if member.link == "identity":
            return np.asarray(self.weight * (member.shift + member.scale * scores.mean(axis=0)[:, label]))
        chances = sigmoid(scores) if member.link == "sigmoid" else softmax(scores)
        return np.asarray(self.weight * temper(chances.mean(axis=0), member.temperature)[:, label])

    @cached_property
    def _tail(self) -> list[tuple[np.ndarray, np.ndarray]]:
        tail = self.member.tail if isinstance(self.member, Learner) else ()
        return [(weights.astype(np.float32), bias.astype(np.float32)) for weights, bias in tail]


@dataclass(frozen=True, eq=False)
class Steps:
    """A row explained, in a member whose first layer is a sum."""

    part: Opened
    layer: np.ndarray
    """(n_columns, packs * width) float32."""

    def moves(self) -> np.ndarray:
        """(n_background, n_columns) whether a column of the row adds anything else than that of the background row."""
        return np.asarray(self.part.marks != marks(self.layer[None]))

    def end(self, label: int) -> float:
        """The weighted answer for the row."""
        return float(self.part.answer(self._sum, label)[0])

    def jobs(self, trail: Trail, label: int) -> tuple[list[Callable[[], None]], Callable[[], np.ndarray]]:
        """Work that may be done at the same time, and what to make of it: of ``walks.walk``."""
        part, between = self.part, trail.between
        states = int(between.sum())
        scores: dict[int, np.ndarray] = {}

        def job(pack: int) -> None:
            scores[pack] = self._walked(pack, trail, between)

        def joined() -> np.ndarray:
            if not states:
                return np.zeros(between.shape)
            answers = part.linked(np.stack([scores[pack] for pack in range(part.packs)]), label)
            halves = np.zeros(between.shape)
            halves[between] = (answers[:states] - answers[states:]) / 2
            return halves

        return [lambda pack=pack: job(pack) for pack in range(part.packs)] if states else [], joined  # type: ignore[misc]

    def exact(self, columns: int, label: int) -> np.ndarray:
        """(n_columns,) values of an affine member: column by column, against the mean of the background rows."""
        part = self.part
        centre = part.sums.mean(axis=0, dtype=np.float64)
        there = part.background.mean(axis=1, dtype=np.float64).transpose(1, 0, 2).reshape(columns, -1)
        return np.asarray(part.answer(centre + (self.layer - there), label) - part.answer(centre[None], label))

    @cached_property
    def _sum(self) -> np.ndarray:
        return np.asarray(self.layer.sum(axis=0, dtype=np.float64).astype(np.float32)[None])

    @cached_property
    def _ends(self) -> np.ndarray:
        """(packs, width) of ``Opened.starts`` for the row."""
        return np.asarray(self.part.laid(self._sum)[:, 0])

    @cached_property
    def _laid(self) -> np.ndarray:
        """(packs, n_columns, width)."""
        return np.ascontiguousarray(self.layer.reshape(len(self.layer), self.part.packs, -1).transpose(1, 0, 2))

    def _walked(self, pack: int, trail: Trail, between: np.ndarray) -> np.ndarray:
        """(2 * n_states, n_outputs) scores of a pack in the states between the ends: those there, then those back."""
        background, starts, end = self.part.background[pack], self.part.starts[pack], self._ends[pack]
        count, columns, width = background.shape
        step = max(1, HELD // max(1, 2 * between.shape[1] * width))
        there, back = [], []
        for near in range(0, count, step):
            some = slice(near, near + step)
            moved = (self._laid[pack] - background[some]).reshape(-1, width)
            begin = starts[some]
            first = np.arange(len(begin))[:, None] * columns
            states = moved.take(first + trail.order[some, : between.shape[1]], axis=0)
            states[:, 0] += begin
            _add_up(states)
            inside = between[some]
            flat = states.reshape(-1, width) if inside.all() else states[inside]
            many = len(flat)
            both = np.empty((2 * many, width), dtype=np.float32)
            both[:many] = flat
            np.subtract(np.repeat(begin + end, inside.sum(axis=1), axis=0), flat, out=both[many:])
            scores = self.part.scored(pack, both)
            there.append(scores[:many])
            back.append(scores[many:])
        return np.concatenate([*there, *back])


def open_sums(member: Member, weight: float, rows: pd.DataFrame | Encoded) -> Opened:
    """A member whose first layer is a sum, with what it makes of the background rows."""
    layer = member.first_layer(rows)
    sums = layer.sum(axis=1, dtype=np.float64).astype(np.float32)
    single = layer.astype(np.float32, copy=False)
    packs = member.packs if isinstance(member, Learner) else 1
    count, columns, width = single.shape
    laid = np.ascontiguousarray(single.reshape(count, columns, packs, width // packs).transpose(2, 0, 1, 3))
    return Opened(member, float(weight), laid, sums, marks(single))


def marks(layer: np.ndarray) -> np.ndarray:
    """(n, n_columns) uint64: a number for what each column adds, the same for the same (n, n_columns, width) float32.

    Whole numbers are added without rounding, so that it does not matter in which order.
    """
    factors = np.random.default_rng(0).integers(0, 2**63, layer.shape[2], dtype=np.uint64) * np.uint64(2)
    bits = np.ascontiguousarray(layer + np.float32(0)).view(np.uint32)
    found = np.empty(layer.shape[:2], dtype=np.uint64)
    for row, one in enumerate(bits):
        found[row] = (one.astype(np.uint64) * (factors + np.uint64(1))).sum(axis=1)
    return found


def affine(part: Opened) -> bool:
    """Whether a member's answer is an affine function of its first layer, by trying it between and beyond the
    background rows; such a member's values are exact without any walk."""
    near = part.sums.astype(np.float64)
    far = np.roll(near, 1, axis=0)
    at_near, at_far = part.member.finish(near), part.member.finish(far)
    room = 1e-5 * (np.abs(at_near).max() + np.abs(at_far).max()) + 1e-12
    return all(
        bool(np.abs(part.member.finish(near + s * (far - near)) - at_near - s * (at_far - at_near)).max() <= room)
        for s in STRETCHES
    )


def _add_up(states: np.ndarray) -> None:
    """Running sums over the steps of (n_walks, n_steps, width), in place."""
    if states[:, 0].size < NARROW:
        np.cumsum(states, axis=1, out=states)
        return
    for step in range(1, states.shape[1]):
        states[:, step] += states[:, step - 1]
