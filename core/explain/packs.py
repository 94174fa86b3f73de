"""Walks through learners whose first layer is a sum over columns: nets and linear models.

A step costs one addition in the first layer, and the way back needs none: its states are the sum of both ends less
those of the way there. Nets that stand side by side are walked one after another (``core.explain.bundle``), so that
states stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.explain.slopes import chance, slopes, through
from core.explain.trail import Trail, Turn
from core.learn.learner import Learner
from core.learn.link import sigmoid, softmax, temper
from core.learn.model import Member

if TYPE_CHECKING:
    import pandas as pd

    from core.learn.prepare import Encoded

HELD = 250_000
"""Numbers of hidden states that are worked on at once (1 MB)."""
FULL = 0.8
"""Where more of the states are asked for, all are reckoned: to pick them out costs more."""
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

    def ready(self, layer: np.ndarray, label: int) -> Steps:
        """A row explained: its layer (n_columns, packs * width), and the class."""
        return Steps(self, layer, label)

    def answer(self, hidden: np.ndarray, label: int) -> np.ndarray:
        """(n,) weighted answers for the class at place ``label`` (0 for numbers) from hidden states."""
        return np.asarray(self.weight * self.member.finish(hidden)[:, label], dtype=np.float64)

    def scored(self, pack: int, states: np.ndarray) -> np.ndarray:
        """(n, n_outputs) float64 of one pack, from (n, width) states with bias, which are overwritten."""
        if not isinstance(self.member, Learner):
            return np.asarray(self.member.finish(states))
        *late, last = self._late
        for (weights, _), bias in zip(self.tail, late, strict=True):
            np.maximum(states, -bias[pack], out=states)
            states = np.matmul(states, weights[pack])
        return np.asarray(states.astype(np.float64) + last[pack])

    def linked(self, scores: np.ndarray, label: int) -> np.ndarray:
        """(packs, n, n_outputs) scores -> (n,) weighted answers."""
        member = self.member
        if not isinstance(member, Learner):
            return np.asarray(self.weight * scores[0][:, label])
        if member.link == "identity":
            return np.asarray(self.weight * (member.shift + member.scale * scores.mean(axis=0)[:, label]))
        chances = sigmoid(scores) if member.link == "sigmoid" else softmax(scores)
        return np.asarray(self.weight * temper(chances.mean(axis=0), member.temperature)[:, label])

    def alone(self, scores: np.ndarray, label: int) -> np.ndarray:
        """(..., n_outputs) scores of a single pack -> (...) weighted answers of it by itself."""
        member = self.member
        if not isinstance(member, Learner):
            return np.asarray(self.weight * scores[..., label])
        if member.link == "identity":
            return np.asarray(self.weight * (member.shift + member.scale * scores[..., label]))
        return np.asarray(self.weight * chance(scores, member.link, member.temperature, label))

    @property
    def tempered(self) -> bool:
        """Whether the answer is anything else than the mean of those of the packs."""
        member = self.member
        return isinstance(member, Learner) and member.link != "identity" and member.temperature != 1.0

    @cached_property
    def scores(self) -> np.ndarray:
        """(packs, n_background, n_outputs) float64 of the background rows."""
        return np.stack([self.scored(pack, starts.copy()) for pack, starts in enumerate(self.starts)])

    def slopes(self, states: np.ndarray, label: int) -> np.ndarray:
        """(packs, n, width) what the weighted answer of each pack by itself moves by for each number of its states."""
        member = self.member
        if not isinstance(member, Learner):
            raise ValueError("slopes go back through a learner's layers, but: this member has none")

        def above(scores: np.ndarray) -> np.ndarray:
            flat = scores.reshape(1, -1, scores.shape[-1])
            each = slopes(flat, member.link, member.temperature, label).reshape(scores.shape)
            return self.weight * (member.scale if member.link == "identity" else 1.0) * each

        return through(states, self.tail, above)

    def sloped(self, label: int) -> tuple[np.ndarray, np.ndarray]:
        """Of the background rows (packs, n_background, width) slopes, and (packs, n_background, n_columns) these along
        what each column adds."""
        if label not in self._sloped:
            found = self.slopes(self.starts, label)
            self._sloped[label] = found, np.matmul(self.background, found[..., None])[..., 0]
        return self._sloped[label]

    @cached_property
    def _sloped(self) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """By class explained."""
        return {}

    @cached_property
    def _late(self) -> list[np.ndarray]:
        """(packs, inputs) of each layer, and of the scores: the biases so far, put off. They need no step of their own:
        max(y + bias, 0) is max(y, -bias) + bias, and what the latter adds to the next layer is put off again."""
        found = [np.zeros((self.packs, self.starts.shape[-1]), dtype=np.float32)]
        for weights, bias in self.tail:
            found.append(np.matmul(found[-1][:, None], weights)[:, 0] + bias)
        return found

    @cached_property
    def tail(self) -> list[tuple[np.ndarray, np.ndarray]]:
        tail = self.member.tail if isinstance(self.member, Learner) else ()
        return [(weights.astype(np.float32), bias.astype(np.float32)) for weights, bias in tail]


@dataclass(frozen=True, eq=False)
class Steps:
    """A row explained, in a member whose first layer is a sum."""

    part: Opened
    layer: np.ndarray
    """(n_columns, packs * width) float32."""
    label: int
    """Place of the class explained; 0 for numbers."""

    @cached_property
    def moves(self) -> np.ndarray:
        """(n_background, n_columns) whether a column of the row adds anything else than that of the background row."""
        return np.asarray(self.part.marks != marks(self.layer[None]))

    def jobs(self, turns: Sequence[Turn]) -> tuple[list[Callable[[], None]], Callable[[], list[list[np.ndarray]]]]:
        """Work that may be done at the same time, and what to make of it: of ``walks.walk``; for a single pack."""
        part, rows, found = self.part, np.arange(self.part.count), list[list[np.ndarray]]()
        origin, end = self._answers(part.scores)[0], float(self._answers(self.scores)[0, 0])

        def job() -> None:
            for turn in turns:
                way = turn.trail(self.moves)
                there, back = self._answers(self.walked(0, way, rows))
                found.append([way.values((there - back) / 2, origin, end)])

        return [job], lambda: found

    def exact(self, columns: int) -> np.ndarray:
        """(n_columns,) values of an affine member: column by column, against the mean of the background rows."""
        part = self.part
        centre = part.sums.mean(axis=0, dtype=np.float64)
        there = part.background.mean(axis=1, dtype=np.float64).transpose(1, 0, 2).reshape(columns, -1)
        moved = part.answer(centre + (self.layer - there), self.label)
        return np.asarray(moved - part.answer(centre[None], self.label))

    def _answers(self, scores: np.ndarray) -> np.ndarray:
        """(..., n_outputs) scores of a single pack -> (...) weighted answers."""
        return self.part.alone(scores, self.label)

    @cached_property
    def scores(self) -> np.ndarray:
        """(packs, 1, n_outputs) for the row."""
        return np.stack([self.part.scored(pack, self.ends[[pack]]) for pack in range(self.part.packs)])

    @cached_property
    def sum(self) -> np.ndarray:
        """(1, packs * width) of the layer."""
        return np.asarray(self.layer.sum(axis=0, dtype=np.float64).astype(np.float32)[None])

    @cached_property
    def ends(self) -> np.ndarray:
        """(packs, width) of ``Opened.starts`` for the row."""
        return np.asarray(self.part.laid(self.sum)[:, 0])

    @cached_property
    def laid(self) -> np.ndarray:
        """(packs, n_columns, width)."""
        return np.ascontiguousarray(self.layer.reshape(len(self.layer), self.part.packs, -1).transpose(1, 0, 2))

    def walked(self, pack: int, trail: Trail, rows: np.ndarray) -> np.ndarray:
        """(2, n_ways, steps - 1, n_outputs) scores of a pack there and back; some number beyond the end of a way.

        Args:
            pack: which.
            trail: the ways.
            rows: (n_ways,) background row that each begins at.
        """
        outputs, width, between = self.part.scores.shape[-1], self.ends.shape[-1], trail.between
        found = np.zeros((2, *between.shape, outputs))
        step = max(1, HELD // max(1, 2 * between.shape[1] * width))
        for near in range(0, len(rows) if between.any() else 0, step):
            some = slice(near, near + step)
            states, inside = self._states(pack, trail.order[some, : between.shape[1]].T, rows[some]), between[some].T
            laid = found[:, some].transpose(0, 2, 1, 3)
            if inside.mean() > FULL:
                laid[:] = self.part.scored(pack, states.reshape(-1, width)).reshape(2, *inside.shape, outputs)
            else:
                scores = self.part.scored(pack, states[:, inside].reshape(-1, width))
                laid[:, inside] = scores.reshape(2, -1, outputs)
        return found

    def _states(self, pack: int, order: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """(2, n_steps, n_ways, width) float32 hidden states there and back; a step's lie together."""
        background, begin = self.part.background[pack], self.part.starts[pack, rows]
        _, columns, width = background.shape
        states = np.empty((2, *order.shape, width), dtype=np.float32)
        there, back = states
        np.take(self.laid[pack], order, axis=0, out=there, mode="clip")
        np.take(background.reshape(-1, width), rows * columns + order, axis=0, out=back, mode="clip")
        there -= back
        there[0] += begin
        for step in range(1, len(there)):
            there[step] += there[step - 1]
        np.subtract(begin + self.ends[pack], there, out=back)
        return states


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
